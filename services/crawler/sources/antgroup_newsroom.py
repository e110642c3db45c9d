"""Ant Group's own press releases, Chinese and English. Off: see `why_off`.

A release stands at `/news-media/press-releases/{epoch-ms}`, the English one below `/en`. Evidence U for the list:
only releases' addresses were seen, and what the list asks for is not known; if its page holds links in plain HTML,
they are found by their form. The number is a moment on the day of release (08:00 UTC in most): it is taken as that
day in China.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bs4 import Tag

from services.crawler.domain.charset import decode
from services.crawler.domain.dates import from_epoch
from services.crawler.domain.source import Listed, Parsed, Request, Source, SourcePage, State
from services.crawler.sources.answers import soup_of
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.links import usable
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel
from shared.errors import PermanentError
from shared.messages.common import Published

_RELEASE = re.compile(r"/(?:en/)?news-media/press-releases/(\d{13})/?$")


class AntgroupNewsroomOptions(ConfigModel):
    """Nothing to choose."""


@dataclass(frozen=True)
class AntgroupNewsroom:
    """Reads both lists of releases of the site at `address`."""

    address: str
    zone: tzinfo

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The Chinese list and the English one."""
        return tuple(Request(f"{self.address}{language}/news-media/press-releases") for language in ("", "/en"))

    def parse(self, page: SourcePage) -> Parsed:
        """The links that lead to releases, each once. Raises PermanentError when there are none."""
        found = dict[str, Listed]()
        for link in soup_of(decode(page.body, page.charset)).select("a[href]"):
            address = usable(str(link.get("href") or ""), page.address)
            release = _RELEASE.search(address) if address else None
            if address and release and not (address in found and found[address].title):
                found[address] = Listed(address, _title(link), self._day(release[1]))
        if not found:
            raise PermanentError("no link to a press release: the list is drawn by script, or it has changed")
        return Parsed(items=tuple(found.values()))

    def _day(self, number: str) -> Published | None:
        moment = from_epoch(float(number), "epoch_ms")
        if moment is None:
            return None
        day = moment.at.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return Published(at=day, precision="day")


def _title(link: Tag) -> str:
    """A heading inside the link, else its text."""
    named = link.select_one("h1, h2, h3, h4, .title") or link
    return " ".join(named.get_text(" ").split())[:500]


def build(setup: Setup) -> Source:
    """The newsroom of the site at the address."""
    return AntgroupNewsroom(setup.address.rstrip("/"), setup.zone)


PLUGIN = Plugin(
    "antgroup_newsroom",
    AntgroupNewsroomOptions,
    build,
    SourceDefaults(
        address="https://www.antgroup.com",
        outlet="蚂蚁集团",
        language="zh-Hans",
        interval=1800,
        pace=10,
        fetch="browser",
        enabled=False,
        why_off="nobody has seen the list of its releases; it may be drawn by script (then: fetch: browser)",
        evidence="U",
        reliability="B",
        reliability_why="the company's own newsroom: it speaks for itself",
        direct=("ant_group", "alipay_health", "haodf"),
    ),
)
