"""Documents and threads as the other services stored them, each read in one state of the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, text

from services.portal.adapters.database import snapshot
from services.portal.adapters.index_load import message_of
from services.portal.application.library import Gone
from services.portal.domain.article import Decision, Delivery, Revision, StoredArticle
from services.portal.domain.article_shown import moment_of
from services.portal.domain.page import ThreadLink
from services.portal.domain.story import Earlier, Source, StoredReport, StoredStory
from services.portal.domain.story_cursor import Place

MOST = 500
"""Reports of a thread that are read at once, the newest first; the longest thread of a year has some dozens."""
_COLUMNS = (
    "document_id, revision, url, source, outlet, rights, title, paragraphs, language, author, published,"
    " published_precision, first_seen, fetched, duplicate_of"
)
_REVISIONS = text(
    f"select {_COLUMNS} from documents where document_id = any(:documents)"  # noqa: S608  # fixed names
    " order by document_id, revision desc"
)
_CLASSIFIED = text(
    "select distinct on (document_id) document_id, message from classifications"
    " where document_id = any(:documents) order by document_id, revision desc"
)
_DECISIONS = text(
    "select document_id, revision, outcome, reason, at from alert_decisions"
    " where document_id = any(:documents) order by id"
)
_DELIVERIES = """
    select d.document_id, d.fact_version, d.kind, d.subscription, d.channel, d.state, d.reason, d.decided,
        coalesce(d.delivered, told.delivered) as delivered, coalesce(nullif(d.team, ''), d.subscription) as team
    from deliveries d left join deliveries told on told.id = d.bundle
    where d.kind in ('new', 'update') and {} order by d.id limit 1000
"""
_BY_DOCUMENT = text(_DELIVERIES.format("d.document_id = :document"))
_BY_THREAD = text(_DELIVERIES.format("d.thread_id = :thread"))
_BY_REPORTS = text(_DELIVERIES.format("d.thread_id = :thread and d.document_id = any(:documents)"))
_THREAD_OF = text(
    "select t.thread_id, t.title, (select count(*) from thread_documents m where m.thread_id = t.thread_id) as reports"
    " from thread_documents d join threads t using (thread_id) where d.document_id = :document"
)
_THREAD = text("select thread_id, title, opened, latest, fact_version from threads where thread_id = :thread")
_MEMBERS = text(
    "select document_id, joined, fact_version, reason from thread_documents where thread_id = :thread"
    " and (cast(:joined as timestamptz) is null or (joined, document_id) < (:joined, :document))"
    " order by joined desc, document_id desc limit :most"
)
_TOTAL = text("select count(*) from thread_documents where thread_id = :thread")
_BEFORE = "t.thread_id = :thread and (t.joined, t.document_id) < (:joined, :document)"
_EARLIER = text(
    "select count(*) as reports, coalesce(max(t.fact_version), 0) as fact_version from thread_documents t"  # noqa: S608  # fixed words
    f" where {_BEFORE}"
)
_SAID = text(
    f"""
    select distinct event ->> 'label' as label, event ->> 'status' as status
    from thread_documents t
    join lateral (select message from classifications c where c.document_id = t.document_id
                  order by revision desc limit 1) c on true,
    jsonb_array_elements(case jsonb_typeof(c.message -> 'events') when 'array' then c.message -> 'events'
                         else '[]'::jsonb end) event
    where {_BEFORE}
    """  # noqa: S608  # fixed words
)
_ERASED = text("select erased from tombstones where document_id = :document order by erased limit 1")
_KNOWN = text(
    "select exists (select from alert_decisions where document_id = :document)"
    " or exists (select from thread_documents where document_id = :document)"
    " or exists (select from classifications where document_id = :document)"
)


class SqlShelf:
    """The tables in PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def article(self, document_id: str) -> StoredArticle | Gone | None:
        """As Shelf's."""
        with snapshot(self._engine) as db:
            one = {"document": document_id}
            revisions = tuple(_revision(row) for row in db.execute(_REVISIONS, {"documents": [document_id]}).mappings())
            if not revisions:
                return _gone(db, document_id)
            message = db.execute(_CLASSIFIED, {"documents": [document_id]}).mappings().first()
            thread = db.execute(_THREAD_OF, one).first()
            return StoredArticle(
                document_id=document_id,
                revisions=revisions,
                classified=message_of(document_id, message["message"]) if message else None,
                decisions=_decisions(db, [document_id]),
                deliveries=tuple(Delivery(**row) for row in db.execute(_BY_DOCUMENT, one).mappings()),
                thread=ThreadLink(*thread) if thread else None,
            )

    def story(self, thread_id: str, before: Place | None = None) -> StoredStory | None:
        """As Shelf's."""
        with snapshot(self._engine) as db:
            thread = db.execute(_THREAD, {"thread": thread_id}).mappings().first()
            if thread is None:
                return None
            joined, document = before or (None, "")
            asked = {"thread": thread_id, "most": MOST, "joined": joined, "document": document}
            members = list(db.execute(_MEMBERS, asked).mappings())
            documents = [row["document_id"] for row in members]
            earlier = _earlier(db, thread_id, members[-1]) if len(members) == MOST else Earlier()
            told = {"thread": thread_id, "documents": documents}
            deliveries = db.execute(_BY_REPORTS if before or earlier.reports else _BY_THREAD, told)
            return StoredStory(
                **thread,
                reports=_reports(db, members, documents),
                decisions=_decisions(db, documents),
                deliveries=tuple(Delivery(**row) for row in deliveries.mappings()),
                total=int(db.execute(_TOTAL, {"thread": thread_id}).scalar_one()),
                earlier=earlier,
            )


def _gone(db: Connection, document_id: str) -> Gone | None:
    """That it was here: erased by a request, or pruned by age."""
    erased: datetime | None = db.execute(_ERASED, {"document": document_id}).scalar()
    if erased is not None:
        return Gone("erased", erased)
    return Gone("pruned") if db.execute(_KNOWN, {"document": document_id}).scalar() else None


def _earlier(db: Connection, thread_id: str, oldest: RowMapping) -> Earlier:
    """What joined before the oldest report that is read: what is new in the others is told by it."""
    asked = {"thread": thread_id, "joined": oldest["joined"], "document": oldest["document_id"]}
    row = db.execute(_EARLIER, asked).one()
    said = frozenset((one.label, one.status) for one in db.execute(_SAID, asked)) if row.reports else frozenset()
    return Earlier(row.reports, row.fact_version, said)


def _reports(db: Connection, members: Sequence[RowMapping], documents: list[str]) -> tuple[StoredReport, ...]:
    newest: dict[str, Revision] = {}
    for row in db.execute(_REVISIONS, {"documents": documents}).mappings():
        newest.setdefault(row["document_id"], _revision(row))
    messages = {row.document_id: row.message for row in db.execute(_CLASSIFIED, {"documents": documents})}
    return tuple(
        StoredReport(
            **row,
            source=_source(newest[row["document_id"]]) if row["document_id"] in newest else None,
            classified=message_of(row["document_id"], messages[row["document_id"]])
            if row["document_id"] in messages
            else None,
        )
        for row in members
    )


def _source(revision: Revision) -> Source:
    at, precision = moment_of(revision)
    return Source(
        url=revision.url,
        outlet=revision.outlet or revision.source,
        rights=revision.rights,
        title=revision.title,
        language=revision.language,
        at=at,
        precision=precision,
        repeats=revision.repeats,
    )


def _decisions(db: Connection, documents: list[str]) -> tuple[Decision, ...]:
    return tuple(Decision(**row) for row in db.execute(_DECISIONS, {"documents": documents}).mappings())


def _revision(row: RowMapping) -> Revision:
    other: dict[str, Any] = {key: row[key] for key in ("revision", "url", "source", "rights", "title", "language")}
    return Revision(
        **other,
        outlet=(row["outlet"] or "").strip() or None,
        paragraphs=tuple(str(each) for each in row["paragraphs"]),
        author=row["author"],
        published=row["published"],
        precision=row["published_precision"],
        first_seen=row["first_seen"],
        fetched=row["fetched"],
        repeats=row["duplicate_of"],
    )
