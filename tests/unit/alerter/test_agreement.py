"""Independent outlets that tell the same: a reprint is no second witness, and a house is one outlet."""

from datetime import timedelta

import pytest

from services.alerter.adapters.weights import load_weights
from services.alerter.domain.agreement import Agreement, agreement_on, same_text
from services.alerter.domain.publishers import house_of
from services.alerter.domain.report import report_of
from services.alerter.domain.threads import Taken, Threader
from services.alerter.domain.wording import agreement_words
from shared.messages import DocumentClassified, Published
from shared.messages.common import Language
from tests.fakes.classified import SEEN, classified, event

pytestmark = pytest.mark.unit

QUOTE = "知情人士称蚂蚁集团正洽购好大夫在线"
OWN = (
    "知情人士称，蚂蚁集团正就收购在线问诊平台好大夫在线进行谈判，交易尚未签署，双方均未置评。谈判始于今年初，估值尚未谈定。",
    "本报获悉，好大夫在线有意出售全部股权，买方为蚂蚁集团，双方已谈了数周。蚂蚁集团对此不予评论，好大夫在线没有回复采访。",
    "蚂蚁集团或将拿下好大夫在线。一位接近交易的人士说，尽职调查已近尾声，最快下月签约，届时创始人仍将留任。",
)


def told(name: str, outlet: str | None, text: int = 0, letter: str | None = "C", **more: str) -> DocumentClassified:
    lead = more.pop("lead", OWN[text])
    happened = event("mergers_acquisitions", more.pop("status", "rumoured"), "ant_group", "haodf", quote=QUOTE)
    return classified(name, "蚂蚁集团据悉洽购好大夫在线", happened, lead=lead, outlet=outlet, reliability=letter)


def after(*documents: DocumentClassified) -> Agreement:
    """Who tells the same as the last one, when all have come; they are one thread."""
    threader = Threader(load_weights())
    taken: list[Taken] = [threader.take(document) for document in documents]
    assert len({one.thread.thread_id for one in taken}) == 1
    return agreement_on(report_of(documents[-1]), taken[-1].thread)


def test_two_outlets_that_each_report_are_two_and_the_best_letter_is_shown() -> None:
    found = after(told("one", "晨汐健康", 0, "C"), told("two", "东篱医药网", 1, "A"))
    assert found == Agreement(outlets=2, best="A", names=("晨汐健康", "东篱医药网"))


def test_the_same_outlet_twice_is_one() -> None:
    assert after(told("one", "晨汐健康", 0), told("two", "晨汐健康", 1)).outlets == 1


def test_a_look_alike_text_is_no_second_witness() -> None:
    first, copy = told("one", "财新网", 0, "B"), told("two", "东篱医药网", lead=f"据媒体报道，{OWN[0]}（编辑：小王）")
    assert after(first, copy) == Agreement(outlets=1, best="B", names=("财新网",))


def test_a_reprint_that_was_seen_first_counts_with_the_more_reliable_one() -> None:
    assert after(told("one", "某门户", 0, "C"), told("two", "财新网", 0, "B")).names == ("财新网",)


def test_a_reprint_counts_with_the_outlet_that_its_page_names() -> None:
    # The crawler gives the outlet of origin; the portal that prints it in other words adds nobody.
    assert after(told("one", "财新网", 0, "B"), told("portal", "财新", 1, "C")).outlets == 1


def test_who_reports_and_prints_another_one_too_is_one_of_two() -> None:
    found = after(told("one", "晨汐健康", 0), told("two", "东篱医药网", 1), told("three", "晨汐健康", 1))
    assert found.names == ("晨汐健康", "东篱医药网")


def test_an_outlet_that_is_not_named_adds_nobody_and_is_one_alone() -> None:
    assert after(told("one", None, 0)) == Agreement(outlets=1, best="C", names=())
    assert after(told("one", None, 0), told("two", "晨汐健康", 1), told("three", None, 2)).outlets == 1
    assert after(told("one", None, 0), told("two", "晨汐健康", 0)).names == ("晨汐健康",)


def test_a_document_from_before_the_letters_counts_as_f() -> None:
    assert after(told("one", "晨汐健康", 0, None)).best == "F"


def test_a_denial_is_agreed_on_by_those_who_deny() -> None:
    rumours = [told(name, name, number) for number, name in enumerate(("晨汐健康", "东篱医药网"))]
    denial = told("denial", "港湾财讯", lead="针对传闻，好大夫在线否认被蚂蚁集团收购，称没有谈判。", status="denied")
    later = denial.model_copy(update={"published": Published(at=SEEN + timedelta(days=1), precision="minute")})
    assert after(*rumours, later).names == ("港湾财讯",)


def test_a_correction_keeps_its_text_and_the_reprints_of_it() -> None:
    first, copy = told("one", "财新网", 0, "B"), told("two", "东篱医药网", 0)
    corrected = first.model_copy(update={"revision": 2, "lead": f"{OWN[0]}更正：谈判始于去年底。"})
    assert after(first, copy, corrected).outlets == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("财新网", "Caixin Global"),
        ("第一財經", "第一财经"),
        ("证券时报网", "券商中国"),
        ("中国政府网", "中国政府网政策文件库"),
        ("界面新闻", "财联社"),
        ("PR Newswire", "美通社"),
        ("健康报客户端", "健康报"),
        ("SCMP", "South China Morning Post"),
    ],
)
def test_outlets_of_one_house_are_one(one: str, other: str) -> None:
    assert house_of(one) == house_of(other)


def test_names_without_letters_are_nobodys() -> None:
    assert {house_of(name) for name in (None, "", " ", "—")} == {None}
    assert house_of("客户端") == "客户端"


@pytest.mark.parametrize(("a", "b"), [("", ""), ("", OWN[0]), (OWN[0], OWN[1]), (OWN[1], OWN[2]), ("短讯", "另一则")])
def test_texts_that_share_little_are_not_the_same(a: str, b: str) -> None:
    assert not same_text(a, b)


def test_a_text_in_traditional_letters_is_the_same() -> None:
    assert same_text(
        "螞蟻集團正就收購在線問診平臺好大夫在線進行談判", "蚂蚁集团正就收购在线问诊平台好大夫在线进行谈判。"
    )


@pytest.mark.parametrize(
    ("outlets", "best", "language", "words"),
    [
        (2, "A", "en", "2 independent outlets, best source A"),
        (1, "B", "en", "1 outlet, source B"),
        (1, "F", "other", "1 outlet, source F (not judged)"),
        (3, "A", "zh-Hans", "3 家独立信源，最高可靠性 A 级"),
        (1, "C", "zh-Hant", "1 家信源，可靠性 C 級"),
    ],
)
def test_it_is_said_in_the_readers_language(outlets: int, best: str, language: Language, words: str) -> None:
    assert agreement_words(Agreement.model_validate({"outlets": outlets, "best": best}), language) == words
