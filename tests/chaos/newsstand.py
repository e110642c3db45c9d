"""A newsstand of this process: stories that are released when a test wants them, an access log, and what is expected.

Its pages are made up (stories.py), so that no test waits for a clock; the demo's releases on a clock of its own.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

from deploy.local.accounting import ExpectedPage
from shared.messages.classified import Status
from tests.chaos.stories import Story, stories
from tests.integration.crawler_site import Site, serve

FEED = "/feed.xml"
OUTCOMES = {"told": "alerted", "duplicate": "duplicate", "irrelevant": "irrelevant", "failed": "failed"}
"""What a page of each kind comes to, in the words of the decisions."""


class Newsstand:
    """The site, and which of its stories are out."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.out: list[Story] = []
        self.corrected: list[Story] = []
        """Pages whose text was put right after they were out."""
        self._coming = stories(datetime.now(UTC).replace(microsecond=0))
        self._publish()

    def release(self, count: int) -> list[Story]:
        """Put so many more pages out; gives them."""
        fresh = [story for _, story in zip(range(count), self._coming, strict=False)]
        assert len(fresh) == count, "the newsstand has told all its stories: this module releases too many"
        for story in fresh:
            self.site.add(story.path, story.html, status=story.status)
        self.out += fresh
        self._publish()
        return fresh

    def correct(self, story: Story) -> None:
        """Put another text under the story's address, and say so in the feed."""
        right = replace(story, title=f"{story.title}（更正）", text=f"{story.text}<p>本文日期有误，现予更正。</p>")
        self.out[self.out.index(story)] = right
        self.corrected.append(right)
        self.site.add(right.path, right.html)
        self._publish()

    def expected(self) -> tuple[ExpectedPage, ...]:
        """The table: what each page that is out is to come to."""
        first = tuple(
            ExpectedPage(
                id=story.path,
                address=self.site.url(story.path),
                outcome=OUTCOMES[story.kind],
                thread=story.path.replace("/r/", "/a/"),
                alerts=story.alerts,
            )
            for story in self.out
        )
        second = tuple(
            ExpectedPage(
                id=f"{story.path}#2", address=self.site.url(story.path), revision=2, outcome="joined", thread=story.path
            )
            for story in self.corrected
        )
        return first + second

    def events(self) -> dict[str, tuple[str, Status]]:
        """Label and status of what each page tells, by address; a page that repeats another tells the same."""
        told = {story.path: story.event for story in self.out if story.event is not None}
        found = {self.site.url(story.path): told.get(story.path.replace("/r/", "/a/")) for story in self.out}
        return {address: event for address, event in found.items() if event is not None}

    def served(self) -> dict[str, int]:
        """The access log: how often each page was asked for, by path; robots.txt and feed aside."""
        return Counter(path for path in self.site.paths() if path not in {FEED, "/robots.txt"})

    def _publish(self) -> None:
        items = "".join(
            f"<item><title>{story.title}</title><link>{self.site.url(story.path)}</link>"
            f"<pubDate>{format_datetime(story.published)}</pubDate></item>"
            for story in reversed(self.out)
        )
        feed = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{items}</channel></rss>'
        self.site.add(FEED, feed, Content_Type="application/rss+xml; charset=utf-8")


@contextmanager
def newsstand() -> Iterator[Newsstand]:
    """Served until the block ends."""
    with serve() as site:
        yield Newsstand(site)
