"""Notices of the market regulation authority of Hangzhou, where Ant Group and Alibaba Health sit. Off: see `why_off`.

Evidence C: the proxy's parameters come from one file of unknown age; a script of 2026 met HTTP 403 on an article.
Rights: documents of an organ of state are not under copyright (Copyright Law of the PRC, article 5, number 1).
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import jpage
from services.crawler.sources.registry import source

PLUGIN = source(
    "hangzhou_samr",
    jpage.PLUGIN,
    SourceDefaults(
        address="https://scjg.hangzhou.gov.cn/module/jpage/dataproxy.jsp",
        outlet="杭州市市场监督管理局",
        language="zh-Hans",
        rights="full",
        interval=1800,
        pace=10,
        enabled=False,
        why_off="its parameters are known from one old file, and a script of 2026 was answered with 403",
        evidence="C",
        reliability="A",
        reliability_why="the authority's own site",
        indirect=("regulator_samr", "alibaba_health", "ant_group"),
    ),
    options={
        "form": {
            "col": "1",
            "appid": "1",
            "webid": "3246",
            "path": "/",
            "columnid": "1693484",
            "sourceContentType": "1",
            "unitid": "5100070",
            "webname": "杭州市市场监督管理局",
            "permissiontype": "0",
        }
    },
)
