"""Our own hourly article, which goes the whole way to a test channel: off while CANARY_BASE names no site.

`python -m services.crawler canary-site` is the site. The alerter knows its articles by this source's name; `recall`
keeps them from every subscription besides, whatever alerter reads them.
"""

import re

from services.crawler.domain.canary import FEED
from services.crawler.domain.source import Source
from services.crawler.sources.definition import Setup, SourceDefaults, Terms
from services.crawler.sources.feeds import Feeds, feed_reader
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel
from shared.messages.common import CANARY

_VARIABLE = "CANARY_BASE"


class CanaryOptions(ConfigModel):
    """Nothing to choose."""


def build(setup: Setup) -> Source:
    """The site's feed. Raises ValueError for a base that makes no address."""
    base = (setup.variables[_VARIABLE] or setup.address).rstrip("/")
    if not re.fullmatch(r"https?://\S+", base):
        raise ValueError(f"{_VARIABLE} is no address: give one such as http://canary.luming.svc:8080")
    return Feeds((f"{base}{FEED}",), feed_reader(setup, 50))


PLUGIN = Plugin(
    CANARY,
    CanaryOptions,
    build,
    SourceDefaults(
        address="https://canary.invalid",
        outlet="Luming canary",
        language="zh-Hans",
        timezone="UTC",
        role="recall",
        rights="full",
        terms=Terms(verdict="allowed"),
        interval=300,
        fastest=300,
        slowest=300,
        pace=0,
        evidence="A",
        reliability="F",
        reliability_why="says of itself that it is a test",
        variables=(_VARIABLE,),
    ),
)
