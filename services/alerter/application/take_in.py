"""A classified document, or several, in one transaction: position, classification, thread, deliveries, decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.alerter.application.assigning import Assigning, ByLikeness
from services.alerter.application.erased import REASON, Erased
from services.alerter.application.hold import filed, placed_words
from services.alerter.application.hold_ports import Filed
from services.alerter.application.interest import Condition, ForChannel, Interest, interest_in, tellings
from services.alerter.application.letters import letter_of
from services.alerter.application.ports import Decided, Incoming, Store, Unit
from services.alerter.domain.agreement import agreement_on
from services.alerter.domain.content import alert_for
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.news import outdated
from services.alerter.domain.report import Report, report_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.routing import Reason, Suppressed, no_alert
from services.alerter.domain.threads import Decision, Taken
from services.alerter.domain.wording import Names, new_fact_words
from shared.errors import TransientError, UnreadableMessage
from shared.messages import DocumentClassified
from shared.messages.codec import decode
from shared.runtime.logs import get_logger

log = get_logger(__name__)


class _ReadBefore(Exception):
    """Some of the records were read before."""


@dataclass(frozen=True)
class Outcome:
    """What the step did, for logs and metrics; `outcome` is None for a message that was read before."""

    outcome: str | None
    reason: str
    document: DocumentClassified | None = None
    deliveries: int = 0
    kinds: frozenset[str] = frozenset()
    """Kinds of channel that have something to send now."""


class TakeIn:
    """The step, with what it decides by."""

    def __init__(
        self,
        store: Store,
        routes: Callable[[], RouteIndex],
        likeness: Likeness,
        names: Names,
        now: Callable[[], datetime],
        condition: Condition | None = None,
        assigning: Assigning | None = None,
    ) -> None:
        """`routes` gives the subscriptions in force, which may change between two records, never within one.

        `assigning` finds a document's thread instead of `likeness`.
        """
        self._store = store
        self._routes = routes
        self._condition = condition
        self._assigning = assigning or ByLikeness(likeness)
        self._names = names
        self._now = now

    def __call__(self, record: Incoming) -> Outcome:
        """Take in one record. Raises TransientError: nothing has happened, try it again.

        Whatever else goes wrong with a message becomes a dead letter, so that the stream goes on.
        """
        try:
            document = decode(DocumentClassified, record.value)
        except UnreadableMessage as error:
            return self._bury(record, error, None)
        try:
            interest = interest_in(document, self._routes(), self._condition)
            with self._store.begin() as unit:
                if not unit.claim(record):
                    return Outcome(None, "read before", document)
                return self._take(unit, document, interest, self._now())
        except TransientError:
            raise
        except Exception as error:  # noqa: BLE001  a message that breaks the rules must not stop the ones behind it
            return self._bury(record, error, document.document_id)

    def together(self, records: Sequence[Incoming]) -> Sequence[Outcome] | None:
        """Take in several records in one transaction, for which the database is asked less and writes its log once.

        None where that does not go, and each is to be taken in by itself: one of them was read before or breaks a rule,
        or a condition may be asked of somebody for seconds. Nothing has happened then, nor when TransientError is
        raised.
        """
        if self._condition is not None:
            return None
        ends = {(record.topic, record.partition): record for record in records}
        begins = {(record.topic, record.partition): record for record in reversed(records)}
        try:
            documents = [decode(DocumentClassified, record.value) for record in records]
            interests = [interest_in(document, self._routes(), None) for document in documents]
            with self._store.begin() as unit:
                # In one order for all alerters, so that none waits for another that waits for it.
                if not all(unit.claim(begins[place], ends[place]) for place in sorted(begins)):
                    raise _ReadBefore  # noqa: TRY301  rolls back what was claimed
                taken = zip(documents, interests, strict=True)
                return [self._take(unit, document, interest, self._now()) for document, interest in taken]
        except TransientError:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it comes again for the record that it belongs to
            log.info("taken in one by one", records=len(records), because=f"{type(error).__name__}: {error}"[:500])
            return None

    def _bury(self, record: Incoming, error: Exception, document_id: str | None) -> Outcome:
        letter = letter_of(record, error, document_id, self._now())
        with self._store.begin() as unit:
            if not unit.claim(record):
                return Outcome(None, "read before")
            unit.add_letter(letter)
        return Outcome("failed", f"{letter.error}: {letter.reason}")

    def _take(self, unit: Unit, document: DocumentClassified, interest: Interest, now: datetime) -> Outcome:
        try:
            known = unit.revisions(document.document_id)
        except Erased as error:
            return self._forget(unit, document, error, now)
        if document.revision in known:
            return Outcome(None, "this revision was taken in before", document)
        unit.add_classification(document, now)
        if known and max(known) > document.revision:
            return self._end(unit, document, Decided("joined", f"revision {max(known)} came before it"), now)
        quiet = no_alert(document)
        if quiet and quiet.reason != Reason.BACKGROUND:
            return self._end(unit, document, Decided(str(quiet.reason), quiet.detail), now)
        unit.lock_threads()
        report = report_of(document)
        decision = self._assigning.assign(report, unit.candidates(report))
        if document.role == "recall" and not quiet:
            quiet = Suppressed(Reason.RECALL, "its source only measures what the others missed")
        if quiet:
            return self._stay_quiet(unit, document, quiet, (report, decision), now)
        return self._alert(unit, document, interest, report, self._assigning.take(report, decision), now)

    def _forget(self, unit: Unit, document: DocumentClassified, erased: Erased, now: datetime) -> Outcome:
        """It was erased while it was on its way: that it came is all that is written down, once a revision."""
        if document.revision in erased.decided:
            return Outcome(None, "this revision was decided on before, and erased", document)
        return self._end(unit, document, Decided("suppressed", REASON), now)

    def _stay_quiet(
        self,
        unit: Unit,
        document: DocumentClassified,
        quiet: Suppressed,
        place: tuple[Report, Decision],
        now: datetime,
    ) -> Outcome:
        """History and recall open no thread and add no fact; where they belong is kept."""
        report, decision = place
        thread = decision.thread
        if thread is not None:
            unit.add_member(report, thread, _why(decision), now)
        outcome = "suppressed" if quiet.reason == Reason.RECALL else str(quiet.reason)
        decided = Decided(outcome, quiet.detail, thread.thread_id if thread else None, _detail(decision))
        return self._end(unit, document, decided, now)

    def _alert(
        self,
        unit: Unit,
        document: DocumentClassified,
        interest: Interest,
        report: Report,
        taken: Taken,
        now: datetime,
    ) -> Outcome:
        told = unit.save_thread(taken.thread, now)
        unit.add_member(report, taken.thread, _why(taken.decision), now)
        fresh = taken.opened or bool(taken.news) or not outdated(report, taken.thread)
        told_now = tellings(interest.matches) if fresh else ()
        placed = [
            (telling.channel, put)
            for telling in told_now
            if (put := self._deliver(unit, document, telling, taken, told, now))
        ]
        if not taken.opened:
            unit.refresh(taken.thread, taken.news, now)
        decided = self._decided(taken, interest, [put for _, put in placed])
        going = [channel for channel, put in placed if put.placed.state == "due"]
        return self._end(unit, document, decided, now, going)

    def _deliver(
        self,
        unit: Unit,
        document: DocumentClassified,
        telling: ForChannel,
        taken: Taken,
        told: frozenset[tuple[str, str]],
        now: datetime,
    ) -> Filed | None:
        channel, thread = telling.channel, (taken.thread.thread_id, taken.thread.fact_version)
        update = any((name, channel) in told for match in telling.matches for name in match.subscription.kin)
        if update and not taken.news:
            return None  # who heard of the story in any version hears of it again only when something is new
        match, where = filed(unit.placing, document, telling, thread, now)
        agreement = agreement_on(report_of(document), taken.thread)
        reports = taken.thread.members
        alert = alert_for(document, match, channel, thread, taken.news, self._names, update, agreement, reports)
        alert = alert.model_copy(update={"times": alert.times.model_copy(update={"decided": now})})
        return where if unit.add_delivery(alert, channel, now, where) else None

    def _decided(self, taken: Taken, interest: Interest, placed: Sequence[Filed]) -> Decided:
        detail = _detail(taken.decision)
        detail["news"] = [fact.model_dump(mode="json") for fact in taken.news]
        detail |= interest.detail()
        news = "; ".join(new_fact_words(fact, "en") for fact in taken.news)
        thread_id = taken.thread.thread_id
        if not taken.opened and not taken.news:
            return Decided("joined", f"nothing new: {_why(taken.decision)}", thread_id, detail)
        if not interest.matches:
            return Decided("suppressed", f"no subscription wants it: {interest.refusals}", thread_id, detail)
        names = ", ".join(match.subscription.name for match in interest.matches)
        told = placed_words(placed, names)
        if placed and all(put.placed.state == "suppressed" for put in placed):
            return Decided("suppressed", told, thread_id, detail)
        if taken.opened:
            return Decided("alerted", told, thread_id, detail)
        return Decided("updated", f"{news}; {told}", thread_id, detail)

    def _end(
        self, unit: Unit, document: DocumentClassified, decided: Decided, now: datetime, channels: Sequence[str] = ()
    ) -> Outcome:
        unit.decide(document, decided, now)
        kinds = frozenset(channel.partition(":")[0] for channel in channels)
        return Outcome(decided.outcome, decided.reason, document, len(channels), kinds)


def _why(decision: Decision) -> str:
    return ", ".join(decision.reasons) or "opened it"


def _detail(decision: Decision) -> dict[str, object]:
    return {"probability": round(decision.probability, 3), "why": list(decision.reasons)}
