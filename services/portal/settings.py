"""What the portal is told by its environment."""

from pathlib import Path

from pydantic import Field, SecretStr

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
    portal_address: str = Field(
        default="",
        description="where readers find the pages, such as https://portal.example.com; cookies keep to https with it",
    )
    portal_proxies: str = Field(
        default="", description="networks of proxies before the portal, whose X-Forwarded-For is believed"
    )
    portal_requests: int = Field(
        default=1_200, ge=0, description="requests a minute of one session, key or address; 0: as many as come"
    )
    portal_link: bool = Field(default=True, description="whether a one-time link is printed at the start")
    portal_oidc_issuer: str = Field(default="", description="OIDC provider that signs readers in, by its issuer")
    portal_oidc_client_id: str = Field(default="", description="how that provider knows the portal")
    portal_oidc_client_secret: SecretStr | None = Field(default=None, description="secret of PORTAL_OIDC_CLIENT_ID")
    portal_oidc_role_claim: str = Field(default="", description="claim that gives roles, such as groups")
    portal_oidc_roles: str = Field(default="", description="value=role of that claim, comma-separated")
    portal_oidc_fallback: str = Field(
        default="reader", description="role of whom no value gives one; none: such a person is not let in"
    )
    portal_oidc_team_claim: str = Field(default="", description="claim that gives teams")
    portal_oidc_teams: str = Field(
        default="", description="value=team of that claim, comma-separated; nothing: each value names a team"
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
