"""What no schema sees: that the manifests fit each other and the code."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.alerter.settings import AlerterSettings
from services.classifier.settings import ClassifierSettings
from shared.messages.topics import CLASSIFIED, DOCUMENTS
from tests.contract.known_variables import faults
from tests.contract.manifests import OVERLAYS, Manifest, name, of_kind, rendered, templates

pytestmark = [pytest.mark.contract, pytest.mark.parametrize("overlay", OVERLAYS)]

BY_OPERATORS = {"luming-cluster-ca-cert", "luming-db-ca", "luming-db-app"}
"""Secrets that Strimzi and CloudNativePG make, besides one for each KafkaUser, by its name."""
SERVICES = {"crawler", "classifier", "alerter", "portal", "portal-indexer"}
PORTS = {"portal": {"http": 9100, "pages": 8600}}
"""Of a service's pod; every other listens for probes and Prometheus alone."""


def labels_of(template: Manifest) -> dict[str, str]:
    return dict(template["metadata"]["labels"])


def selects(selector: Manifest, labels: dict[str, str]) -> bool:
    """Whether a label selector takes a pod with these labels."""
    wanted = selector.get("matchLabels", {})
    among = selector.get("matchExpressions", [])
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        labels.get(one["key"]) in one["values"] for one in among
    )


def services(objects: list[Manifest]) -> list[Manifest]:
    """The Deployments of the services; the canary's site is none."""
    found = [one for one in of_kind(objects, "Deployment") if one["metadata"]["name"] != "luming-canary"]
    assert {one["metadata"]["labels"]["app.kubernetes.io/name"] for one in found} == SERVICES
    return found


def test_variables_are_those_that_programs_read(overlay: str) -> None:
    assert {name(one): found for one in rendered(overlay) if (found := list(faults(one)))} == {}


def test_pods_are_restricted(overlay: str) -> None:
    found = list(templates(rendered(overlay)))
    assert len(found) >= len(SERVICES) + 1
    for owner, template in found:
        pod = template["spec"]
        assert pod["automountServiceAccountToken"] is False, name(owner)
        assert pod["enableServiceLinks"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            allowed = container["securityContext"]
            assert allowed["readOnlyRootFilesystem"] is True
            assert allowed["allowPrivilegeEscalation"] is False
            assert allowed["capabilities"] == {"drop": ["ALL"]}
            assert set(container["resources"]) == {"requests", "limits"}


def test_mounts_have_volumes_and_files_have_mounts(overlay: str) -> None:
    objects = rendered(overlay)
    settings = next(
        one["data"] for one in of_kind(objects, "ConfigMap") if one["metadata"]["name"].startswith("luming-settings")
    )
    for owner, template in templates(objects):
        (container,) = template["spec"]["containers"]
        mounts = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
        assert set(mounts) == {one["name"] for one in template["spec"]["volumes"]}, name(owner)
        told = {one["name"]: one.get("value", "") for one in container.get("env", ())}
        shared = {
            key: value for key, value in settings.items() if key == "SOURCES_OVERLAY" and "crawler" in name(owner)
        }
        for variable, value in (told | shared).items():
            if value.startswith("/"):
                assert any(value.startswith(f"{path}/") or value == path for path in mounts.values()), variable


def test_what_pods_refer_to_is_there(overlay: str) -> None:
    objects = rendered(overlay)
    secrets = BY_OPERATORS | {one["metadata"]["name"] for one in of_kind(objects, "KafkaUser", "ExternalSecret")}
    maps = {one["metadata"]["name"] for one in of_kind(objects, "ConfigMap")}
    accounts = {one["metadata"]["name"] for one in of_kind(objects, "ServiceAccount")}
    for owner, template in templates(objects):
        pod = template["spec"]
        assert pod["serviceAccountName"] in accounts
        for volume in pod["volumes"]:
            secret = volume.get("secret", {})
            assert not secret or secret.get("optional") or secret["secretName"] in secrets, (name(owner), volume)
            assert "configMap" not in volume or volume["configMap"]["name"] in maps
        for source in pod["containers"][0].get("envFrom", ()):
            assert source["configMapRef"]["name"] in maps


def test_ports_and_probes_are_where_the_service_listens(overlay: str) -> None:
    objects = rendered(overlay)
    for deployment in services(objects):
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        ports = {one["name"]: one["containerPort"] for one in container["ports"]}
        assert ports == PORTS.get(deployment["metadata"]["labels"]["app.kubernetes.io/name"], {"http": 9100})
        asked = [container[probe]["httpGet"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")]
        assert [one["path"] for one in asked] == ["/healthz", "/healthz", "/readyz"]
        assert {one["port"] for one in asked} == {"http"}


def test_every_service_may_be_disturbed_one_pod_at_a_time(overlay: str) -> None:
    objects = rendered(overlay)
    for deployment in services(objects):
        labels = labels_of(deployment["spec"]["template"])
        assert selects(deployment["spec"]["selector"], labels)
        budgets = [one for one in of_kind(objects, "PodDisruptionBudget") if selects(one["spec"]["selector"], labels)]
        assert [one["spec"]["maxUnavailable"] for one in budgets] == [1], name(deployment)
        (scaler,) = [
            one["spec"]["minReplicaCount"]
            for one in of_kind(objects, "ScaledObject")
            if one["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
        ] or [deployment["spec"].get("replicas", 1)]
        assert scaler >= (2 if overlay == "prod" else 1)


def test_scalers_watch_the_groups_that_services_join(overlay: str) -> None:
    wanted = {
        "luming-classifier": (ClassifierSettings.model_fields["consumer_group"].default, DOCUMENTS),
        "luming-alerter": (AlerterSettings.model_fields["consumer_group"].default, CLASSIFIED),
    }
    for scaler in of_kind(rendered(overlay), "ScaledObject"):
        group, topic = wanted.pop(scaler["spec"]["scaleTargetRef"]["name"])
        (trigger,) = scaler["spec"]["triggers"]
        assert (trigger["metadata"]["consumerGroup"], trigger["metadata"]["topic"]) == (group, topic.name)
        assert scaler["spec"]["maxReplicaCount"] <= topic.partitions
    assert wanted == {}


def ways(objects: list[Manifest], service: str, peer: Any) -> Iterator[int]:
    """Ports at which a pod of `service` may reach a peer (a test on a policy's `to`)."""
    labels = {"app.kubernetes.io/name": service, "app.kubernetes.io/part-of": "luming"}
    for policy in of_kind(objects, "NetworkPolicy"):
        if selects(policy["spec"]["podSelector"], labels):
            for rule in policy["spec"].get("egress", ()):
                if any(peer(one) for one in rule["to"]):
                    yield from (port["port"] for port in rule["ports"])


def test_only_the_known_ways_are_open(overlay: str) -> None:
    objects = rendered(overlay)
    policies = {one["metadata"]["name"]: one["spec"] for one in of_kind(objects, "NetworkPolicy")}
    assert policies["default-deny"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}

    def chosen(labels: dict[str, str]) -> Any:
        return lambda peer: (
            "podSelector" in peer and "namespaceSelector" not in peer and selects(peer["podSelector"], labels)
        )

    kafka = chosen({"strimzi.io/cluster": "luming", "strimzi.io/name": "luming-kafka"})
    database = chosen({"cnpg.io/cluster": "luming-db"})
    found = {
        service: (
            sorted(set(ways(objects, service, kafka))),
            sorted(set(ways(objects, service, database))),
            sorted(set(ways(objects, service, lambda peer: "ipBlock" in peer))),
        )
        for service in (*SERVICES, "migrate", "maintenance", "replay", "erase")
    }
    assert found == {
        "crawler": ([9093], [5432], [80, 443]),
        "classifier": ([9093], [], []),
        "alerter": ([9093], [5432], [443, 587]),
        "portal": ([], [5432], [443]),
        "portal-indexer": ([], [5432], []),
        "migrate": ([], [5432], []),
        "maintenance": ([], [5432], []),
        "replay": ([9093], [], []),
        "erase": ([9093], [5432], []),
    }


def test_the_internet_is_without_private_networks(overlay: str) -> None:
    for policy in of_kind(rendered(overlay), "NetworkPolicy"):
        if policy["metadata"]["name"] in {"crawler-to-the-web", "alerter-to-channels", "portal-to-sign-in"}:
            (rule,) = policy["spec"]["egress"]
            four = next(peer["ipBlock"] for peer in rule["to"] if peer["ipBlock"]["cidr"] == "0.0.0.0/0")
            assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"} <= set(
                four["except"]
            )


def test_the_pages_are_reached_through_the_ingress_alone(overlay: str) -> None:
    objects = rendered(overlay)
    labels = {"app.kubernetes.io/name": "portal", "app.kubernetes.io/part-of": "luming"}
    comers = [
        peer
        for policy in of_kind(objects, "NetworkPolicy")
        if selects(policy["spec"]["podSelector"], labels)
        for rule in policy["spec"].get("ingress", ())
        if PORTS["portal"]["pages"] in {port["port"] for port in rule["ports"]}
        for peer in rule["from"]
    ]
    assert comers == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}]
    (front,) = [one["spec"] for one in of_kind(objects, "Service") if one["metadata"]["name"] == "luming-portal"]
    assert front["selector"] == labels
    assert [port["targetPort"] for port in front["ports"]] == ["pages"]
