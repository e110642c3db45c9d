"""Sends the originals of letters again: dead letters and parked messages, each of them once.

What a letter's original becomes on its second way is a matter of the stream; a letter that it leaves again is a new
one. A letter is marked after the broker took its original: a crash between the two sends it once more, which changes
nothing, since readers key on document_id and revision.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from services.classifier.application.handle import SERVICE
from shared.errors import ConfigError, LaterVersion, PermanentError, UnreadableMessage
from shared.messages import DeadLetter, DocumentFound
from shared.messages.codec import decode
from shared.messages.topics import DOCUMENTS

BATCH = 50
"""Letters between two marks: at most so many are sent twice after a crash."""
NUMBER = re.compile(r"\d+")
"""Reasons that differ in their numbers only (places, lengths) stand in one line of the table."""
REASON_SHOWN = 90
"""Characters of a reason in the table."""


@dataclass(frozen=True)
class Place:
    """Where a letter stands."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True)
class Stored:
    """A letter as it was read."""

    place: Place
    letter: DeadLetter


class Letters(Protocol):
    """The topics of letters, and the one that remembers what was replayed."""

    def read(self) -> Iterator[Stored]:
        """All letters there are now, of all services. Raises TransientError when the broker is away."""
        ...

    def replayed(self) -> set[Place]:
        """The places of the letters that were sent again before."""
        ...

    def original(self, letter: DeadLetter) -> bytes | None:
        """All bytes of the original. Raises PermanentError when they are kept no longer."""
        ...

    def send(self, again: Sequence[tuple[DeadLetter, bytes | None]]) -> None:
        """Send originals to their topic under their key; comes back when the broker has taken all of them."""
        ...

    def mark(self, places: Sequence[Place], now: datetime) -> None:
        """Remember that these were sent again."""
        ...


@dataclass(frozen=True)
class Choice:
    """Which letters are wanted: failed at `since` or later, `reason` in class or reason, the oldest `limit`."""

    since: datetime | None = None
    reason: str = ""
    limit: int | None = None

    def takes(self, letter: DeadLetter) -> bool:
        """Whether a letter is wanted; capitals do not matter."""
        late_enough = self.since is None or letter.failed >= self.since
        return late_enough and self.reason.casefold() in f"{letter.error}: {letter.reason}".casefold()


@dataclass
class Line:
    """One reason of the table; times in UTC."""

    reason: str
    first: datetime
    last: datetime
    waiting: int = 0
    replayed: int = 0
    later: int = 0
    """Of those that wait, how many are still of a version that is not known here."""


@dataclass
class Seen:
    """What stands on the topics, as far as it is wanted."""

    lines: dict[str, Line] = field(default_factory=dict)
    ready: list[tuple[datetime, Place]] = field(default_factory=list)
    """When they failed and where they stand: letters whose originals can be sent."""

    def add(self, stored: Stored, replayed: bool) -> None:
        """Count a letter."""
        letter = stored.letter
        reason = NUMBER.sub("#", f"{letter.error}: {letter.reason}")[:REASON_SHOWN]
        line = self.lines.setdefault(reason, Line(reason, letter.failed, letter.failed))
        line.first, line.last = min(line.first, letter.failed), max(line.last, letter.failed)
        if replayed:
            line.replayed += 1
            return
        line.waiting += 1
        if _still_later(letter):
            line.later += 1
        else:
            self.ready.append((letter.failed, stored.place))


@dataclass(frozen=True)
class Done:
    """What a replay did: sent again, and the reasons why others could not be."""

    sent: int
    refused: Counter[str]


class Replay:
    """Looks at the letters, then sends the wanted ones. Each step raises TransientError when the broker is away."""

    def __init__(self, letters: Letters, choice: Choice) -> None:
        self._letters = letters
        self._choice = choice

    def look(self) -> Seen:
        """All wanted letters of this service, waiting or replayed."""
        before = self._letters.replayed()
        seen = Seen()
        for stored in self._letters.read():
            if _ours(stored.letter) and self._choice.takes(stored.letter):
                seen.add(stored, stored.place in before)
        return seen

    def chosen(self, seen: Seen) -> set[Place]:
        """The letters that would be sent: the oldest ones where there is a limit."""
        return {place for _, place in sorted(seen.ready, key=lambda each: each[0])[: self._choice.limit]}

    def send(self, chosen: set[Place], now: datetime) -> Done:
        """Send the originals of these again. The letters are read a second time: they may be too many to hold."""
        done, refused = 0, Counter[str]()
        batch: list[tuple[Stored, bytes | None]] = []
        for stored in self._letters.read():
            if stored.place not in chosen:
                continue
            try:
                batch.append((stored, self._letters.original(stored.letter)))
            except PermanentError as error:
                refused[str(error)] += 1
            if len(batch) == BATCH:
                done += self._flush(batch, now)
                batch = []
        return Done(done + self._flush(batch, now), refused)

    def _flush(self, batch: list[tuple[Stored, bytes | None]], now: datetime) -> int:
        if batch:
            self._letters.send([(stored.letter, value) for stored, value in batch])
            self._letters.mark([stored.place for stored, _ in batch], now)
        return len(batch)


def moment(text: str) -> datetime:
    """A time as a person writes it: a day, or day and time; UTC where no zone is named. Raises ConfigError."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        mend = "a day or a time, as 2026-11-22 or 2026-11-22T08:00+08:00"
        raise ConfigError("--since", None, f"{text!r} is no time", mend) from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def told(done: Done) -> list[str]:
    """What a replay did, in lines."""
    again = f"sent again: {done.sent}"
    return [again, *(f"not sent: {many}: {why}" for why, many in done.refused.most_common())]


def table(seen: Seen) -> list[str]:
    """The lines of the table: what waits and what was replayed, by reason, most first."""
    if not seen.lines:
        return ["no letters"]
    lines = [f"{'waiting':>7}  {'replayed':>8}  {'first (UTC)':19}  {'last (UTC)':19}  reason"]
    for line in sorted(seen.lines.values(), key=lambda each: (-each.waiting, -each.replayed, each.reason)):
        later = f" [{line.later} need a later worker]" if line.later else ""
        times = f"{_utc(line.first)}  {_utc(line.last)}"
        lines.append(f"{line.waiting:7}  {line.replayed:8}  {times}  {line.reason}{later}")
    return lines


def _utc(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _ours(letter: DeadLetter) -> bool:
    return letter.service == SERVICE and letter.topic == DOCUMENTS.name


def _still_later(letter: DeadLetter) -> bool:
    """Whether sending it again to this version would park it again. A shortened one is judged by its reason."""
    if letter.error != LaterVersion.__name__:
        return False
    if letter.of_bytes is not None:
        return False
    try:
        decode(DocumentFound, letter.value)
    except LaterVersion:
        return True
    except UnreadableMessage:
        return False
    return False
