"""The calendar as iCalendar (RFC 5545), for a file or an address that calendar programs subscribe to."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from urllib.parse import quote, urlsplit

from icalendar import Calendar, Event

from shared.calendar.entries import Entry
from shared.calendar.words import citation, kind_words, summary
from shared.language import Names
from shared.messages.common import Language

MEDIA = "text/calendar"
AGAIN = timedelta(hours=1)
"""After which a program that subscribes should ask again (RFC 7986, 5.7): a deadline is days away, not minutes."""


_URI = "!#$%&'()*+,/:;=?@[]~-._"
"""Signs that stand in an address as they are (RFC 3986); all others are written as %XX."""


def feed(entries: Sequence[Entry], names: Names, language: Language, title: str) -> bytes:
    """The entries as one iCalendar file; the same entries make the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Luming//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
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
    if address := _address(entry.cited[0].url):
        event.add("url", address)
    event.add("categories", [kind_words(entry, language)])
    event.add("transp", "TRANSPARENT")
    return event


def _address(url: str) -> str:
    """The address, where a calendar program may open it; empty for `javascript:` and its like."""
    try:
        return quote(url, safe=_URI) if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _printable(words: str) -> str:
    """No sign that moves a cursor or turns the reading round."""
    return "".join(sign for sign in words if sign == "\n" or sign.isprintable())
