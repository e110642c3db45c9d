"""The texts of a page that may be its article's title, and what speaks for each."""

import re
from html import unescape

from services.crawler.domain.extraction import agreement
from services.crawler.domain.extraction.agreement import STATED, Candidate, key, words
from services.crawler.domain.extraction.page import MAX_TITLE, squeeze
from services.crawler.domain.extraction.structured import ARTICLE_TYPES, Heading, Structured, texts, types

MAX_PARTS = 6
"""Parts of a <title> between separators; further ones stay with the last."""
MAX_HEADINGS = 40
"""Headings of a page that are read."""
NO_NAMES = frozenset({"www", "m", "com", "co", "org", "net", "gov"})
"""Parts of a host that do not name the site."""
PARTS = frozenset({"title cut", "title rest"})
NAMES = ("articletitle", "headline", "sailthru.title", "parsely-title", "dc.title", "dcterms.title", "citation_title",
         "cxenseparse:title", "hdl", "title")  # fmt: skip
"""Meta names that state the headline: the first is that of China's government sites, the others those of publishing
systems, search services and archives."""
_SEPARATOR = re.compile(
    r"\s+[|\-–—·•»:<>/]+\s+|\s*[|｜_»«]+\s*|\s*--+\s*|(?<=[\u3400-\u9fff”》」）！？)])\s*[-–—－]\s*(?=\S)|(?<=\w):\s+"
)
_LOOSE = re.compile(r"^[|\-–—·•»:<>/]+\s+|\s+[|\-–—·•»:<>/_]+$")
"""A separator of which one side is empty."""
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))
"""Characters that are not shown: where a line may be broken, and marks of an encoding."""
_SITE = re.compile(
    r"(?:网|網|网站|網站|官网|门户|报|報|频道|頻道|新闻|新聞|财经|房产|社区|论坛|博客|客户端|百科全书|\.com|\.cn|\.net|\.org)$",
    re.I,
)
_PORTAL = re.compile(r"(?:网站|網站|官网|门户|首页|的博客)$|^.{1,6}(?:网|報|报|頻道|频道|新闻|新聞)$")
_BOX = re.compile(
    "(?:友情链接|友情連結|(?:相关|相關|推荐|热门|熱門|最新|精彩|更多|延伸|猜你喜欢)(?:新闻|新聞|阅读|閱讀|文章|链接|推荐|内容|报道|资讯|评论)?"
    "|(?:网友|用户|全部|发表)?(?:评论|評論|留言)|扫一扫|分享到?|登录|登入|注册|导航|菜单|搜索|目录"
    "|log ?in|sign (?:in|up)|register|menu|search|share(?: this)?|contents|comments?|tags?|categories|newsletters?"
    "|(?:site )?navigation|contact(?: us)?|follow us|read (?:also|more|next)|most (?:read|popular|viewed)|subscribe"
    "|trending(?: now)?|(?:related|latest|recent|popular|more|top|recommended)"
    "(?: (?:news|stories|posts|articles|links|content|reading|topics|videos))?)[:：!]?",
    re.I,
)
"""Headings of boxes beside an article, whole."""


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
        self._parts("title", self.page_title)
        self._parts("og", structured.first("og:title"))
        self._parts("twitter", structured.first("twitter:title"))
        self._parts("meta", structured.first(*NAMES))
        self._headline(structured)
        for text in structured.headlines:
            self._add(text, "itemprop")
        for text in structured.boxes:
            inside = len(text) > 5 and text in self.page_title
            self._add(text, "titled box", "titled box in the title" if inside else "")
        shown = self._headings([one for one in structured.headings[:MAX_HEADINGS] if not _BOX.fullmatch(one.text)])
        agreement.note(self.found, structured, shown, self.site)

    def _add(self, text: str, place: str, *signs: str) -> None:
        text = squeeze(text if text.isascii() else text.translate(_UNSEEN))
        name = key(text) if len(text) <= MAX_TITLE else ""
        if len(name) >= 2:
            candidate = self.found.setdefault(name, Candidate())
            candidate.writings.setdefault(place, text)
            candidate.signs.update((place, *signs))
            if _PORTAL.search(text):
                candidate.signs.add("ends as a site's name")

    def _parts(self, place: str, text: str) -> None:
        """Take a title that may carry names of site and channel, as a whole and cut at its separators."""
        text = _LOOSE.sub("", squeeze(unescape(text))[:MAX_TITLE])
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

    def _headings(self, headings: list[Heading]) -> list[str]:
        """Take the headings; gives the texts of those that do not name the site."""
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
        shown = [heading.text for heading in headings if heading.level > 1 or heading in tops]
        inside = [text for text in shown if len(text) > 5 and text in self.page_title]
        if inside:
            self._add(max(inside, key=len), "in the title")
        return shown

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
        """Give the part of a heading that the page calls its title elsewhere, where the heading has more.

        A number behind it is a count of comments or readers.
        """
        if len(heading.pieces) > 1 and heading.pieces[-1].isdigit():
            before = heading.text.removesuffix(heading.pieces[-1]).rstrip()
            if key(before) in self.found and key(heading.text) not in self.found:
                return before
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
    names.append(structured.first("twitter:site"))
    hosts = [host for host, _ in agreement.own_addresses(structured)][:1]
    names += [label for host in hosts for label in host.split(".")[:-1] if label not in NO_NAMES]
    return {key(name) for name in names if name and len(name) <= 40} - {""}
