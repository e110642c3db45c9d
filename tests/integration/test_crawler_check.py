"""`check` against a site on this machine: what works is said with its table, what does not with cause and mend."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.crawler.__main__ import app
from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.kinds import listing
from services.crawler.sources.registry import source
from services.crawler.testing import kept
from services.crawler.testing.kept import KEPT, fixture_of
from shared.errors import ConfigError
from tests.integration.crawler_site import Site, serve

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
TEXT = "阿里健康与样本医院签署合作协议，双方将在互联网诊疗与药品配送方面开展合作，首批服务覆盖十个城市。"
ARTICLE = (
    '<html lang="zh"><head><title>{title}</title></head><body><article><h1>{title}</h1>'
    f"<time>2026-11-20 09:30</time><p>{TEXT}</p><p>第二段：{TEXT}</p></article></body></html>"
)
LISTING = """<ul class="news"><li><a href="/a/1.html">阿里健康签约样本医院</a><time>2026-11-20 09:30</time></li>
<li><a href="/a/2.html">与此无关的一条</a></li><li>没有链接</li></ul>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        made.add("/robots.txt", "User-agent: *\nDisallow: /private/\n", Content_Type="text/plain")
        made.add("/news/", LISTING)
        made.add("/changed/", "<ol><li>一条</li></ol>")
        made.add("/refused/", "no", status=403)
        made.add("/empty.xml", '<rss version="2.0"><channel><title>t</title></channel></rss>')
        made.add("/bare/", LISTING.replace("/a/", "/bare/"))
        made.add("/bare/1.html", "<html><body><p>x</p></body></html>")
        for number in (1, 2):
            made.add(f"/a/{number}.html", ARTICLE.format(title=f"阿里健康的第{number}条新闻标题"))
        yield made


@pytest.fixture(autouse=True)
def quiet_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands run in this process, where they must leave the logs as they are."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("services.crawler.__main__.configure_logging", lambda *_: None)
    for name in (*os.environ,):
        if name.lower().endswith("_proxy") or name in ("KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL"):
            monkeypatch.delenv(name)


def checked(folder: Path, site: Site, path: str, *arguments: str, **more: str) -> Result:
    kind, options = ("feed", "{}") if path.endswith(".xml") else ("listing", "{items: ul.news > li, date: time}")
    (folder / "sources.yaml").write_text(
        f"built_in: false\ndefaults: {{pace: 0.05}}\nsources:\n  - name: lantern\n    kind: {kind}\n"
        f"    address: {site.url(path)}\n    options: {options}\n{more.pop('extra', '')}",
        "utf-8",
    )
    own = {"SOURCES_FILE": str(folder / "sources.yaml"), "CONFIG_DIR": str(ROOT / "config"), "ALLOW_LOOPBACK": "1"}
    environment = {**own, "CRAWLER_CONTACT": "me@example.com", **more}
    return CliRunner().invoke(app, ["check", "lantern", *arguments], env=environment)


def test_what_works_is_shown_with_what_is_missing(tmp_path: Path, site: Site) -> None:
    ran = checked(tmp_path, site, "/news/", "--articles", "2")
    assert ran.exit_code == 0, ran.stdout + ran.stderr
    assert re.search(r"2026-11-20 09:30 \+0800\s+阿里健康签约样本医院\s+watched: alibaba_health", ran.stdout)
    assert re.search(r"no date, or one that cannot be true\s+1 of 2 \(50 %\)", ran.stdout)
    assert re.search(r"no usable link, or past the cap\s+1 of 3 \(33 %\)", ran.stdout)
    assert re.search(
        r"title\s+阿里健康的第1条新闻标题\n\s+date\s+2026-11-20 09:30 .*\n\s+body\s+1?\d\d characters", ran.stdout
    )
    assert "works: 2 items read, 2 articles opened" in ran.stdout
    assert "verified: true" in ran.stdout
    assert site.paths()[0] == "/robots.txt"
    assert "me@example.com" in site.hits[1][1]["User-Agent"]


@pytest.mark.parametrize(
    ("path", "cause", "mend"),
    [
        ("/refused/", "403", "the host refuses this crawler"),
        ("/private/news/", "robots.txt forbids it", "leave the source off"),
        ("/changed/", "nothing matches the selector `ul.news > li`", "set `items`"),
        ("/nowhere/", "404", "it may have moved"),
        ("/empty.xml", "nothing is listed", ""),
        ("/bare/", "no article text", "`fetch: browser`"),
    ],
)
def test_what_does_not_work_is_said_in_words(tmp_path: Path, site: Site, path: str, cause: str, mend: str) -> None:
    ran = checked(tmp_path, site, path, "--articles", "1")
    assert ran.exit_code == 1, ran.stdout + ran.stderr
    told = ran.stdout.partition("does not work:")[2]
    assert cause in told
    assert mend in told
    assert "verified" not in ran.stdout
    assert ran.stderr == ""


def test_one_that_is_off_says_so_and_why(tmp_path: Path, site: Site) -> None:
    ran = checked(tmp_path, site, "/news/", extra="    enabled: false\n    why_off: nobody has seen it\n")
    assert ran.exit_code == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("lantern is off: nobody has seen it")


def test_a_source_whose_terms_refuse_programs_is_not_asked(tmp_path: Path, site: Site) -> None:
    ran = checked(
        tmp_path, site, "/news/", extra="    terms: {verdict: prohibited, address: https://example.com/terms}\n"
    )
    assert ran.exit_code == 2
    assert "may not be asked: its terms refuse programs" in ran.stderr
    assert site.paths() == []


def test_without_a_contact_nothing_is_asked(tmp_path: Path, site: Site) -> None:
    ran = checked(tmp_path, site, "/news/", CRAWLER_CONTACT="")
    assert ran.exit_code == 2
    assert "CRAWLER_CONTACT" in ran.stderr
    assert site.paths() == []


def test_kept_answers_become_a_fixture_without_their_text(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = checked(tmp_path, site, "/news/", "--keep", "--articles", "0")
    assert ran.exit_code == 0, ran.stdout + ran.stderr
    assert (tmp_path / KEPT / "lantern" / "01.html").read_text("utf-8") == LISTING
    with pytest.raises(ConfigError, match="no source named 'lantern' is built in"):
        fixture_of(tmp_path, "lantern")
    defaults = SourceDefaults(address=site.url("/news/"), outlet="Lantern", language="zh-Hans", evidence="B")
    made = source("lantern", listing.PLUGIN, defaults, {"items": "ul.news > li", "date": "time"})
    monkeypatch.setattr(kept, "plugins", lambda: {"lantern": made})
    written = {path.name: path.read_text("utf-8") for path in fixture_of(tmp_path, "lantern")}
    assert set(written) == {"about.md", "expected.json", "page.html"}
    assert re.match(r"Seen live: \d{4}-\d\d-\d\d\n", written["about.md"])
    assert "阿里健康" not in "".join(written.values())
    assert 'href="/a/1.html"' in written["page.html"]
    items = json.loads(written["expected.json"])["items"]
    assert [item["address"] for item in items] == [site.url("/a/1.html"), site.url("/a/2.html")]
    assert [item["published"] for item in items] == ["2026-11-20T09:30:00+08:00", None]
    assert len(items[0]["title"]) == len("阿里健康签约样本医院")


def test_what_cannot_become_a_fixture_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no source named"):
        fixture_of(tmp_path, "../../etc")
    with pytest.raises(
        ConfigError, match=r"no answers were kept\n  mend: python -m services.crawler check kr36 --keep"
    ):
        fixture_of(tmp_path, "kr36")
