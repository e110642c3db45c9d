"""A preview as tables for people, and as JSON for programs."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from services.alerter.application.preview import Previewed
from services.alerter.domain.preview import Load, Moved, Telling

_TITLE = 60
"""Characters of a title in a table."""


def as_text(found: Previewed, zone: ZoneInfo, changed: bool, notes: Sequence[str] = (), width: int = 160) -> str:
    """Tables; with `changed` what is gained, lost and moved, else only what the current rules tell a day."""
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    before, after = found.loads()
    console.print(
        f"{found.documents} stored documents from {_shown(found.since, zone)} to {_shown(found.until, zone)}"
        f" ({found.earlier} earlier ones replayed before them)"
    )
    for note in (*notes, *_failures(found)):
        console.print(note)
    if changed:
        difference = found.difference()
        _tellings(console, f"Gained: {len(difference.gained)}", difference.gained, zone, {})
        _tellings(console, f"Lost: {len(difference.lost)}", difference.lost, zone, found.reasons)
        _moved(console, f"Told otherwise: {len(difference.moved)}", difference.moved, zone)
    _loads(console, before, after if changed else None)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def _failures(found: Previewed) -> list[str]:
    failed = {(one.document_id, one.reason) for one in found.failed}
    return [f"document {document} cannot be replayed: {reason}" for document, reason in sorted(failed)]


def _shown(when: datetime, zone: ZoneInfo) -> str:
    return f"{when.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _table(console: Console, title: str, *columns: str, wide: Sequence[str] = ("document", "why")) -> Table:
    console.print()
    console.print(title)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column not in wide, ratio=1 if column in wide else None)
    return table


def _tellings(
    console: Console,
    title: str,
    tellings: Sequence[Telling],
    zone: ZoneInfo,
    reasons: Mapping[tuple[str, int, str, str], str],
) -> None:
    table = _table(console, title, "when", "team/route", "channel", "how", "document", "why")
    for one in tellings:
        table.add_row(
            _shown(one.told, zone),
            one.team if one.team == one.route else f"{one.team}/{one.route}",
            one.channel,
            _how(one),
            _short(one.title),
            reasons.get(one.by_document) or one.why,
        )
    if tellings:
        console.print(table)


def _moved(console: Console, title: str, moved: Sequence[Moved], zone: ZoneInfo) -> None:
    table = _table(
        console, title, "when", "team/route", "channel", "what", "document", "why", wide=("document", "why", "what")
    )
    for one in moved:
        after = one.after
        name = after.team if after.team == after.route else f"{after.team}/{after.route}"
        table.add_row(_shown(after.told, zone), name, after.channel, one.what, _short(after.title), after.reason)
    if moved:
        console.print(table)


def _loads(console: Console, before: Mapping[str, Load], after: Mapping[str, Load] | None) -> None:
    table = _table(
        console, "Alerts a team", "team", "alerts", "a day", "fullest day", "messages", "digest", "suppressed"
    )
    for team in dict.fromkeys([*before, *(after or {})]):
        pair = [before.get(team, Load(team)), *([after.get(team, Load(team))] if after is not None else [])]
        table.add_row(
            team,
            _both([f"{one.alerts}" for one in pair]),
            _both([f"{one.a_day:.1f}" for one in pair]),
            _both([f"{one.busiest} ({one.busiest_day})" if one.busiest_day else "0" for one in pair]),
            _both([f"{one.messages}" for one in pair]),
            _both([f"{one.digest}" for one in pair]),
            _both([f"{one.suppressed}" for one in pair]),
        )
    console.print(table)


def _both(values: Sequence[str]) -> str:
    return values[0] if len(set(values)) == 1 else " → ".join(values)


def _how(one: Telling) -> str:
    if one.reach != "alert":
        return one.reach
    return "held" if one.held else one.kind


def _short(title: str) -> str:
    return title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"


def as_plain(found: Previewed, changed: bool, notes: Sequence[str] = ()) -> dict[str, Any]:
    """The same as plain values; times in UTC, as ISO 8601."""
    before, after = found.loads()
    plain: dict[str, Any] = {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "documents": found.documents,
        "earlier": found.earlier,
        "notes": list(notes),
        "failed": [vars(one) for one in found.failed],
        "teams": {"current": _plain_loads(before)},
    }
    if changed:
        difference = found.difference()
        plain["reclassified"] = found.reclassified
        plain["gained"] = [_plain(one) for one in difference.gained]
        plain["lost"] = [_plain(one) | {"why_not": found.reasons.get(one.by_document, "")} for one in difference.lost]
        plain["moved"] = [
            {"what": one.what, "before": _plain(one.before), "after": _plain(one.after)} for one in difference.moved
        ]
        plain["teams"]["changed"] = _plain_loads(after)
    return plain


def _plain(one: Telling) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in vars(one).items()}


def _plain_loads(loads: Mapping[str, Load]) -> dict[str, dict[str, Any]]:
    return {
        team: {
            "alerts": load.alerts,
            "a_day": round(load.a_day, 2),
            "busiest": load.busiest,
            "busiest_day": load.busiest_day.isoformat() if load.busiest_day else None,
            "messages": load.messages,
            "digest": load.digest,
            "suppressed": load.suppressed,
        }
        for team, load in loads.items()
    }
