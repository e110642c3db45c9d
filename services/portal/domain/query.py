"""A query as values: what `parse` makes of what a reader typed."""

from dataclasses import dataclass
from datetime import datetime

from services.portal.domain.tokens import Run


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a quoted phrase."""

    text: str
    """As it was typed, for the page."""
    runs: tuple[Run, ...]
    """Of the normalised text, at least one; their places tell what stands between them."""
    phrase: bool = False
    """It was quoted."""
    entity: str | None = None
    """The watched entity that has this name."""
    ticker: str | None = None
    """The Hong Kong stock code of five digits that it spells."""
    name: str | None = None
    """The watched name that it is, whose documents the index may mark: as `name_of` of domain/names.py spells it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One value of a field; values of one field are joined by "or", fields by "and"."""

    field: str
    """One of codes.FIELDS or `kind`'s `thread`."""
    value: str
    """As it is indexed: an identifier, the name of a source."""
    without: bool = False
    """It was written with a minus."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; empty: everything, the newest first."""

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    after: datetime | None = None
    """Documents of this moment or later."""
    before: datetime | None = None
    """Documents earlier than this moment."""
    threads: bool = False
    """Each story once, by the best of its documents: `kind:thread`."""
    notes: tuple[str, ...] = ()
    """What a reader may have meant otherwise, in words."""

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.terms or self.without or self.filters or self.after or self.before or self.threads)

    def values(self, field: str, without: bool = False) -> tuple[str, ...]:
        """The values of a field that are wanted, or not wanted."""
        return tuple(one.value for one in self.filters if one.field == field and one.without is without)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a query cannot be asked, in words for its reader."""

    wrong: str
    mend: str
    at: int = 0
    """Place in the query, from 0."""
    suggestions: tuple[str, ...] = ()
    """Queries, or parts of one, that may have been meant."""

    def __str__(self) -> str:
        return f"{self.wrong}; {self.mend}"
