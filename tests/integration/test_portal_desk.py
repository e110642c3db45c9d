"""Subscriptions and silences in the pages, by readers, editors and admins, answered by the alerter's own desk."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from deploy.local.database import Database
from services.alerter.adapters.subscriptions_versions import SqlVersions
from shared.store.engine import make_engine
from tests.integration.history_rig import STORED, take_in
from tests.integration.portal_desk_rig import FILE, DeskSite, documents_of
from tests.integration.portal_rows import store

pytestmark = pytest.mark.integration

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[DeskSite]:
    engine = make_engine(local_database.create("portal_desk", template="template"))
    SqlVersions(engine).add(FILE, "command", "test", "")
    take_in(engine, *STORED)
    store(engine, *documents_of(STORED))
    yield DeskSite(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_desk")


@pytest.fixture(autouse=True)
def first(site: DeskSite) -> None:
    """Each test begins with FILE in force and no silence."""
    SqlVersions(site.engine).add(FILE, "command", "test", "")
    with site.engine.begin() as db:
        db.execute(text("update silences set ended = now(), ended_by = 'test' where ended is null"))


def content(engine: Engine) -> str:
    return SqlVersions(engine).history(1)[0].content


def newest(site: DeskSite) -> str:
    return str(SqlVersions(site.engine).newest())


FORM = {"how": "form", "importance": "3", "mode": "immediate", "channels": "console", "days": "30"}
BOTH = {"entities:ant_group": "1", "entities:alibaba_health": "1"}


def test_a_team_sees_its_own_subscriptions_only(site: DeskSite) -> None:
    for name in ("ed", "rea"):
        page = site.of(name).get("/subscriptions").text
        assert "strategy" in page
        assert "regulation" not in page
        assert site.of(name).get("/subscriptions/regulation").status_code == 404
        assert site.of(name).post("/subscriptions/regulation", how="off", base=newest(site)).status_code == 404
        assert site.of(name).get("/subscription-file").status_code == 403
    page = site.of("ada").get("/subscriptions").text
    assert "strategy" in page
    assert "regulation" in page


def test_an_edit_is_previewed_then_in_force_with_its_comments(site: DeskSite) -> None:
    ed = site.of("ed")
    with site.alerters(2):
        asked = ed.post("/subscriptions/strategy", **FORM, **BOTH, base=newest(site), **{"labels:partnership": "1"})
        preview = site.followed(ed, asked)
        assert "Lost: 2" in preview.text, preview.text
        assert "<bdi>蚂蚁集团否认洽购好大夫在线</bdi></a>" in preview.text, "stories are shown by their titles"
        told = re.findall(r"console</bdi> · \d/5 · ([^<]+)</span>", preview.text)
        assert set(told) == {"label mergers_acquisitions"}, preview.text
        chinese = ed.get(asked.headers["location"], headers={"Accept-Language": "zh"}).text
        assert re.findall(r"console</bdi> · \d/5 · ([^<]+)</span>", chinese) == ["事件类别是“并购”"] * 2
        assert 'lang="en">label' not in chinese
        assert content(site.engine) == FILE, "a preview changes nothing"
        done = site.followed(ed, ed.post(asked.headers["location"] + "/apply", reason="too many"))
    assert "In force: version" in done.text
    assert content(site.engine) == FILE.replace(
        "      importance: 3\n", "      importance: 3\n      labels: [partnership]\n", 1
    )
    with site.engine.connect() as db:
        audit = db.execute(text("select who, reason from audit_log where what = 'config.import' order by id desc"))
        assert audit.first() == ("ed", "too many")


def test_a_reader_may_preview_and_not_put_in_force(site: DeskSite) -> None:
    rea = site.of("rea")
    with site.alerters():
        asked = rea.post("/subscriptions/strategy", **FORM, base=newest(site))
        preview = site.followed(rea, asked)
    assert "an editor of the team puts it in force" in preview.text
    assert rea.post(asked.headers["location"] + "/apply").status_code == 403
    assert rea.get("/new-subscription").status_code == 403
    assert rea.post("/subscriptions", **FORM, name="peers").status_code == 403
    assert rea.post("/silences", subscription="strategy").status_code == 403
    assert content(site.engine) == FILE


def test_switched_off_on_copied_and_deleted(site: DeskSite) -> None:
    ed = site.of("ed")

    def done(**fields: str) -> str:
        path = fields.pop("path", "/subscriptions/strategy")
        with site.alerters():
            asked = ed.post(path, **fields, base=newest(site))
            assert site.followed(ed, asked).status_code == 200
            assert "In force" in site.followed(ed, ed.post(asked.headers["location"] + "/apply")).text
        return content(site.engine)

    off = done(how="off")
    assert off == FILE.replace("console: true}\n\n", "console: true}\n    active: false\n\n", 1)
    assert "Switched off" in ed.get("/subscriptions", headers=ENGLISH).text
    assert done(how="on") == FILE
    both = done(path="/subscriptions", **FORM, **BOTH, name="peers", copy="strategy")
    assert both.startswith(FILE)
    assert "- name: peers   # ours\n" in both
    assert done(path="/subscriptions/peers", how="delete").strip() == FILE.strip()


def test_a_text_keeps_routes_and_comments_and_its_errors_name_the_line(site: DeskSite) -> None:
    ed = site.of("ed")
    entry = "# Moves.\n- name: strategy\n  channels: {console: true}\n  routes:\n    - name: deals\n"
    wrong = entry + "      when: {labels: [partnershipp]}\n"
    with site.alerters():
        asked = ed.post("/subscriptions/strategy", how="text", text=wrong, base=newest(site))
        refused = site.followed(ed, asked).text
        assert "line 6: " in refused
        assert "did you mean partnership?" in refused
        again = ed.get(f"/subscriptions/strategy?again={asked.headers['location'].rsplit('/', 1)[1]}").text
        assert "partnershipp" in again
        right = wrong.replace("partnershipp", "partnership")
        asked = ed.post("/subscriptions/strategy", how="text", text=right, base=newest(site))
        site.followed(ed, asked)
        assert "In force" in site.followed(ed, ed.post(asked.headers["location"] + "/apply")).text
    assert "  # Moves.\n  - name: strategy\n" in content(site.engine)
    assert "  - name: regulation\n" in content(site.engine)


def test_an_older_version_is_refused_with_what_changed_meanwhile(site: DeskSite) -> None:
    ed = site.of("ed")
    with site.alerters():
        asked = ed.post("/subscriptions/strategy", **FORM, base=newest(site))
        site.followed(ed, asked)
        SqlVersions(site.engine).add(FILE + "# a word\n", "command", "wang", "a word")
        stale = site.followed(ed, ed.post(asked.headers["location"] + "/apply"))
    assert "The subscriptions were changed meanwhile" in stale.text
    assert "wang" in stale.text
    assert "Edit on top of the newest version" in stale.text
    assert content(site.engine) == FILE + "# a word\n"


def test_without_an_alerter_the_page_says_so_and_looks_again(site: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.portal.web.desk_answers.PATIENCE", 0.3)
    ed = site.of("ed")
    asked = ed.post("/subscriptions/strategy", **FORM, base=newest(site))
    page = site.followed(ed, asked)
    assert (page.status_code, page.headers["refresh"]) == (200, "2")
    assert "the alerter has not answered yet" in page.text
    assert ed.post(asked.headers["location"] + "/apply").status_code == 409
    with site.alerters():
        for _ in range(100):
            page = site.followed(ed, asked)
            if "refresh" not in page.headers:
                break
    assert "Put in force" in page.text


def test_a_request_is_its_readers_and_the_admins(site: DeskSite) -> None:
    ed, rea = site.of("ed"), site.of("rea")
    with site.alerters():
        where = ed.post("/subscriptions/strategy", **FORM, base=newest(site)).headers["location"]
        assert site.of("ada").get(where).status_code == 200
    assert rea.get(where).status_code == 404
    assert ed.get("/asked/999999").status_code == 404
    assert ed.get("/asked/x").status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"how": "form", "name": "Peers"}, "a name is small letters"),
        ({"how": "form", "name": "regulation"}, "regulation is none of your teams"),
        ({"how": "form", "name": "strategy"}, "there is a subscription strategy already"),
        ({"how": "form", "name": "peers", "budget": "many"}, "many is no whole number"),
        ({"how": "form", "name": "peers", "quiet_hours": "at night"}, "at night is no span of a day"),
        ({"how": "text", "text": "- name: a\n- name: b\n"}, "one subscription is wanted"),
        ({"how": "text", "text": "- name: peers\n   channels: x\n  b"}, "no YAML"),
        ({"how": "text", "text": ""}, "the text is empty"),
        ({"how": "text", "text": "x" * 300_000}, "has 300,000 characters"),
        ({"how": "text", "text": "- a: &a [" + "x," * 60 + "]\n"}, "one subscription is wanted"),
        ({"how": "text", "text": "- name: " + "[" * 5_000}, "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_form(site: DeskSite, fields: dict[str, str], said: str) -> None:
    answer = site.of("ed").post("/subscriptions?lang=en", **fields, base=newest(site))
    assert (answer.status_code, said in answer.text) == (422, True), answer.text[:3000]


def test_a_form_that_is_too_large_is_refused(site: DeskSite) -> None:
    answer = site.of("ed").post("/subscriptions", how="text", text="x" * 1_100_000)
    assert answer.status_code == 413


def test_a_silence_is_made_listed_and_ended(site: DeskSite) -> None:
    ed, ada = site.of("ed"), site.of("ada")
    soon = "2099-01-01T00:00"
    with site.alerters():
        asked = ed.post("/silences", entity="ant_group", until=soon, reason="x")
        assert "This cannot be done" in site.followed(ed, asked).text
        chinese = ed.get(asked.headers["location"], headers={"Accept-Language": "zh-CN"}).text
        assert "2099-01-01T00:00 超过 366 天之后" in chinese, chinese
    assert "/silences?entity=ant_group#new" in ada.get("/companies/ant_group").text
    page = ada.get("/silences?thread=t1&entity=ant_group", headers=ENGLISH).text
    assert 'value="t1"' in page
    until = page.split('name="until" value="')[1].split('"')[0]
    with site.alerters():
        done = site.followed(
            ed, ed.post("/silences", subscription="strategy", thread="t1", until=until, reason="known")
        )
        assert "is in force until" in done.text, done.text
        listed = ed.get("/silences", headers=ENGLISH).text
        assert "known" in listed
        number = listed.split('action="/silences/')[1].split("/")[0]
        assert "is ended" in site.followed(ed, ed.post(f"/silences/{number}/end")).text
    assert "No silence is in force" in ed.get("/silences", headers=ENGLISH).text
    assert "ended by ed" in ed.get("/silences?over=1", headers=ENGLISH).text


@pytest.mark.parametrize("words", ["\x00\x00", "\x01 \x1c", " "])
def test_words_of_which_nothing_is_left_do_not_silence_the_whole_subscription(site: DeskSite, words: str) -> None:
    ed = site.of("ed")
    page = ed.get("/silences", headers=ENGLISH).text
    until = page.split('name="until" value="')[1].split('"')[0]
    with site.alerters():
        asked = ed.post("/silences", subscription="strategy", words=words, until=until, reason="x")
        assert "words is empty; write something, or leave it out" in site.followed(ed, asked).text
    chinese = ed.get(asked.headers["location"], headers={"Accept-Language": "zh-CN"}).text
    assert "words 是空的；请填写，或留空" in chinese
    assert "No silence is in force" in ed.get("/silences", headers=ENGLISH).text


def test_the_admin_edits_the_whole_text(site: DeskSite) -> None:
    ada = site.of("ada")
    assert "# Who hears of what." in ada.get("/subscription-file").text
    with site.alerters():
        asked = ada.post("/subscription-file", text=FILE.replace("importance: 3", "importance: 4"), base=newest(site))
        assert "Put in force" in site.followed(ada, asked).text
        site.followed(ada, ada.post(asked.headers["location"] + "/apply"))
    assert "importance: 4" in content(site.engine)


def test_before_an_alerter_has_begun_it_is_said(local_database: Database, project_root: Path) -> None:
    engine = make_engine(local_database.create("portal_desk_new", template="template"))
    try:
        site = DeskSite(engine, project_root / "config")
        assert "no version of the subscriptions yet" in site.of("ada").get("/subscriptions", headers=ENGLISH).text
        assert site.of("ada").get("/new-subscription").status_code == 409
    finally:
        engine.dispose()
        local_database.drop("portal_desk_new")
