"""What rows of the ledger are to those who send and announce."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import RowMapping

from services.alerter.application.ports import Leased
from services.alerter.domain.content import Alert
from shared.messages import AlertDelivered


def leased_of(row: Sequence[Any]) -> Leased:
    """A delivery as its sender has it, from what the look for one gives of it, in that order."""
    number, channel, content, attempts, repeated, lost_senders, before, age, first_message = row
    return Leased(
        id=number,
        alert=Alert.model_validate({**content, "first_message": first_message}),
        channel=channel,
        attempts=attempts,
        age=max(0.0, age),
        lost=before != "due",
        repeated=repeated,
        lost_senders=lost_senders,
    )


def announcement_of(row: RowMapping) -> AlertDelivered:
    """What Kafka is told of a delivered alert."""
    alert = Alert.model_validate(row["content"])
    delivered = row["delivered"].astimezone(UTC)
    return AlertDelivered(
        delivery_key=alert.delivery_key,
        thread_id=alert.thread_id,
        fact_version=alert.fact_version,
        document_id=alert.document_id,
        revision=alert.revision,
        subscription=alert.subscription,
        channel=row["channel"],
        kind=alert.kind,
        labels=alert.labels,
        importance=alert.importance,
        times=alert.times.model_copy(update={"delivered": delivered}),
    )
