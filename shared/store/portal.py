"""The portal's tables: the search index. Writer: portal. All may read.

Everything here can be made again from the documents, classifications and threads. `search_documents` is parted by
quarters of `at`, so that the newest documents are looked at first; the indexer has a function of
migration 0013 make the partition of a quarter when its first document comes.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Computed, Index, Integer, LargeBinary, SmallInteger, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from shared.store.base import instant


class SearchDocument(SQLModel, table=True):
    """One document as it is searched: its newest revision, and what only earlier ones said."""

    __tablename__ = "search_documents"
    __table_args__ = (
        Index("search_documents_codes", "codes", postgresql_using="gin"),
        Index("search_documents_title_codes", "title_codes", postgresql_using="gin"),
        {"postgresql_partition_by": "range (at)"},
    )

    at: datetime = instant(primary_key=True)
    """Published where its page says so and that is no future, else first seen."""
    document_id: str = Field(primary_key=True)
    number: int = Field(sa_type=BigInteger)
    """Of its first revision (Document.number): what a reader pages through does not move when more is found."""
    codes: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    """Words and facets: services/portal/domain/codes.py describes them."""
    title_codes: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    words: str = Field(sa_column=Column(Text, nullable=False))
    """Normalised: the title, the paragraphs, a line each; after a form feed what only earlier revisions said."""
    entities: list[int] = Field(sa_column=Column(ARRAY(SmallInteger), nullable=False))
    """Numbers of the watched entities that it is about; facets by `search_facets`."""
    labels: list[int] = Field(sa_column=Column(ARRAY(SmallInteger), nullable=False))
    statuses: list[int] = Field(sa_column=Column(ARRAY(SmallInteger), nullable=False))
    source: int = Field(sa_type=SmallInteger)
    """Its outlet, or its source where the page names none."""
    kind: int = Field(sa_type=SmallInteger)
    language: int = Field(sa_type=SmallInteger)
    importance: int = Field(sa_type=SmallInteger)
    """1 to 5; 0 where the classifier has not read it yet."""
    thread_id: str | None = None
    repeats: bool = False
    """It repeats another document as a whole."""
    facets: bytes | None = Field(
        default=None,
        sa_column=Column(
            LargeBinary,
            Computed("search_packed(entities, labels, statuses, source, kind, language)", persisted=True),
            nullable=False,
        ),
    )
    """Entities, labels, statuses, source, kind, language in one value, made by the database (migration 0018)."""


class SearchPlace(SQLModel, table=True):
    """Where the index holds a document, and as of which state of the other tables."""

    __tablename__ = "search_places"
    __table_args__ = (Index("search_places_names", "names"),)

    document_id: str = Field(primary_key=True)
    at: datetime = instant()
    revision: int
    revisions: int
    """How many revisions there were: one that was pruned makes it stale."""
    classified: datetime | None = instant(default=None)
    """Classification.received of the newest one."""
    thread_id: str | None = None
    names: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False, server_default="0"))
    """Its codes tell which watched names it holds, of those that have a number (search_facets) up to this one."""


class SearchFacet(SQLModel, table=True):
    """The number of one value of a field."""

    __tablename__ = "search_facets"

    field: str = Field(sa_column=Column(String, primary_key=True))
    value: str = Field(sa_column=Column(String, primary_key=True))
    number: int = Field(sa_type=SmallInteger)


class SearchQuarter(SQLModel, table=True):
    """How many documents a quarter holds, as counted by the last full comparison and since."""

    __tablename__ = "search_quarters"

    quarter: date = Field(primary_key=True)
    """Its first day."""
    documents: int = Field(sa_type=BigInteger)


class SearchVersion(SQLModel, table=True):
    """How often a quarter of `search_documents` was changed: the sum of `times`; written by triggers on that table.

    The sum never falls, so two states of the database that give the same one hold the same rows of the quarter.
    """

    __tablename__ = "search_versions"

    quarter: date = Field(primary_key=True)
    """Its first day."""
    writer: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    """The transaction that changed it; 0 where the indexer joined the rows of many."""
    began: datetime = instant(primary_key=True)
    """When that began: numbers of transactions begin anew in a database that was restored."""
    times: int = Field(sa_type=BigInteger)


class SearchMark(SQLModel, table=True):
    """How far the index has followed the other tables."""

    __tablename__ = "search_marks"

    name: str = Field(primary_key=True)
    """documents | classifications"""
    number: int | None = Field(default=None, sa_type=BigInteger)
    """Document.number up to which all were taken in: numbers commit in their order."""
    at: datetime | None = instant(default=None)
    """Classification.received up to which all were taken in."""


class SearchChanged(SQLModel, table=True):
    """A document whose stored text was changed or taken away, to be indexed anew; written by triggers on documents."""

    __tablename__ = "search_changed"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    document_id: str
