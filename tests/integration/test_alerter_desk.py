"""Running alerters answer the portal's readers: one of them each request, and the edit is in force in all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.fakes.classified import classified, event
from tests.integration.alerter_rig import Rig, eventually, make_rig
from tests.integration.conftest import Kafka
from tests.integration.desk_rig import answer_of, ask

pytestmark = pytest.mark.integration

ONE = "subscriptions:\n  - name: all   # the house\n    when: {entities: [ant_group]}\n    channels: {console: true}\n"
TWO = ONE + "  - name: peers\n    when: {entities: [jd_health]}\n    channels: {console: true}\n"
RESULTS = event("financial_results", "announced", "jd_health", quote="京东健康公布业绩")
HIRES = event("leadership", "announced", "jd_health", quote="京东健康任命新总裁")


@pytest.fixture
def rig(kafka: Kafka, database_url: str, engine: Engine, tmp_path: Path) -> Iterator[Rig]:
    with make_rig(kafka.servers, database_url, engine, tmp_path) as made:
        (tmp_path / "subscriptions.yaml").write_text(ONE)
        yield made


def in_force(rig: Rig, version: int, alerters: int) -> bool:
    lines = [line for line in rig.log().splitlines() if '"subscriptions in force"' in line]
    return sum(f'"version": {version},' in line for line in lines) == alerters


def test_two_alerters_answer_each_request_once_and_take_the_edit_over(rig: Rig, engine: Engine) -> None:
    rig.start()
    rig.start(CONSUMER_INSTANCE="alerter-2")
    eventually(lambda: in_force(rig, 1, 2))
    rig.send(classified("old", "京东健康公布业绩", RESULTS))
    eventually(lambda: rig.outcomes() == ["suppressed"])

    silence = {"entity": "wedoctor", "until": "2099-01-01T00:00", "timezone": "UTC", "reason": "x"}
    numbers = [ask(engine, "check", {"text": TWO}) for _ in range(20)]
    numbers.append(ask(engine, "silence_add", silence))
    numbers.append(ask(engine, "apply", {"text": TWO, "reason": "peers"}, 1, who="ed"))
    eventually(lambda: all(answer_of(engine, number) for number in numbers), 60)
    answers = [answer_of(engine, number) for number in numbers]
    assert [one[0] for one in answers if one] == ["done"] * 20 + ["refused", "done"]
    assert rig.rows("select count(*) from desk_answers where attempts > 1") == [(0,)]
    assert rig.rows("select version, who, reason from subscription_versions order by 1 desc limit 1") == [
        (2, "ed", "peers")
    ]
    assert rig.rows("select who from audit_log where what = 'config.import' and subject = 'subscriptions 2'") == [
        ("ed",)
    ]
    eventually(lambda: in_force(rig, 2, 2), 30)

    number = ask(engine, "preview", {"text": ONE, "team": "peers", "days": 14}, 2)
    eventually(lambda: answer_of(engine, number), 60)
    assert rig.keys() == [], "the new subscription does not alarm for what was stored before it"
    rig.send(classified("new", "京东健康任命新总裁", HIRES))
    eventually(lambda: len(rig.keys()) == 1)
    assert rig.keys()[0].endswith("/peers/console")
