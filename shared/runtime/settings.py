"""Settings come from the environment and fail at the start, naming the variable."""

import sys
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.errors import EXIT_CONFIG, ConfigError

S = TypeVar("S", bound="ServiceSettings")


class ServiceSettings(BaseSettings):
    """What all services are told. A service adds its own fields; secrets never have a default."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True)

    kafka_bootstrap_servers: str = Field(description="host:port of the brokers, comma-separated")
    database_url: str = Field(description="postgresql://user@host:port/name")
    config_dir: Path = Field(default=Path("config"), description="folder of watchlist.yaml and its siblings")
    http_host: str = Field(default="127.0.0.1", description="address of /metrics, /healthz and /readyz")
    http_port: int = Field(default=0, ge=0, le=65535, description="port of /metrics; 0 takes a free one and logs it")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="lowest level logged")
    topic_replication: int = Field(default=3, ge=1, description="replicas of a topic that is made here")
    topic_partitions: int | None = Field(default=None, ge=1, description="partitions instead of the topic's own number")


def load_settings(kind: type[S]) -> S:
    """The settings from the environment. Raises ConfigError naming the first variable that is missing or wrong."""
    try:
        return kind()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = str(first["loc"][0])
        described = kind.model_fields[field].description if field in kind.model_fields else None
        missing = first["type"] == "missing"
        wrong = "is not set" if missing else f"is {first['input']!r}: {first['msg']}"
        raise ConfigError(
            f"environment variable {field.upper()}", None, wrong, described or "see .env.example"
        ) from error


def exit_on_config_error(error: ConfigError) -> None:
    """Say what is wrong and how to mend it, and leave with the exit code of a wrong configuration."""
    sys.stderr.write(f"{error}\n")
    raise SystemExit(EXIT_CONFIG)
