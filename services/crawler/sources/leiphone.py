"""Leiphone's front page.

Evidence A: a maintained project reads it so. No times stand there; the articles' pages have them.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import listing
from services.crawler.sources.registry import source

PLUGIN = source(
    "leiphone",
    listing.PLUGIN,
    SourceDefaults(
        address="https://www.leiphone.com/",
        outlet="雷峰网",
        language="zh-Hans",
        interval=900,
        pace=3,
        evidence="A",
        reliability="C",
        reliability_why="trade media",
        indirect=("ant_group", "jd_health", "alibaba_health"),
    ),
    options={"items": ".word > h3"},
)
