"""Futu's wire on Hong Kong and American stocks. Evidence A: two maintained projects read it so."""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source

PLUGIN = source(
    "futu_flash",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://news.futunn.com/news-site-api/main/get-flash-list?pageSize=50",
        outlet="富途资讯",
        language="zh-Hans",
        interval=180,
        pace=3,
        evidence="A",
        reliability="C",
        reliability_why="a broker's portal, short items mostly retold",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor"),
    ),
    options={
        "headers": {"Referer": "https://news.futunn.com/main/live"},
        "items": "data.data.news",
        "link": "detailUrl",
        "title": "title",
        "published": "time",
        "published_as": "epoch_s",
    },
)
