"""What an overlay declares, for what refers to it: names by kind, secrets and who makes them, and mounted files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from tests.contract.manifests import templates

Manifest = Mapping[str, Any]

BY_HAND = {f"luming-{service}-variables" for service in ("alerter", "crawler", "classifier", "portal")}
"""Secrets that people make where no store of secrets is at hand (deploy/k8s/README.md)."""
NEWSSTAND = {"sources.yaml", "subscriptions.yaml", "start"}
"""Keys of the config map that acceptance.sh makes."""
BY_ACCEPTANCE = "luming-newsstand"


@dataclass(frozen=True)
class Names:
    """What there is in an overlay."""

    of_kind: Mapping[str, frozenset[str]]
    secrets: frozenset[str]
    files: frozenset[str]
    """Paths of files that some pod has mounted."""
    folders: frozenset[str]
    """Paths that volumes are mounted at."""
    hosts: frozenset[str]
    """Names by which pods find the Services."""

    def has(self, kind: str, name: str) -> bool:
        """Whether an object of this kind and name is declared."""
        return name in self.of_kind.get(kind, frozenset())


def names_of(objects: Sequence[dict[str, Any]]) -> Names:
    """What these objects declare."""
    kinds: dict[str, set[str]] = {}
    for one in objects:
        kinds.setdefault(str(one["kind"]), set()).add(str(one["metadata"]["name"]))
    made = {f"{kafka}-cluster-ca-cert" for kafka in kinds.get("Kafka", ())}
    made |= {f"{cluster}-{what}" for cluster in kinds.get("Cluster", ()) for what in ("ca", "app")}
    files, folders = _mounted(objects)
    return Names(
        of_kind={kind: frozenset(found) for kind, found in kinds.items()},
        secrets=frozenset(made | kinds.get("KafkaUser", set()) | (kinds.get("ExternalSecret") or BY_HAND)),
        files=frozenset(files),
        folders=frozenset(folders),
        hosts=frozenset(
            f"{one['metadata']['name']}.{one['metadata'].get('namespace')}.svc"
            for one in objects
            if one["kind"] == "Service"
        ),
    )


def _mounted(objects: Sequence[dict[str, Any]]) -> tuple[set[str], set[str]]:
    """Files and folders of every mount of every pod."""
    maps = {one["metadata"]["name"]: set(one.get("data", {})) for one in objects if one["kind"] == "ConfigMap"}
    maps[BY_ACCEPTANCE] = NEWSSTAND
    files: set[str] = set()
    folders: set[str] = set()
    for _, template in templates(objects):
        volumes = {one["name"]: one for one in template["spec"]["volumes"]}
        for container in template["spec"]["containers"]:
            for mount in container["volumeMounts"]:
                at, volume = PurePosixPath(mount["mountPath"]), volumes.get(mount["name"], {})
                folders.add(str(at))
                inside = {item["path"] for item in volume.get("secret", {}).get("items", ())}
                inside |= maps.get(volume.get("configMap", {}).get("name", ""), set())
                files.update(str(at / path) for path in inside)
    return files, folders
