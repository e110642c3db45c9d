"""Requests, corrections, subscriptions and silences on PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, RowMapping, text

from services.portal.adapters.database import transaction
from services.portal.adapters.index_load import message_of
from services.portal.application.desk import Corrected, Judged, Kind, Request, Said, Silenced, Version, Wish
from shared.store.audit import digest, record
from shared.store.plain_json import plain_json

KEPT = 24
"""Hours after which an alerter answers a request no more."""
_VERSIONS = text(
    "select version, content, who, at, reason from subscription_versions order by version desc limit :most"
)
_VERSION = text("select version, content, who, at, reason from subscription_versions where version = :version")
_SILENCES = """
    select id, matcher, until, reason, who, created, ended, ended_by from silences
    where {} order by id desc limit 200
"""
_OPEN = text(_SILENCES.format("ended is null and until > now()"))
_EVERY = text(_SILENCES.format("true"))
_ASK = text(
    "insert into desk_requests (kind, who, asker, teams, content, base_version)"
    " values (:kind, :who, :asker, cast(:teams as jsonb), cast(:content as jsonb), :base) returning id"
)
_REQUEST = text(
    "select r.id, r.kind, r.who, coalesce(r.asker, '') as asker, r.teams, r.content, r.base_version, r.asked,"
    " coalesce(a.state, '') as state, coalesce(a.content, '{}') as answer, a.answered"
    " from desk_requests r left join desk_answers a on a.request = r.id and a.answered is not null where r.id = :id"
)
_WAITING = text(
    "select count(*) from desk_requests r where r.asker = :asker and r.kind = :kind"
    " and r.asked > now() - make_interval(hours => :hours)"
    " and not exists (select from desk_answers a where a.request = r.id and a.answered is not null)"
)
_TITLES = text(
    "select distinct on (document_id) document_id, title from documents where document_id = any(:documents)"
    " order by document_id, revision desc"
)
_JUDGED = text(
    "select d.title, c.message, t.thread_id, (select o.document_id from thread_documents o where o.thread_id ="
    " t.thread_id and o.document_id <> d.document_id order by o.joined, o.document_id limit 1) as story"
    " from documents d join classifications c using (document_id)"
    " left join thread_documents t using (document_id)"
    " where document_id = :document order by c.revision desc, d.revision desc limit 1"
)
_CORRECT = text(
    "insert into corrections (who, wrong, document_id, revision, thread_id, event, answer, note)"
    " values (:who, :wrong, :document, :revision, :thread, cast(:event as jsonb), cast(:answer as jsonb), :note)"
    " returning id"
)
_CORRECTIONS = text(
    "select c.*, coalesce(k.state, '') as state, coalesce(k.why, '') as why, coalesce(k.place, '') as place,"
    " coalesce((select title from documents d where d.document_id = c.document_id order by revision desc limit 1), '')"
    " as title from corrections c left join correction_cases k on k.correction = c.id"
    " where cast(:document as text) is null or c.document_id = :document order by c.id desc limit :most"
)


class SqlDeskShelf:
    """As DeskShelf; each call is a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self) -> Version | None:
        """As DeskShelf's."""
        found = self.history(1)
        return found[0] if found else None

    def version(self, number: int) -> Version | None:
        """As DeskShelf's."""
        found = self._rows(_VERSION, version=number)
        return Version(**found[0]) if found else None

    def history(self, most: int) -> Sequence[Version]:
        """As DeskShelf's."""
        return [Version(**row) for row in self._rows(_VERSIONS, most=most)]

    def silences(self, over: bool) -> Sequence[Silenced]:
        """As DeskShelf's."""
        return [Silenced(**row) for row in self._rows(_EVERY if over else _OPEN)]

    def ask(self, wish: Wish) -> int:
        """As DeskShelf's."""
        told = {"kind": wish.kind, "who": wish.who, "asker": wish.asker or None, "base": wish.base_version}
        told |= {"content": plain_json(wish.content)}
        teams = None if wish.teams is None else plain_json(list(wish.teams))
        with transaction(self._engine) as db:
            return int(db.execute(_ASK, told | {"teams": teams}).scalar_one())

    def request(self, number: int) -> Request | None:
        """As DeskShelf's."""
        rows = self._rows(_REQUEST, id=number)
        if not rows:
            return None
        row = rows[0]
        teams = None if row["teams"] is None else tuple(map(str, row["teams"]))
        wish = Wish(row["kind"], row["who"], teams, row["content"], row["base_version"], row["asker"])
        return Request(row["id"], wish, row["asked"], row["state"], row["answer"], row["answered"])

    def waiting(self, asker: str, kind: Kind) -> int:
        """As DeskShelf's."""
        with transaction(self._engine) as db:
            return int(db.execute(_WAITING, {"asker": asker, "kind": kind, "hours": KEPT}).scalar_one())

    def titles(self, documents: Collection[str]) -> Mapping[str, str]:
        """As DeskShelf's."""
        return {row["document_id"]: row["title"] for row in self._rows(_TITLES, documents=list(documents))}

    def judged(self, document_id: str) -> Judged | None:
        """As DeskShelf's."""
        rows = self._rows(_JUDGED, document=document_id)
        told = message_of(document_id, rows[0]["message"]) if rows else None
        if told is None:
            return None
        events = tuple(
            {
                "label": event.label,
                "status": event.status,
                "entities": list(event.entities),
                "paragraph": event.evidence.paragraph,
            }
            for event in told.events
        )
        return Judged(
            document_id, told.revision, rows[0]["title"], rows[0]["thread_id"], told.model, events, rows[0]["story"]
        )

    def correct(self, said: Said) -> int:
        """As DeskShelf's."""
        told = {
            "who": said.who, "wrong": said.wrong, "document": said.document_id, "revision": said.revision,
            "thread": said.thread_id, "event": plain_json(said.event), "answer": plain_json(said.answer),
            "note": said.note,
        }  # fmt: skip
        with transaction(self._engine) as db:
            number = int(db.execute(_CORRECT, told).scalar_one())
            detail = {"wrong": said.wrong, "document_id": said.document_id, "revision": said.revision}
            after = digest({"event": said.event, "answer": said.answer, "note": said.note})
            record(db, said.who, "correction.add", f"correction {number}", after=after, detail=detail)
            return number

    def corrections(self, document_id: str | None, most: int) -> Sequence[Corrected]:
        """As DeskShelf's."""
        return [_corrected(row) for row in self._rows(_CORRECTIONS, document=document_id, most=most)]

    def _rows(self, query: Any, **told: object) -> Sequence[RowMapping]:
        with transaction(self._engine) as db:
            return db.execute(query, told).mappings().all()


def _corrected(row: RowMapping) -> Corrected:
    said = Said(
        who=row["who"],
        wrong=row["wrong"],
        document_id=row["document_id"],
        revision=row["revision"],
        thread_id=row["thread_id"],
        event=row["event"],
        answer=row["answer"],
        note=row["note"],
    )
    return Corrected(row["id"], row["at"], said, row["title"], row["state"], row["why"], row["place"])
