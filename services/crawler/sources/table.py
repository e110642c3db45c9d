"""The configured sources as a table for people."""

from services.crawler.sources.config import ConfiguredSource, Sources

_HEAD = ("source", "kind", "state", "role", "rights", "terms", "evidence", "seen live", "every", "address or reason")


def table(sources: Sources) -> str:
    """One line a source, those that are off with the reason, aligned for a terminal."""
    rows = [_HEAD, *(_row(one) for one in sources.all)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD) - 1)]
    lines = ["  ".join([*map(str.ljust, row[:-1], widths), row[-1]]) for row in rows]
    return "\n".join([*lines, "", f"{len(sources.enabled)} on, {len(sources.all) - len(sources.enabled)} off"])


def _row(one: ConfiguredSource) -> tuple[str, ...]:
    entry = one.entry
    return (
        entry.name,
        entry.kind or "built in",
        "off" if one.why_off else "on",
        entry.role,
        entry.rights,
        entry.terms.verdict,
        entry.evidence or "-",
        "yes" if entry.verified else "no",
        f"{one.interval:g} s",
        one.why_off or one.address,
    )
