"""Answers of the newsstand, the faulty ones among them; no sockets here."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

HUGE = 50 * 1024 * 1024
"""Bytes of the page that is far too large; made while it is sent, never held."""
_CHUNK = (b"<p>" + b"All work and no play makes a dull page. " * 100 + b"</p>\n") * 16


@dataclass(frozen=True)
class Answer:
    """What is sent back. `endless` is a body of unstated length; `silent` means that nothing is ever sent."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    endless: Iterator[bytes] | None = None
    silent: bool = False


def text(status: int, body: str) -> Answer:
    """A short plain answer."""
    return Answer(status, body.encode(), {"Content-Type": "text/plain; charset=utf-8"})


def conditional(body: bytes, content_type: str, changed: datetime, asked: Mapping[str, str]) -> Answer:
    """`body` with ETag and Last-Modified, or 304 when the asker has it (If-None-Match goes first, RFC 9110 13.2.2)."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    changed = changed.replace(microsecond=0)
    headers = {"ETag": tag, "Last-Modified": format_datetime(changed, usegmt=True), "Cache-Control": "no-cache"}
    if "if-none-match" in asked:
        known = tag in asked["if-none-match"]
    else:
        known = _not_after(changed, asked.get("if-modified-since"))
    if known:
        return Answer(304, b"", headers)
    return Answer(200, body, {**headers, "Content-Type": content_type})


def faulty(fault: str, path: str, query: str) -> Answer | None:
    """The answer of a faulty page; None when its fault lies in the page's own bytes."""
    if fault == "404":
        return text(404, "gone")
    if fault == "500":
        return text(500, "database error")
    if fault == "never":
        return Answer(0, silent=True)
    if fault == "loop":
        return Answer(302, b"", {"Location": path if query else f"{path}?login=1"})
    if fault == "huge":
        return Answer(200, b"", {"Content-Type": "text/html; charset=utf-8"}, endless=_huge())
    return None


def _huge() -> Iterator[bytes]:
    sent = 0
    while sent < HUGE:
        yield _CHUNK
        sent += len(_CHUNK)


def _not_after(changed: datetime, since: str | None) -> bool:
    if since is None:
        return False
    try:
        return changed <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False  # a date that cannot be read is no condition (RFC 9110 13.1.3)
