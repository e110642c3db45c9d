"""IT之家's feed. Evidence B: several projects read it. It carries what apps and models of the watched firms do."""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import feed
from services.crawler.sources.registry import source

PLUGIN = source(
    "ithome",
    feed.PLUGIN,
    SourceDefaults(
        address="https://www.ithome.com/rss/",
        outlet="IT之家",
        language="zh-Hans",
        interval=300,
        evidence="B",
        reliability="C",
        reliability_why="trade media, mostly retold",
        indirect=("ant_group", "alipay_health"),
    ),
)
