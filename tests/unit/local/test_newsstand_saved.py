"""Saved pages are served as they were saved, at made-up addresses, one after another."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from deploy.local.newsstand.saved import INDEX, SPAN, SavedSite, load_saved

pytestmark = pytest.mark.unit

START = datetime(2026, 2, 1, tzinfo=UTC)
BYTES = "<html><meta charset=utf-8><p>声明与字节不符</p></html>".encode("gb18030")


def folder_with(tmp_path: Path, *lines: object) -> Path:
    (tmp_path / "one.html.gz").write_bytes(gzip.compress(BYTES))
    (tmp_path / "manifest.jsonl").write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    return tmp_path


def site(tmp_path: Path) -> SavedSite:
    entries = [{"id": f"site/Page {n}", "html": "one.html.gz", "url": f"https://example.com/{n}"} for n in range(3)]
    return SavedSite(load_saved(folder_with(tmp_path, *entries)), "http://127.0.0.1:8", START)


def test_bytes_are_untouched_and_no_charset_is_claimed(tmp_path: Path) -> None:
    answer = site(tmp_path).answer("/saved/0001-site-page-0", {}, START)
    assert answer.body == BYTES
    assert answer.headers["Content-Type"] == "text/html"


def test_pages_come_out_one_after_another(tmp_path: Path) -> None:
    saved = site(tmp_path)

    def listed(seconds: float) -> list[str]:
        body = saved.answer(INDEX, {}, START + timedelta(seconds=seconds)).body
        return [element.text or "" for element in ElementTree.fromstring(body).iter() if element.tag.endswith("}loc")]

    assert listed(-1) == []
    assert listed(0) == ["http://127.0.0.1:8/saved/0001-site-page-0"]
    assert len(listed(SPAN)) == 3
    assert "example.com" not in "".join(listed(SPAN))
    assert saved.answer("/saved/0003-site-page-2", {}, START).status == 404


def test_the_sitemap_answers_not_modified(tmp_path: Path) -> None:
    saved = site(tmp_path)
    tag = saved.answer(INDEX, {}, START).headers["ETag"]
    assert saved.answer(INDEX, {"if-none-match": tag}, START + timedelta(seconds=1)).status == 304
    assert saved.answer(INDEX, {"if-none-match": tag}, START + timedelta(seconds=SPAN)).status == 200


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"id": "x"}, "manifest.jsonl:1: wanted"),
        ({"id": "x", "html": "no.gz"}, "manifest.jsonl:1: no file"),
        ([], "1: w"),
    ],
)
def test_a_wrong_manifest_is_named_with_its_line(tmp_path: Path, line: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        load_saved(folder_with(tmp_path, line))


def test_an_empty_manifest_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="names no page"):
        load_saved(folder_with(tmp_path))
