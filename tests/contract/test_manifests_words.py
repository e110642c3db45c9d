"""A wrong word or format in any manifest is caught: each text gets one letter more, and known slips are made."""

import copy
from functools import cache
from typing import Any, NamedTuple

import pytest

from tests.contract import free_form, manifest_words
from tests.contract.declared_names import Names, names_of
from tests.contract.manifest_words import Place, holder_of, texts
from tests.contract.manifests import RENDERED, Manifest, name, rendered

pytestmark = [pytest.mark.contract, pytest.mark.timeout(600)]

GENERATED = {"PrometheusRule"}
"""Held equal, letter by letter, to a file that promtool tests."""
FREE = {
    "Cluster/spec/description": "prose",
    "Cluster/spec/backup/barmanObjectStore/destinationPath": "a company's bucket",
    "ExternalSecret/spec/data/remoteRef/key": "a path in a company's store",
    "ExternalSecret/spec/data/remoteRef/property": "a path in a company's store",
    "ExternalSecret/spec/dataFrom/extract/key": "a path in a company's store",
    "ExternalSecret/spec/secretStoreRef/name": "a company's store",
    "Kafka/spec/kafka/listeners/name": "nobody asks for a listener by its name",
    "CronJob/metadata/annotations/checkov.io/skip1": "why, in prose",
    "Deployment/metadata/annotations/checkov.io/skip1": "why, in prose",
    "Job/metadata/annotations/checkov.io/skip1": "why, in prose",
    "ConfigMap/data/CANARY_CHANNEL": "a company's channel",
    "ConfigMap/data/CRAWLER_CONTACT": "a company's address of mail",
    "ConfigMap/data/SMTP_FROM": "a company's address of mail",
    "ConfigMap/data/PORTAL_ADDRESS": "a company's name on the web",
    "ConfigMap/data/CONSOLE_FILE": "a file that the program makes, below a mount",
    "ConfigMap/data/MPLCONFIGDIR": "a folder that the program makes, below a mount",
    "Deployment/spec/template/spec/containers/env/value/ATTEMPTS_DIR": "a folder that the program makes, below a mount",
    "ConfigMap/data/sources.yaml": "test_production_sources.py reads it",
    "KafkaNodePool/metadata/name": "the pool's own; Strimzi finds it by its label",
    "NetworkPolicy/metadata/name": "nobody names one",
    "PodDisruptionBudget/metadata/name": "nobody names one",
    "PodMonitor/metadata/name": "nobody names one",
    "ScaledObject/metadata/name": "nobody names one",
    "ScheduledBackup/metadata/name": "nobody names one",
}
"""Where one letter more makes another right text, and why."""
SLIPS = (
    ("Job", "restartPolicy", "Nevr"),
    ("Job", "restartPolicy", "Always"),
    ("CronJob", "concurrencyPolicy", "Forbidden"),
    ("CronJob", "schedule", "30 3 * *"),
    ("CronJob", "schedule", "30 24 * * *"),
    ("CronJob", "timeZone", "Etc/UCT8"),
    ("ScheduledBackup", "schedule", "0 2 * * *"),
    ("Deployment", "protocol", "TPC"),
    ("Deployment", "imagePullPolicy", "Allways"),
    ("Deployment", "strategy/type", "Rolling"),
    ("Deployment", "whenUnsatisfiable", "ScheduleAnyways"),
    ("Deployment", "topologyKey", "kubernetes.io/host"),
    ("Deployment", "mountPath", "tmp"),
    ("Deployment", "sizeLimit", "20GB"),
    ("NetworkPolicy", "cidr", "0.0.0.0/33"),
    ("NetworkPolicy", "except", "10.0.0.1/8"),
    ("ScaledObject", "metricType", "Average"),
    ("ScaledObject", "lagThreshold", "a hundred"),
    ("ScaledObject", "sasl", "scram-sha-512"),
    ("ScaledObject", "tls", "true"),
    ("ConfigMap", "PGSSLMODE", "verify-ful"),
    ("ConfigMap", "KAFKA_SASL_MECHANISM", "SCRAM-SHA512"),
    ("ConfigMap", "KAFKA_SECURITY_PROTOCOL", "SASL-SSL"),
    ("Cluster", "storage/size", "20GB"),
    ("Cluster", "podAntiAffinityType", "require"),
    ("Cluster", "localeProvider", "build-in"),
    ("ExternalSecret", "refreshInterval", "1hh"),
    ("ExternalSecret", "refreshInterval", "1d"),
    ("PodMonitor", "interval", "15"),
)
"""A kind, the end of a place in it, and what somebody may write there that no schema refuses."""


def ours(overlay: str) -> list[Manifest]:
    """The objects whose texts are judged here."""
    return [one for one in rendered(overlay) if one["kind"] not in GENERATED]


class Found(NamedTuple):
    """A text, and where it stands; not to be changed."""

    objects: list[Manifest]
    names: Names
    number: int
    """Of its object in the overlay."""
    at: Place
    steps: tuple[str | int, ...]
    text: str

    @property
    def place(self) -> str:
        """Where it stands, a variable with its name."""
        variable = holder_of(self.objects[self.number], self.steps)["name"] if self.at[-2:] == ("env", "value") else ""
        return "/".join((*self.at, variable) if variable else self.at)


@cache
def all_texts() -> tuple[Found, ...]:
    """Each text once a kind and place."""
    found: dict[Any, Found] = {}
    for overlay in RENDERED:
        objects = ours(overlay)
        names = names_of(objects)
        for number, manifest in enumerate(objects):
            for at, steps, text in texts(manifest, (str(manifest["kind"]),)):
                # Names are looked at one by one: somebody else may refer to each.
                known = (at, text, name(manifest) if at[-1] == "name" else "")
                found.setdefault(known, Found(objects, names, number, at, steps, text))
    return tuple(found.values())


def caught(found: Found, text: str) -> bool:
    """Whether the object with another text there, or one that refers to it, is found to be wrong."""
    wrong = copy.deepcopy(found.objects[found.number])
    holder_of(wrong, found.steps)[found.steps[-1]] = text
    now = [*found.objects[: found.number], wrong, *found.objects[found.number + 1 :]]
    names = names_of(now)
    if next(free_form.faults(wrong), "") or next(manifest_words.faults(wrong, names), ""):
        return True
    return names != found.names and any(next(manifest_words.faults(one, names), "") for one in now)


@pytest.mark.parametrize("overlay", RENDERED)
def test_every_text_is_right_where_it_stands(overlay: str) -> None:
    objects = ours(overlay)
    names = names_of(objects)
    assert {name(one): found for one in objects if (found := list(manifest_words.faults(one, names)))} == {}


def test_one_letter_more_is_caught_but_where_texts_are_free() -> None:
    assert len(all_texts()) > 500
    assert {found.place for found in all_texts() if not caught(found, f"{found.text}x")} == set(FREE)


@pytest.mark.parametrize(("kind", "end", "wrong"), SLIPS)
def test_a_slip_that_schemas_take_is_caught(kind: str, end: str, wrong: str) -> None:
    places = [found for found in all_texts() if found.at[0] == kind and found.place.endswith(f"/{end}")]
    assert places
    assert [found.place for found in places if not caught(found, wrong)] == []
