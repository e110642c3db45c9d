"""What the alerter is told by its environment; each channel's variables stand in its own file."""

import socket
from pathlib import Path

from pydantic import Field

from shared.reader.settings import ReaderSettings
from shared.runtime.settings import ServiceSettings


class AlerterSettings(ReaderSettings, ServiceSettings):
    """Settings of the alerter, and of the second reader that answers conditions in plain words."""

    subscriptions_file: Path | None = Field(
        default=None, description="who is told of what, where; without it CONFIG_DIR/subscriptions.yaml"
    )
    consumer_group: str = Field(
        default="luming.alerter", min_length=1, description="group that shares the classified documents"
    )
    consumer_instance: str | None = Field(
        default=None,
        min_length=1,
        description="name of this alerter that stays over restarts and that no other one has: it takes its partitions"
        " and what it left on the wire back at once after a crash; without it both wait some seconds",
    )

    canary_channel: str = Field(
        default="",
        description="test channel that the hourly canary is told to, such as slack:#luming-canary; no subscription may"
        " use it",
    )

    @property
    def subscriptions(self) -> Path:
        """The file that is read."""
        return self.subscriptions_file or self.config_dir / "subscriptions.yaml"

    @property
    def identity(self) -> str:
        """Name among the senders that share the ledger."""
        return self.consumer_instance or socket.gethostname()
