"""From a page's bytes to its article: title, paragraphs, date with timezone, author and language.

`extract` is pure and total: the same bytes give the same article, and no bytes make it raise.
"""

from collections.abc import Sequence

from services.crawler.domain.extraction import (
    author,
    body,
    carried,
    dates,
    features,
    language,
    model,
    outlet,
    ruled,
    signs,
    structured,
    title,
)
from services.crawler.domain.extraction.blocks import Blocks, cut
from services.crawler.domain.extraction.charset import decode, is_text
from services.crawler.domain.extraction.extracted import Extracted, Precision
from services.crawler.domain.extraction.layout import Layout
from services.crawler.domain.extraction.page import parse, strip_tags
from services.crawler.domain.extraction.rules import SiteRule
from services.crawler.domain.extraction.sites import SITES

__all__ = ["Extracted", "Precision", "SiteRule", "extract"]


def extract(html: bytes, url: str | None, rules: Sequence[SiteRule] = ()) -> Extracted:
    """Give the article of a page; `url` helps to date it and may be None. Never raises.

    `rules` are asked for the page's site before those of `sites`.
    """
    text = decode(html)
    root = parse(text) if is_text(text) else None
    if root is None:
        return Extracted("", (), None, None, None, "other")
    about = structured.read(root, url)
    address = url or about.canonical or about.first("og:url")
    known = ruled.apply(rules, root, address)
    if known is ruled.NOTHING:
        known = ruled.apply(SITES, root, address)
    if known.refused:
        return Extracted("", (), None, None, None, "other")
    blocks = cut(root)
    headline = known.title or title.find(about)
    place = title.place(headline, blocks)
    chosen = _article(blocks, place) if blocks.texts and not known.paragraphs else []
    paragraphs = known.paragraphs or tuple(blocks.texts[number] for number in chosen)
    if not known.paragraphs:
        told = carried.find(root, about, headline, blocks.texts, paragraphs)
        paragraphs, chosen = (tuple(told), []) if told else (paragraphs, chosen)
    if not blocks.texts and not paragraphs:
        lines = tuple(strip_tags(text))
        return Extracted(about.title, lines, None, None, None, language.detect("\n".join(lines), about.lang))
    span = (chosen[0], chosen[-1] + 1) if chosen else _span(blocks, paragraphs, place)
    spoken = language.detect("\n".join((headline, *paragraphs)), about.lang)
    chinese = spoken in ("zh-Hans", "zh-Hant")
    moment = known.published or dates.find(root, about, blocks, span, url or "", chinese, place, known.zone)
    return Extracted(
        title=headline,
        paragraphs=paragraphs,
        published=moment.at if moment else None,
        precision=moment.precision if moment else None,
        author=known.author or author.find(about, blocks, span, chinese),
        language=spoken,
        outlet=outlet.find(about, blocks, span, ruled.host_of(address), known.outlet),
    )


def _span(blocks: Blocks, paragraphs: Sequence[str], headline: int) -> tuple[int, int]:
    """Give the range of the blocks that are the article; where none of them is, the place behind its title."""
    wanted = set(paragraphs)
    shown = [number for number, text in enumerate(blocks.texts) if text in wanted] if wanted else []
    if shown:
        return shown[0], shown[-1] + 1
    place = headline + 1 if wanted and headline >= 0 else len(blocks.texts)
    return place, place


def _article(blocks: Blocks, headline: int) -> list[int]:
    """Give the numbers of the blocks that are the article; `headline` is the one that shows its title (-1: none)."""
    counted = signs.count(blocks.texts)
    layout = Layout(blocks, counted)
    matrix = features.matrix(counted, layout, headline, blocks.bold)
    return body.choose(layout, model.fitted().probability(matrix, layout), blocks.texts)
