"""Maintenance's environment."""

from pathlib import Path

from pydantic import Field, field_validator

from services.maintenance.domain.retention import Retention
from shared.runtime.settings import ServiceSettings

DEFAULT = Retention()


class MaintenanceSettings(ServiceSettings):
    """What maintenance is told besides what all services are told. Periods are days; docs/privacy.md gives reasons."""

    kafka_bootstrap_servers: str = Field(
        default="",
        description="host:port of the brokers, for dead letters; without it they stay as long as Kafka does",
    )
    prune_articles_days: int = Field(
        default=DEFAULT.articles, ge=30, description="days that documents, classifications and threads are kept"
    )
    prune_deliveries_days: int = Field(
        default=DEFAULT.deliveries, ge=30, description="days that deliveries, digests and ended silences are kept"
    )
    prune_decisions_days: int = Field(
        default=DEFAULT.decisions, ge=7, description="days that the crawler's decisions are kept"
    )
    prune_queue_days: int = Field(
        default=DEFAULT.queue, ge=30, description="days that fetched addresses are kept; more than PRUNE_ARTICLES_DAYS"
    )
    prune_sent_days: int = Field(default=DEFAULT.sent, ge=1, description="days that messages handed to Kafka are kept")
    prune_letters_days: int = Field(
        default=DEFAULT.letters, ge=1, description="days that dead letters handed to Kafka are kept"
    )
    prune_index_days: int = Field(
        default=DEFAULT.index, ge=30, description="days that the neutral index's headlines and polls are kept"
    )
    prune_audit_days: int = Field(
        default=DEFAULT.audit, ge=DEFAULT.audit, description="days that the audit log is kept, 185 at least"
    )
    prune_access_days: int = Field(
        default=DEFAULT.access, ge=1, description="days that revoked and ended keys of the portal are kept"
    )
    prune_visits_days: int = Field(
        default=DEFAULT.visits, ge=30, description="days that a reader's last visit is remembered"
    )
    exports_dir: Path | None = Field(
        default=None, description="folder where exports are kept: files in it that name what is erased are deleted"
    )

    @field_validator("kafka_bootstrap_servers")
    @classmethod
    def _servers(cls, value: str) -> str:
        """Takes the place of the check in ServiceSettings, which wants at least one."""
        return ServiceSettings._servers(value) if value else value

    @property
    def retention(self) -> Retention:
        """The periods."""
        return Retention(
            articles=self.prune_articles_days,
            deliveries=self.prune_deliveries_days,
            decisions=self.prune_decisions_days,
            queue=max(self.prune_queue_days, self.prune_articles_days),
            sent=self.prune_sent_days,
            letters=self.prune_letters_days,
            index=self.prune_index_days,
            audit=self.prune_audit_days,
            access=self.prune_access_days,
            visits=self.prune_visits_days,
        )
