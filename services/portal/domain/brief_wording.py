"""What of the second reader's sentences is believed: those whose cited paragraphs hold them, and nothing that a link,
a markup, another status or another point's number brought in. Where one is not, the article's own sentence stays."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from services.portal.domain.brief import Brief, BriefPoint, Citation, Wording
from services.portal.domain.brief_check import is_chinese, why_not
from services.portal.domain.brief_choose import grouped
from services.portal.domain.brief_made import Made
from services.portal.domain.brief_names import Names
from services.portal.domain.brief_points import Candidate
from services.portal.domain.brief_question import Sentence
from services.portal.domain.normalise import normalise
from shared.rights import shown

LONGEST = 300
"""Characters of one sentence."""
_FORM = re.compile(
    r"https?:|www\.|//|\]\(|[a-z0-9]\.[a-z]{2,}/|[<>`\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]|\[\d+",
    re.IGNORECASE,
)
"""What has no place in a sentence: links, markup, own citations, control characters and marks of direction."""
_UNSURE = (
    re.compile(r"否认|不实|辟谣|并非|没有|未|不|\b(?:den(?:y|ies|ied|ial)|untrue|false|not|no|never)\b|n['’]t\b"),
    re.compile(
        r"拟|计划|将|预计|有望|或|传|据悉|知情|征求意见|草案|考虑|洽"
        r"|\b(?:plan\w*|will|would|may|might|could|expect\w*|rumou?r\w*|reportedly|sources|draft|consider\w*|propos\w+|talks?"
        r"|intend\w*|aims?|to be)\b"
    ),
)
"""Words of a text that is not a plain report of what is: a denial, a plan or rumour."""


def worded(made: Made, sentences: Sequence[Sentence], names: Names, chinese: bool) -> Brief:
    """The brief with what is believed of the sentences; `points` in them count the points of the brief from 1."""
    chosen = made.chosen.points
    texts = [point.text for _, point, _ in chosen]
    taken: dict[int, BriefPoint | None] = {}
    dropped: Counter[str] = Counter()
    words = {document: list(held) for document, held in made.chosen.words.items()}
    for sentence in sentences:
        why = _wrong(made, sentence, taken, names, chinese, words)
        if why is not None:
            dropped[why] += 1
            continue
        numbers = sorted(set(sentence.points))
        first = numbers[0]
        taken |= dict.fromkeys(numbers[1:])
        taken[first] = _joined(sentence.text.strip(), [chosen[number - 1][1] for number in numbers])
    points = [(group, taken.get(number, point)) for number, (group, point, _) in enumerate(chosen, 1)]
    kept = [(group, point) for group, point in points if point is not None]
    count = sum(point.text not in texts for _, point in kept)
    wording = replace(made.brief.wording, asked=True, kept=count, dropped=dict(dropped))
    return replace(made.brief, groups=grouped(kept), wording=wording)


def _wrong(
    made: Made,
    sentence: Sentence,
    taken: dict[int, BriefPoint | None],
    names: Names,
    chinese: bool,
    words: dict[str, list[str]],
) -> str | None:
    """Why a sentence is not believed; None where it is, and then the words of its document are replaced by it."""
    text, numbers = sentence.text.strip(), sorted(set(sentence.points))
    chosen = made.chosen.points
    if not numbers or any(not 1 <= one <= len(chosen) or one in taken or chosen[one - 1][2].own for one in numbers):
        return "citation"
    if not text or len(text) > LONGEST or _FORM.search(text):
        return "form"
    if is_chinese(normalise(text)) != chinese:
        return "language"
    groups = {chosen[one - 1][0] for one in numbers}
    speakers = [chosen[one - 1][2] for one in numbers]
    if len(groups) > 1:
        return "citation"
    if any(_surer(text, speaker.text) for speaker in speakers):
        return "status"
    why = why_not(text, [one.text for one in speakers], names)
    if why is not None:  # what else the paragraphs say was not asked for, and may be what an article dictates
        return why
    for number in numbers:
        for citation in chosen[number - 1][1].citations:
            why = why_not(text, _paragraphs(made, citation), names)
            if why is not None:
                return why
    return None if _fits(text, speakers, words) else "rights"


def _surer(text: str, origin: str) -> bool:
    """Whether a sentence reports plainly what its origin denies, plans or reports as a rumour, or the other way."""
    here, there = normalise(text), normalise(origin)
    denied, unsure = ((bool(each.search(there)), bool(each.search(here))) for each in _UNSURE)
    return denied[0] != denied[1] or (unsure[0] and not unsure[1])


def _paragraphs(made: Made, citation: Citation) -> list[str]:
    stored = made.told[citation.number - 1].stored
    places = (stored.title, *stored.paragraphs)
    return [places[number] for number in citation.paragraphs if number < len(places)]


def _fits(text: str, speakers: Sequence[Candidate], words: dict[str, list[str]]) -> bool:
    """Whether the sentence keeps within what may be shown of the documents whose words it stands for."""
    changed = {document: list(held) for document, held in words.items()}
    for speaker in speakers:
        held = changed[speaker.story.stored.document_id]
        held.remove(speaker.text)
    first = speakers[0].story.stored
    changed[first.document_id].append(text)
    for speaker in speakers:
        stored = speaker.story.stored
        held = changed[stored.document_id]
        if len(shown(stored.rights, (), held).summary) != len(held):
            return False
    words.clear()
    words.update(changed)
    return True


def _joined(text: str, points: Sequence[BriefPoint]) -> BriefPoint:
    """One point for all that it words, with every citation of theirs."""
    citations = {(one.number, one.paragraphs): one for point in points for one in point.citations}
    return BriefPoint(
        text=text,
        citations=tuple(citations.values()),
        wording="second_reader",
        outlets=max(point.outlets for point in points),
        at=max(point.at for point in points),
    )


def without(made: Made, why: str) -> Brief:
    """The brief in the articles' own sentences, since there was no answer."""
    return replace(made.brief, wording=Wording(asked=True, failed=why))
