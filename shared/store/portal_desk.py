"""What readers ask for and correct in the portal's pages. Writer: portal. All may read.

The portal changes nothing of the alerter: it asks, here, and an alerter answers in `desk_answers` (alerter_desk.py).
"""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field, SQLModel

from shared.store.base import document_json, instant


class DeskRequest(SQLModel, table=True):
    """Something an alerter is asked to do in a reader's name. Never updated."""

    __tablename__ = "desk_requests"
    __table_args__ = (Index("desk_requests_asked", "asked"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    kind: str
    """check | preview | apply | silence_add | silence_end"""
    who: str
    """The reader's name, for the history and the audit log."""
    asker: str | None = None
    """PortalUser.id. The view `desk_rights` tells the alerter what that user may when it answers; None: nothing."""
    teams: list[str] | None = document_json(nullable=True, default=None)
    """Teams whose subscriptions the reader might change when it was asked; None: all."""
    content: dict[str, object] = document_json()
    """check, preview, apply: `text`, the whole file, `team`, which one is edited, `days`, `reason`; silence_add: its
    keys, `until`, `timezone`, `reason`; silence_end: `silence`, its number."""
    base_version: int | None = None
    """The version of the subscriptions that was edited."""
    asked: datetime = instant(sa_column_kwargs={"server_default": text("now()")})


class CorrectionRow(SQLModel, table=True):
    """A reader says what is wrong about an event or a thread. Never updated; what came of it: `correction_cases`."""

    __tablename__ = "corrections"
    __table_args__ = (Index("corrections_document", "document_id"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    at: datetime = instant(sa_column_kwargs={"server_default": text("now()")})
    who: str
    wrong: str
    """label | status | entity | not_event | missing | story"""
    document_id: str
    revision: int
    """The one that was judged so."""
    thread_id: str | None = None
    event: dict[str, object] = document_json(default_factory=dict)
    """The event as it was: label, status, entities, paragraph, model; no words of the article."""
    answer: dict[str, object] = document_json(default_factory=dict)
    """What is right: label, status, entity; of a story `document_id`, a report that it does not belong to."""
    note: str = ""
