"""Each way through the network policies has both its ends: who may send there is let in there, and nobody else."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.manifests import RENDERED, Manifest, of_kind, rendered, templates
from tests.contract.test_manifests_agree import selects

pytestmark = [pytest.mark.contract, pytest.mark.parametrize("overlay", RENDERED)]

Labels = dict[str, str]
Way = tuple[str, str, int]
"""From, to, port."""
OPERATORS_PODS: dict[str, Labels] = {
    "broker": {"strimzi.io/cluster": "luming", "strimzi.io/name": "luming-kafka"},
    "entity operator": {"strimzi.io/cluster": "luming", "strimzi.io/name": "luming-entity-operator"},
    "exporter": {"strimzi.io/cluster": "luming", "strimzi.io/name": "luming-kafka-exporter"},
    "database": {"cnpg.io/cluster": "luming-db", "cnpg.io/podRole": "instance"},
}
"""Pods of this namespace that operators make, by the labels that they give them."""
FROM_OUTSIDE: set[Way] = {
    ("keda", "broker", 9093),
    *(("strimzi", "broker", port) for port in (8443, 9090, 9091)),
    ("cnpg-system", "database", 5432),
    ("cnpg-system", "database", 8000),
    ("monitoring", "database", 9187),
    ("monitoring", "exporter", 9404),
    ("ingress", "portal", 8600),
}
"""Ways that begin in another namespace, besides Prometheus' to the services."""
ISOLATION: set[Way] = {("database", "database", 8000)}
"""CloudNativePG's liveness probe of a primary asks the other instances whether it is cut off (`isolationCheck`)."""


def all_pods(objects: list[Manifest]) -> dict[str, Labels]:
    """Every pod that there may be in the namespace: its short name and its labels."""
    ours = [dict(template["metadata"]["labels"]) for _, template in templates(objects)]
    return {labels["app.kubernetes.io/name"]: labels for labels in ours} | OPERATORS_PODS


def who(peer: Any, pods: dict[str, Labels]) -> Iterator[str]:
    """The pods, or the namespace, that a peer of a rule means; nothing for a block of addresses."""
    if "namespaceSelector" in peer:
        yield str(peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"])
    elif "podSelector" in peer:
        yield from (name for name, labels in pods.items() if selects(peer["podSelector"], labels))


def ways(objects: list[Manifest], side: str) -> set[Way]:
    """The ways that the policies open at one side, `ingress` or `egress`."""
    pods, found = all_pods(objects), set()
    for policy in of_kind(objects, "NetworkPolicy"):
        here = [name for name, labels in pods.items() if selects(policy["spec"]["podSelector"], labels)]
        for rule in policy["spec"].get(side, ()):
            for peer in rule["to" if side == "egress" else "from"]:
                for there in who(peer, pods):
                    ends = [(one, there) if side == "egress" else (there, one) for one in here]
                    found |= {(*pair, port["port"]) for pair in ends for port in rule["ports"]}
    return found


def test_who_may_send_is_let_in_and_nobody_else(overlay: str) -> None:
    objects = rendered(overlay)
    inside = set(all_pods(objects))
    sent = {way for way in ways(objects, "egress") if way[1] in inside}
    taken = {way for way in ways(objects, "ingress") if way[0] in inside}
    assert len(sent) >= 20
    assert (sent - taken, taken - sent) == (set(), set()), "open at one end alone"
    assert sent >= ISOLATION


def test_from_outside_only_operators_prometheus_and_the_ingress_come_in(overlay: str) -> None:
    objects = rendered(overlay)
    inside = all_pods(objects)
    scraped = {
        ("monitoring", name, 9100)
        for name, labels in inside.items()
        if labels.get("app.kubernetes.io/part-of") == "luming"
    }
    assert {way for way in ways(objects, "ingress") if way[0] not in inside} == FROM_OUTSIDE | scraped


def test_every_pod_may_ask_for_names_and_speak_tcp_alone_otherwise(overlay: str) -> None:
    objects = rendered(overlay)
    named = {way for way in ways(objects, "egress") if way[1] == "kube-system"}
    assert named == {(name, "kube-system", 53) for name in all_pods(objects)}
    spoken = {
        (policy["metadata"]["name"], port["port"], port["protocol"])
        for policy in of_kind(objects, "NetworkPolicy")
        for side in ("ingress", "egress")
        for rule in policy["spec"].get(side, ())
        for port in rule["ports"]
    }
    assert {one for one in spoken if one[2] != "TCP"} == {("dns", 53, "UDP")}
    assert ("dns", 53, "TCP") in spoken


def test_the_listeners_own_peers_are_those_of_the_policy(overlay: str) -> None:
    """Strimzi makes a policy of them beside ours, and what either of two policies opens is open."""
    objects = rendered(overlay)
    (kafka,) = of_kind(objects, "Kafka")
    (listener,) = kafka["spec"]["kafka"]["listeners"]
    assert listener["tls"] is True
    (policy,) = [one for one in of_kind(objects, "NetworkPolicy") if one["metadata"]["name"] == "kafka-brokers"]
    (rule,) = [one for one in policy["spec"]["ingress"] if listener["port"] in {port["port"] for port in one["ports"]}]
    assert listener["networkPolicyPeers"] == rule["from"]
