"""Leiphone's feed: technology, with a column on AI in medicine. Off: see `why_off`. Evidence C."""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import feed
from services.crawler.sources.registry import source

PLUGIN = source(
    "leiphone",
    feed.PLUGIN,
    SourceDefaults(
        address="https://www.leiphone.com/feed",
        outlet="雷峰网",
        language="zh-Hans",
        interval=900,
        pace=5,
        enabled=False,
        why_off="its feed is known from a single old file only",
        evidence="C",
        indirect=("alibaba_health", "ant_group", "jd_health", "ping_an_good_doctor"),
    ),
)
