"""Looking at one page: fetch, extract, screen, settle. Each look ends in exactly one decision."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain

from pydantic import ValidationError

from services.crawler.application.ports import (
    Extract,
    Fetcher,
    LeaseLost,
    NotItsTurn,
    ReadDocument,
    Screen,
    Store,
    Unreached,
)
from services.crawler.application.storing import Storing
from services.crawler.application.telemetry import Telemetry
from services.crawler.application.values import Answer, Article, Found, LeasedPage, Origin, Verdict
from services.crawler.domain.breaker import LONGEST, jittered
from services.crawler.domain.canonical import canonical, declared_canonical, document_id
from services.crawler.domain.completeness import Field
from services.crawler.domain.dates import best_published
from services.crawler.domain.fingerprint import keys, units, units_hash
from services.crawler.domain.masking import masked
from services.crawler.domain.schedule import retry_pause, unreached_pause
from services.crawler.domain.source import Request
from services.crawler.domain.text import capped, has_article, one_line, plain, without_title
from shared.errors import PermanentError, TransientError
from shared.messages.common import Published
from shared.runtime.logs import get_logger

log = get_logger(__name__)

PERSISTENCE = 20.0
"""Seconds for which a look that has ended waits for the database; then its lease runs out and it is done again."""
PAUSE = 1.0
"""Seconds between two tries to store."""
READ_AT_ONCE = 2
"""Pages read at once. Python runs one thread at a time: sixteen that read take a third more of the processor for the
same pages, a fifth more memory, and keep the loop waiting that fetches."""
PDF = "application/pdf"


def unread_document(body: bytes) -> Article:
    """What stands for a reader of PDFs where there is none: raises PermanentError."""
    raise PermanentError("content type application/pdf is not read")


@dataclass(frozen=True)
class Patience:
    """How often a page that fails in a way that may pass is tried, and seconds before the second time.

    `unreached`: seconds for which a page whose host cannot be asked at all waits for it. A page that ended `failed` so
    is looked at again after `again` seconds, while it was listed no more than `given_up` seconds ago.
    """

    attempts: int = 3
    pause: float = 30.0
    unreached: float = 86_400.0
    again: float = 86_400.0
    given_up: float = 604_800.0


@dataclass(frozen=True)
class Turns:
    """How looks share what does not get faster by doing more of it at once."""

    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READ_AT_ONCE))
    storing: Storing = field(default_factory=Storing)


@dataclass(frozen=True)
class Look:
    """Looks at pages. What a page did wrong is recorded with it; the database's errors are raised."""

    fetcher: Fetcher
    extract: Extract
    screen: Screen
    store: Store
    telemetry: Telemetry
    patience: Patience
    read_document: ReadDocument = unread_document
    chance: Callable[[], float] = lambda: 0.5
    """A number from 0 to 1 that picks pauses within their spread; a half leaves them as they are."""
    turns: Turns = field(default_factory=Turns)

    async def __call__(self, page: LeasedPage, origin: Origin) -> Verdict:
        """Look once and record what came of it. Raises TransientError when the database does not take it."""
        with self.turns.storing.on_the_way():
            return await self._looked(page, origin)

    async def _looked(self, page: LeasedPage, origin: Origin) -> Verdict:
        began = time.monotonic()
        try:
            found = await self._found(page, origin)
        except TransientError as error:
            found = self._after(error, page)
        except PermanentError as error:
            found = Verdict("failed", str(error))
        except Exception as error:  # a page that breaks a parser is recorded, the stream goes on
            log.exception("page broke the crawler", address=page.address)
            found = Verdict("failed", f"{type(error).__name__}: {error}")
        verdict = await self._settled(page, found)
        self.telemetry.looked(page.source, verdict, time.monotonic() - began)
        log.info(
            "page settled",
            address=page.address,
            source=page.source,
            outcome=verdict.outcome,
            reason=verdict.reason,
            document_id=verdict.document_id,
            revision=verdict.revision,
        )
        return verdict

    async def broke(self, page: LeasedPage, error: Exception) -> None:
        """Record a look that ended in an error nobody expected. Raises the database's errors."""
        await self._settled(page, Verdict("failed", plain(f"{type(error).__name__}: {error}")[:1000]))

    async def _settled(self, page: LeasedPage, found: Found | Verdict) -> Verdict:
        """The verdict, once the database has taken it; it may be away for a moment."""
        end, alone = time.monotonic() + PERSISTENCE, False
        while True:
            try:
                return await self.turns.storing(self.store, page, found, alone)
            except LeaseLost:
                raise
            except TransientError as error:
                if time.monotonic() > end:
                    raise
                log.warning("waiting for the database", address=page.address, error=str(error))
                alone = True  # what one of several brought up is not to keep the others waiting
                await asyncio.sleep(PAUSE)
            except PermanentError as error:
                if isinstance(found, Verdict):
                    raise
                found = Verdict("failed", f"cannot be stored: {error}"[:1000])

    def _after(self, error: TransientError, page: LeasedPage) -> Verdict:
        if isinstance(error, NotItsTurn):
            return Verdict("retry", str(error), again_in=error.retry_after or self.patience.pause, missed="turn")
        if isinstance(error, Unreached):
            if page.unreached >= self.patience.unreached:
                return self._failed(f"{error}; not reached for {page.unreached / 3600:.1f} h", page)
            pause = jittered(unreached_pause(self.patience.pause, page.unreached), self.chance())
            pause = max(pause, min(error.retry_after or 0.0, LONGEST))
            return Verdict("retry", str(error), again_in=pause, missed="unreached")
        if page.attempts >= self.patience.attempts:
            times = f" after {page.attempts} attempts" if page.attempts > 1 else ""
            return self._failed(f"{error}{times}", page)
        pause = jittered(retry_pause(self.patience.pause, page.attempts), self.chance())
        pause = max(pause, min(error.retry_after or 0.0, LONGEST))  # never before the time that the host named
        return Verdict("retry", str(error), again_in=pause)

    def _failed(self, reason: str, page: LeasedPage) -> Verdict:
        """The end of a page for a reason that may pass; while it is young it is looked at once more the next day."""
        age = (datetime.now(UTC) - page.first_seen).total_seconds()
        old = age + self.patience.again > self.patience.given_up
        return Verdict("failed", reason, again_in=None if old else self.patience.again)

    async def _found(self, page: LeasedPage, origin: Origin) -> Found | Verdict:
        if page.attempts > self.patience.attempts:
            # Attempts are counted before the work: none of the earlier ones lived to tell its outcome.
            return Verdict("failed", f"gave up: {page.attempts - 1} looks did not come to an end")
        answer = await self.fetcher.fetch(Request(page.address), origin.pace, page=True, render=origin.render)
        if answer.media == PDF:  # read by a process of its own
            return await asyncio.to_thread(self._read, answer, page, origin, datetime.now(UTC))
        async with self.turns.reading:
            return await asyncio.to_thread(self._read, answer, page, origin, datetime.now(UTC))

    def _read(self, answer: Answer, page: LeasedPage, origin: Origin, now: datetime) -> Found | Verdict:
        listed = masked(one_line(str(page.hints.get("title") or "")))
        if answer.media == PDF:
            # The properties of a PDF are often another document's: what the listing says goes before them.
            article, declared = _masked(self.read_document(answer.body)), None
            title = listed or one_line(article.title) or one_line("".join(article.paragraphs[:1]), 100)
        else:
            article, declared = (
                _masked(self.extract(answer.body, answer.address)),
                declared_canonical(answer.body, answer.address),
            )
            title = one_line(article.title) or listed
        paragraphs, note = capped(without_title(title, article.paragraphs))
        each = [units(paragraph) for paragraph in paragraphs]
        text = list(chain.from_iterable(each))
        published = best_published(article.published, _listed_time(page.hints), now)
        had: Mapping[Field, bool] = {
            "title": bool(title),
            "date": published is not None,
            "body": has_article(paragraphs, [len(found) for found in each]),
        }
        if not had["body"]:
            return Verdict("failed", "no article text", had=had)
        screening = self.screen(title, paragraphs)
        if not screening.concerns:
            why = f"; left out: {'; '.join(screening.dropped[:5])}" if screening.dropped else ""
            return Verdict("irrelevant", f"names nothing that is watched{why}"[:1000], had=had)
        url = canonical(declared or answer.address)
        return Found(
            document_id=document_id(url),
            url=url,
            origin=origin,
            outlet=str(page.hints.get("outlet") or "") or one_line(article.outlet or "", 100) or origin.outlet,
            title=title,
            paragraphs=paragraphs,
            language=origin.language if article.language == "other" and origin.language else article.language,
            author=one_line(article.author or masked(str(page.hints.get("author") or "")), 100) or None,
            published=published,
            matched=screening.identifiers,
            content_hash=units_hash([*units(title), *text]),
            keys=keys(text),
            first_seen=page.first_seen,
            fetched=now,
            note=note,
            had=had,
        )


def _masked(article: Article) -> Article:
    """The article without telephone and identity numbers: before it is screened, hashed, compared or stored."""
    paragraphs, author = tuple(map(masked, article.paragraphs)), masked(article.author or "") or None
    return replace(article, title=masked(article.title), paragraphs=paragraphs, author=author)


def _listed_time(hints: Mapping[str, object]) -> Published | None:
    try:
        return Published.model_validate(hints["published"]) if "published" in hints else None
    except ValidationError:
        return None  # written by another version; the page's own time serves
