"""Sources that measure what was missed, and the bridges: what their interfaces say besides articles."""

from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from services.crawler.domain.source import Source, SourcePage
from services.crawler.sources import (
    bing_news,
    businesswire,
    cnstock_search,
    gdelt,
    google_news,
    rsshub,
    sina_stock_page,
    wechat_wewe,
)
from services.crawler.sources.definition import Setup
from services.crawler.sources.registry import Plugin, built_in
from shared.errors import PermanentError, TransientError

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def made(plugin: Plugin, variables: dict[str, str] | None = None, **options: object) -> Source:
    """The source by its own defaults, with some options and variables set."""
    assert plugin.defaults is not None
    chosen = plugin.options.model_validate({**plugin.default_options, **options})
    return plugin.build(Setup(plugin.defaults.address, ZoneInfo("UTC"), chosen, variables or {}))


def read(source: Source, body: bytes) -> list[str]:
    """The addresses that the source reads of an answer to its first question."""
    request = source.start({}, NOW)[0]
    return [item.address for item in source.parse(SourcePage(request, request.address, body, NOW)).items]


def test_gdelt_that_asks_for_patience_is_asked_again_later() -> None:
    with pytest.raises(TransientError, match="patience") as caught:
        read(made(gdelt.PLUGIN), b"Please limit requests to one every 5 seconds or contact us.\n")
    assert caught.value.retry_after == 60.0


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (b"Your query was too short or too long.\n", "too short or too long"),
        (b"", "none"),
        (b'{"articles": {"a": 1}}', "no list at `articles`"),
        (b"[]", "no list at `articles`"),
    ],
)
def test_gdelt_says_its_errors_in_words_with_status_200(answer: bytes, cause: str) -> None:
    with pytest.raises(PermanentError, match=cause):
        read(made(gdelt.PLUGIN), answer)


def test_gdelt_that_found_nothing_is_no_error() -> None:
    assert read(made(gdelt.PLUGIN), b"{}") == []


def test_measuring_sources_never_alert_and_may_only_be_linked() -> None:
    for plugin in (gdelt.PLUGIN, google_news.PLUGIN, bing_news.PLUGIN, sina_stock_page.PLUGIN):
        assert plugin.defaults is not None
        assert (plugin.defaults.role, plugin.defaults.rights) == ("recall", "link")


@pytest.mark.parametrize("plugin", [google_news.PLUGIN, bing_news.PLUGIN])
def test_an_edition_that_nobody_knows_is_refused(plugin: Plugin) -> None:
    with pytest.raises(ValueError, match="xx-XX"):
        made(plugin, queries={"xx-XX": ["a"]})


def test_one_of_them_is_in_chinese_and_reached_from_the_mainland() -> None:
    measuring = [one.defaults for one in built_in().values() if one.defaults and one.defaults.role == "recall"]
    chinese = [one for one in measuring if one.enabled and one.language == "zh-Hans" and not one.variables]
    hosts = {urlsplit(one.address).hostname or "" for one in chinese}
    assert any(host.endswith(".cn") for host in hosts), hosts


def test_a_search_that_needs_a_login_says_so() -> None:
    with pytest.raises(PermanentError, match="10304"):
        read(made(cnstock_search.PLUGIN), '{"code":10304,"desc":"未登录"}'.encode())


@pytest.mark.parametrize(
    ("plugin", "variables", "options", "cause"),
    [
        (rsshub.PLUGIN, {"RSSHUB_BASE": "rsshub"}, {}, "RSSHUB_BASE"),
        (rsshub.PLUGIN, {"RSSHUB_BASE": "https://r.example"}, {"routes": ["no-slash"]}, "no-slash"),
        (wechat_wewe.PLUGIN, {"WEWE_RSS_BASE": "x y"}, {}, "WEWE_RSS_BASE"),
        (wechat_wewe.PLUGIN, {"WEWE_RSS_BASE": "https://w.example"}, {"feeds": ["../x"]}, "no id"),
        (businesswire.PLUGIN, {"BUSINESSWIRE_RSS_TOKEN": "a b"}, {}, "BUSINESSWIRE_RSS_TOKEN"),
    ],
)
def test_a_variable_that_makes_no_address_is_named(
    plugin: Plugin, variables: dict[str, str], options: dict[str, object], cause: str
) -> None:
    with pytest.raises(ValueError, match=cause):
        made(plugin, variables, **options)


def test_a_bridge_is_asked_for_its_routes() -> None:
    source = made(rsshub.PLUGIN, {"RSSHUB_BASE": "https://r.example/"}, routes=["/caixin/latest"])
    assert [request.address for request in source.start({}, NOW)] == ["https://r.example/caixin/latest?limit=50"]
