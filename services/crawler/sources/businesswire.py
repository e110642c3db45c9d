"""Business Wire's feed. Each feed has an address of its own, made of a token that its maker hands out.

Evidence B. The token goes into BUSINESSWIRE_RSS_TOKEN; without it this source is off.
"""

import re
from urllib.parse import quote

from services.crawler.domain.source import Source
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.feeds import Feeds, feed_reader
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel

_VARIABLE = "BUSINESSWIRE_RSS_TOKEN"


class BusinesswireOptions(ConfigModel):
    """Nothing but the token, which is no matter of the file."""


def build(setup: Setup) -> Source:
    """The feed of the token. Raises ValueError for one that no address can hold."""
    token = setup.variables[_VARIABLE]
    if re.search(r"\s", token):
        raise ValueError(f"{_VARIABLE} holds white space: give the text after `?rss=` of the feed's address")
    return Feeds((f"{setup.address}?rss={quote(token, safe='')}",), feed_reader(setup))


PLUGIN = Plugin(
    "businesswire",
    BusinesswireOptions,
    build,
    SourceDefaults(
        address="https://feed.businesswire.com/rss/home/",
        outlet="Business Wire",
        language="en",
        timezone="UTC",
        interval=900,
        pace=5,
        evidence="B",
        reliability="B",
        reliability_why="releases in their issuers' own words: they speak for themselves",
        indirect=("alibaba_health", "jd_health"),
        variables=(_VARIABLE,),
    ),
)
