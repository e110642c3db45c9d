"""A story that goes on while its first alert is held: what goes out then says how it stands."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from services.alerter.adapters.holding_shelf import SqlShelf
from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.refreshes import SqlRefreshes
from services.alerter.adapters.store import SqlStore
from services.alerter.adapters.weights import load_weights
from services.alerter.application.ports import Incoming
from services.alerter.application.take_in import TakeIn
from services.alerter.domain.content import Alert
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.subscriptions import Subscription
from shared.messages.codec import encode
from tests.fakes.classified import SEEN, classified, event

pytestmark = pytest.mark.integration
RUMOUR = "蚂蚁集团正洽购好大夫在线，知情人士称交易金额未定"
DENIAL = "蚂蚁集团否认洽购好大夫在线，称报道不实"
NIGHT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
Tells = Callable[[str, str, str, str], str | None]


@pytest.fixture
def tells(engine: Engine) -> Tells:
    """Takes in a report at eleven in the evening: its name, status, outlet and title."""
    wish = {
        "name": "team",
        "channels": {"slack": "#team", "email": ["a@b.example"]},
        "rhythm": {"quiet_hours": [{"from": "22:00", "to": "07:30"}]},
    }
    index = RouteIndex(routes_of([Subscription.model_validate(wish)]))
    store = SqlStore(engine, "g", frozenset({"slack"}))
    take_in = TakeIn(store, lambda: index, Likeness(load_weights()), {}, lambda: NIGHT)
    offsets = iter(range(99))

    def take(name: str, status: str, outlet: str, title: str) -> str | None:
        number = next(offsets)
        when = SEEN + timedelta(hours=number)
        told = event("mergers_acquisitions", status, "ant_group", "haodf", quote=title)
        document = classified(name, title, told, outlet=outlet, published=when, seen=when)
        return take_in(Incoming("classified", 0, number, None, encode(document))).outcome

    return take


def morning(engine: Engine, kind: str) -> None:
    """The alerts of that kind are held no longer, the others for another day."""
    until = "now() + case when kind = :kind then interval '0' else interval '1 day' end"
    with engine.begin() as db:
        db.execute(text(f"update deliveries set held_until = {until} where state = 'held'"), {"kind": kind})
    SqlShelf(engine).come_due(datetime.now(UTC))


def next_on(engine: Engine, channel: str) -> Alert:
    """What its sender sends next; it arrives."""
    ledger = SqlLedger(engine, "me")
    leased = ledger.lease(channel).leased
    assert leased is not None
    ledger.delivered(leased, "its name")
    return leased.alert


def test_who_joins_over_night_stands_in_what_goes_out_in_the_morning(engine: Engine, tells: Tells) -> None:
    assert tells("rumour", "rumoured", "晨汐健康", RUMOUR) == "alerted"
    assert tells("joins", "rumoured", "南方周报", RUMOUR) == "joined"
    assert tells("third", "rumoured", "海东财经", RUMOUR) == "joined"
    morning(engine, "new")
    for channel in ("slack", "email"):
        told = next_on(engine, channel)
        assert [report.outlet for report in told.reports] == ["晨汐健康", "南方周报", "海东财经"], channel
        assert told.agreement is not None
    assert SqlRefreshes(engine).lease("slack") is None, "it says that already"
    with engine.connect() as db:
        decided = db.execute(text("select distinct jsonb_array_length(content->'reports') from deliveries")).scalars()
        assert list(decided) == [1], "a digest counts what was decided"
    assert tells("fourth", "rumoured", "北岸晚报", RUMOUR) == "joined"
    change = SqlRefreshes(engine).lease("slack")
    assert change is not None
    assert len(change.alert.reports) == 4


def test_what_is_denied_over_night_does_not_go_out_as_it_was(engine: Engine, tells: Tells) -> None:
    tells("rumour", "rumoured", "晨汐健康", RUMOUR)
    assert tells("denial", "denied", "蚂蚁集团", DENIAL) == "updated"
    morning(engine, "new")
    (later,) = next_on(engine, "email").later
    assert later.endswith("传闻 → 已否认")
    morning(engine, "update")
    update = next_on(engine, "email")
    assert (update.later, len(update.news)) == ((), 1), "it says so itself"
