"""From a page's bytes to its article: title, paragraphs, date with timezone, author and language.

`extract` is pure and total: the same bytes give the same article, and no bytes make it raise.
"""

from services.crawler.domain.extraction import author, body, dates, features, language, model, signs, structured, title
from services.crawler.domain.extraction.blocks import Blocks, cut
from services.crawler.domain.extraction.charset import decode, is_text
from services.crawler.domain.extraction.extracted import Extracted, Precision
from services.crawler.domain.extraction.layout import Layout
from services.crawler.domain.extraction.page import parse, strip_tags

__all__ = ["Extracted", "Precision", "extract"]


def extract(html: bytes, url: str | None) -> Extracted:
    """Give the article of a page; `url` helps to date it and may be None. Never raises."""
    text = decode(html)
    root = parse(text) if is_text(text) else None
    if root is None:
        return Extracted("", (), None, None, None, "other")
    about = structured.read(root)
    blocks = cut(root)
    if not blocks.texts:
        lines = tuple(strip_tags(text))
        return Extracted(about.title, lines, None, None, None, language.detect("\n".join(lines), about.lang))
    headline = title.find(about, blocks)
    chosen = _article(blocks, headline)
    paragraphs = tuple(blocks.texts[number] for number in chosen)
    span = (chosen[0], chosen[-1] + 1) if chosen else (len(blocks.texts), len(blocks.texts))
    spoken = language.detect("\n".join((headline, *paragraphs)), about.lang)
    chinese = spoken in ("zh-Hans", "zh-Hant")
    moment = dates.find(root, about, blocks, span, url or "", chinese)
    return Extracted(
        title=headline,
        paragraphs=paragraphs,
        published=moment.at if moment else None,
        precision=moment.precision if moment else None,
        author=author.find(root, about, blocks, span, chinese),
        language=spoken,
    )


def _article(blocks: Blocks, headline: str) -> list[int]:
    """Give the numbers of the blocks that are the article."""
    counted = signs.count(blocks.texts)
    layout = Layout(blocks, counted)
    matrix = features.matrix(counted, layout, title.place(headline, blocks), blocks.bold)
    return body.choose(layout, model.fitted().probability(matrix, layout), blocks.texts)
