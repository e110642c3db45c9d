"""Recall of a day: shares, titles that are one headline, days that are not measured."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from services.alerter.application.recall import Known, MeasureRecall
from services.alerter.domain.recall import Cause, Headline, Recall, likest, merged
from services.alerter.domain.recall_index import Day, Poll

pytestmark = pytest.mark.unit

START = datetime(2026, 11, 22, tzinfo=UTC)
SPAN = Day(START, START + timedelta(hours=24))
WHOLE = tuple(Poll("sina", START + timedelta(hours=hour), 20) for hour in range(24))


def headline(title: str, address: str = "", source: str = "sina", hour: int = 3) -> Headline:
    return Headline(title, (address or f"https://x.example/{title}",), (source,), "", START + timedelta(hours=hour))


class Index:
    def __init__(
        self, found: Sequence[tuple[Headline, Known]], told: Mapping[str, str], polls: Sequence[Poll] = WHOLE
    ) -> None:
        self._found, self._told, self._polls = found, told, polls

    def headlines(self, day: Day) -> Sequence[tuple[Headline, Known]]:
        return self._found

    def polls(self, day: Day) -> Sequence[Poll]:
        return self._polls

    def told_titles(self, day: Day) -> Mapping[str, str]:
        return self._told


def measured(index: Index, ends: Mapping[str, Cause] | None = None, now: datetime = SPAN.end) -> Recall:
    def explain(address: str) -> tuple[Cause, str]:
        return (ends or {}).get(address.rpartition("/")[2], "not_crawled"), "words"

    step = MeasureRecall(index, frozenset({"jd_health"}), lambda title: "京东健康" in title, explain)
    return step(date(2026, 11, 22), "UTC", SPAN, now)


def test_told_and_told_by_another_count_and_what_is_left_out_by_rule_is_counted_apart() -> None:
    found = [
        (headline("京东健康甲"), Known("d1", told=True)),
        (headline("京东健康乙"), Known("d2", story_told=True)),
        (headline("京东健康丙"), Known()),
        (headline("京东健康丁"), Known("d4")),
        (headline("天气"), Known()),
        (headline("一家公司"), Known("d5", ("jd_health",))),
    ]
    recall = measured(Index(found, {}), {"京东健康丁": "market_note", "一家公司": "not_matched"})
    fates = {one.headline.title[-1]: one.fate for one in recall.headlines}
    assert fates == {"甲": "told", "乙": "story_told", "丙": "not_crawled", "丁": "market_note", "司": "not_matched"}
    assert (recall.ratio, recall.wanted_ratio) == (2 / 5, 2 / 4)
    assert recall.counts["not_crawled"] == 1


def test_the_same_headline_in_two_places_counts_once() -> None:
    one, other = headline("京东健康：发布中报", "a"), headline("京東健康 發布中報", "b", "bing", hour=1)
    [both] = merged([one, other])
    assert (both.addresses, both.sources, both.dated) == (("b", "a"), ("bing", "sina"), other.dated)
    recall = measured(Index([(one, Known("d", told=True)), (other, Known())], {}))
    assert [judged.fate for judged in recall.headlines] == ["told"]


def test_a_page_that_nobody_could_read_is_known_by_its_title() -> None:
    told = {"京东健康与辉瑞签署合作协议": "https://t.example/1"}
    recall = measured(Index([(headline("京东健康与辉瑞签署战略合作协议"), Known())], told))
    assert recall.headlines[0].fate == "story_told"
    assert "https://t.example/1" in recall.headlines[0].words


@pytest.mark.parametrize("title", ["京东健康任命新首席执行官", "京东健康与强生签约", "京东健康", ""])
def test_another_event_of_the_company_is_another_headline(title: str) -> None:
    assert likest(title, {"京东健康与辉瑞签署合作协议": "https://t.example/1"}) is None


@pytest.mark.parametrize(
    ("polls", "now", "why"),
    [
        (WHOLE, SPAN.end - timedelta(hours=1), "the day is not over"),
        ((), SPAN.end, "no source of the neutral index was asked"),
        ((*WHOLE, Poll("gdelt", START, None, "503")), SPAN.end, "gdelt failed in all 1 polls: 503"),
    ],
)
def test_a_day_that_the_index_did_not_see_is_not_measured(polls: Sequence[Poll], now: datetime, why: str) -> None:
    recall = measured(Index([(headline("京东健康甲"), Known("d1", told=True))], {}, polls), now=now)
    assert (recall.ratio, recall.wanted_ratio, recall.why) == (None, None, why)


def test_a_day_without_headlines_is_not_measured_and_never_perfect() -> None:
    recall = measured(Index([(headline("天气"), Known())], {}))
    assert recall.ratio is None
    assert "no headline about a watched company" in recall.why
