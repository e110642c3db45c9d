"""Reading one source: its requests in turn, those it leads to, and a part of its past."""

import asyncio
import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.crawler.application.history import HISTORY, MAX_HISTORY_REQUESTS, SECONDS, History
from services.crawler.application.ports import Fetcher
from services.crawler.application.values import KeptPage, NewPage
from services.crawler.domain.canonical import host_of
from services.crawler.domain.dates import believable
from services.crawler.domain.masking import masked
from services.crawler.domain.source import MAX_LISTED, MAX_REQUESTS, Listed, Parsed, Request, Source, SourcePage
from services.crawler.domain.text import one_line, plain
from shared.errors import LumingError, PermanentError, TransientError
from shared.hiding import NOTHING, Hidden
from shared.runtime.logs import get_logger

log = get_logger(__name__)

VALIDATORS = "validators"
"""Key of the source's state under which the crawler keeps ETag and Last-Modified by address."""
LISTED = "listed"
"""Key of the source's state for the last listing, as marks of eight characters an address."""
LEFT_OUT = "left_out"
"""Key of the source's state: items of the last poll without a usable link, or past a cap."""
_MARK = 8


@dataclass
class Reading:
    """One poll while it goes on: what it has brought, and what of it failed."""

    name: str
    source: Source
    pace: float
    fetcher: Fetcher
    state: dict[str, object]
    render: bool = False
    """Whether its listing is empty without JavaScript."""
    keep: bool = False
    """Whether the first answer is kept for mending selectors."""
    hidden: Hidden = NOTHING
    """Secrets of its addresses, which neither the log nor the database gets to see."""
    pages: dict[str, NewPage] = field(default_factory=dict)
    asked: int = 0
    read: int = 0
    """Answers that were read; the others said that nothing had changed, or failed."""
    dropped: int = 0
    faults: list[tuple[str, LumingError]] = field(default_factory=list)
    parts: dict[str, bool | None] = field(default_factory=dict)
    """By its place among the questions of a poll: whether one that lists was answered; None when it may be another
    time, False when it failed for good. Those whose answers only led to further questions are not counted."""
    kept: KeptPage | None = None

    def __post_init__(self) -> None:
        """Take what the last poll left."""
        kept, listed = self.state.get(VALIDATORS), self.state.get(LISTED)
        self._validators: dict[str, object] = dict(kept) if isinstance(kept, Mapping) else {}
        self._before = _marks(listed) if isinstance(listed, str) else set()

    @property
    def fault(self) -> str:
        """What failed in part, in words; empty when nothing did."""
        return "; ".join(plain(self.hidden(f"{address}: {error}")) for address, error in self.faults)[:1000]

    @property
    def listed(self) -> list[NewPage] | None:
        """What the listing has; None when the host said that nothing has changed."""
        return list(self.pages.values()) if self.read else None

    async def present(self, now: datetime) -> None:
        """Read what the source lists now. Raises what its only first request fails with, or all that list.

        Of several first requests (words, columns, feeds) one that fails for good does not silence the others; one that
        may be tried again ends the poll, since the host that they share is most likely down.
        """
        waiting = _placed("", self.source.start(self.state, now))
        alone = len(waiting) == 1
        while waiting and self.asked < MAX_REQUESTS:
            (place, request), self.asked = waiting.pop(0), self.asked + 1
            try:
                parsed = await self._answered(request)
            except LumingError as error:
                # What the first answer led to may fail alone: one dead child of an index does not silence the others.
                if self.asked == 1 and (alone or isinstance(error, TransientError)):
                    raise
                self._missed("part of a source failed", request, error)
                self.parts[place] = None if isinstance(error, TransientError) else False
                continue
            if parsed is None or parsed.items or not parsed.requests:
                self.parts[place] = True
            waiting += _placed(f"{place}.", parsed.requests if parsed else ())
        if self.faults and not self.pages and not any(self.parts.values()):
            raise self.faults[0][1]
        if self.read:
            # What did not come this time, since it had not changed or failed, is still listed.
            marks = dict.fromkeys(_mark(address) for address in self.pages)
            whole = self.read == self.asked
            self.state[LISTED] = "".join([*marks, *(() if whole else self._before - marks.keys())][:MAX_LISTED])

    async def past(self, history: History) -> None:
        """Read history on for a while; what is left stays in `history`."""
        end, asked = time.monotonic() + SECONDS, 0
        while history.waiting and asked < MAX_HISTORY_REQUESTS and time.monotonic() < end:
            request, asked = history.waiting.pop(0), asked + 1
            known = set(self.pages)
            try:
                parsed = await self._answered(request, history.since)
            except LumingError as error:
                self._missed("history failed in part", request, error)
                if history.missed(request, isinstance(error, TransientError)):
                    break
                continue
            found = [page.ordered_by for address, page in self.pages.items() if address not in known]
            history.went(parsed.requests if parsed else (), found)
        self.state[HISTORY] = history.as_json()

    def end(self) -> dict[str, object]:
        """The source's new state."""
        if self.dropped:
            log.info("items left out", source=self.name, count=self.dropped)
        if self.read:
            self.state[LEFT_OUT] = self.dropped
        self.state[VALIDATORS] = dict(list(self._validators.items())[-MAX_REQUESTS:])
        return self.state

    def _missed(self, what: str, request: Request, error: LumingError) -> None:
        said = self.hidden
        log.warning(what, source=self.name, address=said(request.address), error=said(str(error)))
        self.faults.append((request.address, error))

    async def _answered(self, request: Request, since: datetime | None = None) -> Parsed | None:
        """What one answer holds, its items taken up; None when nothing has changed. Raises LumingError."""
        told = _validators(self._validators, request) if since is None else None
        answer = await self.fetcher.fetch(request, self.pace, told, render=self.render and request.method == "GET")
        if answer.unmodified:
            return None
        page = SourcePage(request, answer.address, answer.body, datetime.now(UTC), answer.charset)
        try:
            parsed = await asyncio.to_thread(self.source.parse, page)
        except LumingError:
            self._keep(page, good=False)
            raise
        except Exception as error:
            self._keep(page, good=False)
            raise PermanentError(f"{type(error).__name__}: {error}") from error
        self._take(parsed, page, since)
        if since is None:
            self.read += 1
            self._keep(page, good=bool(parsed.items))
            self.state.update(parsed.state)
            self._validators.pop(request.address, None)
            if request.conditional and not parsed.requests:
                # An answer that leads further must come whole each time: `not modified` says nothing of its children.
                self._validators[request.address] = dict(answer.validators)
        return parsed

    def _take(self, parsed: Parsed, page: SourcePage, since: datetime | None) -> None:
        self.dropped += parsed.dropped + max(0, len(parsed.items) - MAX_LISTED)
        for item in parsed.items[:MAX_LISTED]:
            if since is None:
                self.pages[item.address] = new_page(item, page.fetched, fresh=_mark(item.address) not in self._before)
            elif item.published is None or item.published.at >= since:
                self.pages.setdefault(item.address, new_page(item, page.fetched, history=True))

    def _keep(self, page: SourcePage, good: bool) -> None:
        if self.keep and self.asked == 1 and self.kept is None:
            self.kept = KeptPage(page.address, page.charset, page.body, good)


def new_page(item: Listed, now: datetime, history: bool = False, fresh: bool = True) -> NewPage:
    """The queue's row for a listed item; without a believable date it is ordered by `now`."""
    published = believable(item.published, now)
    title = masked(one_line(item.title))
    said = "\x1f".join((title, item.published.at.isoformat() if item.published else "", item.marker))
    hints: dict[str, object] = {"title": title}
    if published:
        hints["published"] = published.model_dump(mode="json")
    if item.author:
        hints["author"] = masked(one_line(item.author, 100))
    if item.outlet:
        hints["outlet"] = one_line(item.outlet, 100)
    marker = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
    ordered_by = min(published.at.astimezone(UTC), now) if published else now
    return NewPage(item.address, host_of(item.address), marker, hints, ordered_by, history, fresh)


def _placed(above: str, requests: Sequence[Request]) -> list[tuple[str, Request]]:
    """The requests with their places: addresses may hold the hour, places stay from poll to poll."""
    return [(f"{above}{number}", request) for number, request in enumerate(requests)]


def _mark(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:_MARK]


def _marks(kept: str) -> set[str]:
    return {kept[at : at + _MARK] for at in range(0, len(kept), _MARK)}


def _validators(kept: Mapping[str, object], request: Request) -> dict[str, str] | None:
    found = kept.get(request.address)
    if not request.conditional or not isinstance(found, Mapping):
        return None
    return {str(name): str(value) for name, value in found.items()}
