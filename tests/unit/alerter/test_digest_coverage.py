"""Quiet because nothing happened, or because sources were silent: judged by what was recorded before a period's end."""

from datetime import datetime, timedelta

import pytest

from services.alerter.domain.coverage import Coverage, SilentSource, Standing, coverage_of, silences
from services.alerter.domain.coverage_words import coverage_words
from tests.fakes.digests import DAY, END, NAMES, SHANGHAI, START

pytestmark = pytest.mark.unit

HOUR = timedelta(hours=1)


def stands(state: str, since: datetime, seen: datetime | None = None, source: str = "caixin") -> Standing:
    return Standing(source=source, state=state, reason=f"why {state}", since=since, seen=seen or since + HOUR / 60)


def found(*record: Standing) -> list[tuple[datetime, datetime | None]]:
    return [(one.since, one.until) for one in silences(record, DAY)]


def test_a_source_that_is_silent_at_the_end_is_told_with_its_beginning() -> None:
    began = START - timedelta(days=3)
    assert found(stands("healthy", began - 9 * HOUR), stands("quiet_suspicious", began)) == [(began, None)]


@pytest.mark.parametrize("state", ["healthy", "incomplete", "unproven"])
def test_a_source_that_lists_is_not_silent(state: str) -> None:
    assert found(stands(state, START - HOUR)) == []


def test_a_silence_that_ended_within_the_period_is_told_with_its_end() -> None:
    record = [stands("failing", START, START), stands("healthy", START + 5 * HOUR, START + 5 * HOUR)]
    assert found(*record) == [(START, START + 5 * HOUR)]


def test_a_short_failure_is_made_up_for() -> None:
    assert found(stands("failing", START, START), stands("healthy", START, START + 2 * HOUR)) == []
    assert found(stands("failing", END - 2 * HOUR)) == []


def test_failing_then_broken_is_one_silence() -> None:
    record = [stands("failing", START), stands("broken", START + 2 * HOUR, START + 2 * HOUR)]
    assert found(*record, stands("healthy", START, START + 4 * HOUR)) == [(START, START + 4 * HOUR)]


def test_what_is_recorded_later_changes_nothing() -> None:
    record = [stands("healthy", START)]
    later = [stands("broken", START + HOUR, END + HOUR), stands("failing", END + HOUR, source="yicai")]
    assert silences(record, DAY) == silences([*record, *later], DAY) == ()


def test_a_source_that_nobody_recorded_before_is_judged_by_its_first_state() -> None:
    assert found(stands("broken", START - HOUR, END + HOUR)) == [(START - HOUR, None)]
    assert found(stands("broken", END + HOUR)) == []


def test_a_company_is_covered_by_the_sources_that_have_told_of_it() -> None:
    silent = [SilentSource(source=name, since=START) for name in ("caixin", "yicai")]
    tellers = {"ant_group": frozenset({"caixin", "36kr"}), "": frozenset({"caixin", "36kr", "yicai"})}
    one, two = coverage_of(["ant_group", "jd_health"], {"ant_group": 2}, {"jd_health": 1}, tellers, silent)
    assert (one.events, one.sources, [s.source for s in one.silent], one.others) == (2, 2, ["caixin"], ("yicai",))
    assert (two.articles, two.sources, two.silent, two.others) == (1, 0, (), ("caixin", "yicai"))
    (whole,) = coverage_of([], {"": 4}, {}, tellers, silent)
    assert (whole.entity, whole.events, whole.sources, len(whole.silent)) == ("", 4, 3, 2)


SILENT = SilentSource(source="caixin", since=START, reason="nothing new for 3 d")


@pytest.mark.parametrize(
    ("coverage", "english", "chinese"),
    [
        (
            Coverage(entity="ant_group", sources=6, articles=2),
            "Ant Group: quiet: nothing happened; 6 sources known to tell of it; 2 articles named it",
            "蚂蚁集团：平静，没有发生事件；覆盖信源 6 家；提及文章 2 篇",
        ),
        (
            Coverage(entity="ant_group", sources=1, silent=(SILENT,), others=("yicai",)),
            "Ant Group: nothing heard, yet sources were silent: it may not be quiet; 1 source known to tell of it; "
            "silent: caixin (since 2026-11-22 09:00, nothing new for 3 d); "
            "silent as well, though never heard of it: yicai",
            "蚂蚁集团：未听到消息，但有信源沉默，不能断定平静；覆盖信源 1 家；沉默信源：caixin (自 2026-11-22 09:00 起"
            ", nothing new for 3 d)；另有沉默、此前未报道过它的信源：yicai",
        ),
        (
            Coverage(entity="jd_health"),
            "JD Health: nothing heard, and no source has told of it so far",
            "京东健康：未听到消息，且此前没有信源报道过它",
        ),
        (
            Coverage(events=3, sources=9, silent=(SILENT.model_copy(update={"until": END, "reason": ""}),)),
            "all sources: 3 events; 9 sources known to tell of it; "
            "silent: caixin (from 2026-11-22 09:00 to 2026-11-23 09:00)",
            "全部信源：事件 3 个；覆盖信源 9 家；沉默信源：caixin (2026-11-22 09:00 至 2026-11-23 09:00)",
        ),
    ],
)
def test_coverage_in_words(coverage: Coverage, english: str, chinese: str) -> None:
    assert coverage_words(coverage, NAMES, SHANGHAI, "en") == english
    assert coverage_words(coverage, NAMES, SHANGHAI, "zh-Hans") == chinese


def test_many_sources_are_counted() -> None:
    many = Coverage(entity="ant_group", sources=9, others=tuple(f"s{number}" for number in range(7)))
    assert "s0, s1, s2, s3 and 3 more" in coverage_words(many, NAMES, SHANGHAI, "en")
