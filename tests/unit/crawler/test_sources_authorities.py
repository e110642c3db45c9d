"""Columns of authorities: the past is read page by page, and a list that is gone is named."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from services.crawler.domain.source import Parsed, Request, Source, SourcePage, WithHistory
from services.crawler.sources import antgroup_newsroom, cac_lists, nhsa_columns, samr_units
from services.crawler.sources.definition import Setup
from services.crawler.sources.registry import Plugin
from shared.errors import PermanentError

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SINCE = datetime(2026, 10, 1, tzinfo=UTC)


def made(plugin: Plugin, **options: object) -> Source:
    """The source by its own defaults, with some options set."""
    assert plugin.defaults is not None
    chosen = plugin.options.model_validate({**plugin.default_options, **options})
    return plugin.build(Setup(plugin.defaults.address, ZoneInfo("Asia/Shanghai"), chosen, {}))


def read(source: Source, request: Request, body: str) -> Parsed:
    return source.parse(SourcePage(request, request.address, body.encode(), NOW))


def record(number: int, day: str) -> str:
    link = f'<a href="/art/x/art_104_{number}.html">第{number}号</a>'
    return f"<record><![CDATA[<li>{link}<span>{day}</span></li>]]></record>"


def column(*records: str) -> str:
    proxy = "/module/web/jpage/dataproxy.jsp?page=1&amp;webid=1&amp;columnid=104&amp;unitid=7"
    head = f'<nextgroup><![CDATA[<a href="{proxy}"></a>]]></nextgroup>'
    return f"<datastore>{head}<recordset>{''.join(records)}</recordset></datastore>"


def first_of_history(source: Source) -> Request:
    assert isinstance(source, WithHistory)
    return source.history(SINCE, NOW)[0]


def test_the_insurance_authoritys_past_is_asked_of_the_proxy_that_its_page_names() -> None:
    source = made(nhsa_columns.PLUGIN, columns=["104"])
    first = first_of_history(source)
    found = read(source, first, column(record(9, "2026-11-20"), record(8, "2026-11-02")))
    (second,) = found.requests
    assert (second.method, urlsplit(second.address).path) == ("POST", "/module/web/jpage/dataproxy.jsp")
    assert parse_qs(urlsplit(second.address).query)["startrecord"] == ["46"]
    assert second.body == b"webid=1&columnid=104&unitid=7"
    (third,) = read(source, second, column(record(7, "2026-10-20"))).requests
    assert parse_qs(urlsplit(third.address).query)["startrecord"] == ["91"]
    assert third.body == second.body
    assert read(source, third, column(record(6, "2026-09-20"))) == Parsed()


def test_a_poll_asks_for_no_further_page() -> None:
    source = made(nhsa_columns.PLUGIN, columns=["104"])
    assert read(source, source.start({}, NOW)[0], column(record(9, "2026-11-20"))).requests == ()


def test_an_empty_column_is_no_error_and_a_changed_one_is() -> None:
    source = made(nhsa_columns.PLUGIN, columns=["104"])
    request = source.start({}, NOW)[0]
    assert read(source, request, "<datastore><recordset></recordset></datastore>").items == ()
    with pytest.raises(PermanentError, match="the column has changed"):
        read(source, request, "<html><body><ul><li>new design</li></ul></body></html>")
    with pytest.raises(PermanentError, match="holds a link"):
        read(source, request, column("<record><![CDATA[<li>nothing</li>]]></record>"))


@pytest.mark.timeout(5)
def test_records_that_never_end_cost_no_time() -> None:
    source = made(nhsa_columns.PLUGIN, columns=["104"])
    read(source, source.start({}, NOW)[0], "<recordset>" + "<record><![CDATA[" * 250_000)


def test_market_regulation_is_paged_by_one_parameter_alone() -> None:
    source = made(samr_units.PLUGIN, units=["5a1c443ecf8c471bb9577ba1ae5d2883"])
    row = (
        "<ul><li class='nav04Left02_content'><a href='/a/art_1.html'>一</a></li>"
        "<li class='nav04Left02_contenttime'>2026-11-20</li></ul>"
    )
    answer = f'{{"data": {{"html": "{row}"}}}}'
    first = first_of_history(source)
    assert "paramJson" not in first.address
    (second,) = read(source, first, answer).requests
    assert parse_qs(urlsplit(second.address).query)["paramJson"] == ['{"pageNo":2,"pageSize":20}']
    assert read(source, replace(second, since=None), answer).requests == ()


def test_a_front_page_that_names_no_list_is_an_error() -> None:
    source = made(cac_lists.PLUGIN)
    with pytest.raises(PermanentError, match="wxzw/wxfb"):
        read(source, source.start({}, NOW)[0], '<a href="//www.cac.gov.cn/xxh/A0906index_1.htm">其他</a>')


def test_a_newsroom_drawn_by_script_says_so() -> None:
    source = made(antgroup_newsroom.PLUGIN)
    with pytest.raises(PermanentError, match="drawn by script"):
        read(source, source.start({}, NOW)[0], "<html><body><div id=root></div></body></html>")
