"""Entries of the calendar in words. Pure."""

from shared.calendar.entries import Cited, Entry
from shared.language import Names, in_language, named
from shared.messages.common import Language

_KINDS = {
    "effective": ("生效", "takes effect"),
    "comments": ("意见征集截止", "comments close"),
    "results": ("公布业绩", "results"),
}


def kind_words(entry: Entry, language: Language) -> str:
    """What the day is."""
    return in_language(_KINDS[entry.kind], language)


def summary(entry: Entry, names: Names, language: Language) -> str:
    """`Ant Group: comments close — the title`."""
    who = ("、" if language.startswith("zh") else ", ").join(named(entry.entities, names, language))
    colon = "：" if language.startswith("zh") else ": "
    return f"{who}{colon if who else ''}{kind_words(entry, language)} — {entry.title}"


def citation(cited: Cited) -> str:
    """Title, outlet, quote with its paragraph, address."""
    quote = f"“{cited.quote}” [{cited.paragraph}]\n" if cited.quote else ""
    return f"{cited.title} ({cited.outlet})\n{quote}{cited.url}"
