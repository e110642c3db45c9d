"""What every channel offers, beside what application/ports.py asks of it."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Protocol, Self, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive, Region
from services.alerter.domain.pace import Pace
from shared.errors import ConfigError, PermanentError

S = TypeVar("S", bound="ChannelSettings")


class ChannelSettings(BaseSettings):
    """Variables of one channel; every field is described, and no secret has a default."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True)


def from_environment(kind: type[S], prefix: str = "") -> S:
    """The settings from the environment. Raises ConfigError naming the variable that is missing or wrong.

    With `prefix` the variables begin so: a channel with several targets has its variables once for each.
    """
    make: Callable[..., S] = kind
    try:
        return make(_env_prefix=prefix)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        described = kind.model_fields[field].description if field in kind.model_fields else None
        wrong = "is not set" if first["type"] == "missing" else first["msg"]
        raise ConfigError(
            f"environment variable {prefix}{field.upper()}", None, f"{wrong} (a subscription uses this channel)",
            described or "see .env.example",
        ) from None  # fmt: skip  # the cause holds what was given, which may be a secret


class ChannelKind(Protocol):
    """A channel's class."""

    kind: ClassVar[str]
    settings: ClassVar[type[ChannelSettings]]
    """Variables of the channel as a whole."""
    target_settings: ClassVar[type[ChannelSettings] | None]
    """Variables of each target, whose names begin with channel and target; None where a target has none."""
    region: ClassVar[Region]
    """Where its receivers stand."""
    limits: ClassVar[str]
    """What one message may hold, in a few words, for people."""
    can_refresh: ClassVar[bool]
    """A message that was sent can be changed."""

    @property
    def may_receive(self) -> MayReceive:
        """What it may be given."""

    @property
    def pace(self) -> Pace | None:
        """How fast a target of it takes messages; None where the service names no fixed number."""

    @property
    def can_look_up(self) -> bool:
        """It can be asked whether a message arrived."""

    @classmethod
    def start(cls) -> Self:
        """One made from the environment. Raises ConfigError."""

    @staticmethod
    def check_target(target: str) -> str:
        """What is wrong with a target as a person wrote it; empty when nothing is."""

    def check_ready(self, target: str) -> None:
        """Raises ConfigError naming the variable that `target` still needs."""

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Send it; what the channel calls it. Raises TransientError, PermanentError, UnknownOutcome."""

    def look_up(self, target: str, alert: Alert) -> str | None:
        """What the channel calls the message of that delivery key; None when it never arrived."""

    def refresh(self, target: str, reference: str, alert: Alert, now: datetime) -> None:
        """Change the message that it calls `reference` to `alert`; the same again changes nothing."""


class CannotBeAsked:
    """A channel that can neither be asked whether a message arrived nor change one."""

    can_look_up = False
    can_refresh = False
    tells_hand_over: ClassVar[bool] = False
    """It calls `handing_over` before anybody can have got the message."""

    def look_up(self, target: str, alert: Alert) -> str | None:
        """Nobody can say. Raises PermanentError."""
        raise PermanentError("this channel cannot be asked whether a message arrived")

    def refresh(self, target: str, reference: str, alert: Alert, now: datetime) -> None:
        """Nobody can change it. Raises PermanentError."""
        raise PermanentError("this channel cannot change a message")
