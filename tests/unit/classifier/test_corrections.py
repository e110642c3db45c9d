"""What readers say is wrong, as cases that bench/regressions.py looks at."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest

from bench.regressions import check
from services.classifier.application.correct import load
from services.classifier.application.corrections import Told, case_of, refused, taken
from services.classifier.domain.judge import Judge
from shared.errors import ConfigError
from shared.messages import DocumentFound, Times
from tests.unit.classifier.test_judge import CONFIG

pytestmark = pytest.mark.unit
NOW = datetime(2026, 11, 23, tzinfo=UTC)
WAS = {"label": "mergers_acquisitions", "status": "completed", "entities": ["ant_group"]}
TITLES = {"a": "蚂蚁集团完成收购好大夫在线", "b": "京东健康公布中期业绩", "c": "蚂蚁集团完成对好大夫在线的收购"}


def document(name: str) -> DocumentFound:
    """One of three articles."""
    return DocumentFound(
        document_id=name * 32,
        revision=1,
        url=f"https://news.example/{name}",
        source="test",
        title=TITLES[name],
        paragraphs=(TITLES[name] + "。5月11日，好大夫在线完成工商变更，蚂蚁持股100%。",),
        language="zh-Hans",
        times=Times(first_seen=NOW),
    )


class Box:
    """Corrections in memory."""

    def __init__(self, *told: Told) -> None:
        self.told = list(told)
        self.settled: dict[int, tuple[str, str, str, str]] = {}

    def waiting(self) -> Sequence[Told]:
        """Those without an end."""
        return [one for one in self.told if one.id not in self.settled]

    def document(self, document_id: str, revision: int | None) -> DocumentFound:
        """One of three."""
        if document_id[0] not in TITLES:
            raise ConfigError(f"document {document_id}", None, "no stored document has it", "an id")
        return document(document_id[0])

    def settle(self, number: int, state: Literal["case", "refused"], place: str, who: str, why: str) -> None:
        """Once."""
        self.settled.setdefault(number, (state, place, who, why))


def told(wrong: str, number: int = 1, name: str = "a", **answer: Any) -> Told:
    """Rea says so."""
    return Told(number, NOW, "rea", wrong, name * 32, 1, WAS if wrong != "missing" else {}, answer, "look")


@pytest.mark.parametrize(
    ("said", "events", "no_events", "no_actors"),
    [
        (told("label", label="partnership"), [("partnership", "completed", ())], ("mergers_acquisitions",), ()),
        (told("status", status="planned"), [("mergers_acquisitions", "planned", ())], (), ()),
        (told("status", status="background"), [], ("mergers_acquisitions",), ()),
        (told("entity", entity="haodf"), [("mergers_acquisitions", "completed", ("haodf",))], (), ("ant_group",)),
        (told("not_event"), [], ("mergers_acquisitions",), ()),
        (told("missing", label="leadership", status="announced"), [("leadership", "announced", ())], (), ()),
    ],
)
def test_each_kind_becomes_what_can_be_looked_at(
    said: Told, events: list[Any], no_events: tuple[str, ...], no_actors: tuple[str, ...]
) -> None:
    case = case_of(said, Box(), "li", NOW)
    assert [(each.label, each.status, each.entities) for each in case.events] == events
    assert (case.no_events, case.no_actors) == (no_events, no_actors)
    assert (case.by, case.why, case.origin) == ("li", "rea: look", "portal 1")


def test_cases_fail_while_the_mistake_is_there(tmp_path: Path) -> None:
    box = Box(
        told("not_event", 1),
        told("entity", 2, entity="jd_health"),
        told("status", 3, status="completed"),
        told("story", 4, document_id="c" * 32),
        told("story", 5, name="b", document_id="a" * 32),
    )
    path = tmp_path / "regressions.jsonl"
    list(taken(box, None, "li", path, NOW))
    wrong = check(Judge.load(CONFIG), path)
    assert len(load(path)) == 5
    said = [each.partition("): ")[2] for each in wrong]
    assert said == [
        "mergers_acquisitions is told as news",
        "mergers_acquisitions is not of jd_health",
        "ant_group acts in an event",
        f"joins the story of {TITLES['c']}",
    ], "what is right already is not among them: 3, and 5, whose two stories stay apart"


def test_none_becomes_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "regressions.jsonl"
    box = Box(told("not_event", 7))
    list(taken(box, [7], "li", path, NOW))
    assert box.settled == {7: ("case", "regressions.jsonl portal 7", "li", "")}
    box.settled.clear()  # the process died before it could write that down
    list(taken(box, [7], "li", path, NOW))
    assert len(load(path)) == 1
    assert box.waiting() == []
    with pytest.raises(ConfigError, match="no correction 7 waits"):
        list(taken(box, [7], "li", path, NOW))


def test_what_makes_no_case_waits_until_it_is_turned_down(tmp_path: Path) -> None:
    box = Box(told("label", 1), told("not_event", 2, name="f"))
    said = list(taken(box, None, "li", tmp_path / "regressions.jsonl", NOW))
    assert "2: no stored document has it" in said[1]
    assert box.settled.keys() <= {1}
    list(refused(box, [2], "li", "the text is gone"))
    assert box.settled[2] == ("refused", "", "li", "the text is gone")
