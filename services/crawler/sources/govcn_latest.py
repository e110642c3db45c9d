"""The file behind the page "latest policies" of gov.cn: everything since 2020 in one answer, newest first, day by
day.

Evidence B: two tests of September 2026, the one with a plain name (Mozilla/5.0), the other unnamed;
both list the fields.
Rights: documents of the organs of state are not under copyright (Copyright Law of the PRC, article 5, number 1).
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source
from services.crawler.sources.words import REGULATORS

PLUGIN = source(
    "govcn_latest",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://www.gov.cn/zhengce/zuixin/ZUIXINZHENGCE.json",
        outlet="中国政府网",
        language="zh-Hans",
        rights="full",
        interval=900,
        pace=5,
        evidence="B",
        reliability="A",
        reliability_why="the State Council's own site",
        indirect=REGULATORS,
    ),
    options={"link": "URL", "title": "TITLE", "published": "DOCRELPUBTIME", "max_items": 100},
)
