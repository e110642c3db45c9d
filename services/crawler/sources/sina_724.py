"""Sina Finance's wire around the clock; the address of an item stands in a JSON text inside the JSON, and is missing in
some.

Off: two projects read it, one of them noted as late as August 2026, another says that it no longer answers.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source

PLUGIN = source(
    "sina_724",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://zhibo.sina.com.cn/api/zhibo/feed?page={page}&page_size=100&zhibo_id=152&tag_id=0&dire=f&dpc=1",
        outlet="新浪财经",
        language="zh-Hans",
        interval=120,
        pace=3,
        enabled=False,
        why_off="projects disagree whether it still answers; look at it live before it is switched on",
        evidence="B",
        reliability="C",
        reliability_why="a portal, short items mostly retold",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor"),
    ),
    options={
        "headers": {"Referer": "https://finance.sina.com.cn/7x24/"},
        "items": "result.data.feed.list",
        "link": "ext!.docurl",
        "title": "rich_text",
        "published": "create_time",
    },
)
