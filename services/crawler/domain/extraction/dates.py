"""When the page says the article was published."""

import re
from collections import defaultdict
from datetime import UTC
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
_STATED = etree.XPath("//*[@itemprop='datePublished' or @pubdate or contains(@class,'entry-date')]")
_TIMES = etree.XPath("(//time[@datetime][ancestor::article or ancestor::main])[1]")
_MODIFIED = re.compile(r"(?:updated|modified|last[ -]?update|edited|reviewed)\W*(?:on|at)?\W*$", re.I)
_PUBLISHED = re.compile(r"(?:published|posted|发布|發佈|發布|时间|時間|日期|发表|來源|来源|刊登)[^\d]{0,12}$", re.I)
_COPYRIGHT = re.compile(r"©|copyright|版权|版權|icp备|公网安备", re.I)
_PLACES = re.compile(r"date|time|publish|pubtime|posted|byline|info|meta|source|laiyuan|shijian")
_HOST = re.compile(r"^[a-z]+://[^/]*", re.I)
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_]?([01]\d)[-/_]?([0-3]\d)(?!\d)")
_URL_SPLIT = re.compile(r"/((?:19|20)\d\d)[/-]?([01]?\d)[/-]([0-3]?\d)(?=/)")
_DAY_FIRST = re.compile(r"^en-(?:gb|au|nz|ie|in|za|sg|hk|my)|^(?!en|zh|ja|ko|$)", re.I)
_DAY_FIRST_HOST = re.compile(r"^https?://[^/]*\.(?:uk|au|nz|ie|in|za|sg|my|eu|de|fr|it|es)(?:[:/]|$)", re.I)
LEAST, LEAST_CHINESE = 0.2, 0.3
"""Weight under which a date far from the article is not taken for its own; Chinese pages hold more dates of others."""
MAX_SCANNED = 300
"""Characters of a block that are searched for a date: what is longer is running text."""


def find(
    root: Element, structured: Structured, blocks: Blocks, body: tuple[int, int], address: str, chinese: bool
) -> Moment | None:
    """Give the moment of publication; `body` is the range of the article's blocks.

    What the page says in JSON-LD, meta tags and itemprop decides; where it is silent the visible text near the
    headline does, and where text and address agree on another day, they do.
    """
    address = address or structured.canonical or structured.first("og:url")
    habit = Habit(BEIJING if chinese else UTC, _day_first(structured.lang, address))
    stated = _structured(root, structured, habit)
    shown = _visible(blocks, body, habit, chinese)
    addressed = _address(address, habit)
    if stated:
        agreed = shown and addressed and shown.day == addressed.day != stated.day
        return shown if agreed else _finer(stated, shown)
    if shown and addressed and shown.day != addressed.day:
        return shown if abs((shown.at - addressed.at).days) <= 2 else addressed
    return shown or addressed


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
    for element in _STATED(root)[:5]:
        moment = read(element.get("content") or element.get("datetime") or "".join(element.itertext())[:80], habit)
        if moment:
            return moment
    times = _TIMES(root)
    return read(times[0].get("datetime"), habit) if times else None


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


def _visible(blocks: Blocks, body: tuple[int, int], habit: Habit, chinese: bool) -> Moment | None:
    """Let the dates written around the article vote: those near its beginning and in boxes called date weigh most."""
    votes: dict[tuple[int, int, int], float] = defaultdict(float)
    best: dict[tuple[int, int, int], tuple[float, Moment]] = {}
    meta_bit = 1 << WORD_GROUPS.index("meta")
    begin, end = body
    for number, text in enumerate(blocks.texts):
        if len(text) > MAX_SCANNED and number != begin:
            continue
        for moment in scan(text[:MAX_SCANNED], habit):
            weight = _weight(text, moment, number, begin, end, chinese)
            if blocks.mask[blocks.box[number]] & meta_bit:
                weight *= 1.5
            votes[moment.day] += weight
            if weight > best.get(moment.day, (-1.0, moment))[0]:
                best[moment.day] = (weight, moment)
    if not votes:
        return None
    day = max(votes, key=lambda name: votes[name])
    return best[day][1] if votes[day] >= (LEAST_CHINESE if chinese else LEAST) else None


def _weight(text: str, moment: Moment, number: int, begin: int, end: int, chinese: bool) -> float:
    before = text[: moment.start]
    weight = 1.0
    if moment.precision == "minute":
        weight *= 1.6
    if _PUBLISHED.search(before[-30:]):
        weight *= 2
    if not chinese and _MODIFIED.search(before[-30:]):
        weight /= 3
    if _COPYRIGHT.search(text):
        weight *= 0.1
    if len(text) > 100:
        weight *= 0.4
    if begin - 12 <= number <= begin + 2 or (begin <= number <= begin + 6 and len(text) <= 60):
        weight *= 3
    elif begin < number < end:
        weight *= 0.4
    else:
        weight *= 0.5 if end <= number <= end + 4 else 0.25
    return weight
