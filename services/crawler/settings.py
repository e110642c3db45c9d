"""The crawler's environment."""

from pathlib import Path

from pydantic import Field

from shared.runtime.settings import ServiceSettings


class CrawlerSettings(ServiceSettings):
    """What the crawler is told besides what all services are told."""

    sources_file: Path | None = Field(default=None, description="the sources; CONFIG_DIR/sources.yaml if not set")
    sources_overlay: Path | None = Field(
        default=None, description="a second file of sources, which tunes the first: for production, or for one machine"
    )
    crawler_contact: str = Field(
        min_length=3, description="an address or mailbox that site owners can write to: it stands in the User-Agent"
    )
    crawler_instance: str | None = Field(
        default=None,
        pattern="^[A-Za-z0-9_.-]{1,60}$",
        description="name of this crawler that stays over restarts and that no other one has: what it had in work when"
        " it died goes on at once; without it that waits for its lease to run out, 30 seconds",
    )
    allow_loopback: bool = Field(default=False, description="1 lets requests go to this machine, for the demo alone")

    @property
    def sources(self) -> Path:
        """The file of sources."""
        return self.sources_file or self.config_dir / "sources.yaml"
