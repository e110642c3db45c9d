"""Sina Finance's roll of news by column. Evidence A: a maintained project reads it so.

`words` are columns of page 384: 2674 Hong Kong stocks, 2519 finance, 2671 stocks, 2675 research, 2676 world markets. It
goes back about fifty pages, which is two days.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source

PLUGIN = source(
    "sina_roll",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://feed.mix.sina.com.cn/api/roll/get?pageid=384&lid={word}&k=&num=50&page={page}",
        outlet="新浪财经",
        language="zh-Hans",
        interval=120,
        pace=3,
        evidence="A",
        reliability="C",
        reliability_why="a portal: articles of many outlets",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor", "ant_group"),
    ),
    options={
        "words": ("2674", "2519"),
        "headers": {"Referer": "https://news.sina.com.cn/"},
        "items": "result.data",
        "link": "url",
        "title": "title",
        "published": "ctime",
        "published_as": "epoch_s",
        "updated": "mtime",
        "outlet": "media_name",
        "history_pages": 50,
    },
)
