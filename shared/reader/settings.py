"""What the environment says of the language model: nothing, and it is off."""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.errors import ConfigError
from shared.messages.common import Rights

MAINLAND: Final = "mainland"
LOCAL: Final = "local"
"""Regions that need nobody's approval: texts stay in the mainland, or on machines of one's own."""
NOT_SET = "SECOND_READER_URL and SECOND_READER_MODEL are not set"
UNAPPROVED = "texts would leave the mainland, and SECOND_READER_APPROVED_BY names nobody who approved that"
_OPEN: tuple[Rights, ...] = ("link", "excerpt", "full")
"""From the narrowest rights to the widest."""


class ReaderSettings(BaseSettings):
    """The language model is on where address and model are set and its region is approved; the key has no default."""

    model_config = SettingsConfigDict(env_file=None, env_ignore_empty=True, extra="ignore", frozen=True)

    second_reader_url: str | None = Field(
        default=None, description="base address of an OpenAI-compatible endpoint, such as http://127.0.0.1:8000/v1"
    )
    second_reader_key: SecretStr | None = Field(
        default=None, description="its key, printable ASCII without blanks; not set where the endpoint needs none"
    )
    second_reader_model: str | None = Field(default=None, min_length=1, max_length=100, description="the model's name")
    second_reader_region: str | None = Field(
        default=None,
        pattern=r"^[a-z][a-z-]{1,30}$",
        description="where texts go: mainland, local or another name (hk, sg, us); a local address is local if not set",
    )
    second_reader_may_receive: Rights = Field(
        default="full", description="the narrowest rights of documents that it may receive: full, excerpt or link"
    )
    second_reader_approved_by: str | None = Field(
        default=None, max_length=100, description="who approved that texts leave the mainland, by name"
    )
    second_reader_seconds: float = Field(default=8.0, ge=1, le=30, description="seconds for one article")
    second_reader_requests: int = Field(default=500, ge=0, description="requests a day (UTC)")
    second_reader_characters: int = Field(
        default=2_000_000, ge=0, description="characters sent and received a day (UTC)"
    )
    ssl_cert_file: Path | None = Field(
        default=None, description="certificates (PEM) that are believed besides the public ones: a company's own"
    )

    @field_validator("second_reader_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        """Over TLS but to machines of one's own, and without a login in it, which logs would repeat."""
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            raise ValueError("no address") from None  # the library's own words repeat a part of it
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("no address that begins with https:// or http:// and has a host, without ? and #")
        if parts.username is not None or parts.password is not None:
            raise ValueError("a login does not belong into the address but into SECOND_READER_KEY")
        if parts.scheme == "http" and not is_local(parts.hostname):
            raise ValueError("articles and the key would go over the network in the clear; use https://")
        return value.rstrip("/")

    @field_validator("second_reader_key")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[\x21-\x7e]+", value.get_secret_value()):
            raise ValueError("has blanks, line ends or other characters that no header takes")
        return value


def is_local(host: str) -> bool:
    """Whether a host is this machine or an address of a private network; a name is believed to be neither."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, 6.3
        return True
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_link_local or (address.is_private and not address.is_unspecified)


def region_of(settings: ReaderSettings) -> str:
    """Where texts would go: what is declared, or `local` for a local address.

    Raises ConfigError where nothing is declared of another address, or `local` is.
    """
    host, declared = urlsplit(settings.second_reader_url or "").hostname or "", settings.second_reader_region
    variable = "environment variable SECOND_READER_REGION"
    if declared is None and not is_local(host):
        mend = "say where texts go that are sent to SECOND_READER_URL: mainland, or another name"
        raise ConfigError(variable, None, "is not set", mend)
    if declared == LOCAL and not is_local(host):
        mend = "local is for addresses of this machine and of private networks; say where the texts go"
        raise ConfigError(variable, None, "is 'local', and SECOND_READER_URL is no local address", mend)
    return declared or LOCAL  # a gateway on this machine may pass texts on: what is declared goes first


def why_off(settings: ReaderSettings) -> str:
    """Why the language model is off; empty where it is on.

    Raises ConfigError where only one of address and model is set, or the region cannot be told.
    """
    base, model = settings.second_reader_url, settings.second_reader_model
    if not base and not model:
        return NOT_SET
    if not base or not model:
        missing, there = ("MODEL", "URL") if base else ("URL", "MODEL")
        mend = f"set it, or take SECOND_READER_{there} away: the second reader is on where both are set"
        raise ConfigError(f"environment variable SECOND_READER_{missing}", None, "is not set", mend)
    by = settings.second_reader_approved_by
    if region_of(settings) not in {MAINLAND, LOCAL} and not (by and by.strip()):
        return UNAPPROVED
    return ""


def may_receive(rights: Rights, declared: Rights) -> bool:
    """Whether anything of a document of these rights may be sent to a model that may receive `declared` ones."""
    return _OPEN.index(rights) >= _OPEN.index(declared)
