"""The National Healthcare Security Administration's documents: rules, notices, answers to proposals, procurement.

Evidence B. One check of 2026-09-12 did not reach the site; else it answers plain HTTP.
Rights: documents of an organ of state are not under copyright (Copyright Law of the PRC, article 5, number 1). What
its columns of news and explanations hold may have authors: those are `nhsa_news`.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import jpage
from services.crawler.sources.registry import source

PLUGIN = source(
    "nhsa_columns",
    jpage.PLUGIN,
    SourceDefaults(
        address="https://www.nhsa.gov.cn/col/col{column}/index.html",
        outlet="国家医疗保障局",
        language="zh-Hans",
        rights="full",
        interval=900,
        pace=5,
        evidence="B",
        reliability="A",
        reliability_why="the authority's own site",
        direct=("regulator_nhsa",),
    ),
    options={"columns": ("104", "109", "110", "187")},
)
