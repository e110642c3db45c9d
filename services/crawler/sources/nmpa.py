"""The National Medical Products Administration's announcements. Off: see `why_off`.

Evidence A for the page's shape (maintained public code reads it through a browser), but plain HTTP is answered with
412 and a script that has to be solved (a test of 2026-09-22). That is a lock, not an empty page: `fetch: browser`
would be a way round it, and this crawler takes none. The documents come by `govcn_library`; with a letter of the
administration (`permission`) and an address that it opens, this source can be switched on as it stands.
Rights: documents of an organ of state are not under copyright (Copyright Law of the PRC, article 5, number 1).
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import listing
from services.crawler.sources.registry import source

PLUGIN = source(
    "nmpa",
    listing.PLUGIN,
    SourceDefaults(
        address="https://www.nmpa.gov.cn/xxgk/ggtg/index.html",
        outlet="国家药品监督管理局",
        language="zh-Hans",
        rights="full",
        interval=1800,
        pace=10,
        enabled=False,
        why_off="it answers programs with a challenge, which is not solved here; govcn_library has its documents",
        evidence="A",
        reliability="A",
        reliability_why="the authority's own site",
        direct=("regulator_nmpa",),
    ),
    options={"items": ".list ul li", "date": "span"},
)
