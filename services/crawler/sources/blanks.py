"""Questions with blanks: `{page}`, `{cursor}`, `{word}`, `{now_s}` and `{now_ms}` in an address or a body."""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote

_BLANK = re.compile(r"\{(page|cursor|word|now_s|now_ms)\}")


def blanks(*texts: str | None) -> frozenset[str]:
    """The names of the blanks that stand in the texts."""
    return frozenset(name for text in texts for name in _BLANK.findall(text or ""))


def address_with(address: str, values: Mapping[str, str]) -> str:
    """The address with its blanks filled, each value percent-encoded."""
    return _BLANK.sub(lambda blank: quote(values.get(blank[1], ""), safe=""), address)


def body_with(body: str, values: Mapping[str, str]) -> bytes:
    """The body with its blanks filled: escaped as JSON where the body is JSON, else percent-encoded as in a form."""
    if body.lstrip()[:1] in ("{", "["):
        return _BLANK.sub(lambda blank: json.dumps(values.get(blank[1], ""), ensure_ascii=False)[1:-1], body).encode()
    return address_with(body, values).encode()
