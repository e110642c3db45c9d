"""Places where one manifest names another, or something that the code knows: topics, groups, roles."""

import re
from collections.abc import Callable, Mapping

import yaml

from deploy.k8s.generate import CLUSTER, PREFIX, RIGHTS
from shared.messages.topics import TOPICS
from shared.store import rights
from tests.contract.declared_names import BY_ACCEPTANCE, Names
from tests.contract.known_variables import known
from tests.contract.value_formats import shaped

Judge = Callable[[str, Names], bool]

GROUPS = frozenset(
    group for one in yaml.safe_load(RIGHTS.read_text("utf-8"))["principals"].values() for group in one.get("groups", ())
)
"""Consumer groups of deploy/kafka/rights.yaml."""
TOPIC_NAMES = frozenset(topic.name for topic in TOPICS)
ROLES = frozenset(f"{rights.PREFIX}{service}" for service in rights.SERVICES)
"""Roles of the database, one a service."""
KEYS = frozenset({"ca.crt", "password", "uri"})
"""Files inside a pod's secrets; test_manifests_values.py holds them to who writes each secret."""
COMMON = frozenset({"luming-migrate", "luming-prune", "luming-erase", "luming-replay"})
"""Jobs and CronJobs that people name (deploy/k8s/README.md), and acceptance.sh."""
SERVICES = frozenset(
    f"luming-{name}" for name in ("crawler", "classifier", "alerter", "portal", "portal-indexer", "canary")
)
_OBJECT = shaped(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
"""RFC 1123's label, as Kubernetes asks of names."""
_URI = re.compile(r"postgresql://(\w+):\{\{ \.password \| urlquery \}\}@([\w-]+)-rw:5432/luming")


def _declared(kind: str) -> Judge:
    return lambda text, names: names.has(kind, text)


def _secret(text: str, names: Names) -> bool:
    return text in names.secrets


def _config_map(text: str, names: Names) -> bool:
    return names.has("ConfigMap", text) or text == BY_ACCEPTANCE


def _among(words: frozenset[str]) -> Judge:
    return lambda text, names: text in words


def _uri(text: str, names: Names) -> bool:
    found = _URI.fullmatch(text)
    return found is not None and found[1] in ROLES and names.has("Cluster", found[2])


def _all_of(ours: frozenset[str]) -> Judge:
    """A pattern that fits each of ours."""

    def fits(text: str, names: Names) -> bool:
        try:
            pattern = re.compile(text)
        except re.error:
            return False
        return all(pattern.fullmatch(one) for one in ours)

    return fits


def _volume(text: str, names: Names) -> bool:
    return _OBJECT(text)  # volumes and mounts are held to each other, pod by pod


def _free(text: str, names: Names) -> bool:
    return _OBJECT(text)


REFERENCES: Mapping[str, Judge] = {
    "metadata/namespace": _declared("Namespace"),
    "serviceAccountName": _declared("ServiceAccount"),
    "configMapRef/name": _config_map,
    "configMap/name": _config_map,
    "configMapTargetRef/name": _config_map,
    "secret/secretName": _secret,
    "secretTargetRef/name": _secret,
    "secretKeyRef/name": _secret,
    "secretKeyRef/key": lambda text, names: text in known(),
    "passwordSecret/name": _secret,
    "accessKeyId/name": _secret,
    "secretAccessKey/name": _secret,
    "items/key": _among(KEYS),
    "items/path": _among(KEYS),
    "volumes/name": _volume,
    "volumeMounts/name": _volume,
    "cluster/name": _declared("Cluster"),
    "authenticationRef/name": _declared("TriggerAuthentication"),
    "scaleTargetRef/name": _declared("Deployment"),
    "scaleTargetRef/kind": lambda text, names: text == "Deployment",
    "scaleTargetRef/apiVersion": lambda text, names: text == "apps/v1",
    "metadata/bootstrapServers": lambda text, names: text == f"{CLUSTER}-kafka-bootstrap.luming.svc:9093",
    "metadata/consumerGroup": _among(GROUPS),
    "metadata/topic": _among(TOPIC_NAMES),
    "kafkaExporter/groupRegex": _all_of(frozenset({"luming.classifier", "luming.alerter"})),
    "kafkaExporter/topicRegex": _all_of(TOPIC_NAMES),
    "resource/name": _among(GROUPS | TOPIC_NAMES | {PREFIX}),
    "roles/name": _among(ROLES),
    "template/data/username": _among(ROLES),
    "template/data/uri": _uri,
    # Names of objects: those that others refer to fail there, by `Names`.
    "KafkaTopic/metadata/name": _among(TOPIC_NAMES),
    "Deployment/metadata/name": _among(SERVICES),
    "Service/metadata/name": _among(SERVICES),
    "Job/metadata/name": _among(COMMON),
    "CronJob/metadata/name": _among(COMMON),
    "metadata/name": _free,
}
"""Who may be named where."""
