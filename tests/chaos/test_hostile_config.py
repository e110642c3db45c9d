"""Configurations made to harm, cut in half, or full of templates: refused, read as text, never run."""

import threading
import time
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.alerter.adapters.subscriptions_file import Known, read_subscriptions
from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.alerter.application.reload import InForce, Reload
from services.alerter.domain.subscriptions import Subscriptions
from services.crawler.sources.config import load_sources
from shared.errors import ConfigError
from shared.watch import load_watchlist
from tests.chaos.hostile import memory_grows_by, processor_seconds
from tests.fakes.alerts import alert
from tests.fakes.channels import texts

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

config = pytest.mark.fault(54, "!!python/object, alias bomb, (a+)+$, half a reload")
templates = pytest.mark.fault(55, "templates and XPath in the configuration")

ENTITIES = ("alihealth", "ant_group")
SUBSCRIPTIONS = "subscriptions:\n" + "".join(
    f"  - name: team{number}\n    when: {{entities: [ant_group]}}\n    channels: {{slack: '#team{number}'}}\n"
    for number in range(20)
)
_LEVELS = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 12))
_MERGES = "".join(f"m{n}: &m{n}\n  <<: [{', '.join([f'*m{n - 1}'] * 10)}]\n" for n in range(1, 12))
BOMBS = {
    "object": "subscriptions: !!python/object/apply:os.system ['touch {owned}']",
    "new object": "subscriptions: !!python/object/new:os.system ['touch {owned}']",
    "module": "subscriptions: !!python/module:os",
    "name": "subscriptions: !!python/name:os.system",
    "tuple": "subscriptions: !!python/tuple [1]",
    "own tag": "subscriptions: !include /etc/passwd",
    "aliases": f"l0: &l0 [a, a]\n{_LEVELS}subscriptions: *l11",
    "aliases in the right place": f"l0: &l0 [a, a]\n{_LEVELS}subscriptions: [{{name: a, channels: {{slack: *l11}}}}]",
    "merges": f"m0: &m0 {{a: 1, b: 2}}\n{_MERGES}subscriptions: *m11",
    "an anchor within itself": "subscriptions: &a [*a, *a]",
    "a key within itself": "subscriptions: &a {{? *a : 1}}",
    "depth": "subscriptions: " + "[" * 100_000,
    "depth by blocks": "- " * 50_000 + "a",
    "a number": "subscriptions: " + "9" * 100_000,
    "sixty": "subscriptions: " + "1:" * 50_000 + "1",
    "NUL": "subscriptions: [\x00]",
}


def read(text: str, name: str) -> Subscriptions:
    """The subscriptions as a running alerter reads a version."""
    return read_subscriptions(text, name, Known(ENTITIES, {"slack": lambda target: ""}))


@config
@pytest.mark.parametrize("bomb", BOMBS)
def test_no_subscriptions_run_anything_or_swell(tmp_path: Path, bomb: str) -> None:
    owned = tmp_path / "owned"
    text = BOMBS[bomb].replace("{owned}", str(owned)).replace("{{", "{").replace("}}", "}")
    with memory_grows_by(300_000_000), processor_seconds(5.0), pytest.raises(ConfigError) as caught:
        read(text, "subscriptions")
    assert len(str(caught.value)) < 2_000
    assert not owned.exists()


@config
@pytest.mark.parametrize("bomb", BOMBS)
def test_no_file_of_sources_or_of_the_watchlist_does_either(tmp_path: Path, bomb: str) -> None:
    owned, file = tmp_path / "owned", tmp_path / "file.yaml"
    text = BOMBS[bomb].replace("{owned}", str(owned)).replace("{{", "{").replace("}}", "}")
    file.write_text(text.replace("subscriptions:", "sources:"), "utf-8")
    today = datetime.now(UTC).date()
    with memory_grows_by(300_000_000), processor_seconds(5.0):
        with pytest.raises(ConfigError):
            load_sources(file, {}, today)
        file.write_text(text.replace("subscriptions:", "entities:"), "utf-8")
        with pytest.raises(ConfigError):
            load_watchlist(file)
    assert not owned.exists()


def listing(folder: Path, **options: str) -> Path:
    """A sources file with one listing."""
    said = "".join(f"      {name}: '{value}'\n" for name, value in options.items())
    file = folder / "sources.yaml"
    file.write_text(
        "built_in: false\nsources:\n  - name: bad\n    kind: listing\n    address: https://n.cn/\n    rights: link\n"
        f"    options:\n      items: li\n{said}",
        "utf-8",
    )
    return file


@config
@pytest.mark.parametrize(
    "bait", ["(a+)+$", "(.*a){30}", "(a|a)*$", "(?P<y>(a*)*)(?P<m>b)(?P<d>c)", "(?P<y>", ".*.*.*.*x"]
)
def test_an_expression_that_never_ends_is_refused_with_its_line(tmp_path: Path, bait: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_sources(listing(tmp_path, date_in_address=bait), {}, datetime.now(UTC).date())
    assert "sources.yaml:9" in str(caught.value)


@config
def test_half_a_version_and_every_bad_one_leave_the_old_in_force(engine: Engine) -> None:
    refused: list[int] = []

    class Watched:
        def beat(self) -> None: ...
        def in_force(self, version: int, routes: int) -> None: ...
        def refused(self, version: int) -> None:
            refused.append(version)

    def served(channels: Collection[str]) -> None:
        assert channels

    versions, in_force = SqlVersions(engine), InForce()
    good = versions.add(SUBSCRIPTIONS, "file", "test", "good")
    reload = Reload(versions, read, in_force, served, Watched())
    assert reload.begin()
    index = in_force()
    cuts = [SUBSCRIPTIONS[:at] for at in range(len("subscriptions:\n"), 200, 7)]
    halves = [text for text in cuts if _unusable(text)]
    assert len(halves) > 5
    bad = [*halves, *(text.replace("{{", "{").replace("}}", "}") for text in BOMBS.values() if "\x00" not in text)]
    for text in bad:
        versions.add(text, "command", "test", "bad")
        assert not reload.look()
        assert in_force() is index
    assert len(refused) == len(bad)
    assert in_force().version == good.version
    better = versions.add(SUBSCRIPTIONS + "# better\n", "command", "test", "good again")
    assert reload.look()
    assert in_force().version == better.version


def _unusable(text: str) -> bool:
    try:
        return not read(text, "cut").subscriptions
    except ConfigError:
        return True


@config
def test_whoever_reads_while_versions_change_sees_whole_ones(engine: Engine) -> None:
    versions, in_force, stop = SqlVersions(engine), InForce(), threading.Event()
    seen: set[tuple[int, int]] = set()

    class Watched:
        def beat(self) -> None: ...
        def in_force(self, version: int, routes: int) -> None: ...
        def refused(self, version: int) -> None: ...

    reload = Reload(versions, read, in_force, lambda channels: None, Watched())

    def look() -> None:
        while not stop.is_set():
            index = in_force()
            seen.add((index.version, index.routes))

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for count in range(1, 21):
            versions.add("".join(SUBSCRIPTIONS.splitlines(keepends=True)[: 1 + 3 * count]), "command", "test", "")
            assert reload.look()
            time.sleep(0.01)
    finally:
        stop.set()
        reader.join()
    assert {pair for pair in seen if pair[0]} <= {(count, count) for count in range(1, 21)}


TEMPLATES = (
    "{{''.__class__.__mro__[1].__subclasses__()}}", "{0.__class__.__init__.__globals__}", "${DATABASE_URL}",
    "%(DATABASE_URL)s", "{alert.title}", "#{7*7}", "<%= 7*7 %>", "{% import os %}", "$(id)", "`id`", "${{7*7}}",
)  # fmt: skip


@templates
@pytest.mark.parametrize("text", TEMPLATES)
def test_a_template_is_text_in_every_channel(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://canary")
    for name, shown in texts(monkeypatch).items():
        told = shown(alert(title=text, outlet=text, subscription="strategy"))
        plain = told.translate(str.maketrans("＊＿｀～＃｜＜＞［］＼＠", "*_`~#|<>[]\\@"))
        assert "canary" not in told, name
        assert "49" not in told.replace("2049", ""), name
        assert text in plain.replace('\\"', '"') or name == "email", name


@templates
@pytest.mark.parametrize("text", TEMPLATES)
def test_a_template_in_subscriptions_and_sources_is_no_template(text: str, tmp_path: Path) -> None:
    quoted = text.replace("'", "''")
    subscriptions = f"subscriptions:\n  - name: '{quoted}'\n    channels: {{slack: '#{quoted}'}}\n"
    try:
        [loaded] = read(subscriptions, "s").subscriptions
        assert loaded.name == text
    except ConfigError as error:
        assert "canary" not in str(error)  # noqa: PT017  # a name may be refused as well
    file = listing(tmp_path, include=quoted)
    environment = {"DATABASE_URL": "canary"}
    [one] = load_sources(file, environment, datetime.now(UTC).date()).all
    include = one.source.options.include  # type: ignore[attr-defined]  # a listing's
    assert include == text.replace("${DATABASE_URL}", "canary"), "only ${NAME} of the environment is filled in"


@templates
@pytest.mark.parametrize(
    "selector",
    [
        "unparsed-text('file:///etc/passwd')",
        "document('file:///etc/passwd')//*",
        "//li[unparsed-text('/etc/passwd')]",
        "li:contains(document('x'))",
        "li{{7*7}}",
        "/*/comment()",
        "li:has(" * 2000,
    ],
)
def test_a_selector_is_css_and_reads_no_file(tmp_path: Path, selector: str) -> None:
    file = listing(tmp_path, link=selector.replace("'", "''"))
    with processor_seconds(5.0), pytest.raises(ConfigError, match=r"CSS selector|nested"):
        load_sources(file, {}, datetime.now(UTC).date())
