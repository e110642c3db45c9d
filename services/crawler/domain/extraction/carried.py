"""The article that a page carries in its scripts and does not show: a program draws the page in the browser."""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import islice
from typing import Any

from services.crawler.domain.extraction import embedded
from services.crawler.domain.extraction.agreement import key
from services.crawler.domain.extraction.blocks import cut
from services.crawler.domain.extraction.page import MAX_TITLE, Element, parse, squeeze
from services.crawler.domain.extraction.structured import ARTICLE_TYPES, Structured, types

THIN = 400
"""Characters of shown text under which the scripts are read: a telegram of a news agency, or teasers and a footer."""
LONGER = 2
"""Times that a text in JSON-LD must be as long as the shown one before it is looked at."""
LEAST = 60
"""Characters of an article."""
MIN_ENDS = 2
"""Ends of sentences in an article; addresses, names and settings have none."""
PROBES, PROBE = 5, 12
"""Places at which a text is compared with what the page shows, and letters of each."""
MIN_NAME = 6
"""Letters of a headline that is looked for in an object."""
MAX_NODES = 20_000
"""Objects and lists of a script that are looked at."""
MAX_NAMED, MAX_VALUES = 8, 20
"""Objects of a script that name the headline, and values of each and of those in it, that are read."""
_END = re.compile(r"[。！？]|[.!?](?=[\s\"'”’]|$)")
_NAMING = ("title", "name", "headline")
_HOLDING = ("content", "body", "html", "text", "detail", "article")


def find(root: Element, about: Structured, headline: str, shown: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """Give the paragraphs of an article that stands in a script only; empty where the page shows it, or has none.

    `shown` are all texts of the page, `chosen` those taken for its article. What JSON-LD says is not free to read is
    left alone.
    """
    size = sum(map(len, chosen))
    for lines in _candidates(root, about, headline, size):
        if sum(map(len, lines)) >= max(LEAST, LONGER * size) and not _shows(shown, lines):
            return lines
    return []


def lines(value: Any) -> list[str]:
    """Give the paragraphs of a body in JSON: HTML, text, or a tree of nodes."""
    if isinstance(value, list):
        return embedded.paragraphs(value)
    if not isinstance(value, str):
        return []
    if embedded.MARKUP.search(value):
        inner = parse(f"<html><body>{value}</body></html>")
        return cut(inner).texts if inner is not None else []
    return [line for line in map(squeeze, unescape(value).splitlines()) if line]


def _candidates(root: Element, about: Structured, headline: str, size: int) -> Iterator[list[str]]:
    for item in about.items[:8]:
        text = item.get("articleBody")
        free = str(item.get("isAccessibleForFree", "true")).lower() not in ("false", "no")
        if types(item) & ARTICLE_TYPES and free and isinstance(text, str) and len(text) >= LONGER * size:
            yield lines(text[: embedded.MAX_SCRIPT])
    if size >= THIN or len(key(headline)) < MIN_NAME:
        return
    name, title = key(headline), key(about.title)
    for script in root.iter("script"):
        text = script.text or ""
        if len(text) > LEAST and "ld+json" not in (script.get("type") or ""):
            for value in embedded.objects(text):
                named = (one for one in _objects(value) if _is_named(one, name, title))
                yield from filter(None, map(_body, islice(named, MAX_NAMED)))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Give the objects in a value, outer ones first, as far as `MAX_NODES`."""
    pending, read = [value], 0
    while pending and read < MAX_NODES:
        one = pending.pop()
        read += 1
        if isinstance(one, dict):
            yield one
            pending.extend(inner for inner in one.values() if isinstance(inner, dict | list))
        elif isinstance(one, list):
            pending.extend(inner for inner in one if isinstance(inner, dict | list))


def _is_named(one: dict[str, Any], headline: str, title: str) -> bool:
    """Say whether an object names the page's own headline, or a longer part of its <title>."""
    for field in _NAMING:
        stated = one.get(field)
        if isinstance(stated, dict):  # WordPress writes {"rendered": "…"}
            stated = stated.get("rendered")
        if isinstance(stated, str) and len(stated) <= MAX_TITLE:
            name = key(unescape(stated))
            if name == headline or (len(name) >= max(MIN_NAME, len(headline)) and name in title):
                return True
    return False


def _body(one: dict[str, Any]) -> list[str]:
    """Give the longest text that an object holds under a name for such; one level down too."""
    values = [value for field, value in one.items() if any(word in field.lower() for word in _HOLDING)][:MAX_VALUES]
    values += [inner for value in values if isinstance(value, dict) for inner in islice(value.values(), MAX_VALUES)]
    texts = [lines(value) for value in values if isinstance(value, str | list) and len(value) > 1]
    written = [found for found in texts if _is_text("".join(found))]
    return max(written, key=lambda found: sum(map(len, found)), default=[])


def _is_text(text: str) -> bool:
    return len(text) >= LEAST and len(_END.findall(text)) >= MIN_ENDS


def _shows(shown: Sequence[str], body: Sequence[str]) -> bool:
    """Say whether the page shows the text: most of some places in it stand among what the page shows."""
    page, text = key("".join(shown)), key("".join(body))
    step = max(1, (len(text) - PROBE) // PROBES)
    probes = [text[place : place + PROBE] for place in range(0, max(1, len(text) - PROBE), step)][:PROBES]
    return 2 * sum(probe in page for probe in probes) > len(probes)
