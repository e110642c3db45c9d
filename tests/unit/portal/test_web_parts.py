"""The parts of the pages that need no database: marks, changes, links, preferences, the gate, the words."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from services.portal.domain.changes import Change, changes
from services.portal.domain.parse import parse
from services.portal.domain.query import Problem, Query
from services.portal.domain.segments import Mark, Segment, segments
from services.portal.web import words
from services.portal.web.gate import OPEN, Gate
from services.portal.web.links import parts, safe_link, with_filter, without_filter
from services.portal.web.phrases import PHRASES
from services.portal.web.preferences import speech_of, zone_of
from services.portal.web.render import HERE
from shared.messages.classified import FactKind, Kind, PointGroup
from shared.messages.common import Language
from shared.watch import LABELS, STATUSES
from tests.unit.portal.known import NOW, SHANGHAI, VOCABULARY

TEMPLATES = sorted((HERE / "templates").glob("*.html"))


def test_marks_that_overlap_are_cut_at_their_borders() -> None:
    found = segments("abcdef", [Mark(0, 4, "evidence"), Mark(2, 6, "hit"), Mark(9, 12, "entity"), Mark(3, 3, "hit")])
    assert found == (
        Segment("ab", ("evidence",)),
        Segment("cd", ("evidence", "hit")),
        Segment("ef", ("hit",)),
    )
    assert "".join(one.text for one in segments("无标记", [])) == "无标记"
    assert segments("", [Mark(0, 1, "hit")]) == ()


def test_changes_are_told_by_paragraph() -> None:
    assert changes(["t", "a", "b"], ["t", "a", "c", "d"]) == (
        Change("removed", 2, "b"),
        Change("added", 2, "c"),
        Change("added", 3, "d"),
    )
    assert changes(["t", "a"], ["t", "a"]) == ()


def read(text: str) -> Query | None:
    found = parse(text, VOCABULARY, NOW, SHANGHAI)
    return None if isinstance(found, Problem) else found


@pytest.mark.parametrize(
    ("query", "field", "value", "left"),
    [
        ("医鹿 status:denied", "status", "denied", "医鹿"),
        ('医鹿 entity:"Alibaba Health" 合作', "entity", "alibaba_health", "医鹿 合作"),
        ("entity:医鹿", "entity", "alibaba_health", ""),
        ("status:denied status:rumoured", "status", "denied", "status:rumoured"),
        ("-status:denied", "status", "denied", "-status:denied"),
        ('"status:denied"', "status", "denied", '"status:denied"'),
        ("ＳＴＡＴＵＳ：ｄｅｎｉｅｄ 医鹿", "status", "denied", "医鹿"),
    ],
)
def test_a_filter_is_taken_off_however_it_is_written(query: str, field: str, value: str, left: str) -> None:
    assert without_filter(query, field, value, read) == left


@pytest.mark.parametrize("source", ["搜狐财经", "Sohu Finance"])
def test_a_filter_that_is_put_on_can_be_read_and_taken_off(source: str) -> None:
    query = with_filter("医鹿", "source", source)
    found = read(query)
    assert found is not None
    assert found.values("source") == (source,)
    assert without_filter(query, "source", source, read) == "医鹿"


def test_parts_of_a_query_can_be_left_out() -> None:
    assert parts('医鹿 "a b" -c') == [("医鹿", '"a b" -c'), ('"a b"', "医鹿 -c"), ("-c", '医鹿 "a b"')]
    assert parts("医鹿") == []


@pytest.mark.parametrize(
    ("url", "safe"),
    [("https://a.test/x", True), ("http://a.test", True), ("javascript:alert(1)", False), ("JaVaScRiPt:x", False),
     ("data:text/html,x", False), ("//a.test", False), ("http://[", False), ("", False)],
)  # fmt: skip
def test_only_addresses_of_the_web_are_linked(url: str, safe: bool) -> None:
    assert bool(safe_link(url)) is safe


@pytest.mark.parametrize(
    ("header", "speech"),
    [("", "zh"), ("zh-TW", "zh"), ("en", "en"), ("fr,en;q=0.2", "en"), ("en;q=0.4,zh;q=0.6", "zh"), ("q=;;,,*", "zh"),
     ("*", "zh"), ("en,*;q=0.1", "en"), ("x" * 5_000, "en"), ("en;q=9", "zh")],
)  # fmt: skip
def test_the_browser_s_languages_decide(header: str, speech: str) -> None:
    assert speech_of(header) == speech


@pytest.mark.parametrize(("name", "hours"), [("Asia/Shanghai", 8.0), ("+08:00", 8.0), ("-0330", -3.5), ("14", 14.0)])
def test_a_timezone_is_a_name_or_an_offset(name: str, hours: float) -> None:
    zone = zone_of(name)
    assert zone is not None
    assert zone.utcoffset(NOW) == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "Mars/Olympus", "+15", "+99:99", "\x00", "Asia", "1e3"])
def test_what_is_no_timezone_is_none(name: str) -> None:
    assert zone_of(name) is None


def test_a_link_is_good_once_and_for_a_while() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    gate = Gate(lambda: now)
    old, link = gate.new_link(), gate.new_link()
    opened: list[str] = []

    def enter(token: str, by: Gate = gate) -> bool:
        return by.enter(token, lambda: bool([opened.append(token)])) is True  # type: ignore[func-returns-value]  # noted

    assert not enter(old), "a new link makes the one before void"
    now += OPEN + timedelta(seconds=1)
    assert not enter(link)
    fresh = gate.new_link()
    assert not opened
    with pytest.raises(ZeroDivisionError):
        gate.enter(fresh, lambda: 1 // 0)
    assert enter(fresh), "what failed used nothing up"
    assert not enter(fresh)
    assert not enter(fresh, Gate(lambda: now)), "another process has its own"


def test_every_word_has_both_languages() -> None:
    tables = (words.LABELS, words.STATUSES, words.KINDS, words.GROUPS, words.LANGUAGES, words.FACTS, words.FIELDS,
              words.STATIONS, PHRASES)  # fmt: skip
    for table in tables:
        for key, (zh, en) in table.items():
            assert zh.strip(), key
            assert en.strip(), key
            assert set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)), key


@pytest.mark.parametrize(
    ("key", "told", "said"),
    [
        ("thread_of", {"count": 1}, "Thread of 1 report"),
        ("thread_of", {"count": 2}, "Thread of 2 reports"),
        ("found", {"count": "1"}, "1 document"),
        ("found", {"count": "about 10,000"}, "about 10,000 documents"),
        ("story_of", {"reports": 2, "outlets": 1}, "2 reports · 1 outlet"),
    ],
)
def test_one_is_said_as_one(key: str, told: dict[str, object], said: str) -> None:
    assert words.filled(PHRASES[key], "en", **told) == said
    assert "|" not in words.filled(PHRASES[key], "zh", **told)


def test_every_value_has_a_name() -> None:
    assert set(words.LABELS) == set(LABELS)
    assert set(words.STATUSES) == set(STATUSES)
    assert set(words.KINDS) == {*get_args(Kind), "unread"}
    assert set(words.GROUPS) == set(get_args(PointGroup))
    assert set(words.LANGUAGES) == set(get_args(Language))
    assert set(words.FACTS) == set(get_args(FactKind))


def test_the_templates_know_their_phrases_and_use_no_script_of_their_own() -> None:
    used = {key for path in TEMPLATES for key in re.findall(r"\bt\('(\w+)'", path.read_text("utf-8"))}
    assert {key for key in used if not key.endswith("_")} <= set(PHRASES)
    assert all(any(one.startswith(key) for one in PHRASES) for key in used), "the others are beginnings of some"
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        assert not re.search(r"<script(?! src=)|\son[a-z]+=|style=|\|\s*safe\b|autoescape", text), path.name


def test_no_phrase_is_left_over() -> None:
    everything = "\n".join(path.read_text("utf-8") for path in [*TEMPLATES, *Path(HERE).glob("*.py")])
    named = set(re.findall(r"""["'](\w+)["']""", everything.replace(Path(HERE, "phrases.py").read_text("utf-8"), "")))
    built = {"rights_full", "rights_excerpt", "rights_link", "mark_entity", "mark_evidence", "mark_hit", "e400", "e404",
             "e410", "e500", "e503", "e410_pruned",
             "e410_erased", "added", "removed"}  # fmt: skip
    assert set(PHRASES) - named - built == set()
