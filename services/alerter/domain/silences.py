"""Silences: alerts that somebody does not want for a while, with an end and a reason. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.alerter.domain.quiet_hours import instant
from services.alerter.domain.routes import route_of
from services.alerter.domain.routes_reading import stands_in
from services.alerter.domain.spelling import nearest
from services.alerter.domain.subscriptions import Subscriptions
from shared.config_hints import Misfit
from shared.messages import DocumentClassified, EventFound
from shared.watch.fold import fold
from shared.watch.taxonomy import LABELS

LONGEST = timedelta(days=366)
"""What is to be quiet for longer is a change of the subscription."""
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Categories of Unicode of which nothing is seen: controls, marks of direction and of no width, blanks."""
_NO_TEXT = frozenset({"Cc", "Cs"})
"""Those that stand in no text, blanks such as a tab aside."""
_LOST = "\ufffd"
"""Stands for a character that was none."""


@dataclass(frozen=True)
class Matcher:
    """Which alerts; a key that is None takes all, and those that are given must hold together."""

    subscription: str | None = None
    """A team, or one of its routes: what is under it is silenced too."""
    entity: str | None = None
    label: str | None = None
    thread: str | None = None
    channel: str | None = None
    """A kind (`slack`) or one channel (`slack:#name`)."""
    words: str | None = None
    """Stands in the title, the first paragraphs or a quote, in any spelling that routing takes for the same, and as a
    word of its own where it is Latin: `AI` is not in `said`."""

    def given(self) -> dict[str, str]:
        """The keys that were given."""
        return {key: value for key, value in vars(self).items() if value is not None}

    def __str__(self) -> str:
        """For people: `entity=jd_health, label=partnership`."""
        return ", ".join(f"{key}={value}" for key, value in self.given().items())

    def check(self) -> None:
        """Raises ValueError for what stops every alert, and for what names nothing."""
        if not self.given():
            raise ValueError("a silence needs at least one of subscription, entity, label, thread, channel, words")
        for key, value in self.given().items():
            if all(unicodedata.category(one) in _UNSEEN for one in value.replace(_LOST, "")):
                raise ValueError(f"{key} is empty; write something, or leave it out")
            if any(one == _LOST or (unicodedata.category(one) in _NO_TEXT and not one.isspace()) for one in value):
                raise ValueError(f"{key} has a character that is no text; write it anew")
        if self.label is not None and self.label not in LABELS:
            raise ValueError(f"no label is called {self.label}; {nearest(self.label, LABELS)}")


@dataclass(frozen=True)
class Silence:
    """One silence. All times have a timezone."""

    id: int
    matcher: Matcher
    until: datetime
    reason: str
    who: str
    created: datetime
    ended: datetime | None = None
    """When somebody ended it before its time."""

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.ended is None and self.created <= now < self.until

    def words(self) -> str:
        """Why an alert was not sent."""
        return f"silence {self.id} by {self.who} until {self.until:%Y-%m-%d %H:%M %Z} ({self.matcher}): {self.reason}"


@dataclass(frozen=True)
class Telling:
    """What is about to be told, to whom."""

    path: Sequence[str]
    """Names from the team down to the route."""
    channel: str
    thread_id: str
    document: DocumentClassified
    events: Sequence[EventFound]
    """Those that the route wants the document for; a reminder may be of a day that none of them tells."""


def end_of(written: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The end of a silence, in UTC: a date with a time, on the clock of `zone` where it names no offset.

    A time that the clock skips is the moment of the jump, of one that it shows twice the second is taken. Raises
    ValueError for anything else, for what is over, and for more than LONGEST.
    """
    try:
        end = datetime.fromisoformat(written.strip())
    except ValueError:
        raise ValueError(f"{written!r} is no date with a time; write it like 2026-12-01T08:00") from None
    if end.tzinfo is None:
        whole = instant(end.date(), end.hour * 60 + end.minute, zone, later=True)
        end = whole + timedelta(seconds=end.second)
    end = end.astimezone(UTC)
    if end <= now:
        raise ValueError(f"{written} is over; a silence ends in the future")
    if end > now + LONGEST:
        raise ValueError(f"{written} is more than {LONGEST.days} days away; change the subscription instead")
    return end


def refuse_unknown(matcher: Matcher, subscriptions: Subscriptions) -> None:
    """Raises Misfit, with the nearest right one, for a name that no subscription or route of these has, and for a
    channel that none of them sends to, or none under that name: it would silence nobody.
    """
    routes = [route for one in subscriptions.subscriptions for route in route_of(one).below()]
    name, channel = matcher.subscription, matcher.channel
    if name is not None and not any(name == route.name for route in routes):
        wrong = f"no subscription or route is called {name}"
        raise Misfit(("subscription",), wrong, nearest(name, [route.name for route in routes]))
    used = {target for route in routes if name is None or name in route.path for target in route.targets()}
    used |= {target.partition(":")[0] for target in used}
    if channel is not None and channel not in used:
        raise Misfit(("channel",), f"{name or 'no subscription'} {'never ' if name else ''}sends to {channel}",
                     nearest(channel, used))  # fmt: skip


def silence_on(silences: Sequence[Silence], telling: Telling, now: datetime) -> Silence | None:
    """The first silence in force that stops all of it; None when at least one event is to be told."""
    return next((one for one in silences if one.holds(now) and _stops(one.matcher, telling)), None)


def _stops(matcher: Matcher, telling: Telling) -> bool:
    """Entity and label must fit every event: a silence on one of two does not lose the other."""
    if matcher.subscription is not None and matcher.subscription not in telling.path:
        return False
    if matcher.thread is not None and matcher.thread != telling.thread_id:
        return False
    if matcher.channel is not None and matcher.channel not in (telling.channel, telling.channel.partition(":")[0]):
        return False
    if matcher.words is not None and not stands_in(fold(matcher.words).strip(), _text(telling)):
        return False
    named = {found.entity for found in telling.document.entities}
    if not telling.events:
        return matcher.label is None and (matcher.entity is None or matcher.entity in named)
    return all(
        (matcher.entity is None or matcher.entity in (set(event.entities) or named))
        and (matcher.label is None or matcher.label == event.label)
        for event in telling.events
    )


def _text(telling: Telling) -> str:
    document = telling.document
    return fold("\n".join((document.title, document.lead, *(event.evidence.quote for event in telling.events))))
