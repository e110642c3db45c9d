"""The parts of the overview that need no database: weeks, queries behind counts, drawings, colours, vendored files."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.application.overview import companies_of
from services.portal.domain.moments import moment
from services.portal.domain.parse import parse
from services.portal.domain.query import Query
from services.portal.domain.tallies import Asked, Tallies, Tally, query_of
from services.portal.domain.weeks import LONGEST, newest_weeks, weeks_between
from services.portal.web import phrases_overview
from services.portal.web.grid import SHADES, cell_of
from services.portal.web.render import STATIC
from services.portal.web.spark import HEIGHT, spark
from shared.watch import load_watchlist
from tests.unit.portal.known import NOW, SHANGHAI, VOCABULARY
from tests.unit.portal.test_colours import contrast, palettes

pytestmark = pytest.mark.unit

VENDORED = {
    "uplot-1.6.32.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uplot-1.6.32.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "uplot-1.6.32.LICENSE.txt": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
}
"""SHA-256 of the files as the package of that version holds them."""
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("name", sorted(VENDORED))
def test_vendored_files_are_those_of_the_release(name: str) -> None:
    assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == VENDORED[name]


def test_weeks_begin_on_monday_by_the_reader_s_clock() -> None:
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # Sunday in Greenwich, Monday in Shanghai
    assert newest_weeks(late, UTC, 1).first == date(2026, 11, 16)
    weeks = newest_weeks(late, SHANGHAI, 3)
    assert [one.first for one in weeks.held] == [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)]
    assert weeks.since == datetime(2026, 11, 8, 16, tzinfo=UTC)
    assert weeks.until == datetime(2026, 11, 29, 16, tzinfo=UTC)


def test_a_week_in_which_the_clock_changes_is_an_hour_longer() -> None:
    weeks = weeks_between(date(2026, 10, 19), date(2026, 10, 26), BERLIN)
    assert weeks is not None
    starts = [one.since.astimezone(UTC) for one in weeks.held]
    assert starts[1] - starts[0] == timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 1, 2), date(2026, 1, 1)), (date(1, 1, 1), date(1, 1, 8)), (date(2026, 1, 1), date.max),
     (date(2020, 1, 1), date(2026, 1, 1))],
)  # fmt: skip
def test_periods_that_cannot_be(first: date, last: date) -> None:
    assert weeks_between(first, last, SHANGHAI) is None


@given(st.dates(date(1970, 1, 10), date(2195, 1, 1)), st.integers(0, 7 * LONGEST - 14))
def test_weeks_hold_both_days_and_touch(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    weeks = weeks_between(first, last, BERLIN)
    assert weeks is not None
    assert weeks.first <= first <= last < weeks.following
    assert all(week.first.weekday() == 0 for week in weeks.held)
    assert [week.following for week in weeks.held] == [*(week.first for week in weeks.held[1:]), weeks.following]


@given(st.sampled_from(["alibaba_health", None]), st.sampled_from(["partnership", None]), st.booleans())
def test_the_query_behind_a_count_asks_for_its_week(entity: str | None, label: str | None, stories: bool) -> None:
    weeks = newest_weeks(NOW, SHANGHAI, 2)
    found = parse(query_of(entity, label, weeks.first, weeks.following, stories), VOCABULARY, NOW, SHANGHAI)
    assert isinstance(found, Query)
    assert (found.after, found.before, found.threads) == (weeks.since, weeks.until, stories)
    assert found.values("entity") == ((entity,) if entity else ())
    assert found.values("label") == ((label,) if label else ())
    assert not found.terms


def test_a_span_before_the_calendar_begins_is_none() -> None:
    assert moment("9999y", NOW, SHANGHAI) is None
    assert moment("30d", NOW, SHANGHAI) == NOW - timedelta(days=30)


def test_cells() -> None:
    day, following = date(2026, 11, 16), date(2026, 11, 23)
    none = cell_of(Tally(), "stories", "jd_health", None, day, following, 7)
    assert (none.count, none.href, none.shade) == (0, "", 0)
    most = cell_of(Tally(7, 9), "stories", "jd_health", "partnership", day, following, 7)
    assert (most.count, most.beside, most.shade) == (7, 9, SHADES)
    assert "kind%3Athread" in most.href
    assert cell_of(Tally(1, 9), "documents", None, None, day, following, 700).shade == 1
    asked = Asked(newest_weeks(NOW, SHANGHAI, 1))
    assert Tallies({}, {}).week(0) == Tallies({}, {}).whole() == Tally()
    assert asked.entity is None


def test_drawings_have_one_scale() -> None:
    drawn = spark([0, 1, 4], 8)
    assert [bar.height for bar in drawn.bars] == [HEIGHT // 8, HEIGHT // 2]
    assert drawn.bars[0].y + drawn.bars[0].height == HEIGHT
    assert spark([]).bars == spark([0, 0]).bars == ()
    assert spark([1], 10_000).bars[0].height == 2, "one can be seen beside many"


def _palettes() -> list[Mapping[str, str]]:
    sheet = (STATIC / "overview.css").read_text("utf-8")
    blocks = re.findall(r"\{([^{}]*--bar:[^{}]*)\}", sheet)
    return [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in blocks]


@pytest.mark.parametrize("place", [0, 1])
def test_bars_stand_out_and_counts_can_be_read(place: int) -> None:
    """WCAG 2.2: 3 of what is drawn (1.4.11), 4.5 of text on every shade (1.4.3)."""
    own, page = _palettes()[place], palettes()[place]
    for bar in ("bar", "bar-two"):
        assert min(contrast(own[bar], page[ground]) for ground in ("ground", "card")) >= 3
    shades = [colour for name, colour in own.items() if name.startswith("shade")]
    assert len(shades) == SHADES
    assert min(contrast(page["ink"], shade) for shade in shades) >= 4.5
    assert abs(contrast(page["ground"], shades[0]) - 1) < abs(contrast(page["ground"], shades[-1]) - 1)


def test_the_system_s_dark_is_the_chosen_dark() -> None:
    _, dark, system = _palettes()
    assert dark == system


@pytest.mark.parametrize("place", [0, 1])
def test_the_two_colours_are_apart_for_every_eye(place: int) -> None:
    """Blue and orange differ along the axis that red-green blindness leaves: yellow against blue, (R+G)/2 - B."""

    def yellow(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return (red + green) / 2 - blue

    own = _palettes()[place]
    assert yellow(own["bar-two"]) - yellow(own["bar"]) > 120


def test_words_of_the_overview_are_its_own() -> None:
    assert all(key.startswith(("ov_", "nav_")) for key in phrases_overview.PHRASES)


def test_companies_that_share_an_identifier_are_one(project_root: Path) -> None:
    held = companies_of(load_watchlist(project_root / "config" / "watchlist.yaml"))
    assert len({one.id for one in held}) == len(held)
    assert held[-1].id == "other"
    assert held[0].tickers == ("0241.HK",)
    assert "医鹿" in held[0].products
