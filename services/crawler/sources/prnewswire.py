"""PR Newswire's feed of all releases. Evidence B. It is said to refuse some readers' default names with 403."""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import feed
from services.crawler.sources.registry import source

PLUGIN = source(
    "prnewswire",
    feed.PLUGIN,
    SourceDefaults(
        address="https://www.prnewswire.com/rss/news-releases-list.rss",
        outlet="PR Newswire",
        language="en",
        timezone="America/New_York",
        interval=600,
        pace=5,
        evidence="B",
        reliability="B",
        reliability_why="releases in their issuers' own words: they speak for themselves",
        indirect=("alibaba_health", "ant_group", "jd_health", "ping_an_good_doctor"),
    ),
)
