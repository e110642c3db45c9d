"""What every newsstand page should come to: deploy/local/newsstand/expected.yaml, typed.

The newsstand serves from it, the demo accounts by it, the tests check it.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field

from shared.config_file import ConfigModel, load_config
from shared.messages.classified import Status

Outcome = Literal[
    "alerted",
    "updated",
    "joined",
    "duplicate",
    "irrelevant",
    "no_event",
    "market_note",
    "background",
    "suppressed",
    "failed",
]
TABLE = Path(__file__).parent / "expected.yaml"


class ExpectedEvent(ConfigModel):
    """One event that the page's text supports."""

    label: str
    status: Status


class ExpectedAlert(ConfigModel):
    """One alert that is to arrive; `channel` as in the subscriptions: `slack:#name`, `email:address`, `console`."""

    subscription: str
    channel: str


class Page(ConfigModel):
    """One page of the newsstand (a corrected article is two: the second names the same path and `revision: 2`)."""

    id: str
    outlet: str
    """Which of the newsstand's outlets serves it: rss, atom, listing, sitemap or api."""
    path: str
    revision: int = Field(default=1, ge=1)
    release: float = Field(ge=0, le=60)
    """Seconds after the demo's start at which the outlet lists it."""
    days_before: float = Field(ge=0, le=366)
    """How many days before the demo's start it says it was published."""
    language: Literal["zh-Hans", "zh-Hant", "en", "none"]
    fault: str | None = None
    """What is wrong with its answer: 404, 500, never, loop, huge, wrong-charset, …"""
    outcome: Outcome
    thread: str | None = None
    """Pages of one thread name the same one."""
    duplicate_of: str | None = None
    events: tuple[ExpectedEvent, ...] = ()
    alerts: tuple[ExpectedAlert, ...] = ()
    reason: str


class Table(ConfigModel):
    """All pages, in the order of their release."""

    pages: tuple[Page, ...]


def load_table(path: Path = TABLE) -> Table:
    """The table. Raises ConfigError with the line when it does not fit."""
    return load_config(path, Table)
