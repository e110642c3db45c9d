"""What the alerter counts (prefix luming_alerter_)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from services.alerter.adapters.standing import Standing
from services.alerter.adapters.standing_metrics import Standings
from services.alerter.application.ports import Leased
from services.alerter.application.take_in import Outcome
from shared.runtime.lag import ConsumerLag
from shared.runtime.stages import Stage, Stages, minute_of

_WORK = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
"""Seconds of one step: a transaction takes some thousandths, a mail some tenths."""
_WAY = (0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 3600, 86_400)
"""Seconds from first seen to delivered."""

STATES = ("delivered", "due", "unknown", "permanent")
"""How a send ends (application/send.py); due: it is tried again."""

_STAGES: tuple[Stage, ...] = (
    "classified_to_decided",
    "decided_to_delivered",
    "first_seen_to_delivered",
    "published_to_delivered",
)
"""Those that end here."""


class Metrics:
    """Counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._messages = Counter(
            "luming_alerter_messages", "Messages read: taken, repeated or failed", ["result"], registry=registry
        )
        self._decisions = Counter(
            "luming_alerter_decisions", "What became of classified documents", ["outcome"], registry=registry
        )
        self._take_in = Histogram(
            "luming_alerter_take_in_seconds", "Seconds to take in a message", buckets=_WORK, registry=registry
        )
        self._deliveries = Counter(
            "luming_alerter_deliveries", "Ends of sends by kind of channel", ["channel", "state"], registry=registry
        )
        self._send = Histogram(
            "luming_alerter_send_seconds", "Seconds of one send", ["channel"], buckets=_WORK, registry=registry
        )
        self._way = Histogram(
            "luming_alerter_end_to_end_seconds",
            "Seconds from first seen to delivered",
            ["channel"],
            buckets=_WAY,
            registry=registry,
        )
        self._due = Gauge("luming_alerter_due_deliveries", "Deliveries that wait", ["channel"], registry=registry)
        self._version = Gauge(
            "luming_alerter_subscriptions_version", "Version of the subscriptions in force", registry=registry
        )
        self._routes = Gauge("luming_alerter_routes", "Subscriptions and routes in force", registry=registry)
        self._refused = Counter(
            "luming_alerter_subscriptions_refused",
            "Versions of the subscriptions that cannot be used; the one before stayed in force",
            registry=registry,
        )
        self._shelved = Gauge(
            "luming_alerter_held_deliveries",
            "Deliveries that are held, or wait for a digest",
            ["state"],
            registry=registry,
        )
        self._lag = Gauge("luming_alerter_lag", "Classified documents that wait in its partitions", registry=registry)
        self._dead_letters = Counter(
            "luming_alerter_dead_letters",
            "What became a dead letter: messages that could not be taken in, alerts that could not be delivered",
            ["what"],
            registry=registry,
        )
        for what in ("message", "delivery"):  # at 0 from the start: a rate needs a number before the first one
            self._dead_letters.labels(what)
        self._waiting = ConsumerLag(registry)
        self._standings = Standings(registry)
        self._stages = Stages(registry, _STAGES)

    def taken_in(self, outcome: Outcome, seconds: float, now: datetime) -> None:
        """A message was worked on; `now` is the end of it."""
        result = "repeated" if outcome.outcome is None else "failed" if outcome.outcome == "failed" else "taken"
        self._messages.labels(result).inc()
        if outcome.outcome is not None:
            self._decisions.labels(outcome.outcome).inc()
        if result == "failed":
            self._dead_letters.labels("message").inc()
        elif outcome.outcome is not None and outcome.document is not None:
            self._stages.passed("classified_to_decided", outcome.document.times.classified, now)
        self._take_in.observe(seconds)

    def serves(self, kinds: Iterable[str]) -> None:
        """It sends over these kinds of channel: their ends are counted from 0."""
        for kind in kinds:
            for state in STATES:
                self._deliveries.labels(kind, state)

    def sent(self, leased: Leased, state: str, seconds: float, now: datetime) -> None:
        """A send ended at `now`, after so many `seconds` on the wire."""
        kind = leased.channel.partition(":")[0]
        self._deliveries.labels(kind, state).inc()
        self._send.labels(kind).observe(seconds)
        if state == "permanent":
            self._dead_letters.labels("delivery").inc()
        if state == "delivered":
            way = (now - leased.alert.times.first_seen).total_seconds()
            self._way.labels(kind).observe(max(0.0, way))
            self._standings.delivered(kind, leased.alert.kind, now)
            self._arrived(leased, seconds)

    def _arrived(self, leased: Leased, seconds: float) -> None:
        """Its stages, without the time for which it was held by its team's own wish."""
        alert, since_decided = leased.alert, leased.age + seconds
        if alert.kind not in ("new", "update") or alert.times.decided is None:
            return
        self._stages.took("decided_to_delivered", since_decided)
        delivered = alert.times.decided + timedelta(seconds=since_decided)
        self._stages.passed("first_seen_to_delivered", alert.times.first_seen, delivered)
        self._stages.passed("published_to_delivered", minute_of(alert.published), delivered)

    def standing(self, standing: Standing, kinds: Collection[str]) -> None:
        """How the ledger stands; `kinds` of channel that are served."""
        self._standings.show(standing, kinds)

    def delivered_before(self, last: Mapping[tuple[str, str], datetime]) -> None:
        """(kind of channel, kind of alert) to the last delivery of earlier lives, and of other alerters."""
        for (channel, kind), at in last.items():
            self._standings.delivered(channel, kind, at)

    def group(self, group: str, topic: str, committed: Mapping[int, int], end: Mapping[int, int], now: float) -> None:
        """How far the group has come in the topic at `now` (monotonic seconds)."""
        self._waiting.show(group, topic, committed, end, now)

    def waiting(self, by_kind: dict[str, int], kinds: frozenset[str]) -> None:
        """How many deliveries wait; a kind that is not named has none."""
        for kind in kinds | by_kind.keys():
            self._due.labels(kind).set(by_kind.get(kind, 0))

    def in_force(self, version: int, routes: int) -> None:
        """That version of the subscriptions is in force; 0: the alerter's own file."""
        self._version.set(version)
        self._routes.set(routes)

    def version_refused(self) -> None:
        """A version of the subscriptions cannot be used."""
        self._refused.inc()

    def shelved(self, by_state: dict[str, int]) -> None:
        """How many deliveries are held, and how many wait for a digest."""
        for state in ("held", "digest"):
            self._shelved.labels(state).set(by_state.get(state, 0))

    def lag(self, messages: int) -> None:
        """So many documents wait."""
        self._lag.set(messages)
