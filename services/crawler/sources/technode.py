"""TechNode's feed, as WordPress makes it: older pages stand at `?paged=`.

Evidence B: seen to answer on 2026-02-24; the older pages by WordPress's own documentation.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import feed
from services.crawler.sources.registry import source

PLUGIN = source(
    "technode",
    feed.PLUGIN,
    SourceDefaults(
        address="https://technode.com/feed/",
        outlet="TechNode",
        language="en",
        timezone="UTC",
        interval=600,
        pace=5,
        evidence="B",
        reliability="C",
        reliability_why="trade media",
        indirect=("alibaba_health", "ant_group", "jd_health"),
    ),
    options={"page_address": "https://technode.com/feed/?paged={page}", "history_pages": 10},
)
