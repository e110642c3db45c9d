"""What operators do with what waits, on the real PostgreSQL: pause, resume, see, release, drop, silence."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner, Result

from services.alerter.__main__ import app
from services.alerter.adapters.holding_desk import SqlDesk
from services.alerter.adapters.holding_shelf import SqlShelf
from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.store import SqlStore
from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.alerter.application.hold_ports import Filed
from services.alerter.application.release import Chosen
from services.alerter.application.send import Sender
from services.alerter.domain.report import report_of
from services.alerter.domain.schedule import Placed
from services.alerter.domain.state import ThreadState
from shared.errors import TransientError
from tests.fakes.alerter_ledger import FakeChannel, Quiet
from tests.fakes.alerts import alert
from tests.fakes.classified import classified

pytestmark = pytest.mark.integration

ONE = 'subscriptions:\n  - name: strategy\n    channels: {slack: "#strategy"}\n'


def now() -> datetime:
    return datetime.now(UTC)


def put(engine: Engine, name: str, placed: Placed, channel: str = "slack:#a") -> None:
    one = alert(thread_id=name, delivery_key=f"{name}/1/strategy/{channel}", title=f"title of {name}")
    with SqlStore(engine, "g").begin() as unit:
        assert unit.add_delivery(one, channel, now(), Filed(placed, "strategy"))


def held() -> Placed:
    return Placed("held", "quiet hours", now() + timedelta(hours=3))


def states(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.execute(text("select thread_id, channel, state, reason from deliveries where kind = 'new'"))
        return {f"{thread} {channel}": f"{state}: {why}" for thread, channel, state, why in rows}


@pytest.fixture
def desk(engine: Engine) -> SqlDesk:
    return SqlDesk(engine)


@pytest.mark.parametrize(
    ("scope", "stopped"),
    [
        ("", ["slack", "email"]),
        ("slack", ["slack"]),
        ("slack:#a", ["slack"]),
        ("slack:#other", []),
        ("email", ["email"]),
    ],
)
def test_a_pause_stops_every_lease_and_a_resume_starts_it(
    engine: Engine, desk: SqlDesk, scope: str, stopped: list[str]
) -> None:
    put(engine, "a", Placed("due"))
    put(engine, "a", Placed("due"), "email:a@b.example")
    assert desk.pause(scope, "storm", "li")
    assert not desk.pause(scope, "again", "wang")
    replicas = [SqlLedger(engine, "one"), SqlLedger(engine, "two")]
    for kind in ("slack", "email"):
        found = [ledger.lease(kind).leased for ledger in replicas]
        assert (found == [None, None]) == (kind in stopped)
    assert [one.why.partition(" since")[0] for one in desk.waiting()] == ["paused"] * len(stopped)
    assert [(one.channel, one.who, one.reason) for one in desk.pauses()] == [(scope, "li", "storm")]
    assert desk.resume(scope, "li")
    assert not desk.resume(scope, "li")
    for kind in stopped:
        assert SqlLedger(engine, "one").lease(kind).leased is not None


def test_a_day_of_retries_begins_anew_after_a_pause(engine: Engine, desk: SqlDesk) -> None:
    put(engine, "a", Placed("due"))
    desk.pause("slack", "", "li")
    with engine.begin() as connection:
        connection.execute(text("update deliveries set decided = now() - interval '2 days'"))
    desk.resume("slack", "li")
    leased = SqlLedger(engine, "one").lease("slack").leased
    assert leased is not None
    assert leased.age < 60


def test_what_is_released_goes_as_one_and_the_rest_stays(engine: Engine, desk: SqlDesk) -> None:
    for name in ("a", "b"):
        put(engine, name, held())
    put(engine, "c", held(), "email:a@b.example")
    put(engine, "d", Placed("digest", "the budget is used up"))
    assert desk.release(Chosen("slack"), "the storm is over", "li") == 2
    SqlShelf(engine).come_due(now())
    assert {key: state.partition(":")[0] for key, state in states(engine).items()} == {
        "a slack:#a": "bundled",
        "b slack:#a": "bundled",
        "c email:a@b.example": "held",
        "d slack:#a": "digest",
    }
    number = next(one.id for one in desk.waiting() if one.state == "digest")
    assert desk.release(Chosen(ids=[number]), "it cannot wait", "li") == 1
    SqlShelf(engine).come_due(now())
    assert states(engine)["d slack:#a"] == "due: released by li: it cannot wait"


def test_who_released_it_and_why_stays_with_it_and_is_no_readers_matter(engine: Engine, desk: SqlDesk) -> None:
    for name in ("a", "b"):
        put(engine, name, held())
    put(engine, "c", held(), "email:a@b.example")
    desk.release(Chosen(), "the board meets", "li")
    SqlShelf(engine).come_due(now())
    channel = FakeChannel([TransientError("away"), "sent"], kind="email")
    sender = Sender(channel, SqlLedger(engine, "me"), Quiet(), now, lambda: None)
    assert sender.step(threading.Event())
    assert states(engine)["c email:a@b.example"] == "due: released by li: the board meets; then: away"
    with engine.begin() as connection:
        connection.execute(text("update deliveries set due = now() where due is not null"))
    assert sender.step(threading.Event())
    told = states(engine)
    assert told["c email:a@b.example"] == "delivered: released by li: the board meets"
    assert told["a slack:#a"].endswith("quiet hours; released by li: the board meets")
    with engine.connect() as connection:
        shown = connection.execute(
            text("select content->>'matched' from deliveries where kind = 'rollup'")
        ).scalar_one()
    assert json.loads(shown) == ["quiet hours"]


def test_what_is_dropped_says_who_and_why_and_is_never_sent(engine: Engine, desk: SqlDesk) -> None:
    put(engine, "a", held())
    put(engine, "b", Placed("due"))
    put(engine, "c", Placed("digest", "the budget is used up"))
    assert desk.drop(Chosen(), "old news", "li") == 1
    assert states(engine)["a slack:#a"] == "suppressed: dropped by li: old news"
    assert states(engine)["b slack:#a"] == "due: "
    desk.pause("slack", "", "li")
    assert desk.drop(Chosen("slack:#a"), "old news", "li") == 1
    desk.resume("slack", "li")
    channel = FakeChannel(["sent"], kind="slack")
    assert not Sender(channel, SqlLedger(engine, "me"), Quiet(), now, lambda: None).step(threading.Event())
    assert states(engine)["c slack:#a"].startswith("digest")


def test_with_a_message_of_several_its_members_are_dropped(engine: Engine, desk: SqlDesk) -> None:
    for name in ("a", "b"):
        put(engine, name, Placed("held", "quiet hours", now()))
    desk.pause("", "", "li")
    SqlShelf(engine).come_due(now())
    assert desk.drop(Chosen("slack"), "wrong", "li") == 1
    assert set(states(engine).values()) == {"suppressed: dropped by li: wrong"}


def test_what_was_suppressed_or_refused_was_told_to_nobody(engine: Engine) -> None:
    put(engine, "a", Placed("suppressed", "silence 1"))
    put(engine, "a", held(), "email:a@b.example")
    put(engine, "a", Placed("due"), "console")
    for name in ("a", "b"):
        put(engine, name, Placed("held", "quiet hours", now()), "slack:#b")
    SqlShelf(engine).come_due(now())
    told = {("strategy", channel) for channel in ("email:a@b.example", "console", "slack:#b")}
    for refused in (None, "console", "slack:#b"):
        with engine.begin() as connection:
            connection.execute(
                text(
                    "update deliveries set state = 'permanent', due = null where channel = :channel and due is not null"
                ),
                {"channel": refused},
            )
        told -= {("strategy", refused)}
        with SqlStore(engine, "g").begin() as unit:
            thread = ThreadState(thread_id="a", members=(report_of(classified("d", "title of a")),))
            assert unit.save_thread(thread, now()) == told


class Commands:
    """The alerter's commands on one database."""

    def __init__(self, database_url: str) -> None:
        self._environment = {"DATABASE_URL": database_url, "CONFIG_DIR": "config"}

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words), env=self._environment)


@pytest.fixture
def command(engine: Engine, database_url: str) -> Commands:
    return Commands(database_url)


def test_the_commands_tell_what_waits_and_let_it_go(engine: Engine, command: Commands) -> None:
    put(engine, "a", held())
    assert "paused" in command("pause", "slack", "--reason", "storm", "--by", "li").output
    shown = command("held").output
    assert "paused: slack since" in shown
    assert "by li: storm" in shown
    assert "quiet hours" in shown
    plain = json.loads(command("held", "--json").output)
    assert [one["title"] for one in plain["waiting"]] == ["title of a"]
    number = str(plain["waiting"][0]["id"])
    assert "paused channel" in command("release", "--id", number, "--reason", "now").output
    assert "sends again" in command("resume", "slack").output
    assert command("drop", "--id", number, "--reason", "old", "--by", "li").output == "1 dropped\n"
    assert command("held").output == "nothing waits\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["release", "--reason", "x"], "--channel, --id, or --all"),
        (["release", "--all"], "--reason"),
        (["release", "--reason", " ", "--all"], "releasing needs a reason"),
        (["drop", "--reason", "x"], "--channel, --id, or --all"),
        (["drop", "--reason", " ", "--all"], "dropping needs a reason"),
        (["drop", "--all"], "--reason"),
        (["pause", "slak"], "did you mean slack?"),
        (["pause", "slack:general"], "is no Slack channel"),
        (["silence", "add", "--until", "2099-01-01T00:00", "--reason", "x"], "at least one of"),
        (["silence", "add", "--entity", "ant_group", "--reason", "x"], "--until"),
        (["silence", "add", "--entity", "ant_group", "--until", "2099-01-01T00:00"], "--reason"),
        (
            ["silence", "add", "--entity", "ant_grup", "--until", "2099-01-01", "--reason", "x"],
            "did you mean ant_group?",
        ),
        (["silence", "add", "--entity", "ant_group", "--until", "2001-01-01", "--reason", "x"], "is over"),
        (
            ["silence", "add", "--entity", "ant_group", "--words", "\x01", "--until", "2099-01-01", "--reason", "x"],
            "words is empty",
        ),
        (["silence", "end", "7"], "no silence 7 is in force"),
    ],
)
def test_a_command_that_cannot_be_meant_is_refused(command: Commands, words: list[str], said: str) -> None:
    done = command(*words)
    assert done.exit_code == 2
    assert said in " ".join(done.output.replace("│", " ").split())


def test_what_nobody_uses_is_said_of_a_pause_and_refused_of_a_silence(engine: Engine, command: Commands) -> None:
    SqlVersions(engine).add(ONE, "command", "test", "")
    assert command("pause", "slack:#strategi").output.splitlines() == [
        "slack:#strategi: paused",
        "note: no subscription sends to slack:#strategi; did you mean slack:#strategy?",
    ]
    assert command("pause", "slack:#strategy").output == "slack:#strategy: paused\n"
    assert command("pause").output == "all channels: paused\n"
    usual = ("--until", f"{now() + timedelta(days=1):%Y-%m-%dT%H:%M}", "--reason", "x")
    for keys, said in (
        (("--subscription", "strategi"), "did you mean strategy?"),
        (("--channel", "slack:#strategi"), "did you mean slack:#strategy?"),
    ):
        done = command("silence", "add", *keys, *usual)
        assert (done.exit_code, said in " ".join(done.output.replace("│", " ").split())) == (2, True), done.output
    assert command("silence", "list").output == "nothing is silenced\n"


def test_versions_that_this_house_cannot_read_hold_up_no_operator(engine: Engine, command: Commands) -> None:
    SqlVersions(engine).add(ONE + "    when: {entities: [jd_helth]}\n", "command", "test", "")
    end = f"{now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert command("silence", "add", "--subscription", "strategy", "--until", end, "--reason", "x").exit_code == 0
    assert command("pause", "slack:#strategy").output == "slack:#strategy: paused\n"


def test_a_silence_is_made_listed_and_ended(engine: Engine, command: Commands) -> None:
    end = f"{now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    made = command("silence", "add", "--entity", "ant_group", "--until", end, "--reason", "fair", "--by", "li")
    assert "silence 1 by li until" in made.output
    with SqlStore(engine, "g").begin() as unit:
        assert [one.id for one in unit.placing.silences()] == [1]
    assert "entity=ant_group" in command("silence", "list").output
    assert command("silence", "end", "1", "--by", "wang").output == "silence 1 is ended\n"
    with SqlStore(engine, "g").begin() as unit:
        assert not unit.placing.silences()
    assert command("silence", "list").output == "nothing is silenced\n"
    assert "ended" in command("silence", "list", "--over").output
