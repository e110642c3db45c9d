"""When a host that refuses is asked again: pauses that grow, one request to try, and doubt before silence.

A host that says no to one page may mean that page; two pages in a row, or a listing, mean the crawler.
"""

from dataclasses import dataclass
from typing import Literal

REFUSED_PAUSES = (900.0, 3_600.0, 21_600.0, 86_400.0)
"""Seconds after the first, second … refusal in a row: a block is seldom lifted within minutes, and each request in it
may prolong it."""
BUSY_PAUSES = (30.0, 120.0, 600.0, 3_600.0)
"""Seconds after the first, second … answer in a row that asks for peace without saying for how long."""
BUSY = frozenset({429, 456, 503})
"""Statuses that ask for peace; 456 is Sina's."""
_AT_ONCE = frozenset({412})
"""Statuses that no single page has for itself: 412 without a precondition is how WAFs of Chinese sites say no."""
_DOUBTFUL = frozenset({401, 403})
LONGEST = 86_400.0
"""Seconds: a longer Retry-After is taken as this and then asked about again."""
SPREAD = 0.2
"""Share by which pauses vary, so that crawlers and sources that failed together do not come back together."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a host refused. `doubt`: it may mean this one page. `busy`: it only wants peace."""

    reason: str
    kind: Literal["no", "doubt", "busy"]
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a host: refusals in a row, and the address that was refused alone."""

    refusals: int = 0
    doubt: str = ""


CLEAN = Standing()


@dataclass(frozen=True, slots=True)
class Change:
    """A host's new standing; `pause`: seconds for which it is left alone, 0 where it is not."""

    standing: Standing
    pause: float = 0.0
    reason: str = ""


def refusal_of(status: int, challenge: str, retry_after: float | None, page: bool) -> Refusal | None:
    """How an answer refuses; None when it does not. `challenge`: which check for robots it is, empty for none.

    `page`: one article, which may be forbidden by itself.
    """
    if challenge:
        return Refusal(f"{status}: {challenge}", "no", retry_after)
    if status in BUSY:
        return Refusal(f"{status}", "busy", retry_after)
    if status in _AT_ONCE:
        return Refusal(f"{status}", "no", retry_after)
    if status in _DOUBTFUL:
        return Refusal(f"{status}", "doubt" if page else "no", retry_after)
    return None


def after(standing: Standing, address: str, refusal: Refusal | None, chance: float) -> Change | None:
    """What an answer changes; None for nothing. `chance` (0 to 1) picks the pause within its spread."""
    if refusal is None:
        return None if standing == CLEAN else Change(CLEAN)
    if refusal.kind == "doubt" and standing.doubt in ("", address) and not standing.refusals:
        return None if standing.doubt == address else Change(Standing(0, address))
    pauses = BUSY_PAUSES if refusal.kind == "busy" else REFUSED_PAUSES
    pause = jittered(pauses[min(standing.refusals, len(pauses) - 1)], chance)
    if refusal.retry_after is not None:
        asked = min(refusal.retry_after, LONGEST)
        later = asked * (1 + SPREAD * chance)  # never before the time that the host named
        pause = later if refusal.kind == "busy" else max(pause, later)
    return Change(Standing(standing.refusals + 1, standing.doubt), pause, refusal.reason)


def jittered(seconds: float, chance: float) -> float:
    """`seconds`, up to a fifth less or more; `chance` between 0 and 1 says which."""
    return seconds * (1 - SPREAD + 2 * SPREAD * chance)
