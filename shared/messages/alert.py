"""What was told to whom."""

from typing import Literal

from pydantic import Field

from shared.messages.common import Frozen, Times


class AlertDelivered(Frozen):
    """One alert that a channel took over."""

    version: Literal[1] = 1
    delivery_key: str
    """thread, fact version, subscription and channel in one string: the ledger's unique key."""
    thread_id: str
    fact_version: int = Field(ge=1)
    document_id: str
    revision: int = Field(ge=1)
    subscription: str
    channel: str
    kind: Literal["new", "update"]
    """`new`: the thread's first alert; `update`: a new fact in a thread already told."""
    labels: tuple[str, ...] = ()
    importance: int = Field(ge=1, le=5)
    times: Times
