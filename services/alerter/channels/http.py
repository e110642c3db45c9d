"""One POST to a webhook, and what its outcome means: the one place of the channels that speaks HTTP.

not connected                       TransientError: nothing was sent
no answer, or half of one           UnknownOutcome: it may have been taken
408, 429                            TransientError, after Retry-After where it is given
504                                 UnknownOutcome: a gateway's word, and what stands behind it may have taken it
other 5xx                           TransientError
3xx, other 4xx                      PermanentError, with the first words of the answer

Redirects are not followed: an address that moved is mended by a person. An address is never part of an error's text.
"""

import contextlib
import json
import logging
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

import httpx
from pydantic import SecretStr

from services.alerter.application.hand_over import handing_over
from shared.errors import PermanentError, TransientError, UnknownOutcome
from shared.runtime.veil import hide

_CONNECT = 5.0
"""Seconds to connect, TLS included."""
_TIMEOUT = 10.0
"""Seconds for the whole exchange."""
_GRACE = 0.5
"""Seconds after that in which an answer that is being read may still end."""
_MOST = 65_536
"""Bytes of an answer that are read; services answer with less than one kilobyte."""
NOBODY_KNOWS = 504
"""With which a gateway says that the receiver behind it did not answer in time (RFC 9110, 15.6.5): as a time-out of our
own, that one may have taken the request. A 502 mostly says that the receiver is down: it is tried again as any 5xx,
since an alert that never arrives is worse than one that arrives twice."""
REPEATED_AFTER = 60.0
"""Seconds until what a gateway answered so is sent once more, and then never again: by then a receiver that is being
restarted behind its gateway is mostly back."""
_RESET = ("retry-after", "x-ogw-ratelimit-reset")
"""Headers that name seconds to wait: HTTP's own, and Feishu's (open.feishu.cn, Rate limits)."""


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    text: str
    retry_after: float | None = None
    """Seconds that it asks to wait."""

    def plain(self) -> dict[str, Any]:
        """Its JSON object; empty where it is none."""
        try:
            plain = json.loads(self.text)
        except ValueError:
            return {}
        return plain if isinstance(plain, dict) else {}

    def checked(self) -> Self:
        """Itself when its status is 2xx. Raises TransientError, PermanentError or UnknownOutcome for another one."""
        if 200 <= self.status < 300:
            return self
        said = f"HTTP {self.status}: {self.said}"
        self.by_gateway(said)
        if self.status in (408, 429) or self.status >= 500:
            raise TransientError(said, self.retry_after)
        raise PermanentError(said)

    def by_gateway(self, said: str) -> None:
        """Raises UnknownOutcome, with these words, for the answer of a gateway alone."""
        if self.status == NOBODY_KNOWS:
            raise UnknownOutcome(said, max(REPEATED_AFTER, self.retry_after or 0.0))

    @property
    def said(self) -> str:
        """Its first words, in one line."""
        return " ".join(self.text.split())[:200]

    def by_code(self, name: str, later: Mapping[int, float | None]) -> None:
        """Judge the code that stands under `name` in a body with status 200; 0 is good.

        `later` are the codes after which it may be tried again, with the seconds to wait. Raises TransientError for
        one of them, PermanentError for any other, UnknownOutcome where no code is to be read.
        """
        plain = self.checked().plain()
        code = plain.get(name)
        if not isinstance(code, int) or isinstance(code, bool):
            raise UnknownOutcome(f"the answer holds no {name}: {self.said}")
        if code == 0:
            return
        if code in later:
            raise TransientError(f"{name} {code}: {self.said}", self.retry_after or later[code])
        raise PermanentError(f"{name} {code}: {self.said}")


class Poster:
    """Sends bodies, each over a connection of its own: alerts are minutes apart."""

    def __init__(self, timeout: float = _TIMEOUT) -> None:
        """`timeout` in seconds for a whole exchange."""
        self._timeout = timeout
        for name in ("httpx", "httpcore"):  # they would log addresses, which are secrets, at any level below this one
            logging.getLogger(name).setLevel(logging.WARNING)

    def post(self, url: SecretStr, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        """Send JSON; the answer, whatever its status. Raises TransientError, PermanentError or UnknownOutcome."""
        sent = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "luming"} | (headers or {})
        limits = httpx.Timeout(self._timeout, connect=min(_CONNECT, self._timeout))
        end = time.monotonic() + self._timeout
        deadline = _Deadline(self._timeout + _GRACE)
        try:
            with (
                deadline,
                httpx.Client(timeout=limits, follow_redirects=False) as client,
                client.stream(
                    "POST", url.get_secret_value(), content=body, headers=sent, extensions={"trace": deadline}
                ) as answer,
            ):
                return Answer(answer.status_code, _read(answer, end), retry_after(answer.headers))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise TransientError(f"not connected: {type(error).__name__}") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise PermanentError("the variable holds no web address") from None
        except httpx.HTTPError as error:  # their text may hold the address, so that only the type is told
            raise UnknownOutcome(f"the answer was lost: {type(error).__name__}") from None


class _Deadline:
    """Ends the exchange when its time is over, whatever it is doing: httpx's own times are those of single reads, so
    that a head which comes byte by byte goes on for ever. It is also who hears of the hand-over."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """What httpx does (www.python-httpx.org/advanced/extensions): before the first byte nobody was told."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
        if event.endswith(".send_request_headers.started"):
            handing_over()

    def _end(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it has ended by itself meanwhile
                self._socket.shutdown(socket.SHUT_RDWR)


def _read(answer: httpx.Response, end: float) -> str:
    """The body up to a bound, within the deadline; a peer may repeat secrets in it. Raises UnknownOutcome past it."""
    body = b""
    for part in answer.iter_bytes():
        if body and time.monotonic() > end:  # an answer that is whole counts, however late
            raise UnknownOutcome("the answer did not end in time")
        body += part
        if len(body) > _MOST:
            break
    return hide(body[:_MOST].decode("utf-8", "replace"))


def retry_after(headers: httpx.Headers, now: datetime | None = None) -> float | None:
    """Seconds to wait, given as a number or as a date (RFC 9110, 10.2.3); None where neither is there."""
    value = next((headers[name] for name in _RESET if name in headers), "")
    if value.strip().isascii() and value.strip().lstrip("-").isdigit():
        return max(0.0, float(value))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - (now or datetime.now(UTC))).total_seconds())
