"""A rollup: several alerts for one channel that were held, told in one message. Pure.

Its key follows from the keys of its members, so that whoever makes it again makes the same one.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from services.alerter.domain.content import Alert, Member, delivery_key
from services.alerter.domain.presentation import headline

MOST = 30
"""Alerts of one rollup. More make a second one: Slack takes 50 blocks a message, and nobody reads more in one piece."""


def rollup_of(alerts: Sequence[Alert], channel: str, why: str, now: datetime) -> Alert:
    """The message that tells all of `alerts`, at least two of one subscription, decided at `now`; `why` they waited.

    It speaks the language of most of them, and each line its own.
    """
    ranked = sorted(alerts, key=lambda alert: (-alert.importance, alert.delivery_key))
    first = ranked[0]
    name = hashlib.sha256("\n".join(sorted(alert.delivery_key for alert in alerts)).encode()).hexdigest()[:32]
    thread = f"rollup-{name}"
    seen = min(alert.times.first_seen for alert in alerts)
    return Alert(
        delivery_key=delivery_key(thread, 1, first.subscription, channel),
        kind="rollup",
        subscription=first.subscription,
        thread_id=thread,
        fact_version=1,
        document_id=first.document_id,
        revision=first.revision,
        url=first.url,
        title=first.title,
        outlet=first.outlet,
        language=Counter(alert.language for alert in ranked).most_common(1)[0][0],
        importance=first.importance,
        happened=(),
        times=first.times.model_copy(update={"first_seen": seen, "decided": now}),
        members=tuple(Member(line=_line(alert), url=alert.url) for alert in ranked),
        matched=(why,) if why else (),
    )


def _line(alert: Alert) -> str:
    """What happened and the title; of an update what is new."""
    news = f" ({'; '.join(alert.news)})" if alert.news else ""
    return f"{'★' * alert.importance} {headline(alert)}{news} — {alert.title}"
