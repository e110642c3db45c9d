"""The State Council's policy library: documents of the ministries, newest first. It is the way to those of the drug,
health and insurance authorities, whose own sites answer programs with a challenge.

Evidence B: several projects read it so, one with a test of 2026-09-10. All of them name themselves as a browser: the
firewall there is said to refuse the names that HTTP libraries give by default. This crawler says who it is and does
not pretend. If it is refused, the breaker rests the source with that cause; `govcn_latest`, a plain file on another
host, then still lists what the State Council itself publishes, and a letter to the site's owner is the way to more.

Rights: documents of the organs of state are not under copyright (Copyright Law of the PRC, article 5, number 1).
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source
from services.crawler.sources.words import REGULATORS

PLUGIN = source(
    "govcn_library",
    json_api.PLUGIN,
    SourceDefaults(
        address="https://sousuo.www.gov.cn/search-gov/data?t=zhengcelibrary_bm&q=&sort=pubtime&sortType=1&p={page}&n=20",
        outlet="中国政府网政策文件库",
        language="zh-Hans",
        rights="full",
        interval=900,
        pace=5,
        evidence="B",
        reliability="A",
        reliability_why="the State Council's own register of policy documents",
        indirect=REGULATORS,
    ),
    options={
        "items": "searchVO.listVO",
        "link": "url",
        "title": "title",
        "published": "pubtimeStr",
        "outlet": "puborg",
        "updated": "pcode",
    },
)
