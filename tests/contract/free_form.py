"""What no schema says of manifests: maps whose keys are free for Kubernetes and known to who reads them.

A misspelt key there is taken by every schema and read by nobody, so the known ones are written down here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.contract.value_formats import quantity

Manifest = Mapping[str, Any]

RESOURCES = {"cpu", "memory"}
KAFKA_TRIGGER = {
    "bootstrapServers", "consumerGroup", "topic", "lagThreshold", "activationLagThreshold", "offsetResetPolicy",
    "allowIdleConsumers", "scaleToZeroOnInvalidOffset", "excludePersistentLag", "limitToPartitionsWithLag", "version",
    "partitionLimitation", "tls", "sasl",
}  # fmt: skip
"""keda.sh/docs/latest/scalers/apache-kafka: what the trigger may say."""
BROKER = {
    "auto.create.topics.enable": bool,
    "default.replication.factor": int,
    "min.insync.replicas": int,
    "offsets.topic.replication.factor": int,
    "offsets.retention.minutes": int,
    "log.flush.start.offset.checkpoint.interval.ms": int,
    "transaction.state.log.replication.factor": int,
    "transaction.state.log.min.isr": int,
}
"""kafka.apache.org/documentation/#brokerconfigs, those that are set."""
TOPIC = {"retention.ms": int, "min.insync.replicas": int}
POSTGRESQL = {
    "max_connections", "password_encryption", "timezone", "log_timezone", "archive_timeout",
    "idle_in_transaction_session_timeout",
}  # fmt: skip
"""Parameters of PostgreSQL that are set."""
LOGIN = {"username", "password", "uri"}
"""Keys of a login's secret: two for CloudNativePG, one for the service."""

LABELS: Mapping[str, set[str]] = {
    "app.kubernetes.io/name": {
        "crawler",
        "classifier",
        "alerter",
        "portal",
        "portal-indexer",
        "migrate",
        "maintenance",
        "replay",
        "erase",
        "canary",
    },
    "app.kubernetes.io/part-of": {"luming", "luming-canary"},
    "strimzi.io/cluster": {"luming"},
    "strimzi.io/name": {"luming-kafka", "luming-entity-operator", "luming-kafka-exporter"},
    "cnpg.io/cluster": {"luming-db"},
    "cnpg.io/podRole": {"instance"},
    "cnpg.io/reload": {"true"},
    "k8s-app": {"kube-dns"},
    "kubernetes.io/metadata.name": {"kube-system", "monitoring", "keda", "strimzi", "cnpg-system", "ingress"},
    "pod-security.kubernetes.io/enforce": {"restricted"},
    "pod-security.kubernetes.io/enforce-version": {"v1.32"},
    "pod-security.kubernetes.io/warn": {"restricted"},
    "pod-security.kubernetes.io/audit": {"restricted"},
}
"""Labels that are given or looked for, and what they may say: ours, Strimzi's, CloudNativePG's, Kubernetes' own."""
ANNOTATIONS = {"checkov.io/skip1"}
MAPS_OF_LABELS = {"labels", "matchLabels", "annotations"}


def faults(manifest: Manifest) -> Iterator[str]:
    """What is wrong in the free maps of one object."""
    yield from _resources(manifest, "")
    if manifest.get("kind") != "PrometheusRule":  # its labels are Prometheus' own, and promtool tests them
        yield from _labels(manifest)
    spec = manifest.get("spec")
    if not isinstance(spec, Mapping):
        return
    match manifest.get("kind"):
        case "ScaledObject":
            for trigger in _maps(spec.get("triggers")):
                yield from _strings("trigger", trigger.get("metadata"), KAFKA_TRIGGER)
        case "Kafka":
            yield from _typed("config", _inside(spec, "kafka", "config"), BROKER)
        case "KafkaTopic":
            yield from _typed("config", _inside(spec, "config"), TOPIC)
        case "Cluster":
            yield from _strings("parameters", _inside(spec, "postgresql", "parameters"), POSTGRESQL)
        case "ExternalSecret":
            data = _inside(spec, "target", "template", "data")
            if data:
                yield from _strings("template", data, LOGIN)


def _texts(found: Mapping[str, Any]) -> bool:
    """Whether a selector is a Service's, which holds labels themselves."""
    return all(isinstance(value, str) for value in found.values())


def _labels(found: Any) -> Iterator[str]:
    """Labels, annotations and selectors, wherever they stand."""
    if isinstance(found, Mapping):
        for key, value in found.items():
            if isinstance(value, Mapping) and (key in MAPS_OF_LABELS or (key == "selector" and _texts(value))):
                known = LABELS if key != "annotations" else dict.fromkeys(ANNOTATIONS, None)
                for name, told in value.items():
                    allowed = known.get(name, set())
                    if allowed is not None and told not in allowed:
                        yield f"{key} hold {name}: {told}"
            else:
                yield from _labels(value)
    elif isinstance(found, list):
        for value in found:
            yield from _labels(value)


def _inside(found: Any, *names: str) -> Any:
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found or {}


def _maps(found: Any) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in found if isinstance(one, Mapping)) if isinstance(found, list) else ()


def _strings(what: str, found: Any, known: set[str]) -> Iterator[str]:
    if not isinstance(found, Mapping):
        yield f"{what} is no map"
        return
    yield from (f"{what} has an unknown key {key}" for key in found if key not in known)
    yield from (f"{what}.{key} is no text" for key, value in found.items() if not isinstance(value, str))


def _typed(what: str, found: Any, known: Mapping[str, type]) -> Iterator[str]:
    if not isinstance(found, Mapping):
        yield f"{what} is no map"
        return
    for key, value in found.items():
        if key not in known:
            yield f"{what} has an unknown key {key}"
        elif type(value) is not known[key]:
            yield f"{what}.{key} is no {known[key].__name__}"


def _resources(found: Any, where: str) -> Iterator[str]:
    """Amounts that containers ask for and may have, wherever they stand."""
    if isinstance(found, Mapping):
        for key, value in found.items():
            if key == "resources" and isinstance(value, Mapping):
                for side in ("requests", "limits"):
                    yield from _amounts(f"{where}.resources.{side}", value.get(side, {}))
            yield from _resources(value, f"{where}.{key}")
    elif isinstance(found, list):
        for number, value in enumerate(found):
            yield from _resources(value, f"{where}[{number}]")


def _amounts(where: str, found: Any) -> Iterator[str]:
    if not isinstance(found, Mapping):
        yield f"{where} is no map"
        return
    for key, value in found.items():
        if key not in RESOURCES or not quantity(str(value)):
            yield f"{where}.{key} is no known amount"
