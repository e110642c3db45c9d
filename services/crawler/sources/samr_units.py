"""The State Administration for Market Regulation: its documents, notices and drafts, by the interface its own pages
call.

Evidence B: nine projects read it so. `data.html` of the answer is a piece of HTML; pages are asked for in `paramJson`
alone. Rights: documents of an organ of state are not under copyright (Copyright Law of the PRC, article 5, number 1).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.source import Parsed, Request, Source, SourcePage, State
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.json_path import json_of, walk
from services.crawler.sources.kinds.listing import Listing, ListingOptions
from services.crawler.sources.paging import PagedOptions, carried, page_after, page_of
from services.crawler.sources.registry import Plugin
from shared.errors import PermanentError

_SITE = {"webId": "29e9522dc89d4e088a953d8cede72f4c", "tplSetId": "5c30fb89ae5e48b9aefe3cdf49853830"}
"""What stands in every question for any column of the site."""
_ROWS = 20
"""Rows of a page when it is asked for by number."""


class SamrOptions(PagedOptions):
    """Columns by the `pageId` that stands in the `unitbuild.js` tag of the column's page."""

    units: tuple[str, ...] = Field(
        default=(
            "5a1c443ecf8c471bb9577ba1ae5d2883",  # documents of the administration
            "dedefc44460a4338ac649d95f0ed8023",  # notices
            "b00644872e354a96b66e3cd954e9996f",  # drafts for comment
        ),
        min_length=1,
        max_length=15,
    )
    tag: str = "内容区域"
    """The part of the column's page that is built; some columns call it ajax分页."""


@dataclass(frozen=True)
class Samr:
    """Reads the columns by the interface at `address`."""

    address: str
    reader: Listing
    options: SamrOptions

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The newest page of each column."""
        return tuple(self._ask({"unit": unit}, None) for unit in self.options.units)

    def history(self, since: datetime, now: datetime) -> Sequence[Request]:
        """The same, to be read on until all on a page is older than `since`."""
        return tuple(self._ask({"unit": unit}, since) for unit in self.options.units)

    def parse(self, page: SourcePage) -> Parsed:
        """What the piece of HTML lists. Raises PermanentError when there is none, or of another shape."""
        fragment = walk(json_of(page.body, page.charset), "data.html")
        if not isinstance(fragment, str):
            raise PermanentError(f"no HTML at `data.html` of the answer but {type(fragment).__name__}")
        parsed = self.reader.parse(replace(page, body=fragment.encode("utf-8", "replace"), charset="utf-8"))
        number = page_after(page.request, parsed.items, self.options)
        if number is None:
            return parsed
        return replace(parsed, requests=(self._ask(carried(page.request, number, parsed.items), page.request.since),))

    def _ask(self, carry: Mapping[str, str], since: datetime | None) -> Request:
        query = {"parseType": "bulidstatic", **_SITE, "pageType": "column", "tagId": self.options.tag}
        query |= {"editType": "null", "pageId": carry["unit"]}
        number = page_of(Request(self.address, carry=carry))
        if number > 1:
            query["paramJson"] = json.dumps({"pageNo": number, "pageSize": _ROWS}, separators=(",", ":"))
        return Request(
            f"{self.address}?{urlencode(query)}",
            headers=(("Referer", "https://www.samr.gov.cn/"), ("Accept", "application/json, */*;q=0.5")),
            step="more" if number > 1 else "",
            conditional=number == 1 and since is None,
            carry=carry,
            since=since,
        )


def build(setup: Setup) -> Source:
    """The columns, each row a list of its own with title and date."""
    rows = ListingOptions(
        items="ul:has(> li.nav04Left02_content)",
        link="li.nav04Left02_content a[href]",
        date="li.nav04Left02_contenttime",
    )
    return Samr(setup.address, Listing(setup.address, setup.zone, rows), setup.options)


PLUGIN = Plugin(
    "samr_units",
    SamrOptions,
    build,
    SourceDefaults(
        address="https://www.samr.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit",
        outlet="国家市场监督管理总局",
        language="zh-Hans",
        rights="full",
        interval=900,
        pace=5,
        evidence="B",
        reliability="A",
        reliability_why="the authority's own site",
        direct=("regulator_samr",),
    ),
)
