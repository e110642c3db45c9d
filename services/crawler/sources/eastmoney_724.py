"""Eastmoney's wire around the clock.

Evidence A: a maintained project reads it so; `req_trace` may be anything but absent.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source

PLUGIN = source(
    "eastmoney_724",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://np-weblist.eastmoney.com/comm/web/getFastNewsList?client=web&biz=web_724&fastColumn=102"
        "&sortEnd=&pageSize=200&req_trace=1",
        outlet="东方财富",
        language="zh-Hans",
        interval=120,
        pace=5,
        evidence="A",
        reliability="C",
        reliability_why="a portal for investors, short items mostly retold",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor"),
    ),
    options={
        "headers": {"Referer": "https://kuaixun.eastmoney.com/"},
        "items": "data.fastNewsList",
        "link": "https://finance.eastmoney.com/a/{code}.html",
        "title": "title",
        "published": "showTime",
    },
)
