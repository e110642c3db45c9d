"""The way to Kafka cut by the kernel itself, below every client: silence, lost answers, resets."""

import socket
import time

import pytest

from deploy.local.broker import Broker
from tests.chaos.forms import seconds
from tests.chaos.living import living
from tests.chaos.packets import CUTS, Cut, cut, refused
from tests.chaos.settling import settle
from tests.chaos.system import System
from tests.chaos.tally import Account

__all__ = ["living"]
pytestmark = [
    pytest.mark.chaos,
    pytest.mark.fault(31, "reject, drop, swallow, cut: each link"),
    pytest.mark.timeout(900),
]
AWAY = seconds(4.0, 60.0)
"""Seconds for which the way is cut."""


@pytest.fixture(autouse=True)
def allowed() -> None:
    if why := refused():
        pytest.skip(f"no packets are dropped: {why}")


def test_services_whose_way_to_the_broker_is_cut_lose_nothing(
    living: System, local_broker: Broker, account: Account
) -> None:
    port = int(local_broker.servers.rpartition(":")[2])
    for how in CUTS:
        living.newsstand.release(3)
        living.until(lambda: living.number("select count(*) from outbox"), 60, "a document is on its way")
        with cut(port, how):
            living.newsstand.release(3)
            time.sleep(AWAY)
        living.newsstand.release(2)
    settle(living, account)
    assert living.died == []


@pytest.mark.parametrize("how", CUTS)
def test_a_cut_does_what_it_says(how: Cut) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client, server.accept()[0] as peer:
            client.settimeout(0.5)
            peer.settimeout(0.5)
            with cut(port, how):
                assert heard(client, peer) is {"silence": False, "no answers": True, "reset": False}[how]
                if how == "reset":
                    with pytest.raises(ConnectionError):
                        client.recv(1)
                else:
                    peer.sendall(b"answer")
                    with pytest.raises(TimeoutError):
                        client.recv(6)
        with socket.create_connection(("127.0.0.1", port), 5) as client, server.accept()[0] as peer:
            peer.settimeout(5)
            assert heard(client, peer), "it is whole again"


def heard(client: socket.socket, peer: socket.socket) -> bool:
    """Whether what the client sends arrives."""
    client.sendall(b"question")
    try:
        return peer.recv(8) == b"question"
    except (TimeoutError, ConnectionError):
        return False
