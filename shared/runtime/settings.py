"""Settings come from the environment and fail at the start, naming the variable."""

import re
import sys
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.errors import EXIT_CONFIG, ConfigError
from shared.runtime.kafka_security import Cluster, KafkaSecurity, Mechanism, Protocol
from shared.runtime.secrets import SECRET as UNTOLD

S = TypeVar("S", bound=BaseSettings)

SERVER = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s,:/]+):\d{1,5}")
"""host:port of a broker; an IPv6 address stands in brackets."""


class KafkaSettings(BaseSettings):
    """Where Kafka is and how connections to it are secured.

    A variable that is set to nothing counts as not set.
    """

    model_config = SettingsConfigDict(env_file=None, env_ignore_empty=True, extra="ignore", frozen=True)

    kafka_bootstrap_servers: str = Field(description="host:port of the brokers, comma-separated")
    kafka_security_protocol: Protocol = Field(
        default="PLAINTEXT",
        description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL: encrypted or not, with a login or not",
    )
    kafka_sasl_mechanism: Mechanism = Field(
        default="SCRAM-SHA-512", description="how a login is proven: SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN"
    )
    kafka_sasl_username: str | None = Field(default=None, description="name that this program logs in by")
    kafka_sasl_password: SecretStr | None = Field(default=None, description="password of KAFKA_SASL_USERNAME")
    kafka_ssl_cafile: Path | None = Field(
        default=None,
        description="certificates (PEM) of those who sign the brokers'; without it those the machine trusts",
    )
    kafka_ssl_certfile: Path | None = Field(default=None, description="this client's certificate (PEM), if asked for")
    kafka_ssl_keyfile: Path | None = Field(default=None, description="the key (PEM) of KAFKA_SSL_CERTFILE")

    @field_validator("kafka_bootstrap_servers")
    @classmethod
    def _servers(cls, value: str) -> str:
        servers = [server.strip() for server in value.split(",")]
        if not all(SERVER.fullmatch(server) for server in servers):
            raise ValueError("no list of host:port")
        return ",".join(servers)

    @property
    def kafka(self) -> Cluster:
        """The brokers and how they are spoken to. Raises ConfigError for half a login, and for one in the clear."""
        protocol, name, password = self.kafka_security_protocol, self.kafka_sasl_username, self.kafka_sasl_password
        if protocol.startswith("SASL") and not (name and password):
            missing = "KAFKA_SASL_PASSWORD" if name else "KAFKA_SASL_USERNAME"
            raise ConfigError(f"environment variable {missing}", None, f"is not set, and {protocol} needs it", "set it")
        if protocol == "SASL_PLAINTEXT" and self.kafka_sasl_mechanism == "PLAIN":
            right = "SASL_SSL, or SCRAM-SHA-512"
            raise ConfigError(
                "environment variable KAFKA_SECURITY_PROTOCOL", None, "would send a password in the clear", right
            )
        if name and not protocol.startswith("SASL"):
            wrong = f"is {protocol}, and KAFKA_SASL_USERNAME would not be used"
            raise ConfigError("environment variable KAFKA_SECURITY_PROTOCOL", None, wrong, "SASL_SSL")
        security = KafkaSecurity(
            protocol,
            self.kafka_sasl_mechanism,
            name or "",
            password or SecretStr(""),
            self.kafka_ssl_cafile,
            self.kafka_ssl_certfile,
            self.kafka_ssl_keyfile,
        )
        return Cluster(self.kafka_bootstrap_servers, security)


class ServiceSettings(KafkaSettings):
    """What all services are told. A service adds its own fields; secrets never have a default."""

    database_url: str = Field(description="postgresql://user@host:port/name")
    config_dir: Path = Field(default=Path("config"), description="folder of watchlist.yaml and its siblings")
    http_host: str = Field(default="127.0.0.1", description="address of /metrics, /healthz and /readyz")
    http_port: int = Field(default=0, ge=0, le=65535, description="port of /metrics; 0 takes a free one and logs it")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="lowest level logged")
    topic_replication: int = Field(default=3, ge=1, description="replicas of a topic that is made here")
    topic_partitions: int | None = Field(default=None, ge=1, description="partitions instead of the topic's own number")
    build_revision: str = Field(default="", description="revision that the image was built from, for luming_build_info")
    data_dir: Path | None = Field(
        default=None, description="folder of broker and database on this machine, whose free room is then a metric"
    )

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str) -> str:
        if not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("no address of a PostgreSQL database")
        return value


def load_settings(kind: type[S], **given: Any) -> S:
    """The settings from the environment; those that are `given`, by their fields' names, come before it.

    Raises ConfigError naming the variables missing, or the first wrong one, also where a file of certificates cannot
    be used.
    """
    try:
        made = kind(**given)
    except ValidationError as error:
        raise _named(kind, error.errors(include_url=False)) from None  # pydantic's own text would repeat secrets
    if isinstance(made, KafkaSettings):
        made.kafka.security.context()
    return made


def _named(kind: type[BaseSettings], errors: list[Any]) -> ConfigError:
    """The error in words; of a variable that may hold a secret the value is not told."""
    first = errors[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    described = kind.model_fields[field].description if field in kind.model_fields else None
    variable = field.upper()
    if first["type"] == "missing":
        others = [str(each["loc"][0]).upper() for each in errors[1:] if each["type"] == "missing" and each["loc"]]
        wrong = "is not set" + (f" (nor are {', '.join(others)})" if others else "")
    elif not variable:
        return ConfigError("the environment", None, first["msg"], "see .env.example")
    elif UNTOLD.search(variable) or isinstance(first["input"], SecretStr):
        wrong = f"cannot be used: {first['msg']}"
    else:
        wrong = f"is {first['input']!r}: {first['msg']}"
    return ConfigError(f"environment variable {variable}", None, wrong, described or "see .env.example")


def exit_on_config_error(error: ConfigError) -> None:
    """Say what is wrong and how to mend it, and leave with the exit code of a wrong configuration."""
    sys.stderr.write(f"{error}\n")
    raise SystemExit(EXIT_CONFIG)
