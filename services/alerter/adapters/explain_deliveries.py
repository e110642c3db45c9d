"""What was sent, or waits to be, for a thread, as steps; and how far a document came by it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from services.alerter.adapters.explain_way import End, Step, shown

_DELIVERIES = text(
    "select d.*, told.state as bundle_state, told.delivered as bundle_delivered, told.kind as bundle_kind,"
    " told.due as bundle_due, told.reason as bundle_reason,"
    " p.who as paused_by, p.reason as paused_why, p.since as paused_since"
    " from deliveries d left join deliveries told on told.id = d.bundle"
    " left join lateral (select * from pauses where channel in ('', d.channel_kind, d.channel)"
    "   order by since limit 1) p on true"
    " where d.thread_id = :thread and d.kind in ('new', 'update') order by d.id"
)
_CANARY = text(
    "select channel, state, reason, due, delivered, decided from deliveries"
    " where document_id = :document and kind = 'canary' order by id desc limit 1"
)
_WAITING = ("due", "sending", "held", "digest")
_UNSURE = "nobody knows whether it arrived at"
_DATA = (
    "id", "kind", "fact_version", "subscription", "team", "channel", "document_id", "state", "reason", "decided",
    "due", "held_until", "delivered", "attempts", "reference", "repeated_on_the_wire",
)  # fmt: skip


class Deliveries:
    """Those of one thread."""

    def __init__(self, db: Connection, thread: str, document: str, zone: ZoneInfo) -> None:
        self._rows = [dict(row) for row in db.execute(_DELIVERIES, {"thread": thread}).mappings()]
        self._document = document
        self._zone = zone

    def steps(self) -> Iterator[Step]:
        """One for each delivery, those of other documents of the thread too."""
        for row in self._rows:
            data = {key: row[key] for key in _DATA}
            at = row["delivered"] or row["bundle_delivered"] or row["decided"]
            yield Step("channels", at, self._words(row), data=data)

    def _words(self, row: Mapping[str, Any]) -> str:
        name = (
            row["subscription"] if row["team"] in ("", row["subscription"]) else f"{row['team']}/{row['subscription']}"
        )
        own = "" if row["document_id"] == self._document else f" (by document {row['document_id']})"
        said = f"{row['kind']} {row['fact_version']} to {row['channel']} of {name}: {self._state(row)}{own}"
        if row["attempts"]:
            said += f", {row['attempts']} attempts"
        if row["reference"]:
            said += f", there called {row['reference']}"
        if row["repeated_on_the_wire"]:
            said += ", sent twice since the first answer was lost"
        return f"{said}: {row['reason']}" if row["reason"] else said

    def _state(self, row: Mapping[str, Any]) -> str:
        state = str(row["state"])
        if state == "delivered":
            return f"delivered, decided {shown(row['decided'], self._zone)}"
        if state == "held":
            return f"held until {shown(row['held_until'], self._zone)}"
        if state == "bundled":
            whole = f"one message with others ({row['bundle_kind']}, {row['bundle_state']})"
            if row["bundle_delivered"]:
                return f"told in {whole} at {shown(row['bundle_delivered'], self._zone)}"
            return f"to be told in {whole}" if _waits(row) else f"was to be told in {whole}: {row['bundle_reason']}"
        if state == "due":
            paused = (
                f"; paused by {row['paused_by']} since {shown(row['paused_since'], self._zone)}"
                if row["paused_by"]
                else ""
            )
            return f"due {shown(row['due'], self._zone)}{paused}"
        if state == "unknown":
            again = f", looked into at {shown(row['due'], self._zone)}" if _waits(row) else ""
            return f"unknown: the answer was lost{again}"
        return "counts as told" if state == "backfill" else state

    def end(self) -> End | None:
        """How far the document came; None when nothing was written for it."""
        mine = [row for row in self._rows if row["document_id"] == self._document]
        told = [row for row in mine if row["delivered"] or row["bundle_delivered"]]
        waiting = [row for row in mine if row not in told and _waits(row)]
        ended = [row for row in mine if row not in told and row not in waiting]
        lost = [row for row in ended if _end_of(row) == "permanent"]
        unsure = [row for row in ended if _end_of(row) == "unknown"]
        if told:
            parts = [f"told to {_names(told)} at {shown(_first(told), self._zone)} over {_channels(told)}"]
            parts += [f"still waits at {_channels(waiting)}"] if waiting else []
            parts += [f"never arrived at {_channels(lost)}"] if lost else []
            parts += [f"{_UNSURE} {_channels(unsure)}"] if unsure else []
            return End("told", "; ".join(parts), "told")
        if waiting:
            row = waiting[0]
            since = shown(row["decided"], self._zone)
            return End(
                "waits", f"at {_channels(waiting)} of {_names(waiting)} since {since}: {self._wait(row)}", "waiting"
            )
        parts = [
            f"{words} {_channels(rows)} of {_names(rows)}: {_reason(rows[0])}"
            for words, rows in (("it never arrived at", lost), (_UNSURE, unsure))
            if rows
        ]
        if parts:
            return End("ended", "; ".join(parts), "not_delivered")
        if mine:
            return End("ended", f"told to nobody of {_names(mine)}: {mine[0]['reason']}", "suppressed")
        return None

    def _wait(self, row: Mapping[str, Any]) -> str:
        if row["state"] == "digest":
            return f"for the next digest ({row['reason']})"
        why = f" ({_reason(row)})" if _reason(row) else ""
        return f"{self._state(row)}{why}"

    def before(self) -> str:
        """Who heard of the thread by other documents, in words; empty where nobody did."""
        others = [row for row in self._rows if row["document_id"] != self._document]
        told = [row for row in others if _end_of(row) not in ("suppressed", "permanent")]
        if not told:
            return ""
        first = min(told, key=lambda row: row["id"])
        return f"{_names(told)} had been told by document {first['document_id']}"


def canary_end(db: Connection, document: str, zone: ZoneInfo) -> End | None:
    """How far a canary came at its channel; None when nothing was written for it."""
    found = db.execute(_CANARY, {"document": document}).mappings().first()
    if found is None:
        return None
    row = dict(found)
    if row["state"] == "delivered":
        return End("told", f"arrived at {row['channel']} at {shown(row['delivered'], zone)}", "told")
    why = f": {row['reason']}" if row["reason"] else ""
    if _waits(row):
        since = shown(row["decided"], zone)
        return End("waits", f"at {row['channel']} since {since}, {row['state']}{why}", "waiting")
    words = _UNSURE if row["state"] == "unknown" else "it never arrived at"
    return End("ended", f"{words} {row['channel']}{why}", "not_delivered")


def _end_of(row: Mapping[str, Any]) -> str:
    """Its state; of what is told with others that of their message, unknown where that is not kept any more."""
    return str(row["bundle_state"] or "unknown") if row["state"] == "bundled" else str(row["state"])


def _waits(row: Mapping[str, Any]) -> bool:
    """Something is still to come of it: an answer that was lost is looked into while there is a time for it."""
    due = row["bundle_due"] if row["state"] == "bundled" else row["due"]
    return _end_of(row) in _WAITING or (_end_of(row) == "unknown" and due is not None)


def _reason(row: Mapping[str, Any]) -> str:
    """Of a message that is to tell several its own, where it has one: it knows what the wire said."""
    return str((row["bundle_reason"] if row["state"] == "bundled" else "") or row["reason"])


def _names(rows: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(dict.fromkeys(row["subscription"] for row in rows))


def _channels(rows: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(dict.fromkeys(row["channel"] for row in rows))


def _first(rows: Sequence[Mapping[str, Any]]) -> Any:
    return min(row["delivered"] or row["bundle_delivered"] for row in rows)
