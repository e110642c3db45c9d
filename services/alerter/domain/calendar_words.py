"""The reminders that come before the entries of the calendar. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.alerter.domain.content import Alert, Happened, delivery_key
from services.alerter.domain.digest_plan import DEFAULT, DigestPlan
from services.alerter.domain.quiet_hours import instant, minutes
from services.alerter.domain.wording import Names, in_language, named
from shared.calendar.entries import Entry
from shared.calendar.words import kind_words
from shared.messages import Times
from shared.messages.common import Language


@dataclass(frozen=True)
class Reminder:
    """A reminder that is due."""

    entry: Entry
    days_before: int
    """As the plan asks for it; stands in the ledger's key."""


def reminders(entries: Iterable[Entry], plan: DigestPlan, zone: ZoneInfo, now: datetime) -> Iterator[Reminder]:
    """Those whose time has come; of one entry the nearest alone, where an alerter was away for several.

    What became known after a reminder's time was alerted then, and needs none.
    """
    at = minutes(plan.daily or (plan.weekly.at if plan.weekly else None) or DEFAULT.daily or "09:00")
    today = now.astimezone(zone).date()
    for entry in entries:
        if entry.day < today:
            continue
        due = [
            before.days
            for before in plan.remind
            if entry.known < instant(entry.day - timedelta(days=before.days), at, zone, later=False) <= now
        ]
        if due:
            yield Reminder(entry, min(due))


def reminder_alert(
    reminder: Reminder, where: tuple[str, str, ZoneInfo], language: Language, names: Names, now: datetime
) -> Alert:
    """What is sent to (subscription, channel) in the team's timezone; it cites the entry's first document."""
    entry, (subscription, channel, zone) = reminder.entry, where
    cited = entry.cited[0]
    left = (entry.day - now.astimezone(zone).date()).days
    thread = f"reminder-{entry.uid.partition('@')[0]}"
    when = in_language((_in_chinese(left), _in_english(left)), language)
    comma = "，" if language.startswith("zh") else ", "
    line = f"{when} ({entry.day.isoformat()}){comma}{kind_words(entry, language)}"
    others = [f"{one.title} ({one.outlet}) {one.url}" for one in entry.cited[1:]]
    return Alert(
        delivery_key=delivery_key(thread, reminder.days_before, subscription, channel),
        kind="reminder",
        content="reminder",
        subscription=subscription,
        thread_id=thread,
        fact_version=reminder.days_before,
        document_id=cited.document_id,
        revision=1,
        url=cited.url,
        title=entry.title,
        outlet=cited.outlet,
        language=language,
        importance=entry.importance,
        happened=(
            Happened(label=entry.label, status=entry.status, line=line, quote=cited.quote, paragraph=cited.paragraph),
        ),
        news=tuple(others),
        times=Times(first_seen=entry.known, decided=now),
        entities=named(entry.entities, names, language),
        matched=(in_language((f"提前 {reminder.days_before} 天", f"{reminder.days_before} days before"), language),),
    )


def _in_chinese(days: int) -> str:
    return {0: "今天", 1: "明天"}.get(days, f"{days} 天后")


def _in_english(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
