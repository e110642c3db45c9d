"""The portal of a run on this machine: its one-time link, and whether every story can be found in it."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from deploy.local.accounting import Account
from deploy.local.ledger import Ledger

LINK = "portal.link"
"""The file in a run's folder that the portal writes its newest link to."""
TIMEOUT = 10.0
"""Seconds that an answer may take."""
PATIENCE = 20.0
"""Seconds that the portal has to find all: the index looks every second, and a killed portal is back within ten."""
PAUSE = 0.5
"""Seconds between two tries."""
LIMIT = 100
"""Results that are asked for at once, the most that the API gives."""


class Unanswered(Exception):  # it may be answered when asked again
    """The portal did not answer, or not with what was asked for."""


def read_link(folder: Path) -> str:
    """The newest link of the run's portal; empty where there is none yet."""
    try:
        return (folder / LINK).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


@dataclass(frozen=True)
class Wanted:
    """A document of the run, and the story that the alerter took it into."""

    document_id: str
    title: str
    thread_id: str | None = None


@dataclass(frozen=True)
class Found:
    """What the portal found of what it should."""

    documents: int
    stories: int
    stories_counted: int
    """What `kind:thread` says: each story of the index once."""
    wanted: tuple[Wanted, ...]
    missing: tuple[Wanted, ...] = ()
    trouble: str = ""
    expected: int | None = None
    """Stories that the table tells of; None where there is no table."""

    @property
    def stories_wanted(self) -> int:
        """Stories that the table tells of, else those that the alerter made."""
        return len({one.thread_id for one in self.wanted} - {None}) if self.expected is None else self.expected

    @property
    def good(self) -> bool:
        """Every document and every story was found, and none beside them."""
        return not self.missing and not self.trouble and self.stories == self.stories_counted == self.stories_wanted

    def as_figures(self) -> dict[str, int]:
        """For the summary file."""
        return {
            "documents": len(self.wanted),
            "documents_found": self.documents,
            "stories": self.stories_wanted,
            "stories_found": self.stories,
            "stories_counted": self.stories_counted,
        }

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield (
            f"portal: {self.documents} of {len(self.wanted)} documents and {self.stories} of {self.stories_wanted}"
            f" stories found, {self.stories_counted} stories in its index"
        )
        if self.trouble:
            yield f"PORTAL  {self.trouble}"
        for one in self.missing:
            yield f"UNFOUND {one.title} ({one.document_id}, thread {one.thread_id or '–'})"


Ask = Callable[[str], Mapping[str, Any]]
"""The answer of the API to a query. Raises Unanswered."""


class Portal:
    """The API, asked with the session that the one-time link gives."""

    def __init__(self, link: str) -> None:
        """Raises Unanswered where the link opens nothing."""
        if not link:
            raise Unanswered("the portal has not said yet how to sign in")
        parts = urlsplit(link)
        self._at = parts.netloc
        answer, _ = self._request(f"{parts.path}?{parts.query}", {})
        cookie = answer.get("set-cookie", "").split(";")[0]
        if not cookie:
            raise Unanswered("the one-time link does not sign in: it was used, or is too old")
        self._headers = {"Cookie": cookie}

    def search(self, query: str) -> Mapping[str, Any]:
        """One page of results. Raises Unanswered."""
        _, body = self._request(f"/api/v1/search?{urlencode({'q': query, 'limit': LIMIT})}", self._headers)
        try:
            plain = json.loads(body)
        except ValueError as error:
            raise Unanswered(f"the portal answered {body[:200]!r}") from error
        if not isinstance(plain, dict) or "results" not in plain:
            raise Unanswered(f"{query!r}: {plain}")
        return plain

    def _request(self, path: str, headers: Mapping[str, str]) -> tuple[dict[str, str], bytes]:
        connection = HTTPConnection(self._at, timeout=TIMEOUT)
        try:
            connection.request("GET", path, headers=dict(headers))
            answer = connection.getresponse()
            return {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        except (OSError, HTTPException) as error:
            raise Unanswered(f"the portal does not answer: {error}") from error
        finally:
            connection.close()


def wanted_of(account: Account, ledger: Ledger) -> tuple[Wanted, ...]:
    """Every document that the run's pages became, once."""
    threads = {one.document_id: one.thread_id for one in ledger.judged if one.thread_id}
    found: dict[str, Wanted] = {}
    for page in account.pages:
        if page.document and page.look and page.look.title:
            document_id = page.document[0]
            found[document_id] = Wanted(document_id, page.look.title, threads.get(document_id))
    return tuple(found.values())


def phrase(title: str) -> str:
    """The query for a title."""
    return '"' + " ".join(title.replace('"', " ").split()) + '"'


def look(wanted: Sequence[Wanted], ask: Ask, expected: int | None = None) -> Found:
    """Ask for each document by its title. Raises Unanswered."""
    documents, stories, missing = 0, set(), []
    for one in wanted:
        hits = [hit for hit in ask(phrase(one.title))["results"] if hit["document_id"] == one.document_id]
        threads = {hit["thread"]["thread_id"] for hit in hits if hit["thread"]}
        if not hits or (one.thread_id and one.thread_id not in threads):
            missing.append(one)
        documents += bool(hits)
        stories |= threads
    counted = int(ask("kind:thread")["total"]["value"])
    return Found(documents, len(stories), counted, tuple(wanted), tuple(missing), expected=expected)


def look_until_found(
    wanted: Sequence[Wanted], folder: Path, expected: int | None = None, patience: float = PATIENCE
) -> Found:
    """Ask again and again until all is found or patience ends; what was found last. `expected`: see Found."""
    deadline = time.monotonic() + patience
    portal: Portal | None = None
    while True:
        try:
            portal = portal or Portal(read_link(folder))
            found = look(wanted, portal.search, expected)
        except Unanswered as error:
            found, portal = Found(0, 0, 0, tuple(wanted), trouble=str(error), expected=expected), None
        if found.good or time.monotonic() > deadline:
            return found
        time.sleep(PAUSE)
