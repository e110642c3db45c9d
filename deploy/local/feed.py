"""What happened since the last look, as lines for a screen. Pure, but for what it remembers of earlier looks."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from deploy.local.accounting import Letter
from deploy.local.ledger import Classified, Ledger, Look, SourceStanding, Told


@dataclass(frozen=True)
class Line:
    """One thing that happened. `kind` is one of service, source, portal, document, event, alert, decision,
    failure."""

    at: datetime
    kind: str
    text: str


@dataclass
class Feed:
    """Turns one ledger after another into what is new in it."""

    counts: Counter[str] = field(default_factory=Counter)
    """How many lines of each kind there were."""
    _looks: set[int] = field(default_factory=set)
    _documents: set[tuple[str, int]] = field(default_factory=set)
    _judged: set[tuple[str, int]] = field(default_factory=set)
    _told: dict[str, str] = field(default_factory=dict)
    _letters: int = 0
    _errors: dict[str, str] = field(default_factory=dict)

    def take(self, ledger: Ledger, letters: Sequence[Letter], now: datetime) -> list[Line]:
        """The new lines, in the order of their times; `letters` is all dead letters so far."""
        lines = [*self._from_crawler(ledger), *self._from_sources(ledger.sources, now), *self._from_alerter(ledger)]
        lines += [
            Line(now, "failure", f"dead letter of the {one.service}: {one.reason}") for one in letters[self._letters :]
        ]
        self._letters = len(letters)
        self.counts.update(line.kind for line in lines)
        return sorted(lines, key=lambda line: line.at)

    def _from_crawler(self, ledger: Ledger) -> Iterator[Line]:
        for look in ledger.looks:
            if look.id not in self._looks:
                self._looks.add(look.id)
                yield Line(look.at, "failure" if look.outcome in {"failed", "retry"} else "document", _of_look(look))

    def _from_sources(self, sources: Sequence[SourceStanding], now: datetime) -> Iterator[Line]:
        for source in sources:
            error = (source.last_error or "") if source.failures else ""
            if error and error != self._errors.get(source.name):
                yield Line(now, "source", f"{source.name}: {error}")
            self._errors[source.name] = error

    def _from_alerter(self, ledger: Ledger) -> Iterator[Line]:
        titles = {(one.document_id, one.revision): one for one in ledger.classified}
        for document in ledger.classified:
            if (document.document_id, document.revision) not in self._documents:
                self._documents.add((document.document_id, document.revision))
                yield Line(document.times.classified or document.times.first_seen, "event", _of_events(document))
        for judged in ledger.judged:
            where = (judged.document_id, judged.revision)
            if where not in self._judged:
                self._judged.add(where)
                title = titles[where].title if where in titles else judged.document_id
                yield Line(judged.at, "decision", f"{judged.outcome}: {title} ({judged.reason})")
        for told in ledger.told:
            if self._told.get(told.key) != told.state and told.state not in {"due", "sending"}:
                self._told[told.key] = told.state
                yield _of_delivery(told, titles.get((told.document_id, told.revision)))


def _of_look(look: Look) -> str:
    what = look.title or look.address
    return f"{look.outcome}: {what}" if look.outcome == "published" else f"{look.outcome}: {what} ({look.reason})"


def _of_events(document: Classified) -> str:
    events = ", ".join(f"{event.label}/{event.status}" for event in document.events) or f"no event ({document.kind})"
    return f"{events}: {document.title}"


def _of_delivery(told: Told, document: Classified | None) -> Line:
    title = document.title if document else told.document_id
    if told.state != "delivered" or told.delivered is None:
        return Line(told.decided, "failure", f"{told.state} for {told.channel}: {title} ({told.reason})")
    since = document.times.first_seen if document else told.decided
    seconds = (told.delivered - since).total_seconds()
    return Line(told.delivered, "alert", f"{told.kind} → {told.channel} after {seconds:.2f} s: {title}")
