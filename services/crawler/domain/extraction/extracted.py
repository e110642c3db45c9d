"""What extraction gives for one page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.messages.common import Language, Published

Precision = Literal["minute", "day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Extracted:
    """The article of a page; empty strings and None where the page does not say."""

    title: str
    paragraphs: tuple[str, ...]
    published: datetime | None
    """As written on the page, in the page's own timezone; +08:00 for a Chinese page that
    names none, UTC for others."""
    precision: Precision | None
    """How exact `published` is; None exactly where `published` is None."""
    author: str | None
    language: Language
    outlet: str | None = None
    """Where a reprint says it came from; None where it names nobody or the site itself."""

    @property
    def body(self) -> str:
        """The paragraphs, one a line."""
        return "\n".join(self.paragraphs)

    @property
    def published_at(self) -> Published | None:
        """The same moment as messages carry it."""
        if self.published is None or self.precision is None:
            return None
        return Published(at=self.published, precision=self.precision)
