"""The demo on a cluster that speaks TLS and asks for a login, told by the variables that the services read."""

import gc
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
    UserScramCredentialUpsertion,
)

from shared.errors import EXIT_CONFIG
from shared.messages.topics import TOPICS
from shared.runtime.kafka import admin_client
from tests.e2e.conftest import Start, read_json
from tests.e2e.test_run import PAGES, save_pages
from tests.integration.secured_broker import Secured, secured_broker

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(500),
    # kafka-python 3.0.12 leaves a socket whose handshake failed to the garbage collector (net/manager.py).
    pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning"),
]
USER, PASSWORD = "demo", "a password of the demo's own, 密码"


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    """Without topics, and with one user who may do all: the demo's processes log in by one name."""
    with (
        tempfile.TemporaryDirectory(prefix="luming-secured-", ignore_cleanup_errors=True) as folder,
        secured_broker(Path(folder)) as made,
    ):
        with admin_client(made.open) as admin:
            admin.delete_topics([topic.name for topic in TOPICS])
            admin.alter_user_scram_credentials([UserScramCredentialUpsertion(USER, "SCRAM-SHA-512", PASSWORD)])
            kinds = (ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)
            patterns = [*(ResourcePattern(kind, "*") for kind in kinds)]
            patterns.append(ResourcePattern(ResourceType.CLUSTER, "kafka-cluster"))
            allowed = [ACL(f"User:{USER}", "*", ACLOperation.ALL, ACLPermissionType.ALLOW, one) for one in patterns]
            assert not admin.create_acls(allowed)["failed"]
        yield made
    gc.collect()


def told(secured: Secured, **other: str) -> dict[str, str]:
    return {
        "KAFKA_BOOTSTRAP_SERVERS": secured.servers,
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_USERNAME": USER,
        "KAFKA_SSL_CAFILE": str(secured.certificates.authority),
        **other,
    }


def test_a_login_that_is_refused_or_half_ends_the_demo_before_it_begins(
    start: Start, tmp_path: Path, secured: Secured
) -> None:
    pages = save_pages(tmp_path / "pages")
    half = start("demo", "--once", "--pages", pages, **told(secured))
    assert "KAFKA_SASL_PASSWORD" in half.output()
    assert half.process.returncode == EXIT_CONFIG
    wrong = start("demo", "--once", "--pages", pages, **told(secured, KAFKA_SASL_PASSWORD="another"))
    printed = wrong.output()
    assert wrong.process.returncode == EXIT_CONFIG, printed
    assert f"no broker at {secured.servers}" in printed


def test_the_demo_runs_on_it_with_its_password_in_a_file(start: Start, tmp_path: Path, secured: Secured) -> None:
    (tmp_path / "password").write_text(PASSWORD, "utf-8")
    run = start(
        "demo", "--once", "--pages", save_pages(tmp_path / "pages"), "--summary", tmp_path / "summary.json",
        **told(secured, KAFKA_SASL_PASSWORD_FILE=str(tmp_path / "password")),
    )  # fmt: skip
    printed = run.output()
    assert run.process.returncode == 0, printed
    figures = read_json(tmp_path / "summary.json")
    assert figures["pages"] == figures["accounted"] == len(PAGES), printed
    assert (figures["alerts_expected"], figures["alerts_wrong"]) == (0, 0), printed
    assert figures["outcomes"]["irrelevant"] >= 1, printed
    assert "broker: ready" not in printed, "none of its own was started"
    assert PASSWORD not in printed
    for file in (path for path in run.folder.rglob("*.log") if path.is_file()):
        assert PASSWORD not in file.read_text("utf-8", "replace"), file
    with admin_client(secured.open) as admin:
        assert {topic.name for topic in TOPICS} <= set(admin.list_topics()), "the messages went through it"
