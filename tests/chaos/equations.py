"""The conservation equations: what went in came out, once. Pure: what was recorded in, what is broken out.

k is a delivery key (thread, fact version, subscription, channel). What a run must hold:

I1  each page that was served came to one decision with a reason, and each new text to one revision
I2  revisions = outbox = documents topic, nothing unsent
I3  documents topic = classified topic and dead letters, which share nothing; and what was classified was taken in
I4  each route that wanted a revision has its deliveries, suppressed ones with their reason
I5  deliveries = delivered + unknown + permanent + held + suppressed, none due, one row a key
I6  what was received was delivered or unknown; the alerts topic tells of what was delivered
I7  commit <= the database's position (or the log's beginning where that is later); position = end of the log
I8  threads and events as in a run that nobody disturbs; times in order; the database's files whole
I9  no lease that nobody holds, no page asked for that nobody put out; sockets, transactions and memory as before
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from deploy.local.accounting import Account, account
from deploy.local.alerts import Place
from tests.chaos.recorded import Recorded, doubled, letter_of

ENDED = frozenset({"delivered", "unknown", "permanent", "held", "bundled", "suppressed"})
"""States in which a delivery rests."""
Broken = Iterator[str]
MORE_SOCKETS = 12
"""Beyond those at the start: five idle connections of the pool, and a few that stay open to brokers and sites."""
MORE_A_BROKER = 4
"""For each further broker of a cluster: a service has up to that many Kafka clients (consumer, producer, some that look
after lag), and each may come to talk to every broker, as leaders move; seen with `ss -tanp`."""
WARM_UP = 1
"""Runs of a process after which its memory is looked at."""
MORE_MEMORY = 25.0
"""Megabytes that a process may have more after the later half of its runs than after the earlier."""


@dataclass(frozen=True)
class Verdict:
    """What the equations say of one run."""

    expected: int
    received: int
    lost: int
    twice: int
    twice_on_the_wire: int
    unknown: int
    broken: tuple[str, ...]
    """Each begins with the name of its equation."""

    @property
    def holds(self) -> bool:
        """All of them do."""
        return not (self.lost or self.twice or self.broken)


def check(recorded: Recorded) -> Verdict:
    """Judge a run. `lost` are expected messages that never arrived and that no row holds or gave up."""
    found = account(recorded.pages, recorded.ledger, (), recorded.received)
    excused = _given_up_or_held(recorded, found)
    lost = sum(place not in excused for place in found.alerts.missing)
    broken = [f"{name}: {what}" for name, equation in EQUATIONS.items() for what in equation(recorded, found)]
    unknown = sum(row.state == "unknown" for row in recorded.ledger.told)
    return Verdict(
        expected=sum(len(page.alerts) for page in recorded.pages),
        received=len(recorded.received),
        lost=lost,
        twice=found.alerts.delivered_twice,
        twice_on_the_wire=found.alerts.twice_on_the_wire,
        unknown=unknown,
        broken=tuple(broken),
    )


def _given_up_or_held(recorded: Recorded, found: Account) -> set[Place]:
    """Which of the wanted alerts a row says that nobody is to get, or not yet."""
    pages = {page.document: page.page.id for page in found.pages if page.document}
    return {
        (pages[row.document_id, row.revision], *_told_where(row.key))
        for row in recorded.ledger.told
        if row.state in {"permanent", "held"} and (row.document_id, row.revision) in pages
    }


def _told_where(key: str) -> tuple[str, str]:
    """Subscription and channel, from thread/version/subscription/channel."""
    _, _, subscription, channel = key.split("/", 3)
    return subscription, channel


def _i1(recorded: Recorded, found: Account) -> Broken:
    for page in found.differences:
        yield f"{page.page.id} is to be {page.page.outcome} and is {page.outcome}: {page.reason}"
    yield from (f"{page.page.id} has no reason" for page in found.pages if not page.reason)
    yield from (
        f"{page.id} was never asked for" for page in recorded.pages if page.id.partition("#")[0] not in recorded.served
    )
    looks = recorded.ledger.looks
    ended = [(look.address, look.revision) for look in looks if look.outcome not in {"retry", "unchanged"}]
    yield from (f"decided twice: {address}" for address in doubled(ended))
    told = {(look.document_id, look.revision) for look in recorded.ledger.looks if look.outcome == "published"}
    new = {(one.document_id, one.revision) for one in recorded.revisions if one.duplicate_of is None}
    yield from (f"published and not stored, or stored and not published: {one}" for one in told ^ new)


def _i2(recorded: Recorded, found: Account) -> Broken:
    revisions = {(one.document_id, one.revision) for one in recorded.revisions if one.duplicate_of is None}
    outbox = {(one.document_id, one.revision) for one in recorded.outbox}
    topic = {(one.document_id, one.revision) for one in recorded.documents}
    yield from (f"revision and outbox differ: {one}" for one in revisions ^ outbox)
    yield from (f"outbox and documents topic differ: {one}" for one in outbox ^ topic)
    yield from (
        f"stored twice: {one}" for one in doubled((one.document_id, one.revision) for one in recorded.revisions)
    )
    yield from (f"twice in the outbox: {one}" for one in doubled(recorded.outbox))
    if recorded.ledger.unsent:
        yield f"{recorded.ledger.unsent} rows of the outbox are unsent"
    texts: dict[tuple[str, int], set[tuple[str, tuple[str, ...]]]] = {}
    for one in recorded.documents:
        texts.setdefault((one.document_id, one.revision), set()).add((one.title, one.paragraphs))
    yield from (f"one revision with two texts: {key}" for key, several in texts.items() if len(several) > 1)


def _i3(recorded: Recorded, found: Account) -> Broken:
    documents = {(one.document_id, one.revision) for one in recorded.documents}
    classified = {(one.document_id, one.revision) for one in recorded.classified}
    letters = {letter_of(one) for one in recorded.letters if one.service == "classifier"} - {None}
    yield from (
        f"neither classified nor a dead letter, or of no document: {one}" for one in documents ^ (classified | letters)
    )
    yield from (f"classified and a dead letter: {one}" for one in classified & letters)
    buried = {letter_of(one) for one in recorded.letters if one.service == "alerter"} - {None}
    taken = set(recorded.classifications)
    kept = {(one.document_id, one.revision) for one in recorded.ledger.classified}
    yield from (f"taken in and not kept whole, or the reverse: {one}" for one in taken ^ kept)
    yield from (
        f"classified and not taken in, or the reverse: {one}" for one in classified ^ (taken | (buried & classified))
    )


def _i4(recorded: Recorded, found: Account) -> Broken:
    rows = Counter((one.document_id, one.revision, one.key.split("/")[2]) for one in recorded.ledger.told)
    for revision, routes in recorded.matches.items():
        for route in routes:
            if not rows[(*revision, route)]:
                yield f"{route} wanted {revision} and has no delivery"
    wanted = {(*revision, route) for revision, routes in recorded.matches.items() for route in routes}
    yield from (f"a delivery that no route wanted: {one}" for one in rows.keys() - wanted)
    yield from (
        f"suppressed without a reason: {one.key}"
        for one in recorded.ledger.told
        if one.state == "suppressed" and not one.reason
    )


def _i5(recorded: Recorded, found: Account) -> Broken:
    told = recorded.ledger.told
    yield from (f"{row.key} is {row.state}" for row in told if row.state not in ENDED)
    yield from (f"two rows of {key}" for key in doubled(row.key for row in told))
    if recorded.ledger.undelivered:
        yield f"{recorded.ledger.undelivered} deliveries are due"
    unknown = sum(row.state == "unknown" or row.repeated_on_the_wire for row in told)
    if unknown > recorded.most_unknown:
        yield f"{unknown} sends have an unknown end; at most {recorded.most_unknown} were open when something was cut"


def _i6(recorded: Recorded, found: Account) -> Broken:
    states = {row.key: row.state for row in recorded.ledger.told}
    for one in recorded.received:
        if states.get(one.delivery_key) not in {"delivered", "unknown"}:
            yield f"received, and the ledger says {states.get(one.delivery_key)}: {one.delivery_key}"
    delivered = {key for key, state in states.items() if state == "delivered"}
    told = {one.delivery_key for one in recorded.alerts}
    yield from (f"delivered and alerts topic differ: {key}" for key in delivered ^ told)
    yield from (f"{key}: {what}" for key, what in found.alerts.wrong)
    if recorded.ledger.unannounced:
        yield f"{recorded.ledger.unannounced} deliveries are not announced"


def _i7(recorded: Recorded, found: Account) -> Broken:
    for one in recorded.positions:
        where = f"{one.topic}/{one.partition}"
        stands = one.database if one.database is not None else one.committed
        # What was deleted unread can never be read: a position below the log's beginning stands for that beginning.
        if max(one.first, stands or 0) != one.end:
            yield f"{where} ends at {one.end} and was read to {stands}"
        if one.database is not None and one.committed is not None and one.committed > max(one.database, one.first):
            yield f"{where} is committed to {one.committed}, past the database's {one.database}"


def _i8(recorded: Recorded, found: Account) -> Broken:
    """Every told page is a thread of its own with its events; a page's stations come one after the other."""
    told = {one.document[0] for one in found.pages if one.judged and one.document}
    threads = Counter(recorded.memberships[document] for document in told)
    yield from (f"thread {thread} holds {count} stories" for thread, count in threads.items() if count > 1)
    for one in recorded.ledger.classified:
        events = {(event.label, event.status) for event in one.events}
        if events != {recorded.events.get(one.url)}:
            yield f"{one.url} tells {recorded.events.get(one.url)} and was read as {sorted(events)}"
    for one in recorded.ledger.classified:
        times = [one.times.first_seen, one.times.fetched, one.times.sent, one.times.classified]
        known = [time for time in times if time is not None]
        if known != sorted(known):
            yield f"{one.url} has times out of order"
    for row in recorded.ledger.told:
        if row.delivered is not None and row.delivered < row.decided:
            yield f"{row.key} was delivered before it was decided"
    yield from recorded.damages


def _i9(recorded: Recorded, found: Account) -> Broken:
    yield from (f"a lease that nobody holds: {lease}" for lease in recorded.leases)
    yield from (f"nobody put it out: {address}" for address in found.strange)
    put_out = {page.id for page in recorded.pages}
    yield from (f"asked for and not put out: {path}" for path in recorded.served if path not in put_out)
    yield from (f"a connection is in use: {one}" for one in recorded.transactions)
    more = MORE_SOCKETS + MORE_A_BROKER * (recorded.brokers - 1)
    for one in recorded.holdings:
        if one.sockets > one.sockets_at_start + more:
            yield f"{one.name} has {one.sockets} sockets open; {one.sockets_at_start} when it became ready"
        if grown(one.megabytes) > MORE_MEMORY:
            yield f"{one.name} grows: {', '.join(f'{size:.0f}' for size in one.megabytes)} MB"


def grown(megabytes: Sequence[float]) -> float:
    """Megabytes that the later half of a life has more than the earlier, by their medians; 0 for a short one."""
    settled = megabytes[WARM_UP:]
    half = len(settled) // 2
    return median(settled[-half:]) - median(settled[:half]) if half >= 2 else 0.0


EQUATIONS: dict[str, Callable[[Recorded, Account], Broken]] = {
    "I1": _i1, "I2": _i2, "I3": _i3, "I4": _i4, "I5": _i5, "I6": _i6, "I7": _i7, "I8": _i8, "I9": _i9,
}  # fmt: skip
