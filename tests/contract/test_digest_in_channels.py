"""A digest in every channel: each of its threads is told with its link, in as many messages as the channel needs."""

import pytest

from services.alerter.application.digest import Digests
from services.alerter.channels import all_channels
from tests.fakes.channels import texts
from tests.fakes.digests import DAY, END, NAMES, heard, row, team
from tests.fakes.digests_shelves import MemoryShelves

pytestmark = pytest.mark.contract

THREADS = 40
LONG = "很长的标题" * 60


@pytest.mark.parametrize("name", sorted(all_channels()))
def test_every_thread_is_told_with_its_link_and_ends_as_told_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = []
    for number in range(THREADS):
        one = row(number, f"t{number:03}", list(NAMES)[number % 3], reason="the budget is used up")
        alert = one.alert.model_copy(update={"title": f"{number} {LONG}"})
        rows.append((name, one.__class__(**{**vars(one), "alert": alert})))
    digests = Digests(MemoryShelves(rows, heard()), NAMES, lambda *_: None)
    found = {one.channel: one for one in digests.of(team(), DAY)}[name]
    messages = digests.messages(team(), found, END)
    send = texts(monkeypatch)[name]
    sent = "".join(send(message.alert) for message in messages)
    for number in range(THREADS):
        assert f"https://news.example/t{number:03}" in sent.replace("\\/", "/"), f"{name} does not tell thread {number}"
    assert sorted(number for message in messages for number in message.tells) == list(range(THREADS))
    assert len({message.alert.delivery_key for message in messages}) == len(messages)
    assert digests.messages(team(), found, END) == messages


def test_an_empty_digest_is_one_message() -> None:
    digests = Digests(MemoryShelves([], heard()), NAMES, lambda *_: None)
    (found,) = digests.of(team(), DAY)
    (message,) = digests.messages(team(), found, END)
    assert message.alert.title.startswith("nothing new · ")
    assert message.tells == ()
