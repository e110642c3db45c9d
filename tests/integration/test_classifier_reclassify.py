"""Stored documents classified again by a changed taxonomy: by the command, and by the preview that runs it."""

import json
import os
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from sqlalchemy import Engine, text

from services.alerter import looking_back
from services.alerter.adapters.history_reclassify import read_lines
from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.alerter.looking_back import Asked
from services.classifier.rereading import Wanted, make_classify
from shared.errors import ConfigError
from shared.messages import DocumentFound, Times
from shared.store.engine import make_engine
from tests import forked
from tests.integration.history_rig import NOW, THEN, ago, everything, take_in

pytestmark = pytest.mark.integration

CONFIG = Path(__file__).parents[2] / "config"
TITLE = "阿里健康与连锁药房携手共建慢病管理平台"
PARAGRAPHS = ("本报讯，阿里健康今日宣布，与一家连锁药房云栖携手共筑慢病管理平台。", "双方将共享会员与物流。")
FOUND = DocumentFound(
    document_id="a" * 32,
    revision=1,
    url="https://news.example/platform",
    source="test",
    title=TITLE,
    paragraphs=PARAGRAPHS,
    language="zh-Hans",
    times=Times(first_seen=ago(3), fetched=ago(3)),
)


def store(engine: Engine, found: DocumentFound, revision: int, paragraphs: tuple[str, ...]) -> None:
    with engine.begin() as db:
        db.execute(
            text(
                "insert into documents (document_id, revision, url, source, role, rights, title, paragraphs, language,"
                " content_hash, matched, first_seen, fetched) values (:document_id, :revision, :url, :source, 'alert',"
                " 'full', :title, cast(:paragraphs as jsonb), :language, '', '[]', :seen, :seen)"
            ),
            {
                **found.model_dump(include={"document_id", "url", "source", "title", "language"}),
                "revision": revision,
                "paragraphs": json.dumps(paragraphs),
                "seen": found.times.first_seen,
            },
        )


@pytest.fixture
def taxonomy(tmp_path: Path) -> Path:
    """One in which no word means a partnership."""
    plain = yaml.safe_load((CONFIG / "taxonomy.yaml").read_text("utf-8"))
    for tiers in plain["labels"].values():
        for names in tiers.values():
            for name in names:
                names[name] = [f"nothing{name}says"]
    path = tmp_path / "taxonomy.yaml"
    path.write_text(yaml.safe_dump(plain, allow_unicode=True), "utf-8")
    return path


def command(database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, "DATABASE_URL": database_url, "CONFIG_DIR": str(CONFIG)}
    return forked.run("services.classifier", "reclassify", *arguments, environment=told)


def test_the_newest_revisions_are_written_as_lines_and_the_database_is_only_read(
    database_url: str, engine: Engine, tmp_path: Path
) -> None:
    store(engine, FOUND, 1, ("an earlier text",))
    store(engine, FOUND, 2, PARAGRAPHS)
    before = everything(engine)
    out = tmp_path / "out.jsonl"
    ended = command(database_url, "--since", "30d", "--out", str(out))
    assert ended.stdout == f"1 documents written to {out}\n", ended.stderr
    ((key, document),) = read_lines(out).items()
    assert key == (FOUND.document_id, 2)
    assert "partnership" in {event.label for event in document.events}
    assert everything(engine) == before
    assert not list(tmp_path.glob("*.part"))


def test_what_is_wrong_is_said_with_exit_code_2(database_url: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("labels: {partnershp: {}}\n", "utf-8")
    ended = command(database_url, "--taxonomy", str(wrong), "--out", str(tmp_path / "o"))
    assert ended.returncode == 2
    assert f"{wrong}:1" in ended.stderr
    with pytest.raises(ConfigError, match=r"wrong\.yaml"):
        looking_back.preview(
            database_url, Asked("30d", taxonomy=wrong), CONFIG / "subscriptions.yaml", CONFIG, ZoneInfo("UTC"), False
        )
    assert command("", "--out", str(tmp_path / "o")).stderr.startswith("environment variable DATABASE_URL: is not set")


def test_a_changed_taxonomy_is_previewed_and_taken_over(
    database_url: str, engine: Engine, taxonomy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENCODER", "0")  # the encoder finds the event without the taxonomy's word
    store(engine, FOUND, 1, PARAGRAPHS)
    SqlVersions(engine).add(THEN.replace("importance: 3", "importance: 1"), "command", "test", "")
    take_in(engine, make_classify(Wanted("", Path(), None, CONFIG))(FOUND, NOW))
    asked = Asked("30d", taxonomy=taxonomy)
    found = json.loads(
        looking_back.preview(database_url, asked, CONFIG / "none.yaml", CONFIG, ZoneInfo("UTC"), as_json=True)
    )
    assert found["reclassified"] == 1
    assert {one["url"] for one in found["lost"]} == {FOUND.url}
    said = list(looking_back.apply(database_url, asked, CONFIG / "none.yaml", CONFIG, True, "me", ""))
    assert said[0] == "1 of 1 stored documents read otherwise and were taken in again"
    again = make_engine(database_url)
    with again.begin() as db:
        assert db.execute(text("select message->'events' from classifications")).scalar_one() == []
    again.dispose()
    said = list(looking_back.apply(database_url, asked, CONFIG / "none.yaml", CONFIG, True, "me", ""))
    assert said[0] == "0 of 1 stored documents read otherwise and were taken in again"
