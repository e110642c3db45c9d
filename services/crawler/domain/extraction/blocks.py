"""One walk over the element tree that cuts a page into blocks of text and keeps the boxes they stand in.

A block is a run of text between two block tags or line breaks: about a paragraph. A box is a block-level element; it
covers the blocks `first[box]` to `last[box] - 1`, so that a sum over a box is a difference of two running sums.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from services.crawler.domain.extraction.page import Element, words

MAX_DEPTH = 200
"""Boxes nested deeper are read as text alone: saved news pages have up to some 40 levels."""
MAX_BLOCKS = 6_000
"""A page with more blocks is read so far: the longest saved news page measured has 2,900."""
MAX_BLOCK_CHARACTERS = 200_000
"""A longer run of text is cut here."""

INLINE = words(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb s samp small span "
    "strike strong sub sup time tt u var wbr o:p ruby"
)
UNSEEN = words(
    "script style noscript template svg math head select option datalist button textarea iframe frame object embed "
    "applet video audio canvas map area title meta link base input img source track param rt rp dialog"
)
_UNSHOWN = re.compile(r"display\s*:\s*none", re.I)
STRONG = frozenset({"b", "strong"})

TAGS = (
    "body p div li td h1 h2 h3 h4 h5 h6 article section main blockquote pre figcaption dd dt ul ol table tr header "
    "footer nav aside form figure center font tbody fieldset address details summary caption th dl"
)
TAG_CODES = {tag: code + 1 for code, tag in enumerate(str.split(TAGS))}
"""Numbers of the block tags that the features know; 0 stands for any other."""

WORDS = {
    "content": "content|article|art[-_]?body|entry|post|story|text|正文|detail|main|body|txt|zoom",
    "strong_content": "article[-_]?(?:body|content|text|main)|(?:post|entry|story|news|rich|main)[-_]?(?:content|body|"
    "text)|articlebody|js_content|trs_editor|richtext|prose|markdown|正文",
    "comment": "comment|disqus|respond|reply|pinglun|discuss",
    "related": "relat|recommend|more[-_]|popular|trending|hot|rank|latest|promo|teaser|card|tuijian|guess|next|prev|"
    "most[-_]|widget|sidebar|side[-_]|[-_]side|aside|right|recirc|read[-_]?more|list",
    "chrome": "foot|nav|menu|header|bread|crumb|topbar|toolbar|logo|copyright|search|login|signup|subscri|newsletter|"
    "banner|modal|popup|overlay|cookie|consent|legal|channel|location|weizhi",
    "advert": r"(?:^|[-_ ])ads?(?:$|[-_ ])|advert|sponsor|adsbygoogle|affiliate|outbrain|taboola|guanggao|promo",
    "social": "share|social|facebook|twitter|weibo|weixin|wechat|qrcode|erweima|follow|bdsharebuttonbox|print",
    "meta": "byline|author|date|time|meta|info|source|caption|credit|tag|keyword|category|bio|editor|title|headline",
    "hidden": r"(?:^|[-_ ])(?:hidden|hide|none|visually-?hidden|sr-only|screen-reader\S*)(?:$|[-_ ])",
}
"""Groups of words that sites put into class and id; what they mean is left to the model."""
WORD_GROUPS = tuple(WORDS)
_HIDDEN = 1 << WORD_GROUPS.index("hidden")
_PATTERNS = tuple(re.compile(pattern) for pattern in WORDS.values())
_CONSENT = re.compile(
    "onetrust|ot-sdk|didomi|cookie-?(?:consent|banner|notice|law|bar|policy-pop)|cookiebot|cybotcookie|truste|qc-cmp|"
    "sp_message|(?:^|[ _-])gdpr|cmplz|cc-window|consent-?(?:banner|modal|manager)|osano"
)
"""Boxes of the consent managers that stand on news sites; dropped, their text is long and well written."""


@lru_cache(maxsize=10_000)
def word_mask(name: str, identifier: str) -> int:
    """Give one bit for each group of `WORDS` found in an element's class and id; -1 for a consent box."""
    mask = 0
    for part in f"{name[:300]} {identifier[:100]}".lower().split():
        mask |= _part_mask(part)
    return mask


@lru_cache(maxsize=20_000)
def _part_mask(part: str) -> int:
    """Judge one name; no pattern reaches over white space, and sites repeat few names in ever new combinations."""
    if _CONSENT.search(part):
        return -1
    return sum(1 << bit for bit, pattern in enumerate(_PATTERNS) if pattern.search(part))


@dataclass(slots=True)
class Blocks:
    """The blocks of a page in order, and its boxes; index 0 of the boxes is the body."""

    texts: list[str] = field(default_factory=list)
    linked: list[int] = field(default_factory=list)
    """Characters of the block that stand in a link."""
    bold: list[int] = field(default_factory=list)
    """Characters of the block that stand in <b> or <strong>."""
    box: list[int] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    tag: list[int] = field(default_factory=list)
    mask: list[int] = field(default_factory=list)
    shape: list[int] = field(default_factory=list)
    """A number that boxes of equal tag and class under equal ancestors share."""
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)


class _Walk:
    """The state of one walk; `enter` calls itself, at most `MAX_DEPTH` deep.

    Half of the time of extraction was once spent here: a leaf is read without a call, and white space between boxes is
    not collected.
    """

    def __init__(self) -> None:
        self.out = Blocks()
        self.pieces: list[str] = []
        self.linked = 0
        self.bold = 0
        self.shapes: dict[tuple[int, str, str], int] = {}

    def flush(self, box: int) -> None:
        """End the block that was being collected."""
        text = " ".join("".join(self.pieces).split())
        self.pieces.clear()
        out = self.out
        if text and len(out.texts) < MAX_BLOCKS:
            out.texts.append(text[:MAX_BLOCK_CHARACTERS])
            out.linked.append(min(self.linked, len(text)))
            out.bold.append(min(self.bold, len(text)))
            out.box.append(box)
        self.linked = self.bold = 0

    def add(self, text: str, in_link: bool, in_bold: bool) -> None:
        """Take a text node into the block that is being collected."""
        if not self.pieces and text.isspace():
            return
        self.pieces.append(text)
        if in_link or in_bold:
            length = len(text.strip())
            self.linked += length * in_link
            self.bold += length * in_bold

    def open_box(self, element: Element, tag: str, parent: int) -> int:
        """Note a new box and give its number; -1 where its content is to be dropped."""
        get = element.get
        name, identifier = get("class", ""), get("id", "")
        mask = word_mask(name, identifier) if name or identifier else 0
        if mask < 0:
            return -1
        style = get("style")
        if (style and _UNSHOWN.search(style)) or get("hidden") is not None:
            mask |= _HIDDEN
        out = self.out
        box = len(out.parent)
        above = out.shape[parent] if box else 0
        out.parent.append(parent)
        out.tag.append(TAG_CODES.get(tag, 0))
        out.mask.append(mask)
        out.shape.append(self.shapes.setdefault((above, tag, name), len(self.shapes)))
        out.first.append(len(out.texts))
        out.last.append(-1)
        return box

    def enter(self, element: Element, box: int, in_link: bool, in_bold: bool, depth: int) -> None:
        """Read what stands inside `element`, which lies in `box`."""
        pieces, add = self.pieces, self.add
        text = element.text
        if text:
            add(text, in_link, in_bold)
        for child in element:
            tag = child.tag
            if tag in INLINE:
                self._inline(child, tag, box, in_link, in_bold, depth)
            elif tag == "br" or tag == "hr":
                if pieces:
                    self.flush(box)
                if len(child):
                    self._deeper(child, box, in_link, in_bold, depth)
            elif tag not in UNSEEN and isinstance(
                tag, str
            ):  # else an entity that the parser kept: only its tail is text
                if pieces:
                    self.flush(box)
                inner = self.open_box(child, tag, box)
                if inner >= 0:
                    self._deeper(child, inner, in_link, in_bold, depth)
                    if pieces:
                        self.flush(inner)
                    self.out.last[inner] = len(self.out.texts)
            text = child.tail
            if text:
                add(text, in_link, in_bold)

    def _inline(self, child: Element, tag: str, box: int, in_link: bool, in_bold: bool, depth: int) -> None:
        in_link, in_bold = in_link or tag == "a", in_bold or tag in STRONG
        if len(child):
            self._deeper(child, box, in_link, in_bold, depth)
        elif child.text:
            self.add(child.text, in_link, in_bold)

    def _deeper(self, child: Element, box: int, in_link: bool, in_bold: bool, depth: int) -> None:
        if len(self.out.texts) >= MAX_BLOCKS:
            return
        if depth < MAX_DEPTH:
            self.enter(child, box, in_link, in_bold, depth + 1)
            return
        for piece in child.itertext():
            self.add(piece, in_link, in_bold)
            self.flush(box)


def cut(root: Element) -> Blocks:
    """Cut a page into its blocks."""
    walk = _Walk()
    body = root.find("body")
    start = root if body is None else body
    walk.open_box(start, "body", 0)
    if not walk.out.parent:  # a body that calls itself a consent box is still the body
        walk.open_box(start.makeelement("body"), "body", 0)
    walk.enter(start, 0, False, False, 0)
    walk.flush(0)
    walk.out.last[0] = len(walk.out.texts)
    return walk.out
