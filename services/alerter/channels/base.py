"""What every channel offers, beside what application/ports.py asks of it."""

from datetime import datetime
from typing import ClassVar, Protocol, Self, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.alerter.domain.content import Alert
from shared.errors import ConfigError

S = TypeVar("S", bound="ChannelSettings")


class ChannelSettings(BaseSettings):
    """Variables of one channel; every field is described, and no secret has a default."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True)


def from_environment(kind: type[S]) -> S:
    """The settings from the environment. Raises ConfigError naming the variable that is missing or wrong."""
    try:
        return kind()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        described = kind.model_fields[field].description if field in kind.model_fields else None
        wrong = "is not set" if first["type"] == "missing" else first["msg"]
        raise ConfigError(
            f"environment variable {field.upper()}", None, f"{wrong} (a subscription uses this channel)",
            described or "see .env.example",
        ) from error  # fmt: skip


class ChannelKind(Protocol):
    """A channel's class."""

    kind: ClassVar[str]
    settings: ClassVar[type[ChannelSettings]]

    @property
    def can_look_up(self) -> bool:
        """It can be asked whether a message arrived."""

    @classmethod
    def start(cls) -> Self:
        """One made from the environment. Raises ConfigError."""

    @staticmethod
    def check_target(target: str) -> str:
        """What is wrong with a target as a person wrote it; empty when nothing is."""

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Send it; what the channel calls it. Raises TransientError, PermanentError, UnknownOutcome."""

    def look_up(self, target: str, alert: Alert) -> str | None:
        """What the channel calls the message of that delivery key; None when it never arrived."""
