"""GlobeNewswire's feed of public companies. Evidence B. It rarely carries the companies that are watched."""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import feed
from services.crawler.sources.registry import source

PLUGIN = source(
    "globenewswire",
    feed.PLUGIN,
    SourceDefaults(
        address="https://www.globenewswire.com/RssFeed/orgclass/1/feedTitle/GlobeNewswire%20-%20News%20about%20Public%20Companies",
        outlet="GlobeNewswire",
        language="en",
        timezone="UTC",
        interval=900,
        pace=5,
        evidence="B",
        reliability="B",
        reliability_why="releases in their issuers' own words: they speak for themselves",
        indirect=("alibaba_health", "jd_health"),
    ),
)
