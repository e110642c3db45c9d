"""What the classifier is told by its environment."""

from pathlib import Path

from pydantic import Field, field_validator

from services.classifier.adapters.second_reader_settings import SecondReaderSettings
from services.classifier.application.progress import PATIENCE


class ClassifierSettings(SecondReaderSettings):
    """Settings of the classifier; it reads and writes Kafka only, so the database's address may be absent."""

    database_url: str = Field(default="", description="not used by the classifier")
    model_dir: Path | None = Field(
        default=None, description="folder of the trained weights; without it those in the package are used"
    )
    encoder: bool = Field(
        default=True, description="1: a small language model reads what the rules find relevant; 0: the rules alone"
    )
    consumer_group: str = Field(default="luming.classifier", description="group that shares the documents")
    consumer_instance: str | None = Field(
        default=None,
        description="name of this worker that stays over restarts and that no other worker has: it takes its"
        " partitions back at once after a crash; without it they wait for the session to run out",
    )

    attempts_dir: Path | None = Field(
        default=None,
        description="folder that stays over restarts: a document that ended the process three times becomes a dead"
        " letter; without it such a document is read again after each restart",
    )
    stall_seconds: float = Field(
        default=PATIENCE, gt=0, description="seconds without progress while documents wait, until /healthz answers ill"
    )

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str) -> str:
        """Takes the place of the check in ServiceSettings: what is not used may be anything."""
        return value
