"""Every text of a manifest is held to the words, the format or the name that is right there; the schemas take any text.

A place is known by the last steps of its way: `strategy/type`, or a kind and one step (`CronJob:schedule`). A text at a
place that nobody knows is a fault, so that a new field is written down here before it is used.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.contract import variable_words
from tests.contract.declared_names import Names
from tests.contract.free_form import LABELS, MAPS_OF_LABELS
from tests.contract.known_variables import known
from tests.contract.manifest_references import REFERENCES
from tests.contract.operator_words import OPERATORS
from tests.contract.value_formats import (
    among,
    cron,
    network,
    quantity,
    relative,
    shaped,
    time_zone,
)

Judge = Callable[[str, Names], bool]
Place = tuple[str, ...]
"""A kind and the keys on the way to a text; places in lists have none."""

SERVED = {
    "Cluster": "postgresql.cnpg.io/v1", "ConfigMap": "v1", "CronJob": "batch/v1", "Deployment": "apps/v1",
    "ExternalSecret": "external-secrets.io/v1", "Job": "batch/v1", "Kafka": "kafka.strimzi.io/v1",
    "KafkaNodePool": "kafka.strimzi.io/v1", "KafkaTopic": "kafka.strimzi.io/v1", "KafkaUser": "kafka.strimzi.io/v1",
    "Namespace": "v1", "NetworkPolicy": "networking.k8s.io/v1", "PodDisruptionBudget": "policy/v1",
    "PodMonitor": "monitoring.coreos.com/v1", "ScaledObject": "keda.sh/v1alpha1", "Service": "v1",
    "ScheduledBackup": "postgresql.cnpg.io/v1", "ServiceAccount": "v1", "TriggerAuthentication": "keda.sh/v1alpha1",
}  # fmt: skip
"""Kinds that are used, and the API that serves each."""
COMMANDS = {
    "python -m services.crawler run", "python -m services.classifier run", "python -m services.alerter run",
    "python -m services.portal run", "python -m services.portal index", "python -m shared.store.migrate",
    "python -m services.maintenance prune --yes", "sleep 3600",
    "python -m services.crawler canary-site --host 0.0.0.0 --port 9100",
    "python -m deploy.local.newsstand.server",
    "python -m deploy.local.receivers.slack --port=20011 --folder=/tmp/slack",
    "python -m deploy.local.receivers.mail --port=20012 --folder=/tmp/mail",
}  # fmt: skip
"""What containers run; that the modules are there is tested beside."""
ARGUMENT = shaped(
    r"--start-file=/etc/luming/start|--ports=\{(\"[a-z]+\":\d+,?)+\}|--ports-file=/tmp/ports\.json|--stretch=\d+"
)
POD_NAMES = ("service", "migrate", "prune", "erase", "replay", "newsstand", "slack", "mail", "site")

MOUNTS = (
    "/tmp",
    "/etc/luming",
    "/var/lib/luming",
    *(
        f"/var/run/luming/{secret}"
        for secret in ("database-ca", "database-login", "kafka-ca", "kafka-login", "variables")
    ),
)
"""Where volumes are mounted; nothing else may be written, so that a wrong place would show in a cluster alone."""

KUBERNETES: Mapping[str, Callable[[str], bool]] = {
    "CronJob:concurrencyPolicy": among("Allow", "Forbid", "Replace"),
    "CronJob:schedule": cron,
    "CronJob:timeZone": time_zone,
    "cidr": network,
    "except": network,
    "capabilities/drop": among("ALL"),
    "containers/args": ARGUMENT,
    "containers/image": shaped(r"registry\.example/luming(-acceptance)?(:(\d+\.\d+\.\d+|dev)|@sha256:[0-9a-f]{64})"),
    "containers/name": among(*POD_NAMES),
    "fieldRef/fieldPath": among("metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "status.podIP"),
    "httpGet/path": among("/healthz", "/readyz"),
    "httpGet/port": among("http"),
    "imagePullPolicy": among("Always", "IfNotPresent", "Never"),
    "limits/cpu": quantity,
    "limits/memory": quantity,
    "requests/cpu": quantity,
    "requests/memory": quantity,
    "matchLabelKeys": among(*LABELS, "pod-template-hash"),
    "podTargetLabels": among(*LABELS),
    "policyTypes": among("Ingress", "Egress"),
    "ports/name": among("http", "pages"),
    "ports/protocol": among("TCP", "UDP", "SCTP"),
    "ports/targetPort": among("http", "pages"),
    "restartPolicy": among("Never", "OnFailure"),  # of pods of Jobs; a Deployment's says nothing
    "seccompProfile/type": among("RuntimeDefault"),
    "sizeLimit": quantity,
    "strategy/type": among("RollingUpdate", "Recreate"),
    "topologyKey": among("kubernetes.io/hostname", "topology.kubernetes.io/zone", "topology.kubernetes.io/region"),
    "volumeMounts/mountPath": among(*MOUNTS),
    "items/path": relative,
    "whenUnsatisfiable": among("DoNotSchedule", "ScheduleAnyway"),
}
"""kubernetes.io/docs/reference/kubernetes-api: the enumerations and formats that its schemas leave out."""


def texts(
    node: Any, at: Place, steps: tuple[str | int, ...] = ()
) -> Iterator[tuple[Place, tuple[str | int, ...], str]]:
    """Every text below a node: its place, the way to it, and what it says."""
    if isinstance(node, str):
        yield at, steps, node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from texts(value, (*at, str(key)), (*steps, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from texts(value, at, (*steps, number))


def faults(manifest: Mapping[str, Any], names: Names) -> Iterator[str]:
    """Texts that are not right where they stand; labels are free_form.py's."""
    kind = str(manifest.get("kind"))
    if SERVED.get(kind) != manifest.get("apiVersion"):
        yield f"no {kind} is served as {manifest.get('apiVersion')}"
    for at, steps, text in texts(
        {key: manifest[key] for key in manifest if key not in {"kind", "apiVersion"}}, (kind,)
    ):
        if not _of_labels(at, manifest) and not _right(manifest, at, steps, text, names):
            yield f"{'/'.join(at)} says {text}"
    for pod in _pods(manifest):
        yield from _of_pod(pod)


def _of_labels(at: Place, manifest: Mapping[str, Any]) -> bool:
    return (len(at) > 1 and at[-2] in MAPS_OF_LABELS) or (manifest.get("kind") == "Service" and at[-2] == "selector")


def holder_of(manifest: Mapping[str, Any], steps: Sequence[str | int]) -> Any:
    """The map or list that holds what the way leads to."""
    found: Any = manifest
    for step in steps[:-1]:
        found = found[step]
    return found


def _right(manifest: Mapping[str, Any], at: Place, steps: tuple[str | int, ...], text: str, names: Names) -> bool:
    """Whether a text may stand there."""
    holder = holder_of(manifest, steps)
    match at[-2:]:
        case ("env", "value"):
            return variable_words.judged(holder["name"], text, names)
        case ("env", "name"):
            return text in (known() if "valueFrom" in holder else variable_words.WORDS)
        case ("matchExpressions", "key"):
            return text in LABELS
        case ("matchExpressions", "operator"):
            return text in {"In", "NotIn", "Exists", "DoesNotExist"}
        case ("matchExpressions", "values"):
            return text in LABELS.get(holder_of(manifest, steps[:-1])["key"], set())
        case ("containers", "command"):
            return " ".join(holder) in COMMANDS
    if at[:2] == ("ConfigMap", "data"):
        return variable_words.judged(at[-1], text, names)
    return _judge(at, text, names)


def _judge(at: Place, text: str, names: Names) -> bool:
    for key in (f"{at[0]}:{at[-1]}", "/".join(at[-3:]), "/".join(at[-2:]), at[-1]):
        if key in REFERENCES:
            return REFERENCES[key](text, names)
        check = KUBERNETES.get(key) or OPERATORS.get(key)
        if check is not None:
            return check(text)
    return False


def _pods(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    spec = manifest.get("spec", {})
    if manifest.get("kind") == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    if manifest.get("kind") in {"CronJob", "Job", "Deployment"}:
        yield spec["template"]["spec"]


def _of_pod(pod: Mapping[str, Any]) -> Iterator[str]:
    """What a pod's parts call each other by."""
    volumes = {one["name"] for one in pod["volumes"]}
    mounts = {one["name"] for container in pod["containers"] for one in container["volumeMounts"]}
    if volumes != mounts:
        yield f"volumes and mounts differ: {sorted(volumes ^ mounts)}"
    for container in pod["containers"]:
        ports = {one["name"] for one in container.get("ports", ())}
        probes = {one["httpGet"]["port"] for key, one in container.items() if key.endswith("Probe")}
        if not probes <= ports:
            yield f"a probe asks for {sorted(probes - ports)}"
