"""The text of a new source's file, in the project's style."""

from collections.abc import Mapping
from typing import Any

from services.crawler.domain.columns import width as columns_of
from services.crawler.sources.definition import SourceDefaults

_LINE = 120
"""Columns of a line; letters of Chinese and the like take two, for the formatter too."""
_PIECE = 108
"""Columns of a piece of a long text, on a line of its own, indented by twelve: the formatter joins what fits there."""
_TITLE = 60
"""Columns of the outlet's name in the first line."""


def source_file(name: str, kind: str, defaults: SourceDefaults, options: Mapping[str, Any]) -> str:
    """A module that is the kind with its address and options set."""
    said = [_argument(key, getattr(defaults, key)) for key in _KEYS if getattr(defaults, key) is not None]
    tuned = [f"        {_literal(key)}: {_literal(value)},\n" for key, value in options.items()]
    title = _docstring(defaults.outlet or "") or name
    return "".join(
        [
            f'"""{title}: read by its {_WORDS[kind]}. Nobody has seen it live yet."""\n\n',
            "from services.crawler.sources.definition import SourceDefaults\n",
            f"from services.crawler.sources.kinds import {kind}\n",
            "from services.crawler.sources.registry import source\n\n",
            f"PLUGIN = source(\n    {_literal(name)},\n    {kind}.PLUGIN,\n    SourceDefaults(\n",
            *said,
            "    ),\n",
            *(["    options={\n", *tuned, "    },\n"] if tuned else []),
            ")\n",
        ]
    )


_KEYS = ("address", "outlet", "language", "evidence", "reliability", "reliability_why", "enabled", "why_off")
_WORDS = {"feed": "feed", "sitemap": "sitemap", "listing": "list of articles", "json_api": "JSON interface"}


def _argument(key: str, value: object) -> str:
    """A line that gives the value by its name; a text too long for one line stands in pieces."""
    line = f"        {key}={_literal(value)},\n"
    if not isinstance(value, str) or columns_of(line.rstrip("\n")) <= _LINE:
        return line
    pieces = "".join(f"            {_literal(piece)}\n" for piece in _pieces(value, _PIECE))
    return f"        {key}=(\n{pieces}        ),\n"


def _literal(value: object) -> str:
    """The value as the formatter writes it: a text in the quotes that need fewer escapes, double ones if as many."""
    if not isinstance(value, str):
        return repr(value)
    quote = "'" if value.count("'") < value.count('"') else '"'
    return quote + "".join(_escaped(letter, quote) for letter in value) + quote


def _escaped(letter: str, quote: str) -> str:
    if letter in ("\\", quote):
        return f"\\{letter}"
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")


def _pieces(text: str, widest: int) -> list[str]:
    """The text in pieces, none of which is wider than `widest` columns with its quotes and escapes."""
    pieces = [""]
    for letter in text:
        if columns_of(_literal(pieces[-1] + letter)) > widest:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _docstring(text: str) -> str:
    return _pieces(" ".join(text.replace("\\", " ").replace('"', "'").split()), _TITLE)[0].strip()
