"""Windows of all times without gap or overlap; what searches know beforehand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.adapters.search_known import FACETS_FOR, QUARTERS_FOR, Known
from services.portal.domain.codes import FIELDS, count_facets, facet_of, of_facet
from services.portal.domain.timeline import EVER, NEVER, Timeline
from services.portal.domain.windows import Quarter

pytestmark = pytest.mark.unit

QUARTERS = (Quarter(date(2026, 10, 1), 900), Quarter(date(2026, 7, 1), 3_000), Quarter(date(2025, 1, 1), 2_000))
NEWEST = datetime(2026, 10, 10, tzinfo=UTC)


def test_the_first_window_is_cut_from_where_the_documents_are() -> None:
    window = Timeline(QUARTERS, NEWEST).take(EVER, 450)
    assert (window.until, window.documents) == (EVER, 450)
    assert abs(window.since - datetime(2026, 10, 5, 12, tzinfo=UTC)) <= timedelta(seconds=1)


@given(st.lists(st.integers(200, 8_000), min_size=1, max_size=30), st.booleans())
def test_windows_follow_without_gap_to_the_beginning(wanted: list[int], bounded: bool) -> None:
    since, until = (datetime(2025, 2, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)) if bounded else (None, None)
    times = Timeline(QUARTERS, NEWEST, since, until)
    at, steps = times.until, 0
    while at > times.since and steps < 10_000:
        window = times.take(at, wanted[min(steps, len(wanted) - 1)])
        assert window.until == at
        assert times.since <= window.since < at
        at, steps = window.since, steps + 1
    assert at == times.since


def test_without_documents_one_window_holds_all() -> None:
    window = Timeline((), None).take(EVER, 10)
    assert (window.since, window.until, window.documents) == (NEVER, EVER, 0)


def test_all_are_counted_between_two_moments() -> None:
    assert Timeline(QUARTERS, NEWEST).documents() == 5_900
    assert Timeline(QUARTERS, NEWEST, since=datetime(2026, 1, 1, tzinfo=UTC)).documents() == 3_900


@given(st.lists(st.tuples(st.sampled_from(FIELDS), st.integers(1, 32_767))))
def test_packed_facets_are_counted(held: list[tuple[str, int]]) -> None:
    packed = b"".join((-of_facet(name, number)).to_bytes(4, "big") for name, number in held)
    counted = {(name, number): count for name, of in count_facets(packed).items() for number, count in of.items()}
    assert counted == {each: held.count(each) for each in held}
    assert all(facet_of(of_facet(*each)) == each for each in held)


def test_what_is_known_is_read_again_when_it_is_old_or_does_not_do() -> None:
    now, asked = [0.0], list[str]()
    rows = {"facets": [("label", "partnership", 1)], "quarters": [(date(2026, 10, 1), 5)], "documents": [(NEWEST,)]}

    def ask(statement: str) -> list[tuple[object, ...]]:
        (table,) = (name for name in rows if f"search_{name}" in statement)
        asked.append(table)
        return rows[table]  # type: ignore[return-value]  # each as its table has them

    known = Known(lambda: now[0])
    assert known.numbers(ask, [("label", "partnership")]) == {("label", "partnership"): 1}
    assert known.values(ask, [("label", 1)]) == {("label", 1): "partnership"}
    assert asked == ["facets"]
    assert known.numbers(ask, [("label", "other")]) == {}
    assert asked == ["facets"] * 2
    now[0] += FACETS_FOR + 1
    known.values(ask, [("label", 1)])
    assert asked == ["facets"] * 3
    assert known.quarters(ask) == ((Quarter(date(2026, 10, 1), 5),), NEWEST)
    known.quarters(ask)
    assert asked[3:] == ["quarters", "documents"]
    now[0] += QUARTERS_FOR + 1
    known.quarters(ask)
    assert len(asked) == 7
