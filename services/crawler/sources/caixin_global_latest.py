"""Caixin Global's newest articles.

Evidence A: a maintained project reads them so. Most are locked but for their beginning.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source

PLUGIN = source(
    "caixin_global_latest",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://gateway.caixin.com/api/extapi/homeInterface.jsp?subject=100990318;100990314;100990311&type=2"
        "&start={page}&count=20",
        outlet="Caixin Global",
        language="en",
        rights="link",
        interval=600,
        pace=3,
        evidence="A",
        reliability="B",
        reliability_why="an established news house with reporting of its own",
        indirect=("ant_group", "alibaba_health", "jd_health"),
    ),
    options={
        "first_page": 0,
        "page_step": 20,
        "items": "datas",
        "link": "link",
        "title": "desc",
        "published": "time",
    },
)
