"""The National Health Commission's department of medical administration. Off: see `why_off`.

Evidence U: the addresses are documented, the selectors are a guess. Plain HTTP is answered with 412 and a script that
has to be solved (a test of 2026-09-22); as for `nmpa`, that lock is left alone. The documents come by
`govcn_library`. Rights: documents of an organ of state are not under copyright (Copyright Law of the PRC, article 5,
number 1).
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import listing
from services.crawler.sources.registry import source

PLUGIN = source(
    "nhc",
    listing.PLUGIN,
    SourceDefaults(
        address="https://www.nhc.gov.cn/yzygj/list.shtml",
        outlet="国家卫生健康委员会",
        language="zh-Hans",
        rights="full",
        interval=1800,
        pace=10,
        enabled=False,
        why_off="it answers programs with a challenge, which is not solved here; govcn_library has its documents",
        evidence="U",
        reliability="A",
        reliability_why="the authority's own site",
        direct=("regulator_nhc",),
    ),
    options={
        "items": "ul li:has(a[href*='.shtml'])",
        "date": "span",
        "page_address": "https://www.nhc.gov.cn/yzygj/list_{page}.shtml",
    },
)
