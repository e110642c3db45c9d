"""Edits come from our own pages: the token of a form, and where its request says that it comes from."""

import hmac
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers
from starlette.types import Message, Receive

SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""
LARGEST = 1024 * 1024
"""Bytes of a form; a subscription file is far smaller."""
FORM = "application/x-www-form-urlencoded"
FIELD, HEADER = "csrf", "x-csrf-token"


class TooLarge(Exception):
    """A form of more than `LARGEST` bytes."""


async def token_of(headers: Headers, receive: Receive) -> tuple[str, Receive]:
    """The token that a request carries, empty for none, and what the application reads the same body from.

    Raises TooLarge. Forms of other kinds than `FORM` say it in the header.
    """
    said = headers.get(HEADER)
    if said is not None or headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return said or "", receive
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return "", _again(body, message)
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise TooLarge
        if not message.get("more_body", False):
            break
    sent = {name: value for name, value in parse_qsl(body.decode("utf-8", "replace")) if name == FIELD}
    return sent.get(FIELD, ""), _again(body, None, receive)


def _again(body: bytes, last: Message | None, receive: Receive | None = None) -> Receive:
    """Gives the body that was read already, then what follows."""
    waiting: list[Message] = [last] if last else [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        if waiting:
            return waiting.pop(0)
        return await receive() if receive else {"type": "http.disconnect"}

    return give


def from_here(headers: Headers) -> bool:
    """Whether the request says that it comes from a page of this site, or does not say."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    except ValueError:
        return False


def same(one: str, other: str) -> bool:
    """Whether two tokens are one, in a time that tells nothing."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
