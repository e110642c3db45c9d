"""Which sources tell of each watched company or authority, and of whom none does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from services.crawler.domain.columns import aligned, width
from services.crawler.sources.config import ConfiguredSource, Sources
from shared.watch.watchlist import Entity, Watchlist

Verdict = Literal["covered", "indirect only", "blind spot"]
"""`covered`: an alerting source is on that is the entity's own or is asked for it by name. `indirect only`: there are
only such as carry its news among others. `blind spot`: neither; what happens to it would be learned by chance."""

_HEAD = ("who", "id", "circle", "verdict", "direct", "indirect")
_WIDE = 44
"""Columns of a cell that lists sources, before it goes on in the next line."""


@dataclass(frozen=True)
class Coverage:
    """One watched entity and the sources that name it."""

    entity: Entity
    direct: tuple[ConfiguredSource, ...]
    indirect: tuple[ConfiguredSource, ...]

    @property
    def verdict(self) -> Verdict:
        """Only sources that are on and may alert count: the others at best measure what was missed."""
        if any(map(_counts, self.direct)):
            return "covered"
        return "indirect only" if any(map(_counts, self.indirect)) else "blind spot"


def coverage_of(sources: Sources, watchlist: Watchlist) -> tuple[Coverage, ...]:
    """Each entity of the watchlist, in its order."""
    return tuple(
        Coverage(
            entity,
            tuple(one for one in sources.all if entity.id in one.entry.direct),
            tuple(one for one in sources.all if entity.id in one.entry.indirect and entity.id not in one.entry.direct),
        )
        for entity in watchlist.entities
    )


def coverage(sources: Sources, watchlist: Watchlist) -> str:
    """A row for each entity, and then what would open the blind spots."""
    found = coverage_of(sources, watchlist)
    rows = [_HEAD, *(line for one in found for line in _lines(one))]
    counts = {verdict: sum(one.verdict == verdict for one in found) for verdict in get_args(Verdict)}
    total = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    text = [aligned(rows), "", f"{total}; (off) does not run, (recall) never alerts and counts for nobody"]
    dark = [one for one in found if one.verdict != "covered"]
    if dark:
        text += ["", "not covered, and what would open them:", *(f"  {line}" for one in dark for line in _opening(one))]
    return "\n".join(text)


def _counts(one: ConfiguredSource) -> bool:
    return not one.why_off and one.entry.role == "alert"


def _lines(one: Coverage) -> Iterator[tuple[str, ...]]:
    """The entity's row; lists that are too wide for their cell go on in rows of their own."""
    direct, indirect = _folded(one.direct), _folded(one.indirect)
    for number in range(max(len(direct), len(indirect), 1)):
        head = (one.entity.name.zh, one.entity.id, one.entity.circle, one.verdict) if number == 0 else ("",) * 4
        yield (*head, *((cell[number] if number < len(cell) else "") for cell in (direct, indirect)))


def _folded(sources: Sequence[ConfiguredSource]) -> list[str]:
    """Names with their marks, those that count first, in lines that fit a cell."""
    lines = list[str]()
    for one in sorted(sources, key=lambda one: (not _counts(one), bool(one.why_off), one.name)):
        name = one.name + (" (off)" if one.why_off else " (recall)" if one.entry.role == "recall" else "")
        if lines and width(lines[-1]) + width(name) + 3 <= _WIDE:
            lines[-1] += f", {name}"
        else:
            lines[-1:] = [f"{lines[-1]},", name] if lines else [name]
    return lines


def _opening(one: Coverage) -> Iterator[str]:
    """What would make the entity covered: its own sources that are off, or a search that does not ask for it yet."""
    yield f"{one.entity.name.zh} ({one.entity.id}), {one.verdict}"
    off = [source for source in one.direct if source.why_off and source.entry.role == "alert"]
    for source in off:
        yield f"  {source.name} is off: {source.why_off}"
    if one.verdict == "blind spot":
        for source in one.indirect:
            yield f"  {source.name} (among others) is off: {source.why_off or 'it only measures'}"
    if not off:
        example = one.entity.aliases[0].names[0]
        yield f"  nothing asks for it by name: give a source that searches the word {example}, and say so in `direct`"
