"""Reminders are put into the ledger once, and what is silenced when they come is told to nobody."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from services.alerter.application.remind import Remind, Reminding
from services.alerter.domain.digest_plan import DigestPlan
from services.alerter.domain.silences import Matcher, Silence
from shared.calendar.entries import Filed
from tests.fakes.digests import NAMES, team
from tests.fakes.notices import filed

pytestmark = pytest.mark.unit

NOW = datetime(2026, 12, 13, 2, tzinfo=UTC)
PLAN = DigestPlan.model_validate({"daily": "09:00", "language": "en", "remind": ["7d", "1d"]})


class Shelf:
    """One notice, and what is put into the ledger."""

    def __init__(self, *silences: Silence, document: Filed | None = None) -> None:
        self._silences = silences
        self._documents = [document or filed()]
        self.put: list[Reminding] = []

    def documents(self, today: date) -> Sequence[Filed]:
        return self._documents

    def told(self, team: str, threads: Collection[str]) -> frozenset[str]:
        return frozenset()

    def silences(self) -> Sequence[Silence]:
        return self._silences

    def remind(self, alerts: Sequence[Reminding]) -> frozenset[str]:
        self.put += alerts
        return frozenset(one.channel.partition(":")[0] for one in alerts if not one.silence)


def silence(**keys: str) -> Silence:
    return Silence(1, Matcher(**keys), NOW + timedelta(hours=1), "known", "li", NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("keys", "stops"),
    [
        ({"thread": "t1"}, True),
        ({"subscription": "strategy"}, True),
        ({"entity": "ant_group"}, True),
        ({"label": "policy_guidance"}, True),
        ({"channel": "email"}, True),
        ({"words": "互联网诊疗"}, True),
        ({"thread": "t2"}, False),
        ({"subscription": "peers"}, False),
        ({"entity": "jd_health"}, False),
        ({"label": "leadership"}, False),
        ({"channel": "slack"}, False),
    ],
)
def test_a_silence_stops_the_reminder_too(keys: dict[str, str], stops: bool) -> None:
    shelf = Shelf(silence(**keys))
    woken = Remind(shelf, NAMES, lambda: NOW)([team(PLAN)])
    (one,) = shelf.put
    assert one.alert.kind == "reminder"
    assert (one.silence is not None) == stops
    assert woken == (frozenset() if stops else {"email"})


def test_one_that_is_over_stops_nothing() -> None:
    shelf = Shelf(silence(thread="t1"))
    later = NOW + timedelta(hours=2)
    assert Remind(shelf, NAMES, lambda: later)([team(PLAN)]) == {"email"}
    assert [one.silence for one in shelf.put] == [None]


def test_a_silence_on_one_of_two_events_loses_neither() -> None:
    first = filed().document.model_dump()["events"][0]
    both = filed(events=[first, {**first, "label": "investigation"}])
    shelf = Shelf(silence(label="policy_guidance"), document=both)
    assert Remind(shelf, NAMES, lambda: NOW)([team(PLAN)]) == {"email"}
