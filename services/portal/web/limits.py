"""How often somebody may ask. Counted in this process: several processes allow as many times as much."""

import hashlib
import time

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

PERSON = "5/minute;10/10 minutes;20/hour;50/day"
"""Attempts to sign in by one name from one address: each further wait is longer than the one before."""
NAME = "30/10 minutes;60/hour;200/day"
"""By one name from anywhere. Many addresses can lock a name out for a while; a link or OIDC still signs in."""
ADDRESS = "30/minute;100/hour"
"""By any names from one address."""
PREVIEWS = "10/minute;60/hour;200/day"
"""By one reader: the alerter goes through the news of weeks for each, beside its work."""
REQUESTS = 1_200
"""A minute, of one session or key, and of one address without either."""


class Limits:
    """Counters by what they are of."""

    def __init__(
        self,
        requests: int = REQUESTS,
        person: str = PERSON,
        name: str = NAME,
        address: str = ADDRESS,
        previews: str = PREVIEWS,
    ) -> None:
        """`requests` a minute; 0 counts none. The others as `limits` writes rates."""
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._requests = parse_many(f"{requests}/minute") if requests else []
        self._person, self._name, self._address = (parse_many(rates) for rates in (person, name, address))
        self._previews = parse_many(previews)

    def request(self, who: str) -> int | None:
        """Count a request; seconds to wait where it is one too many."""
        return self._hit([(rate, "request", who) for rate in self._requests])

    def preview(self, who: str) -> int | None:
        """Count a preview that a user asks for; seconds to wait where it is one too many."""
        return self._hit([(rate, "preview", who) for rate in self._previews])

    def attempt(self, name: str, address: str) -> int | None:
        """Count an attempt to sign in; seconds to wait where it is one too many, whether the name exists or not."""
        return self._hit(
            [(rate, "person", f"{name} {address}") for rate in self._person]
            + [(rate, "name", name) for rate in self._name]
            + [(rate, "address", address) for rate in self._address]
        )

    def stranger(self, address: str) -> int | None:
        """Seconds to wait where too many attempts came from the address; this one is not counted."""
        return self._wait([(rate, "address", address) for rate in self._address])

    def failed(self, address: str) -> None:
        """Count an attempt without a name that failed. Many who come in from one address are no attack."""
        for rate in self._address:
            self._limiter.hit(rate, "address", _short(address))

    def succeeded(self, name: str, address: str) -> None:
        """Somebody signed in: earlier mistakes of this person count no more."""
        for rate in self._person:
            self._limiter.clear(rate, "person", _short(f"{name} {address}"))

    def _hit(self, counters: list[tuple[RateLimitItem, str, str]]) -> int | None:
        # one that is refused does not count: nobody can be locked out for longer by asking on
        wait = self._wait(counters)
        if wait is None:
            for rate, kind, who in counters:
                self._limiter.hit(rate, kind, _short(who))
        return wait

    def _wait(self, counters: list[tuple[RateLimitItem, str, str]]) -> int | None:
        full = [
            self._limiter.get_window_stats(rate, kind, _short(who)).reset_time
            for rate, kind, who in counters
            if not self._limiter.test(rate, kind, _short(who))
        ]
        return max(1, round(max(full) - time.time() + 0.5)) if full else None


def _short(who: str) -> str:
    """Names are anybody's choice: what is kept of them has one length."""
    return hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:32]
