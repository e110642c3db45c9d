"""A PDF is looked at like a page; retries are spread."""

import asyncio

import pytest

from services.crawler.application.look import Look, Patience
from services.crawler.application.ports import Refused
from services.crawler.application.values import Answer, Article
from shared.errors import PermanentError, TransientError
from tests.unit.crawler.fakes import ORIGIN, FakeFetcher, FakeStore, FakeTelemetry, leased, lines, names

pytestmark = pytest.mark.unit

A = "https://example.com/a/1.pdf"
STORY = "阿里健康公告，公司已与三家医院签署合作协议，将在未来两年内共同建设互联网医院平台，协议总金额为2.06亿元。" * 3


def read(body: bytes) -> Article:
    if body != b"%PDF-good":
        raise PermanentError("a damaged PDF")
    return Article("自愿性公告", (STORY,), "zh-Hans")


def look(store: FakeStore, answer: Answer | Exception, chance: float = 0.5) -> Look:
    fetcher = FakeFetcher({A: answer})
    return Look(
        fetcher, lines, names("阿里健康"), store, FakeTelemetry(), Patience(3, 10.0),
        read_document=read, chance=lambda: chance,
    )  # fmt: skip


@pytest.mark.parametrize(("listed", "title"), [("签署合作协议", "签署合作协议"), ("", "自愿性公告")])
def test_a_pdf_is_published_under_the_listings_title(listed: str, title: str) -> None:
    store = FakeStore()
    answer = Answer(A, b"%PDF-good", media="application/pdf")
    verdict = asyncio.run(look(store, answer)(leased(A, hints={"title": listed}), ORIGIN))
    assert verdict.outcome == "published"
    assert store.messages[0].title == title


def test_a_bad_pdf_is_one_decision_with_its_cause() -> None:
    store = FakeStore()
    verdict = asyncio.run(look(store, Answer(A, b"%PDF-bad", media="application/pdf"))(leased(A), ORIGIN))
    assert (verdict.outcome, verdict.reason) == ("failed", "a damaged PDF")
    assert len(store.decisions) == 1


@pytest.mark.parametrize(("chance", "pause"), [(0.0, 8.0), (0.5, 10.0), (1.0, 12.0)])
def test_retries_are_spread(chance: float, pause: float) -> None:
    verdict = asyncio.run(look(FakeStore(), TransientError("500"), chance)(leased(A), ORIGIN))
    assert verdict.again_in == pytest.approx(pause)


def test_a_named_time_is_not_cut_short_by_the_spread() -> None:
    verdict = asyncio.run(look(FakeStore(), TransientError("503", 11.0), 0.0)(leased(A), ORIGIN))
    assert verdict.again_in == 11.0


def test_a_page_whose_host_refuses_waits_without_an_attempt() -> None:
    error = Refused("example.com is not to be asked for another 900 s: it answered 412", 900.0)
    verdict = asyncio.run(look(FakeStore(), error)(leased(A, attempts=3), ORIGIN))
    assert (verdict.outcome, verdict.missed, verdict.again_in) == ("retry", "turn", 900.0)
