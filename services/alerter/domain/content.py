"""What an alert shows, free of any channel's markup."""

from collections.abc import Sequence
from typing import Literal

from pydantic import AwareDatetime, Base64Bytes, Field

from services.alerter.domain.agreement import Agreement
from services.alerter.domain.both_languages import first_points, lines_for
from services.alerter.domain.news import NewFact
from services.alerter.domain.report import Report
from services.alerter.domain.routing import Match
from services.alerter.domain.why import wanted
from services.alerter.domain.wording import Names, happened, named, new_fact_words
from shared.messages import DocumentClassified, KeyPoints, Published, SummarySentence, Times
from shared.messages.common import Frozen, Language
from shared.rights import shown

REPORTS = 12
"""Reports of a thread that an alert names, the first and the newest; the others it counts."""


class Happened(Frozen):
    """One event, in a line, with its evidence."""

    label: str
    status: str
    line: str
    quote: str
    paragraph: int


class OutletReport(Frozen):
    """One report of the thread."""

    outlet: str
    """Empty where the page names none."""
    title: str = ""
    url: str | None = None
    """None for a report that was taken in before addresses were kept."""
    when: AwareDatetime
    """Published where its page says so, else first seen."""


class Chart(Frozen):
    """A picture that stands in the alert; only mail carries it."""

    name: str = Field(pattern=r"^[a-z0-9-]+\.png$")
    png: Base64Bytes
    described: str
    """What it shows, for who cannot see it."""


class Member(Frozen):
    """One of the alerts that a rollup tells together."""

    line: str
    """Its headline and its title."""
    url: str


class Section(Frozen):
    """A part of a digest: its heading, and a line each for what stands under it."""

    heading: str
    lines: tuple[Member, ...]
    """The address is empty where there is none to follow."""


class Alert(Frozen):
    """One alert for one channel of one subscription."""

    delivery_key: str
    kind: Literal["new", "update", "rollup", "digest", "reminder", "canary"]
    """rollup: several alerts that were held, told in one message; what it shows of them stands in `members`.
    canary: an article of our own that tries the whole way."""
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
    content: Literal["alert", "digest", "reminder"] = "alert"
    entities: tuple[str, ...] = ()
    """Who acts, by the names of the article's language."""
    reports: tuple[OutletReport, ...] = ()
    """All outlets of the thread so far, the oldest first; at most REPORTS of them."""
    more_reports: int = 0
    """Reports of the thread beyond those."""
    matched: tuple[str, ...] = ()
    """Why the subscription wants it: each of its keys and what met it."""
    chart: Chart | None = None
    later: tuple[str, ...] = ()
    """What became known after it was sent, a line each: only where a message that was sent is changed."""
    members: tuple[Member, ...] = ()
    """Of a rollup: the alerts in it, the most important first."""
    sections: tuple[Section, ...] = ()
    """Of a digest: its threads by company and label, then counts and coverage."""
    first_message: str | None = None
    """What the channel calls the thread's first message there; filled in when it is sent."""

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
    reports: Sequence[Report] = (),
) -> Alert:
    """The alert of `document` for one channel; `thread` is its id and fact version, `reports` are its members.

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
        entities=named([one for event in match.events for one in event.entities], names, document.language),
        reports=outlets_of(reports),
        more_reports=max(0, len(reports) - REPORTS),
        matched=wanted(match.subscription, document, match.events, names),
    )


def outlets_of(reports: Sequence[Report]) -> tuple[OutletReport, ...]:
    """The thread's reports as an alert names them: the first and the newest, in the order of their publication."""
    ordered = sorted(reports, key=lambda report: report.when)
    kept = ordered if len(ordered) <= REPORTS else [ordered[0], *ordered[-(REPORTS - 1) :]]
    return tuple(
        OutletReport(outlet=report.outlet or "", title=report.title, url=report.url, when=report.when)
        for report in kept
    )
