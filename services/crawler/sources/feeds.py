"""Sources that are several feeds, each read by the kind feed, with what this kind cannot know put right
afterwards.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from services.crawler.domain.source import Listed, Parsed, Request, Source, SourcePage, State
from services.crawler.sources.definition import Setup
from services.crawler.sources.kinds import feed
from services.crawler.sources.words import ASKED_BY_NAME

SEARCH_FEED: Mapping[str, Any] = {
    "language": "zh-Hans",
    "timezone": "UTC",
    "role": "recall",
    "rights": "link",
    "interval": 1800,
    "pace": 10,
    "evidence": "B",
    "direct": ASKED_BY_NAME[:3],
}
"""Defaults of a search over other people's news, whose feeds measure what the sources missed."""


class Reader(Protocol):
    """Whatever reads one feed."""

    def parse(self, page: SourcePage) -> Parsed:
        """The items of the feed. Raises PermanentError when it is none."""
        ...


def as_it_is(item: Listed) -> Listed | None:
    """Nothing to put right."""
    return item


@dataclass(frozen=True)
class Feeds:
    """The feeds at `addresses`, read as one source."""

    addresses: tuple[str, ...]
    reader: Reader
    mend: Callable[[Listed], Listed | None] = as_it_is
    """An item put right; None: it is none."""

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """Each feed."""
        headers = (("Accept", "application/rss+xml, application/atom+xml, */*;q=0.5"),)
        return tuple(Request(address, headers=headers) for address in self.addresses)

    def parse(self, page: SourcePage) -> Parsed:
        """The items of one feed. Raises PermanentError when it is none."""
        parsed = self.reader.parse(page)
        items = [self.mend(item) for item in parsed.items]
        good = tuple(item for item in items if item is not None)
        return replace(parsed, items=good, dropped=parsed.dropped + len(items) - len(good))


def feed_reader(setup: Setup, max_items: int = 200) -> Source:
    """What reads one feed; times without a zone are in the source's."""
    return feed.build(Setup(setup.address, setup.zone, feed.FeedOptions(max_items=max_items), setup.variables))
