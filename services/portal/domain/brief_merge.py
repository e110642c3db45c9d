"""Near-equal sentences are one point with several citations, in both scripts and over both languages."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from services.portal.domain.brief_check import read, why_not
from services.portal.domain.brief_figures import Figure, figures
from services.portal.domain.brief_names import Names
from services.portal.domain.brief_points import Candidate
from services.portal.domain.normalise import normalise

SAME = 0.6
"""Least share of pairs in common of two sentences that say the same."""
COMMON = 60
"""Sentences that have a pair; one of more is in too many to tell any two of them apart."""


@dataclass
class Cluster:
    """Sentences that say the same, the first the one that is shown."""

    members: list[Candidate]
    pairs: frozenset[str]
    figures: frozenset[Figure] = field(default=frozenset())

    @property
    def first(self) -> Candidate:
        """The sentence that speaks for all."""
        return self.members[0]


def clusters(found: Sequence[Candidate], names: Names) -> list[Cluster]:
    """The points, in the order in which the first sentence of each was given."""
    made = _same_words(found)
    return _same_events(made, names)


def text_of(one: Candidate) -> list[str]:
    """The paragraphs that a candidate cites."""
    stored = one.story.stored
    places = (stored.title, *stored.paragraphs)
    return [places[number] for number in one.paragraphs if number < len(places)]


def _same_words(found: Sequence[Candidate]) -> list[Cluster]:
    made: list[Cluster] = []
    holders: dict[str, list[int]] = defaultdict(list)
    for one in found:
        normal = "".join(each for each in normalise(one.text) if each.isalnum())
        pairs = frozenset(a + b for a, b in pairwise(normal))
        numbers = _figures(one.text)
        shared = Counter(number for pair in pairs for number in holders[pair] if len(holders[pair]) <= COMMON)
        for number, _ in shared.most_common(5):
            other = made[number]
            both = len(pairs & other.pairs)
            near = both >= SAME * len(pairs | other.pairs) or both >= 0.9 * min(len(pairs), len(other.pairs))
            if near and numbers == other.figures:
                other.members.append(one)
                break
        else:
            for pair in pairs:
                holders[pair].append(len(made))
            made.append(Cluster([one], pairs, numbers))
    return made


def _figures(text: str) -> frozenset[Figure]:
    return frozenset(one for one in figures(normalise(text))[0] if one.sure)


def _same_events(made: list[Cluster], names: Names) -> list[Cluster]:
    """A sentence in the other language about the same event of the same thread, where each holds the other's facts."""
    kept: list[Cluster] = []
    by_event: dict[tuple[str, tuple[str, str]], list[Cluster]] = defaultdict(list)
    for one in made:
        thread = one.first.story.stored.thread
        if thread is None or one.first.event is None:
            kept.append(one)
            continue
        others = by_event[thread.thread_id, one.first.event]
        twin = next((each for each in others if _twins(each, one, names)), None)
        if twin is None:
            others.append(one)
            kept.append(one)
        else:
            twin.members += one.members
    return kept


def _twins(one: Cluster, other: Cluster, names: Names) -> bool:
    if one.first.chinese == other.first.chinese:
        return False
    here, there = read(one.first.text, names), read(other.first.text, names)
    if not here.names & there.names:
        return False
    return not any(why_not(a.text, text_of(b), names) for a, b in ((one.first, other.first), (other.first, one.first)))


def stories_of(members: Iterable[Candidate]) -> list[Candidate]:
    """One candidate of each story, in order."""
    return list({one.story.number: one for one in reversed(list(members))}.values())[::-1]
