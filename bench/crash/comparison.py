"""What reached people beside what should have. Pure: delivery keys in, counts out.

A delivery key names thread, fact version, subscription and channel: who is told of one fact once. Every key that an
undisturbed alerter puts into its ledger is expected exactly once.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """Keys by what became of them, each in alphabetical order."""

    expected: int
    """Keys that should have arrived."""
    received: int
    """Messages that arrived."""
    lost: tuple[str, ...]
    """Expected, and never received."""
    twice: tuple[str, ...]
    """Received again, and the ledger does not say so: once for each time too many."""
    twice_on_the_wire: tuple[str, ...]
    """Received again, and the ledger says that it was sent once more because the wire had kept its end to itself."""
    unexpected: tuple[str, ...]
    """Received although an undisturbed alerter tells no such thing."""
    unmarked: tuple[str, ...] = ()
    """Expected, and in no ledger of the disturbed alerter: lost when it was taken in, not when it was sent."""

    @property
    def held(self) -> bool:
        """Nothing lost, nothing told twice or in error but what the wire made unknowable."""
        return not (self.lost or self.twice or self.unexpected)


def compare(
    expected: Collection[str], received: Iterable[str], repeated: Collection[str], ledger: Collection[str] | None = None
) -> Comparison:
    """Judge the keys of all messages that were `received`, doubles too.

    `repeated` are the keys that the ledger marked as sent once more, `ledger` all that it holds.
    """
    counted = Counter(received)
    again = sorted(counted - Counter(dict.fromkeys(counted, 1)))
    doubled = [key for key in again for _ in range(counted[key] - 1)]
    marked, wanted = frozenset(repeated), frozenset(expected)
    return Comparison(
        expected=len(wanted),
        received=counted.total(),
        lost=tuple(sorted(wanted - counted.keys())),
        twice=tuple(key for key in doubled if key not in marked),
        twice_on_the_wire=tuple(key for key in doubled if key in marked),
        unexpected=tuple(sorted(counted.keys() - wanted)),
        unmarked=tuple(sorted(wanted - frozenset(ledger))) if ledger is not None else (),
    )
