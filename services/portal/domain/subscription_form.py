"""The usual things of one subscription as the fields of a form, and back as changes of its text. Pure.

A field that is left as it was changes nothing, so what the form does not know stays as people wrote it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.portal.domain.subscription_edit import Path, flow

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
"""Of a subscription: as the alerter has it."""
CHOSEN = ("entities", "labels", "statuses")
"""Keys of which a form offers all values; a field `labels:partnership` is sent for each one that is chosen."""
_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*[-–—]\s*(\d{1,2}:\d{2})(?:\s+(.*))?")
_BETWEEN = re.compile(r"[\n,，、;；]+")


class FormProblem(ValueError):
    """A field that cannot be read; `name` is the field."""

    def __init__(self, name: str, wrong: str, mend: str) -> None:
        super().__init__(wrong)
        self.name = name
        self.mend = mend


@dataclass(frozen=True)
class Form:
    """What the fields show."""

    name: str = ""
    chosen: Mapping[str, frozenset[str]] = field(default_factory=lambda: {key: frozenset() for key in CHOSEN})
    importance: int = 1
    words: str = ""
    """One a line."""
    channels: str = ""
    """One a line, as the ledger names them: `slack:#name`, `email:a@b.example`, `console`."""
    mode: str = "immediate"
    budget: str = ""
    """Empty: as is usual."""
    quiet_hours: str = ""
    """One span a line: `22:00-07:30`, `00:00-24:00 sat, sun`."""
    timezone: str = ""
    active: bool = True
    routes: int = 0
    """Routes below it, which only its text shows."""
    beyond: tuple[str, ...] = ()
    """Conditions that only its text edits, as it has them: `families: [regulatory_event]`."""

    @property
    def everything(self) -> bool:
        """Whether it asks for nothing but an importance."""
        return not (any(self.chosen.values()) or self.words or self.beyond)


def form_of(plain: Mapping[str, Any]) -> Form:
    """The fields of a subscription that is written so; what is not as it should be is shown as empty."""
    when, rhythm = _below(plain, "when"), _below(plain, "rhythm")
    importance, budget = when.get("importance", 1), rhythm.get("budget", "")
    return Form(
        name=str(plain.get("name") or ""),
        chosen={key: frozenset(_texts(when.get(key))) for key in CHOSEN},
        importance=importance if isinstance(importance, int) else 1,
        words="\n".join(_texts(when.get("words"))),
        channels="\n".join(_channels(_below(plain, "channels"))),
        mode=str(rhythm.get("mode", "immediate")),
        budget=str(budget),
        quiet_hours="\n".join(map(_span, _list(rhythm.get("quiet_hours")))),
        timezone=str(plain.get("timezone") or ""),
        active=plain.get("active", True) is not False,
        routes=len(_list(plain.get("routes"))),
        beyond=tuple(_beyond(plain, when)),
    )


def read(fields: Mapping[str, str]) -> Form:
    """The fields as they were sent. Raises FormProblem."""
    name = fields.get("name", "").strip()
    if not NAME.fullmatch(name):
        raise FormProblem("name", "a name is small letters, digits, - and _, and begins with a letter", "strategy")
    return Form(
        name=name,
        chosen={
            key: frozenset(each[len(key) + 1 :] for each in fields if each.startswith(f"{key}:")) for key in CHOSEN
        },
        importance=_number(fields, "importance", 1, 5) or 1,
        words="\n".join(_lines(fields.get("words", ""))),
        channels="\n".join(_lines(fields.get("channels", ""))),
        mode="digest" if fields.get("mode") == "digest" else "immediate",
        budget=str(_number(fields, "budget", 0, 100_000) if fields.get("budget", "").strip() else ""),
        quiet_hours="\n".join(_lines(fields.get("quiet_hours", ""), re.compile(r"\n+"))),
        timezone=fields.get("timezone", "").strip(),
        active=fields.get("active") != "no",
    )


def changes(before: Form, after: Form, order: Mapping[str, Sequence[str]]) -> Mapping[Path, object]:
    """What is to be changed in the text; `order` gives all values of the chosen keys. Raises FormProblem."""
    found: dict[Path, object] = {}
    if before.name != after.name:
        found["name",] = after.name
    for key in CHOSEN:
        if before.chosen[key] != after.chosen[key]:
            known = [*order[key], *sorted(after.chosen[key] - set(order[key]))]
            found["when", key] = [each for each in known if each in after.chosen[key]] or None
    if before.importance != after.importance:
        found["when", "importance"] = after.importance if after.importance > 1 else None
    if before.words != after.words:
        found["when", "words"] = after.words.splitlines() or None
    if before.mode != after.mode:
        found["rhythm", "mode"] = after.mode if after.mode != "immediate" else None
    if before.budget != after.budget:
        found["rhythm", "budget"] = int(after.budget) if after.budget else None
    if before.quiet_hours != after.quiet_hours:
        found["rhythm", "quiet_hours"] = [_read_span(each) for each in after.quiet_hours.splitlines()] or None
    if before.timezone != after.timezone:
        found["timezone",] = after.timezone or None
    if before.active != after.active:
        found["active",] = None if after.active else False
    if before.channels != after.channels:
        old, new = _kinds(before.channels.splitlines()), _kinds(after.channels.splitlines())
        found |= {("channels", kind): new.get(kind) for kind in [*old, *new] if old.get(kind) != new.get(kind)}
    return found


def _beyond(plain: Mapping[str, Any], when: Mapping[str, Any]) -> Iterable[str]:
    yield from (f"{key}: {flow(value)}" for key, value in when.items() if key not in (*CHOSEN, "importance", "words"))
    if plain.get("only_if"):
        yield f"only_if: {flow(plain['only_if'])}"


def _below(plain: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = plain.get(key)
    return found if isinstance(found, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [str(each) for each in _list(value)]


def _channels(plain: Mapping[str, Any]) -> Iterable[str]:
    for kind, named in plain.items():
        if isinstance(named, bool):
            yield str(kind)
        else:
            yield from (f"{kind}:{target}" for target in ([named] if isinstance(named, str) else _texts(named)))


def _kinds(lines: Iterable[str]) -> dict[str, object]:
    """Channels as the text has them: one target, several, or `true`."""
    found: dict[str, list[str]] = {}
    for line in lines:
        kind, colon, target = line.partition(":")
        held = found.setdefault(kind.strip(), [])
        if colon and target.strip():
            held.append(target.strip())
    return {kind: True if not held else held[0] if len(held) == 1 else held for kind, held in found.items()}


def _lines(text: str, between: re.Pattern[str] = _BETWEEN) -> list[str]:
    return [each.strip() for each in between.split(text) if each.strip()]


def _number(fields: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    told = fields.get(name, "").strip()
    if not told:
        return None
    if not re.fullmatch(r"\d{1,6}", told, re.ASCII) or not least <= int(told) <= most:
        raise FormProblem(name, f"{told[:20]} is no whole number from {least} to {most}", "write it in digits")
    return int(told)


def _span(plain: object) -> str:
    if not isinstance(plain, dict):
        return str(plain)
    days = ", ".join(_texts(plain.get("days")))
    return f"{_clock(plain.get('from'))}-{_clock(plain.get('to'))} {days}".strip()


def _clock(written: object) -> str:
    """YAML 1.1 reads an unquoted 22:00 as 22 x 60."""
    return f"{written // 60:02}:{written % 60:02}" if isinstance(written, int) else str(written)


def _read_span(line: str) -> Mapping[str, object]:
    found = _SPAN.fullmatch(line)
    if found is None:
        raise FormProblem("quiet_hours", f"{line[:40]} is no span of a day", "22:00-07:30, or 00:00-24:00 sat, sun")
    days = _lines(found[3] or "", re.compile(r"[,\s，、]+"))
    return {"from": found[1], "to": found[2], **({"days": days} if days else {})}
