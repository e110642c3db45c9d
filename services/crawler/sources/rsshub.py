"""Routes of an RSSHub that you run yourself: its address goes into RSSHUB_BASE, without it this source is off.

Evidence A for the routes. The public instance is for testing and turns readers away; where yours stands in a private
network, the crawler's allow-list must open it. Each item keeps the address of the site it came from.
"""

import re
from urllib.parse import quote

from pydantic import Field

from services.crawler.domain.source import Source
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.feeds import Feeds, feed_reader
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel

_VARIABLE = "RSSHUB_BASE"


class RsshubOptions(ConfigModel):
    """Routes, each beginning with a slash, as RSSHub's documentation lists them."""

    routes: tuple[str, ...] = Field(
        default=("/gelonghui/keyword/阿里健康", "/tmtpost/column/3882507", "/huxiu/channel/120"),
        min_length=1,
        max_length=18,
    )


def build(setup: Setup) -> Source:
    """A feed for each route. Raises ValueError for a route or a base that makes no address."""
    base = (setup.variables[_VARIABLE] or setup.address).rstrip("/")
    if not re.fullmatch(r"https?://\S+", base):
        raise ValueError(f"{_VARIABLE} is no address: give one such as https://rsshub.example.com")
    wrong = [route for route in setup.options.routes if not re.fullmatch(r"/[^\s?#]+", route)]
    if wrong:
        raise ValueError(f"no route of RSSHub: {wrong[0]} (such as /caixin/latest)")
    return Feeds(tuple(f"{base}{quote(route)}?limit=50" for route in setup.options.routes), feed_reader(setup, 50))


PLUGIN = Plugin(
    "rsshub",
    RsshubOptions,
    build,
    SourceDefaults(
        address="https://rsshub.invalid",
        outlet="RSSHub",
        language="zh-Hans",
        interval=900,
        pace=2,
        evidence="A",
        reliability="D",
        reliability_why="a bridge to sites of every kind, whose authors differ",
        direct=("alibaba_health",),
        variables=(_VARIABLE,),
    ),
)
