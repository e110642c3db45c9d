"""36Kr's feed, its newest thirty articles.

Evidence B: several projects; the same feed without `www` meets a challenge.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import feed
from services.crawler.sources.registry import source

PLUGIN = source(
    "kr36",
    feed.PLUGIN,
    SourceDefaults(
        address="https://www.36kr.com/feed",
        outlet="36氪",
        language="zh-Hans",
        interval=300,
        evidence="B",
        indirect=("ant_group", "jd_health", "alibaba_health"),
    ),
)
