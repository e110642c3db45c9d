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
Fault = Literal["404", "500", "never", "loop", "huge", "empty", "declares-latin-1", "declares-gb2312"]
"""What is wrong with a page's answer: a status, no answer at all, a redirect to itself, 50 MB, no article text, or a
charset that the bytes do not have (that one is to be read all the same)."""
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
    fault: Fault | None = None
    outcome: Outcome
    thread: str | None = None
    """Pages that an editor would put into one story name the same one; a reprint names its original's."""
    duplicate_of: str | None = None
    """The page whose text it repeats."""
    events: tuple[ExpectedEvent, ...] = ()
    """The current events that a careful reader finds. Background is not listed, nor are the events of a reprint or a
    market note, which are never judged for alerts."""
    alerts: tuple[ExpectedAlert, ...] = ()
    """Each message that is to arrive because of this page, no other."""
    reason: str


class Table(ConfigModel):
    """All pages, in the order of their release."""

    pages: tuple[Page, ...]


def stretched(table: Table, factor: float) -> Table:
    """The same pages, each released `factor` times as late: for what takes longer than the demo's minute."""
    pages = (page.model_copy(update={"release": page.release * factor}) for page in table.pages)
    return table.model_copy(update={"pages": tuple(pages)})


def load_table(path: Path = TABLE) -> Table:
    """The table. Raises ConfigError with the line when it does not fit."""
    return load_config(path, Table)
