"""What the portal is told by its environment."""

from pydantic import Field

from shared.runtime.settings import ServiceSettings


class PortalSettings(ServiceSettings):
    """Settings of the portal; it reads and writes the database only, so the broker's address may be absent."""

    kafka_bootstrap_servers: str = Field(default="localhost:9092", description="not used by the portal")
    index_batch: int = Field(
        default=200,
        ge=1,
        le=5_000,
        description="documents that are indexed in one transaction, each in some milliseconds",
    )
