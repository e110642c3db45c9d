"""The Cyberspace Administration: announcements, rules and enforcement. The lists' file names change: the front page
tells them.

Evidence A. Rights: excerpt, since the list of announcements mixes documents with articles.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from pydantic import Field

from services.crawler.domain.charset import decode
from services.crawler.domain.source import Parsed, Request, Source, SourcePage, State
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.kinds.listing import Listing, ListingOptions
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel
from shared.errors import PermanentError

_LINK = re.compile(
    r"""href\s*=\s*["']?((?:https?:)?(?://www\.cac\.gov\.cn)?/[\w/]{1,80}/A\d{4,12}index_1\.htm)""", re.I
)
"""Links to lists, written without a scheme, or with http, as the front page has them."""


class CacOptions(ConfigModel):
    """Which lists are read, by the path of their folder."""

    lists: tuple[str, ...] = Field(default=("wxzw/wxfb", "wxzw/zcfg", "wxzw/zhzf"), min_length=1, max_length=10)


@dataclass(frozen=True)
class Cac:
    """Finds the lists on the page at `address` and reads them."""

    address: str
    reader: Listing
    lists: tuple[str, ...]

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The front page."""
        return (Request(self.address, conditional=False),)

    def parse(self, page: SourcePage) -> Parsed:
        """Where the lists are, then what a list holds. Raises PermanentError where none is named."""
        if page.request.step == "list":
            return self.reader.parse(page)
        found = dict[str, str]()
        for link in _LINK.findall(decode(page.body, page.charset)):
            address = urljoin(page.address, link).replace("http://", "https://", 1)
            found.setdefault(urlsplit(address).path.rpartition("/")[0].strip("/"), address)
        requests = tuple(Request(found[one], step="list") for one in self.lists if one in found)
        if not requests:
            raise PermanentError(f"the front page names none of the lists {', '.join(self.lists)}: it has changed")
        return Parsed(requests=requests)


def build(setup: Setup) -> Source:
    """The lists of the site."""
    reader = Listing(setup.address, setup.zone, ListingOptions(items="div#loadingInfoPage li", date=".times"))
    return Cac(setup.address, reader, setup.options.lists)


PLUGIN = Plugin(
    "cac_lists",
    CacOptions,
    build,
    SourceDefaults(
        address="https://www.cac.gov.cn/index.htm",
        outlet="国家互联网信息办公室",
        language="zh-Hans",
        interval=900,
        pace=5,
        evidence="A",
        reliability="A",
        reliability_why="the authority's own site",
        direct=("regulator_cac",),
    ),
)
