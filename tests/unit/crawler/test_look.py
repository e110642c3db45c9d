"""A look ends in exactly one decision, whatever the page does."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from services.crawler.application import look as module
from services.crawler.application.look import Look, Patience
from services.crawler.application.ports import NotItsTurn, Unreached
from services.crawler.application.values import Answer, Article, Origin, Verdict
from shared.errors import PermanentError, TransientError
from tests.unit.crawler.fakes import NOW, ORIGIN, FakeFetcher, FakeStore, FakeTelemetry, leased, lines, names

pytestmark = pytest.mark.unit

A, B = "https://example.com/a/1.html", "https://other.example/b/2.html"
STORY = (
    "阿里健康与三家医院签约\n"
    "阿里健康周五晚间公告，公司已与东海省三家医院签署合作协议，将在未来两年内共同建设互联网医院平台，协议总金额为2.06亿元，"
    "其中首期投入4500万元，预计于2027年3月前完成。\n公司表示，平台将接入医保在线结算，首批覆盖慢性病复诊与药品配送两项服务。"
)


def look(store: FakeStore, answers: Mapping[str, bytes | Answer | Exception], **over: object) -> Look:
    values: dict[str, object] = {
        "fetcher": FakeFetcher(answers),
        "extract": lines,
        "screen": names("阿里健康"),
        "store": store,
        "telemetry": FakeTelemetry(),
        "patience": Patience(3, 1.0),
    }
    return Look(**{**values, **over})  # type: ignore[arg-type]  # one of each port


def once(
    store: FakeStore, answer: bytes | Answer | Exception, address: str = A, attempts: int = 1, origin: Origin = ORIGIN
) -> Verdict:
    return asyncio.run(look(store, {address: answer})(leased(address, attempts), origin))


def test_a_new_article_is_published_with_its_document_and_decision() -> None:
    store = FakeStore()
    verdict = once(store, STORY.encode())
    assert (verdict.outcome, verdict.revision) == ("published", 1)
    (message,) = store.messages
    assert message.document_id == verdict.document_id
    assert message.matched == ("阿里健康",)
    assert message.paragraphs[0].startswith("阿里健康周五")
    assert message.times.first_seen == NOW
    assert len(store.documents) == len(store.decisions) == 1


def test_the_same_again_is_unchanged() -> None:
    store = FakeStore()
    once(store, STORY.encode())
    assert once(store, STORY.encode()).outcome == "unchanged"
    assert once(store, (STORY + "\n扫码下载客户端").encode()).outcome == "unchanged"
    assert len(store.messages) == 1


def test_a_corrected_figure_is_a_revision() -> None:
    store = FakeStore()
    once(store, STORY.encode())
    verdict = once(store, STORY.replace("2.06亿", "2.60亿").encode())
    assert (verdict.outcome, verdict.revision) == ("published", 2)
    assert "2.60" in verdict.reason
    assert [message.revision for message in store.messages] == [1, 2]


def test_a_reprint_elsewhere_is_a_duplicate_and_not_published() -> None:
    store = FakeStore()
    first = once(store, STORY.encode())
    verdict = once(store, ("转载：" + STORY + "\n责任编辑 李某").encode(), B)
    assert verdict.outcome == "duplicate"
    assert store.documents[1][1].duplicate_of == first.document_id
    assert len(store.messages) == 1


def test_a_reprint_of_a_reprint_names_the_original() -> None:
    store = FakeStore()
    first = once(store, STORY.encode())
    once(store, STORY.encode(), B)
    once(store, STORY.encode(), "https://third.example/3")
    assert [stored.duplicate_of for _, stored in store.documents] == [None, first.document_id, first.document_id]


def test_a_reprint_with_another_figure_is_published() -> None:
    store = FakeStore()
    once(store, STORY.encode())
    assert once(store, STORY.replace("2.06亿", "2.60亿").encode(), B).outcome == "published"


def test_a_notice_on_another_company_in_the_same_words_is_published() -> None:
    store = FakeStore()
    screen = names("阿里健康", "京东健康")
    for address, story in ((A, STORY), (B, STORY.replace("阿里健康", "京东健康"))):
        verdict = asyncio.run(look(store, {address: story.encode()}, screen=screen)(leased(address), ORIGIN))
        assert verdict.outcome == "published"
    assert [message.matched for message in store.messages] == [("阿里健康",), ("京东健康",)]


def test_another_name_at_the_same_address_is_a_revision() -> None:
    store = FakeStore()
    screen = names("阿里健康", "京东健康")
    other = STORY.replace("阿里健康周五", "京东健康周五")
    for story in (STORY, other):
        verdict = asyncio.run(look(store, {A: story.encode()}, screen=screen)(leased(A), ORIGIN))
    assert (verdict.outcome, verdict.revision) == ("published", 2)


def test_a_source_that_only_measures_hides_nothing() -> None:
    recall = Origin(source="search", outlet=None, role="recall", rights="link", pace=0.0)
    store = FakeStore()
    once(store, STORY.encode(), A, origin=recall)
    assert once(store, STORY.encode(), B).outcome == "published"
    again = once(store, STORY.encode(), A)
    assert (again.outcome, again.revision) == ("duplicate", 2)  # B tells of it already
    assert [message.role for message in store.messages] == ["recall", "alert"]


def test_the_letter_of_the_source_goes_with_the_message() -> None:
    store = FakeStore()
    once(store, STORY.encode(), origin=replace(ORIGIN, reliability="A"))
    assert [message.reliability for message in store.messages] == ["A"]


def test_what_names_nothing_watched_is_irrelevant_with_what_was_left_out() -> None:
    store = FakeStore()
    verdict = once(store, "南微医学发布新品\n南微医学今日发布新品。".encode())
    assert verdict.outcome == "irrelevant"
    assert "南微医学: holds 微医" in verdict.reason
    assert store.documents == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (PermanentError("404"), "404"),
        (PermanentError("redirect loop"), "redirect loop"),
        ("只有标题，没有正文：阿里健康".encode(), "no article text"),
        (ValueError("a parser's own fault"), "ValueError: a parser's own fault"),
    ],
)
def test_what_fails_for_good_is_recorded_at_once(answer: bytes | Exception, reason: str) -> None:
    store = FakeStore()
    verdict = once(store, answer)
    assert (verdict.outcome, verdict.reason) == ("failed", reason)
    assert len(store.decisions) == 1


def test_what_may_pass_is_tried_three_times() -> None:
    store = FakeStore()
    verdicts = [once(store, TransientError("500"), attempts=attempts) for attempts in (1, 2, 3)]
    assert [verdict.outcome for verdict in verdicts] == ["retry", "retry", "failed"]
    assert [verdict.again_in for verdict in verdicts[:2]] == [1.0, 2.0]
    assert verdicts[2].reason == "500 after 3 attempts"


def test_a_host_that_is_not_reached_is_waited_for_and_costs_no_attempt() -> None:
    gone = Unreached("no connection: network is unreachable")
    waited = [
        asyncio.run(look(FakeStore(), {A: gone})(replace(leased(A, attempts=3), unreached=seconds), ORIGIN))
        for seconds in (0.0, 90.0, 3_000.0, 86_399.0, 86_400.0)
    ]
    assert [(verdict.outcome, verdict.again_in, verdict.missed) for verdict in waited] == [
        ("retry", 1.0, "unreached"),
        ("retry", 90.0, "unreached"),
        ("retry", 900.0, "unreached"),
        ("retry", 900.0, "unreached"),
        ("failed", 86_400.0, ""),
    ]
    assert waited[-1].reason == "no connection: network is unreachable; not reached for 24.0 h"


def test_waiting_for_a_turn_is_no_attempt() -> None:
    verdict = once(FakeStore(), NotItsTurn("later", retry_after=20.0), attempts=3)
    assert verdict == Verdict("retry", "later", again_in=20.0, missed="turn")


def test_a_host_that_names_a_time_is_obeyed() -> None:
    assert once(FakeStore(), TransientError("429", retry_after=120)).again_in == 120


def test_a_page_that_killed_the_process_three_times_is_given_up_unfetched() -> None:
    store = FakeStore()
    verdict = once(store, AssertionError("must not be fetched"), attempts=4)
    assert verdict == Verdict("failed", "gave up: 3 looks did not come to an end")


def test_five_megabytes_of_text_are_cut_and_said() -> None:
    store = FakeStore()
    body = ("阿里健康的长文\n" + "阿里健康" + "字" * 5_000_000).encode()
    verdict = once(store, body)
    assert verdict.outcome == "published"
    assert verdict.reason == "new; cut to 200,000 characters"
    assert len(store.messages[0].paragraphs[0]) == 200_000


def test_the_database_may_be_away_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.01)
    store = FakeStore(away=3)
    assert once(store, STORY.encode()).outcome == "published"
    assert len(store.decisions) == 1


def test_the_database_away_for_long_leaves_the_page_to_its_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.01)
    monkeypatch.setattr(module, "PERSISTENCE", 0.05)
    with pytest.raises(TransientError):
        once(FakeStore(away=10_000), STORY.encode())


def test_a_declared_canonical_address_makes_one_document() -> None:
    store = FakeStore()
    link = b'<link rel="canonical" href="https://example.com/a/1.html">'
    first = once(store, STORY.encode() + b"\n" + link)
    second = once(store, STORY.encode() + b"\n" + link, "https://m.example.com/a/1.html?page=all")
    assert first.document_id == second.document_id
    assert second.outcome == "unchanged"


def test_the_listing_fills_what_the_page_does_not_say() -> None:
    def bare(page: bytes, address: str | None) -> Article:
        return Article("", ("阿里健康公布业绩。",), "other")

    store = FakeStore()
    origin = Origin(source="wire", outlet="示例社", role="alert", rights="full", pace=0.0, language="zh-Hans")
    hints = {"title": "业绩", "author": "张某", "published": {"at": "2026-11-20T09:30:00+08:00", "precision": "minute"}}
    asyncio.run(look(store, {A: b"x"}, extract=bare)(leased(A, hints=hints), origin))
    (message,) = store.messages
    assert (message.title, message.author, message.language, message.outlet) == ("业绩", "张某", "zh-Hans", "示例社")
    assert message.published is not None
    assert message.published.at.isoformat() == "2026-11-20T09:30:00+08:00"


def test_the_outlet_is_the_listings_else_the_reprints_else_the_sources() -> None:
    def reprint(page: bytes, address: str | None) -> Article:
        return Article("业绩", ("阿里健康公布业绩。",), "zh-Hans", outlet=" 河口\n日报 ")

    def outlet_of(hints: Mapping[str, object], extract: object) -> str | None:
        store = FakeStore()
        asyncio.run(look(store, {A: b"x"}, extract=extract)(leased(A, hints=hints), ORIGIN))
        return store.messages[0].outlet

    assert outlet_of({"outlet": "鹿城晚报"}, reprint) == "鹿城晚报"
    assert outlet_of({}, reprint) == "河口 日报"
    assert outlet_of({}, lambda page, address: replace(reprint(page, address), outlet=None)) == ORIGIN.outlet
