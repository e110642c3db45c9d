"""PR Newswire Asia's releases in Chinese. Off: see `why_off`.

Evidence C: two old files read `/m/mediafeed/rss?id=`; what the numbers mean now nobody says.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import feed
from services.crawler.sources.registry import source

PLUGIN = source(
    "prnasia",
    feed.PLUGIN,
    SourceDefaults(
        address="https://www.prnasia.com/m/mediafeed/rss?id=2721",
        outlet="美通社",
        language="zh-Hans",
        interval=900,
        pace=5,
        enabled=False,
        why_off="its feed is known from two old files only, and nobody has confirmed that it still answers",
        evidence="C",
        reliability="B",
        reliability_why="releases in their issuers' own words: they speak for themselves",
        indirect=("alibaba_health", "ant_group", "jd_health", "ping_an_good_doctor"),
    ),
)
