"""From “Wrong?” on a page to a line of config/regressions.jsonl, and back to the page."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from deploy.local.database import Database
from services.classifier.application.correct import load
from shared.store.engine import make_engine
from tests import forked
from tests.integration.portal_desk_rig import DeskSite
from tests.integration.portal_web_rig import DENIAL, DONE, RUMOUR, filled

pytestmark = pytest.mark.integration
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[DeskSite]:
    engine = make_engine(local_database.create("portal_wrong", template="template"))
    filled(engine)
    yield DeskSite(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_wrong")


@pytest.fixture
def folder(tmp_path: Path, project_root: Path) -> Path:
    for name in ("watchlist.yaml", "taxonomy.yaml"):
        (tmp_path / name).write_bytes((project_root / "config" / name).read_bytes())
    return tmp_path


def command(site: DeskSite, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    url = site.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    environment = {**os.environ, "DATABASE_URL": url, "CONFIG_DIR": str(folder)}
    return forked.run("services.classifier", "corrections", *words, environment=environment)


def test_a_reader_says_it_a_person_looks_and_it_is_a_case(site: DeskSite, folder: Path) -> None:
    rea = site.of("rea")
    for path, where in ((f"/documents/{RUMOUR}", "event=0"), ("/threads/tstory", f"document={DONE}&amp;event=0")):
        page = rea.get(path, headers=ENGLISH).text
        assert "Wrong?" in page
        assert where in page
    form = rea.get(f"/wrong?document={RUMOUR}&event=0", headers=ENGLISH).text
    assert "It is another event" in form
    assert "This report is not of the same story" in form
    sent = rea.post("/wrong", document=RUMOUR, event="0", wrong="status", status="denied", note="they deny it")
    assert sent.headers["location"] == f"/corrections?document={RUMOUR}"
    page = rea.get(sent.headers["location"], headers=ENGLISH).text
    assert "waits for a look" in page
    assert "they deny it" in page
    with site.engine.connect() as db:
        audit = db.execute(text("select who, subject from audit_log where what = 'correction.add'")).all()
    assert [tuple(one) for one in audit] == [("rea", "correction 1")]

    listed = command(site, folder)
    assert "1  " in listed.stdout, listed.stderr
    assert "status: was mergers_acquisitions/rumoured, right is status denied; they deny it" in listed.stdout
    assert "1 wait" in listed.stdout
    assert not (folder / "regressions.jsonl").exists(), "to list is not to decide"
    assert command(site, folder, "--take", "1").returncode == 2, "--by is wanted"
    taken = command(site, folder, "--take", "1", "--by", "li")
    assert taken.returncode == 0, taken.stderr
    (case,) = load(folder / "regressions.jsonl")
    assert (case.document.document_id, case.document.revision, case.by) == (RUMOUR, 2, "li")
    assert [(event.label, event.status) for event in case.events] == [("mergers_acquisitions", "denied")]
    assert command(site, folder).stdout.strip() == "no correction waits"
    page = rea.get("/corrections", headers=ENGLISH).text
    assert "is a regression case" in page
    assert "regressions.jsonl portal 1" in page


def test_another_story_and_one_that_is_turned_down(site: DeskSite, folder: Path) -> None:
    rea = site.of("rea")
    rea.post("/wrong", document=DONE, wrong="story", note="another deal")
    rea.post("/wrong", document=DENIAL, event="0", wrong="not_event")
    numbers = [line.split()[0] for line in command(site, folder).stdout.splitlines() if line[0].isdigit()][:2]
    done = command(site, folder, "--take", numbers[0], "--refuse", numbers[1], "--by", "li", "--why", "it is one")
    assert done.returncode == 0, done.stderr
    (case,) = load(folder / "regressions.jsonl")
    assert case.apart is not None
    assert (case.document.document_id, case.apart.document_id) == (DONE, RUMOUR)
    page = rea.get("/corrections", headers=ENGLISH).text
    assert "turned down" in page
    assert "it is one" in page


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"wrong": "label", "event": "0"}, 422, "Choose what is right"),
        ({"wrong": "label", "event": "0", "label": "mergers_acquisitions"}, 422, "It says so already"),
        ({"wrong": "label", "event": "0", "label": "<script>"}, 422, "One of the values is not known"),
        ({"wrong": "missing", "label": "partnership"}, 422, "Choose what is right"),
        ({"wrong": "everything", "event": "0"}, 422, "Choose what is wrong"),
        ({"wrong": "status", "status": "denied"}, 422, "Choose what is wrong"),
        ({"wrong": "not_event", "event": "7"}, 404, ""),
        ({"wrong": "not_event", "event": "x"}, 404, ""),
        ({"wrong": "not_event", "event": "0", "document": "' or 1=1"}, 404, ""),
        ({"wrong": "not_event", "event": "0", "document": "f" * 32}, 404, ""),
    ],
)
def test_what_says_nothing_is_not_written_down(site: DeskSite, fields: dict[str, str], status: int, said: str) -> None:
    with site.engine.connect() as db:
        before = db.execute(text("select count(*) from corrections")).scalar()
    answer = site.of("rea").post("/wrong?lang=en", **{"document": RUMOUR} | fields)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text[:2000]
    with site.engine.connect() as db:
        assert db.execute(text("select count(*) from corrections")).scalar() == before


@pytest.mark.parametrize("path", ["/threads/tstory", f"/documents/{DONE}", "/api/v1/threads/tstory"])
def test_a_team_sees_whom_it_was_told_to_itself(site: DeskSite, path: str) -> None:
    for name in ("ada", "rea"):
        assert "slack:#strategy" in site.of(name).get(path, headers=ENGLISH).text
    assert "1 subscription" not in site.of("rea").get(path, headers=ENGLISH).text, "a reason may name other teams"
    other = site.of("lea").get(path, headers=ENGLISH).text
    assert "#strategy" not in other
    assert "1 subscription" not in other


def test_without_the_forms_token_nothing_is_written(site: DeskSite) -> None:
    answer = site.of("rea").ask("POST", "/wrong", data={"document": RUMOUR, "event": "0", "wrong": "not_event"})
    assert answer.status_code == 403
    assert site.client(signed_in=False).ask("POST", "/wrong").status_code in (401, 403)
