"""What operators see of the crawler: whether it is ready, and what it counts. Adapters keep these promises."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.crawler.application.values import Backlog, Standing, Verdict
from shared.messages.document import DocumentFound


class Conditions(Protocol):
    """What the process needs to be ready."""

    def ready(self, condition: str) -> None:
        """The condition holds."""
        ...

    def unready(self, condition: str, why: str) -> None:
        """The condition does not hold."""
        ...


class Telemetry(Protocol):
    """What operators count."""

    def polled(self, source: str, items: int, new: int, seconds: float, left_out: int = 0) -> None:
        """A good poll. `left_out`: items without a usable link, or past a cap."""
        ...

    def poll_failed(self, source: str) -> None:
        """A poll that failed."""
        ...

    def read_back(self, source: str, requests: int, items: int, waiting: int) -> None:
        """How far reading back a source's past has come: requests made, articles listed, requests known to be left."""
        ...

    def stand(self, standings: Sequence[Standing], now: datetime) -> None:
        """How the sources stand at `now`, whichever crawler asked them."""
        ...

    def looked(self, source: str, verdict: Verdict, seconds: float) -> None:
        """A look that ended."""
        ...

    def sent(self, documents: Sequence[DocumentFound]) -> None:
        """Documents that Kafka acknowledged, with the time at which they were handed over."""
        ...

    def waiting(self, backlog: Backlog) -> None:
        """What waits for a look, and what for Kafka."""
        ...
