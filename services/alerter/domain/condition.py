"""Conditions in plain words (`only_if`): what a second reader answered about one document."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """Whether the condition holds, and by which words of the article."""

    holds: bool
    quote: str = ""
    """Verbatim; empty for a no, and where nobody answered."""
    unanswered: str = ""
    """Why nobody answered. The document is told then: one alert too many is worth less than one that is lost."""

    def words(self) -> str:
        """The answer for people."""
        if self.unanswered:
            return f"not answered ({self.unanswered}), so told"
        said = "yes" if self.holds else "no"
        return f"{said}, “{self.quote}”" if self.quote else said


Answers = Mapping[str, Answer]
"""Condition to its answer, of one document; a condition that is not in it was not asked yet and counts as held."""
