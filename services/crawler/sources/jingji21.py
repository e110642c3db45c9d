"""21世纪经济报道's channels. Evidence A: a maintained project reads them so.

Three questions: the menu says where a channel's list is, a token is handed out to whoever asks, the list wants it in a
header. The list's times are words for readers ("3小时前"); the page's own date wins over them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlencode, urljoin

from pydantic import Field

from services.crawler.domain.source import Listed, Parsed, Request, Source, SourcePage, State
from services.crawler.sources.answers import at, json_of, listed, loads, moment, word
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel
from shared.errors import PermanentError

MENU = "https://static.21jingji.com/m/webMenu.json"
MOST_LEVELS = 4
"""Levels of the menu; it has two."""


class Jingji21Options(ConfigModel):
    """Channels by their names in the menu, a channel below another as `新健康/数字医疗`."""

    channels: tuple[str, ...] = Field(default=("新健康/动态", "新健康/数字医疗", "数字合规", "公司/动态"), max_length=8)


@dataclass(frozen=True)
class Jingji21:
    """Reads channels of the site at `address`."""

    address: str
    zone: tzinfo
    options: Jingji21Options

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The menu."""
        return (Request(MENU, step="menu", conditional=False),)

    def parse(self, page: SourcePage) -> Parsed:
        """Menu, token or list. Raises PermanentError for another shape, or a channel that the menu does not have."""
        if page.request.step == "menu":
            return self._menu(page)
        return self._token(page) if page.request.step == "token" else self._list(page)

    def _menu(self, page: SourcePage) -> Parsed:
        menu = dict(_channels(json_of(page)))
        missing = [name for name in self.options.channels if name not in menu]
        if len(missing) == len(self.options.channels):
            raise PermanentError(f"the menu has no channel {', '.join(missing)}")
        lists = {name: menu[name] for name in self.options.channels if name in menu}
        token = f"{self.address}/reader/cbhChannelAuth"
        return Parsed(requests=(Request(token, method="POST", step="token", conditional=False, carry=lists),))

    def _token(self, page: SourcePage) -> Parsed:
        token = word(json_of(page), "token")
        if not token or not token.isascii() or not token.isprintable():
            raise PermanentError("no token in the answer")
        headers = (("Authorization", token), ("Referer", f"{self.address}/"))
        lists = page.request.carry.values()
        return Parsed(requests=tuple(Request(urljoin(f"{self.address}/", one), headers=headers) for one in lists))

    def _list(self, page: SourcePage) -> Parsed:
        answer = json_of(page)
        rows = loads(answer) if isinstance(answer, str) else answer
        if not isinstance(rows, list):
            raise PermanentError(f"no list but {type(rows).__name__}")
        found = [self._listed(row, page) for row in rows]
        items = tuple(item for item in found if item is not None)
        return Parsed(items, dropped=found.count(None))

    def _listed(self, row: Any, page: SourcePage) -> Listed | None:
        return listed(
            page,
            word(row, "url"),
            word(row, "title"),
            moment(word(row, "inputtime"), self.zone, page.fetched),
            author=word(row, "author"),
            outlet=word(row, "source", "mp.name"),
            marker=word(row, "updatetime"),
        )


def _channels(menu: Any, above: str = "", short: str = "", level: int = 0) -> Iterator[tuple[str, str]]:
    """Names of channels, and the address of each one's list; a channel without a list has that of its first child."""
    for entry in menu if isinstance(menu, list) and level < MOST_LEVELS else ():
        name, children = word(entry, "name"), at(entry, "children")
        own = short or word(entry, "url").rpartition("/channel/")[2]
        api = word(entry, "api", "children.0.api")
        path = f"{above}/{name}" if above else name
        if name and api:
            yield path, f"{api}?{urlencode({'short': own, 'type': 'json', 'page': '1'})}"
        yield from _channels(children, path, own, level + 1)


def build(setup: Setup) -> Source:
    """The channels."""
    return Jingji21(setup.address, setup.zone, setup.options)


PLUGIN = Plugin(
    "jingji21",
    Jingji21Options,
    build,
    SourceDefaults(
        address="https://m.21jingji.com",
        outlet="21世纪经济报道",
        language="zh-Hans",
        interval=600,
        pace=3,
        evidence="A",
        reliability="B",
        reliability_why="an established financial newspaper",
        indirect=(
            "alibaba_health",
            "jd_health",
            "ping_an_good_doctor",
            "ant_group",
            "regulator_nhsa",
            "regulator_nmpa",
        ),
    ),
)
