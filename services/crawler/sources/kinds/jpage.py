"""Columns of the content system JPage, which many Chinese authorities run.

A column's page holds its newest records in a data island, `<record><![CDATA[<li>…</li>]]></record>`, and before them
the address of the proxy that gives the next ones, with the parameters that it wants. Some columns are read by the
proxy alone.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup
from pydantic import Field

from services.crawler.domain.charset import decode
from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Parsed, Request, Source, SourcePage, State
from services.crawler.sources.definition import Setup
from services.crawler.sources.links import usable
from services.crawler.sources.paging import PagedOptions, carried, page_after, page_of, wanted
from services.crawler.sources.registry import Plugin
from shared.errors import PermanentError
from shared.messages.common import Published

_PROXY = re.compile(r"""["'](/[\w/.-]*dataproxy\.jsp\?[^"'<>\s]+)["']""")
_IN_PATH = re.compile(r"/art/(\d{4})/(\d{1,2})/(\d{1,2})/")
_FORM = ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
_SHOWN = 45
"""Records that a page holds and that the proxy is asked for at once: three of its own pages of 15."""


class JpageOptions(PagedOptions):
    """Which columns are read."""

    columns: tuple[str, ...] = Field(default=(), max_length=15)
    """What stands for {column} in the address, one question each; none: the address as it is."""
    form: Mapping[str, str] = {}
    """What the proxy wants, for a column that is read by it alone; the address is then the proxy's."""


@dataclass(frozen=True)
class Jpage:
    """Reads the columns at `address`."""

    address: str
    zone: tzinfo
    options: JpageOptions

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """Each column's page, or its proxy."""
        return tuple(self._first(column, None) for column in self.options.columns or ("",))

    def history(self, since: datetime, now: datetime) -> Sequence[Request]:
        """The same, to be read on until all that the proxy gives is older than `since`."""
        return tuple(self._first(column, since) for column in self.options.columns or ("",))

    def parse(self, page: SourcePage) -> Parsed:
        """The records in the column's order. Raises PermanentError when there is neither a record nor a set of them."""
        text = decode(page.body, page.charset)
        records = _records(text)
        if not records and "<recordset" not in text and "<totalrecord" not in text:
            raise PermanentError("no <record> in the answer: the column has changed")
        found = [self._listed(record, page.address) for record in records]
        good = [item for item in found if item is not None]
        if found and not good:
            raise PermanentError("no <record> holds a link: the column has changed")
        further = self._further(page, text, good)
        return Parsed(wanted(good, page.request.since), further, dropped=len(found) - len(good))

    def _first(self, column: str, since: datetime | None) -> Request:
        address = self.address.replace("{column}", column)
        if self.options.form:
            return _asked(address, dict(self.options.form), {}, since)
        return Request(address, conditional=since is None, since=since)

    def _further(self, page: SourcePage, text: str, items: Sequence[Listed]) -> tuple[Request, ...]:
        """The question to the proxy for the records after these."""
        number = page_after(page.request, items, self.options)
        if number is None:
            return ()
        carry = carried(page.request, number, items)
        if not carry.get("proxy"):
            link = _PROXY.search(text)
            if link is None:
                return ()
            parts = urlsplit(urljoin(page.address, html.unescape(link[1])))
            form = {name: value for name, value in parse_qsl(parts.query) if name != "page"}
            carry = {**carry, "proxy": parts._replace(query="").geturl(), "form": urlencode(form)}
        return (_asked(carry["proxy"], dict(parse_qsl(carry["form"])), carry, page.request.since),)

    def _listed(self, record: str, base: str) -> Listed | None:
        box = BeautifulSoup(record, "lxml")
        link = box.select_one("a[href]")
        address = usable(str(link.get("href") or ""), base) if link else None
        if link is None or address is None:
            return None
        title = str(link.get("title") or "") or link.get_text()
        dated = box.find(string=re.compile(r"\d{4}\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}"))
        return Listed(address, " ".join(title.split())[:500], self._time(str(dated or ""), address))

    def _time(self, written: str, address: str) -> Published | None:
        """The day in the record, else the one in the address."""
        found = parse_time(written, self.zone) if written else None
        day = _IN_PATH.search(address)
        return found or (parse_time("-".join(day.groups()), self.zone) if day else None)


def _records(text: str) -> list[str]:
    """The HTML of each record. By splitting, not by a pattern: a page of beginnings without ends costs no more."""
    found = []
    for piece in text.split("<record>")[1:]:
        begin, sign, _ = piece[:200].partition("<![CDATA[")
        if sign and not begin.strip():
            held, end, _ = piece[len(begin) + len(sign) :].partition("]]>")
            found += [held] if end else []
    return found


def _asked(proxy: str, form: Mapping[str, str], carry: Mapping[str, str], since: datetime | None) -> Request:
    """The question to the proxy for the records of the page that `carry` names."""
    request = Request(proxy, carry=carry)
    first = (page_of(request) - 1) * _SHOWN + 1
    query = urlencode({"startrecord": first, "endrecord": first + _SHOWN - 1, "perpage": 15})
    carry = {"proxy": proxy, "form": urlencode(form), **carry}
    body = urlencode(form).encode()
    return Request(f"{proxy}?{query}", "POST", (_FORM,), body, "proxy", conditional=False, carry=carry, since=since)


def build(setup: Setup) -> Source:
    """The columns at the address."""
    return Jpage(setup.address, setup.zone, setup.options)


PLUGIN = Plugin("jpage", JpageOptions, build)
