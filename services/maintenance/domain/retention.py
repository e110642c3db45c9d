"""For how long what is kept. The reasons stand in docs/privacy.md."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Retention:
    """Days after which what is done with goes; what is still open stays however old it is."""

    articles: int = 730
    """Documents, classifications, threads, corrections. A follow-up is joined to a thread of up to 400 days ago
    (services/alerter/domain/follow_up.py); the second year is for looking back."""
    deliveries: int = 730
    """Who was told what, and why; digests, silences that ended, how sources stood."""
    decisions: int = 180
    """What became of each listed address: what `explain` answers from; what readers asked of alerters."""
    queue: int = 760
    """Addresses that were fetched: longer than their documents, so that an old article is not taken for a new one."""
    sent: int = 14
    """Messages that Kafka has: as long as it keeps them itself."""
    letters: int = 90
    """Dead letters that Kafka has, likewise."""
    index: int = 400
    """Headlines and polls of the neutral index, from which recall was measured."""
    access: int = 90
    """Keys of the portal that open nothing any more: as long as somebody may ask what they were. Sessions that ended
    go at once."""
    visits: int = 400
    """When a reader was last here: the portal looks back no further (services/portal/adapters/news_reader.py)."""
    audit: int = 185
    """Who changed what: six months, and a day for the database's own bound of 184 (shared/store/audit.py)."""

    def cutoffs(self, now: datetime) -> Mapping[str, datetime]:
        """Before which time what goes, by the name of the period."""
        return {field.name: now - timedelta(days=getattr(self, field.name)) for field in fields(self)}
