"""What robots.txt says (RFC 9309): unreachable means no, for a while; absent means yes."""

from dataclasses import dataclass

from protego import Protego

from services.crawler.domain.breaker import BUSY

MAX_BYTES = 500 * 1024
"""RFC 9309, 2.5: at least 500 KiB must be read; what follows is ignored."""
KEPT = 24 * 3_600.0
"""Seconds; RFC 9309, 2.4: not longer than a day."""
KEPT_UNREACHABLE = 300.0
"""Seconds after which an unreachable one is asked for again."""
LONGEST_DELAY = 60.0
"""Seconds; a Crawl-delay above it is taken as this."""


@dataclass(frozen=True)
class Robots:
    """The rules of one host. `unreachable` says why there are none; then nothing is allowed for now."""

    rules: Protego | None = None
    unreachable: str = ""

    def allows(self, address: str, agent: str) -> bool:
        """Whether `agent` may fetch `address`."""
        if self.unreachable:
            return False
        return self.rules is None or bool(self.rules.can_fetch(address, agent))

    def delay(self, agent: str) -> float:
        """Seconds between requests that the host asks for; 0 where it does not."""
        asked = self.rules.crawl_delay(agent) if self.rules else None
        return min(float(asked), LONGEST_DELAY) if asked else 0.0

    @property
    def kept(self) -> float:
        """Seconds for which this answer holds."""
        return KEPT_UNREACHABLE if self.unreachable else KEPT


def read_robots(status: int, body: bytes) -> Robots:
    """The rules in an answer: 2xx as written, 4xx none, all else (429 and 456 too: too busy to say) unreachable.

    401 and 403 are none as well (RFC 9309, 2.3.1.3): storage services answer so for a file that is not there.
    """
    if 200 <= status < 300:
        # A byte order mark is no part of the first line, which would else name no agent and void its group.
        return Robots(Protego.parse(body[:MAX_BYTES].decode("utf-8-sig", "replace")))
    if 400 <= status < 500 and status not in BUSY:
        return Robots()
    return Robots(unreachable=str(status))
