"""What single sources do besides reading their fixture: signing, paging by time, refusing what they did not ask for."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from services.crawler.domain.source import Source, SourcePage, WithHistory
from services.crawler.sources.cls_telegraph import signed
from services.crawler.sources.definition import Setup
from services.crawler.sources.registry import plugins
from shared.errors import PermanentError

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def made(name: str, **options: object) -> Source:
    plugin = plugins()[name]
    assert plugin.defaults is not None
    chosen = plugin.options.model_validate({**plugin.default_options, **options})
    return plugin.build(Setup(plugin.defaults.address, plugin.defaults.zone, chosen, {}))


def test_a_signature_is_the_md5_of_the_sha1_of_the_sorted_query() -> None:
    sha1 = hashlib.sha1(b"a=1&b=%E9%98%BF&c=", usedforsecurity=False).hexdigest()
    md5 = hashlib.md5(sha1.encode(), usedforsecurity=False).hexdigest()
    assert signed({"c": "", "b": "阿", "a": "1"}) == f"a=1&b=%E9%98%BF&c=&sign={md5}"


def test_the_wires_past_is_asked_for_by_the_oldest_items_time() -> None:
    wire = made("cls_telegraph")
    assert isinstance(wire, WithHistory)
    asked = wire.history(NOW - timedelta(days=3), NOW)[0]
    rows = [{"id": 1, "title": "甲", "ctime": 1795345200}, {"id": 2, "title": "乙", "ctime": 1795340000}]
    body = json.dumps({"data": {"roll_data": rows}}).encode()
    further = wire.parse(SourcePage(asked, asked.address, body, NOW)).requests
    assert ["last_time=1795340000" in request.address for request in further] == [True]


def test_the_whole_archive_is_no_answer_to_a_search() -> None:
    search = made("yicai_search", words=["阿里健康"])
    asked = search.start({}, NOW)[0]
    body = json.dumps({"results": {"numFound": 497_000, "docs": []}}).encode()
    with pytest.raises(PermanentError, match="whole archive"):
        search.parse(SourcePage(asked, asked.address, body, NOW))


@pytest.mark.parametrize("name", ["sohu_accounts", "netease_account"])
def test_without_accounts_there_is_nothing_to_ask(name: str) -> None:
    with pytest.raises(PermanentError, match="no accounts are named"):
        made(name).start({}, NOW)


def test_a_menu_without_any_of_the_channels_is_named() -> None:
    channels = made("jingji21", channels=["没有"])
    asked = channels.start({}, NOW)[0]
    with pytest.raises(PermanentError, match="no channel 没有"):
        channels.parse(SourcePage(asked, asked.address, b'[{"name": "x", "url": "/", "api": "/x"}]', NOW))


def test_a_token_that_would_break_a_header_is_none() -> None:
    channels = made("jingji21", channels=["x"])
    menu = channels.start({}, NOW)[0]
    asked = channels.parse(SourcePage(menu, menu.address, b'[{"name": "x", "url": "/", "api": "/x"}]', NOW)).requests[0]
    with pytest.raises(PermanentError, match="no token"):
        channels.parse(SourcePage(asked, asked.address, json.dumps({"token": "a\r\nb"}).encode(), NOW))


def test_the_signed_and_the_doubtful_are_off() -> None:
    off = {name for name, plugin in plugins().items() if plugin.defaults and not plugin.defaults.enabled}
    assert {"cls_telegraph", "cls_search", "nbd_search", "sina_724", "eastmoney_announcements", "huxiu_channel"} <= off


def test_a_word_with_quotes_does_not_break_the_question() -> None:
    asked = made("eastmoney_search", words=['"阿里健康" 医保\\']).start({}, NOW)[0]
    question = json.loads(parse_qs(urlsplit(asked.address).query)["param"][0])
    assert question["keyword"] == '"阿里健康" 医保\\'


def answered(source: Source, answer: object) -> tuple[list[str], int]:
    """Addresses that are read of an answer to the first question, and how many rows were dropped."""
    asked = source.start({}, NOW)[0]
    read = source.parse(SourcePage(asked, asked.address, json.dumps(answer).encode(), NOW))
    return [item.address for item in read.items], read.dropped


def wire(*extras: str) -> object:
    rows = [{"rich_text": "甲", "create_time": "2026-11-22 10:00:00", "ext": extra} for extra in extras]
    return {"result": {"data": {"feed": {"list": rows}}}}


def test_a_row_without_json_in_it_costs_that_row_alone() -> None:
    good = json.dumps({"docurl": "https://finance.sina.com.cn/7x24/2026-11-22/doc-a.shtml"})
    for odd in ("", "none", "{"):
        found = answered(made("sina_724"), wire(odd, good))
        assert found == (["https://finance.sina.com.cn/7x24/2026-11-22/doc-a.shtml"], 1)
    with pytest.raises(PermanentError, match="no item"):
        answered(made("sina_724"), wire("", "{"))


def test_a_list_without_json_in_it_is_a_fault_of_the_answer() -> None:
    source = made("sina_724", items="result!.list")
    with pytest.raises(PermanentError, match="no JSON"):
        answered(source, {"result": ""})


def test_half_a_character_is_asked_for_and_kept_nowhere() -> None:
    rows = [{"code": "a\ud800", "title": "甲\ud83d\ude00乙\ud800"}]
    assert answered(made("eastmoney_724"), {"data": {"fastNewsList": rows}}) == (
        ["https://finance.eastmoney.com/a/a%EF%BF%BD.html"],
        0,
    )


def test_a_number_in_other_digits_than_decimal_ones_is_none() -> None:
    rows = [{"docId": "²", "docTitle": "甲"}, {"docId": "12", "docTitle": "乙"}]
    assert len(answered(made("nfra"), {"data": {"rows": rows}})[0]) == 1


def test_only_what_is_known_to_answer_is_asked_by_default() -> None:
    assert [one.address.rpartition("/")[2] for one in made("chinadaily").start({}, NOW)] == ["china_rss.xml"]
    assert all("/cn/" in one.address for one in made("chinadaily_search").start({}, NOW))


def test_an_article_pinned_to_the_top_of_every_page_ends_no_way_back() -> None:
    site = made("zhitong_hk", columns=("company",))
    assert isinstance(site, WithHistory)
    (asked,), seen = site.history(NOW - timedelta(days=30), NOW), list[str]()
    for number in (1, 2, 3, 4, 4):
        rows = [{"url": f"/content/detail/{n}.html", "title": "甲", "create_time": 1795340000} for n in (9, number)]
        read = site.parse(SourcePage(asked, asked.address, json.dumps({"data": rows}).encode(), NOW))
        seen += [item.address.rpartition("/")[2] for item in read.items[1:]]
        asked = read.requests[0] if read.requests else asked
    assert seen == ["1.html", "2.html", "3.html", "4.html", "4.html"]
    assert read.requests == ()
    assert asked.address.endswith("page=5")
