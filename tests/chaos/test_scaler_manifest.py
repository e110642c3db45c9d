"""A group that has committed nothing is no reason to stop its workers (kedacore/keda#4552): read off the manifests.

KEDA takes a group without offsets for one without work and may scale it to nothing; then nobody ever commits one.
"""

import pytest

from tests.contract.manifests import OVERLAYS, name, of_kind, rendered

pytestmark = [pytest.mark.chaos, pytest.mark.fault(18, "no committed offset: the scaler keeps one replica")]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_group_without_offsets_keeps_a_worker(overlay: str) -> None:
    scalers = of_kind(rendered(overlay), "ScaledObject")
    assert {one["spec"]["scaleTargetRef"]["name"] for one in scalers} == {"luming-classifier", "luming-alerter"}
    for scaler in scalers:
        spec = scaler["spec"]
        assert spec["minReplicaCount"] >= 1, name(scaler)  # KEDA's default is 0
        assert spec["fallback"]["replicas"] >= 1
        (trigger,) = spec["triggers"]
        told = trigger["metadata"]
        assert told["scaleToZeroOnInvalidOffset"] == "false"
        # The scaler counts what the services would read: they begin at the earliest message too.
        assert told["offsetResetPolicy"] == "earliest"
        assert "partitionLimitation" not in told


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_deployment_that_is_scaled_says_a_number_itself(overlay: str) -> None:
    """Each apply would throw the scaler's number away."""
    objects = rendered(overlay)
    scaled = {one["spec"]["scaleTargetRef"]["name"] for one in of_kind(objects, "ScaledObject")}
    deployments = of_kind(objects, "Deployment")
    assert scaled < {one["metadata"]["name"] for one in deployments}
    for deployment in deployments:
        assert ("replicas" in deployment["spec"]) == (deployment["metadata"]["name"] not in scaled)
