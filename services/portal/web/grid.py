"""Tables of counts: every count leads to the search that finds exactly those; charts are drawn from the same table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.portal.domain.tallies import ALL, Asked, Tallies, Tally, query_of
from services.portal.web.links import search_link

Measure = Literal["stories", "documents"]
"""What a cell counts; the other one stands beside it in totals."""
SHADES = 5
"""Steps of a cell's ground, from few to many."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One count."""

    count: int
    href: str = ""
    """The search behind it; empty where it is 0."""
    shade: int = 0
    """0 for none, up to SHADES for the most of the table."""
    beside: int | None = None
    """The other measure, of a total."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a row or a column is about."""

    name: str
    href: str = ""
    beside: str = ""
    moment: str = ""
    """Of a week: its Monday, for machines."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line."""

    head: Head
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """One table."""

    caption: str
    corner: str
    columns: tuple[Head, ...]
    rows: tuple[Row, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing was counted."""
        return not any(cell.count for row in self.rows for cell in row.cells)


def value_of(tally: Tally, measure: Measure) -> int:
    """The count that is asked for."""
    return tally.stories if measure == "stories" else tally.documents


def cell_of(
    tally: Tally, measure: Measure, entity: str | None, label: str | None, first: date, following: date, most: int = 0
) -> Cell:
    """The cell; `most` of the table makes the darkest ground, 0 none at all."""
    count = value_of(tally, measure)
    other = value_of(tally, "documents" if measure == "stories" else "stories")
    query = query_of(entity, label, first, following, stories=measure == "stories")
    shade = -(-count * SHADES // most) if most else 0
    return Cell(count, search_link(query) if count else "", shade, other)


def weekly_grid(
    asked: Asked,
    tallies: Tallies,
    values: Sequence[str],
    measure: Measure,
    heads: Sequence[Head],
    words: tuple[str, str],
) -> Grid:
    """Weeks down, the newest first; across all, then each of `values`. `words`: caption and corner."""
    rows = []
    for number, week in reversed(list(enumerate(asked.weeks.held))):
        cells = [
            cell_of(tallies.week(number, value), measure, *_filters(asked, value), week.first, week.following)
            for value in (ALL, *values)
        ]
        name = f"{week.first.isoformat()} – {week.last.strftime('%m-%d')}"
        rows.append(Row(Head(name, moment=week.first.isoformat()), tuple(cells)))
    return Grid(words[0], words[1], tuple(heads), tuple(rows))


def _filters(asked: Asked, value: str) -> tuple[str | None, str | None]:
    if asked.by == "entity":
        return value or asked.entity, asked.label
    return asked.entity, value or asked.label


def matrix_grid(
    asked: Asked,
    tallies: Tallies,
    entities: Sequence[str],
    labels: Sequence[str],
    measure: Measure,
    head: Callable[[str, str], Head],
    words: tuple[str, str],
) -> Grid:
    """Labels down, companies across, over the whole period; `head` names a value of a field."""
    counts = [value_of(tallies.whole(entity, label), measure) for entity in entities for label in labels]
    most = max(counts, default=0)
    rows = []
    for label in (ALL, *labels):
        cells = [
            cell_of(
                tallies.whole(entity, label), measure, entity or asked.entity, label or asked.label,
                asked.weeks.first, asked.weeks.following, most if entity and label else 0,
            )
            for entity in (ALL, *entities)
        ]  # fmt: skip
        rows.append(Row(head("label", label), tuple(cells)))
    return Grid(words[0], words[1], tuple(head("entity", entity) for entity in (ALL, *entities)), tuple(rows))
