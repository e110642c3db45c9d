"""At most so many messages in so long: what exceeds waits, and goes out as one when there is room again. Pure."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from services.alerter.domain.durations import Duration
from shared.config_file import ConfigModel


class Throttle(ConfigModel):
    """The limit of one channel of one subscription."""

    most: int = Field(ge=1, le=1000, description="messages at most")
    per: Duration = Field(description="in any span of this length")


def room_from(throttle: Throttle, sent: Sequence[datetime], now: datetime) -> datetime:
    """When the next message may go: `now`, or when enough of those that were `sent` are older than the span."""
    recent = sorted(when for when in sent if when > now - throttle.per)
    if len(recent) < throttle.most:
        return now
    return recent[-throttle.most] + throttle.per
