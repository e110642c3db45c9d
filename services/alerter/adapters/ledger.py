"""The ledger of deliveries on PostgreSQL: leases by `for update skip locked`, all times by the database's clock.

A leased row is due again when its lease runs out, so one query finds what is new, what is to be retried and what a
dead sender left behind.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cache

from sqlalchemy import Connection, Engine, text

from services.alerter.adapters.database import transaction
from services.alerter.adapters.ledger_rows import announcement_of, leased_of
from services.alerter.adapters.quick import Quick, committing
from services.alerter.application.ports import Leased, Look
from services.alerter.application.release import RELEASED
from shared.errors import TransientError
from shared.messages import AlertDelivered, DeadLetter
from shared.messages.codec import encode

LEASE = 10.0
"""Seconds. The keeper renews it while a send lasts; a dead sender's rows are another's after so long."""

_TELLING = 60.0
"""Seconds that Kafka may take to acknowledge a round of messages while their rows are locked."""

# An update waits for the thread's messages before it in its channel, but for ten minutes at most: one message that its
# channel never takes delays no other for longer. Only updates are asked about; the threads of the others are not read.
_LEASE = Quick(
    """
    with next as (
        select id, state as before, lease_by is not null as abandoned from deliveries
        where channel_kind = :kind and due <= now() and channel <> all(cast(:busy as text[]))
          and not exists (select 1 from pauses where pauses.channel in ('', channel_kind, deliveries.channel))
          and (kind <> 'update' or coalesce(released, decided) < now() - interval '10 minutes' or not exists (
              select 1 from deliveries e where e.thread_id = deliveries.thread_id and e.channel = deliveries.channel
                and e.id < deliveries.id and e.due is not null and e.kind in ('new', 'update')))
        order by id limit 1 for update skip locked
    ), taken as (
    update deliveries d
    set state = case when before = 'due' then :fresh else 'unknown' end,
        due = now() + make_interval(secs => :lease),
        lease_until = now() + make_interval(secs => :lease),
        lease_by = :me,
        attempts = d.attempts + 1,
        lost_senders = d.lost_senders + abandoned::int
    from next where d.id = next.id
    returning d.id, d.channel,
              coalesce((select r.content from refreshes r where r.delivery = d.id), d.content) as content,
              d.attempts, d.repeated_on_the_wire, d.lost_senders, before,
              extract(epoch from now() - coalesce(d.released, d.decided))::float as age,
              (select f.reference from deliveries f where f.thread_id = d.thread_id and f.channel = d.channel
                  and f.state = 'delivered' and f.kind in ('new', 'update') and d.kind in ('new', 'update')
                  and f.id < d.id order by f.id limit 1) as first_message
    )
    select taken.*, exists (
        select 1 from deliveries where channel_kind = :kind and due <= now() and id not in (select id from next)
          and not exists (select 1 from pauses where pauses.channel in ('', channel_kind, deliveries.channel))
    ) as waits
    from (values (1)) as always left join taken on true
    """
)
_MINE = "id = :id and attempts = :attempts and lease_by is not null and due is not null"
"""Fencing: a row that another took over since has counted an attempt more; one that is at its end has no sender."""
_END = "lease_until = null, lease_by = null"
_LET_GO = f"case when reason like '{RELEASED}%' then split_part(reason, '; then: ', 1) end"
"""Who let it go before its time, and why: stays in the reason, whatever the wire says later."""
_SAID = f"reason = concat_ws('; then: ', {_LET_GO}, cast(:reason as text))"

_DELIVERED = Quick(
    f"""
    with told as (
        update deliveries set state = 'delivered', due = null, delivered = clock_timestamp(), reference = :reference,
               reason = coalesce({_LET_GO}, ''),
               announced = case when kind in ('new', 'update') then null else clock_timestamp() end, {_END}
        where {_MINE} returning id, delivered
    )
    update deliveries member set delivered = told.delivered from told where member.bundle = told.id
    """  # noqa: S608  constants of this file
)


class SqlLedger:
    """See application/ports.py. `identity` names this alerter among those that share the ledger."""

    def __init__(self, engine: Engine, identity: str, lease: float = LEASE) -> None:
        self._engine = engine
        self.identity = identity
        self._lease = lease

    def lease(self, kind: str, tells: bool = False, busy: Collection[str] = ()) -> Look:
        """The oldest due delivery of that kind, as it reads by now.

        Where the channel tells its hand-over, it stays `due` until then.
        """
        asked = {
            "kind": kind,
            "lease": self._lease,
            "me": self.identity,
            "fresh": "due" if tells else "sending",
            "busy": list(busy),
        }
        with committing(self._engine) as raw:
            ((*row, waits),) = _LEASE.alone(raw, asked)
        return Look(leased_of(row) if row[0] is not None else None, waits)

    def take_own_back(self) -> int:
        """At the start, under the identity's lock: what this alerter's last life left on the wire is due at once."""
        with transaction(self._engine) as db:
            done = db.execute(
                text("update deliveries set due = now(), lease_until = now() where lease_by = :me and due is not null"),
                {"me": self.identity},
            )
            return int(done.rowcount)

    def renew(self) -> None:
        """Prolong what this alerter holds."""
        with transaction(self._engine) as db:
            db.execute(
                text(
                    "update deliveries set due = now() + make_interval(secs => :lease),"
                    " lease_until = now() + make_interval(secs => :lease)"
                    " where lease_by = :me and lease_until > now()"
                ),
                {"lease": self._lease, "me": self.identity},
            )

    def handing_over(self, leased: Leased) -> None:
        """Said before the wire is touched; from here on the message may arrive."""
        again = ", repeated_on_the_wire = true" if leased.lost else ""
        if not self._set(leased, f"state = 'sending'{again}"):
            raise TransientError("another sender took it over")

    def delivered(self, leased: Leased, reference: str) -> None:
        """The end that is wished for; of a rollup it is that of its members, which are announced in its place."""
        with committing(self._engine) as raw:
            _DELIVERED.alone(raw, {**_key(leased), "reference": _clean(reference)})

    def retry(self, leased: Leased, seconds: float, reason: str, whole_channel: bool) -> None:
        """Due later; a channel that asked for a pause gets it for everything that waits for it."""
        later = "now() + make_interval(secs => :seconds)"
        with transaction(self._engine) as db:
            db.execute(
                text(f"update deliveries set state = 'due', due = {later}, {_SAID}, {_END} where {_MINE}"),  # noqa: S608  constants
                {**_key(leased), "seconds": seconds, "reason": _clean(reason)},
            )
            if whole_channel:
                db.execute(
                    text(
                        f"update deliveries set due = greatest(due, {later})"  # noqa: S608  constants
                        " where channel = :channel and state = 'due'"
                    ),
                    {"channel": leased.channel, "seconds": seconds},
                )

    def unknown(self, leased: Leased, seconds: float | None, reason: str) -> None:
        """Looked into later, or its end."""
        due = "null" if seconds is None else "now() + make_interval(secs => :value)"
        repeated = "true" if leased.repeated else "false"
        what = f"state = 'unknown', due = {due}, {_SAID}, repeated_on_the_wire = {repeated}, {_END}"
        self._set(leased, what, seconds, reason=_clean(reason))

    def permanent(self, leased: Leased, letter: DeadLetter) -> None:
        """The row's end and the letter in one transaction."""
        with transaction(self._engine) as db:
            db.execute(
                text(f"update deliveries set state = 'permanent', due = null, {_SAID}, {_END} where {_MINE}"),  # noqa: S608  constants
                {**_key(leased), "reason": _clean(letter.reason)},
            )
            db.execute(
                text("insert into alerter_dead_letters (key, value, created) values (:key, :value, now())"),
                {"key": letter.key, "value": encode(letter)},
            )

    def announce(self, most: int, send: Callable[[Sequence[AlertDelivered]], int]) -> int:
        """Delivered alerts without a mark, as they were decided; locked, so that no second alerter sends them too."""
        with transaction(self._engine, _TELLING) as db:
            rows = db.execute(
                text(
                    "select id, content, channel, delivered from deliveries where delivered is not null"
                    " and announced is null order by id limit :most for update skip locked"
                ),
                {"most": most},
            )
            found = rows.mappings().all()
            if found:
                sent = send([announcement_of(row) for row in found])
                _mark(db, "deliveries set announced", [row["id"] for row in found[:sent]])
            return len(found)

    def bury(self, most: int, send: Callable[[Sequence[tuple[bytes | None, bytes]]], int]) -> int:
        """Dead letters without a mark, locked as well."""
        with transaction(self._engine, _TELLING) as db:
            rows = db.execute(
                text(
                    "select id, key, value from alerter_dead_letters where sent is null"
                    " order by id limit :most for update skip locked"
                ),
                {"most": most},
            )
            found = rows.all()
            if found:
                sent = send([(bytes(row.key) if row.key is not None else None, bytes(row.value)) for row in found])
                _mark(db, "alerter_dead_letters set sent", [row.id for row in found[:sent]])
            return len(found)

    def waiting(self) -> dict[str, int]:
        """How many deliveries wait, by kind of channel."""
        with transaction(self._engine) as db:
            rows = db.execute(
                text("select channel_kind, count(*) as waiting from deliveries where due is not null group by 1")
            )
            return {row.channel_kind: row.waiting for row in rows}

    def shelved(self) -> dict[str, int]:
        """How many deliveries are held, and how many wait for a digest."""
        with transaction(self._engine) as db:
            rows = db.execute(
                text("select state, count(*) from deliveries where state in ('held', 'digest') group by 1")
            )
            return {state: count for state, count in rows}  # noqa: C416  rows are no pairs to mypy

    def _set(self, leased: Leased, what: str, value: object = None, reason: str | None = None) -> bool:
        values = {**_key(leased), "value": value, "reason": reason}
        used = {name: given for name, given in values.items() if f":{name}" in f"{what} {_MINE}"}
        with committing(self._engine) as raw:
            return bool(_setting(what).alone(raw, used).rowcount)


@cache
def _setting(what: str) -> Quick:
    """Read once for each of the few things that are set; `what` is a constant of this file."""
    return Quick(f"update deliveries set {what} where {_MINE}")  # noqa: S608  constants


def _mark(db: Connection, what: str, ids: Sequence[int]) -> None:
    db.execute(text(f"update {what} = clock_timestamp() where id = any(:ids)"), {"ids": list(ids)})


def _key(leased: Leased) -> dict[str, object]:
    return {"id": leased.id, "attempts": leased.attempts}


def _clean(said: str) -> str:
    """What another program said, as a column takes it: PostgreSQL's text holds no NUL, UTF-8 no lone surrogate."""
    return said.replace("\x00", "").encode("utf-8", "backslashreplace").decode()[:1000]
