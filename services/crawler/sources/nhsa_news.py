"""The National Healthcare Security Administration's news, explanations and procurement news, in part reprinted from
papers.

Evidence B. Rights: excerpt, since articles are no documents of an organ of state (Copyright Law of the PRC, article
5).
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import jpage
from services.crawler.sources.registry import source

PLUGIN = source(
    "nhsa_news",
    jpage.PLUGIN,
    SourceDefaults(
        address="https://www.nhsa.gov.cn/col/col{column}/index.html",
        outlet="国家医疗保障局",
        language="zh-Hans",
        interval=900,
        pace=5,
        evidence="B",
        reliability="A",
        reliability_why="the authority's own site, in part reprints from papers",
        direct=("regulator_nhsa",),
    ),
    options={"columns": ("14", "105", "147")},
)
