"""The alerter on the real Kafka and PostgreSQL: told once, whatever is killed, repeated or away."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from services.alerter.explaining import explain
from tests.fakes.classified import SEEN, classified, event
from tests.integration.alerter_rig import ROOT, Rig, eventually, mail_receiver, make_rig
from tests.integration.conftest import Kafka

pytestmark = pytest.mark.integration

BUYS = event("mergers_acquisitions", "rumoured", "ant_group", "haodf", quote="蚂蚁集团正洽购好大夫在线")


@pytest.fixture
def rig(kafka: Kafka, database_url: str, engine: Engine, tmp_path: Path) -> Iterator[Rig]:
    with make_rig(kafka.servers, database_url, engine, tmp_path) as made:
        yield made


def test_a_story_is_told_once_and_its_new_status_again(rig: Rig) -> None:
    rig.start()
    denial = event("mergers_acquisitions", "denied", "ant_group", "haodf", quote="双方否认洽购好大夫在线")
    rig.send(
        classified("rumour", "蚂蚁集团正洽购好大夫在线", BUYS),
        classified("same", "消息称蚂蚁集团洽购好大夫在线", BUYS, published=SEEN + timedelta(hours=2)),
    )
    eventually(lambda: len(rig.outcomes()) == 2)
    rig.send(classified("denial", "蚂蚁集团否认洽购好大夫在线", denial, published=SEEN + timedelta(days=1)))
    eventually(lambda: len(rig.keys()) == 6)
    assert rig.outcomes() == ["alerted", "joined", "updated"]
    assert len(set(rig.keys())) == 6
    eventually(lambda: rig.rows("select count(*) from deliveries where announced is not null") == [(6,)])


def test_what_cannot_be_read_or_stored_becomes_a_dead_letter_and_the_stream_goes_on(rig: Rig) -> None:
    rig.start()
    poison = classified("poison", "坏\x00字符", BUYS)
    rig.send(b"no json", b'{"version": 7}', poison, classified("good", "蚂蚁集团正洽购好大夫在线", BUYS))
    eventually(lambda: rig.outcomes() == ["alerted"])
    eventually(lambda: rig.rows("select count(*) from alerter_dead_letters where sent is not null") == [(3,)])
    assert rig.rows("select count(*) from alerter_dead_letters") == [(3,)]


def test_a_replay_of_everything_tells_nobody_again(rig: Rig) -> None:
    process = rig.start()
    documents = [
        classified("rumour", "蚂蚁集团正洽购好大夫在线", BUYS),
        classified("other", "京东健康公布业绩", event("financial_results", "announced", "jd_health")),
    ]
    rig.send(*documents)
    eventually(lambda: rig.rows("select count(*) from deliveries where state = 'delivered'") == [(6,)])
    rig.kill(process)
    before = rig.rows("select thread_id, fact_version, state::text from threads order by 1")
    with rig.engine.begin() as connection:
        connection.exec_driver_sql("delete from consumer_positions")
    rig.send(*reversed(documents))
    rig.start(CONSUMER_GROUP=f"again-{rig.folder.name}")
    eventually(lambda: rig.log().count('"outcome": "repeated"') == 4)
    assert len(rig.keys()) == 6
    assert rig.outcomes() == ["alerted", "alerted"]
    assert rig.rows("select thread_id, fact_version, state::text from threads order by 1") == before


def test_without_the_groups_offsets_it_goes_on_at_the_databases_position(rig: Rig) -> None:
    process = rig.start()
    rig.send(classified("rumour", "蚂蚁集团正洽购好大夫在线", BUYS))
    eventually(lambda: len(rig.keys()) == 3)
    process.terminate()
    assert process.wait(12) == 0
    # Another group's name has no offset in Kafka; the database knows the place under that name.
    with rig.engine.begin() as connection:
        connection.exec_driver_sql("update consumer_positions set consumer_group = 'moved'")
        connection.exec_driver_sql("delete from classifications")  # would show if it were read again
    rig.send(classified("other", "京东健康公布业绩", event("financial_results", "announced", "jd_health")))
    rig.start(CONSUMER_GROUP="moved")
    eventually(lambda: len(rig.keys()) == 6)
    assert rig.rows("select message->>'title' from classifications") == [("京东健康公布业绩",)]


def test_a_mail_server_that_is_down_delays_mail_only(rig: Rig, tmp_path: Path) -> None:
    closed = rig.environment()["SMTP_PORT"]
    other = str(int(closed) + 1 if int(closed) < 65535 else int(closed) - 1)
    rig.start(SMTP_PORT=other)
    rig.send(classified("rumour", "蚂蚁集团正洽购好大夫在线", BUYS))
    eventually(lambda: len(rig.keys()) == 2)
    state, attempts = rig.rows("select state, attempts from deliveries where channel_kind = 'email'")[0]
    assert state in ("due", "sending")
    with mail_receiver(tmp_path / "late", int(other)):
        eventually(lambda: rig.rows("select 1 from deliveries where channel_kind = 'email' and state = 'delivered'"))
    assert attempts >= 1


@pytest.mark.parametrize("moment", [0.0, 0.1, 0.3])
def test_killed_in_the_middle_nothing_is_lost_and_nothing_told_twice(rig: Rig, moment: float) -> None:
    process = rig.start()
    first = classified("warm", "京东健康公布业绩", event("financial_results", "announced", "jd_health"))
    rig.send(first)
    eventually(lambda: len(rig.keys()) == 3)
    companies = ["alibaba_health", "jd_health", "ping_an_good_doctor", "meituan_health", "dingdang", "wedoctor"]
    labels = ["partnership", "product_launch", "organization", "strategy_shift", "license_approval"]
    rig.send(*(
        classified(f"{company}-{label}", f"{company} {label}", event(label, "announced", company), language="en",
                   published=SEEN + timedelta(days=40 * number))
        for number, (company, label) in enumerate((one, two) for one in companies for two in labels)
    ))  # fmt: skip
    time.sleep(moment)
    rig.kill(process)
    rig.start()
    eventually(lambda: len(rig.outcomes()) == 31, 60)
    eventually(lambda: rig.rows("select count(*) from deliveries where due is not null") == [(0,)], 60)
    expected = {row[0] for row in rig.rows(
        "select thread_id || '/' || fact_version || '/' || subscription || '/' || channel from deliveries"
    )}  # fmt: skip
    keys = rig.keys()
    assert set(keys) == expected
    on_the_wire = {row[0] for row in rig.rows(
        "select thread_id || '/' || fact_version || '/' || subscription || '/' || channel from deliveries"
        " where repeated_on_the_wire"
    )}  # fmt: skip
    assert {key for key in keys if keys.count(key) > 1} <= on_the_wire


def test_it_stops_cleanly_and_tells_at_once(rig: Rig) -> None:
    rig.forked = False  # from Python's first line to its last
    process = rig.start()
    rig.send(classified("warm", "京东健康公布业绩", event("financial_results", "announced", "jd_health")))
    eventually(lambda: len(rig.keys()) == 3)
    rig.send(classified("rumour", "蚂蚁集团正洽购好大夫在线", BUYS))
    eventually(lambda: rig.rows("select count(*) from deliveries where state = 'delivered'") == [(6,)])
    waits = [row[0] for row in rig.rows(
        "select extract(epoch from delivered - decided)::float from deliveries where document_id <> md5('warm')"
    )]  # fmt: skip
    assert len(waits) == 3
    assert min(waits) < 2.0  # no sweep's pause stands on the way; how long it takes is measured by the demo
    began = time.monotonic()
    process.terminate()
    assert process.wait(12) == 0
    assert time.monotonic() - began < 10


def test_two_alerters_open_one_story_once(rig: Rig) -> None:
    for number in (1, 2):
        rig.start(CONSUMER_INSTANCE=f"alerter-{number}")
    eventually(lambda: rig.log().count("serving /metrics") == 2)
    rig.send(*(classified(f"report{number}", f"蚂蚁集团正洽购好大夫在线({number})", BUYS) for number in range(12)))
    eventually(lambda: len(rig.outcomes()) == 12)
    eventually(lambda: len(rig.keys()) == 3)
    assert sorted(rig.outcomes()) == ["alerted", *["joined"] * 11]
    assert rig.rows("select count(*) from threads") == [(1,)]
    assert len(rig.rows("select 1 from consumer_positions where next_offset > 0")) == 2


def test_connections_cut_again_and_again_lose_nothing(rig: Rig) -> None:
    rig.start()
    rig.send(classified("warm", "京东健康公布业绩", event("financial_results", "announced", "jd_health")))
    eventually(lambda: len(rig.keys()) == 3)
    companies = ["alibaba_health", "jd_health", "ping_an_good_doctor", "dingdang", "wedoctor"]
    for number, company in enumerate(companies):
        launches = event("product_launch", "announced", company)
        day = SEEN + timedelta(days=50 * number)
        rig.send(classified(f"cut{number}", f"{company} product_launch", launches, language="en", published=day))
        rig.rows(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    eventually(lambda: len(rig.outcomes()) == 6, 60)
    eventually(lambda: rig.rows("select count(*) from deliveries where due is not null") == [(0,)], 60)
    keys = rig.keys()
    assert len(set(keys)) == 18
    marked = rig.rows("select id from deliveries where repeated_on_the_wire")
    assert len(keys) - len(set(keys)) <= len(marked)


def test_the_way_of_an_article_is_explained(rig: Rig) -> None:
    (rig.folder / "subscriptions.yaml").write_text(
        "subscriptions:\n  - {name: ant, when: {entities: [ant_group]}, channels: {console: true}}\n", "utf-8"
    )
    rig.start()
    small = event("partnership", "announced", "dingdang", quote="叮当健康与一家药企合作")
    again = classified(
        "again", "蚂蚁集团据悉洽购好大夫在线", BUYS, lead="本报获悉，双方已谈数周。", outlet="晨汐健康", reliability="B"
    )
    rig.send(classified("rumour", "蚂蚁集团正洽购好大夫在线", BUYS), classified("small", "叮当健康合作", small), again)
    eventually(lambda: sorted(rig.outcomes()) == ["alerted", "joined", "suppressed"])
    config = ROOT / "config"

    def told_of(name: str) -> str:
        address = f"https://news.example/{name}"
        return explain(rig.database_url, address, config / "subscriptions.yaml", config, ZoneInfo("Asia/Shanghai"))

    told = told_of("rumour")
    assert "mergers_acquisitions/rumoured by ant_group, haodf" in told
    assert "alerter, revision 1: alerted: told to 1 channels of ant" in told
    assert "importance 4, relevant, source F" in told
    assert "2 independent outlets, best source B: Test Wire, 晨汐健康" in told
    assert "not for ant: partnership: dingdang acts" in told_of("small")
    assert "nothing is known of it" in told_of("elsewhere")
