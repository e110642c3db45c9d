"""A real broker that speaks TLS, asks for a login by SCRAM-SHA-512 and refuses what deploy/kafka/rights.yaml omits."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
    UserScramCredentialUpsertion,
)
from pydantic import SecretStr

from deploy.local.broker import Broker
from deploy.local.ports import free_ports
from shared.messages.topics import TOPICS
from shared.runtime.kafka import admin_client, ensure_topics
from shared.runtime.kafka_security import Cluster, KafkaSecurity
from tests.integration.crawler_net import Certificates, make_certificates

RIGHTS = Path(__file__).parents[2] / "deploy" / "kafka" / "rights.yaml"
PARTITIONS = 2
STORE = "listener.name.secure.ssl.keystore"
PROPERTIES = f"""
# The local listener stays, for the test's own questions: who comes over it has no name, and may do all.
listeners=CLIENT://127.0.0.1:{{client}},SECURE://127.0.0.1:%(secure)s,CONTROLLER://127.0.0.1:{{controller}}
advertised.listeners=CLIENT://127.0.0.1:{{client}},SECURE://localhost:%(secure)s
listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL
{STORE}.type=PEM
{STORE}.location=%(store)s
listener.name.secure.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.secure.scram-sha-512.sasl.jaas.config=%(jaas)s
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
"""


@dataclass(frozen=True)
class Secured:
    """The broker's secured side, and its open one for the test itself."""

    servers: str
    open: str
    certificates: Certificates
    passwords: Mapping[str, str] = field(repr=False)

    def environment(self, principal: str) -> dict[str, str]:
        """What a program is told that logs in as `principal`."""
        return {
            "KAFKA_BOOTSTRAP_SERVERS": self.servers,
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_USERNAME": principal,
            "KAFKA_SASL_PASSWORD": self.passwords[principal],
            "KAFKA_SSL_CAFILE": str(self.certificates.authority),
        }

    def cluster(self, principal: str, **other: Any) -> Cluster:
        """The same for clients in this process; `other` replaces parts of the security."""
        told: dict[str, Any] = {
            "protocol": "SASL_SSL",
            "username": principal,
            "password": SecretStr(self.passwords[principal]),
            "cafile": self.certificates.authority,
        }
        return Cluster(self.servers, KafkaSecurity(**{**told, **other}))


def read_rights() -> dict[str, Any]:
    """deploy/kafka/rights.yaml."""
    rights: dict[str, Any] = yaml.safe_load(RIGHTS.read_text("utf-8"))
    return rights


def acls(rights: dict[str, Any]) -> Iterator[ACL]:
    """The rights as the broker keeps them."""
    for principal, granted in rights["principals"].items():
        topics = {topic.name: list(rights["every_topic"]) for topic in TOPICS}
        for name, operations in granted.get("topics", {}).items():
            topics[name] += operations
        for kind, resources in ((ResourceType.TOPIC, topics), (ResourceType.GROUP, granted.get("groups", {}))):
            for name, operations in resources.items():
                for operation in operations:
                    what, pattern = ACLOperation[operation.upper()], ResourcePattern(kind, name)
                    yield ACL(f"User:{principal}", "*", what, ACLPermissionType.ALLOW, pattern)


@contextmanager
def secured_broker(folder: Path) -> Iterator[Secured]:
    """Started, with its topics, users and rights. Skips the test where openssl is not here."""
    certificates = make_certificates(folder, "localhost")
    store = folder / "store.pem"
    store.write_bytes(certificates.key.read_bytes() + certificates.chain.read_bytes())
    secure = free_ports(1)[0]
    jaas = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    broker = Broker(folder / "kafka", properties=PROPERTIES % {"secure": secure, "store": store, "jaas": jaas})
    try:
        servers = broker.start()
        ensure_topics(servers, TOPICS, replication=1, partitions=PARTITIONS)
        rights = read_rights()
        passwords = {name: f"password of {name}, 密码" for name in rights["principals"]}
        with admin_client(servers) as admin:
            users = [UserScramCredentialUpsertion(name, "SCRAM-SHA-512", word) for name, word in passwords.items()]
            admin.alter_user_scram_credentials(users)
            told = admin.create_acls(list(acls(rights)))
            assert not told["failed"]
        yield Secured(f"localhost:{secure}", servers, certificates, passwords)
    finally:
        broker.stop()
