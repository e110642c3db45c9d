"""WeChat accounts by a wewe-rss that you run yourself: its address goes into WEWE_RSS_BASE, without it this source is
off.

Evidence B. The bridge needs a login of WeChat Reading, which is yours to answer for. Its feeds are named by account.
"""

import re
from urllib.parse import quote

from pydantic import Field

from services.crawler.domain.source import Source
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.feeds import Feeds, feed_reader
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel

_VARIABLE = "WEWE_RSS_BASE"


class WechatWeweOptions(ConfigModel):
    """Which feeds are read, and which titles they are asked for."""

    feeds: tuple[str, ...] = Field(default=("all",), min_length=1, max_length=18)
    """Ids such as MP_WXS_3223096120, or `all`."""
    title_include: tuple[str, ...] = ()
    """Words of which one must stand in a title; none: every title."""


def build(setup: Setup) -> Source:
    """A feed for each id. Raises ValueError for a base or an id that makes no address."""
    base = (setup.variables[_VARIABLE] or setup.address).rstrip("/")
    if not re.fullmatch(r"https?://\S+", base):
        raise ValueError(f"{_VARIABLE} is no address: give one such as https://wewe.example.com")
    wrong = [one for one in setup.options.feeds if not re.fullmatch(r"\w+", one)]
    if wrong:
        raise ValueError(f"no id of a feed: {wrong[0]} (such as MP_WXS_3223096120, or all)")
    words = f"&title_include={quote('|'.join(setup.options.title_include))}" if setup.options.title_include else ""
    addresses = tuple(f"{base}/feeds/{one}.atom?limit=100{words}" for one in setup.options.feeds)
    return Feeds(addresses, feed_reader(setup, 100))


PLUGIN = Plugin(
    "wechat_wewe",
    WechatWeweOptions,
    build,
    SourceDefaults(
        address="https://wewe.invalid",
        outlet="微信公众号",
        language="zh-Hans",
        interval=1800,
        pace=2,
        evidence="B",
        reliability="D",
        reliability_why="accounts that anybody may open, unedited",
        variables=(_VARIABLE,),
    ),
)
