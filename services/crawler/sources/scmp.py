"""South China Morning Post: its feeds of news, technology and business.

Evidence A for the feeds' address, B for the numbers of the sections, which several projects use. Metered: an
article's page may end early.
"""

from pydantic import Field

from services.crawler.domain.source import Source
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.feeds import Feeds, feed_reader
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel


class ScmpOptions(ConfigModel):
    """Sections by number: 91 news, 36 technology, 92 business."""

    sections: tuple[int, ...] = Field(default=(91, 36, 92), min_length=1, max_length=15)


def build(setup: Setup) -> Source:
    """The sections' feeds."""
    return Feeds(
        tuple(setup.address.replace("{section}", str(one)) for one in setup.options.sections), feed_reader(setup)
    )


PLUGIN = Plugin(
    "scmp",
    ScmpOptions,
    build,
    SourceDefaults(
        address="https://www.scmp.com/rss/{section}/feed",
        outlet="South China Morning Post",
        language="en",
        timezone="Asia/Hong_Kong",
        interval=600,
        pace=5,
        evidence="A",
        reliability="B",
        reliability_why="an established newspaper, owned by Alibaba",
        indirect=("alibaba_health", "ant_group", "jd_health", "regulator_samr", "regulator_cac", "regulator_nmpa"),
    ),
)
