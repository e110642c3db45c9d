"""Rows that speak of an erased document among others: threads, deliveries, messages that are to be changed."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from services.maintenance.domain.scrub import Trace, own_content, without, without_report

_THREADS = text(
    "select t.thread_id, t.title, t.state from threads t where t.thread_id in"
    " (select thread_id from thread_documents where document_id = :document"
    " union select thread_id from deliveries where document_id = :document)"
    " or position(:document in t.state::text) > 0 for update"
)
_SAVE = text(
    "update threads set title = :title, state = cast(:state as jsonb), changes = changes + 1 where thread_id = :thread"
)
_DROP = text("delete from threads where thread_id = :thread")
_OWN = text("select id, content from deliveries where document_id = :document for update")
_END_OWN = text(
    """
    update deliveries set content = cast(:content as jsonb), entities = '[]',
        state = case when due is null and state not in ('held', 'digest') then state
                     when state in ('sending', 'unknown') then 'unknown' else 'suppressed' end,
        reason = case when due is null and state not in ('held', 'digest') then reason else 'erased' end,
        due = null, held_until = null, lease_until = null, lease_by = null
    where id = :id
    """
)
_OTHERS = text(
    "select id, content from deliveries where exists"
    " (select 1 from unnest(cast(:traces as text[])) trace where position(trace in content::text) > 0) for update"
)
_SAVE_OTHER = text("update deliveries set content = cast(:content as jsonb) where id = :id")
_REFRESHED = text(
    "select delivery as id, content from refreshes where exists"
    " (select 1 from unnest(cast(:traces as text[])) trace where position(trace in content::text) > 0) for update"
)
_SAVE_REFRESHED = text("update refreshes set content = cast(:content as jsonb) where delivery = :id")
_DROP_REFRESHED = text(
    "delete from refreshes where delivery in (select id from deliveries where document_id = :document)"
)


class SpeakingRows:
    """Within one transaction."""

    def __init__(self, db: Connection, trace: Trace) -> None:
        self._db = db
        self._trace = trace

    def scrub(self, document_id: str) -> Mapping[str, int]:
        """Take the document out; how many rows were changed, by table."""
        changed = {"threads": self._threads(document_id), "deliveries": self._own(document_id)}
        changed["refreshes"] = self._db.execute(_DROP_REFRESHED, {"document": document_id}).rowcount
        traces = sorted(self._trace.urls | self._trace.titles)
        for table, find, save in (("deliveries", _OTHERS, _SAVE_OTHER), ("refreshes", _REFRESHED, _SAVE_REFRESHED)):
            for row in self._db.execute(find, {"traces": traces}).all():
                content = without(row.content, self._trace)
                self._db.execute(save, {"id": row.id, "content": _packed(content)})
                changed[table] += 1
        return changed

    def _threads(self, document_id: str) -> int:
        rows = self._db.execute(_THREADS, {"document": document_id}).all()
        count = 0
        for row in rows:
            state = without_report(row.state, document_id)
            if state == row.state:
                continue
            count += 1
            if state is None:
                self._db.execute(_DROP, {"thread": row.thread_id})
                continue
            title = next((one["title"] for one in state["members"] if one.get("title")), "")
            self._db.execute(_SAVE, {"thread": row.thread_id, "title": title, "state": _packed(state)})
        return count

    def _own(self, document_id: str) -> int:
        """Deliveries stay as keys that keep an alert from being told again; what waits is not sent any more."""
        rows = self._db.execute(_OWN, {"document": document_id}).all()
        for row in rows:
            self._db.execute(_END_OWN, {"id": row.id, "content": _packed(own_content(row.content))})
        return len(rows)


def _packed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
