"""What the portal's steps need of the outside."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from services.portal.domain.entry import Entry, StoredDocument
from services.portal.domain.names import Names
from services.portal.domain.page import Result, Stored
from services.portal.domain.plan import Plan
from services.portal.domain.query import Query
from services.portal.domain.score import Weighed
from services.portal.domain.timeline import Timeline
from services.portal.domain.windows import Matches, Quarter, Window

Place = tuple[datetime, str]
"""Time and id of a document."""


class IndexUnit(Protocol):
    """One transaction of the indexer, which alone writes the index while it lasts."""

    def changed(self, most: int) -> list[str]:
        """Documents whose stored state was changed or taken away; they count as seen to when this commits."""
        ...

    def new(self, most: int) -> list[str]:
        """Documents with revisions that were stored since the mark, which is moved past them."""
        ...

    def classified(self, most: int) -> list[str]:
        """Indexed documents whose newest classification is newer than the index, in the order they were received."""
        ...

    def load(self, documents: Sequence[str]) -> list[StoredDocument]:
        """What is stored of those that are there still."""
        ...

    def names(self) -> Names:
        """The watched names that have a number."""
        ...

    def put(self, documents: Sequence[str], entries: Sequence[Entry]) -> None:
        """Replace what the index holds of `documents` by `entries`; one without an entry leaves it."""
        ...


class IndexStore(Protocol):
    """The index and what it is made from."""

    def unit(self) -> AbstractContextManager[IndexUnit | None]:
        """A transaction; None while another process writes the index. Raises TransientError, PermanentError."""
        ...

    def compare(self, names: Collection[str] = ()) -> int:
        """Compare the whole index with the other tables and note what differs as changed; how many that are.

        Watched `names` that are new get a number, and documents that may hold one count as changed.
        """
        ...


class SearchReader(Protocol):
    """Reading the index, all in one view of the database that does not move. Raises TransientError."""

    def quarters(self) -> list[Quarter]:
        """The quarters that hold documents, the newest first."""
        ...

    def newest_number(self) -> int:
        """The highest number of an indexed document, 0 when there is none."""
        ...

    def facet_numbers(self, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """The numbers of facets; left out are those that no document has, and names that not every document tells."""
        ...

    def facet_values(self, numbers: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """The values behind numbers."""
        ...

    def timeline(self, since: datetime | None, until: datetime | None) -> Timeline:
        """How the documents lie between two moments; as it was some seconds ago."""
        ...

    def matches(self, plan: Plan, window: Window, texts: int, ranked: bool) -> Matches:
        """What a window holds of a plan: count, facets, the newest; at most so many `texts` are verified.

        `ranked`: the newest titled and about, too.
        """
        ...

    def older(self, plan: Plan, window: Window, titled: bool, about: bool) -> tuple[list[Place], list[Place]]:
        """The newest of a window whose titles hold every word, and that are about an entity; not verified."""
        ...

    def following(self, plan: Plan, window: Window, after: Place | None, most: int) -> list[Place]:
        """The newest verified ones of a window that are older than `after`."""
        ...

    def weighed(self, plan: Plan, query: Query, places: Sequence[Place], verified: frozenset[str]) -> Sequence[Weighed]:
        """Documents weighed by the words of a query; one that is not `verified` yet is left out where it is no hit."""
        ...

    def results(self, documents: Sequence[str], query: Query) -> dict[str, Result]:
        """Documents as results of a query; one that is gone is left out."""
        ...

    def stored(self, documents: Sequence[str]) -> dict[str, Stored]:
        """What is shown of documents; one that is gone is left out."""
        ...


class SearchIndex(Protocol):
    """The index as searches read it."""

    def read(self) -> AbstractContextManager[SearchReader]:
        """A transaction that only reads. Raises TransientError when the database is away or too slow."""
        ...

    def sources(self) -> list[str]:
        """Names of the sources and outlets that documents are from."""
        ...
