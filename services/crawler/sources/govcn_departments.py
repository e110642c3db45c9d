"""What the ministries do and announce, as gov.cn collects it (部门动态), in part reprinted from papers.

Evidence A. Rights: excerpt, since news is not a document of an organ of state (Copyright Law of the PRC, article 5).
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import listing
from services.crawler.sources.registry import source
from services.crawler.sources.words import REGULATORS

PLUGIN = source(
    "govcn_departments",
    listing.PLUGIN,
    SourceDefaults(
        address="https://www.gov.cn/lianbo/bumen/index.htm",
        outlet="中国政府网",
        language="zh-Hans",
        interval=600,
        pace=5,
        evidence="A",
        reliability="A",
        reliability_why="the State Council's own site, which carries what its departments announce",
        indirect=REGULATORS,
    ),
    options={"items": ".news_box .list li:not(.line)", "date": "span"},
)
