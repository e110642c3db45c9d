"""Gelonghui's search of posts by keyword. Evidence A: a maintained project reads it so."""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS

PLUGIN = source(
    "gelonghui_search",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://www.gelonghui.com/api/post/search/v4?keyword={word}&isVipArticle=false&count=20&page={page}"
        "&searchArea=all",
        outlet="格隆汇",
        language="zh-Hans",
        interval=600,
        pace=3,
        evidence="A",
        reliability="C",
        reliability_why="trade media on shares, with contributions by members",
        direct=ASKED_BY_NAME,
    ),
    options={
        "words": FIRMS,
        "items": "result",
        "link": "link",
        "title": "title",
        "published": "timestamp",
        "published_as": "epoch_s",
        "outlet": "source",
    },
)
