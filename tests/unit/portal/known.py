"""What the tests of the portal know."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from services.portal.domain.parse import parse
from services.portal.domain.query import Problem, Query, Term
from services.portal.domain.vocabulary import Vocabulary
from shared.watch import load_watchlist

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
WATCHLIST = load_watchlist(Path(__file__).parents[3] / "config" / "watchlist.yaml")
VOCABULARY = Vocabulary.of(WATCHLIST, ["搜狐财经", "Sohu Finance"])


def query(text: str) -> Query:
    """The query of a text that is one."""
    found = parse(text, VOCABULARY, NOW, SHANGHAI)
    assert isinstance(found, Query), found
    return found


def problem(text: str) -> Problem:
    """Why a text is none."""
    found = parse(text, VOCABULARY, NOW, SHANGHAI)
    assert isinstance(found, Problem), found
    return found


def term(text: str) -> Term:
    """The only term of a text."""
    (only,) = query(text).terms
    return only
