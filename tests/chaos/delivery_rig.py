"""The alerter's own steps between the real database and real receivers: documents taken in, deliveries sent."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import yaml
from sqlalchemy import Engine, text

from services.alerter.adapters.holding_shelf import SqlShelf
from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.store import SqlStore
from services.alerter.adapters.weights import load_weights
from services.alerter.application.dispatch import Dispatch
from services.alerter.application.ports import Channel, Incoming
from services.alerter.application.send import Sender
from services.alerter.application.take_in import TakeIn
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.subscriptions import Subscriptions
from shared.messages import DocumentClassified
from shared.messages.codec import encode
from tests.chaos.tally import Account
from tests.fakes.alerter_ledger import Quiet
from tests.fakes.classified import classified, event

LABELS = ("leadership", "partnership", "product_launch", "financial_results")


def now() -> datetime:
    """The machine's clock; what waits goes by the database's."""
    return datetime.now(UTC)


def story(number: int, importance: int = 3) -> DocumentClassified:
    """A story of its own."""
    firm, what = f"firm{number}", LABELS[number % len(LABELS)]
    told = event(what, "announced", firm, quote=f"{firm} {what} {number * 7919}")
    return classified(f"d{number}", f"{firm} {what} {number * 7919}", told, importance=importance)


@dataclass
class House:
    """One database; `channels` is a subscription's, of a team without a budget."""

    engine: Engine
    channels: Mapping[str, Any]
    _offset: int = field(default=0)

    def take_in(self, *documents: DocumentClassified) -> None:
        """As from the topic."""
        self.read(*(encode(document) for document in documents))

    def read(self, *values: bytes) -> None:
        """Messages of the topic, whatever they hold."""
        plain = [{"name": "team", "channels": dict(self.channels), "rhythm": {"budget": 1000}}]
        loaded = Subscriptions.model_validate(yaml.safe_load(yaml.safe_dump({"subscriptions": plain})))
        index = RouteIndex(routes_of(loaded.subscriptions))
        step = TakeIn(SqlStore(self.engine, "g"), lambda: index, Likeness(load_weights()), {}, now)
        for value in values:
            step(Incoming("classified", 0, self._offset, None, value))
            self._offset += 1

    def sender(self, channel: Channel, name: str = "one") -> Sender:
        """A sender of one alerter."""
        return Sender(channel, SqlLedger(self.engine, name), Quiet(), now, lambda: None)

    def dispatch(self, channel: Channel, name: str, stop: threading.Event, at_once: int = 4) -> threading.Thread:
        """The loop of one alerter, in a thread that ends with `stop`."""
        loop = Dispatch(self.sender(channel, name), at_once, lambda: None)
        thread = threading.Thread(target=loop.run, args=(stop,), daemon=True)
        thread.start()
        return thread

    def send_due(self, channel: Channel, name: str = "one") -> int:
        """Everything that is due now; how many attempts."""
        sender, stop, steps = self.sender(channel, name), threading.Event(), 0
        while sender.step(stop):
            steps += 1
        return steps

    def look_at_held(self) -> None:
        """What the loop of held deliveries does each second."""
        SqlShelf(self.engine).come_due(now())

    def pass_time(self, seconds: float) -> None:
        """Let so much time have passed: every moment of the ledger lies farther back."""
        moments = ("due", "decided", "held_until", "released", "lease_until")
        put = ", ".join(f"{name} = {name} - make_interval(secs => :s)" for name in moments)
        with self.engine.begin() as connection:
            connection.execute(text(f"update deliveries set {put}"), {"s": seconds})

    def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        """Rows of the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def states(self) -> dict[str, int]:
        """How many deliveries stand in each state."""
        return dict(self.rows("select state, count(*) from deliveries group by 1"))

    def conserved(
        self, account: Account, received: Sequence[str], told: Callable[[str], Sequence[str]] | None = None
    ) -> None:
        """Count what came and assert that nothing was lost, and doubled only what had been unknown.

        `told` gives the keys that one received message tells, where it is a rollup.
        """
        ledger = self.rows(
            "select thread_id || '/' || fact_version || '/' || subscription || '/' || channel, state,"
            " repeated_on_the_wire from deliveries where kind in ('new', 'update')"
        )
        keys = [key for one in received for key in (told(one) if told else (one,))]
        ended = {key for key, state, _ in ledger if state in ("permanent", "suppressed")}
        unknown = {key for key, state, repeated in ledger if state == "unknown" or repeated}
        doubled = {key for key in keys if keys.count(key) > 1}
        lost = {key for key, _, _ in ledger} - set(keys) - ended
        account.counted(
            went_in=len(ledger), came_out=len(set(keys)), lost=len(lost),
            twice=len(doubled - unknown), twice_on_the_wire=len(doubled & unknown),
        )  # fmt: skip
        assert not lost
        assert not doubled - unknown
        assert self.rows("select count(*) from deliveries where due is not null") == [(0,)]
