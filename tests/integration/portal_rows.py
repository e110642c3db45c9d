"""What the tests of the portal put into the tables of the other services."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel

from services.portal.adapters.index_store import SqlIndexStore
from services.portal.application.index import Index, Step
from services.portal.application.search import Request, Search, SearchPage
from services.portal.bootstrap import make_search
from shared.messages import DocumentClassified
from shared.messages.classified import EntityFound, EventFound, Evidence, KeyPoints, SummarySentence
from shared.messages.common import Rights, Times
from shared.store.alerter import Classification, Thread, ThreadDocument
from shared.store.crawler import Document
from shared.watch import Watchlist

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Row = dict[str, Any]


def identity(number: int) -> str:
    """The id of a document of the tests."""
    return f"{number:032x}"


def document(number: int, title: str, *paragraphs: str, **other: Any) -> Document:
    """One revision; a higher number is an older article."""
    seen = NOW - timedelta(days=number)
    fields: Row = {
        "document_id": identity(number),
        "revision": 1,
        "url": f"https://example.test/{number}",
        "source": "wire",
        "role": "alert",
        "rights": "full",
        "title": title,
        "paragraphs": list(paragraphs),
        "language": "zh-Hans",
        "content_hash": title,
        "published": seen,
        "published_precision": "minute",
        "first_seen": seen,
        "fetched": seen,
    }
    return Document(**fields | other)


def message(
    stored: Document, entities: Sequence[str] = (), events: Sequence[tuple[str, str]] = (), point: str = ""
) -> DocumentClassified:
    """What the classifier says of it."""
    evidence = Evidence(quote=stored.title, paragraph=0, start=0, end=len(stored.title))
    rights: Rights = stored.rights  # type: ignore[assignment]  # the table holds a string
    return DocumentClassified(
        document_id=stored.document_id,
        revision=stored.revision,
        url=stored.url,
        source=stored.source,
        rights=rights,
        title=stored.title,
        lead=stored.title,
        language="zh-Hans",
        relevant=True,
        kind="news",
        entities=tuple(EntityFound(entity=each) for each in entities),
        events=tuple(
            EventFound.model_validate(
                {"label": label, "family": "strategic_move", "status": status, "entities": entities,
                 "evidence": evidence, "confidence": 0.9}
            )
            for label, status in events
        ),
        importance=3,
        model="test",
        times=Times(first_seen=stored.first_seen),
        points=(KeyPoints(group="deal", points=(SummarySentence(text=point, citations=(1,)),)),) if point else (),
    )  # fmt: skip


def store(engine: Engine, *rows: SQLModel) -> None:
    """Commit rows, one transaction."""
    with Session(engine, expire_on_commit=False) as session:
        session.add_all(rows)
        session.commit()


def classify(engine: Engine, stored: Document, received: datetime = NOW, **said: Any) -> None:
    """Store the classifier's answer."""
    answer = message(stored, **said).model_dump(mode="json")
    store(
        engine,
        Classification(document_id=stored.document_id, revision=stored.revision, message=answer, received=received),
    )


def thread(engine: Engine, thread_id: str, *members: Document) -> None:
    """Put documents into one story."""
    store(engine, Thread(thread_id=thread_id, opened=NOW, latest=NOW, title=members[0].title))
    store(
        engine,
        *(
            ThreadDocument(
                document_id=each.document_id, thread_id=thread_id, revision=1, joined=NOW, fact_version=1, reason="test"
            )
            for each in members
        ),
    )


def indexed(engine: Engine) -> Step:
    """Bring the index up to date by what it follows, without comparing the whole."""
    index = Index(SqlIndexStore(engine))
    done = index.step()
    while done.full:
        done = index.step()
    return done


class Searches:
    """Searches over one database."""

    def __init__(self, engine: Engine, watchlist: Watchlist) -> None:
        self.engine = engine
        self._search: Search = make_search(engine, watchlist)

    def page(self, query: str, **asked: Any) -> SearchPage:
        """The page; a problem fails the test."""
        found = self._search(Request(query, **asked), NOW)
        assert isinstance(found, SearchPage), found
        return found

    def problem(self, query: str, **asked: Any) -> str:
        """Why there is none."""
        found = self._search(Request(query, **asked), NOW)
        assert not isinstance(found, SearchPage)
        return str(found)

    def numbers(self, query: str, **asked: Any) -> list[int]:
        """The numbers of the documents found, the best first."""
        return [int(result.document_id, 16) for result in self.page(query, **asked).results]


def scalar(engine: Engine, query: str) -> Any:
    """The first value of the query's first row."""
    with engine.connect() as connection:
        return connection.execute(text(query)).scalar()
