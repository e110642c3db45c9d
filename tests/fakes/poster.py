"""Webhooks without a wire: what was posted, and answers as the services give them."""

import json
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from services.alerter.channels.http import Answer, Poster


@dataclass
class Posted:
    """One request."""

    url: str
    body: bytes
    headers: dict[str, str]

    @property
    def plain(self) -> dict[str, Any]:
        """Its JSON."""
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


@dataclass
class FakePoster(Poster):
    """Answers every request alike."""

    answer: Answer = field(default_factory=lambda: Answer(200, "ok"))
    posted: list[Posted] = field(default_factory=list)

    def post(self, url: SecretStr, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        self.posted.append(Posted(url.get_secret_value(), body, headers or {}))
        return self.answer
