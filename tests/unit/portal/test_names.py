"""Watched names as codes: which names are marked, and that a mark says what reading the text would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain import codes
from services.portal.domain.entry import StoredDocument, entry_of
from services.portal.domain.names import FIELD, Names, term_of, watched_names
from services.portal.domain.normalise import normalise
from services.portal.domain.plan import facets_of, plan_of
from services.portal.domain.query import Query
from services.portal.domain.tokens import text_codes
from tests.unit.portal.known import WATCHLIST, query, term
from tests.unit.portal.test_pages import revision

pytestmark = pytest.mark.unit

EVERY = {name: number for number, name in enumerate(sorted(watched_names(WATCHLIST)), 1)}
NAMES = Names(EVERY)
READ = {name: plan_of(Query((term_of(name),)), {}) for name in EVERY}
"""How a search that reads texts looks for each."""
PIECES = [
    *(
        "阿里",
        "健康",
        "阿里健康",
        "里健",
        "医鹿",
        "APP",
        " ",
        "。",
        "大药房",
        "的",
        "Alibaba",
        " Health",
        "JD.com",
        "JD com",
    ),
    *("阿里 健康", "支付寶", "支付", "宝", "\n", "\f", "國家藥監局", "x", "drug agencies", "互联网", "+", "医疗"),
    *("0241.HK", "港股241", "HKEX: 00241", "241"),
]
PARTS = st.lists(st.sampled_from(PIECES), max_size=25)


def held(text: str) -> tuple[str, ...]:
    words = normalise(text)
    return NAMES.held(words, text_codes(words))


def test_marked_are_names_that_their_parts_do_not_tell() -> None:
    assert {"阿里健康", "医鹿 app", "alibaba health", "国家药监局", "jd com", "互联网 医疗", "00241"} <= EVERY.keys()
    assert not {"医鹿", "支付", "alipay"} & EVERY.keys()  # two characters, one word: the codes are sure


@pytest.mark.parametrize(
    "text", ["阿里巴巴的健康频道里健身", "国家药品与药监局", "Health of Alibaba", "支付给宝支", "阿里。健康"]
)
def test_the_parts_alone_are_no_name(text: str) -> None:
    assert not {"阿里健康", "国家药监局", "alibaba health", "支付宝"} & {*held(text)}


@given(PARTS)
def test_a_mark_says_what_verifying_the_text_would(parts: list[str]) -> None:
    words = normalise("".join(parts))
    marked = held(words)
    found = text_codes(words)
    for name, plan in READ.items():
        assert (name in marked) == (set(plan.required) <= found and plan.verified(words)), name


def test_all_spellings_of_a_name_are_one() -> None:
    assert {term(each).name for each in ("阿里健康", "阿里健康", "阿里健康", '"阿里健康"')} == {"阿里健康"}
    assert term("医鹿APP").name == term('"医鹿 App"').name == "医鹿 app"
    assert (term("医鹿").name, term("阿里健身").name, term("0241.HK").name) == (None, None, "00241")


def test_a_document_is_marked_and_a_search_needs_no_text() -> None:
    entry = entry_of(StoredDocument("a", (revision(1, "醫鹿APP", "阿里健康與京東"),)), NAMES)
    assert {"阿里健康", "医鹿 app"} <= {*entry.names}
    assert entry.named == len(EVERY)
    numbers = {facet: number for number, facet in enumerate(entry.facets(), 1)}
    found = query("阿里健康 -医鹿APP")
    known = {facet: numbers[facet] for facet in facets_of(found) if facet in numbers}
    plan = plan_of(found, known)
    (code,) = plan.required
    assert code == codes.of_facet(FIELD, numbers[FIELD, "阿里健康"])
    assert code in entry.codes(numbers)
    assert plan.checks == ()
    (without,) = plan.excluded
    assert (without.codes, without.check) == ((codes.of_facet(FIELD, numbers[FIELD, "医鹿 app"]),), None)
    assert set(plan.title) <= entry.text_codes  # titles are found by their characters still
