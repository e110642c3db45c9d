"""A rollup in every channel: each of its alerts is told, with its link, however many there are."""

import pytest

from services.alerter.channels import all_channels
from services.alerter.domain.rollup import most_for, rollup_of
from tests.fakes.alerts import alert
from tests.fakes.channels import texts
from tests.fakes.classified import SEEN

pytestmark = pytest.mark.contract


@pytest.mark.parametrize("name", sorted(all_channels()))
def test_every_alert_of_a_rollup_is_told_with_its_link(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alerts = [
        alert(
            thread_id=f"t{number}",
            delivery_key=f"t{number}/1/strategy/{name}",
            title=f"第{number}号 " + "很长的标题" * 30,
            url=f"https://news.example/2026/11/23/article-{number}.html",
        )
        for number in range(most_for(name))
    ]
    together = rollup_of(alerts, name, "quiet hours", SEEN)
    sent = texts(monkeypatch)[name](together)
    for number in range(most_for(name)):
        assert f"article-{number}.html" in sent, f"{name} does not tell alert {number}"


def test_the_same_alerts_make_the_same_key_in_any_order() -> None:
    alerts = [alert(thread_id=name, delivery_key=f"{name}/1/strategy/console") for name in "abc"]
    one, other = rollup_of(alerts, "console", "", SEEN), rollup_of(alerts[::-1], "console", "", SEEN)
    assert one.delivery_key == other.delivery_key
    assert rollup_of(alerts[:2], "console", "", SEEN).delivery_key != one.delivery_key
    assert [member.line for member in one.members] == [member.line for member in other.members]
