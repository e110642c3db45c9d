"""What is odd about a document, and what is done about it: it is worked on all the same, and the result says so.

Offsets and quotes stay those of the document but for the control characters, which become spaces one for one, and for
a title that no page has, which is cut.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args

from services.classifier.domain.reading import MOST
from shared.messages import DocumentClassified, DocumentFound

Oddity = Literal[
    "no text",
    "title only",
    "long title, cut",
    "long text, not read to its end",
    "control characters, replaced",
    "marks of writing direction",
    "markup in the text",
    "date in the future, not used",
    "language not read, nothing guessed",
]
ODDITIES: tuple[str, ...] = get_args(Oddity)

REMARK = "remark: "
"""Begins an oddity among the reasons of a result."""
AHEAD = timedelta(days=1)
"""A page's date may lie so far ahead: a day without a time, in the easternmost zone, seen from the westernmost."""
LONGEST_TITLE = 500
"""Characters; the longest labelled title has under 200. A title is read sentence by sentence, as a text is, and one of
2 MB would hold the stream for 18 s."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""All of C0 but tab and line ends, and DEL: no text has them, PostgreSQL refuses the first of them."""
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Unicode Bidirectional Algorithm (UAX 9), section 2: explicit and implicit directional marks."""
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|&(?:nbsp|amp|lt|gt|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


def sound(document: DocumentFound, now: datetime) -> tuple[DocumentFound, tuple[Oddity, ...]]:
    """The document as it is to be read at `now` (UTC), and what was odd about it."""
    odd: list[Oddity] = []
    places = (document.title[:LONGEST_TITLE], *document.paragraphs)
    if len(document.title) > LONGEST_TITLE:
        odd.append("long title, cut")
    if not any(place and not place.isspace() for place in places[1:]):
        odd.append("title only" if places[0].strip() else "no text")
    if sum(map(len, places[1:])) > MOST:
        odd.append("long text, not read to its end")
    if _any(_CONTROL, places):
        places = tuple(_CONTROL.sub(" ", place) for place in places)
        odd.append("control characters, replaced")
    if _any(_DIRECTION, places):
        odd.append("marks of writing direction")
    if _any(_MARKUP, places):
        odd.append("markup in the text")
    if _in_future(document, now):
        odd.append("date in the future, not used")
    if document.language == "other":
        odd.append("language not read, nothing guessed")
    if not odd:
        return document, ()
    published = None if "date in the future, not used" in odd else document.published
    read = {"title": places[0], "paragraphs": places[1:], "published": published}
    return document.model_copy(update=read), tuple(odd)


def remarked(classified: DocumentClassified, document: DocumentFound, odd: Sequence[Oddity]) -> DocumentClassified:
    """The result with the date that the document bears, a remark for each oddity, and nothing that would be a guess.

    Of a language that is not read names are still found, since they stand there letter by letter; events are not.
    """
    if not odd:
        return classified
    reasons = (*classified.relevance_reasons, *(REMARK + each for each in odd))
    told: dict[str, object] = {"published": document.published, "relevance_reasons": reasons}
    if "language not read, nothing guessed" in odd:
        told |= {"events": (), "lines": (), "points": (), "summary": (), "second_gist": None, "importance": 1}
    return classified.model_copy(update=told)


def _any(pattern: re.Pattern[str], places: Sequence[str]) -> bool:
    return any(pattern.search(place) for place in places)


def _in_future(document: DocumentFound, now: datetime) -> bool:
    if document.published is None:
        return False
    return document.published.at - now > AHEAD
