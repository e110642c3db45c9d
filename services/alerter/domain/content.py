"""What an alert shows, free of any channel's markup."""

from collections.abc import Sequence
from typing import Literal

from services.alerter.domain.agreement import Agreement
from services.alerter.domain.both_languages import first_points, lines_for
from services.alerter.domain.news import NewFact
from services.alerter.domain.routing import Match
from services.alerter.domain.wording import Names, happened, new_fact_words
from shared.messages import DocumentClassified, KeyPoints, Published, SummarySentence, Times
from shared.messages.common import Frozen, Language
from shared.rights import shown


class Happened(Frozen):
    """One event, in a line, with its evidence."""

    label: str
    status: str
    line: str
    quote: str
    paragraph: int


class Alert(Frozen):
    """One alert for one channel of one subscription."""

    delivery_key: str
    kind: Literal["new", "update"]
    subscription: str
    thread_id: str
    fact_version: int
    document_id: str
    revision: int
    url: str
    title: str
    outlet: str
    language: Language
    importance: int
    happened: tuple[Happened, ...]
    news: tuple[str, ...] = ()
    """For an update: what is new, a line each."""
    summary: tuple[SummarySentence, ...] = ()
    lines: tuple[SummarySentence, ...] = ()
    """What happened, a line an event, in the other language than the article's."""
    points: tuple[KeyPoints, ...] = ()
    published: Published | None = None
    times: Times
    agreement: Agreement | None = None
    """Who tells the same so far; None in an alert that was decided before they were counted."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Its labels, each once."""
        return tuple(dict.fromkeys(event.label for event in self.happened))


def delivery_key(thread_id: str, fact_version: int, subscription: str, channel: str) -> str:
    """The ledger's unique key in one string; every message sent carries it."""
    return f"{thread_id}/{fact_version}/{subscription}/{channel}"


def alert_for(
    document: DocumentClassified,
    match: Match,
    channel: str,
    thread: tuple[str, int],
    news: Sequence[NewFact],
    names: Names,
    update: bool,
    agreement: Agreement | None = None,
) -> Alert:
    """The alert of `document` for one channel; `thread` is its id and fact version.

    It holds no more of the article's words than the rights in its source allow.
    """
    thread_id, version = thread
    points = [point for group in document.points or () for point in group.points]
    may = shown(
        document.rights,
        [event.evidence.quote for event in match.events],
        [sentence.text for sentence in (*document.summary, *points)],
    )
    return Alert(
        delivery_key=delivery_key(thread_id, version, match.subscription.name, channel),
        kind="update" if update else "new",
        subscription=match.subscription.name,
        thread_id=thread_id,
        fact_version=version,
        document_id=document.document_id,
        revision=document.revision,
        url=document.url,
        title=document.title,
        outlet=document.outlet or document.source,
        language=document.language,
        importance=document.importance,
        happened=tuple(
            Happened(
                label=event.label,
                status=event.status,
                line=happened(event.entities, event.label, event.status, names, document.language),
                quote=quote,
                paragraph=event.evidence.paragraph,
            )
            for event, quote in zip(match.events, may.quotes, strict=True)
        ),
        news=tuple(new_fact_words(fact, document.language) for fact in news) if update else (),
        summary=document.summary[: len(may.summary)],
        lines=lines_for(document, match.events),
        points=first_points(document.points or (), len(may.summary) - len(document.summary)),
        published=document.published,
        times=document.times,
        agreement=agreement,
    )
