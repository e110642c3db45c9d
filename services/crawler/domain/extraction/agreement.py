"""What a page's title candidates tell beside each other: who agrees with whom, and with the page's address."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from services.crawler.domain.extraction.page import words as word_list
from services.crawler.domain.extraction.structured import Structured

STATED = frozenset({"og", "json-ld", "itemprop", "twitter", "meta"})
"""Places that name the article's title to other programs."""
TITLED = frozenset({"title", "title cut", "title rest", "og cut", "twitter cut", "meta cut"})
"""Places in the head that name the page, whole or in part."""
HEADINGS = frozenset({"h1", "h2"})
FAMILIES = frozenset({"title", "og", "json-ld", "h1", "itemprop"})
"""Places that do not copy each other on every site; the twitter card repeats og:title."""
MIN_ADDRESS_WORDS = 3
"""Words of an address from which it is made of a headline, not of channels and numbers."""
LIKE, NEAR, UNLIKE = 0.6, 0.5, 0.2
"""Shares of words: from the first on a text repeats the address, over the second an h1 the title, to the third none."""
CLOSE = 0.35
"""Share of the words of either from which on the candidate nearest to the address may be what it was made of."""
_COMMON = word_list(
    "a an and are as at be by for from how in is it its of on or s t that the this to was what why with you your"
)
_NO_WORDS = _COMMON | {"html", "htm", "php"}
_ADDRESS = re.compile(r"https?://([^/?#:@\s]{1,255})([^?#]{0,2000})")
_ADDRESS_WORD = re.compile(r"[a-z]{2,}")
_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W_]+")


def key(text: str) -> str:
    """Give what two writings of one title share: no case, quotes, dashes or spaces."""
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, folded))


def words(text: str) -> set[str]:
    """Give the words of a text, and its Chinese characters one by one."""
    return set(_WORDS.findall(text.casefold()))


@dataclass(slots=True)
class Candidate:
    """One title in all its writings, by place, and the signs that speak for or against it."""

    writings: dict[str, str] = field(default_factory=dict)
    signs: set[str] = field(default_factory=set)


def note(found: Mapping[str, Candidate], structured: Structured, headings: Sequence[str], site: set[str]) -> None:
    """Add the signs that only the candidates beside each other, the headings and the address tell.

    `found` holds the candidates by key; `headings` are those that do not name the site, `site` the keys of its names.
    """
    named = _telling(structured.title) | _telling(structured.first("og:title"))
    address = _address_words(structured)
    shown = {name for heading in headings if _of_a_length(name := key(heading))}
    stated = {name for name, candidate in found.items() if candidate.signs & STATED}
    near: dict[str, float] = {}
    for name, candidate in found.items():
        signs = candidate.signs
        if signs & {"title cut", "title rest"} and name not in stated and _another_part(name, found, stated):
            signs.add("another part is stated")
        signs.discard("")
        if name in shown and "h1" not in signs:
            signs.add("shown")
        signs.update(_of_itself(name, candidate, site))
        mine = _telling(next(iter(candidate.writings.values()))) if address or signs & HEADINGS else set()
        if address:
            common = len(mine & address)
            share, near[name] = common / len(address), common / len(mine | address)
            signs.update({"like the address"} if share >= LIKE else {"unlike the address"} if share <= UNLIKE else ())
        families = len({sign.partition(" ")[0] for sign in signs} & FAMILIES)
        if families >= 2:
            signs.add(f"{min(families, 4)} families agree")
        if "h1" in signs:
            share = len(mine & named) / max(1, len(mine))
            signs.add("h1 far from the title" if share < UNLIKE else "h1 like the title" if share > NEAR else "h1 near")
        elif "h2" in signs and not mine & named:
            signs.add("h2 far from the title")
    for name in _closest(near):
        found[name].signs.add("closest to the address")
    if any(_agreed(candidate) for candidate in found.values()):
        for candidate in found.values():
            if "h1 far from the title" in candidate.signs:
                candidate.signs.add("h1 alone")


def _closest(near: Mapping[str, float]) -> list[str]:
    """Give the names with the largest share, where that is large enough to tell."""
    largest = max(near.values(), default=0.0)
    return [name for name, share in near.items() if share == largest] if largest >= CLOSE else []


def _agreed(candidate: Candidate) -> bool:
    """Say whether the <title> or what is stated is shown by a heading or a box that is no h1."""
    signs = candidate.signs
    return "h1" not in signs and bool(signs & {"shown", "titled box"}) and bool(signs & (STATED | TITLED))


def _of_a_length(name: str) -> bool:
    """Say whether a key is as long as the shortest headlines are."""
    return len(name) >= (10 if name.isascii() else 4)


def _another_part(name: str, found: Mapping[str, Candidate], stated: set[str]) -> bool:
    others = [found[other].signs for other in stated if other not in name and name not in other]
    return any(signs & {"title rest", "title cut"} for signs in others)


def _of_itself(name: str, candidate: Candidate, site: set[str]) -> set[str]:
    signs = set()
    if name in site:
        signs.add("site's name")
    if not _of_a_length(name):
        signs.add("short")
    if len(next(iter(candidate.writings.values()))) > 160:
        signs.add("long")
    return signs


def _telling(text: str) -> set[str]:
    return words(text) - _COMMON


def own_addresses(structured: Structured) -> list[tuple[str, str]]:
    """Give host and path of the addresses that the page names as its own, and at last of that it was fetched from.

    Cut by hand: urlsplit raises on some of what stands there.
    """
    named = (structured.canonical, structured.first("og:url"), structured.address)
    return [(found[1].lower(), found[2]) for found in map(_ADDRESS.match, named) if found]


def _address_words(structured: Structured) -> set[str]:
    """Give the words of the last part of an address of the page that has several."""
    paths = [unquote(path).lower().split("/") for _, path in own_addresses(structured)]
    parts = (set(_ADDRESS_WORD.findall(part)) - _NO_WORDS for path in paths for part in reversed(path))
    return next((part for part in parts if len(part) >= MIN_ADDRESS_WORDS), set())
