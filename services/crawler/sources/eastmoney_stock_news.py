"""Eastmoney's news of single Hong Kong stocks. Evidence B: a public project notes it as confirmed working.

`words` are stock codes; 116 is Eastmoney's number for Hong Kong. Eastmoney is known to shut an address out for a day
that asks too often, hence the pace.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source

PLUGIN = source(
    "eastmoney_stock_news",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://np-listapi.eastmoney.com/comm/web/getListInfo?client=web&biz=web_news_zx"
        "&mTypeAndCode=116.{word}&type=1&pageSize=20&pageIndex={page}",
        outlet="东方财富",
        language="zh-Hans",
        interval=180,
        pace=5,
        evidence="B",
        reliability="C",
        reliability_why="a portal: articles of many outlets",
        direct=("alibaba_health", "jd_health", "ping_an_good_doctor"),
    ),
    options={
        "words": ("00241", "06618", "01833"),
        "headers": {"Referer": "https://quote.eastmoney.com/"},
        "items": "data.list",
        "link": "Art_Url",
        "title": "Art_Title",
        "published": "Art_ShowTime",
        "outlet": "Art_MediaName",
    },
)
