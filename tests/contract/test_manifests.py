"""Both overlays are rendered and judged: by Kubernetes' strict schemas, the custom resources' own, and checkov."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.k8s import generate
from shared.messages.topics import TOPICS
from tests.contract import free_form
from tests.contract.manifests import (
    CRDS,
    K8S,
    OVERLAYS,
    RENDERED,
    name,
    of_kind,
    rendered,
    rendered_text,
    tool,
    verdicts,
)

pytestmark = [pytest.mark.contract, pytest.mark.timeout(600)]

KINDS = {
    "ConfigMap", "Deployment", "Job", "Namespace", "NetworkPolicy", "PodDisruptionBudget", "ServiceAccount",
    "Kafka", "KafkaNodePool", "KafkaTopic", "KafkaUser", "Cluster", "ScaledObject", "TriggerAuthentication",
    "PodMonitor",
}  # fmt: skip


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_holds_every_kind_and_each_object_once(overlay: str) -> None:
    objects = rendered(overlay)
    assert {one["kind"] for one in objects} >= KINDS
    names = [name(one) for one in objects]
    assert len(names) == len(set(names))
    assert {one["metadata"].get("namespace") for one in objects if one["kind"] != "Namespace"} == {"luming"}


def test_production_has_backups_and_secrets_from_outside() -> None:
    assert {"ScheduledBackup", "ExternalSecret"} <= {one["kind"] for one in rendered("prod")}


@pytest.mark.parametrize("overlay", RENDERED)
def test_every_schema_agrees(overlay: str) -> None:
    objects = rendered(overlay)
    said = verdicts(objects)
    assert {name(one): why for one, why in zip(objects, said, strict=True) if why} == {}
    unjudged = [name(one) for one, why in zip(objects, said, strict=True) if why is None]
    if unjudged:
        assert not CRDS.is_dir()
        pytest.skip(f"../shared/data/crds is absent: {len(unjudged)} custom resources are not judged")


@pytest.mark.parametrize("overlay", RENDERED)
def test_free_maps_hold_known_keys(overlay: str) -> None:
    assert {name(one): found for one in rendered(overlay) if (found := list(free_form.faults(one)))} == {}


def test_checkov_finds_nothing_and_every_exception_says_why(tmp_path: Path) -> None:
    for overlay in OVERLAYS:
        (tmp_path / f"{overlay}.yaml").write_text(rendered_text(overlay), "utf-8")
    command = [tool("checkov"), "--framework", "kubernetes", "--skip-download", "--compact", "-o", "json"]
    quiet = {**os.environ, "LOG_LEVEL": "ERROR"}
    done = subprocess.run([*command, "-d", str(tmp_path)], capture_output=True, text=True, check=False, env=quiet)
    told = json.loads(done.stdout)
    failed = [f"{one['check_id']} {one['resource']}" for one in told["results"]["failed_checks"]]
    assert failed == []
    assert told["summary"]["parsing_errors"] == 0
    assert told["summary"]["passed"] > 300
    for one in told["results"]["skipped_checks"]:
        assert len(one["check_result"]["suppress_comment"]) > 20, one["resource"]


def test_what_is_generated_is_current() -> None:
    for path, text in generate.written().items():
        assert path.read_text("utf-8") == text, f"{path} is old: python -m deploy.k8s.generate"


def test_production_makes_the_topics_that_the_code_knows() -> None:
    found = {one["metadata"]["name"]: one["spec"] for one in of_kind(rendered("prod"), "KafkaTopic")}
    assert set(found) == {topic.name for topic in TOPICS}
    for topic in TOPICS:
        spec = found[topic.name]
        assert (spec["partitions"], spec["replicas"]) == (topic.partitions, topic.replication)
        assert spec["config"] == {"retention.ms": topic.retention * 1000, "min.insync.replicas": topic.min_insync}


def test_every_file_reaches_an_overlay() -> None:
    """A manifest that no kustomization names is judged by nobody."""
    named = set()
    for file in K8S.rglob("kustomization.yaml"):
        told = yaml.safe_load(file.read_text("utf-8"))
        for entry in (*told.get("resources", ()), *(patch["path"] for patch in told.get("patches", ()))):
            named.add((file.parent / entry).resolve())
        for maps in told.get("configMapGenerator", ()):
            named.update((file.parent / entry).resolve() for entry in (*maps.get("files", ()), *maps.get("envs", ())))
    lying = {path for path in K8S.rglob("*") if path.suffix in {".yaml", ".env"} and path.stem != "kustomization"}
    assert lying - named == set()


@pytest.mark.parametrize("overlay", RENDERED)
def test_copies_fit_the_number_of_nodes(overlay: str) -> None:
    """A patch whose target is misspelt changes nothing and says nothing; then these numbers do not fit."""
    objects = rendered(overlay)
    (pool,) = of_kind(objects, "KafkaNodePool")
    (kafka,) = of_kind(objects, "Kafka")
    nodes = pool["spec"]["replicas"]
    assert nodes == (1 if overlay == "dev" else 3)
    config = kafka["spec"]["kafka"]["config"]
    assert {value for key, value in config.items() if key.endswith("replication.factor")} == {nodes}
    for topic in of_kind(objects, "KafkaTopic"):
        assert topic["spec"]["replicas"] == nodes
        assert topic["spec"]["config"]["min.insync.replicas"] == (1 if nodes == 1 else 2)
    (database,) = of_kind(objects, "Cluster")
    instances = database["spec"]["instances"]
    assert instances == nodes
    together = database["spec"]["postgresql"].get("synchronous", {"number": 0})["number"]
    assert together < instances
    assert (together, instances) != (0, 3)
