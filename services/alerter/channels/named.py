"""Targets that are names: the address of a webhook is a secret, so a subscription names it and a variable holds it.

`dingtalk: ops` is sent to the address in DINGTALK_OPS_URL, signed with DINGTALK_OPS_SECRET.
"""

import re
from abc import ABC, abstractmethod
from typing import ClassVar, Generic, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from services.alerter.channels.base import CannotBeAsked, ChannelSettings, from_environment
from services.alerter.channels.http import Poster
from shared.errors import ConfigError, TransientError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
S = TypeVar("S", bound=ChannelSettings)


class NoSettings(ChannelSettings):
    """A channel without variables of its own: each of its targets has some."""


class WebhookTarget(ChannelSettings):
    """Variables of one target."""

    url: SecretStr = Field(description="the webhook's whole address, which is a secret")

    @field_validator("url")
    @classmethod
    def _an_address(cls, url: SecretStr) -> SecretStr:
        return checked(url)


class SignedTarget(WebhookTarget):
    """Variables of one target whose messages are signed."""

    secret: SecretStr = Field(min_length=1, description="the secret that its messages are signed with")


def checked(url: SecretStr) -> SecretStr:
    """The address, over TLS unless it leads to this machine. Raises ValueError, which does not repeat it."""
    try:
        parts = urlsplit(url.get_secret_value().strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("https", "http"):
        raise ValueError("is no web address")
    if parts.scheme == "http" and host not in _LOCAL:
        raise ValueError("would send a secret in the clear: it must begin with https://")
    return SecretStr(url.get_secret_value().strip())


def prefix_of(kind: str, name: str) -> str:
    """How the variables of that target begin: `DINGTALK_OPS_`."""
    return f"{kind}_{name}_".upper()


class Named(CannotBeAsked, ABC, Generic[S]):
    """A channel whose targets are names; S are the variables of one."""

    kind: ClassVar[str]
    settings: ClassVar[type[ChannelSettings]] = NoSettings
    target_settings: ClassVar[type[ChannelSettings] | None]
    tells_hand_over: ClassVar[bool] = True

    def __init__(self, poster: Poster | None = None) -> None:
        self._poster = poster or Poster()
        self._targets: dict[str, S] = {}

    @classmethod
    def start(cls) -> Self:
        """Nothing is needed before a target is named."""
        return cls()

    @staticmethod
    def check_target(target: str) -> str:
        """A name, never an address."""
        if "//" in target:
            return "a webhook's address is a secret: write a name, and the address into the variable of that name"
        return "" if _NAME.fullmatch(target) else f"{target!r} is no name: write small letters, digits and _"

    def check_ready(self, target: str) -> None:
        """Its variables are set. Raises ConfigError."""
        self._target(target)

    def _target(self, name: str) -> S:
        if name not in self._targets:
            self._targets[name] = self._read(name)
        return self._targets[name]

    @abstractmethod
    def _read(self, name: str) -> S:
        """The variables of one target. Raises ConfigError naming the one that is missing or wrong."""

    def _ready(self, name: str) -> S:
        """The variables when it is sent. Raises TransientError: a person can set them and start anew within the day."""
        try:
            return self._target(name)
        except ConfigError as error:
            raise TransientError(str(error)) from error


def read_target(kind: str, name: str, settings: type[S]) -> S:
    """The variables of one target. Raises ConfigError naming the one that is missing or wrong."""
    return from_environment(settings, prefix_of(kind, name))
