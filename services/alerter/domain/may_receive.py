"""What of an alert a channel may be given: one function, through which every alert goes before it is sent."""

from dataclasses import dataclass
from typing import Literal

from services.alerter.domain.both_languages import first_points
from services.alerter.domain.content import Alert
from shared.errors import PermanentError
from shared.messages.common import Rights
from shared.rights import shown

Region = Literal["mainland", "global", "own"]
"""Where the receiver stands: a service in mainland China, one outside of it, or one that the house runs itself."""
ContentKind = Literal["alert", "digest", "reminder"]
"""What is sent: one event, a period's events, a date that comes near."""
EVERYTHING: frozenset[ContentKind] = frozenset({"alert", "digest", "reminder"})


@dataclass(frozen=True)
class MayReceive:
    """What a channel may be given, whatever the rights in a source allow: the narrower of the two holds."""

    text: Rights
    """Of an article's words: all that its source allows, an excerpt at most, or title and link alone."""
    contents: frozenset[ContentKind] = EVERYTHING

    def __str__(self) -> str:
        """For tables: `excerpt`, or `link (alert)`."""
        return self.text if self.contents == EVERYTHING else f"{self.text} ({', '.join(sorted(self.contents))})"


def receivable(alert: Alert, may: MayReceive) -> Alert:
    """The alert with no more of the article's words than `may` allows.

    What happened, new facts and the lines in the other language are our own words and stay. Raises PermanentError for
    a kind of content that the channel may not be given at all.
    """
    if alert.content not in may.contents:
        raise PermanentError(
            f"the channel may receive {', '.join(sorted(may.contents))}, and this is a {alert.content}"
        )
    if may.text == "full":
        return alert
    points = [point.text for group in alert.points for point in group.points]
    kept = shown(may.text, [event.quote for event in alert.happened], [*(one.text for one in alert.summary), *points])
    happened = tuple(
        event.model_copy(update={"quote": quote}) for event, quote in zip(alert.happened, kept.quotes, strict=True)
    )
    groups = first_points(alert.points, len(kept.summary) - len(alert.summary))
    return alert.model_copy(
        update={"happened": happened, "summary": alert.summary[: len(kept.summary)], "points": groups}
    )
