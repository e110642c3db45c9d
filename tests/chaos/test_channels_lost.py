"""Answers that are lost on the way back, and mail servers that end in the middle: unknown, looked up, never told twice
but where nobody can know."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr
from sqlalchemy import Engine

from services.alerter.channels.email import Email
from shared.errors import TransientError
from tests.chaos.delivery_rig import House, now, story
from tests.chaos.forms import times
from tests.chaos.slack_site import SlackSite, slack_site
from tests.chaos.tally import Account
from tests.fakes.alerts import alert
from tests.integration.mail_room import Mailroom, certificate, login, mail_server, plain

__all__ = ["certificate"]
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]

lost = pytest.mark.fault(32, "Slack takes 100, answers lost")
mail = pytest.mark.fault(35, "SMTP cut after the dot, one refused, STARTTLS stripped")


@pytest.fixture(autouse=True)
def _a_slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail servers of this machine may take their time: what is tried here is no time-out."""
    monkeypatch.setattr("services.alerter.channels.email._TIMEOUT", 60.0)


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[SlackSite]:
    with slack_site(tmp_path / "slack") as made:
        yield made


@lost
def test_a_hundred_messages_whose_answers_were_lost_are_found_by_their_metadata(
    slack: SlackSite, engine: Engine, account: Account
) -> None:
    many = times(100, 300)
    house, channel = House(engine, {"slack": "#all"}), slack.channel()
    house.take_in(*(story(number) for number in range(many)))
    slack.lose_answers = True
    assert house.send_due(channel) >= many
    assert len(slack.posted) == many
    assert set(house.states()) <= {"unknown", "delivered"}  # the first are looked up while the last are on their way
    slack.lose_answers = False
    house.pass_time(10.0)
    house.send_due(channel)
    assert house.states() == {"delivered": many}
    assert slack.posted == list(dict.fromkeys(slack.posted)), "something was posted again"
    assert slack.calls.count("conversations.history") == many, "each was looked up before anything was sent"
    assert house.rows("select min(attempts), bool_or(repeated_on_the_wire) from deliveries") == [(2, False)]
    references = {reference for (reference,) in house.rows("select reference from deliveries")}
    assert len(references) == many
    house.conserved(account, slack.posted)


@lost
def test_of_those_that_never_arrived_each_is_sent_once_more(slack: SlackSite, engine: Engine, account: Account) -> None:
    house, channel = House(engine, {"slack": "#all"}), slack.channel()
    house.take_in(*(story(number) for number in range(20)))
    taken = iter(range(10**6))

    def every_other(handler: Any) -> bool:
        """Half of the messages never reach Slack; of all of them no answer comes."""
        if next(taken) % 2:
            return False
        handler.connection.shutdown(socket.SHUT_RDWR)
        return True

    slack.instead, slack.lose_answers = every_other, True
    house.send_due(channel)
    assert house.states() == {"unknown": 20}
    assert len(slack.posted) == 10
    slack.instead, slack.lose_answers = (lambda handler: False), False
    house.pass_time(10.0)
    house.send_due(channel)
    assert house.states() == {"delivered": 20}
    assert len(slack.posted) == len(set(slack.posted)) == 20
    house.conserved(account, slack.posted)


@mail
def test_a_mail_cut_after_its_dot_is_sent_once_more_under_the_same_message_id(engine: Engine, account: Account) -> None:
    house, room = House(engine, {"email": ["a@example.com"]}), Mailroom()
    house.take_in(story(1), story(2))
    with mail_server(room) as port:
        room.hang_up = True
        house.send_due(plain(port))
        assert house.states() == {"unknown": 2}
        room.hang_up = False
        house.pass_time(10.0)
        house.send_due(plain(port))
        house.pass_time(3600.0)
        house.send_due(plain(port))
    lines = [line for _, raw in room.mails for line in raw.split(b"\r\n")]
    identifiers = [line for line in lines if line.lower().startswith(b"message-id")]
    assert len(room.mails) == 4
    assert len(identifiers) == 4
    assert len(set(identifiers)) == 2, "a repeat is another message to whoever receives it"
    assert house.rows("select state, repeated_on_the_wire from deliveries") == [("delivered", True)] * 2
    house.conserved(account, [keys_of(raw) for _, raw in room.mails])


def keys_of(raw: bytes) -> str:
    """The delivery key of a mail."""
    return next(line for line in raw.decode().split("\r\n") if line.startswith("X-Luming-Delivery: ")).split(": ", 1)[1]


@mail
def test_a_mail_cut_each_time_ends_unknown_and_is_never_sent_a_third_time(engine: Engine, account: Account) -> None:
    house, room = House(engine, {"email": ["a@example.com"]}), Mailroom()
    house.take_in(story(1))
    room.hang_up = True
    with mail_server(room) as port:
        for _ in range(5):
            house.send_due(plain(port))
            house.pass_time(600.0)
    assert len(room.mails) == 2
    assert house.rows("select state, due, repeated_on_the_wire from deliveries") == [("unknown", None, True)]
    house.conserved(account, [keys_of(raw) for _, raw in room.mails])


@mail
def test_one_refused_recipient_of_three_concerns_only_himself(engine: Engine, account: Account) -> None:
    house, room = House(engine, {"email": ["a@example.com", "b@example.com", "c@example.com"]}), Mailroom()
    house.take_in(story(1), story(2))
    room.refused = "b@example.com"
    with mail_server(room) as port:
        house.send_due(plain(port))
    told = dict(house.rows("select channel || state, count(*) from deliveries group by 1"))
    assert told == {
        "email:a@example.comdelivered": 2, "email:b@example.compermanent": 2, "email:c@example.comdelivered": 2,
    }  # fmt: skip
    assert sorted(recipient for recipient, _ in room.mails) == ["a@example.com"] * 2 + ["c@example.com"] * 2
    assert house.rows("select count(*) from alerter_dead_letters") == [(2,)]
    house.conserved(account, [keys_of(raw) for _, raw in room.mails])


@contextmanager
def cutting_proxy(target: int, after: bytes) -> Iterator[int]:
    """A way to the mail server that ends as soon as the client has said `after`, of which the server hears nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        stop = threading.Event()

        def pass_on(client: socket.socket) -> None:
            with client, socket.create_connection(("127.0.0.1", target)) as back:
                client.settimeout(0.05)
                back.settimeout(0.05)
                while not stop.is_set():
                    for one, other in ((client, back), (back, client)):
                        try:
                            data = one.recv(65_536)
                        except TimeoutError:
                            continue
                        except OSError:
                            return
                        if not data or (one is client and after in data):
                            return
                        other.sendall(data)

        def listen() -> None:
            while not stop.is_set():
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=pass_on, args=(client,), daemon=True).start()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            stop.set()
            thread.join()


@mail
@pytest.mark.parametrize("after", [b"ehlo", b"mail FROM", b"rcpt TO", b"DATA"], ids=["ehlo", "mail", "rcpt", "data"])
def test_a_dialogue_cut_before_the_dot_told_nobody_and_is_simply_tried_again(
    engine: Engine, account: Account, after: bytes
) -> None:
    house, room = House(engine, {"email": ["a@example.com"]}), Mailroom()
    house.take_in(story(1))
    with mail_server(room) as port:
        with cutting_proxy(port, after) as cut:
            house.send_due(plain(cut))
        assert house.states() == {"due": 1}
        assert room.mails == []
        house.pass_time(600.0)
        house.send_due(plain(port))
    assert house.rows("select state, repeated_on_the_wire from deliveries") == [("delivered", False)]
    house.conserved(account, [keys_of(raw) for _, raw in room.mails])


@mail
@pytest.mark.parametrize("stripped", ["not offered", "refused", "another's certificate"])
def test_without_the_right_tls_neither_password_nor_mail_is_told(certificate: Path, stripped: str) -> None:
    told: list[object] = []

    def remember(*given: Any) -> AuthResult:
        told.append(given)
        return login(*given)

    room, options = Mailroom(), dict[str, Any](auth_require_tls=False, authenticator=remember)
    trusted = ssl.create_default_context(cafile=str(certificate / "cert"))
    if stripped != "not offered":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert", certificate / "key")
        options["tls_context"] = context
    if stripped == "another's certificate":
        trusted = ssl.create_default_context()
    with mail_server(room, **options) as port, cutting_proxy(port, b"STARTTLS") as cut:
        more = {"smtp_host": "localhost", "smtp_starttls": True, "smtp_username": "luming"}
        known = plain(cut if stripped == "refused" else port, **more, smtp_password=SecretStr("secret"))
        channel = Email(known._settings, trusted)
        with pytest.raises(TransientError, match=r"SMTP server|STARTTLS"):
            channel.send("a@example.com", alert(), now())
    assert told == []
    assert room.mails == []
