"""The configured sources as a table for people."""

from services.crawler.domain.columns import aligned
from services.crawler.sources.config import ConfiguredSource, Sources

_HEAD = ("source", "kind", "state", "role", "rights", "terms", "reliability", "evidence", "seen live", "every",
         "address or reason")  # fmt: skip


def table(sources: Sources) -> str:
    """One line a source, those that are off with the reason, aligned for a terminal."""
    rows = aligned([_HEAD, *(_row(one) for one in sources.all)])
    return f"{rows}\n\n{len(sources.enabled)} on, {len(sources.all) - len(sources.enabled)} off"


def _row(one: ConfiguredSource) -> tuple[str, ...]:
    entry = one.entry
    return (
        entry.name,
        entry.kind or "built in",
        "off" if one.why_off else "on",
        entry.role,
        entry.rights,
        entry.terms.verdict,
        f"{entry.reliability}: {entry.reliability_why or 'nobody has judged it'}",
        entry.evidence or "-",
        "yes" if entry.verified else "no",
        f"{one.interval:g} s",
        one.why_off or one.hidden(one.address),
    )
