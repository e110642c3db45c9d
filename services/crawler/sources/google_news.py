"""Google News as feeds of a search. It measures what the others missed, and is off: see `why_off`.

Evidence B. A headline carries " - Outlet" at its end, the outlet stands in `source` besides; a feed may hold one item
that says that it is not available. Links lead to a redirector that gives no article to a program, and what resolves
them is an inner interface of Google; so only titles could be had, and nothing here may be published without a text.
"""

import re
from dataclasses import replace
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.source import Listed, Source
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.feeds import SEARCH_FEED, Feeds, feed_reader
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel

_EDITIONS = {
    "zh-CN": {"hl": "zh-CN", "gl": "CN", "ceid": "CN:zh-Hans"},
    "zh-HK": {"hl": "zh-HK", "gl": "HK", "ceid": "HK:zh-Hant"},
    "en-US": {"hl": "en-US", "gl": "US", "ceid": "US:en"},
}
_NO_FEED = re.compile(r"该提要不可用|此動態饋給無法使用|This feed is not available", re.IGNORECASE)


class GoogleNewsOptions(ConfigModel):
    """Searches by edition; an operator such as when:2d may stand in them."""

    queries: dict[str, tuple[str, ...]] = Field(
        default={
            "zh-CN": ('"阿里健康" OR "蚂蚁阿福" OR "好大夫在线" when:2d', '"互联网诊疗" OR "网售处方药" when:2d'),
            "zh-HK": ('"阿里健康" OR "螞蟻阿福" OR "好大夫在線" when:2d',),
            "en-US": ('"Alibaba Health" OR "Ant Afu" OR Haodf when:2d',),
        },
        min_length=1,
    )


def build(setup: Setup) -> Source:
    """A feed for each search. Raises ValueError for an edition that is not known."""
    addresses = list[str]()
    for edition, queries in setup.options.queries.items():
        if edition not in _EDITIONS:
            raise ValueError(f"no edition {edition}: one of {', '.join(_EDITIONS)}")
        addresses += [f"{setup.address}?{urlencode({'q': one, **_EDITIONS[edition]})}" for one in queries]
    return Feeds(tuple(addresses), feed_reader(setup, 100), _mended)


def _mended(item: Listed) -> Listed | None:
    """The headline without its outlet; None for the item that stands in an empty feed."""
    if _NO_FEED.search(item.title):
        return None
    ending = f" - {item.outlet}"
    return replace(item, title=item.title.removesuffix(ending).rstrip()) if item.outlet else item


PLUGIN = Plugin(
    "google_news",
    GoogleNewsOptions,
    build,
    SourceDefaults(
        address="https://news.google.com/rss/search",
        outlet="Google News",
        enabled=False,
        why_off="its links lead to a redirector that does not give the article, so nothing could be read of it",
        reliability="F",
        reliability_why="a search over outlets of every kind",
        **SEARCH_FEED,
    ),
)
