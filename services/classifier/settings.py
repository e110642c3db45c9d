"""What the classifier is told by its environment."""

from pathlib import Path

from pydantic import Field, field_validator

from services.classifier.application.progress import PATIENCE
from shared.runtime.settings import ServiceSettings


class ClassifierSettings(ServiceSettings):
    """Settings of the classifier; it reads and writes Kafka only, so the database's address may be absent."""

    database_url: str = Field(default="", description="not used by the classifier")
    model_dir: Path | None = Field(
        default=None, description="folder of the trained weights; without it those in the package are used"
    )
    consumer_group: str = Field(default="luming.classifier", description="group that shares the documents")
    consumer_instance: str | None = Field(
        default=None,
        description="name of this worker that stays over restarts and that no other worker has: it takes its"
        " partitions back at once after a crash; without it they wait for the session to run out",
    )

    stall_seconds: float = Field(
        default=PATIENCE, gt=0, description="seconds without progress while documents wait, until /healthz answers ill"
    )

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str) -> str:
        """Takes the place of the check in ServiceSettings: what is not used may be anything."""
        return value
