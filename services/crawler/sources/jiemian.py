"""Jiemian's lists. Evidence A: a maintained project reads them so.

Two questions for each list: its page says under which numbers more is loaded, the loading gives JSONP with HTML inside.
No times stand there; the article's own page has one in seconds since 1970.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.charset import decode
from services.crawler.domain.source import Parsed, Request, Source, SourcePage, State
from services.crawler.sources.answers import at, boxes, link_of, listed, loads, words_of
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel
from shared.errors import PermanentError

MORE = "https://a.jiemian.com/index.php"


class JiemianOptions(ConfigModel):
    """Lists by number: 472 medicine and health, 65 technology, 2 business, 800 finance, 4 wire, 112 securities."""

    lists: tuple[int, ...] = Field(default=(472, 65, 2), min_length=1, max_length=9)


@dataclass(frozen=True)
class Jiemian:
    """Reads lists of the site at `address`."""

    address: str
    options: JiemianOptions

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The page of each list."""
        return [
            Request(f"{self.address}/lists/{number}.html", carry={"list": str(number)}, conditional=False)
            for number in self.options.lists
        ]

    def parse(self, page: SourcePage) -> Parsed:
        """The numbers under which a list is loaded, or the list. Raises PermanentError for another shape."""
        return self._loaded(page) if page.request.step == "load" else self._page(page)

    def _page(self, page: SourcePage) -> Parsed:
        more = boxes(decode(page.body, page.charset), "div.channel-load-more")[0]
        numbers = {"tid": str(more.get("data-tid") or ""), "list_type": str(more.get("data-list_type") or "")}
        if not numbers["tid"]:
            raise PermanentError("the page does not say under which number more is loaded")
        query = {"m": "newLists", "a": "loadMore", "tid": numbers["tid"], "page": "1", "tpl": "sub-card"}
        query |= {"cid": page.request.carry["list"], "repeat": "", "list_type": numbers["list_type"]}
        headers = (("Referer", f"{self.address}/"),)
        return Parsed(requests=(Request(f"{MORE}?{urlencode(query)}", headers=headers, step="load"),))

    def _loaded(self, page: SourcePage) -> Parsed:
        text = decode(page.body, page.charset).strip()
        opens, closes = text.find("("), text.rfind(")")
        answer = loads(text if text.startswith("{") else text[opens + 1 : closes] if -1 < opens < closes else text)
        written = at(answer, "html")
        if not isinstance(written, str):
            raise PermanentError(f"no HTML at `html` of the answer but {type(written).__name__}")
        cards = boxes(written, "li.card-list")
        found = [
            listed(page, link_of(card, ".card-list__content > a[href]"), words_of(card, "h3.card-list__title"), None)
            for card in cards
        ]
        items = tuple(item for item in found if item is not None)
        if not items:
            raise PermanentError("no card of the list has a link: the page has changed")
        return Parsed(items, dropped=found.count(None))


def build(setup: Setup) -> Source:
    """The lists."""
    return Jiemian(setup.address, setup.options)


PLUGIN = Plugin(
    "jiemian",
    JiemianOptions,
    build,
    SourceDefaults(
        address="https://www.jiemian.com",
        outlet="界面新闻",
        language="zh-Hans",
        interval=300,
        pace=3,
        evidence="A",
        reliability="B",
        reliability_why="an established news house with reporting of its own",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor", "ant_group"),
    ),
)
