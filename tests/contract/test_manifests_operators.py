"""What the operators need that no schema asks for: Strimzi, KEDA and CloudNativePG take the wrong without a word."""

import pytest

from tests.contract.manifests import OVERLAYS, RENDERED, of_kind, rendered
from tests.contract.value_formats import PUBLISHED

pytestmark = pytest.mark.contract

BY_PEOPLE = {"luming-replay": "luming-replay", "luming-erase": "luming-maintenance"}
"""CronJobs that people make pods from, and who each is on Kafka."""


@pytest.mark.parametrize("overlay", RENDERED)
def test_scalers_name_the_broker_with_its_namespace(overlay: str) -> None:
    """KEDA resolves it in the namespace that its operator runs in (kedacore/keda#978)."""
    objects = rendered(overlay)
    (kafka,) = of_kind(objects, "Kafka")
    ports = [one["port"] for one in kafka["spec"]["kafka"]["listeners"] if one["type"] == "internal"]
    right = {
        f"{kafka['metadata']['name']}-kafka-bootstrap.{kafka['metadata']['namespace']}.svc:{port}" for port in ports
    }
    asked = {
        trigger["metadata"]["bootstrapServers"]
        for scaler in of_kind(objects, "ScaledObject")
        for trigger in scaler["spec"]["triggers"]
    }
    assert asked
    assert asked <= right


@pytest.mark.parametrize("overlay", RENDERED)
def test_a_broker_may_write_to_its_volumes(overlay: str) -> None:
    """Its process is in group 0. Strimzi sets it on the volumes only where a pool gives no context of its own."""
    for pool in of_kind(rendered(overlay), "KafkaNodePool"):
        assert any(one["type"] == "persistent-claim" for one in pool["spec"]["storage"]["volumes"])
        given = pool["spec"]["template"]["pod"]["securityContext"]
        assert given["fsGroup"] == 0
        assert given["runAsNonRoot"] is True
        assert given["seccompProfile"] == {"type": "RuntimeDefault"}


@pytest.mark.parametrize("overlay", RENDERED)
def test_the_image_of_the_database_is_published_and_can_make_its_backups(overlay: str) -> None:
    """barmanObjectStore calls barman-cloud inside the image, which the flavour `system` alone has."""
    (cluster,) = of_kind(rendered(overlay), "Cluster")
    image = PUBLISHED.fullmatch(cluster["spec"]["imageName"])
    assert image is not None
    assert int(image[1]) == 18
    if "barmanObjectStore" in cluster["spec"].get("backup", {}):
        assert image[3] == "system"


def test_production_makes_backups_by_what_the_image_has() -> None:
    (cluster,) = of_kind(rendered("prod"), "Cluster")
    assert "barmanObjectStore" in cluster["spec"]["backup"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_pods_of_people_start_by_hand_alone_do_nothing_and_end_by_themselves(overlay: str) -> None:
    found = {}
    for job in of_kind(rendered(overlay), "CronJob"):
        spec = job["spec"]["jobTemplate"]["spec"]
        (container,) = spec["template"]["spec"]["containers"]
        if container["command"][0] == "sleep":
            env = {one["name"]: one["value"] for one in container["env"]}
            found[job["metadata"]["name"]] = env["KAFKA_SASL_USERNAME"]
            assert job["spec"]["suspend"] is True
            assert spec["backoffLimit"] == 0
            assert int(container["command"][1]) <= spec["activeDeadlineSeconds"] <= 3600
            assert spec["ttlSecondsAfterFinished"] <= 600
    assert found == BY_PEOPLE
