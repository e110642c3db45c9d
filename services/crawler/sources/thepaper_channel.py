"""The Paper's channels. Evidence A: a maintained project reads them so.

`words` are numbers of channels: 25951 finance, 119908 technology, 25950 current affairs.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source

PLUGIN = source(
    "thepaper_channel",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://api.thepaper.cn/contentapi/nodeCont/getByChannelId",
        outlet="澎湃新闻",
        language="zh-Hans",
        interval=300,
        pace=3,
        evidence="A",
        reliability="B",
        reliability_why="an established news house with reporting of its own",
        indirect=("alibaba_health", "ant_group", "jd_health", "regulator_samr", "regulator_nhsa"),
    ),
    options={
        "words": ("25951", "119908"),
        "method": "POST",
        "headers": {"Content-Type": "application/json", "Referer": "https://www.thepaper.cn/"},
        "body": '{"channelId":"{word}"}',
        "items": "data.list",
        "link": "https://www.thepaper.cn/newsDetail_forward_{contId}",
        "title": "name",
        "published": "pubTimeLong",
        "published_as": "epoch_ms",
    },
)
