"""Alibaba Health's own site. Off: see `why_off`.

Evidence U: the site is a thin page drawn by script, and neither the addresses of its news nor their form were seen.
The selectors below take any link to a page of news; `fetch: browser` is what such a page needs.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import listing
from services.crawler.sources.registry import source

PLUGIN = source(
    "alihealth_newsroom",
    listing.PLUGIN,
    SourceDefaults(
        address="https://www.alihealth.cn/news",
        outlet="阿里健康",
        language="zh-Hans",
        interval=1800,
        pace=10,
        fetch="browser",
        enabled=False,
        why_off="the site is drawn by script, and neither the address of its news nor their form is known",
        evidence="U",
        reliability="B",
        reliability_why="the company's own newsroom: it speaks for itself",
        direct=("alibaba_health",),
    ),
    options={"items": "a[href*='news/']", "title": "h1, h2, h3, h4, .title", "date": "time, .date"},
)
