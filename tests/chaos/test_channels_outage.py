"""Channels that refuse, put off or are away for hours: others are on time, nothing is lost, nobody is flooded."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from sqlalchemy import Engine

from deploy.local.ports import free_ports
from services.alerter.adapters.database import transaction
from services.alerter.adapters.silences import add_silence
from services.alerter.channels.console import Console
from services.alerter.channels.http import Poster
from services.alerter.channels.slack import Slack
from services.alerter.channels.webhook import Webhook
from services.alerter.domain.retry import LONGEST, LONGEST_ASKED
from services.alerter.domain.silences import Matcher
from tests.chaos.delivery_rig import House, now, story
from tests.chaos.slack_site import SlackSite, reply, saying, slack_site
from tests.chaos.strain import strain
from tests.chaos.tally import Account
from tests.integration.crawler_site import serve
from tests.integration.mail_room import Mailroom, mail_server, plain

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

EVERYWHERE = {"slack": "#all", "email": ["a@example.com"], "console": True}


@pytest.fixture(autouse=True)
def _a_slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail servers of this machine may take their time: what is tried here is no time-out."""
    monkeypatch.setattr("services.alerter.channels.email._TIMEOUT", 60.0)


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[SlackSite]:
    with slack_site(tmp_path / "slack") as made:
        yield made


REFUSALS = {
    "429 for an hour": (saying(429, {"ok": False, "error": "ratelimited"}, Retry_After="3600"), 3600.0),
    "429 for a year": (saying(429, {"ok": False, "error": "ratelimited"}, Retry_After="31536000"), LONGEST_ASKED),
    "429 until nonsense": (saying(429, {"ok": False, "error": "ratelimited"}, Retry_After="abc"), 1.0),
    "429 in the past": (saying(429, {"ok": False, "error": "ratelimited"}, Retry_After="-5"), 1.0),
    "ok: false with 200": (saying(200, {"ok": False, "error": "ratelimited"}), 1.0),
    "a token that was revoked": (saying(200, {"ok": False, "error": "token_revoked"}), 1.0),
    "unavailable": (saying(200, {"ok": False, "error": "service_unavailable"}), 1.0),
}


@pytest.mark.fault(33, "429 with Retry-After, 200 with ok: false")
@pytest.mark.parametrize("refusal", REFUSALS)
def test_what_slack_puts_off_delays_no_other_channel(
    slack: SlackSite, engine: Engine, tmp_path: Path, account: Account, refusal: str
) -> None:
    act, pause = REFUSALS[refusal]
    slack.instead = act
    house, room, console = House(engine, EVERYWHERE), Mailroom(), Console(tmp_path / "console.jsonl")
    house.take_in(*(story(number) for number in range(3)))
    with mail_server(room) as port:
        began = time.monotonic()
        assert house.send_due(slack.channel()) >= 1
        assert (house.send_due(plain(port)), house.send_due(console)) == (3, 3)
        assert time.monotonic() - began < 30 * strain()
    assert len(room.mails) == 3
    waits = house.rows("select extract(epoch from due - now()), state from deliveries where channel_kind = 'slack'")
    assert {state for _, state in waits} == {"due"}
    assert all(pause - 30 < float(wait) <= max(pause, 2.0) for wait, _ in waits), waits
    assert all(float(wait) <= LONGEST_ASKED for wait, _ in waits)
    slack.instead = lambda handler: False
    if pause > 100:
        assert house.send_due(slack.channel()) == 0, "it was asked again before its time"
    house.pass_time(LONGEST_ASKED)
    assert house.send_due(slack.channel()) == 3
    kept = [key for (key,) in house.rows("select content->>'delivery_key' from deliveries where state = 'delivered'")]
    house.conserved(account, [*slack.posted, *(key for key in kept if "/slack:" not in key)])
    assert len(slack.posted) == 3


@pytest.mark.fault(33, "429 with Retry-After, 200 with ok: false")
def test_a_refusal_for_good_ends_in_the_dead_letters_with_its_bytes(slack: SlackSite, engine: Engine) -> None:
    slack.instead = saying(200, {"ok": False, "error": "channel_not_found"})
    house = House(engine, {"slack": "#all"})
    house.take_in(story(1))
    house.send_due(slack.channel())
    assert house.states() == {"permanent": 1}
    assert house.rows("select count(*) from alerter_dead_letters") == [(1,)]


@pytest.mark.fault(34, "two alerters, a webhook that answers 500")
def test_of_two_alerters_one_tells_and_never_both_at_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, account: Account
) -> None:
    taken: list[str] = []
    failed, under_way, together = [0], set[str](), list[str]()
    lock, broken = threading.Lock(), threading.Event()
    broken.set()

    def hook(handler: BaseHTTPRequestHandler) -> None:
        key = handler.headers["X-Luming-Delivery"]
        handler.rfile.read(int(handler.headers["Content-Length"]))
        with lock:
            together.extend([key] if key in under_way else [])
            under_way.add(key)
        time.sleep(0.02)
        refuses = broken.is_set()
        with lock:
            under_way.discard(key)
            failed[0] += refuses
            taken.extend([] if refuses else [key])
        reply(handler, 500 if refuses else 204, b"")

    with serve() as site:
        site.pages["/hook"] = hook
        monkeypatch.setenv("WEBHOOK_OPS_URL", site.url("/hook"))
        monkeypatch.setenv("WEBHOOK_OPS_SECRET", "a secret of this test")
        house, stop = House(engine, {"webhook": "ops"}), threading.Event()
        house.take_in(*(story(number) for number in range(4)))
        threads = [house.dispatch(Webhook(Poster()), name, stop) for name in ("one", "two")]
        try:
            end = time.monotonic() + 60
            passed = 0.0
            while (passed < 300 or failed[0] < 12) and time.monotonic() < end:
                time.sleep(0.3)
                with engine.begin() as connection:  # five minutes in which it answers 500, in seconds
                    connection.exec_driver_sql("update deliveries set due = now() where state = 'due' and attempts > 0"
                                               " and lease_by is null")  # fmt: skip
                passed += 30.0
            broken.clear()
            while house.states().get("delivered", 0) < 4 and time.monotonic() < end:
                time.sleep(0.2)
                with engine.begin() as connection:
                    connection.exec_driver_sql("update deliveries set due = now() where state = 'due' and attempts > 0"
                                               " and lease_by is null")  # fmt: skip
        finally:
            stop.set()
            for thread in threads:
                thread.join(20)
    assert failed[0] >= 12
    assert together == [], "two alerters sent one delivery at the same time"
    assert len(taken) == len(set(taken)) == 4
    house.conserved(account, list(taken))


@pytest.mark.fault(36, "silenced while a retry waits")
def test_what_is_silenced_while_it_waits_for_a_retry_is_not_sent(
    slack: SlackSite, engine: Engine, account: Account
) -> None:
    slack.instead = saying(200, {"ok": False, "error": "service_unavailable"})
    house = House(engine, {"slack": "#all"})
    house.take_in(story(1), story(2), story(3))
    house.send_due(slack.channel())
    assert house.states() == {"due": 3}
    with transaction(engine) as db:
        add_silence(db, Matcher(entity="firm1"), now() + timedelta(hours=2), "known already", "li")
        add_silence(db, Matcher(words="firm2 product_launch"), now() + timedelta(hours=2), "known too", "wang")
        add_silence(db, Matcher(entity="nobody"), now() + timedelta(hours=2), "does not match", "li")
    house.look_at_held()
    assert house.states() == {"due": 1, "suppressed": 2}
    reasons = [
        reason for (reason,) in house.rows("select reason from deliveries where state = 'suppressed' order by id")
    ]
    assert "silence 1 by li" in reasons[0]
    assert "known already" in reasons[0]
    assert "silence 2 by wang" in reasons[1]
    slack.instead = lambda handler: False
    house.pass_time(LONGEST)
    house.send_due(slack.channel())
    assert len(slack.posted) == 1
    house.conserved(account, slack.posted)


@pytest.mark.fault(36, "silenced while a retry waits")
def test_a_silence_leaves_what_is_on_the_wire_and_what_was_never_tried(slack: SlackSite, engine: Engine) -> None:
    house = House(engine, {"slack": "#all"})
    house.take_in(story(1), story(2))
    leased = house.sender(slack.channel()).lease().leased
    assert leased is not None
    with transaction(engine) as db:
        add_silence(db, Matcher(channel="slack"), now() + timedelta(hours=2), "too loud", "li")
    house.look_at_held()
    assert house.rows("select state from deliveries order by id") == [("sending",), ("due",)]


@pytest.mark.fault(37, "Slack dead for six hours")
def test_after_six_hours_without_slack_a_few_messages_tell_it_all(
    slack: SlackSite, engine: Engine, account: Account
) -> None:
    house, channel = House(engine, {"slack": "#all"}), slack.channel()
    dead, tries = Slack("xoxb-test", f"http://127.0.0.1:{free_ports(1)[0]}/api/"), 0
    for half_hour in range(12):
        house.take_in(*(story(4 * half_hour + number, importance=2 + number) for number in range(4)))
        for _ in range(6):
            tries += house.send_due(dead)
            house.pass_time(LONGEST)
            house.look_at_held()
    assert tries < 12 * 6 + 4 * 48, "each alert was tried on and on"
    assert house.states() == {"due": 1, "held": 47}
    for _ in range(4):
        house.pass_time(LONGEST)
        house.look_at_held()
        house.send_due(channel)
    assert len(slack.posted) <= 4, f"{len(slack.posted)} messages at once"

    def told(key: str) -> Sequence[str]:
        members = house.rows(
            "select m.content->>'delivery_key' from deliveries m join deliveries r on m.bundle = r.id"
            f" where r.content->>'delivery_key' = '{key}'"
        )
        return [member for (member,) in members] or [key]

    house.conserved(account, slack.posted, told)
    assert set(house.states()) == {"delivered", "bundled"}
    shown = "".join(path.read_text("utf-8") for path in slack.folder.rglob("*") if path.is_file())
    assert all(f"{number * 7919}" in shown for number in range(48)), "a story stands in no message"


@pytest.mark.fault(37, "Slack dead for six hours")
def test_a_short_outage_tells_each_alert_by_itself(slack: SlackSite, engine: Engine, account: Account) -> None:
    slack.instead = saying(200, {"ok": False, "error": "service_unavailable"})
    house, channel = House(engine, {"slack": "#all"}), slack.channel()
    house.take_in(*(story(number) for number in range(5)))
    for _ in range(6):
        house.send_due(channel)
        house.pass_time(60.0)
        house.look_at_held()
    slack.instead = lambda handler: False
    house.pass_time(LONGEST)
    house.send_due(channel)
    assert len(slack.posted) == 5
    house.conserved(account, slack.posted)
