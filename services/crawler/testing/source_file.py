"""The text of a new source's file, in the project's style."""

import json
from collections.abc import Mapping
from typing import Any

from services.crawler.sources.definition import SourceDefaults

_WIDEST = 96
"""Characters of one string on a line of 120, indented by eight and with its key."""


def source_file(name: str, kind: str, defaults: SourceDefaults, options: Mapping[str, Any]) -> str:
    """A module that is the kind with its address and options set."""
    said = [
        f"        {key}={_literal(getattr(defaults, key))},\n" for key in _KEYS if getattr(defaults, key) is not None
    ]
    tuned = [f"        {_literal(key)}: {_literal(value)},\n" for key, value in options.items()]
    title = _docstring(defaults.outlet or name)
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


_KEYS = ("address", "outlet", "language", "evidence", "enabled", "why_off")
_WORDS = {"feed": "feed", "sitemap": "sitemap", "listing": "list of articles", "json_api": "JSON interface"}


def _literal(value: object) -> str:
    """The value as Python writes it, with double quotes; a long text in pieces."""
    if not isinstance(value, str):
        return repr(value)
    if len(value) <= _WIDEST:
        single = '"' in value and "'" not in value and "\\" not in value  # as the formatter wants it
        return f"'{value}'" if single else json.dumps(value, ensure_ascii=False)
    pieces = [value[at : at + _WIDEST] for at in range(0, len(value), _WIDEST)]
    return "(\n" + "".join(f"            {json.dumps(piece, ensure_ascii=False)}\n" for piece in pieces) + "        )"


def _docstring(text: str) -> str:
    return " ".join(text.replace("\\", " ").replace('"', "'").split())[:60]
