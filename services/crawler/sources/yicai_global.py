"""Yicai Global, the English service of Yicai. Off: see `why_off`. Evidence U: articles are known, no feed is."""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import feed
from services.crawler.sources.registry import source

PLUGIN = source(
    "yicai_global",
    feed.PLUGIN,
    SourceDefaults(
        address="https://www.yicaiglobal.com/rss",
        outlet="Yicai Global",
        language="en",
        interval=900,
        pace=5,
        enabled=False,
        why_off="the address of the feed is a guess that nobody has confirmed",
        evidence="U",
        reliability="B",
        reliability_why="an established financial news house",
        indirect=("alibaba_health", "ant_group", "jd_health", "ping_an_good_doctor"),
    ),
)
