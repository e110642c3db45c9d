"""What the log says of each message that was handled."""

import time

from services.classifier.application.handle import Arrived, Outgoing
from services.classifier.application.rarely import Rarely
from shared.runtime.logs import get_logger

log = get_logger(__name__)


def say(arrived: Arrived, outgoing: Outgoing, seconds: float, parked: Rarely) -> None:
    """Log it; `seconds` of work. Of parked messages only so many lines as `parked` lets through."""
    place = f"{arrived.topic}/{arrived.partition}/{arrived.offset}"
    if outgoing.parked and outgoing.dead is not None:
        if many := parked.count(time.monotonic()):
            log.warning("parked for a later worker", messages=many, last=place, reason=outgoing.dead.reason[:300])
    elif outgoing.dead is not None:
        error, reason = outgoing.dead.error, outgoing.dead.reason
        log.warning("dead letter", document_id=outgoing.document_id, place=place, error=error, reason=reason[:300])
    elif outgoing.classified is not None:
        result = outgoing.classified
        log.info(
            "classified",
            document_id=result.document_id,
            revision=result.revision,
            relevant=result.relevant,
            kind=result.kind,
            events=[f"{event.label}/{event.status}" for event in result.events],
            importance=result.importance,
            odd=list(outgoing.odd),
            milliseconds=round(seconds * 1000, 1),
        )
