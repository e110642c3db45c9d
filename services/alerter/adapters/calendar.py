"""The calendar: its documents on PostgreSQL, and the feed as iCalendar (RFC 5545)."""

from collections.abc import Sequence
from datetime import UTC, date, timedelta

from icalendar import Calendar, Event
from sqlalchemy import Connection, Engine, text

from services.alerter.adapters.database import transaction
from services.alerter.adapters.holding import insert_delivery
from services.alerter.application.hold_ports import Filed as Placement
from services.alerter.domain.calendar import Entry, Filed
from services.alerter.domain.calendar_words import citation, kind_words, summary
from services.alerter.domain.content import Alert
from services.alerter.domain.deadlines import AHEAD
from services.alerter.domain.schedule import Placed
from services.alerter.domain.wording import Names
from shared.messages import DocumentClassified
from shared.messages.common import Language

_DOCUMENTS = text(
    """
    select distinct on (c.document_id) c.message, c.received, t.thread_id, d.paragraphs
    from classifications c join thread_documents t using (document_id)
         left join documents d on d.document_id = c.document_id and d.revision = c.revision
    where c.received > cast(:since as timestamptz) order by c.document_id, c.revision desc
    """
)
_TOLD = text("select distinct thread_id from deliveries where team = :team and state <> 'suppressed'")


class SqlCalendar:
    """See application/remind.py."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def documents(self, today: date) -> Sequence[Filed]:
        """The newest revision of each document in a thread that may announce a day from `today` on."""
        with transaction(self._engine) as db:
            rows = db.execute(_DOCUMENTS, {"since": today - timedelta(days=AHEAD)}).mappings().all()
        return [
            Filed(DocumentClassified.model_validate(row["message"]), row["thread_id"], row["paragraphs"] or (),
                  row["received"])
            for row in rows
        ]  # fmt: skip

    def told(self, team: str) -> frozenset[str]:
        """Threads that the team was told of, or is to be."""
        with transaction(self._engine) as db:
            return frozenset(db.execute(_TOLD, {"team": team}).scalars())

    def remind(self, alerts: Sequence[tuple[str, Alert]]) -> frozenset[str]:
        """Under the ledger's unique key."""
        with transaction(self._engine) as db:
            return frozenset(channel.partition(":")[0] for channel, alert in alerts if _put(db, channel, alert))


def _put(db: Connection, channel: str, alert: Alert) -> bool:
    placement = Placement(Placed("due"), alert.subscription)
    return insert_delivery(db, alert, channel, alert.times.decided or alert.times.first_seen, placement) is not None


def feed(entries: Sequence[Entry], names: Names, language: Language, title: str) -> bytes:
    """The entries as one iCalendar file; the same entries make the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Luming//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    for entry in entries:
        calendar.add_component(_event(entry, names, language))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, names: Names, language: Language) -> Event:
    """A whole day that keeps nobody busy; it was made when the first of its documents came."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.known.astimezone(UTC))
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", _printable(summary(entry, names, language)))
    event.add("description", "\n\n".join(_printable(citation(cited)) for cited in entry.cited))
    event.add("url", entry.cited[0].url)
    event.add("categories", [kind_words(entry, language)])
    event.add("transp", "TRANSPARENT")
    return event


def _printable(words: str) -> str:
    """No sign that moves a cursor or turns the reading round."""
    return "".join(sign for sign in words if sign == "\n" or sign.isprintable())
