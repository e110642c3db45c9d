"""National Business Daily's columns.

Evidence A: a maintained project reads them so. Dates stand in the articles' addresses.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import listing
from services.crawler.sources.registry import source

PLUGIN = source(
    "nbd_columns",
    listing.PLUGIN,
    SourceDefaults(
        address="https://www.nbd.com.cn/columns/3/",
        outlet="每日经济新闻",
        language="zh-Hans",
        interval=300,
        pace=3,
        evidence="A",
        reliability="B",
        reliability_why="an established financial newspaper",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor", "ant_group"),
    ),
    options={
        "items": ".u-news-title",
        "date_in_address": r"/articles/(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)/",
    },
)
