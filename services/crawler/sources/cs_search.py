"""China Securities Journal's search, newest first, over the last month. Off: see `why_off`. Evidence B for the
search.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS

PLUGIN = source(
    "cs_search",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://www.cs.com.cn/mi4-web/tv_news/search_articles?wbId=1&page={page}&limit=10&miContent={word}"
        "&field=&sort=pubDate&pubDateRange=31",
        outlet="中国证券报",
        language="zh-Hans",
        interval=1800,
        pace=5,
        fetch="browser",
        enabled=False,
        why_off="one project found its articles empty without JavaScript: switch it on where pages can be rendered",
        evidence="B",
        reliability="B",
        reliability_why="an established financial newspaper, where companies must disclose",
        direct=ASKED_BY_NAME,
    ),
    options={
        "headers": {"Referer": "https://www.cs.com.cn/searchlist.html"},
        "words": FIRMS,
        "items": "page.list",
        "link": "mmInfo_web_url",
        "title": "miLtitle",
        "published": "pubDate",
        "outlet": "miOrigin",
        "history_pages": 10,
    },
)
