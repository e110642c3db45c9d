"""Closing an outlet for a while, to see what becomes of a source that has stopped: a file names the outlets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.local.newsstand.answers import Answer, text
from deploy.local.newsstand.site import Site


@dataclass(frozen=True)
class Closable:
    """A site that answers 500 to everything while the file names its outlet."""

    name: str
    site: Site
    closed: Path
    """Names of outlets, a line each; absent while all are open."""

    def answer(self, target: str, asked: Mapping[str, str], now: datetime) -> Answer:
        """The site's own answer, while it is open."""
        return text(500, "closed for a test") if self._is_closed() else self.site.answer(target, asked, now)

    def _is_closed(self) -> bool:
        try:
            return self.name in self.closed.read_text("utf-8").split()
        except FileNotFoundError:
            return False
