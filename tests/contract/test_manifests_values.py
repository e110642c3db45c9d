"""What a schema takes for any string, and would show in a cluster alone: commands, paths of secrets, ports, logins."""

import re
from importlib.util import find_spec
from pathlib import PurePosixPath

import pytest

from tests.contract.manifests import OVERLAYS, Manifest, name, of_kind, rendered, templates

pytestmark = [pytest.mark.contract, pytest.mark.parametrize("overlay", OVERLAYS)]

OPERATORS_KEYS = {
    "luming-cluster-ca-cert": {"ca.crt"},
    "luming-db-ca": {"ca.crt"},
    "luming-db-app": {"uri", "username", "password"},
}
"""Keys of the Secrets that Strimzi and CloudNativePG make (their manuals: "Certificate authority Secrets", "Basic-auth
Secrets"); those of a KafkaUser have `password` and `sasl.jaas.config`."""
OF_A_USER = {"password", "sasl.jaas.config"}
_MINUTES = re.compile(r"(\d+)min")
PROMISED = 5
"""Minutes that a lost disk may cost at most (docs/backup.md); the copy of a file of the log needs some of them."""


def volumes(template: Manifest) -> dict[str, Manifest]:
    return {one["name"]: one for one in template["spec"]["volumes"]}


def test_commands_are_modules_that_exist(overlay: str) -> None:
    seen = 0
    for owner, template in templates(rendered(overlay)):
        for container in template["spec"]["containers"]:
            command = container.get("command", [])
            if command[:2] != ["python", "-m"]:
                continue
            seen += 1
            found = find_spec(command[2])
            assert found is not None, name(owner)
            packaged = found.submodule_search_locations is not None
            assert not packaged or find_spec(f"{command[2]}.__main__") is not None, name(owner)
    assert seen >= 4


def test_files_that_variables_name_are_items_of_what_is_mounted(overlay: str) -> None:
    seen = 0
    for owner, template in templates(rendered(overlay)):
        held = volumes(template)
        for container in template["spec"]["containers"]:
            mounts = {one["mountPath"]: held[one["name"]] for one in container["volumeMounts"]}
            for told in container.get("env", ()):
                path = PurePosixPath(told.get("value") or "/")
                volume = mounts.get(str(path.parent), {})
                items = (volume.get("secret") or {}).get("items")
                if items is not None:
                    seen += 1
                    assert path.name in {item["path"] for item in items}, (name(owner), told)
    assert seen >= 4


def test_keys_of_secrets_are_those_that_somebody_writes(overlay: str) -> None:
    objects = rendered(overlay)
    keys = OPERATORS_KEYS | {one["metadata"]["name"]: OF_A_USER for one in of_kind(objects, "KafkaUser")}
    seen = 0
    for owner, template in templates(objects):
        for volume in template["spec"]["volumes"]:
            secret = volume.get("secret") or {}
            for item in secret.get("items", ()):
                if secret["secretName"] in keys:
                    seen += 1
                    assert item["key"] in keys[secret["secretName"]], (name(owner), volume["name"])
    assert seen >= 6


def test_logins_to_kafka_are_users_of_the_cluster(overlay: str) -> None:
    objects = rendered(overlay)
    users = {one["metadata"]["name"] for one in of_kind(objects, "KafkaUser")}
    logins = {
        (name(owner), told["value"])
        for owner, template in templates(objects)
        for container in template["spec"]["containers"]
        for told in container.get("env", ())
        if told["name"] == "KAFKA_SASL_USERNAME"
    }
    assert len(logins) >= 3
    assert {user for _, user in logins} <= users


def test_what_is_scraped_is_a_port_of_the_pods(overlay: str) -> None:
    objects = rendered(overlay)
    monitors = {one["metadata"]["name"]: one for one in of_kind(objects, "PodMonitor")}
    ports = {
        port["name"]
        for _, template in templates(objects)
        for container in template["spec"]["containers"]
        for port in container.get("ports", ())
    }
    scraped = {endpoint["port"] for endpoint in monitors["luming"]["spec"]["podMetricsEndpoints"]}
    assert scraped
    assert scraped <= ports
    # Names that the operators give to their own pods' ports.
    others = {"luming-kafka-exporter": {"tcp-prometheus"}, "luming-database": {"metrics"}}
    for monitor, names in others.items():
        assert {one["port"] for one in monitors[monitor]["spec"]["podMetricsEndpoints"]} == names


def test_the_database_takes_nobody_in_the_clear_and_hands_its_log_over_in_time(overlay: str) -> None:
    for cluster in of_kind(rendered(overlay), "Cluster"):
        told = cluster["spec"]["postgresql"]
        assert told["pg_hba"][0].split() == ["hostnossl", "all", "all", "all", "reject"]
        assert not [line for line in told["pg_hba"] if line.split()[-1] in {"trust", "password"}]
        minutes = _MINUTES.fullmatch(told["parameters"]["archive_timeout"])
        assert minutes is not None
        assert int(minutes[1]) < PROMISED
