"""Pages made from the saved ones with what speaks for a title taken away or misplaced, as other sites have them.

Most saved pages have one h1 that is the title, and on them hardly anything is learned of the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from services.crawler.domain.extraction.candidates import NAMES
from services.crawler.domain.extraction.structured import Heading, Structured

MIN_LABEL, MAX_LABEL = 5, 40
"""Characters of a heading that may stand as the name of a channel or a box."""
FALLBACK = "Latest news"


def variants(about: Structured, others: Sequence[Structured], random: np.random.Generator) -> Iterator[Structured]:
    """Give the page without an h1, with a channel's name as h1 instead of or before its own, and without metadata.

    `others` are pages of other sites, from whose headings the channel's name is taken.
    """
    lowered = [replace(heading, level=max(heading.level, 2)) for heading in about.headings]
    stated = ("og:title", "twitter:title", *NAMES)
    meta = {name: values for name, values in about.meta.items() if name not in stated}
    plain = replace(about, meta=meta, items=[], headlines=[], boxes=[])
    channel = _channel(others, random)
    yield replace(about, headings=lowered)
    yield replace(about, headings=[channel, *lowered])
    yield replace(about, headings=[channel, *about.headings])
    yield plain
    yield replace(plain, headings=lowered)


def _channel(others: Sequence[Structured], random: np.random.Generator) -> Heading:
    donor = others[int(random.integers(len(others)))]
    labels = [heading for heading in donor.headings if heading.level > 1 and MIN_LABEL <= len(heading.text) < MAX_LABEL]
    return replace(labels[int(random.integers(len(labels)))], level=1) if labels else Heading(1, FALLBACK)
