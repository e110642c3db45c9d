"""How clients prove who they are to Kafka, and how they know the broker: TLS and SASL, by settings.

A `Cluster` stands wherever a list of servers does. Neither it nor an error of it repeats the password.
"""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

from shared.errors import ConfigError

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
"""As Kafka's own clients name them (kafka.apache.org, security.protocol)."""
Mechanism = Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]
"""Ways to log in by name and password (kafka.apache.org, sasl.mechanism)."""


@dataclass(frozen=True)
class KafkaSecurity:
    """What a connection is secured with. Without anything it is neither encrypted nor logged in."""

    protocol: Protocol = "PLAINTEXT"
    mechanism: Mechanism = "SCRAM-SHA-512"
    username: str = ""
    password: SecretStr = field(default_factory=lambda: SecretStr(""))
    cafile: Path | None = None
    """Certificates (PEM) of those who may sign the brokers'; without it those that the machine trusts."""
    certfile: Path | None = None
    keyfile: Path | None = None
    """Certificate and key (PEM) of this client, where the brokers ask for one."""

    @property
    def encrypted(self) -> bool:
        """Whether TLS is spoken."""
        return self.protocol in ("SSL", "SASL_SSL")

    @property
    def logs_in(self) -> bool:
        """Whether a name and a password are given."""
        return self.protocol in ("SASL_PLAINTEXT", "SASL_SSL")

    def context(self) -> ssl.SSLContext | None:
        """TLS that checks the broker's certificate and its name; None where none is spoken.

        Raises ConfigError naming the file that cannot be used.
        """
        if not self.encrypted:
            return None
        try:
            context = ssl.create_default_context(cafile=str(self.cafile) if self.cafile else None)
        except (OSError, ssl.SSLError) as error:
            raise _unusable("KAFKA_SSL_CAFILE", error) from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.certfile is not None:
            try:
                context.load_cert_chain(self.certfile, self.keyfile)
            except (OSError, ssl.SSLError) as error:
                raise _unusable("KAFKA_SSL_CERTFILE or KAFKA_SSL_KEYFILE", error) from error
        return context

    def options(self) -> dict[str, Any]:
        """The same as keywords of kafka-python's and aiokafka's clients. Raises ConfigError."""
        told: dict[str, Any] = {"security_protocol": self.protocol}
        if (context := self.context()) is not None:
            told["ssl_context"] = context
        if self.logs_in:
            told |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password.get_secret_value(),
            }
        return told


@dataclass(frozen=True)
class Cluster:
    """The brokers (host:port, comma-separated) and how they are spoken to."""

    servers: str
    security: KafkaSecurity = KafkaSecurity()

    @property
    def hosts(self) -> list[str]:
        """Each broker's host:port."""
        return [server.strip() for server in self.servers.split(",")]

    def options(self) -> dict[str, Any]:
        """Keywords of a client that reaches them. Raises ConfigError."""
        return {"bootstrap_servers": self.hosts, **self.security.options()}

    def __str__(self) -> str:
        return self.servers


Brokers = Cluster | str
"""A cluster, or the plain servers of one that asks for nothing."""


def cluster_of(brokers: Brokers) -> Cluster:
    """The same, whichever it was."""
    return brokers if isinstance(brokers, Cluster) else Cluster(brokers)


def _unusable(variable: str, error: Exception) -> ConfigError:
    return ConfigError(f"environment variable {variable}", None, f"names no usable PEM file: {error}", "see README.md")
