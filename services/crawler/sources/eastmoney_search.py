"""Eastmoney's search of articles by keyword, newest first. Evidence A: two maintained projects ask it so.

The question is JSON inside the address, the answer JSONP; what was found is marked with `<em>`.
"""

import json
from urllib.parse import quote

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import json_api
from services.crawler.sources.registry import source
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS

_INNER = {"searchScope": "default", "sort": "time", "pageIndex": "PAGE", "pageSize": 20, "preTag": "", "postTag": ""}
_QUESTION = {
    "uid": "",
    "keyword": "WORD",
    "type": ["cmsArticleWebOld"],
    "client": "web",
    "clientType": "web",
    "clientVersion": "curr",
    "param": {"cmsArticleWebOld": _INNER},
}


def _address() -> str:
    """The address with the blanks of the kind json_api where word and page stand in the question."""
    written = quote(json.dumps(_QUESTION, separators=(",", ":")), safe="")
    written = written.replace("%22PAGE%22", "{page}").replace("WORD", "{word}")
    return f"https://search-api-web.eastmoney.com/search/jsonp?cb=luming&param={written}"


PLUGIN = source(
    "eastmoney_search",
    json_api.PLUGIN,
    SourceDefaults(
        address=_address(),
        outlet="东方财富",
        language="zh-Hans",
        interval=600,
        pace=5,
        evidence="A",
        direct=ASKED_BY_NAME,
    ),
    options={
        "words": FIRMS,
        "headers": {"Referer": "https://so.eastmoney.com/"},
        "items": "result.cmsArticleWebOld",
        "link": "url",
        "title": "title",
        "published": "date",
        "outlet": "mediaName",
    },
)
