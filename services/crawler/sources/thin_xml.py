"""A feed's markup written anew within bounds, before the parser sees it: one pass, no step looks further back.

The parser takes time by the square of attributes of a tag, of quotes that never end, of an open CDATA section and of a
long author; and a tenth of a millisecond for an element. What comes out of here has neither: tags with few attributes,
closed sections, texts of bounded length, and no more elements than can be read in time.
"""

import re
from dataclasses import dataclass, field

from shared.errors import PermanentError

MAX_DEPTH = 500
"""Elements inside each other that no feed needs."""
MAX_COST = 6_000.0
"""Elements, of which 200 items have thirty each; a reference such as `&amp;` counts as a tenth. One second at most."""
MAX_TAG, MAX_ATTRIBUTES, MAX_VALUE = 8_000, 50, 2_000
"""Characters of a tag, attributes of it, and characters of an attribute."""
MAX_TEXT, MAX_NAME = 12_000, 150
"""Characters of a text, of which 2,000 are read, and of all that stands in an author's element, of which 100 are."""
REFERENCE_COST = 0.1

_NAMED = re.compile(r"<(/?)([A-Za-z_][\w.:-]{0,100})")
_ATTRIBUTE = re.compile(r"""([A-Za-z_][\w.:-]{0,100})\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_ITEM = frozenset({"item", "entry"})
_PEOPLE = frozenset({"author", "name", "email", "creator", "managingeditor", "webmaster", "publisher", "contributor"})
_ITEM_START = re.compile(r"<(?:\w{1,50}:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_SKIPPED = (("<!--", "-->"), ("<?", "?>"), ("<!", ">"))
_ESCAPES = str.maketrans({"<": "&lt;", ">": "&gt;", '"': "&quot;"})


@dataclass
class _Writer:
    """What is written so far, and what it costs."""

    pieces: list[str] = field(default_factory=list)
    cost: float = 0.0
    open: list[str] = field(default_factory=list)
    items: int = 0
    begun: int = 0
    whole: int = 0
    """Pieces up to the end of the last whole item."""
    person: int | None = None
    """Characters that an author's element, where one is open, may still have."""

    def text(self, written: str, section: bool = False) -> None:
        most = MAX_TEXT if self.person is None else self.person
        kept = written[:most]
        if self.person is not None:
            self.person -= len(kept)
        if section:
            self.pieces.append(f"<![CDATA[{kept}]]>")
        elif kept:
            if len(kept) < len(written):
                kept = kept[:cut] if (cut := kept.rfind("&", -12)) > 0 else kept  # no half of a reference
            self.cost += REFERENCE_COST * kept.count("&")
            self.pieces.append(kept.replace("<", "&lt;"))

    def start(self, name: str, attributes: str, empty: bool) -> None:
        plain = name.rpartition(":")[2].lower()
        self.cost += 1
        self.begun += plain in _ITEM
        if plain in _ITEM:
            self.person = None
        elif plain in _PEOPLE and not empty and self.person is None:
            self.person = MAX_NAME
        if not empty:
            self.open.append(name)
        self.pieces.append(f"<{name}{attributes}{'/' if empty else ''}>")
        if empty and plain in _ITEM:
            self._item_ends()

    def end(self, name: str) -> None:
        plain = name.rpartition(":")[2].lower()
        self.cost += 0.1
        if self.open and self.open[-1] == name:
            self.open.pop()
        self.pieces.append(f"</{name}>")
        if plain in _PEOPLE:
            self.person = None
        if plain in _ITEM:
            self._item_ends()

    def _item_ends(self) -> None:
        self.person = None
        self.items += 1
        self.whole = len(self.pieces)


def thinned(text: str, most: int) -> tuple[str, int]:
    """The feed with at most `most` items, and how many were left out.

    Raises PermanentError for elements too deep, or too many before the first item ends.
    """
    writer, at = _Writer(), 0
    while at < len(text):
        begins = text.find("<", at)
        begins = len(text) if begins < 0 else begins
        if begins > at:
            writer.text(text[at:begins])
        if begins == len(text):
            break
        at = _token(text, begins, writer)
        if len(writer.open) > MAX_DEPTH:
            raise PermanentError(f"no feed: elements nested more than {MAX_DEPTH} deep")
        if writer.cost > MAX_COST and not writer.items:
            raise PermanentError(f"no feed that can be read in time: more than {MAX_COST:.0f} elements in one item")
        if writer.cost > MAX_COST or writer.begun > most + (writer.items < most):
            return _cut(writer, text[at:], most)
    return "".join(writer.pieces), 0


def _cut(writer: _Writer, rest: str, most: int) -> tuple[str, int]:
    """What is whole so far, closed again; of items that never end all that is written."""
    left = writer.begun + len(_ITEM_START.findall(rest))
    if not writer.items:
        return "".join(writer.pieces), left - most
    return "".join(writer.pieces[: writer.whole]) + _closing(writer), max(0, left - writer.items)


def _closing(writer: _Writer) -> str:
    """The ends of what is open around the items."""
    around = [name for name in writer.open if name.rpartition(":")[2].lower() in ("rss", "channel", "feed", "rdf")]
    return "".join(f"</{name}>" for name in reversed(around))


def _token(text: str, at: int, writer: _Writer) -> int:
    """Write what begins with `<` at `at`; where the next begins."""
    if text.startswith("<![CDATA[", at):
        end = text.find("]]>", at)
        if end < 0:
            return len(text)  # a section that never ends is cut off
        writer.cost += 0.5
        writer.text(text[at + 9 : end], section=True)
        return end + 3
    for begin, ending in _SKIPPED:
        if text.startswith(begin, at):
            end = text.find(ending, at + len(begin))
            writer.cost += 0.05
            return len(text) if end < 0 else end + len(ending)
    named, end = _NAMED.match(text, at), _tag_end(text, at)
    if named is None or end < 0:
        writer.cost += REFERENCE_COST
        writer.text("<")
        return at + 1
    if named[1]:
        writer.end(named[2])
    else:
        inside = text[named.end() : end]
        writer.start(named[2], _attributes(inside), inside.rstrip().endswith("/"))
    return end + 1


def _tag_end(text: str, at: int) -> int:
    """Where the tag's `>` stands, not within quotes as far as they are paired; -1 where it is too far."""
    first = end = text.find(">", at, at + MAX_TAG)
    for _ in range(4):
        if end < 0 or text.count('"', at, end) % 2 == 0:
            break
        end = text.find(">", end + 1, at + MAX_TAG)
    return first if end < 0 or text.count('"', at, end) % 2 else end


def _attributes(inside: str) -> str:
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(inside):
        name, value = one[1], one[2] or one[3] or (one[4] or "").removesuffix("/")
        # A base that is relative grows with each element inside another.
        if name.lower() != "xml:base" or value.startswith(("http://", "https://")):
            found.setdefault(name, value[:MAX_VALUE])
        if len(found) >= MAX_ATTRIBUTES:
            break
    return "".join(f' {name}="{value.translate(_ESCAPES)}"' for name, value in found.items())
