"""Reading a source's past back, once: how far it has come is kept in the source's state, so a restart goes on."""

import base64
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from services.crawler.domain.source import Request, Source, WithHistory
from shared.runtime.logs import get_logger

log = get_logger(__name__)

HISTORY = "history"
"""Key of the source's state under which this is kept."""
MAX_HISTORY_REQUESTS = 200
"""Requests of one poll that read back."""
SECONDS = 60.0
"""Seconds of one poll after which reading back waits for the next one: new articles must not wait for old ones."""
MOST_WAITING = 500
"""Requests kept for later; a source that leads to more is in a circle."""
MOST_REQUESTS = 5_000
"""Requests in all after which reading back ends."""
TRIES = 5
"""Polls in a row in which the next request fails in a way that may pass, before it is left out."""


@dataclass
class History:
    """How far reading back has come."""

    since: datetime
    waiting: list[Request] = field(default_factory=list)
    requests: int = 0
    items: int = 0
    oldest: datetime | None = None
    """The earliest article listed."""
    tries: int = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask."""
        return not self.waiting

    def went(self, requests: Sequence[Request], items: Sequence[datetime | None]) -> None:
        """One request was answered: it led to further ones, and listed articles of these times."""
        self.requests, self.items, self.tries = self.requests + 1, self.items + len(items), 0
        self.waiting = [] if self.requests >= MOST_REQUESTS else [*self.waiting, *requests][:MOST_WAITING]
        times = [one for one in (*items, self.oldest) if one]
        self.oldest = min(times) if times else None

    def missed(self, request: Request, passing: bool) -> bool:
        """One request failed; whether it is asked again with the next poll."""
        self.tries += 1
        again = passing and self.tries < TRIES
        if again:
            self.waiting.insert(0, request)
        else:
            self.requests, self.tries = self.requests + 1, 0
        return again

    def as_json(self) -> dict[str, object]:
        """For the source's state."""
        return {
            "since": self.since.isoformat(),
            "waiting": [packed(request) for request in self.waiting],
            "requests": self.requests,
            "items": self.items,
            "oldest": self.oldest.isoformat() if self.oldest else None,
            "tries": self.tries,
        }


def history_of(
    name: str, source: Source, state: MutableMapping[str, object], since: datetime, now: datetime
) -> History | None:
    """What is to be read back now: begun, gone on with, or None when it is done or the source has none.

    A source is read back again only when a later run asks for an earlier time.
    """
    kept = _kept(state.get(HISTORY))
    asked = kept is not None and kept.since <= since
    if kept is not None and asked and (kept.requests or kept.waiting):
        return None if kept.done else kept
    begun = History(since, list(source.history(since, now)) if isinstance(source, WithHistory) else [])
    if begun.done:
        if not asked:
            log.info("source has no history to read back", source=name)
        state[HISTORY] = begun.as_json()
        return None
    log.info("reading history back", source=name, since=since.isoformat(), requests=len(begun.waiting))
    return begun


def _kept(value: object) -> History | None:
    try:
        if not isinstance(value, Mapping):
            return None
        return History(
            since=datetime.fromisoformat(value["since"]).astimezone(UTC),
            waiting=[unpacked(request) for request in value["waiting"]],
            requests=int(value["requests"]),
            items=int(value["items"]),
            oldest=datetime.fromisoformat(value["oldest"]) if value["oldest"] else None,
            tries=int(value["tries"]),
        )
    except (KeyError, TypeError, ValueError):
        return None  # written by another version: it begins anew


def packed(request: Request) -> dict[str, Any]:
    """The request as JSON."""
    return {
        "address": request.address,
        "method": request.method,
        "headers": [list(pair) for pair in request.headers],
        "body": base64.b64encode(request.body).decode() if request.body is not None else None,
        "step": request.step,
        "conditional": request.conditional,
        "carry": dict(request.carry),
        "since": request.since.isoformat() if request.since else None,
    }


def unpacked(kept: Mapping[str, Any]) -> Request:
    """The request that `packed` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    return Request(
        address=str(kept["address"]),
        method="POST" if kept["method"] == "POST" else "GET",
        headers=tuple((str(name), str(value)) for name, value in kept["headers"]),
        body=base64.b64decode(kept["body"]) if kept["body"] is not None else None,
        step=str(kept["step"]),
        conditional=bool(kept["conditional"]),
        carry={str(name): str(value) for name, value in kept["carry"].items()},
        since=datetime.fromisoformat(kept["since"]) if kept["since"] else None,
    )
