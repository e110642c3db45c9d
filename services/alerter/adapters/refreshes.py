"""Messages to be changed, on PostgreSQL: written with the document that changes them, read by the channel's sender.

What is still held is not sent yet: whoever leases it then sends what stands here (ledger.py). Its row in the ledger
stays as it was decided, so that a digest printed again says the same.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from services.alerter.adapters.database import statement, transaction
from services.alerter.adapters.quick import Quick
from services.alerter.application.refresh import ToRefresh
from services.alerter.domain.content import Alert
from services.alerter.domain.news import NewFact
from services.alerter.domain.refreshed import refreshed
from services.alerter.domain.state import ThreadState

LEASE = 30.0
"""Seconds after which a change whose sender died is another's; the same change twice changes nothing."""

_FIRST = Quick(
    """
    select distinct on (d.channel) d.id, d.channel_kind, coalesce(r.content, d.content) as content
    from deliveries d left join refreshes r on r.delivery = d.id
    where d.thread_id = :thread and d.kind in ('new', 'update') and d.channel_kind = any(:kinds)
      and d.state in ('due', 'sending', 'unknown', 'delivered')
    order by d.channel, d.id
    """
)
_HELD = Quick(
    """
    select d.id, d.channel_kind, coalesce(r.content, d.content) as content
    from deliveries d left join refreshes r on r.delivery = d.id
    where d.thread_id = :thread and d.kind in ('new', 'update') and d.state = 'held'
    order by d.team, d.channel, d.id for update of d
    """
)
"""Locked until what is to be sent stands there, in the order in which holding_shelf.py locks what comes due."""
_PUT = Quick(
    """
    insert into refreshes (delivery, channel_kind, content, due, changes, attempts)
    values (:delivery, :kind, cast(:content as jsonb), case when cast(:sent as boolean) then now() end, 1, 0)
    on conflict (delivery) do update
    set content = excluded.content, due = excluded.due, changes = refreshes.changes + 1, attempts = 0
    """
)
_LEASE = text(
    """
    with next as (
        select r.delivery, d.channel, d.reference from refreshes r join deliveries d on d.id = r.delivery
        where r.channel_kind = :kind and r.due <= now() and d.state = 'delivered' and d.reference is not null
          and not exists (select 1 from pauses where pauses.channel in ('', d.channel_kind, d.channel))
        order by r.due limit 1 for update of r skip locked
    )
    update refreshes r
    set due = now() + make_interval(secs => :lease), attempts = r.attempts + 1
    from next where r.delivery = next.delivery
    returning r.delivery, next.channel, next.reference, r.content, r.changes, r.attempts
    """
)


def put_refreshes(
    db: Connection, kinds: frozenset[str], thread: ThreadState, news: Sequence[NewFact], now: datetime
) -> None:
    """In the document's transaction: all of the thread that is held, in whatever channel, and its first message in each
    channel of those `kinds`, which can change messages.
    """
    held = _HELD(db, {"thread": thread.thread_id}).fetchall()
    sent = _FIRST(db, {"thread": thread.thread_id, "kinds": sorted(kinds)}).fetchall() if kinds else []
    for (delivery, kind, content), goes in [*((row, False) for row in held), *((row, True) for row in sent)]:
        changed = refreshed(Alert.model_validate(content), thread, news, now)
        if changed is not None:
            _PUT(db, {"delivery": delivery, "kind": kind, "content": changed.model_dump_json(), "sent": goes})


class SqlRefreshes:
    """See application/refresh.py."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lease(self, kind: str) -> ToRefresh | None:
        """The oldest change that is due, of a message that was delivered."""
        with statement(self._engine) as db:
            row = db.execute(_LEASE, {"kind": kind, "lease": LEASE}).mappings().first()
        if row is None:
            return None
        alert = Alert.model_validate(row["content"])
        return ToRefresh(row["delivery"], row["channel"], row["reference"], alert, row["changes"], row["attempts"])

    def done(self, one: ToRefresh) -> None:
        """Nothing is to be changed, unless something came meanwhile."""
        self._set("due = null", one)

    def later(self, one: ToRefresh, seconds: float) -> None:
        """Due again in so many seconds."""
        self._set("due = now() + make_interval(secs => :seconds)", one, seconds=seconds)

    def _set(self, what: str, one: ToRefresh, **more: float) -> None:
        with transaction(self._engine) as db:
            db.execute(
                text(f"update refreshes set {what} where delivery = :delivery and changes = :changes"),  # noqa: S608  constants
                {"delivery": one.delivery, "changes": one.changes, **more},
            )
