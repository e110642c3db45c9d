"""36Kr's feed, its newest thirty articles. Evidence B: several projects.

The same site without `www` meets a program with a challenge, and the feed's links lack it: they are asked for with it.
"""

from dataclasses import dataclass, replace

from services.crawler.domain.hosts import by_host
from services.crawler.domain.source import Parsed, Source, SourcePage
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.kinds import feed
from services.crawler.sources.registry import Plugin


@dataclass(frozen=True)
class Kr36(feed.Feed):
    """The feed, its links in the form that readers know."""

    def parse(self, page: SourcePage) -> Parsed:
        """The items, newest first. Raises PermanentError when it is no feed."""
        parsed = super().parse(page)
        return replace(parsed, items=tuple(replace(item, address=by_host(item.address)) for item in parsed.items))


def build(setup: Setup) -> Source:
    """The feed at the address."""
    return Kr36(setup.address, setup.zone, setup.options)


PLUGIN = Plugin(
    "kr36",
    feed.FeedOptions,
    build,
    SourceDefaults(
        address="https://www.36kr.com/feed",
        outlet="36氪",
        language="zh-Hans",
        interval=300,
        evidence="B",
        reliability="C",
        reliability_why="trade media",
        indirect=("ant_group", "jd_health", "alibaba_health"),
    ),
)
