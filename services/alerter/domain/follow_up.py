"""The follow-up rule: months later, the same parties, the same kind of event, and its status has moved on.

Learnt date gaps split long stories, so this rule stands beside the regression. It joins only where something names the
same object, and never where amount, counterparty, authority, batch or period differ: two fines on one firm are two
events.
"""

from services.alerter.domain.conflict import authorities_differ, facts_differ, never_one
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.objects import NAMED, other_name, same_name
from services.alerter.domain.profile import Profile, common_names
from services.alerter.domain.stages import LISTING, instruments, next_of_case, one_listing
from services.alerter.domain.state import ThreadState
from services.alerter.domain.statuses import moves_on
from shared.messages.classified import Status

LONGEST = 400.0
"""Days between a report and its follow-up."""
_SAME_OBJECT_WORDS = {"zh": 0.11, "en": 0.24}
"""Least likeness of words (tf-idf cosine): 95 % of the pairs of reports on other events of one firm and label lie
below .10 in Chinese and .22 in English (the training corpora, 137 and 165 pairs more than a week apart)."""
_SERIAL = frozenset({"enforcement_penalty", "investigation", "license_approval", "partnership", "product_launch"})
"""Labels that one firm meets again and again, each time in much the same words."""
_SERIAL_TIMES = 2.0
_SHORT = 80
"""Different words of a text below which the names of the parties alone make half of the likeness."""
_SHORT_TIMES = 1.5
_ROUND_UP = 4
"""Labels of a report that goes through many matters of a week or a firm: its words are like everything's."""
_HALF = 0.5
"""Share of that likeness that is enough where a retold status, an amount or a partner names the object."""


def follow_up(report: Profile, thread: ThreadState, likeness: Likeness) -> tuple[float, tuple[str, ...]] | None:
    """How alike the words are and why it follows up on `thread`; None when it does not."""
    if same_rule := _same_rule(report, thread):
        return same_rule
    moved = _moved_label(report, thread)
    best: tuple[float, tuple[str, ...]] | None = None
    apart = by_name = False
    for member in thread.compared:
        label = _goes_on(report, member, moved)
        if label is None or not _same_parties(report, member) or _too_far(report, member):
            continue
        same = same_name(report, member, likeness) if label in NAMED else None
        if _apart(report, member, label, same, likeness):
            apart = True
            continue
        words = likeness.words(report, member)
        named = _same_object(report, member, words, label, same)
        by_name = by_name or same is not None
        if named and (best is None or words > best[0]):
            best = words, (f"follow_up of {label}", named)
    return best if by_name or not apart else None


def _goes_on(report: Profile, member: Profile, moved: str | None) -> str | None:
    """The label by which `report` goes on with what `member` tells."""
    if moved in member.labels:
        return moved
    earlier, later = (member, report) if member.report.when <= report.report.when else (report, member)
    return next_of_case(earlier, later) or (LISTING if one_listing(report, member) else None)


def _apart(report: Profile, member: Profile, label: str, same: str | None, likeness: Likeness) -> bool:
    """Whether something shows that they tell of two events. What is paid changes on the way to a deal, not a fine."""
    if never_one(report, member) or other_name(report, member, likeness):
        return True
    if same and label not in _SERIAL:
        return authorities_differ(report, member)
    return facts_differ(report, member)


def _same_rule(report: Profile, thread: ThreadState) -> tuple[float, tuple[str, ...]] | None:
    """A rule that title or evidence of both name is one story from its draft to its coming into force."""
    for member in thread.compared:
        named = report.rules & member.rules
        if named and not _too_far(report, member) and not authorities_differ(report, member):
            return 1.0, ("follow_up of policy_guidance", f"the same rule 《{min(named)}》")
    return None


def _moved_label(report: Profile, thread: ThreadState) -> str | None:
    for event in report.report.current:
        known = thread.statuses(event.label)
        earlier: list[Status] = [status for status, when in known.items() if when <= report.report.when]
        later = [status for status, when in known.items() if when > report.report.when]
        if moves_on(earlier, event.status) or any(moves_on([event.status], status) for status in later):
            return event.label
    return None


def _same_parties(a: Profile, b: Profile) -> bool:
    if a.acting_companies and b.acting_companies:
        return bool(a.acting_companies & b.acting_companies)
    return bool(a.parties & b.parties)


def _too_far(a: Profile, b: Profile) -> bool:
    gap = a.report.days_from(b.report)
    if gap is None:
        gap = abs((a.report.when - b.report.when).total_seconds()) / 86_400
    return gap > LONGEST


def _same_object(a: Profile, b: Profile, words: float, label: str, same: str | None) -> str | None:
    """What shows that both speak of one object, in words; None when nothing does."""
    if label == LISTING and one_listing(a, b):
        return "the firm's listing"
    if same:
        return f"the same name ({same})"
    if a.script != b.script or label not in a.labels & b.labels:
        return _same_fact(a, b)
    enough = _SAME_OBJECT_WORDS.get(a.script, max(_SAME_OBJECT_WORDS.values()))
    enough *= _SERIAL_TIMES if label in _SERIAL else 1.0
    enough *= _SHORT_TIMES if min(len(a.words), len(b.words)) < _SHORT else 1.0
    if words >= enough and max(len(a.labels), len(b.labels)) < _ROUND_UP:
        return f"words {words:.2f}"
    if words < _HALF * enough or max(len(a.labels), len(b.labels)) >= _ROUND_UP:
        return None
    known = {(event.label, event.status) for event in b.report.current}
    retold = sorted({event.label for event in a.report.events if (event.label, event.status) in known})
    if retold and len({event.status for event in a.report.events if event.label in retold}) > 1:
        return f"retells {', '.join(retold)}"
    return _same_fact(a, b)


def _same_fact(a: Profile, b: Profile) -> str | None:
    if any(x.same_as(y) for x in a.amounts for y in b.amounts):
        return "the same amount"
    if a.told("counterparty") & b.told("counterparty"):
        return "the same counterparty"
    if a.document_numbers & b.document_numbers:
        return "the same rule or document number"
    if a.effective_days & b.dates or b.effective_days & a.dates:
        return "the same date of effect"
    if a.script != b.script and instruments(a) & instruments(b):
        return "the same instrument"
    if a.script != b.script and a.sounds & b.sounds & common_names(a, b):
        return "the same name in Chinese and English"
    return None
