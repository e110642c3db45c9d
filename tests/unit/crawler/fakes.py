"""Stand-ins for the crawler's ports, in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from services.crawler.application.ports import Judge
from services.crawler.application.values import (
    Answer,
    Article,
    Backlog,
    Conclusion,
    Found,
    KeptPage,
    LeasedPage,
    LeasedSource,
    NewPage,
    Origin,
    Screening,
    Standing,
    Stored,
    Verdict,
)
from services.crawler.domain.source import Request
from shared.errors import TransientError
from shared.messages.common import Role
from shared.messages.document import DocumentFound

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ORIGIN = Origin(source="wire", outlet="示例社", role="alert", rights="excerpt", pace=0.0)


def again_in(seconds: float) -> Judge:
    """Concludes nothing but when to ask again."""
    return lambda news, completeness: Conclusion(seconds, {}, {}, None)


def leased(
    address: str = "https://example.com/a/1.html", attempts: int = 1, hints: Mapping[str, object] | None = None
) -> LeasedPage:
    return LeasedPage(
        id=1,
        source="wire",
        address=address,
        host="example.com",
        marker="m",
        hints=hints or {},
        first_seen=NOW,
        attempts=attempts,
        lease="l",
    )


class FakeFetcher:
    """Answers by address: a body, an Answer or an error."""

    def __init__(self, answers: Mapping[str, bytes | Answer | Exception]) -> None:
        self.answers = answers
        self.asked: list[tuple[Request, Mapping[str, str] | None]] = []
        self.rendered: list[str] = []

    async def fetch(
        self,
        request: Request,
        pace: float,
        validators: Mapping[str, str] | None = None,
        page: bool = False,
        render: bool = False,
    ) -> Answer:
        self.asked.append((request, validators))
        if render:
            self.rendered.append(request.address)
        answer = self.answers[request.address]
        if isinstance(answer, Exception):
            raise answer
        return Answer(request.address, answer) if isinstance(answer, bytes) else answer

    def busy_hosts(self) -> list[str]:
        return []


class FakeQueue:
    """Remembers how polls ended."""

    def __init__(self) -> None:
        self.pages: list[NewPage] = []
        self.state: dict[str, object] = {}
        self.next_in = -1.0
        self.reason = ""
        self.partly = ""
        self.health: Mapping[str, object] = {}
        self.completeness: Mapping[str, object] = {}
        self.concluded: Conclusion | None = None
        self.kept: KeptPage | None = None

    def polled(
        self,
        source: LeasedSource,
        pages: Sequence[NewPage],
        state: Mapping[str, object],
        judge: Judge,
        fault: str = "",
        kept: KeptPage | None = None,
    ) -> tuple[int, int]:
        self.partly, self.kept = fault, kept or self.kept
        known = {page.address for page in self.pages}
        new = [page for page in pages if page.address not in known]
        self.concluded = judge(new, self.completeness)
        self.pages += new
        self.state, self.next_in, self.health = dict(state), self.concluded.next_in, self.concluded.health
        return len(new), 0

    def poll_failed(
        self,
        source: LeasedSource,
        reason: str,
        next_in: float,
        health: Mapping[str, object] | None = None,
        kept: KeptPage | None = None,
    ) -> None:
        self.reason, self.next_in, self.kept = reason, next_in, kept or self.kept
        self.health = health if health is not None else self.health

    def enrol(self, names: Sequence[str]) -> None: ...

    def lease_sources(self, names: Sequence[str], most: int) -> list[LeasedSource]:
        return []

    def next_poll_in(self, names: Sequence[str]) -> float | None:
        return None

    def lease_pages(self, sources: Sequence[str], busy_hosts: Sequence[str], most: int) -> list[LeasedPage]:
        return []

    def renew(self, pages: Sequence[LeasedPage], sources: Sequence[LeasedSource]) -> None: ...

    def give_back(self, page: LeasedPage) -> None: ...

    def release(self, source: LeasedSource) -> None: ...

    def alive(self) -> int:
        return 1

    def gone(self) -> None: ...

    def standings(self, names: Sequence[str]) -> list[Standing]:
        return []

    def waiting(self) -> Backlog:
        return Backlog()


class FakeStore:
    """Documents, messages and decisions in lists; `away` counts how often the database is away first."""

    def __init__(self, away: int = 0) -> None:
        self.documents: list[tuple[Found, Stored]] = []
        self.messages: list[DocumentFound] = []
        self.decisions: list[tuple[LeasedPage, Verdict]] = []
        self.away = away
        self.tombstones: dict[str, str] = {}

    def erased(self, document_id: str) -> str | None:
        return self.tombstones.get(document_id)

    @contextmanager
    def changes(self) -> Iterator["FakeStore"]:
        if self.away > 0:
            self.away -= 1
            raise TransientError("the database does not answer")
        before = list(self.documents), list(self.messages), list(self.decisions)
        try:
            yield self
        except BaseException:
            self.documents, self.messages, self.decisions = before
            raise

    def latest(self, document_id: str) -> Stored | None:
        known = [stored for _, stored in self.documents if stored.document_id == document_id]
        return known[-1] if known else None

    def lookalikes(self, keys: Sequence[int], document_id: str, role: Role) -> list[Stored]:
        return [
            stored
            for found, stored in self.documents
            if stored.document_id != document_id
            and set(found.keys) & set(keys)
            and (stored.role == "alert" or role == "recall")
        ]

    def add(self, found: Found, revision: int, duplicate_of: str | None) -> None:
        stored = Stored(
            document_id=found.document_id,
            revision=revision,
            number=len(self.documents) + 1,
            title=found.title,
            paragraphs=found.paragraphs,
            content_hash=found.content_hash,
            role=found.origin.role,
            duplicate_of=duplicate_of,
            matched=found.matched,
            source=found.origin.source,
        )
        self.documents.append((found, stored))

    def publish(self, message: DocumentFound) -> None:
        self.messages.append(message)

    def decide(self, page: LeasedPage, verdict: Verdict) -> None:
        self.decisions.append((page, verdict))


class FakeTelemetry:
    """Counts nothing that a test needs but the sent messages."""

    def __init__(self) -> None:
        self.messages = 0
        self.failures = 0
        self.back = (0, 0, 0)
        self.left_out = 0

    def polled(self, source: str, items: int, new: int, seconds: float, left_out: int = 0) -> None:
        self.left_out += left_out

    def poll_failed(self, source: str) -> None:
        self.failures += 1

    def read_back(self, source: str, requests: int, items: int, waiting: int) -> None:
        self.back = (requests, items, waiting)

    def stand(self, standings: Sequence[Standing], now: datetime) -> None: ...

    def looked(self, source: str, verdict: Verdict, seconds: float) -> None: ...

    def sent(self, documents: Sequence[DocumentFound]) -> None:
        self.messages += len(documents)

    def waiting(self, backlog: Backlog) -> None: ...


def lines(page: bytes, address: str | None) -> Article:
    """The first line as title, the others as paragraphs."""
    title, *paragraphs = page.decode().split("\n")
    return Article(title, tuple(one for one in paragraphs if one), "zh-Hans")


def names(*watched: str) -> Callable[[str, Sequence[str]], Screening]:
    """Lets through what names one of the words."""

    def screen(title: str, paragraphs: Sequence[str]) -> Screening:
        text = "\n".join((title, *paragraphs))
        found = tuple(word for word in watched if word in text)
        return Screening(bool(found), found, () if found else ("南微医学: holds 微医",))

    return screen
