"""People's Daily Online's search. Evidence B (2026-08). The interface speaks plain http: https loses the question."""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS, PEERS, PEERS_BY_NAME

PLUGIN = source(
    "peoples_daily_search",
    json_api.PLUGIN,
    SourceDefaults(
        address="http://search.people.cn/search-platform/front/search",
        outlet="人民网",
        language="zh-Hans",
        interval=1800,
        pace=5,
        evidence="B",
        reliability="B",
        reliability_why="an established national newspaper's site",
        direct=(*ASKED_BY_NAME, *PEERS_BY_NAME),
    ),
    options={
        "method": "POST",
        "headers": {"Content-Type": "application/json;charset=UTF-8", "Referer": "http://search.people.cn/"},
        "body": '{"key":"{word}","page":{page},"limit":20,"hasTitle":true,"hasContent":true,"isFuzzy":false,"type":0,'
        '"sortType":2,"startTime":0,"endTime":0}',
        "words": (*FIRMS, *PEERS),
        "items": "data.records",
        "link": "url",
        "title": "title",
        "published": "displayTime",
        "published_as": "epoch_ms",
        "outlet": "originName",
        "author": "author",
        "history_pages": 10,
    },
)
