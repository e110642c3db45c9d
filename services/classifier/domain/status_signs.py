"""What the words of the statuses (config/taxonomy.yaml) say of one sentence of an event, as signs for the status model.

The words are those by which a person tells a status: a share that trades for the first time is a listing completed, a
suit that was brought is announced and one that was decided is completed. What a sentence puts off does not count.
"""

import re

from services.classifier.domain.model import Features
from services.classifier.domain.reading import Candidate, Reading, Span
from services.classifier.domain.surroundings import clause_of, sentence_of
from services.classifier.domain.triggers import ANY, TOLD

BEFORE = 14
"""Characters before the trigger in which a word of status stands directly before it."""
_BACK = 12
"""Characters before a word of status that may put it off."""
_PUT_OFF = re.compile(
    r"(?:拟|将|计划|尚未|未|待|预计|如|若|后"
    r"|(?<![a-z])(?:will|would|plans?|expected|not|pending|yet|to|once|if|until|after|before))[^。,;]{0,6} ?$"
)
_OF_FACTS = frozenset(("announced", "completed"))
"""Statuses of what has happened: the words of the others are about what has not."""
_AHEAD = -1
"""Age in days from which a date is one to come."""
_LONG_AGO = 185
"""Age in days of a date without a year, by its last return, from which its next one is nearer."""


def status_signs(reading: Reading, candidate: Candidate) -> Features:
    """The statuses that the candidate's sentence and the article's title tell in words."""
    span, label, trigger = candidate.span, candidate.label, candidate.first.start
    left, right = clause_of(sentence_of(reading, span), trigger)
    found: Features = {}
    told: set[str] = set()
    for status in TOLD:
        for scope, name in ((ANY, "told"), (label, "own")):
            places = _places(reading, span, status, scope)
            if not places:
                continue
            told.add(status)
            found[f"{name} {status}"] = 1.0
            if any(left <= place < right for place in places):
                found[f"{name} {status} in clause"] = 1.0
            if any(trigger - BEFORE <= place < trigger for place in places):
                found[f"{name} {status} before"] = 1.0
    if len(told) == 1:
        found[f"only {told.pop()}"] = 1.0
    return found | _title(reading, label)


def _places(reading: Reading, span: Span, status: str, scope: str) -> list[int]:
    """Where the sentence tells the status; without the words that it puts off."""
    places = reading.cues.tells(status, scope, span.start, span.end)
    if status not in _OF_FACTS:
        return places
    folded = reading.text.folded
    places = [at for at in places if not _PUT_OFF.search(folded[max(span.start, at - _BACK) : at])]
    if places and status == "completed":
        dates = reading.ages.between(span.start, span.end)
        ahead = [date.place for date in dates if date.age < _AHEAD or (date.age > _LONG_AGO and not date.has_year)]
        places = [at for at in places if not any(place <= at for place in ahead)]
    return places


def _title(reading: Reading, label: str) -> Features:
    """The statuses that the title tells of an event of the label."""
    end = reading.text.starts[1] if len(reading.text.starts) > 1 else 0
    cues = reading.cues
    return {
        f"title told {status}": 1.0
        for status in TOLD
        if cues.tells(status, ANY, 0, end) or cues.tells(status, label, 0, end)
    }
