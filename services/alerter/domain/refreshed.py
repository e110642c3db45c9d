"""A message of a story, sent or still held, brought up to date: who else reports it, what became known since."""

from collections.abc import Sequence
from datetime import UTC, datetime

from services.alerter.domain.agreement import agreement_on
from services.alerter.domain.content import REPORTS, Alert, outlets_of
from services.alerter.domain.news import NewFact
from services.alerter.domain.state import ThreadState
from services.alerter.domain.wording import new_fact_words

_LATER = 10
"""Lines of later facts that are kept, the newest: a reader of the first message wants to know how it stands."""


def refreshed(alert: Alert, thread: ThreadState, news: Sequence[NewFact], now: datetime) -> Alert | None:
    """What the message shall say at `now`; None when it says that already.

    `alert` is what it says now, `news` are the facts that came last: those of the thread's newest version, which an
    alert of that version tells by itself.
    """
    later = news if alert.fact_version < thread.fact_version else ()
    said = [f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC {new_fact_words(fact, alert.language)}" for fact in later]
    own = thread.member(alert.document_id)
    changed = alert.model_copy(
        update={
            "later": (*alert.later, *said)[-_LATER:],
            "reports": outlets_of(thread.members),
            "more_reports": max(0, len(thread.members) - REPORTS),
            "agreement": agreement_on(own, thread) if own else alert.agreement,
        }
    )
    return None if changed == alert else changed
