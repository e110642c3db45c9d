"""Hong Kong Economic Journal's instant news, in traditional Chinese. In part paid for.

Evidence A; the same code warns that the site may turn programs away. Links end with the headline after the number,
which is no part of the article's identity (domain/hosts.py drops it); a list names no times, the article's page does.
"""

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import listing
from services.crawler.sources.registry import source

PLUGIN = source(
    "hkej",
    listing.PLUGIN,
    SourceDefaults(
        address="https://www.hkej.com/instantnews",
        outlet="信報財經新聞",
        language="zh-Hant",
        timezone="Asia/Hong_Kong",
        interval=600,
        pace=5,
        evidence="A",
        reliability="B",
        reliability_why="an established financial newspaper",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor", "ant_group"),
    ),
    options={"items": "h3:has(> a[href]), h4:has(> a[href])", "include": "/instantnews/"},
)
