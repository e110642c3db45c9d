"""How every source stands, for people: what the crawlers have noted, in one table or in full for one source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.crawler.application.values import Standing
from services.crawler.domain.cadence import rhythm_of
from services.crawler.domain.columns import aligned
from services.crawler.domain.completeness import FIELDS, shares_of
from services.crawler.domain.health import STATES, Health, health_of, in_words

HEAD = ("source", "state", "since", "read", "newest", "silence/expected", "title date body", "failed", "reason")
NOTHING = "-"
_ORDER = {state: place for place, state in enumerate(("broken", "failing", "quiet_suspicious", "incomplete"))}


@dataclass(frozen=True)
class Patient:
    """A source of the configuration."""

    name: str
    why_off: str = ""
    """Why it does not run; empty when it does."""
    address: str = ""


@dataclass(frozen=True)
class Findings:
    """What the doctor says, and whether an enabled source is broken."""

    text: str
    broken: bool


def overview(patients: Sequence[Patient], standings: Sequence[Standing], now: datetime) -> Findings:
    """One line a source: the worst first, those that are off last."""
    known = {one.name: one for one in standings}
    on = [patient for patient in patients if not patient.why_off]
    healths = {patient.name: _health(known.get(patient.name)) for patient in on}
    on.sort(key=lambda patient: (_ORDER.get(healths[patient.name].state, len(_ORDER)), patient.name))
    rows = [_row(patient.name, healths[patient.name], known.get(patient.name), now) for patient in on]
    off = [(one.name, "off", *(NOTHING,) * (len(HEAD) - 3), one.why_off) for one in patients if one.why_off]
    counts = {state: sum(health.state == state for health in healths.values()) for state in STATES}
    summary = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    text = f"{aligned([HEAD, *rows, *off])}\n\n{summary or 'no source is on'}; {len(off)} off"
    return Findings(text, counts["broken"] > 0)


def details(patient: Patient, standing: Standing | None, now: datetime) -> Findings:
    """All that is known of one source."""
    health = _health(standing)
    lines: list[tuple[str, str]] = [("source", patient.name), ("address", patient.address)]
    if patient.why_off:
        lines.append(("off", patient.why_off))
    lines += [("state", f"{health.state}{_for(health.since, now)}"), ("reason", health.reason)]
    if standing is not None:
        lines += _more(standing, health, now)
    return Findings(aligned(lines), health.state == "broken" and not patient.why_off)


def _more(standing: Standing, health: Health, now: datetime) -> list[tuple[str, str]]:
    rhythm, error = rhythm_of(standing.rhythm), standing.last_error
    lately = f" ({_ago(standing.last_error_at, now)})" if standing.last_error_at else ""
    return [
        ("last read", f"{_ago(standing.last_success, now)}, {standing.listed} articles listed"),
        ("newest article", _ago(standing.last_new, now)),
        ("next was expected", _span(health.gap, " after it")),
        ("silence believed until", _moment(health.believed_until)),
        ("rhythm rests on", f"{rhythm.known:.1f} hours with news"),
        ("next poll", _moment(standing.next_poll)),
        ("failures in a row", str(standing.failures)),
        ("last error", f"{error}{lately}" if error else NOTHING),
        *_completeness(standing.completeness),
    ]


def _completeness(kept: Mapping[str, object]) -> list[tuple[str, str]]:
    shares = shares_of(kept)
    return [
        (f"pages with {name}", f"{_share(shares[name].lately)} lately, {_share(shares[name].long_run)} in the long run")
        for name in FIELDS
    ]


def _health(standing: Standing | None) -> Health:
    return health_of(standing.health) if standing is not None else Health()


def _row(name: str, health: Health, standing: Standing | None, now: datetime) -> tuple[str, ...]:
    if standing is None:
        return (name, health.state, *(NOTHING,) * (len(HEAD) - 3), health.reason)
    silence = in_words(now - standing.last_new) if standing.last_new else NOTHING
    shares = shares_of(standing.completeness)
    error = standing.last_error
    return (
        name,
        health.state,
        _span((now - health.since).total_seconds()) if health.since else NOTHING,
        _ago(standing.last_success, now),
        _ago(standing.last_new, now),
        f"{silence}/{_span(health.gap)}",
        " ".join(_share(shares[field].lately) for field in FIELDS),
        str(standing.failures),
        health.reason + (f"; last error: {error}" if error and error not in health.reason else ""),
    )


def _share(share: float | None) -> str:
    return NOTHING if share is None else f"{share:.0%}"


def _span(seconds: float | None, more: str = "") -> str:
    return NOTHING if seconds is None else in_words(timedelta(seconds=seconds)) + more


def _ago(at: datetime | None, now: datetime) -> str:
    return NOTHING if at is None else f"{in_words(now - at)} ago"


def _for(since: datetime | None, now: datetime) -> str:
    return "" if since is None else f" for {in_words(now - since)}"


def _moment(at: datetime | None) -> str:
    return NOTHING if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
