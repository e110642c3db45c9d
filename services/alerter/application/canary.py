"""The canary's own way through the alerter: to its test channel, past threads, subscriptions, digests and recall.

Nothing of it is kept but the delivery and the decision. Without a channel it ends here, with that reason; an alerter
that does not know it takes it in as a document of `role: recall`, which tells nobody.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from services.alerter.application.ports import Decided, Incoming, Store
from services.alerter.application.take_in import Outcome, TakeIn
from services.alerter.domain.content import Alert, delivery_key
from shared.errors import UnreadableMessage
from shared.messages import DocumentClassified
from shared.messages.codec import decode
from shared.messages.common import CANARY

_MARK = f'"{CANARY}"'.encode()


class CanaryFirst:
    """Takes canaries in, and gives everything else on."""

    def __init__(self, others: TakeIn, store: Store, channel: str, now: Callable[[], datetime]) -> None:
        """`channel` is the test channel (`slack:#luming-canary`), empty where there is none."""
        self._others = others
        self._store = store
        self._channel = channel
        self._now = now

    def __call__(self, record: Incoming) -> Outcome:
        """Take in one record. Raises TransientError: nothing has happened, try it again."""
        document = _canary_in(record.value)
        return self._others(record) if document is None else self._take(record, document)

    def together(self, records: Sequence[Incoming]) -> Sequence[Outcome] | None:
        """Take in several records in one transaction; None where each is to be taken in by itself, as a canary is.

        Raises TransientError: nothing has happened.
        """
        if any(_canary_in(record.value) for record in records):
            return None
        return self._others.together(records)

    def _take(self, record: Incoming, document: DocumentClassified) -> Outcome:
        now = self._now()
        with self._store.begin() as unit:
            if not unit.claim(record):
                return Outcome(None, "read before", document)
            told = bool(self._channel) and unit.add_delivery(_alert(document, self._channel, now), self._channel, now)
            reason = f"to {self._channel}" if told else "told before" if self._channel else "no CANARY_CHANNEL is set"
            unit.decide(document, Decided(CANARY, reason), now)
        kinds = frozenset({self._channel.partition(":")[0]} if told else ())
        return Outcome(CANARY, reason, document, int(told), kinds)


def _canary_in(value: bytes | None) -> DocumentClassified | None:
    """The canary, if the message is one; what cannot be read is none."""
    if value is None or _MARK not in value:
        return None
    try:
        document = decode(DocumentClassified, value)
    except UnreadableMessage:
        return None
    return document if document.source == CANARY and document.role == "recall" else None


def _alert(document: DocumentClassified, channel: str, now: datetime) -> Alert:
    """The article's title and address, no more; told once, whatever its revisions."""
    thread = f"{CANARY}-{document.document_id}"
    return Alert(
        delivery_key=delivery_key(thread, 1, CANARY, channel),
        kind="canary",
        subscription=CANARY,
        thread_id=thread,
        fact_version=1,
        document_id=document.document_id,
        revision=document.revision,
        url=document.url,
        title=document.title,
        outlet=document.outlet or document.source,
        language=document.language,
        importance=1,
        happened=(),
        published=document.published,
        times=document.times.model_copy(update={"decided": now}),
    )
