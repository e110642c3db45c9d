"""Alizila, Alibaba Group's newsroom in English. Off: see `why_off`.

Evidence U: its articles are linked up to September 2026, but no feed of it was seen; the address is what WordPress
would use.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import feed
from services.crawler.sources.registry import source

PLUGIN = source(
    "alizila",
    feed.PLUGIN,
    SourceDefaults(
        address="https://www.alizila.com/feed/",
        outlet="Alizila",
        language="en",
        timezone="UTC",
        interval=900,
        pace=5,
        enabled=False,
        why_off="no feed has been seen there; the address is a guess",
        evidence="U",
        reliability="B",
        reliability_why="the group's own newsroom: it speaks for itself",
        indirect=("alibaba_health",),
    ),
)
