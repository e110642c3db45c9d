"""What the pages are put together from; bootstrap.py fills it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from services.portal.application.brief import BriefMaker
from services.portal.application.calendar import Calendar
from services.portal.application.desk import Desk
from services.portal.application.exporting import Exporting
from services.portal.application.library import Library
from services.portal.application.overview import Overview
from services.portal.application.printing import Printer
from services.portal.application.search import Search
from services.portal.web.doorman import Doors
from services.portal.web.gate import Gate
from services.portal.web.guard import Counts
from services.portal.web.words import Words


@dataclass(frozen=True)
class Parts:
    """Search, documents, threads, and who may come in."""

    search: Search
    library: Library
    desk: Desk
    exporting: Exporting
    calendar: Calendar
    overview: Overview
    briefs: BriefMaker
    printer: Printer
    gate: Gate
    doors: Doors
    counts: Counts
    clock: Callable[[], datetime]
    entities: Mapping[str, Words]
    """Identifier of a watched entity to its Chinese and English name."""
    database: Callable[[str], None]
    """Told after each answer why the database did not answer; empty where it did."""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    """Names by which browsers may ask; others are refused, so that no page of another name reaches in."""


def outside(parts: Parts, asked: Request) -> str:
    """Where readers find the pages, no slash at the end: behind a proxy that ends TLS the request does not say."""
    return (parts.doors.address or str(asked.base_url)).rstrip("/")
