"""Bing News as feeds of a search: it measures what the others missed.

Evidence B. A link leads over Bing and carries the article's own address in `url`, which is taken; the outlet stands
in Bing's own element. One note says that programs in China are not let through.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import Field

from services.crawler.domain.source import Listed, Parsed, Source, SourcePage
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.feeds import SEARCH_FEED, Feeds, Reader, feed_reader
from services.crawler.sources.links import usable
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel

_OUTLET = re.compile(rb"<(/?)News:Source\b[^<>]{0,200}>", re.IGNORECASE)
_MARKETS = {"zh-CN": "cn", "zh-HK": "hk", "en-US": "us"}


class BingNewsOptions(ConfigModel):
    """Searches by market."""

    queries: dict[str, tuple[str, ...]] = Field(
        default={
            "zh-CN": ("阿里健康", "蚂蚁阿福", "好大夫在线", "网售处方药"),
            "en-US": ('"Alibaba Health"', '"Ant Group" healthcare'),
        },
        min_length=1,
    )


@dataclass(frozen=True)
class _Reader:
    """Reads Bing's element of the outlet as the one that RSS has for it."""

    feed: Reader

    def parse(self, page: SourcePage) -> Parsed:
        return self.feed.parse(replace(page, body=_OUTLET.sub(rb"<\1source>", page.body)))


def build(setup: Setup) -> Source:
    """A feed for each search. Raises ValueError for a market that is not known."""
    addresses = list[str]()
    for market, queries in setup.options.queries.items():
        if market not in _MARKETS:
            raise ValueError(f"no market {market}: one of {', '.join(_MARKETS)}")
        about = {"format": "rss", "mkt": market, "setlang": market, "cc": _MARKETS[market]}
        addresses += [f"{setup.address}?{urlencode({'q': one, **about})}" for one in queries]
    return Feeds(tuple(addresses), _Reader(feed_reader(setup, 100)), _unwrapped)


def _unwrapped(item: Listed) -> Listed | None:
    """The item with the article's own address; None where Bing's link names none."""
    parts = urlsplit(item.address)
    if not parts.path.endswith("/apiclick.aspx"):
        return item
    own = parse_qs(parts.query).get("url", [""])[0]
    address = usable(own, "") if own.startswith(("http://", "https://")) else None
    return replace(item, address=address) if address else None


PLUGIN = Plugin(
    "bing_news",
    BingNewsOptions,
    build,
    SourceDefaults(
        address="https://www.bing.com/news/search",
        outlet="Bing News",
        reliability="F",
        reliability_why="a search over outlets of every kind",
        **SEARCH_FEED,
    ),
)
