"""The Paper's search by keyword, newest first.

Evidence B: live notes of August and September 2026; the field is `word`.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS

PLUGIN = source(
    "thepaper_search",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://api.thepaper.cn/search/web/news",
        outlet="澎湃新闻",
        language="zh-Hans",
        interval=600,
        pace=3,
        evidence="B",
        reliability="B",
        reliability_why="an established news house with reporting of its own",
        direct=ASKED_BY_NAME,
    ),
    options={
        "words": FIRMS,
        "method": "POST",
        "headers": {"Content-Type": "application/json", "Referer": "https://www.thepaper.cn/"},
        "body": '{"word":"{word}","orderType":3,"pageNum":{page},"pageSize":20,"searchType":1}',
        "items": "data.list",
        "link": "https://www.thepaper.cn/newsDetail_forward_{contId}",
        "title": "name",
        "published": "publishTime",
    },
)
