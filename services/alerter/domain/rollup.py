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
"""Alerts of one rollup; more make a second one. With the longest lines they stay under Slack's 12,000 characters."""
_FEW = 8
"""The same where a message holds 4,096 bytes or characters: a line that did not fit would be told to nobody."""
_SMALL = frozenset({"wecom", "telegram", "apprise"})
"""Those channels (their `limits`); behind apprise any service may stand."""
_LONGEST_LINE = 240
"""Bytes of a line: 80 Chinese characters."""


def most_for(channel: str) -> int:
    """How many alerts one message to that channel tells at most."""
    return _FEW if channel.partition(":")[0] in _SMALL else MOST


def rollup_of(alerts: Sequence[Alert], channel: str, why: str, now: datetime, team: str = "") -> Alert:
    """The message that tells all of `alerts`, at least two of one `team`, decided at `now`; `why` they waited.

    It is the team's where several routes made them, else the route's. It speaks the language of most of them, and each
    line its own.
    """
    ranked = sorted(alerts, key=lambda alert: (-alert.importance, alert.delivery_key))
    first = ranked[0]
    name = hashlib.sha256("\n".join(sorted(alert.delivery_key for alert in alerts)).encode()).hexdigest()[:32]
    thread = f"rollup-{name}"
    routes = {alert.subscription for alert in alerts}
    subscription = first.subscription if len(routes) == 1 or not team else team
    seen = min(alert.times.first_seen for alert in alerts)
    return Alert(
        delivery_key=delivery_key(thread, 1, subscription, channel),
        kind="rollup",
        subscription=subscription,
        thread_id=thread,
        fact_version=1,
        document_id=first.document_id,
        revision=first.revision,
        url=first.url,
        title=_cut(first.title),
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
    return _cut(f"{'★' * alert.importance} {headline(alert)}{news} — {alert.title}")


def _cut(line: str) -> str:
    whole = line.encode()
    return line if len(whole) <= _LONGEST_LINE else f"{whole[: _LONGEST_LINE - 3].decode(errors='ignore')}…"
