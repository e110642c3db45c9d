"""The address that calendar programs subscribe to: what the alerter's own calendar holds, for whoever may read it."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import Engine, event, text

from deploy.local.database import Database
from services.alerter.digesting import calendar_of
from services.portal.adapters.calendar_reader import BATCH, SqlCalendar
from services.portal.application.account_ports import Edit
from services.portal.application.calendar import NotYet
from services.portal.domain.accounts import EXPORT, READ
from services.portal.signing_in import make_accounts
from shared.rights import QUOTES
from shared.store.engine import make_engine
from tests.fakes.notices import DRAFT
from tests.integration.portal_calendar_rows import LONG, days, jd, put
from tests.integration.portal_rows import document, identity, indexed, store
from tests.integration.portal_web_rig import Client, Site

pytestmark = pytest.mark.integration


@pytest.fixture
def database(local_database: Database) -> Iterator[str]:
    yield local_database.create("portal_calendar", template="template")
    local_database.drop("portal_calendar")


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    made = make_engine(database)
    put(made, 1, "t1")
    put(made, 2, "t1", "link")
    put(made, 3, "t3", "excerpt", paragraphs=(LONG,), events=jd())
    store(made, document(9, "没有日期", "什么都没有宣布。"))
    yield made
    made.dispose()


@pytest.fixture
def site(engine: Engine, project_root: Path) -> Site:
    return Site(engine, project_root / "config")


@pytest.fixture
def client(site: Site) -> Client:
    return site.client()


def test_it_is_the_alerters_calendar(client: Client, database: str, project_root: Path) -> None:
    config = project_root / "config"
    written, entries = calendar_of(database, config / "subscriptions.yaml", config, None)
    answer = client.get("/calendar.ics?lang=en")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.content == written
    assert len(days(answer.content)) == entries == 4
    assert [day for day, _ in days(answer.content)] == [
        date(2026, 12, 20), date(2026, 12, 28), date(2027, 1, 1), date(2027, 1, 1)
    ]  # fmt: skip
    assert not any(len(line) > 75 for line in answer.content.split(b"\r\n"))


def test_it_speaks_the_readers_language_and_keeps_its_identifiers(client: Client) -> None:
    chinese, english = client.get("/calendar.ics?lang=zh").content, client.get("/calendar.ics?lang=en").content
    assert days(chinese) == days(english)
    said = [str(event["summary"]) for event in Calendar.from_ical(chinese).walk("VEVENT")]
    assert said[0].startswith("蚂蚁集团：意见征集截止 — 互联网诊疗办法")
    assert str(Calendar.from_ical(english).walk("VEVENT")[0]["summary"]).startswith("Ant Group: comments close — ")


def test_each_entry_cites_within_the_rights(client: Client) -> None:
    events = Calendar.from_ical(client.get("/calendar.ics").content).walk("VEVENT")
    first, excerpt = str(events[0]["description"]), str(events[1]["description"])
    assert f"“{DRAFT[0]}” [1]\nhttps://news.example/1" in first
    assert first.count(DRAFT[0]) == 1, "the linked reprint is cited by title and address alone"
    assert "https://news.example/2" in first
    assert 0 < excerpt.count("摘录") * 2 <= QUOTES
    assert "…” [1]\nhttps://news.example/3" in excerpt


def test_one_company_alone(client: Client) -> None:
    everybody = days(client.get("/calendar.ics").content)
    own = days(client.get("/calendar.ics?entity=jd_health").content)
    assert len(own) == 2
    assert set(own) < set(everybody)
    name = Calendar.from_ical(client.get("/calendar.ics?entity=jd_health&lang=en").content)["x-wr-calname"]
    assert str(name) == "Luming · JD Health"


@pytest.mark.parametrize("entity", ["jd_helth", "<script>", "' or 1=1 --", "x" * 5_000])
def test_nobody_is_called_that(client: Client, entity: str) -> None:
    answer = client.get("/calendar.ics", params={"entity": entity})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["mend"].startswith("known are, among others, ")
    assert client.post("/calendar-address", entity=entity).status_code == 400


def test_a_program_that_has_it_already_is_told_so(client: Client, engine: Engine) -> None:
    first = client.get("/calendar.ics")
    tag = {"If-None-Match": first.headers["etag"]}
    again = client.get("/calendar.ics", headers=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    put(engine, 4, "t4")
    changed = client.get("/calendar.ics", headers=tag)
    assert changed.status_code == 200
    assert set(days(first.content)) < set(days(changed.content))


def test_what_is_changed_moved_or_gone_is_seen_at_once(client: Client, engine: Engine) -> None:
    before = days(client.get("/calendar.ics?entity=jd_health").content)
    put(engine, 3, "t3", "excerpt", 2, paragraphs=("意见反馈截止时间为2026年12月29日。",), events=jd())
    corrected = days(client.get("/calendar.ics?entity=jd_health").content)
    assert [day for day, _ in corrected] == [date(2026, 12, 29), date(2027, 1, 1)]
    assert corrected[1] == before[1], "the other day keeps its identifier"
    with engine.begin() as db:
        db.execute(text("update documents set paragraphs = '[]' where document_id = :id"), {"id": identity(3)})
        db.execute(text("update thread_documents set thread_id = 't1' where document_id = :id"), {"id": identity(3)})
    moved = days(client.get("/calendar.ics?entity=jd_health").content)
    assert {day for day, _ in moved} == {date(2026, 12, 20), date(2027, 1, 1)}
    assert not set(moved) & set(corrected)
    with engine.begin() as db:
        for table in ("documents", "classifications", "thread_documents"):
            db.execute(text(f"delete from {table} where document_id = :id"), {"id": identity(3)})
    assert days(client.get("/calendar.ics?entity=jd_health").content) == []


def address_of(client: Client, **form: str) -> str:
    """What the page shows, without the host."""
    page = client.post("/calendar-address", **form)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    (shown,) = re.findall(r'class="key">([^<]+)<', page.text)
    address = unescape(shown)
    assert f'href="webcal:{shown.partition(":")[2]}"' in page.text
    return address.removeprefix("http://portal.test")


def test_a_calendar_program_comes_by_the_address_until_it_is_revoked(site: Site, client: Client) -> None:
    stranger = site.client(signed_in=False)
    address, own = address_of(client), address_of(client, entity="jd_health")
    assert len(days(stranger.get(address).content)) == 4
    assert len(days(stranger.get(own).content)) == 2
    page = client.get("/account?lang=en").text
    assert "Feed: calendar, *" in page
    assert "Feed: calendar, jd_health" in page
    key = re.search(r"Feed: calendar, jd_health</bdi> <code>(\w+)<", page)
    assert key is not None
    client.post("/account/keys/revoke", key=key[1])
    assert stranger.get(own).status_code == 401
    assert stranger.get(address).status_code == 200


def test_it_opens_that_calendar_and_nothing_else(site: Site, client: Client) -> None:
    stranger = site.client(signed_in=False)
    all_of_it, own = address_of(client), address_of(client, entity="jd_health")
    whole, secret = all_of_it.rpartition("token=")[2], own.rpartition("token=")[2]
    feed_page = client.post("/feed-address", q="").text
    feed = unescape(re.findall(r'class="key">([^<]+)<', feed_page)[0]).rpartition("token=")[2]
    for address in (
        "/calendar.ics",
        f"/calendar.ics?token={secret}",
        f"/calendar.ics?entity=ant_group&token={secret}",
        f"{own}&entity=ant_group",
        f"/calendar.ics?token={feed}",
        f"/feed.atom?token={whole}",
        f"/feed.json?q=jd_health&token={secret}",
        f"/feed.json?q=jd_health&token=calendar%20{secret}",
        f"/api/v1/search?token={whole}",
        own[:-1],
        "/calendar.ics?token=" + "x" * 9_000,
    ):
        answer = stranger.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), address
    assert stranger.get("/calendar.ics", headers={"Authorization": f"Bearer {whole}"}).status_code == 401
    assert stranger.get(f"/feed.atom?token={feed}").status_code == 200


def test_a_key_reads_it_when_it_may_read(site: Site, engine: Engine) -> None:
    accounts = make_accounts(engine)
    user = accounts.local("test")
    assert user is not None
    for scope, status in ((READ, 200), (EXPORT, 403)):
        key = accounts.new_key(user, scope, frozenset({scope}), None, Edit("test"))
        answer = site.client(signed_in=False).get("/calendar.ics", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == status


def test_a_forged_form_makes_no_address(client: Client) -> None:
    assert client.ask("POST", "/calendar-address", data={}).status_code == 403


def test_the_pages_lead_to_it(client: Client, engine: Engine) -> None:
    indexed(engine)
    found = client.get("/?q=互联网诊疗办法&lang=en").text
    assert '<a href="/calendar.ics?lang=en">Calendar: consultations that close' in found
    assert 'action="/calendar-address"' in found
    assert "日历：意见征集截止" in client.get("/?q=互联网诊疗办法&lang=zh").text
    company = client.get("/companies/jd_health?lang=en").text
    assert "/calendar.ics?entity=jd_health&amp;lang=en" in company
    assert 'name="entity" value="jd_health"' in company
    assert "Make an address for a calendar program" in company
    assert "生成日历订阅地址" in client.get("/companies/jd_health?lang=zh").text


def test_a_long_reading_is_gone_on_with_behind_the_answer(engine: Engine) -> None:
    for number in range(100, 100 + 2 * BATCH):
        put(engine, number, "t1")
    today = datetime.now(UTC).date()
    seconds = count(0, 15)
    slow, read = SqlCalendar(engine, clock=lambda: float(next(seconds))), [0]

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        read[0] += "d.paragraphs" in statement

    event.listen(engine, "before_cursor_execute", note)
    with pytest.raises(NotYet, match=r"203 of 403 documents are still to be read"):
        slow.announced(today)
    until = monotonic() + 30
    while read[0] < 3 and monotonic() < until:
        sleep(0.05)
    assert read[0] == 3, "each batch by a look of its own, nobody asked again"
    found = {one.document_id for one in slow.announced(today)}
    assert read[0] == 3
    assert found == {one.document_id for one in SqlCalendar(engine).announced(today)}


def test_while_it_is_read_another_one_is_told_to_come_again(site: Site, client: Client, monkeypatch: Any) -> None:
    assert client.get("/calendar.ics").status_code == 200

    def reading(*_: object) -> None:
        raise NotYet("3 of 203 documents are still to be read")

    monkeypatch.setattr(SqlCalendar, "announced", reading)
    answer = client.get("/calendar.ics", headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert answer.json()["detail"] == "203 篇文档中还有 3 篇待读取"
    assert site.health.readiness() == {}, "the database is there"
