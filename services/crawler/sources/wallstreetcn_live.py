"""Wallstreetcn's wire. Evidence A: a maintained project reads it so. Many of its items have no title, only a text."""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source

PLUGIN = source(
    "wallstreetcn_live",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://api-one.wallstcn.com/apiv1/content/lives?channel=global-channel&limit=100",
        outlet="华尔街见闻",
        language="zh-Hans",
        interval=180,
        pace=3,
        evidence="A",
        reliability="C",
        reliability_why="trade media on markets, short items mostly retold",
        indirect=("alibaba_health", "jd_health", "ant_group"),
    ),
    options={
        "items": "data.items",
        "link": "uri",
        "title": "title",
        "published": "display_time",
        "published_as": "epoch_s",
    },
)
