"""The State Administration for Market Regulation's news, by the interface of `samr_units`: its own, its bureaus', the
papers'.

Evidence B. Rights: excerpt, since articles are no documents of an organ of state (Copyright Law of the PRC, article
5).
"""

from services.crawler.sources import samr_units
from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.registry import Plugin

PLUGIN = Plugin(
    "samr_news",
    samr_units.SamrOptions,
    samr_units.build,
    SourceDefaults(
        address="https://www.samr.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit",
        outlet="国家市场监督管理总局",
        language="zh-Hans",
        interval=900,
        pace=5,
        evidence="B",
        reliability="A",
        reliability_why="the authority's own site",
        direct=("regulator_samr",),
    ),
    {
        "units": (
            "39cd9de1f309431483ef3008309f39ca",  # news of the administration
            "e1d3514242304e589aa2f3da490d63fb",  # news of its bureaus
            "fd590d1789974f8b9f1db6d2e7da751a",  # from the papers
        )
    },
)
