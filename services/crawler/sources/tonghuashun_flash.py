"""10jqka's wire on Chinese stocks. Evidence A: a maintained project reads it so; without a Referer it answers 400."""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source

PLUGIN = source(
    "tonghuashun_flash",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://news.10jqka.com.cn/tapp/news/push/stock?page={page}&tag=&track=website&pagesize=50",
        outlet="同花顺",
        language="zh-Hans",
        interval=180,
        pace=5,
        evidence="A",
        reliability="C",
        reliability_why="a portal for investors, short items mostly retold",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor"),
    ),
    options={
        "headers": {"Referer": "https://news.10jqka.com.cn/realtimenews.html"},
        "items": "data.list",
        "link": "url",
        "title": "title",
        "published": "rtime",
        "published_as": "epoch_s",
    },
)
