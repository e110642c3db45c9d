"""The audit log as text and as JSON."""

import json
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from shared.store.audit import AuditEntry

_HEAD = ("when", "who", "what", "which", "why")


def audit_table(entries: Sequence[AuditEntry], zone: ZoneInfo) -> str:
    """One line an entry under a head; times on the clock of `zone`."""
    if not entries:
        return "nothing was done in that time"
    rows = [_HEAD, *(_row(one, zone) for one in entries)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def audit_json(entries: Sequence[AuditEntry]) -> str:
    """All there is of them, as a list."""
    return json.dumps([one.model_dump(mode="json") for one in entries], ensure_ascii=False, indent=2)


def _row(one: AuditEntry, zone: ZoneInfo) -> tuple[str, str, str, str, str]:
    return f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}", one.who, one.what, one.subject, one.reason
