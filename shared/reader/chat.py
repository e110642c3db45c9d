"""A client of an OpenAI-compatible chat endpoint: POST {base}/chat/completions, an answer by JSON schema.

https://platform.openai.com/docs/api-reference/chat names the fields; vLLM, llama.cpp's server and Ollama take them too.
Redirects are not followed (the key would go along), no proxy and nothing else of the environment is used, and no error
repeats what the endpoint said: it may echo the key or the article.
"""

import asyncio
import json
import re
import ssl
import threading
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from shared.reader.question import Closed, NoAnswer, Question, WrongAnswer

MAX_BYTES = 200_000
"""Bytes of an answer that are read: one has some 2,000 at most, and thinking aloud beside it may have many more."""
MAX_TOKENS = 1_500
"""Tokens that an answer may have: the longest, an opinion with three events and a gist, needs a third."""
SPARE = 2.0
"""Seconds beyond the deadline for the thread that asks to say that it has passed."""
_BUSY = frozenset({429, 503})


@dataclass(frozen=True)
class Endpoint:
    """Where the model answers. `base` is the address before /chat/completions, without a slash at its end."""

    base: str
    model: str
    key: SecretStr | None = field(default=None, repr=False)
    trusted: ssl.SSLContext | None = field(default=None, repr=False, compare=False)
    """The certificates that are believed; the public ones if not given."""


def trust(bundle: Path | None = None) -> ssl.SSLContext:
    """The certificates that are believed: the public ones (certifi), and those of `bundle`, a company's.

    Raises OSError, which an SSLError is too, when the bundle cannot be read.
    """
    context = httpx.create_ssl_context(trust_env=False)
    if bundle is not None:
        context.load_verify_locations(cafile=bundle)
    return context


class ChatReader:
    """Asks from a thread of its own, so that a deadline holds whatever the endpoint does with its connection."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.name = endpoint.model
        self._endpoint = endpoint
        self._trusted = endpoint.trusted or trust()
        self._closed = False
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="second-reader", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread; a question that still waits fails at once."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        asyncio.run_coroutine_threadsafe(_end_all(), self._loop).result(SPARE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SPARE)
        self._loop.close()

    def ask(self, question: Question, seconds: float) -> str:
        """The content of the answer, within so many seconds. Raises NoAnswer, WrongAnswer, or Closed."""
        with self._lock:
            if self._closed:
                raise Closed("the second reader is closed")
            waiting = asyncio.run_coroutine_threadsafe(self._within(question, seconds), self._loop)
        try:
            return waiting.result(seconds + SPARE)
        except CancelledError:
            raise Closed("the second reader is closed") from None
        except TimeoutError:
            waiting.cancel()
            raise NoAnswer("timeout", f"no answer within {seconds:.1f} s") from None

    async def _within(self, question: Question, seconds: float) -> str:
        try:
            async with asyncio.timeout(seconds):
                return content_of(await self._exchange(question))
        except (NoAnswer, WrongAnswer):
            raise
        except (TimeoutError, httpx.TimeoutException):
            raise NoAnswer("timeout", f"no answer within {seconds:.1f} s") from None
        except Exception as error:  # noqa: BLE001 - whatever it was, there is no answer
            # Only the class: the text of such an error may hold a header, and so the key.
            raise NoAnswer("unreachable", f"no answer: {type(error).__name__}") from None

    async def _exchange(self, question: Question) -> bytes:
        """A connection for each question: they are rare, and one that is kept may have died meanwhile."""
        whole = httpx.Timeout(None)  # _within holds the deadline over all of it
        async with (
            httpx.AsyncClient(verify=self._trusted, trust_env=False, follow_redirects=False, timeout=whole) as client,
            client.stream(
                "POST",
                f"{self._endpoint.base}/chat/completions",
                content=json.dumps(self._body(question), ensure_ascii=False).encode(),
                headers=self._headers(),
            ) as response,
        ):
            _look_at(response)
            read = bytearray()
            async for part in response.aiter_raw():
                read += part
                if len(read) > MAX_BYTES:
                    raise WrongAnswer("too_large", f"the answer has more than {MAX_BYTES} bytes")
            return bytes(read)

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
        if self._endpoint.key is not None:
            headers["Authorization"] = f"Bearer {self._endpoint.key.get_secret_value()}"
        return headers

    def _body(self, question: Question) -> dict[str, Any]:
        schema = {"name": question.name, "strict": True, "schema": dict(question.schema)}
        return {
            "model": self._endpoint.model,
            "messages": [{"role": "system", "content": question.system}, {"role": "user", "content": question.user}],
            "response_format": {"type": "json_schema", "json_schema": schema},
            "temperature": 0,
            "max_tokens": MAX_TOKENS,
            "stream": False,
        }


def content_of(raw: bytes) -> str:
    """The first choice's content. Raises WrongAnswer when there is none."""
    try:
        plain = json.loads(raw)
    except (ValueError, RecursionError):
        raise WrongAnswer("not_json", "the answer is no JSON") from None
    try:
        choice = plain["choices"][0]
        content, finished = choice["message"]["content"], choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise WrongAnswer("no_content", "the answer has no choices[0].message.content") from None
    if finished == "length":
        raise WrongAnswer("no_content", f"the answer was cut at {MAX_TOKENS} tokens")
    if not isinstance(content, str) or not content.strip():
        raise WrongAnswer("no_content", "the model declined, or its content is empty")
    return content


def _look_at(response: httpx.Response) -> None:
    """Raise what the status means."""
    status = response.status_code
    if status in _BUSY:
        raise NoAnswer("busy", f"the endpoint is busy ({status})", _retry_after(response))
    if status >= 500:
        raise NoAnswer("server_error", f"the endpoint failed ({status})")
    if 300 <= status < 400:
        raise WrongAnswer("redirect", f"the endpoint sends elsewhere ({status}), which is not followed")
    if status != 200:
        raise WrongAnswer("refused", f"the endpoint refused ({status})")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise WrongAnswer("not_json", "the answer is packed, which was not asked for")


def _retry_after(response: httpx.Response) -> float | None:
    """Retry-After in seconds from now (RFC 9110, 10.2.3): a number or a date; None for nonsense."""
    text = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


async def _end_all() -> None:
    """Cancel every other task of this loop and wait for its end."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
