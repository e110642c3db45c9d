"""National Business Daily's search, newest first.

Off: projects ask it at three addresses; this is the one with the newest evidence (B, 2026), and nobody has compared
them.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS

PLUGIN = source(
    "nbd_search",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://www.nbd.com.cn/news-search/queryByMatch",
        outlet="每日经济新闻",
        language="zh-Hans",
        interval=600,
        pace=3,
        enabled=False,
        why_off="three forms of the search are known and nobody has seen which one answers today",
        evidence="B",
        reliability="B",
        reliability_why="an established financial newspaper",
        direct=ASKED_BY_NAME,
    ),
    options={
        "words": FIRMS,
        "method": "POST",
        "headers": {"Content-Type": "application/json", "Referer": "https://www.nbd.com.cn/"},
        "body": '{"keyword":"{word}","from":{page},"size":16,"includeAd":false,"platform":[0,1]}',
        "first_page": 0,
        "page_step": 16,
        "items": "data.searchResults",
        "link": "url",
        "title": "title",
        "published": "publishTime",
        "author": "author",
    },
)
