"""The cluster that a caller names, with what is needed to reach it: TLS and a login, as the services read them."""

from collections.abc import Mapping

from shared.runtime.kafka_security import Cluster
from shared.runtime.secrets import FOLDER, read_secrets
from shared.runtime.settings import KafkaSettings, load_settings

KAFKA = "KAFKA_BOOTSTRAP_SERVERS"
SECURITY = tuple(name.upper() for name in KafkaSettings.model_fields if name.upper() != KAFKA)
"""The variables that say how connections are secured."""


def given_cluster(environment: Mapping[str, str]) -> Cluster | None:
    """The cluster that `environment` names; None where it names none. Raises ConfigError."""
    told = _told(environment)
    if not told.get(KAFKA):
        return None
    return load_settings(KafkaSettings, **{name.lower(): value for name, value in told.items()}).kafka


def handed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """What a process must be told to reach it too, the addresses aside; nothing for a broker of our own.

    Secrets that stand in files are read: the process need not know where. Raises ConfigError.
    """
    told = _told(environment)
    return {name: told[name] for name in SECURITY if name in told} if told.get(KAFKA) else {}


def without_security(environment: Mapping[str, str]) -> dict[str, str]:
    """The same for a broker of our own, which speaks on loopback alone and asks for nothing."""
    secured = {*SECURITY, *(f"{name}_FILE" for name in SECURITY)}
    return {name: value for name, value in environment.items() if name not in secured}


def _told(environment: Mapping[str, str]) -> dict[str, str]:
    """What is said of Kafka, secrets read from their files."""
    told = {name: value for name, value in environment.items() if name.startswith("KAFKA_") or name == FOLDER}
    read_secrets(told)
    return {name: value for name, value in told.items() if name in {KAFKA, *SECURITY} and value}
