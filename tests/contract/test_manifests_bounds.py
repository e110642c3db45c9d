"""Numbers of the right type that the API server refuses, or that break a promise: they stand in no schema."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from deploy.local.watched import STOP_WITHIN
from tests.contract.manifests import RENDERED, Manifest, name, of_kind, rendered, templates

pytestmark = pytest.mark.contract

UNITS: dict[str, Decimal | int] = {
    "": 1, "m": Decimal("0.001"), "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30,
}  # fmt: skip
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
KEPT = "30d"
"""How long production's backups are kept, as docs/backup.md and docs/privacy.md say."""
USER = 10001
"""Of the image (deploy/images/Dockerfile)."""


def amount(text: Any) -> Decimal:
    """A quantity as Kubernetes reads it."""
    found = re.fullmatch(r"([0-9.]+)([a-zA-Z]*)", str(text))
    assert found is not None, text
    return Decimal(found[1]) * UNITS[found[2]]


def asked_and_allowed(told: Any) -> Iterator[tuple[Any, Any]]:
    """Requests and limits, wherever they stand."""
    if isinstance(told, dict):
        if "requests" in told and "limits" in told:
            yield from ((told["requests"][one], told["limits"][one]) for one in told["requests"])
        told = list(told.values())
    if isinstance(told, list):
        for one in told:
            yield from asked_and_allowed(one)


@pytest.mark.parametrize("overlay", RENDERED)
def test_nobody_asks_for_more_than_he_may_have(overlay: str) -> None:
    pairs = [(name(one), *pair) for one in rendered(overlay) for pair in asked_and_allowed(one)]
    assert len(pairs) > 20
    assert [pair for pair in pairs if amount(pair[1]) > amount(pair[2])] == []


@pytest.mark.parametrize("overlay", RENDERED)
def test_scalers_have_room_between_their_bounds(overlay: str) -> None:
    for scaler in of_kind(rendered(overlay), "ScaledObject"):
        spec = scaler["spec"]
        assert 1 <= spec["minReplicaCount"] <= spec["maxReplicaCount"], name(scaler)
        assert 1 <= spec["fallback"]["replicas"] <= spec["maxReplicaCount"], name(scaler)
        assert spec["pollingInterval"] > 0


@pytest.mark.parametrize("overlay", RENDERED)
def test_a_release_can_go_on_and_takes_nobody_away(overlay: str) -> None:
    seen = 0
    for deployment in of_kind(rendered(overlay), "Deployment"):
        if "strategy" in deployment["spec"]:
            seen += 1
            assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert seen >= 5


@pytest.mark.parametrize("overlay", RENDERED)
def test_pods_run_as_the_images_user_and_have_the_time_to_end(overlay: str) -> None:
    for owner, template in templates(rendered(overlay)):
        given = template["spec"]["securityContext"]
        assert (given["runAsUser"], given["runAsGroup"], given["runAsNonRoot"]) == (USER, USER, True), name(owner)
        if owner["kind"] == "Deployment":
            assert template["spec"].get("terminationGracePeriodSeconds", 30) > STOP_WITHIN, name(owner)


@pytest.mark.parametrize("overlay", RENDERED)
def test_probes_ask_now_and_then_and_jobs_have_time(overlay: str) -> None:
    objects = rendered(overlay)
    told = [
        container[probe]
        for _, template in templates(objects)
        for container in template["spec"]["containers"]
        for probe in PROBES
        if probe in container
    ]
    assert len(told) >= 15
    for probe in told:
        assert 1 <= probe["periodSeconds"] <= 30
        assert probe.get("failureThreshold", 3) >= 1
        assert 1 <= probe.get("timeoutSeconds", 1) <= 10
    for job in [*of_kind(objects, "Job"), *(one["spec"]["jobTemplate"] for one in of_kind(objects, "CronJob"))]:
        assert job["spec"]["activeDeadlineSeconds"] >= 600
        assert job["spec"]["backoffLimit"] >= 0


@pytest.mark.parametrize("overlay", [one for one in RENDERED if one != "dev"])
def test_a_commit_is_on_two_instances_before_it_counts(overlay: str) -> None:
    (cluster,) = of_kind(rendered(overlay), "Cluster")
    assert cluster["spec"]["postgresql"]["synchronous"] == {
        "method": "any", "number": 1, "dataDurability": "required", "failoverQuorum": True,
    }  # fmt: skip
    (kafka,) = of_kind(rendered(overlay), "Kafka")
    config = kafka["spec"]["kafka"]["config"]
    assert (config["min.insync.replicas"], config["transaction.state.log.min.isr"]) == (2, 2)
    assert config["auto.create.topics.enable"] is False


def test_production_keeps_its_volumes_and_its_backups() -> None:
    objects = rendered("prod")
    (pool,) = of_kind(objects, "KafkaNodePool")
    assert [one["deleteClaim"] for one in pool["spec"]["storage"]["volumes"]] == [False]
    (cluster,) = of_kind(objects, "Cluster")
    assert cluster["spec"]["backup"]["retentionPolicy"] == KEPT
    (nightly,) = of_kind(objects, "ScheduledBackup")
    assert nightly["spec"]["cluster"]["name"] == cluster["metadata"]["name"]
    assert not nightly["spec"].get("suspend")
    assert re.fullmatch(r"0 \d+ \d+ \* \* \*", nightly["spec"]["schedule"]), "once a day"


def test_the_nightly_prune_runs_by_itself() -> None:
    by_name: dict[str, Manifest] = {one["metadata"]["name"]: one for one in of_kind(rendered("prod"), "CronJob")}
    assert not by_name["luming-prune"]["spec"].get("suspend")
