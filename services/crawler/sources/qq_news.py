"""Tencent News' search by keyword. Evidence B: eight projects and more read it; pages are counted from 0."""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS

PLUGIN = source(
    "qq_news",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://i.news.qq.com/gw/pc_search/result?page={page}&query={word}&is_pc=1&hippy_custom_version=25"
        "&search_type=all&search_count_limit=10&appver=15.5_qqnews_7.1.80",
        outlet="腾讯新闻",
        language="zh-Hans",
        interval=600,
        pace=2,
        evidence="B",
        reliability="C",
        reliability_why="a portal: articles of many outlets and accounts",
        direct=ASKED_BY_NAME,
    ),
    options={
        "words": FIRMS,
        "first_page": 0,
        "headers": {"Referer": "https://news.qq.com/search"},
        "items": "secList",
        "link": "newsList.0.url",
        "title": "newsList.0.title",
        "published": "newsList.0.timestamp",
        "published_as": "epoch_s",
        "outlet": "newsList.0.source",
    },
)
