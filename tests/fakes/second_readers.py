"""A second reader for tests, which says what it is told to; it passes the tests of the real one."""

import json
from dataclasses import dataclass
from typing import Any

from shared.reader.question import Closed, NoAnswer, Question, WrongAnswer


@dataclass(frozen=True)
class Said:
    """One answer of an endpoint: its content, or the status in its place; `takes` seconds."""

    content: str = ""
    status: int = 200
    retry_after: float | None = None
    takes: float = 0.0


class ScriptedReader:
    """Gives one answer after the other; the last one again and again."""

    def __init__(self, *script: Said, name: str = "some-model") -> None:
        self.name = name
        self.script = list(script)
        self.prompts: list[Question] = []
        self.seconds: list[float] = []
        self.closed = False

    def close(self) -> None:
        """Answer no more."""
        self.closed = True

    def ask(self, prompt: Question, seconds: float) -> str:
        """The next answer. Raises what the real one would."""
        if self.closed:
            raise Closed("the second reader is closed")
        said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        self.prompts.append(prompt)
        self.seconds.append(seconds)
        if said.takes > seconds:
            raise NoAnswer("timeout", "no answer in time")
        if said.status in (429, 503):
            raise NoAnswer("busy", "busy", said.retry_after)
        if said.status >= 500:
            raise NoAnswer("server_error", "failed")
        if 300 <= said.status < 400:
            raise WrongAnswer("redirect", "sends elsewhere")
        if said.status != 200:
            raise WrongAnswer("refused", "refused")
        if not said.content.strip():
            raise WrongAnswer("no_content", "empty")
        return said.content


def opinion(
    relevance: tuple[bool, str] | None = None,
    events: list[tuple[int, str, str | None, str]] | None = None,
    added: list[tuple[str, str, list[str], str]] | None = None,
    gist: list[tuple[str, str]] | None = None,
) -> str:
    """An answer as the schema has it: (relevant, quote), (number, verdict, status, quote), (label, status, …), …."""
    said: dict[str, Any] = {
        "relevance": {"relevant": relevance[0], "quote": relevance[1]} if relevance else None,
        "events": [dict(zip(("number", "verdict", "status", "quote"), one, strict=True)) for one in events or []],
        "added": [dict(zip(("label", "status", "entities", "quote"), one, strict=True)) for one in added or []],
        "gist": [{"text": text, "quote": quote} for text, quote in gist or []],
    }
    return json.dumps(said, ensure_ascii=False)
