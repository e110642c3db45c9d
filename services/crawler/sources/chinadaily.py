"""China Daily's feeds.

Evidence B for those of China and the world (seen to answer on 2026-02-24). Others, such as business_rss, are C: they
can be named in the options, and are not asked by themselves.
"""

from pydantic import Field

from services.crawler.domain.source import Source
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.feeds import Feeds, feed_reader
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel


class ChinadailyOptions(ConfigModel):
    """Feeds by name."""

    feeds: tuple[str, ...] = Field(default=("china_rss",), min_length=1, max_length=15)


def build(setup: Setup) -> Source:
    """The feeds by name."""
    return Feeds(tuple(setup.address.replace("{feed}", one) for one in setup.options.feeds), feed_reader(setup))


PLUGIN = Plugin(
    "chinadaily",
    ChinadailyOptions,
    build,
    SourceDefaults(
        address="https://www.chinadaily.com.cn/rss/{feed}.xml",
        outlet="China Daily",
        language="en",
        interval=900,
        pace=5,
        evidence="B",
        reliability="B",
        reliability_why="an established national newspaper",
        indirect=("alibaba_health", "ant_group", "regulator_nhsa", "regulator_nhc", "regulator_nmpa"),
    ),
)
