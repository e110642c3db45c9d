import pytest

from services.alerter.domain.statuses import moves_on
from shared.messages.classified import Status


@pytest.mark.parametrize(
    ("known", "now", "step"),
    [
        (["rumoured"], "denied", True),
        (["rumoured", "denied"], "completed", True),
        (["planned"], "announced", True),
        (["announced"], "completed", True),
        (["announced"], "denied", True),
        (["announced"], "announced", False),
        (["completed"], "announced", False),
        (["completed"], "denied", False),
        (["denied"], "rumoured", False),
        (["announced"], "planned", False),
        ([], "announced", False),
        (["background"], "completed", False),
    ],
)
def test_a_status_moves_forward_only(known: list[Status], now: Status, step: bool) -> None:
    assert moves_on(known, now) is step
