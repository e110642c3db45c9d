"""What happens again weeks later in the same words is a new event, not a report that came late."""

from services.alerter.domain.likeness import Likeness
from services.alerter.domain.news import news_in
from services.alerter.domain.profile import Profile
from services.alerter.domain.state import ThreadState

REPORTED_WITHIN = 14.0
"""Days after a thread's nearest report within which another one that adds nothing tells of the same event. A report
that joins without news is told to nobody, so beyond it the doubt counts for a new thread: a reader would rather hear
of one event twice than not at all."""
_REPUBLISHED = 0.97
"""Likeness of words (tf-idf cosine) from which a text is the same one published again."""


def silent_repetition(report: Profile, thread: ThreadState, likeness: Likeness) -> bool:
    """Whether `report` would join `thread` unheard although nothing but likeness of words says that it belongs there.

    So it is when label and status are known, nothing is new, the nearest report is weeks away, no amount, number of a
    document or partner is the same, and the text is no republication.
    """
    gaps = [gap for member in thread.members if (gap := report.report.days_from(member)) is not None]
    if not report.report.current or len(gaps) < len(thread.members) or min(gaps) <= REPORTED_WITHIN:
        return False
    if any(event.status not in thread.statuses(event.label) for event in report.report.current):
        return False
    if news_in(report.report, thread):
        return False
    return not any(_same_object(report, other) or _republished(report, other, likeness) for other in thread.compared)


def _same_object(a: Profile, b: Profile) -> bool:
    if a.document_numbers & b.document_numbers or a.told("counterparty") & b.told("counterparty"):
        return True
    return any(x.same_as(y) for x in a.amounts for y in b.amounts)


def _republished(a: Profile, b: Profile, likeness: Likeness) -> bool:
    return a.numbers == b.numbers and a.dates == b.dates and likeness.words(a, b) >= _REPUBLISHED
