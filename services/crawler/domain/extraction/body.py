"""Which blocks of a page are the article."""

from services.crawler.domain.extraction.blocks import Blocks

MIN_TOKENS = 25
"""Fewer characters of Chinese or words are no article."""


def choose(blocks: Blocks) -> list[int]:
    """Give the numbers of the article's blocks, in order."""
    scores = [0.0] * len(blocks.parent)
    for text, linked, box in zip(blocks.texts, blocks.linked, blocks.box, strict=True):
        ends = sum(text.count(sign) for sign in "。，！？；.,!?;")
        if ends and linked < 0.4 * len(text):
            score = min(len(text), 600) * ends**0.5
            scores[box] += score
            parent = blocks.parent[box]
            scores[parent] += score
            scores[blocks.parent[parent]] += score / 2
    best = max(range(len(scores)), key=lambda box: scores[box])
    chosen = [n for n in range(blocks.first[best], blocks.last[best]) if blocks.linked[n] < 0.5 * len(blocks.texts[n])]
    return chosen if sum(len(blocks.texts[n]) for n in chosen) >= MIN_TOKENS else []
