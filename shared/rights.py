"""What may be shown of a source's text: one function, used at every place where words of an article reach a person.

    full     all of it: documents of organs of state, and texts whose owner allows it
    excerpt  short quotes as evidence and a short summary, with title and link
    link     title and link alone

Every alert names its source and leads to the original; facts (who did what, sums, dates) are told in our own words and
are not text. No law names a number of characters: the Copyright Law of the PRC (article 24, numbers 2 and 3) allows
what is appropriate for an introduction, a comment or a report, and the right of press publishers in the European Union
(directive 2019/790, article 15) leaves out single words and very short extracts. The numbers below are this project's
own choice: a quote is one sentence, and all that is shown of an article is what a reader takes in at a glance. Whoever
reads more strictly sets `rights: link` for the source.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.messages.common import Rights

QUOTE = 300
"""Characters of one quote of an excerpt: a long sentence in English, two in Chinese."""
QUOTES = 600
"""Characters of all quotes of an excerpt together: two such sentences, however many events an article tells."""
SUMMARY = 600
"""Characters of an excerpt's summary, whose sentences are taken from the article: a short paragraph."""
LEAST = 20
"""Characters: what would be cut shorter is not shown."""
CUT = "…"
"""Stands where a quote goes on."""


@dataclass(frozen=True)
class Shown:
    """What may be shown, in the order it was given."""

    quotes: tuple[str, ...]
    """As many as were given; empty where one may not be shown."""
    summary: tuple[str, ...]
    """The first sentences, each whole; perhaps none."""


def shown(rights: Rights, quotes: Sequence[str] = (), summary: Sequence[str] = ()) -> Shown:
    """What of an article's quotes and summary a person may see; title and link may be shown always."""
    if rights == "full":
        return Shown(tuple(quotes), tuple(summary))
    if rights == "link":
        return Shown(("",) * len(quotes), ())
    return Shown(_within(quotes), _whole(summary))


def _within(quotes: Sequence[str]) -> tuple[str, ...]:
    """Each quote cut to its length, until all have used up theirs; the same quote again costs nothing."""
    left, told = QUOTES, dict[str, str]()
    for quote in quotes:
        if quote not in told:
            most = min(QUOTE, left)
            kept = quote if len(quote) <= most else quote[: max(0, most - len(CUT))] + CUT
            told[quote] = kept if most >= LEAST or kept == quote else ""
            left -= len(told[quote])
    return tuple(told[quote] for quote in quotes)


def _whole(sentences: Sequence[str]) -> tuple[str, ...]:
    kept, left = list[str](), SUMMARY
    for sentence in sentences:
        left -= len(sentence)
        if left < 0:
            break
        kept.append(sentence)
    return tuple(kept)
