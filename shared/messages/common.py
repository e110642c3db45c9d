"""What all messages are made of."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

Language = Literal["zh-Hans", "zh-Hant", "en", "other"]
Role = Literal["alert", "recall"]
"""`alert`: a source whose documents may alert. `recall`: one that only measures what the others missed."""
CANARY = "canary"
"""Name of the source whose articles try the whole way, every hour: they reach a test channel, and never people."""
Rights = Literal["full", "excerpt", "link"]
"""What of a source's text may be shown to a reader."""
Reliability = Literal["A", "B", "C", "D", "E", "F"]
"""How reliable a source is, by the letters of the Admiralty code (NATO, AJP-2.1): A completely, B usually, C fairly,
D not usually, E unreliable, F cannot be judged."""


class Frozen(BaseModel):
    """A value that does not change; unknown fields of a later minor writer are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Published(Frozen):
    """When the page says it was published. Parts finer than `precision` are zero; the timezone is the page's own."""

    at: AwareDatetime
    precision: Literal["minute", "day", "month", "year"]


class Times(Frozen):
    """When a document passed each station; UTC, None while it has not been there."""

    first_seen: AwareDatetime
    """A source's list first named the page."""
    fetched: AwareDatetime | None = None
    sent: AwareDatetime | None = None
    """Handed to Kafka by the crawler's relay."""
    classified: AwareDatetime | None = None
    decided: AwareDatetime | None = None
    """The alerter's transaction that threaded the document and wrote its deliveries."""
    delivered: AwareDatetime | None = None
