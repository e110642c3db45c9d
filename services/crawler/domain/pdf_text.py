"""Paragraphs out of a PDF's lines: joined where a sentence goes on, without what stands on every page."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

EDGE = 2
"""Lines from the top and from the bottom of a page that may be its header or footer."""
REPEATED = 3
"""Pages on which a line must stand to be one (and on at least a third of them all)."""
INDENT = 0.8
"""Heights of a line by which the first line of a paragraph is indented; Chinese print indents by two."""
GAP = 1.6
"""Usual distances between lines from which one starts a paragraph."""
SHORT = 2.5
"""Heights of a line by which a line ends before the column does, from which it ends a paragraph: with a sentence, or
in the column's first part."""
FIRST_PART = 0.6
"""Share of the column's width."""
TITLE = range(4, 200)
"""Characters of a believable title."""

_PAGE_NUMBER = re.compile(
    r"[-–—~ ]*[0-9]{1,4}[-–—~ ]*|"
    r"(?:page|第)\s*[0-9一二三四五六七八九十]{1,4}\s*页?(?:\s*(?:of|/|，|,)?\s*共?\s*[0-9]{1,4}\s*页?)?|"
    r"[0-9]{1,4}\s*/\s*[0-9]{1,4}|[ivx]{1,6}",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[0-9]+")
_ENDS = re.compile(r"[。！？；：…!?;:.][\"'”’」』）)]*$")
_WIDE = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
_HYPHENS = "-\u00ad\u2010\x02\ufffe"
_NO_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel)|untitled|无标题|無標題|document\d*|幻灯片|slide)|"
    r"\.(?:docx?|pdf|pptx?|xlsx?|indd|qxp|wps|rtf|txt|tmp|html?)\b|[\\/]{1}\S+[\\/]|^[\W\d_]*$|^\S*_\S*_\S*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line and its box in points, y upwards."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        """Of its letters."""
        return max(self.top - self.bottom, 1.0)


def paragraphs(pages: Sequence[Sequence[Line]]) -> tuple[str, ...]:
    """The text in its order. Pure, never raises."""
    bodies = list(_without_furniture([[line for line in page if line.text.strip()] for page in pages]))
    found: list[str] = []
    open_ended = False
    for body in bodies:
        before: Line | None = None
        pitch, right = _pitch(body), max((line.right for line in body), default=0.0)
        left = min((line.left for line in body), default=0.0)
        for line in body:
            goes_on = bool(found) and (
                (open_ended and line.left - left < INDENT * line.height)
                if before is None
                else not _starts(line, before, pitch, left, right)
            )
            if goes_on:
                found[-1] = _joined(found[-1], line.text)
            else:
                found.append(line.text.strip())
            before = line
        open_ended = before is not None and not _ENDS.search(before.text.strip()) and not _ends(before, left, right)
    return tuple(text for text in (_tidy(one) for one in found) if text)


def believable_title(text: str) -> str:
    """A title of the document's properties; empty where a program put its own name or a file's there."""
    title = " ".join(text.replace("\x00", "").split())
    return title if len(title) in TITLE and not _NO_TITLE.search(title) else ""


def _without_furniture(pages: Sequence[Sequence[Line]]) -> Iterator[list[Line]]:
    edges = [_edges(page) for page in pages]
    counted = Counter(sign for page in edges for sign in {_sign(line) for line in page})
    often = {sign for sign, times in counted.items() if times >= max(REPEATED, len(pages) / 3)}
    for page, edge in zip(pages, edges, strict=True):
        drop = {id(line) for line in edge if _sign(line) in often or _PAGE_NUMBER.fullmatch(line.text.strip())}
        yield [line for line in page if id(line) not in drop]


def _edges(page: Sequence[Line]) -> list[Line]:
    ordered = sorted(page, key=lambda line: -line.top)
    return ordered[:EDGE] + ordered[max(EDGE, len(ordered) - EDGE) :]


def _sign(line: Line) -> str:
    """A line without its numbers: page numbers and dates of a header differ from page to page."""
    return _DIGITS.sub("#", "".join(line.text.split()))


def _pitch(body: Sequence[Line]) -> float:
    """The usual distance from one line to the next."""
    steps = sorted(one.bottom - two.bottom for one, two in pairwise(body) if one.bottom > two.bottom)
    return steps[len(steps) // 2] if steps else 0.0


def _starts(line: Line, before: Line, pitch: float, left: float, right: float) -> bool:
    """Whether a line starts a paragraph."""
    step = before.bottom - line.bottom
    if step < -line.height:
        return bool(_ENDS.search(before.text.strip())) or _ends(before, left, right)  # the next column, or elsewhere
    if abs(step) < 0.5 * line.height:
        return False  # the same line, in two pieces
    if step > GAP * pitch or abs(line.height - before.height) > 0.3 * max(line.height, before.height):
        return True
    if line.left - max(left, min(before.left, line.left)) > INDENT * line.height and line.left > before.left:
        return True
    return _ends(before, left, right)


def _ends(line: Line, left: float, right: float) -> bool:
    """Whether a line ends a paragraph by where it ends itself."""
    if right - line.right <= SHORT * line.height:
        return False
    return bool(_ENDS.search(line.text.strip())) or line.right - left < FIRST_PART * (right - left)


def _joined(text: str, line: str) -> str:
    line = line.strip()
    if text[-1] in _HYPHENS and line[:1].islower() and text[-2:-1].isalpha():
        return text[:-1] + line
    wide = _WIDE.match(text[-1]) or _WIDE.match(line[:1])
    return text + ("" if wide else " ") + line


def _tidy(text: str) -> str:
    return " ".join(re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", "", text).split())
