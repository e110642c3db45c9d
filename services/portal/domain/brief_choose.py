"""Which points stand in the brief: the most telling, of independent outlets, fresh, and as far as rights allow."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.portal.domain.brief import BriefPoint, Citation, Group
from services.portal.domain.brief_check import why_not
from services.portal.domain.brief_groups import GROUPS
from services.portal.domain.brief_merge import Cluster, stories_of, text_of
from services.portal.domain.brief_names import Names
from services.portal.domain.brief_points import Candidate
from shared.rights import shown

FIRST, A_GROUP, ALL = 2, 6, 36
"""Points that each group has before any has more; of one group; of the brief: two printed pages."""
A_DOCUMENT = 5
"""Points whose words are one document's, so that no long article drowns the others; three times as many where there
are three documents or fewer."""
CITED = 6
"""Documents that a point cites; further ones say the same."""
HALF_LIFE = 240.0
"""Days after which a point counts half as fresh: what a company does lasts longer than what a newspaper does."""


@dataclass
class Chosen:
    """The points so far, and what was left out."""

    points: list[tuple[Group, BriefPoint, Candidate]] = field(default_factory=list)
    withheld: int = 0
    """Points whose words no document's rights left room for."""
    unheld: int = 0
    """Citations whose paragraph does not hold the whole point."""
    words: dict[str, list[str]] = field(default_factory=dict)
    """Sentences that are shown of each document, in order: what `shared.rights` is asked about."""


def choose(made: Sequence[Cluster], names: Names, now: datetime, chinese: bool, documents: int) -> Chosen:
    """The points, the best first; of lines in both languages those in the brief's own (`chinese`)."""
    chosen = Chosen()
    of_group: Counter[Group] = Counter()
    of_document: Counter[str] = Counter()
    most = A_DOCUMENT * (3 if documents <= 3 else 1)
    ranked = sorted(
        made, key=lambda one: (-score(one, now), one.first.story.number, one.first.paragraphs, one.first.text)
    )
    taken: set[int] = set()
    for room in (FIRST, A_GROUP):  # every group its best ones, before any has all of its room
        for number, cluster in enumerate(ranked):
            group = _group(cluster)
            if len(chosen.points) == ALL:
                return chosen
            other_language = cluster.first.own and cluster.first.chinese != chinese
            if number in taken or of_group[group] >= room or other_language:
                continue
            found = _told(cluster, names, chosen, of_document, most)
            taken.add(number)
            if found is not None:
                point, speaker = found
                of_group[group] += 1
                of_document[speaker.story.stored.document_id] += 1
                chosen.points.append((group, point, speaker))
    return chosen


def score(cluster: Cluster, now: datetime) -> float:
    """How early a point stands: its weight, the outlets that say so, how fresh it is, how its document was found."""
    members = stories_of(cluster.members)
    days = max(0.0, (now - max(one.at for one in members)).total_seconds() / 86_400)
    outlets = len({one.story.stored.outlet or one.story.stored.source for one in members})
    found = min(one.story.number for one in members)
    weight = max(one.weight for one in members)
    return weight + 0.4 * math.log2(outlets) + 0.5 / (1 + days / HALF_LIFE) + 0.5 / (1 + found / 8)


def grouped(points: Sequence[tuple[Group, BriefPoint]]) -> tuple[tuple[Group, tuple[BriefPoint, ...]], ...]:
    """The points under their groups, the groups in the order of the page."""
    held = {group: tuple(point for one, point in points if one == group) for group in GROUPS}
    return tuple((group, of_it) for group, of_it in held.items() if of_it)


def fits(words: dict[str, list[str]], speaker: Candidate, text: str) -> bool:
    """Whether the rights in the document leave room for one sentence more."""
    if speaker.own:
        return True
    stored = speaker.story.stored
    held = [*words.get(stored.document_id, ()), text]
    return len(shown(stored.rights, (), held).summary) == len(held)


def _group(cluster: Cluster) -> Group:
    """The group that most members have; of equals the first one's."""
    counted = Counter(one.group for one in cluster.members)
    return max(counted, key=lambda group: (counted[group], group == cluster.first.group))


def _told(
    cluster: Cluster, names: Names, chosen: Chosen, of_document: Counter[str], most: int
) -> tuple[BriefPoint, Candidate] | None:
    """The point in the words of the first member that may speak, with every document that holds it."""
    room = False
    for speaker in cluster.members:
        stored = speaker.story.stored
        if of_document[stored.document_id] >= most:
            room = True
            continue
        if not fits(chosen.words, speaker, speaker.text):
            continue
        citations, at, outlets, unheld = _cited(cluster, speaker, names)
        if not citations:
            chosen.unheld += unheld
            continue
        chosen.unheld += unheld
        if not speaker.own:
            chosen.words.setdefault(stored.document_id, []).append(speaker.text)
        wording = "facts" if speaker.own else "article"
        return BriefPoint(speaker.text, citations, wording, outlets, at), speaker  # type: ignore[arg-type]  # one of them
    chosen.withheld += not room
    return None


def _cited(cluster: Cluster, speaker: Candidate, names: Names) -> tuple[tuple[Citation, ...], datetime, int, int]:
    """The documents whose cited paragraphs hold the words of `speaker`, the speaker's own first."""
    others = [one for one in stories_of(cluster.members) if one.story.number != speaker.story.number]
    held: list[Candidate] = []
    unheld = 0
    for one in (speaker, *others):
        if why_not(speaker.text, text_of(one), names) is None:
            held.append(one)
        else:
            unheld += 1
    if not held or held[0] is not speaker:
        return (), speaker.at, 0, unheld
    citations = tuple(Citation(one.story.number, one.paragraphs) for one in held[:CITED])
    outlets = len({one.story.stored.outlet or one.story.stored.source for one in held})
    return citations, max(one.at for one in held), outlets, unheld
