"""What rows of the ledger are to those who send and announce."""

from datetime import UTC

from sqlalchemy import RowMapping

from services.alerter.application.ports import Leased
from services.alerter.domain.content import Alert
from shared.messages import AlertDelivered


def leased_of(row: RowMapping) -> Leased:
    """A delivery as its sender has it."""
    return Leased(
        id=row["id"],
        alert=Alert.model_validate({**row["content"], "first_message": row["first_message"]}),
        channel=row["channel"],
        attempts=row["attempts"],
        age=max(0.0, row["age"]),
        lost=row["before"] != "due",
        repeated=row["repeated_on_the_wire"],
        lost_senders=row["lost_senders"],
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
