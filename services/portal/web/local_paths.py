"""Where to go after signing in: a page of this site and nothing else, however it is written."""

import re
from urllib.parse import unquote, urlsplit

START = "/"
LONGEST = 4_000
"""Characters; a query of 1,000 Chinese characters has 9,000 and is not carried along."""
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\\]")
"""Browsers drop some of these from addresses, and read a backslash as a slash."""
_END = re.compile(r"[?#]")
_NEVER = ("/sign-in", "/enter", "/sign-out", "/static")


def local(told: str) -> str:
    """The path and query of a page here; `START` for what is, or might be read as, another place."""
    if not 0 < len(told) <= LONGEST or _CONTROL.search(told):
        return START
    try:
        parts = urlsplit(told)
    except ValueError:
        return START
    # `urlsplit` takes the first two slashes of three away, a browser all of them.
    path, before = _END.split(told, maxsplit=1)[0], ""
    while path != before:  # a proxy before us or a browser behind it may read what is encoded, and again
        if not path.startswith("/") or path.startswith("//") or _CONTROL.search(path.replace(" ", "+")):
            return START
        before, path = path, unquote(path)
    if parts.scheme or parts.netloc or not told.startswith("/") or path.startswith(_NEVER):
        return START
    return told
