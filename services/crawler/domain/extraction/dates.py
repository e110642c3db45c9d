"""When the page says the article was published."""

import re
from dataclasses import dataclass
from datetime import UTC, timezone
from itertools import islice
from typing import Any

from lxml import etree

from services.crawler.domain.extraction.blocks import WORD_GROUPS, Blocks
from services.crawler.domain.extraction.moments import BEIJING, Habit, Moment, read, scan
from services.crawler.domain.extraction.page import Element
from services.crawler.domain.extraction.structured import ARTICLE_TYPES, PAGE_TYPES, Structured, texts, types

_META = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "article:published",
    "publishdate", "publish_date", "published_date", "publish-date", "pubdate", "publication_date", "publicationdate",
    "bytedance:published_time", "weibo:article:create_at", "weibo: article:create_at", "apub:time", "_pubtime",
    "publish_time", "publishtime", "pubtime", "og:release_date", "sailthru.date", "parsely-pub-date",
    "cxenseparse:recs:publishtime", "rnews:datepublished", "originalpublicationdate", "dc.date.issued",
    "dcterms.issued", "dcterms.created", "dcterms.date", "dc.date.created", "dc.date", "dc.date.publication",
    "citation_publication_date", "citation_date", "article.published", "article_date_original", "datecreated",
    "created", "date", "ptime", "articledate", "release_date", "dat", "contentdate", "firstpublishedtime",
)  # fmt: skip
"""Names of the meta tags that hold a date of publication, the surer first (collected from saved pages and from the
documentation of Open Graph, Dublin Core, schema.org, Parse.ly, Sailthru and the Chinese portals)."""
_TIMES = etree.XPath("(//time[@datetime][ancestor::article or ancestor::main])[1]")
_SCRIPT = re.compile(
    r"""[pP]ub(?:lish|_?[dD]ate|_?[tT]ime)\w{0,12}\\?["']?\s*[:=]\s*\\?["']?"""
    r"""((?:19|20)\d\d-\d\d?-\d\d?[T :\d+Z.-]{0,24}|\d{13}|\d{10})(?![\w-])"""
)
"""A date of publication in a page's own scripts, where nothing else states one."""
MAX_SCRIPTS = 1_000_000
"""Characters of a page's scripts that are searched for it."""
_MODIFIED = re.compile(r"(?:updated|modified|last[ -]?update|edited|reviewed)\W*(?:on|at)?\W*$", re.I)
_PUBLISHED = re.compile(r"(?:published|posted|发布|發佈|發布|时间|時間|日期|发表|來源|来源|刊登)[^\d]{0,12}$", re.I)
_COPYRIGHT = re.compile(r"©|copyright|版权|版權|icp备|公网安备", re.I)
_HOST = re.compile(r"^[a-z]+://[^/]*", re.I)
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_]?([01]\d)[-/_]?([0-3]\d)(?!\d)")
_URL_SPLIT = re.compile(r"/((?:19|20)\d\d)[/-]?([01]?\d)[/-]([0-3]?\d)(?=/)")
_DAY_FIRST = re.compile(r"^en-(?:gb|au|nz|ie|in|za|sg|hk|my)|^(?!en|zh|ja|ko|$)", re.I)
_DAY_FIRST_HOST = re.compile(r"^https?://[^/]*\.(?:uk|au|nz|ie|in|za|sg|my|eu|de|fr|it|es)(?:[:/]|$)", re.I)
BESIDE = 3.0
"""Weight of a date's place beside the article's headline or beginning."""
SURE = 1.5
"""Votes for the shown day from which the page's scripts are not asked."""
LEAST, LEAST_CHINESE = 0.2, 0.3
"""Weight under which a date far from the article is not taken for its own; Chinese pages hold more dates of others."""
MAX_SCANNED = 300
"""Characters of a block that are searched for a date: what is longer is running text."""


Day = tuple[int, int, int]
_META_BIT = 1 << WORD_GROUPS.index("meta")


@dataclass(slots=True)
class Shown:
    """What the page's text says for one day."""

    moment: Moment
    """The writing of most weight."""
    votes: float = 0.0
    best: float = -1.0

    def add(self, moment: Moment, weight: float) -> None:
        """Count one more writing of the day."""
        self.votes += weight
        if weight > self.best:
            self.best, self.moment = weight, moment


def find(
    root: Element,
    structured: Structured,
    blocks: Blocks,
    body: tuple[int, int],
    address: str,
    chinese: bool,
    headline: int = -1,
    zone: timezone | None = None,
) -> Moment | None:
    """Give the moment of publication; `body` is the range of the article's blocks, `headline` the number of the block
    that shows its title (-1: none does), `zone` the site's own where it is known.

    What the page says in JSON-LD, meta tags and itemprop decides; where it is silent the visible text near the
    headline does, and where text and address agree on another day, they do.
    """
    address = address or structured.canonical or structured.first("og:url")
    habit = Habit(zone or (BEIJING if chinese else UTC), _day_first(_region(structured), address))
    stated = _structured(root, structured, habit)
    addressed = _address(address, habit)
    if stated and stated.precision == "minute" and (not addressed or addressed.day == stated.day):
        return stated  # what the page shows could change nothing
    days = _visible(blocks, body, headline, habit, chinese)
    shown = _heaviest(days, LEAST_CHINESE if chinese else LEAST)
    if stated is None and (shown is None or days[shown.day].votes < SURE):
        stated = _scripted(root, habit)
    if stated:
        agreed = shown and addressed and shown.day == addressed.day != stated.day
        return shown if agreed else _finer(stated, shown)
    if addressed and addressed.day in days:
        return days[addressed.day].moment
    if shown and addressed:
        return shown if abs((shown.at - addressed.at).days) <= 2 else addressed
    return shown or addressed


def _region(structured: Structured) -> str:
    """Give the page's language with its country, from og:locale where its own tag has none (en, but en_GB)."""
    locale = structured.first("og:locale", "content-language").lower().replace("_", "-")
    return locale if locale.startswith(f"{structured.lang}-") or not structured.lang else structured.lang


def _day_first(lang: str, address: str) -> bool:
    """Tell by the page's declared language, else by its host, whether 3/4/2031 lies in April."""
    return bool(_DAY_FIRST.search(lang) or _DAY_FIRST_HOST.search(address))


def _finer(stated: Moment, shown: Moment | None) -> Moment:
    """Prefer the visible writing of the same day where only it has the time of day."""
    if shown and stated.precision != "minute" and shown.precision == "minute" and shown.day == stated.day:
        return shown
    return stated


def _structured(root: Element, structured: Structured, habit: Habit) -> Moment | None:
    for item in structured.items[:30]:
        if types(item) & (ARTICLE_TYPES | PAGE_TYPES):
            moment = _of_item(item, habit)
            if moment:
                return moment
    for name in _META:
        for value in structured.meta.get(name, ())[:3]:
            moment = read(value, habit)
            if moment:
                return moment
    for element in structured.dated[:5]:
        moment = read(element.get("content") or element.get("datetime") or "".join(element.itertext())[:80], habit)
        if moment:
            return moment
    times = _TIMES(root)
    return read(times[0].get("datetime"), habit) if times else None


def _scripted(root: Element, habit: Habit) -> Moment | None:
    """Give the one day that the page's scripts call its publication; None where they name several."""
    found: dict[Day, Moment] = {}
    left = MAX_SCRIPTS
    for element in root.iter("script"):
        text = (element.text or "")[:left]
        left -= len(text)
        for match in islice(_SCRIPT.finditer(text), 50):
            moment = read(match[1], habit)
            if moment and found.setdefault(moment.day, moment) is moment and len(found) > 1:
                return None
    return next(iter(found.values()), None)


def _of_item(item: dict[str, Any], habit: Habit) -> Moment | None:
    for name in ("datePublished", "pubDate", "dateCreated", "uploadDate"):
        for value in texts(item.get(name)):
            moment = read(value, habit)
            if moment:
                return moment
    return None


def _address(address: str, habit: Habit) -> Moment | None:
    """Read the day that a page's address carries."""
    path = _HOST.sub("", address[:500])
    for pattern in (_URL_SPLIT, _URL_DAY):
        match = pattern.search(path)
        if match:
            return read(f"{match[1]}-{match[2]}-{match[3]}", habit)
    return None


def _visible(blocks: Blocks, body: tuple[int, int], headline: int, habit: Habit, chinese: bool) -> dict[Day, Shown]:
    """Let the dates written around the article vote: those near its beginning and in boxes called date weigh most."""
    days: dict[Day, Shown] = {}
    begin, end = body
    for number, text in enumerate(blocks.texts):
        if "20" not in text and "19" not in text:
            continue
        if len(text) > MAX_SCANNED and number != begin:
            continue
        for moment in scan(text[:MAX_SCANNED], habit):
            weight = _place(text, number, begin, end, headline) * _wording(text, moment)
            if blocks.mask[blocks.box[number]] & _META_BIT:
                weight *= 1.5
            if not chinese and _MODIFIED.search(text[max(0, moment.start - 30) : moment.start]):
                weight /= 3
            days.setdefault(moment.day, Shown(moment)).add(moment, weight)
    return days


def _heaviest(days: dict[Day, Shown], least: float) -> Moment | None:
    """Give the best writing of the day with most votes; None where that has too few."""
    best = max(days.values(), key=lambda day: day.votes, default=None)
    return best.moment if best and best.votes >= least else None


def _wording(text: str, moment: Moment) -> float:
    """Weigh what a date is written with."""
    weight = 1.6 if moment.precision == "minute" else 1.0
    if _PUBLISHED.search(text[max(0, moment.start - 30) : moment.start]):
        weight *= 2
    if _COPYRIGHT.search(text):
        weight *= 0.1
    return weight * 0.4 if len(text) > 100 else weight


def _place(text: str, number: int, begin: int, end: int, headline: int) -> float:
    """Weigh where a date stands: around the article's beginning, under its headline, inside it, behind it."""
    behind = begin < end <= number
    if begin - 12 <= number <= begin + (6 if len(text) <= 60 else 2) and not behind:
        return BESIDE
    if headline >= 0 and headline - 2 <= number <= headline + 6 and (number < begin or headline >= end):
        return BESIDE
    if begin < number < end:
        return 0.4
    return 0.5 if end <= number <= end + 4 else 0.25
