"""What is known of one site's pages where the generic way would go wrong; a source brings the rules of its own."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cssselect import HTMLTranslator
from cssselect.parser import SelectorError
from lxml import etree

FIELDS = ("title", "body", "published", "author", "outlet")
"""What a rule can say of an article: the names in `paths` and `patterns`."""
_COMMA = re.compile(r"\s*,\s*(?![^(\[]*[)\]])")
_ATTRIBUTE = re.compile(r"@([\w:-]+)$")


@dataclass(frozen=True, slots=True)
class SiteRule:
    """Selectors (CSS) that win over the generic way where they match; what they leave empty the generic way fills.

    Several selectors with commas between them are tried in turn until an element says something. Each may end in
    `@name`: then the value of that attribute is meant, not the element's text.
    Raises ValueError for a selector, a pattern or a field name that cannot be read.
    """

    hosts: tuple[str, ...]
    """Hosts it holds for; a rule for `example.com` holds for `www.example.com` and `m.example.com` too."""
    body: str | None = None
    """The box that holds the article's paragraphs."""
    title: str | None = None
    date: str | None = None
    """An element whose text, `content` or `datetime` attribute is the article's own date."""
    date_formats: tuple[str, ...] = ()
    """strptime formats of `date`, tried before the usual ones."""
    author: str | None = None
    outlet: str | None = None
    """Where a reprint says it came from."""
    drop: tuple[str, ...] = ()
    """Boxes inside the body that are none of the article."""
    embedded: str | None = None
    """Selector of a script that holds the article as JSON, such as `script#__NEXT_DATA__`; what stands before the
    first `{` is passed over, so that `script:contains('window.DATA')` will do."""
    paths: Mapping[str, str] = field(default_factory=dict)
    """Dotted paths within that JSON by field: `title`, `body` (HTML or text), `published` (text, epoch seconds or
    milliseconds), `author`, `outlet`; several with a space between them are tried in turn. A step over a list goes
    into each of its entries."""
    patterns: Mapping[str, str] = field(default_factory=dict)
    """Regular expressions by field, for what only a line of script says (`var ct = "1900000000"`); group 1 is it."""
    offset: float = 8.0
    """Hours east of Greenwich of a date that names no zone; China, Hong Kong and Taiwan write theirs so."""
    refuses: str | None = None
    """Text of the page that the site gives to programs in place of an article; such a page is read as empty."""

    def __post_init__(self) -> None:
        """Read every selector and pattern once, so that a wrong one is found when the rule is written."""
        for selector in (self.body, self.title, self.date, self.author, self.outlet, self.embedded, *self.drop):
            if selector:
                compiled(selector)
        for pattern in self.patterns.values():
            if re.compile(pattern).groups < 1:
                raise ValueError(f"pattern {pattern!r}: one group is to say what is meant")
        for name in (*self.paths, *self.patterns):
            if name not in FIELDS:
                raise ValueError(f"no field {name!r}: one of {', '.join(FIELDS)}")
        if not -24 < self.offset < 24:
            raise ValueError(f"offset {self.offset}: hours between -24 and 24")
        if self.paths and not self.embedded:
            raise ValueError("paths without `embedded`: say which script holds the JSON")


@dataclass(frozen=True, slots=True)
class Search:
    """One selector, ready to search with."""

    elements: Callable[[Any], list[Any]]
    attribute: str | None
    """The attribute that is meant; None: the element's text."""


@lru_cache(maxsize=2_000)
def compiled(selectors: str) -> tuple[Search, ...]:
    """Give the searches for selectors with commas between them. Raises ValueError for what is no selector."""
    found = []
    for selector in _COMMA.split(selectors):
        attribute = _ATTRIBUTE.search(selector)
        plain = selector[: attribute.start()] if attribute else selector
        try:
            search = etree.XPath(HTMLTranslator().css_to_xpath(plain))
        except (SelectorError, etree.XPathError) as error:
            raise ValueError(f"selector {selector!r}: {error}") from error
        found.append(Search(search, attribute[1] if attribute else None))
    return tuple(found)


def pick(rules: Sequence[SiteRule], host: str) -> SiteRule | None:
    """Give the rule for the nearest domain above `host`; of two for the same domain the first."""
    host = host.lower().rstrip(".")
    best, size = None, 0
    for rule in rules:
        for name in rule.hosts:
            if len(name) > size and (host == name or host.endswith(f".{name}")):
                best, size = rule, len(name)
    return best
