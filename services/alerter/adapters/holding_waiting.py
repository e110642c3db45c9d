"""What waits to be sent once more, looked at again: a silence made since stops it, and what a channel that is down for
long keeps waiting is held, so that it goes out as one message when the channel is back."""

from datetime import datetime

from sqlalchemy import Connection, RowMapping, text

from services.alerter.adapters.silences import open_silences
from services.alerter.domain.content import Alert
from services.alerter.domain.silences import Telling, silence_on
from shared.messages import DocumentClassified

DOWN = 600.0
"""Seconds since its decision from which a delivery that still fails says that its channel is down: until then a channel
gets what waited one by one, each with its quote and its summary."""
WORDS = "waits with others for its channel, which does not answer"
_TRIES = 3
"""Attempts that such a delivery has had at least."""
_KEPT = 3.0
"""Seconds for which a delivery is held on; each look prolongs them while the channel is down."""
_LOOKED_AT = 300
"""Deliveries that one look compares with the silences."""
_RETRIED = "d.kind in ('new', 'update') and d.state = 'due' and d.attempts > 0 and d.lease_by is null"
_WAITING = text(
    f"""
    select d.id, d.subscription, d.team, d.channel, d.thread_id, d.content, c.message
    from deliveries d join classifications c using (document_id, revision)
    where {_RETRIED} and d.due is not null order by d.id limit :most for update of d skip locked
    """  # noqa: S608  constants of this file
)
_SILENCED = text(
    "update deliveries set state = 'suppressed', due = null, held_until = now(), reason = :reason where id = :id"
)
# The first that fails goes on trying, and so finds out when the channel is back; on the wire it still counts.
_FAILING = """
    select team, channel, min(id) as first from deliveries
    where due is not null and state in ('due', 'sending') and attempts >= :tries
      and coalesce(released, decided) < now() - make_interval(secs => :down)
    group by team, channel
"""
_HOLD = text(
    f"""
    with failing as ({_FAILING})
    update deliveries d set state = 'held', due = null, held_until = now() + make_interval(secs => :kept),
           reason = :words
    from failing f where f.team = d.team and f.channel = d.channel and d.id <> f.first and {_RETRIED}
    """  # noqa: S608  constants of this file
)
_HOLD_ON = text(
    f"""
    with failing as ({_FAILING})
    update deliveries d set held_until = now() + make_interval(secs => :kept)
    from failing f where f.team = d.team and f.channel = d.channel and d.state = 'held'
      and d.reason = :words
    """  # noqa: S608  constants of this file
)


def silence_waiting(db: Connection, now: datetime) -> int:
    """End what waits for another attempt and is silenced by now, with the silence as its reason; how many."""
    silences = open_silences(db)
    if not silences:
        return 0
    ended = 0
    for row in db.execute(_WAITING, {"most": _LOOKED_AT}).mappings().all():
        silence = silence_on(silences, _telling(row), now)
        if silence is not None:
            db.execute(_SILENCED, {"id": row["id"], "reason": silence.words()})
            ended += 1
    return ended


def hold_while_down(db: Connection) -> None:
    """Hold what waits for a channel that is down, but the first of each team; go on holding what is held so."""
    asked = {"tries": _TRIES, "down": DOWN, "kept": _KEPT, "words": WORDS}
    db.execute(_HOLD, asked)
    db.execute(_HOLD_ON, asked)


def _telling(row: RowMapping) -> Telling:
    alert, document = Alert.model_validate(row["content"]), DocumentClassified.model_validate(row["message"])
    told = {(one.label, one.status) for one in alert.happened}
    events = [event for event in document.events if (event.label, event.status) in told]
    return Telling((row["team"], row["subscription"]), row["channel"], row["thread_id"], document, events)
