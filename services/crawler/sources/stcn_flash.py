"""Securities Times' wire. Evidence A: a maintained project reads it so; it answers to requests of a script alone."""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source

PLUGIN = source(
    "stcn_flash",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://www.stcn.com/article/list.html?type=kx",
        outlet="证券时报",
        language="zh-Hans",
        interval=180,
        pace=5,
        evidence="A",
        reliability="B",
        reliability_why="an established financial newspaper, where companies must disclose",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor", "ant_group"),
    ),
    options={
        "headers": {"X-Requested-With": "XMLHttpRequest", "Referer": "https://www.stcn.com/article/list/kx.html"},
        "items": "data",
        "link": "url",
        "title": "title",
        "published": "time",
        "published_as": "epoch_s",
        "outlet": "source",
    },
)
