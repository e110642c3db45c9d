"""The crawler's environment."""

from pathlib import Path

from pydantic import Field, field_validator

from services.crawler.domain.addresses import Opened, read_opened
from services.crawler.domain.routes import Routes, read_proxy, read_routes
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
        " it died goes on at once; without it that waits for its lease to run out, 20 seconds",
    )
    allow_loopback: bool = Field(default=False, description="1 lets requests go to this machine, for the demo alone")
    allow_addresses: str = Field(
        default="",
        description="private addresses that sources may stand at: networks and host:port, comma-separated, such as"
        " 10.1.0.0/16,rsshub.intern:1200",
    )
    https_proxy: str = Field(default="", description="proxy for https addresses, such as http://proxy.example:3128")
    http_proxy: str = Field(default="", description="proxy for http addresses, such as http://proxy.example:3128")
    no_proxy: str = Field(default="", description="hosts, domains and networks that are asked without the proxy")
    ssl_cert_file: Path | None = Field(
        default=None, description="certificates (PEM) that are believed besides the public ones: a company's own"
    )
    crawler_chromium: Path | None = Field(
        default=None,
        description="the Chromium that renders pages of sources with fetch: browser; Playwright's own if not set",
    )

    @field_validator("allow_addresses")
    @classmethod
    def _readable_addresses(cls, value: str) -> str:
        read_opened(value)
        return value

    @field_validator("https_proxy", "http_proxy")
    @classmethod
    def _readable_proxy(cls, value: str) -> str:
        read_proxy(value)
        return value

    @property
    def opened(self) -> Opened:
        """What requests may reach besides the public internet."""
        return read_opened(self.allow_addresses, self.allow_loopback)

    @property
    def routes(self) -> Routes:
        """The proxies."""
        return read_routes(self.https_proxy, self.http_proxy, self.no_proxy)

    @property
    def sources(self) -> Path:
        """The file of sources."""
        return self.sources_file or self.config_dir / "sources.yaml"
