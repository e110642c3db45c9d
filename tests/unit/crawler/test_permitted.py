"""Terms that refuse programs: only a permission with real words opens such a source, however it is configured."""

from datetime import date
from pathlib import Path

import pytest

from services.crawler.sources.config import ConfiguredSource, load_sources
from shared.errors import ConfigError

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 22)
LEAVE = "permission: {document: contract 7, approver: legal, given: 2026-01-01, until: 2028-12-31}"
OWN = """\
sources:
  - name: mine
    kind: %s
    address: %s
    options: %s
"""
API = "{items: newsInfoLst, link: webPath, title: title}"


def load(tmp_path: Path, text: str, name: str, overlay: str = "") -> ConfiguredSource:
    path, second = tmp_path / "sources.yaml", tmp_path / "second.yaml"
    path.write_text(text, "utf-8")
    second.write_text(overlay or "sources: []\n", "utf-8")
    return next(one for one in load_sources(path, {}, TODAY, second).all if one.name == name)


@pytest.mark.parametrize(
    "terms", ['{address: "https://x.example/t"}', "{verdict: allowed}", "{verdict: unknown}", "{}"]
)
@pytest.mark.parametrize("name", ["hkexnews_latest", "hkexnews_search"])
def test_configuration_does_not_lift_a_prohibition(tmp_path: Path, name: str, terms: str) -> None:
    entry = f"sources:\n  - {{name: {name}, terms: {terms}}}\n"
    for text, overlay in ((entry, ""), ("sources: []\n", entry)):
        one = load(tmp_path, text, name, overlay)
        assert one.entry.terms.verdict == "prohibited"
        assert "needs a `permission`" in one.why_off


def test_terms_are_merged_key_by_key(tmp_path: Path) -> None:
    text = "sources:\n  - {name: kr36, terms: {verdict: allowed}}\n"
    one = load(tmp_path, text, "kr36", 'sources:\n  - {name: kr36, terms: {address: "https://x.example/t"}}\n')
    assert (one.entry.terms.verdict, one.entry.terms.address) == ("allowed", "https://x.example/t")


def test_a_permission_opens_it_for_its_days(tmp_path: Path) -> None:
    text = f"sources:\n  - {{name: hkexnews_latest, terms: {{verdict: allowed}}, {LEAVE}}}\n"
    one = load(tmp_path, text, "hkexnews_latest")
    assert (one.why_off, one.until) == ("", date(2028, 12, 31))


@pytest.mark.parametrize(
    ("kind", "address", "options"),
    [
        ("json_api", "https://www1.hkexnews.hk/ncms/json/eds/lcisehk1relsde_1.json", API),
        ("json_api", "https://WWW1.HKEXNEWS.HK.:443/ncms/json/1.json", API),
        ("listing", "https://deeper.www1.hkexnews.hk/list", "{items: li}"),
        ("listing", "https://a.example/1", '{items: li, page_address: "https://www1.hkexnews.hk/{page}"}'),
    ],
)
def test_an_entry_of_ones_own_at_a_prohibited_site_is_prohibited_too(
    tmp_path: Path, kind: str, address: str, options: str
) -> None:
    one = load(tmp_path, OWN % (kind, address, options) + "    terms: {verdict: allowed}\n", "mine")
    assert "needs a `permission`" in one.why_off


def test_a_site_that_only_sounds_alike_is_free(tmp_path: Path) -> None:
    assert load(tmp_path, OWN % ("listing", "https://nothkexnews.hk/", "{items: li}"), "mine").why_off == ""


@pytest.mark.parametrize(
    ("permission", "says"),
    [
        ('{document: "   ", approver: legal, given: 2026-01-01, until: 2026-12-31}', "document"),
        ('{document: "- . -", approver: legal, given: 2026-01-01, until: 2026-12-31}', "two letters"),
        ('{document: contract 7, approver: "  ", given: 2026-01-01, until: 2026-12-31}', "approver"),
        ("{document: contract 7, approver: legal, given: 2026-12-31, until: 2026-01-01}", "until"),
        ("{document: contract 7, approver: legal, given: 2026-01-01, until: 2099-01-01}", "until"),
    ],
)
def test_a_permission_has_words_and_days(tmp_path: Path, permission: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        load(tmp_path, f"sources:\n  - {{name: hkexnews_latest, permission: {permission}}}\n", "hkexnews_latest")


@pytest.mark.parametrize("key", ["interval", "fastest", "slowest", "pace"])
@pytest.mark.parametrize("value", ["true", "yes", "1e300", "700000"])
def test_seconds_are_numbers_within_reason(tmp_path: Path, key: str, value: str) -> None:
    for text in (f"sources:\n  - name: kr36\n    {key}: {value}\n", f"defaults:\n  {key}: {value}\n"):
        with pytest.raises(ConfigError, match=key):
            load(tmp_path, text, "kr36")


def test_a_second_file_tunes_blocks_key_by_key(tmp_path: Path) -> None:
    path, second = tmp_path / "sources.yaml", tmp_path / "second.yaml"
    path.write_text("fetching: {timeout: 5, concurrency: 9}\ndefaults: {interval: 60, pace: 7}\n", "utf-8")
    second.write_text("fetching: {concurrency: 2}\ndefaults: {interval: 90}\n", "utf-8")
    found = load_sources(path, {}, TODAY, second)
    assert (found.fetching.timeout, found.fetching.concurrency) == (5, 2)
    free = next(one for one in found.all if one.plugin.defaults and one.plugin.defaults.pace is None)
    assert free.pace == 7
