"""The running alerter's rhythm: held and delivered as one, a budget under two alerters, a pause, kills in between."""

import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from services.alerter import operating
from services.alerter.adapters.holding_desk import SqlDesk
from services.alerter.domain.silences import Matcher
from shared.messages import DocumentClassified
from tests.fakes.classified import classified, event
from tests.integration.alerter_rig import Rig, eventually, make_rig
from tests.integration.conftest import Kafka

pytestmark = pytest.mark.integration
CONFIG = Path(__file__).parents[2] / "config"
WHAT = ("partnership", "leadership", "product_launch")


@pytest.fixture
def rig(kafka: Kafka, database_url: str, engine: Engine, tmp_path: Path) -> Iterator[Rig]:
    with make_rig(kafka.servers, database_url, engine, tmp_path) as made:
        yield made


def stories(count: int, importance: int = 3, prefix: str = "s", who: Sequence[str] = ()) -> list[DocumentClassified]:
    """As many stories that have nothing in common, the first of them of those who are given."""
    made = []
    for number in range(count):
        firm, what = [*who, *(f"{prefix}{one}" for one in range(count))][number], WHAT[number % 3]
        quote = f"{firm} {what}"
        found = event(what, "announced", firm, quote=quote)
        made.append(classified(f"{prefix}{number}", f"{quote} {number * 7919}", found, importance=importance))
    return made


def subscribe(rig: Rig, rhythm: str, channels: str = "{console: true}") -> None:
    file = rig.folder / "subscriptions.yaml"
    file.write_text(f"subscriptions:\n  - {{name: team, channels: {channels}, rhythm: {rhythm}}}\n", "utf-8")


def do(rig: Rig, statement: str) -> None:
    with rig.engine.begin() as connection:
        connection.execute(text(statement))


def states(rig: Rig) -> dict[str, int]:
    return {f"{kind} {state}": count for kind, state, count in rig.rows(
        "select kind, state, count(*) from deliveries group by 1, 2"
    )}  # fmt: skip


def printed(rig: Rig) -> list[dict[str, object]]:
    file = rig.folder / "console.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def test_quiet_hours_hold_and_deliver_as_one_a_silence_stops_and_a_pause_holds(rig: Rig) -> None:
    here = datetime.now(ZoneInfo("Asia/Shanghai"))
    begin, end = (f"{here + timedelta(hours=hours):%H:00}" for hours in (-6, 6))
    subscribe(rig, f'{{quiet_hours: [{{from: "{begin}", to: "{end}"}}]}}', '{slack: "#all", console: true}')
    until = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%MZ}"
    operating.add_silence(rig.database_url, CONFIG, Matcher(entity="wedoctor"), until, "UTC", "fair", "li")
    desk = SqlDesk(rig.engine)
    rig.start()
    quiet = stories(3, who=("jd_health", "wedoctor"))
    rig.send(*quiet, *stories(1, importance=5, prefix="urgent"))
    eventually(lambda: states(rig) == {"new held": 4, "new suppressed": 2, "new delivered": 2})
    assert len(rig.keys()) == 2
    (until_end, *others) = rig.rows("select distinct held_until at time zone 'Asia/Shanghai' from deliveries")[0:2]
    assert end in {f"{one[0]:%H:%M}" for one in (until_end, *others) if one[0]}
    ((reason,),) = rig.rows(f"select reason from alert_decisions where document_id = '{quiet[1].document_id}'")
    assert "suppressed in 2 channels of team: silence 1 by li" in reason
    assert all(one.why.startswith("quiet hours until") for one in desk.waiting())
    desk.pause("slack", "storm", "li")
    do(rig, "update deliveries set held_until = now() where state = 'held'")
    eventually(lambda: len(printed(rig)) == 2)
    time.sleep(2)
    assert [one["kind"] for one in printed(rig)] == ["new", "rollup"]
    assert len(rig.keys()) == 3
    desk.resume("slack", "li")
    eventually(lambda: len(rig.keys()) == 4, 30)
    assert len(set(rig.keys())) == 4
    eventually(
        lambda: rig.rows("select count(*) from deliveries where announced is not null and kind = 'new'") == [(6,)]
    )


def test_two_alerters_do_not_overdraw_a_budget(rig: Rig) -> None:
    subscribe(rig, "{budget: 4}")
    rig.start()
    rig.start(CONSUMER_INSTANCE="alerter-2")
    rig.send(*stories(12), *stories(1, importance=5, prefix="urgent"))
    eventually(lambda: len(rig.outcomes()) == 13)
    eventually(lambda: rig.rows("select count(*) from deliveries where due is not null") == [(0,)])
    told = states(rig)
    assert told.keys() == {"new delivered", "new digest"}
    assert told["new delivered"] in (4, 5)  # the urgent one is told in any case; it counts where it came early
    ((reason,),) = rig.rows("select distinct reason from deliveries where state = 'digest'")
    assert reason.startswith("the team's budget of 4 immediate alerts on ")
    assert rig.rows("select state from deliveries where content->>'importance' = '5'") == [("delivered",)]


def test_killed_between_hold_and_message_nothing_is_lost_and_nothing_told_twice(rig: Rig) -> None:
    subscribe(rig, "{throttle: {most: 1, per: 1h}, budget: 100}")
    process = rig.start()
    rig.send(*stories(1, prefix="first"))
    eventually(lambda: len(printed(rig)) == 1)
    for moment in (0.2, 0.6, 1.0, 1.4):
        rig.send(*stories(4, prefix=f"m{round(moment * 10)}-"))
        eventually(lambda: states(rig).get("new held") == 4)
        do(rig, "update deliveries set held_until = now() + interval '0.5 seconds' where state = 'held'")
        time.sleep(moment)
        rig.kill(process)
        process = rig.start()
        eventually(lambda: "new held" not in states(rig))
    eventually(lambda: rig.rows("select count(*) from deliveries where due is not null") == [(0,)])
    lines = [member["line"] for one in printed(rig) for member in one.get("members", [])]  # type: ignore[attr-defined]
    singles = [one for one in printed(rig) if one["kind"] == "new"]
    # A kill between a message and its record leaves it open whether it came: it is sent once more, and marked so.
    marked = rig.rows("select count(*) from deliveries where repeated_on_the_wire")[0][0]
    assert 17 <= len(lines) + len(singles) <= 17 + 4 * marked
    assert len(set(lines)) == len(lines) or marked
