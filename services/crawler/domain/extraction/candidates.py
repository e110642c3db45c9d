"""The texts of a page that may be its article's title, and what speaks for each."""

import re
import unicodedata
from dataclasses import dataclass, field
from html import unescape

from services.crawler.domain.extraction.page import MAX_TITLE, squeeze
from services.crawler.domain.extraction.structured import ARTICLE_TYPES, Heading, Structured, texts, types

MAX_PARTS = 6
"""Parts of a <title> between separators; further ones stay with the last."""
MAX_HEADINGS = 40
"""Headings of a page that are read."""
PARTS = frozenset({"title cut", "title rest"})
STATED = frozenset({"og", "json-ld", "itemprop", "twitter"})
"""Places that name the article's title to other programs."""
_SEPARATOR = re.compile(
    r"\s+[|\-–—·•»:<>/]+\s+|\s*[|｜_»«]+\s*|\s*--+\s*|(?<=[\u3400-\u9fff”》」）！？)])\s*[-–—－]\s*(?=\S)|(?<=\w):\s+"
)
_SITE = re.compile(
    r"(?:网|網|网站|網站|官网|门户|报|報|频道|頻道|新闻|新聞|财经|房产|社区|论坛|博客|客户端|百科全书|\.com|\.cn|\.net|\.org)$",
    re.I,
)
_PORTAL = re.compile(r"(?:网站|網站|官网|门户|首页)$|^.{1,6}(?:网|報|报|頻道|频道|新闻|新聞)$")
_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W_]+")


def key(text: str) -> str:
    """Give what two writings of one title share: no case, quotes, dashes or spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, folded))


def words(text: str) -> set[str]:
    """Give the words of a text, and its Chinese characters one by one."""
    return set(_WORDS.findall(text.casefold()))


@dataclass(slots=True)
class Candidate:
    """One title in all its writings, by place, and the signs that speak for or against it."""

    writings: dict[str, str] = field(default_factory=dict)
    signs: set[str] = field(default_factory=set)


def gather(structured: Structured) -> dict[str, Candidate]:
    """Give the candidates of a page by key."""
    return _Gathering(structured).found


class _Gathering:
    """Reads the places of one page one after the other."""

    def __init__(self, structured: Structured) -> None:
        self.found: dict[str, Candidate] = {}
        self.site = _site_names(structured)
        self.page_title = squeeze(unescape(structured.title))[:MAX_TITLE]
        self.title_words = words(self.page_title)
        og = structured.first("og:title")
        self.og_words = words(og)
        self._parts("title", self.page_title)
        self._parts("og", og)
        self._parts("twitter", structured.first("twitter:title"))
        self._headline(structured)
        for text in structured.headlines:
            self._add(text, "itemprop")
        for text in structured.boxes:
            inside = len(text) > 5 and text in self.page_title
            self._add(text, "titled box", "titled box in the title" if inside else "")
        self._headings(structured.headings[:MAX_HEADINGS])
        self._compare()

    def _add(self, text: str, place: str, *signs: str) -> None:
        text = squeeze(text)
        name = key(text) if len(text) <= MAX_TITLE else ""
        if len(name) >= 2:
            candidate = self.found.setdefault(name, Candidate())
            candidate.writings.setdefault(place, text)
            candidate.signs.update((place, *signs))

    def _parts(self, place: str, text: str) -> None:
        """Take a title that may carry names of site and channel, as a whole and cut at its separators."""
        text = squeeze(unescape(text))[:MAX_TITLE]
        cuts = [match for match in _SEPARATOR.finditer(text) if match.start() > 0][-(MAX_PARTS - 1) :]
        if not cuts:
            self._add(text, place, f"{place} uncut")
            return
        self._add(text, place, f"{place} whole")
        whole, clean = text, True
        for number, match in enumerate(reversed(cuts)):
            prefix, rest = text[: match.start()], whole[match.end() :]
            weak = match[0].startswith(":")
            # Behind a title and before the site stand channels and keywords, short ones.
            channel = number > 0 and clean and not weak and len(key(rest)) < len(key(prefix)) / 2
            named = channel or self._is_site(rest)
            clean = clean and named
            longer = len(key(prefix)) > len(key(rest))
            kind = "all sites cut" if clean else "longer part" if longer else "shorter part"
            self._add(prefix, f"{place} cut", f"{place} {kind}", *(["cut at a colon"] if weak else []))
            if named:
                self._mark(whole, "carries the site's name")
            whole = prefix
            if number == len(cuts) - 1:
                behind = text[match.end() :]
                lead = "site first" if self._is_site(prefix) else "lead first"
                self._add(behind, f"{place} rest", f"{place} {lead}", *(["cut at a colon"] if weak else []))

    def _mark(self, text: str, sign: str) -> None:
        candidate = self.found.get(key(text))
        if candidate:
            candidate.signs.add(sign)

    def _is_site(self, text: str) -> bool:
        name = key(text)
        return name in self.site or _SITE.search(text) is not None or (len(name) > 3 and name in self.hosts)

    @property
    def hosts(self) -> str:
        return " ".join(self.site)

    def _headline(self, structured: Structured) -> None:
        for item in structured.items[:8]:
            if types(item) & ARTICLE_TYPES:
                for text in texts(item.get("headline") or item.get("name")):
                    self._add(unescape(text), "json-ld")
                return

    def _headings(self, headings: list[Heading]) -> None:
        tops = [heading for heading in headings if heading.level == 1 and not self._names_site(heading.text)]
        main = max(tops, key=lambda heading: self._overlap(heading.text), default=None)
        for heading in tops:
            sign = "the only h1" if len(tops) == 1 else "best h1" if heading is main else "other h1"
            self._add(self._without_kicker(heading), "h1", sign)
        for heading in [heading for heading in headings if heading.level == 2][:3]:
            self._add(
                heading.text,
                f"h{heading.level}",
                "h2 without h1" if all(heading.level > 1 for heading in headings) else "",
            )
        inside = [h.text for h in headings if len(h.text) > 5 and h.text in self.page_title]
        if inside:
            self._add(max(inside, key=len), "in the title")

    def _names_site(self, text: str) -> bool:
        """Say whether a heading names the site, not the article.

        It ends as a site's name does and does not begin the <title>, or it is the part of the <title> beside the one
        that is stated as the article's title.
        """
        name = key(text)
        if _PORTAL.search(text) and not self.page_title.startswith(text):
            return True
        mine = self.found.get(name)
        if not name or mine is None or mine.signs & STATED or not mine.signs & PARTS:
            return not name
        return any(
            other.signs & STATED and other.signs & PARTS and there not in name and name not in there
            for there, other in self.found.items()
        )

    def _without_kicker(self, heading: Heading) -> str:
        """Give the part of a heading that the page calls its title elsewhere, where the heading has more."""
        if key(heading.text) not in self.found or heading.pieces:
            for piece in heading.pieces:
                candidate = self.found.get(key(piece))
                if candidate and candidate.signs & STATED and not self._stated_whole(heading):
                    return piece
        return heading.text

    def _stated_whole(self, heading: Heading) -> bool:
        candidate = self.found.get(key(heading.text))
        return candidate is not None and bool(candidate.signs & STATED)

    def _overlap(self, text: str) -> float:
        mine = words(text)
        return len(mine & self.title_words) / max(1, len(mine | self.title_words))

    def _compare(self) -> None:
        """Note what only the candidates beside each other tell."""
        stated = {name for name, candidate in self.found.items() if candidate.signs & STATED}
        for name, candidate in self.found.items():
            signs = candidate.signs
            if signs & {"title cut", "title rest"} and name not in stated:
                others = [other for other in stated if other not in name and name not in other]
                if any(
                    "title rest" in self.found[other].signs or "title cut" in self.found[other].signs
                    for other in others
                ):
                    signs.add("another part is stated")
            signs.discard("")
            text = next(iter(candidate.writings.values()))
            if name in self.site:
                signs.add("site's name")
            if len(name) < (4 if not name.isascii() else 10):
                signs.add("short")
            if len(text) > 160:
                signs.add("long")
            if "h1" in signs:
                share = len(words(text) & self.title_words) / max(1, len(words(text)))
                signs.add("h1 far from the title" if share < 0.2 else "h1 like the title" if share > 0.5 else "h1 near")
            families = sum(
                any(sign == f or sign.startswith(f + " ") for sign in signs)
                for f in ("title", "og", "json-ld", "h1", "itemprop")
            )
            if families >= 2:
                signs.add(f"{min(families, 4)} families agree")


def _site_names(structured: Structured) -> set[str]:
    """Give the names of the site; a site name that is as long as a headline is one."""
    names = [
        structured.first("og:site_name"),
        structured.first("application-name"),
        structured.first("al:ios:app_name"),
    ]
    for item in structured.items[:10]:
        publisher = structured.resolve(item.get("publisher"))
        for holder in (publisher, item if types(item) & {"website", "organization", "newsmediaorganization"} else None):
            if isinstance(holder, dict) and isinstance(holder.get("name"), str):
                names.append(holder["name"])
    return {key(name) for name in names if name and len(name) <= 40} - {""}
