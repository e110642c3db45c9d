"""Reading JSON answers by dotted paths.

A path such as `data.list` walks objects by key and lists by number (`-1`: the last one); `result!` means that the
value is a string that holds JSON itself and is read once more (HKEXnews and Sina do so).
"""

import html
import json
import re
from typing import Any
from urllib.parse import quote

from services.crawler.domain.charset import decode
from shared.errors import PermanentError

_TAGS = re.compile(r"<[^<>]{0,200}>")
_FIELD = re.compile(r"\{([\w.!-]+)\}")
_JSONP = re.compile(r"^[\s/*]*[\w.$]+\s*\((.*)\)\s*;?\s*$", re.DOTALL)
_NUMBER = re.compile(r"-?\d{1,6}")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def json_of(body: bytes, charset: str | None = None) -> Any:
    """The JSON of an answer, also inside a JSONP call. Raises PermanentError when it is none."""
    text = decode(body, charset)
    if text.lstrip()[:1] not in ("{", "["):
        call = _JSONP.match(text)
        text = call[1] if call else text
    return loads(text)


def loads(text: str) -> Any:
    """The JSON of a text, half characters as U+FFFD. Raises PermanentError with what stands there instead."""
    try:
        return _whole(json.loads(text), text)
    except (ValueError, RecursionError) as error:
        began = " ".join(text[:40].split())
        raise PermanentError(f"no JSON: {error or type(error).__name__}: begins with {began!r}"[:300]) from error


def _whole(value: Any, text: str) -> Any:
    """The value without half characters, which can be stored nowhere, and asked for nowhere."""
    if not _SURROGATE_ESCAPE.search(text):
        return value
    return json.loads(_SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False)))


def walk(value: Any, path: str) -> Any:
    """What stands at `path`, None where nothing does. Raises PermanentError when `!` meets no JSON."""
    for step in path.split(".") if path else ():
        name = step.rstrip("!")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and _NUMBER.fullmatch(name) and -len(value) <= int(name) < len(value):
            value = value[int(name)]
        else:
            return None
        if step.endswith("!") and isinstance(value, str):
            value = loads(value)
    return value


def word(row: object, path: str | None) -> str:
    """The text or number at `path` as a word; empty where there is none.

    So it is where `!` meets no JSON: one row's fault is not the answer's.
    """
    try:
        value = walk(row, path) if path else None
    except PermanentError:
        return ""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def plain(text: str) -> str:
    """A headline without markup and entities, on one line: search interfaces mark what they found with `<em>`."""
    return " ".join(html.unescape(_TAGS.sub("", text)).split())


def address_of(link: str, row: object) -> str:
    """What stands at the path `link`, or the template `link` with its `{path}`s filled; empty when one is missing."""
    if "{" not in link:
        return word(row, link)
    words = [word(row, name) for name in _FIELD.findall(link)]
    if not all(words):
        return ""
    parts = iter(quote(one, safe="/") for one in words)
    return _FIELD.sub(lambda _: next(parts), link)
