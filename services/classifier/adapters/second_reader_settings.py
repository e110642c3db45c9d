"""What the environment says of the second reader: nothing, and it is off."""

import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from shared.errors import ConfigError
from shared.messages.common import Rights
from shared.runtime.settings import ServiceSettings

MAINLAND, LOCAL = "mainland", "local"
"""Regions that need nobody's approval: texts stay in the mainland, or on machines of one's own."""


class SecondReaderSettings(ServiceSettings):
    """The second reader is on where address and model are set and its region is approved."""

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
    second_reader_unsure_from: float = Field(
        default=0.3, ge=0, le=1, description="lowest probability at which the first reader counts as unsure"
    )
    second_reader_unsure_to: float = Field(
        default=0.6, ge=0, le=1, description="highest probability at which the first reader counts as unsure"
    )
    second_reader_seconds: float = Field(
        default=8.0, ge=1, le=30, description="seconds for one article, a second try included"
    )
    second_reader_requests: int = Field(default=500, ge=0, description="requests a day (UTC)")
    second_reader_characters: int = Field(
        default=2_000_000, ge=0, description="characters sent and received a day (UTC)"
    )
    ssl_cert_file: Path | None = Field(
        default=None, description="certificates (PEM) that are believed besides the public ones: a company's own"
    )
    second_reader_gist: bool = Field(
        default=False, description="1: it also writes an English gist of every relevant Chinese article"
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


def region_of(settings: SecondReaderSettings) -> str:
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
