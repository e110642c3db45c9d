"""What programs may do on Kafka is what ARCHITECTURE.md says of the topics' writers and readers."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.alerter.settings import AlerterSettings
from services.classifier.adapters.replayer import CLIENT
from services.classifier.settings import ClassifierSettings
from services.maintenance.adapters.letters import CLIENT as MAINTENANCE
from shared.messages.topics import TOPICS

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
RIGHTS: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "kafka" / "rights.yaml").read_text("utf-8"))
ROW = re.compile(r"^\| `(luming\.[a-z.0-9-]+)` \| [^|]+ \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TABLE = {name: (writer, reader) for name, writer, reader in ROW.findall((ROOT / "ARCHITECTURE.md").read_text("utf-8"))}
PROGRAMS = ("crawler", "classifier", "alerter", "replay")
BESIDE = {"replay", "maintenance"}
"""Commands of people: they send again, look for originals, and take what is erased out of letters."""


def may(operation: str, topic: str) -> set[str]:
    return {name for name, one in RIGHTS["principals"].items() if operation in one.get("topics", {}).get(topic, [])}


def meant(words: str) -> set[str]:
    """The programs that a cell of the table names."""
    return {name for name in PROGRAMS if name in words} if words not in ("all", "anyone") else set(PROGRAMS)


def test_the_table_names_every_topic() -> None:
    assert set(TABLE) == {topic.name for topic in TOPICS}


@pytest.mark.parametrize("topic", sorted(TABLE))
def test_who_writes_and_reads_is_who_may(topic: str) -> None:
    writer, reader = TABLE[topic]
    writers, readers = may("Write", topic), may("Read", topic)
    assert writers <= meant(writer) | BESIDE
    assert readers <= meant(reader) | BESIDE
    if writer not in ("all", "anyone"):
        assert meant(writer) <= writers
    if reader not in ("all", "anyone"):
        assert meant(reader) <= readers


def test_replay_writes_documents_and_its_own_marks_alone() -> None:
    assert {topic for topic in TABLE if "replay" in may("Write", topic)} == {
        "luming.documents.v1",
        "luming.replayed.v1",
    }


def test_maintenance_touches_letters_alone_and_nobody_else_deletes() -> None:
    letters = {"luming.dead-letters.v1", "luming.parked.v1"}
    assert {topic for topic in TABLE if may("Delete", topic)} == letters
    assert all(may("Delete", topic) == {"maintenance"} for topic in letters)
    assert {topic for topic in TABLE if "maintenance" in may("Read", topic)} == letters | {"luming.replayed.v1"}


def test_nobody_may_more_than_read_write_describe_and_delete() -> None:
    said = {
        operation
        for one in RIGHTS["principals"].values()
        for resources in (one.get("topics", {}), one.get("groups", {}))
        for operations in resources.values()
        for operation in operations
    }
    assert said | set(RIGHTS["every_topic"]) == {"Read", "Write", "Describe", "Delete"}


def test_groups_are_those_of_the_settings() -> None:
    groups = {name: set(one.get("groups", {})) for name, one in RIGHTS["principals"].items()}
    classifier = ClassifierSettings.model_fields["consumer_group"].default
    alerter = AlerterSettings.model_fields["consumer_group"].default
    assert groups["classifier"] == {classifier}
    assert groups["alerter"] == {alerter}
    assert groups["replay"] == {CLIENT}
    assert groups["maintenance"] == {MAINTENANCE}
    assert groups["scaler"] == {classifier, alerter}
    assert groups["crawler"] == set()
