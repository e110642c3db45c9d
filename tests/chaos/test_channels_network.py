"""The network taken away: refused, silent, without answers, cut each second; on every link."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from shared.errors import LumingError, TransientError
from shared.reader.chat import ChatReader, Endpoint
from shared.reader.question import NoAnswer, Question
from tests.chaos.delivery_rig import story
from tests.chaos.forms import seconds
from tests.chaos.hostile import SHORT, fetched
from tests.chaos.link import Link, Mode, kill_sockets, link_to
from tests.chaos.strain import strain
from tests.chaos.tally import Account
from tests.integration.alerter_rig import Rig, eventually, make_rig
from tests.integration.chat_server import chatting, completion, raw
from tests.integration.conftest import Kafka
from tests.integration.crawler_site import serve

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.fault(31, "reject, drop, swallow, cut: each link"),
    pytest.mark.timeout(500),
]

AWAY = seconds(1.5, 60.0)
"""Seconds for which a link is away."""
MODES: tuple[Mode, ...] = ("reject", "drop", "swallow")


@pytest.fixture
def links(kafka: Kafka, database_url: str, engine: Engine, tmp_path: Path) -> Iterator[tuple[Rig, dict[str, Link]]]:
    """An alerter's receivers, and the links that it has to them and to its database."""
    found = re.search(r"host=([^&]+)", database_url)
    assert found, database_url
    folder = Path(found[1].replace("%2F", "/"))
    own = tmp_path / "pg"
    own.mkdir()
    with make_rig(kafka.servers, database_url, engine, tmp_path) as rig, ExitStack() as open_links:
        peers: dict[str, tuple[int | Path, Path | None]] = {
            "slack": (rig.slack_port, None),
            "mail": (rig.mail_port, None),
            "database": (next(folder.glob(".s.PGSQL.*[0-9]")), None),
        }
        socket = next(folder.glob(".s.PGSQL.*[0-9]"))
        peers["database"] = (socket, own / socket.name)
        made = {name: open_links.enter_context(link_to(*peer)) for name, peer in peers.items()}
        slack, mail = made["slack"].address, made["mail"].address
        rig.start(
            DATABASE_URL=database_url.replace(found[1], str(own)),
            SLACK_API_URL=f"http://127.0.0.1:{slack}/api/",
            SMTP_PORT=str(mail),
        )
        yield rig, made


def test_an_alerter_whose_every_link_goes_away_loses_nothing(
    links: tuple[Rig, dict[str, Link]], kafka: Kafka, account: Account
) -> None:
    rig, ways = links
    rig.send(story(0))
    eventually(lambda: len(set(rig.keys())) == 3, 150)
    sent = 1
    for link in ways.values():
        for mode in MODES:
            link.mode = mode
            rig.send(story(sent))
            sent += 1
            time.sleep(AWAY)
            link.heal()
    port = int(kafka.servers.rpartition(":")[2])
    killable = kill_sockets(port)
    for _ in range(max(3, round(AWAY))):
        for link in ways.values():
            link.cut()
        kill_sockets(port)
        rig.send(story(sent))
        sent += 1
        time.sleep(1.0)
    assert rig.processes[0].poll() is None, "the alerter ended"
    eventually(lambda: len(rig.outcomes()) == sent, 180)
    _drain(rig)
    expected = {f"{key}" for (key,) in rig.rows("select content->>'delivery_key' from deliveries")}
    keys = rig.keys()
    repeated = {
        key for (key,) in rig.rows("select content->>'delivery_key' from deliveries where repeated_on_the_wire")
    }
    doubled = {key for key in keys if keys.count(key) > 1}
    account.counted(
        went_in=3 * sent, came_out=len(set(keys)), lost=len(expected - set(keys)), twice=len(doubled - repeated),
        twice_on_the_wire=len(doubled & repeated),
    )  # fmt: skip
    assert len(expected) == 3 * sent
    assert set(keys) == expected
    assert doubled <= repeated, "told twice though nothing was unknown"
    states = dict(rig.rows("select state, count(*) from deliveries group by 1"))
    assert set(states) <= {"delivered", "unknown"}, states
    if not killable:
        pytest.skip("ss -K is not supported by this kernel: the link to Kafka was not cut")


def _drain(rig: Rig) -> None:
    """What waits for another attempt goes at once: the pauses are other tests' matter."""

    def drained() -> bool:
        with rig.engine.begin() as connection:
            connection.exec_driver_sql("update deliveries set due = now() where due > now() and lease_by is null")
        return rig.rows("select count(*) from deliveries where due is not null") == [(0,)]

    end = time.monotonic() + 180
    while not drained():
        assert time.monotonic() < end, rig.rows(
            "select channel, state, attempts, reason from deliveries where due is not null"
        )
        time.sleep(0.5)


@pytest.mark.parametrize("mode", MODES)
def test_a_site_behind_a_broken_link_is_one_typed_error_in_time_and_read_again_afterwards(mode: Mode) -> None:
    with serve() as site, link_to(site.port) as link:
        site.add("/a", "open")
        address = f"http://127.0.0.1:{link.address}/a"
        assert fetched(address).body == b"open"
        link.mode = mode
        began = time.monotonic()
        with pytest.raises(TransientError):
            fetched(address, limits=SHORT)
        assert time.monotonic() - began < 10 * strain()
        link.heal()
        assert fetched(address).body == b"open"


@pytest.mark.parametrize("mode", MODES)
def test_a_model_behind_a_broken_link_is_no_answer_in_time_and_asked_again_afterwards(mode: Mode) -> None:
    question = Question("system", "user", "q", {})
    with chatting(raw(completion("said"))) as server, link_to(server.port) as link:
        reader = ChatReader(Endpoint(f"http://127.0.0.1:{link.address}/v1", "m", SecretStr("k")))
        try:
            link.mode = mode
            began = time.monotonic()
            with pytest.raises(NoAnswer):
                reader.ask(question, 1.0)
            assert time.monotonic() - began < 10 * strain()
            link.heal()
            assert reader.ask(question, 10.0) == "said"
        finally:
            reader.close()


def test_links_do_what_they_say() -> None:
    with serve() as site, link_to(site.port) as link:
        site.add("/a", "open")
        address = f"http://127.0.0.1:{link.address}/a"
        assert fetched(address).body == b"open"
        link.mode = "swallow"
        seen = len(site.hits)
        with pytest.raises(LumingError):
            fetched(address, limits=SHORT)
        assert len(site.hits) > seen, "what is sent must arrive"
        link.mode = "drop"
        seen = len(site.hits)
        with pytest.raises(LumingError):
            fetched(address, limits=SHORT)
        assert len(site.hits) == seen, "nothing may arrive"
