"""What the portal is told by its environment."""

from pathlib import Path

from pydantic import Field

from shared.runtime.settings import ServiceSettings


class PortalSettings(ServiceSettings):
    """Settings of the portal; it reads and writes the database only, so the broker's address may be absent."""

    kafka_bootstrap_servers: str = Field(default="localhost:9092", description="not used by the portal")
    portal_host: str = Field(default="127.0.0.1", description="address of the pages")
    portal_port: int = Field(default=8600, ge=0, le=65535, description="port of the pages; 0 takes a free one")
    portal_names: str = Field(
        default="127.0.0.1,localhost",
        description="names by which browsers may ask for the pages, comma-separated: requests to others are refused",
    )
    index_batch: int = Field(
        default=200,
        ge=1,
        le=5_000,
        description="documents that are indexed in one transaction, each in some milliseconds",
    )
    portal_index: bool = Field(
        default=False,
        description="1: the process of the pages keeps the index in step too, for a single machine",
    )
    portal_link_file: Path | None = Field(
        default=None,
        description="file that the one-time link is written to as well, for its owner alone, for what shows it",
    )
