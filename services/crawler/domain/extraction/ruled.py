"""What a site's own rule reads from one of its pages, field by field; it never raises, whatever the page is."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from services.crawler.domain.extraction import carried, embedded
from services.crawler.domain.extraction.blocks import cut
from services.crawler.domain.extraction.moments import FIRST_YEAR, LAST_YEAR, Habit, Moment, read
from services.crawler.domain.extraction.page import MAX_TITLE, Element, parse, squeeze
from services.crawler.domain.extraction.rules import SiteRule, compiled, pick

MAX_FIELD = 200
"""Characters of an author, an outlet or a date that are read."""
MAX_DEPTH = 100
"""Levels of a page that is read by rule: saved news pages have up to some 40, and a search for boxes in boxes costs the
number of elements times the depth."""
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
MAX_MATCHES = 50
"""Elements of one selector that are looked at."""
_HEADED = re.compile(r"^\s*【([^】]{4,100})】")
"""A telegram's headline, which flash services write at the beginning of its text."""
_LABEL = re.compile(r"^\s*(?:作者|記者|记者|文|编辑|編輯|责任编辑|責任編輯|by)\s*[:：/／|]\s*", re.I)


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a rule found; an empty field is left to the generic way."""

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    published: Moment | None = None
    author: str = ""
    outlet: str = ""
    zone: timezone | None = None
    """The zone of the site's dates; None where no rule holds."""
    refused: bool = False
    """The site gave a program its page of refusal instead of an article."""


NOTHING = Ruled()


def host_of(address: str) -> str:
    """Give the host of an address; empty where it has none."""
    try:
        return urlsplit(address[:2_000]).hostname or ""
    except ValueError:  # brackets that are no IPv6 address
        return ""


def apply(rules: Sequence[SiteRule], root: Element, address: str) -> Ruled:
    """Read a page by the rule of its site. Takes the boxes to drop out of `root` where the rule finds its body."""
    rule = pick(rules, host_of(address))
    return read_by(rule, root) if rule and not _TOO_DEEP(root) else NOTHING


def read_by(rule: SiteRule, root: Element) -> Ruled:
    """Read a page by a rule."""
    if rule.refuses and any(rule.refuses in text for text in _texts_of(root)):
        return Ruled(refused=True)
    fields = {**_by_patterns(rule, root), **_by_selectors(rule, root)}
    body = _body(rule, root)
    for name, value in _by_json(rule, root):
        if name == "body":
            body = body or carried.lines(value)
        else:
            fields[name] = fields.get(name) or squeeze(embedded.written(value))
    title = _plain(fields.get("title", ""))
    if not title and body and (headed := _HEADED.match(body[0])):
        title = headed[1]
    return Ruled(
        title=title[:MAX_TITLE],
        paragraphs=tuple(body),
        published=_moment(rule, fields.get("published", "")),
        author=_LABEL.sub("", _plain(fields.get("author", "")))[:MAX_FIELD],
        outlet=_plain(fields.get("outlet", ""))[:MAX_FIELD],
        zone=_zone(rule),
    )


def _texts_of(root: Element) -> Iterator[str]:
    """The page's visible text nodes near its beginning; a page of refusal is short."""
    for number, element in enumerate(root.iter("title", "p", "h1", "h2", "h3", "div", "span")):
        if number > 60:
            return
        yield (element.text or "")[:300]


def _by_selectors(rule: SiteRule, root: Element) -> dict[str, str]:
    chosen = {"title": rule.title, "published": rule.date, "author": rule.author, "outlet": rule.outlet}
    found = {name: _first(selector, root, name) for name, selector in chosen.items() if selector}
    return {name: value for name, value in found.items() if value}


def _first(selector: str, root: Element, name: str) -> str:
    for element, attribute in _matches(selector, root):
        value = element.get(attribute) if attribute else _said(element, name)
        if value and value.strip():
            return squeeze(value[: MAX_TITLE * 4])[:MAX_TITLE]
    return ""


def _matches(selector: str, root: Element) -> Iterator[tuple[Element, str | None]]:
    """Give the elements that a selector means, and the attribute of each."""
    for search in compiled(selector):
        for element in search.elements(root)[:MAX_MATCHES]:
            yield element, search.attribute


def _said(element: Element, name: str) -> str:
    """What an element says: a meta tag by its content, a time by its attribute, all else by its text."""
    stated = element.get("content") or (element.get("datetime") if name == "published" else None)
    return stated or "".join(element.itertext())


def _by_patterns(rule: SiteRule, root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    if not rule.patterns:
        return found
    scripts = [(element.text or "")[: embedded.MAX_SCRIPT] for element in root.iter("script")]
    for name, pattern in rule.patterns.items():
        match = next(filter(None, (re.search(pattern, script) for script in scripts)), None)
        if match and match[1]:
            found[name] = squeeze(match[1][: MAX_TITLE * 4])
    return found


def _by_json(rule: SiteRule, root: Element) -> Iterator[tuple[str, Any]]:
    """Give the fields of the first object in the rule's scripts that has any of them."""
    if not rule.embedded:
        return
    for element, _ in _matches(rule.embedded, root):
        for value in embedded.objects(element.text or ""):
            found = list(_at_paths(rule.paths, value))
            if found:
                yield from found
                return


def _at_paths(paths: Mapping[str, str], value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, alternatives in paths.items():
        for path in alternatives.split():
            stated = embedded.follow(value, path)
            if stated not in (None, "", []):
                yield name, stated
                break


def _body(rule: SiteRule, root: Element) -> list[str]:
    if not rule.body:
        return []
    for element, _ in _matches(rule.body, root):
        for selector in rule.drop:
            for dropped in [one for search in compiled(selector) for one in search.elements(element)]:
                if dropped is not element:
                    _take_out(dropped)
        lines = cut(element).texts
        if lines:
            return lines
    return []


def _take_out(element: Element) -> None:
    """Empty an element in its place, so that the text behind it stays."""
    tail = element.tail
    element.clear()
    element.tail = tail


def _plain(text: str) -> str:
    """Give a field without markup, such as the emphasis of a search."""
    if not embedded.MARKUP.search(text):
        return text.strip()
    inner = parse(f"<html><body>{text}</body></html>")
    return squeeze("".join(inner.itertext())) if inner is not None else ""


def _zone(rule: SiteRule) -> timezone:
    return timezone(timedelta(hours=rule.offset))


def _moment(rule: SiteRule, text: str) -> Moment | None:
    if not text:
        return None
    zone = _zone(rule)
    for written in rule.date_formats:
        try:
            at = datetime.strptime(text[:MAX_FIELD], written)  # noqa: DTZ007  # the zone is the rule's, set below
        except ValueError:
            continue
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        if FIRST_YEAR <= at.year <= LAST_YEAR:
            return Moment(at, "minute" if "%H" in written or "%I" in written else "day")
    return read(text[:MAX_FIELD], Habit(zone))
