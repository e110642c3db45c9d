"""The subscriptions in the database: imported, written back, taken over by a running alerter, refused when broken."""

import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from deploy.local.ports import free_ports
from services.alerter.adapters.subscriptions_versions import SqlVersions
from tests import forked
from tests.fakes.classified import classified, event
from tests.integration.alerter_rig import Rig, eventually, make_rig
from tests.integration.conftest import Kafka

pytestmark = pytest.mark.integration

DEAL = event("mergers_acquisitions", "announced", "ant_group", quote="蚂蚁集团收购好大夫在线")
RESULTS = event("financial_results", "announced", "jd_health", quote="京东健康公布业绩")
TREE = """\
# Whom the deals concern.
subscriptions:
  - name: all
    when: {entities: [ant_group]}
    channels: {console: true}
    routes:
      - name: deals   # the first that wants it takes it
        when: {labels: [mergers_acquisitions]}
        channels: {slack: "#deals"}
"""


@pytest.fixture
def rig(kafka: Kafka, database_url: str, engine: Engine, tmp_path: Path) -> Iterator[Rig]:
    with make_rig(kafka.servers, database_url, engine, tmp_path) as made:
        (tmp_path / "subscriptions.yaml").write_text("subscriptions: [{name: all, channels: {console: true}}]\n")
        yield made


def command(rig: Rig, *words: str) -> subprocess.CompletedProcess[str]:
    return forked.run("services.alerter", "config", *words, environment=rig.environment())


def in_force(rig: Rig) -> int | None:
    """The newest version that a log line says is in force."""
    lines = [line for line in rig.log().splitlines() if '"subscriptions in force"' in line]
    return int(lines[-1].partition('"version": ')[2].split(",")[0].rstrip("}")) if lines else None


def metric(port: str, name: str) -> float:
    text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()
    return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name + " "))


def test_a_running_alerter_takes_a_new_version_over_and_keeps_the_old_of_a_broken_one(rig: Rig) -> None:
    port = str(free_ports(1)[0])
    rig.start(HTTP_PORT=port)
    eventually(lambda: in_force(rig) == 1)
    rig.send(classified("results", "京东健康公布业绩", RESULTS))
    eventually(lambda: rig.outcomes() == ["alerted"])

    new = rig.folder / "new.yaml"
    new.write_text(TREE, "utf-8")
    made = command(rig, "import", str(new), "--reason", "deals have a channel of their own", "--who", "li")
    assert "version 2 is in force, by li" in made.stdout, made.stderr
    eventually(lambda: in_force(rig) == 2, 30)
    rig.send(classified("deal", "蚂蚁集团收购好大夫在线", DEAL))
    eventually(lambda: len(rig.keys()) == 2)
    told = {one.delivery_key.split("/", 2)[2] for one in rig.received()}
    assert told == {"all/console", "deals/slack:#deals"}

    wrong = TREE.replace("ant_group", "ant_gruop")
    SqlVersions(rig.engine).add(wrong, "command", "a later program", "")  # the command itself would refuse it
    eventually(lambda: metric(port, "luming_alerter_subscriptions_refused_total") == 1, 30)
    assert "did you mean ant_group?" in rig.log()
    assert metric(port, "luming_alerter_subscriptions_version") == 2
    rig.send(classified("other", "蚂蚁集团任命新总裁", event("leadership", "announced", "ant_group")))
    eventually(lambda: len(rig.keys()) == 3)


def test_an_edited_version_outlives_a_restart_and_a_new_file_replaces_it(rig: Rig) -> None:
    process = rig.start()
    eventually(lambda: in_force(rig) == 1)
    new = rig.folder / "new.yaml"
    new.write_text(TREE, "utf-8")
    assert command(rig, "import", str(new)).returncode == 0
    rig.kill(process)
    process = rig.start()
    eventually(lambda: in_force(rig) == 2)
    rig.kill(process)
    file = rig.folder / "subscriptions.yaml"
    file.write_text(file.read_text("utf-8") + "# another word\n", "utf-8")
    rig.start()
    eventually(lambda: in_force(rig) == 3)
    assert rig.rows("select version, origin from subscription_versions order by 1") == [
        (1, "file"),
        (2, "command"),
        (3, "file"),
    ]


def test_what_is_imported_is_exported_letter_by_letter_and_listed(rig: Rig) -> None:
    new = rig.folder / "new.yaml"
    new.write_text(TREE, "utf-8")
    assert command(rig, "import", str(new), "--reason", "first").returncode == 0
    again = command(rig, "import", str(new), "--reason", "the same once more")
    assert "version 1 is in force" in again.stdout
    other = rig.folder / "other.yaml"
    other.write_text(TREE.replace("#deals", "#ma"), "utf-8")
    assert command(rig, "import", str(other), "--reason", "renamed").returncode == 0

    assert command(rig, "export", "--version", "1").stdout == TREE
    out = rig.folder / "out.yaml"
    assert command(rig, "export", "--out", str(out)).returncode == 0
    assert out.read_text("utf-8") == other.read_text("utf-8")
    listed = command(rig, "history").stdout.splitlines()[2:]
    assert [line.split()[0] for line in listed] == ["2", "1"]
    assert listed[0].endswith("renamed")
    missing = command(rig, "export", "--version", "9")
    assert (missing.returncode, "there is no version 9" in missing.stderr) == (2, True)


def test_a_wrong_file_is_not_imported(rig: Rig) -> None:
    new = rig.folder / "new.yaml"
    new.write_text(TREE.replace("labels: [mergers_acquisitions]", "entities: [jd_healht]"), "utf-8")
    refused = command(rig, "import", str(new))
    assert refused.returncode == 2
    assert f"{new}:8: subscription deals: no watched entity is called jd_healht" in refused.stderr
    assert "did you mean jd_health?" in refused.stderr
    assert rig.rows("select count(*) from subscription_versions") == [(0,)]


def test_alerters_that_start_with_one_new_file_make_one_version_of_it(rig: Rig) -> None:
    first, second = SqlVersions(rig.engine), SqlVersions(rig.engine)
    assert first.add_file("a: 1\n", "one", "").version == 1
    assert second.add_file("a: 1\n", "two", "").version == 1
    assert second.add_file("a: 2\n", "two", "").version == 2
    assert first.add_file("a: 1\n", "one", "").version == 3, "a file that is put back is in force again"
    assert [one.who for one in first.history(9)] == ["one", "two", "one"]
