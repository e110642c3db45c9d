"""Puts the making of briefs together: a part of bootstrap."""

from sqlalchemy import Engine

from services.portal.adapters.brief_pdf import WeasyPrinter
from services.portal.adapters.brief_threads import SqlThreadMembers
from services.portal.adapters.search_reader import SqlSearchIndex
from services.portal.application.brief import BriefMaker, Words
from services.portal.application.printing import Printer
from services.portal.application.search import Search
from services.portal.domain.brief_names import Names
from shared.watch import Watchlist


def make_briefs(engine: Engine, watchlist: Watchlist, search: Search, words: Words | None = None) -> BriefMaker:
    """What makes briefs over a database; without `words` there is no second reader."""
    return BriefMaker(search, SqlSearchIndex(engine), SqlThreadMembers(engine), Names(watchlist), words)


def make_printer() -> Printer:
    """What makes PDFs."""
    return WeasyPrinter()
