"""What the variables of a manifest may say, each by its name; what no setting's type would refuse stands here too."""

import re
from collections.abc import Callable, Mapping
from typing import get_args

from deploy.k8s.account import PORTS
from shared.runtime.kafka_security import Mechanism, Protocol
from tests.contract.declared_names import Names
from tests.contract.value_formats import absolute, address, among, networks, number, port, shaped

Judge = Callable[[str, Names], bool]

SSLMODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""postgresql.org/docs/current/libpq-ssl.html."""
_SITE = re.compile(r"(?:http://)?([^/:]+):(9100)")


def _plain(check: Callable[[str], bool]) -> Judge:
    return lambda text, names: check(text)


def _file(text: str, names: Names) -> bool:
    return text in names.files


def _below_a_mount(text: str, names: Names) -> bool:
    return absolute(text) and any(text.startswith(f"{folder}/") for folder in names.folders)


def _brokers(text: str, names: Names) -> bool:
    return text in {f"{kafka}-kafka-bootstrap:9093" for kafka in names.of_kind.get("Kafka", ())}


def _service_with_port(text: str, names: Names) -> bool:
    found = _SITE.fullmatch(text)
    return found is not None and found[1] in names.hosts


def _newsstand(outlet: str) -> Judge:
    return _plain(among(f"http://127.0.0.1:{PORTS[outlet]}"))


WORDS: Mapping[str, Judge] = {
    "ALLOW_ADDRESSES": _service_with_port,
    "ALLOW_LOOPBACK": _plain(among("0", "1")),
    "ATTEMPTS_DIR": _below_a_mount,
    "CANARY_BASE": lambda text, names: text.startswith("http://") and _service_with_port(text, names),
    "CANARY_CHANNEL": _plain(shaped(r"(slack:#|email:|console).*")),
    "CONFIG_DIR": _plain(among("/app/config")),  # where deploy/images/Dockerfile puts it
    "CONSOLE_FILE": _below_a_mount,
    "CRAWLER_CONTACT": _plain(shaped(r"\S+@\S+\.\S+")),
    "DATABASE_URL_FILE": _file,
    "HTTP_HOST": _plain(address),
    "HTTP_PORT": _plain(port),
    "KAFKA_BOOTSTRAP_SERVERS": _brokers,
    "KAFKA_SASL_MECHANISM": _plain(among(*get_args(Mechanism))),
    "KAFKA_SASL_PASSWORD_FILE": _file,
    "KAFKA_SASL_USERNAME": lambda text, names: names.has("KafkaUser", text),
    "KAFKA_SECURITY_PROTOCOL": _plain(among(*get_args(Protocol))),
    "KAFKA_SSL_CAFILE": _file,
    "LOG_LEVEL": _plain(among("DEBUG", "INFO", "WARNING", "ERROR")),
    "MPLCONFIGDIR": _below_a_mount,
    "NEWSSTAND_API": _newsstand("api"),
    "NEWSSTAND_ATOM": _newsstand("atom"),
    "NEWSSTAND_LISTING": _newsstand("listing"),
    "NEWSSTAND_RSS": _newsstand("rss"),
    "NEWSSTAND_SITEMAP": _newsstand("sitemap"),
    "PGSSLMODE": _plain(among(*SSLMODES)),
    "PGSSLROOTCERT": _file,
    "PORTAL_ADDRESS": _plain(shaped(r"https://[\w.-]+(:\d+)?")),
    "PORTAL_HOST": _plain(address),
    "PORTAL_LINK": _plain(among("0", "1")),
    "PORTAL_NAMES": lambda text, names: set(text.split(",")) <= names.hosts,
    "PORTAL_PORT": _plain(port),
    "PORTAL_PROXIES": _plain(networks),
    "SECRETS_DIR": lambda text, names: text in names.folders,
    "SLACK_API_URL": _plain(shaped(r"http://127\.0\.0\.1:20011/api/")),
    "SMTP_FROM": _plain(shaped(r"\S+@\S+\.\S+")),
    "SMTP_HOST": _plain(address),
    "SMTP_PORT": _plain(port),
    "SMTP_STARTTLS": _plain(among("0", "1")),
    "SOURCES_FILE": _file,
    "SOURCES_OVERLAY": _file,
    "SUBSCRIPTIONS_FILE": _file,
    "TOPIC_REPLICATION": _plain(number),
    # Of config maps that hold no variables.
    "sources.yaml": lambda text, names: bool(text),
    "username": lambda text, names: names.has("KafkaUser", text),
}


def judged(variable: str, text: str, names: Names) -> bool:
    """Whether the variable may say so; one that is not in the table may say nothing."""
    judge = WORDS.get(variable)
    return judge is not None and judge(text, names)
