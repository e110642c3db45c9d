"""What was sent, or waits to be, for a thread, as steps; and how far a document came by it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from services.alerter.adapters.explain_way import End, Step, shown

_DELIVERIES = text(
    "select d.*, told.state as bundle_state, told.delivered as bundle_delivered, told.kind as bundle_kind,"
    " p.who as paused_by, p.reason as paused_why, p.since as paused_since"
    " from deliveries d left join deliveries told on told.id = d.bundle"
    " left join lateral (select * from pauses where channel in ('', d.channel_kind, d.channel)"
    "   order by since limit 1) p on true"
    " where d.thread_id = :thread and d.kind in ('new', 'update') order by d.id"
)
_CANARY = text(
    "select channel, state, reason, delivered, decided from deliveries"
    " where document_id = :document and kind = 'canary' order by id desc limit 1"
)
_WAITING = ("due", "sending", "held", "digest")
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
            when = f" at {shown(row['bundle_delivered'], self._zone)}" if row["bundle_delivered"] else ""
            return f"told in one message with others{when} ({row['bundle_kind']}, {row['bundle_state']})"
        if state == "due":
            paused = (
                f"; paused by {row['paused_by']} since {shown(row['paused_since'], self._zone)}"
                if row["paused_by"]
                else ""
            )
            return f"due {shown(row['due'], self._zone)}{paused}"
        return {"backfill": "counts as told", "unknown": "unknown: the answer was lost"}.get(state, state)

    def end(self) -> End | None:
        """How far the document came; None when nothing was written for it."""
        mine = [row for row in self._rows if row["document_id"] == self._document]
        told = [row for row in mine if row["delivered"] or row["bundle_delivered"]]
        waiting = [row for row in mine if row["state"] in _WAITING or (row["state"] == "bundled" and row not in told)]
        lost = [row for row in mine if row["state"] in ("permanent", "unknown") and row not in waiting]
        if told:
            parts = [f"told to {_names(told)} at {shown(_first(told), self._zone)} over {_channels(told)}"]
            parts += [f"still waits at {_channels(waiting)}"] if waiting else []
            parts += [f"never arrived at {_channels(lost)}"] if lost else []
            return End("told", "; ".join(parts), "told")
        if waiting:
            row = waiting[0]
            since = shown(row["decided"], self._zone)
            return End(
                "waits", f"at {_channels(waiting)} of {_names(waiting)} since {since}: {self._wait(row)}", "waiting"
            )
        if lost:
            words = f"it never arrived at {_channels(lost)} of {_names(lost)}: {lost[0]['reason']}"
            return End("ended", words, "not_delivered")
        if mine:
            return End("ended", f"told to nobody of {_names(mine)}: {mine[0]['reason']}", "suppressed")
        return None

    def _wait(self, row: Mapping[str, Any]) -> str:
        if row["state"] == "digest":
            return f"for the next digest ({row['reason']})"
        why = f" ({row['reason']})" if row["reason"] else ""
        return f"{self._state(row)}{why}"

    def before(self) -> str:
        """Who heard of the thread by other documents, in words; empty where nobody did."""
        told = [row for row in self._rows if row["document_id"] != self._document and row["state"] != "suppressed"]
        if not told:
            return ""
        first = min(told, key=lambda row: row["id"])
        return f"{_names(told)} had been told by document {first['document_id']}"


def canary_end(db: Connection, document: str, zone: ZoneInfo) -> End | None:
    """How far a canary came at its channel; None when nothing was written for it."""
    row = db.execute(_CANARY, {"document": document}).mappings().first()
    if row is None:
        return None
    if row["state"] == "delivered":
        return End("told", f"arrived at {row['channel']} at {shown(row['delivered'], zone)}", "told")
    why = f": {row['reason']}" if row["reason"] else ""
    if row["state"] in _WAITING:
        since = shown(row["decided"], zone)
        return End("waits", f"at {row['channel']} since {since}, {row['state']}{why}", "waiting")
    return End("ended", f"it never arrived at {row['channel']}{why}", "not_delivered")


def _names(rows: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(dict.fromkeys(row["subscription"] for row in rows))


def _channels(rows: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(dict.fromkeys(row["channel"] for row in rows))


def _first(rows: Sequence[Mapping[str, Any]]) -> Any:
    return min(row["delivered"] or row["bundle_delivered"] for row in rows)
