"""Kafka over TLS with a login: what a person sets is enough, and what is wrong is refused."""

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.crawler.adapters.kafka import KafkaSender
from shared.errors import ConfigError, LumingError
from shared.messages.codec import encode
from shared.messages.topics import CLASSIFIED, DOCUMENTS
from shared.runtime.kafka import admin_client, wait_for_broker
from shared.runtime.kafka_security import Cluster
from shared.runtime.settings import KafkaSettings, load_settings
from tests.integration.classifier_rig import Reader, document, ids
from tests.integration.crawler_net import make_certificates
from tests.integration.secured_broker import PARTITIONS, Secured, secured_broker

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(400),
    # kafka-python 3.0.12 leaves a socket whose handshake failed to the garbage collector (net/manager.py).
    pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning"),
]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured_broker(tmp_path_factory.mktemp("secured")) as made:
        yield made
    gc.collect()


def refused(cluster: Cluster) -> bool:
    try:
        with admin_client(cluster, timeout=4.0) as admin:
            admin.list_topics()
    except LumingError:
        return True
    return False


def test_what_the_environment_says_is_enough(secured: Secured, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in secured.environment("crawler").items():
        monkeypatch.setenv(name, value)
    cluster = load_settings(KafkaSettings).kafka
    assert wait_for_broker(cluster, threading.Event())
    with admin_client(cluster) as admin:
        assert DOCUMENTS.name in admin.list_topics()
    assert secured.passwords["crawler"] not in f"{cluster!r} {cluster} {cluster.security!r}"


def test_a_wrong_password_an_unknown_name_and_the_open_way_are_refused(secured: Secured) -> None:
    right = secured.cluster("crawler")
    assert not refused(right)
    assert refused(secured.cluster("crawler", password=SecretStr("another")))
    assert refused(secured.cluster("crawler", username="nobody"))
    assert refused(Cluster(secured.servers))


def test_a_broker_that_another_authority_signed_is_refused(secured: Secured, tmp_path: Path) -> None:
    other = make_certificates(tmp_path, "localhost")
    assert refused(secured.cluster("crawler", cafile=other.authority))
    assert refused(secured.cluster("crawler", cafile=None))


def test_a_certificate_for_another_name_is_refused(secured: Secured) -> None:
    by_number = secured.servers.replace("localhost", "127.0.0.1")
    assert refused(replace(secured.cluster("crawler"), servers=by_number))


def test_a_file_of_certificates_that_holds_none_ends_the_start(
    secured: Secured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "empty.pem").write_text("")
    for name, value in secured.environment("crawler").items():
        monkeypatch.setenv(name, value)
    for path in (tmp_path / "empty.pem", tmp_path / "absent.pem"):
        monkeypatch.setenv("KAFKA_SSL_CAFILE", str(path))
        with pytest.raises(ConfigError, match="KAFKA_SSL_CAFILE"):
            load_settings(KafkaSettings)


def test_a_document_passes_from_the_crawlers_client_through_faust(
    secured: Secured, project_root: Path, tmp_path: Path
) -> None:
    sender = KafkaSender(secured.cluster("crawler"), "crawler")
    assert sender.send([(DOCUMENTS.name, "1", encode(document(1)))]) == [True]
    sender.close()
    password = tmp_path / "password"
    password.write_text(secured.passwords["classifier"] + "\n")
    told = secured.environment("classifier")
    del told["KAFKA_SASL_PASSWORD"]
    environment = {**told, "KAFKA_SASL_PASSWORD_FILE": str(password), "ENCODER": "0", "TOPIC_REPLICATION": "1"}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.classifier", "run"],
            env={**environment, "PATH": "/usr/bin:/bin", "CONFIG_DIR": str(project_root / "config")},
            stderr=log,
            cwd=project_root,
        )
    reader = Reader(secured.open, PARTITIONS, CLASSIFIED.name)
    try:
        (found,) = reader.until(lambda read: len(read) == 1)
        assert ids([found]) == {document(1).document_id}
    finally:
        reader.consumer.close()
        process.terminate()
        process.wait(timeout=60)
    said = (tmp_path / "log").read_text("utf-8")
    assert secured.passwords["classifier"] not in said
    assert "the stream crashed" not in said
