"""Which story a document belongs to. Pure: it sees DocumentClassified and the threads that come into question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.alerter.domain.agreement import repeated_by
from services.alerter.domain.conflict import never_one
from services.alerter.domain.follow_up import follow_up
from services.alerter.domain.likeness import Likeness, Weights
from services.alerter.domain.news import NewFact, news_in
from services.alerter.domain.objects import other_name
from services.alerter.domain.profile import Profile, profile
from services.alerter.domain.repetition import silent_repetition
from services.alerter.domain.report import Report, report_of
from services.alerter.domain.state import ThreadState
from shared.messages import DocumentClassified

_TOP = 3
"""A thread is as like as the mean of its most alike reports, so many of them."""


@dataclass(frozen=True)
class Decision:
    """Where a document belongs, and why."""

    thread: ThreadState | None
    """None: no known thread."""
    probability: float
    """Of the best thread, joined or not."""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taken:
    """A thread after a document was taken in."""

    thread: ThreadState
    news: tuple[NewFact, ...]
    opened: bool
    decision: Decision


def assign(document: DocumentClassified | Report, candidates: Sequence[ThreadState], likeness: Likeness) -> Decision:
    """The thread of `candidates` that the document belongs to.

    A document that is already a member stays; else the likest thread above the threshold; else a follow-up.
    """
    report = document if isinstance(document, Report) else report_of(document)
    for thread in candidates:
        if thread.member(report.document_id):
            return Decision(thread, 1.0, ("a new revision of a member",))
    mine = profile(report)
    likely = sorted((_like(mine, thread, likeness) for thread in candidates), key=_mean, reverse=True)
    probability = likely[0].mean if likely else 0.0
    for one in likely:
        if one.mean < likeness.weights.threshold:
            break
        if not silent_repetition(mine, one.thread, likeness):
            return Decision(one.thread, one.mean, likeness.weights.reasons(one.best))
    follows = [(found, thread) for thread in candidates if (found := follow_up(mine, thread, likeness))]
    if follows:
        (_, why), thread = max(follows, key=lambda pair: pair[0][0])
        return Decision(thread, probability, why)
    return Decision(None, probability, likeness.weights.reasons(likely[0].best) if likely else ())


class _Like(NamedTuple):
    """A thread and how like its most alike reports the document is."""

    thread: ThreadState
    mean: float
    best: Mapping[str, float]
    """The signs of the most alike one; empty where none can be one event with it."""


def _like(mine: Profile, thread: ThreadState, likeness: Likeness) -> _Like:
    signs = [
        likeness.features(mine, other)
        for other in thread.compared
        if not never_one(mine, other) and not other_name(mine, other, likeness)
    ]
    scored = sorted(((likeness.weights.probability(each), each) for each in signs), key=_probability)[-_TOP:]
    if not scored:
        return _Like(thread, 0.0, {})
    return _Like(thread, sum(score for score, _ in scored) / len(scored), scored[-1][1])


def _mean(like: _Like) -> float:
    return like.mean


def _probability(scored: tuple[float, dict[str, float]]) -> float:
    return scored[0]


def take(document: DocumentClassified | Report, decision: Decision) -> Taken:
    """The thread after the document: a new one, or the decision's with what is new in it."""
    report = document if isinstance(document, Report) else report_of(document)
    if decision.thread is None:
        return Taken(ThreadState(thread_id=f"t{report.document_id}", members=(report,)), (), True, decision)
    repeats = repeated_by(report, decision.thread)
    if repeats != report.repeats:  # a copy of its own is held apart in memory, with all that was worked out of its text
        report = report.model_copy(update={"repeats": repeats})
    news = news_in(report, decision.thread)
    return Taken(decision.thread.with_report(report, bool(news)), news, False, decision)


class Threader:
    """Threads in memory, for documents one after the other in the order of their publication."""

    def __init__(self, weights: Weights) -> None:
        self._likeness = Likeness(weights)
        self._threads: dict[str, ThreadState] = {}

    def take(self, document: DocumentClassified | Report) -> Taken:
        """Take the document into its thread, or into a new one."""
        taken = take(document, assign(document, tuple(self._threads.values()), self._likeness))
        self._threads[taken.thread.thread_id] = taken.thread
        return taken
