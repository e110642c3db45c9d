"""How long an alert took, stage by stage, in seconds. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from deploy.local.ledger import Ledger
from deploy.local.receivers.record import Received

STAGES = (
    "release_to_listed",
    "listed_to_fetched",
    "fetched_to_sent",
    "sent_to_classified",
    "classified_to_decided",
    "decided_to_delivered",
)
"""The first is the polling interval's share: a source can be seen no earlier than it is asked."""
PERCENTILES = (50, 95, 99)

Document = tuple[str, int]
"""document_id and revision."""
Figures = dict[str, float | None]
"""p50, p95 and p99 in seconds; None where nothing was measured."""


@dataclass(frozen=True)
class Way:
    """When one page, or revision of it, passed each station up to its first alert."""

    released: datetime | None
    listed: datetime
    fetched: datetime | None
    sent: datetime | None
    classified: datetime | None
    decided: datetime
    delivered: datetime

    @property
    def latency(self) -> float:
        """From the poll that saw the page to its first alert."""
        return (self.delivered - self.listed).total_seconds()

    def stages(self) -> dict[str, float]:
        """Seconds by stage, as far as both ends are known."""
        stations = (self.released, self.listed, self.fetched, self.sent, self.classified, self.decided, self.delivered)
        return {
            stage: (end - begin).total_seconds()
            for stage, begin, end in zip(STAGES, stations, stations[1:], strict=False)
            if begin is not None and end is not None
        }


def ways(
    ledger: Ledger, received: Sequence[Received], released: Mapping[Document, datetime | None]
) -> dict[Document, Way]:
    """One a page that was told of. `released`: when each was put out."""
    passed = {(one.document_id, one.revision): one.times for one in ledger.classified}
    told = {one.key: one for one in ledger.told}
    first: dict[Document, tuple[datetime, datetime]] = {}
    for message in received:
        if message.delivery_key in told:
            row = told[message.delivery_key]
            document = (row.document_id, row.revision)
            if document not in first or message.received < first[document][1]:
                first[document] = (row.decided, message.received)
    found = {}
    for document, (decided, delivered) in first.items():
        if document in passed:
            times = passed[document]
            listed, fetched, sent = times.first_seen, times.fetched, times.sent
            found[document] = Way(released.get(document), listed, fetched, sent, times.classified, decided, delivered)
    return found


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The smallest value that at least `percent` of all do not exceed (nearest rank); None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)] if ordered else None


def figures(values: Sequence[float]) -> Figures:
    """The percentiles of some seconds, to the millisecond."""
    found = {f"p{percent}": percentile(values, percent) for percent in PERCENTILES}
    return {name: None if value is None else round(value, 3) for name, value in found.items()}


def stage_figures(all_ways: Iterable[Way]) -> dict[str, Figures]:
    """The percentiles of each stage."""
    stages = [way.stages() for way in all_ways]
    return {name: figures([one[name] for one in stages if name in one]) for name in STAGES}
