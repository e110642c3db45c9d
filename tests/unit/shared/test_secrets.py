"""Secrets come from files or the environment, and what is logged or kept of answers holds none."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.alerter.channels.apprise import failed
from shared.errors import ConfigError
from shared.runtime.kafka_security import Cluster, KafkaSecurity
from shared.runtime.logs import configure_logging
from shared.runtime.secrets import read_secrets
from shared.runtime.settings import KafkaSettings, load_settings
from shared.runtime.veil import hide, keep_secret, veil

pytestmark = pytest.mark.unit


def written(folder: Path, name: str, content: str) -> str:
    (folder / name).write_text(content, "utf-8")
    return str(folder / name)


def test_a_variable_is_read_from_the_file_that_its_neighbour_names(tmp_path: Path) -> None:
    told = {
        "SMTP_PASSWORD_FILE": written(tmp_path, "a", "p 密 \n"),
        "DATABASE_URL_FILE": written(tmp_path, "b", "postgresql://x\r\n"),
    }
    read_secrets(told)
    assert told == {"SMTP_PASSWORD": "p 密 ", "DATABASE_URL": "postgresql://x"}


def test_a_folder_of_secrets_gives_what_is_not_set_already(tmp_path: Path) -> None:
    for name in ("SMTP_PASSWORD", "SLACK_BOT_TOKEN", "..data", "lower"):
        written(tmp_path, name, f"of {name}")
    (tmp_path / "A_FOLDER").mkdir()
    told = {"SECRETS_DIR": str(tmp_path), "SLACK_BOT_TOKEN": "set", "SMTP_HOST": "h"}
    read_secrets(told)
    assert told == {
        "SECRETS_DIR": str(tmp_path), "SLACK_BOT_TOKEN": "set", "SMTP_HOST": "h", "SMTP_PASSWORD": "of SMTP_PASSWORD",
    }  # fmt: skip


def test_files_of_other_things_are_left_alone(tmp_path: Path) -> None:
    told = {"SOURCES_FILE": "no/such", "SSL_CERT_FILE": "no/such", "SMTP_PASSWORD_FILE": "", "CONSOLE_FILE": "x"}
    before = dict(told)
    read_secrets(told)
    assert told == before


def test_what_is_given_twice_unreadable_or_empty_is_refused_by_name(tmp_path: Path) -> None:
    for told, name in (
        ({"SMTP_PASSWORD": "hush", "SMTP_PASSWORD_FILE": written(tmp_path, "a", "hush")}, "SMTP_PASSWORD"),
        ({"SMTP_PASSWORD_FILE": str(tmp_path / "absent")}, "SMTP_PASSWORD_FILE"),
        ({"SMTP_PASSWORD_FILE": str(tmp_path)}, "SMTP_PASSWORD_FILE"),
        ({"SMTP_PASSWORD_FILE": written(tmp_path, "b", "\n")}, "SMTP_PASSWORD_FILE"),
        ({"SMTP_PASSWORD_FILE": written(tmp_path, "c", "hush" * 20_000)}, "SMTP_PASSWORD_FILE"),
        ({"SECRETS_DIR": str(tmp_path / "absent")}, "SECRETS_DIR"),
    ):
        with pytest.raises(ConfigError, match=name) as caught:
            read_secrets(told)
        assert "hush" not in str(caught.value)


def test_a_command_reads_its_secret_from_a_file_and_a_second_reading_finds_nothing_twice(tmp_path: Path) -> None:
    file = written(tmp_path, "url", "postgresql://nobody:hush-hush@127.0.0.1:1/x?connect_timeout=1\n")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ".", "DATABASE_URL_FILE": file}
    ran = subprocess.run(
        [sys.executable, "-m", "services.alerter", "held"], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "the database cannot be asked" in ran.stderr
    assert "hush-hush" not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SMTP_PASSWORD", "s3cr et/ß", "535 you said s3cr et/ß"),
        ("SMTP_PASSWORD", "s3cr et/ß", "/path?p=s3cr%20et/%C3%9F and s3cr+et%2F%C3%9F"),
        ("SMTP_PASSWORD", 'quo"ted\\one', json.dumps('quo"ted\\one')),
        ("SMTP_PASSWORD", "abcdefghijkl", "AUTH PLAIN AHVzZXIAYWJjZGVmZ2hpamts"),
        ("SLACK_BOT_TOKEN", "xoxb-123456", "token xoxb-123456"),
        (
            "DINGTALK_OPS_URL",
            "https://oapi.example/robot/send?access_token=abc123",
            "POST /robot/send?access_token=abc123",
        ),
        ("DATABASE_URL", "postgresql://luming:p4ssw0rd@db/luming", "could not connect with p4ssw0rd"),
    ],
)
def test_a_secret_is_struck_out_however_it_is_spelt(name: str, value: str, said: str) -> None:
    hidden = veil({name: value})(said)
    assert f"${{{name}}}" in hidden
    for part in ("s3cr", "quo", "GhpamtsAYW", "Z2hpamts", "xoxb-1", "abc123", "p4ss"):
        assert part not in hidden


def test_what_is_no_secret_stays_readable() -> None:
    told = {
        "DATABASE_URL": "postgresql://luming@db/luming",
        "SLACK_API_URL": "https://slack.com/api/",
        "A_KEY": "five5",
    }
    told |= {
        "KAFKA_SASL_USERNAME": "alerter",
        "KAFKA_SSL_KEYFILE": "/run/secrets/key.pem",
        "SECRETS_DIR": "/run/secrets",
    }
    line = "alerter of luming at https://slack.com/api/ reads /run/secrets/key.pem five5"
    assert veil(told)(line) == line


@pytest.fixture
def kept() -> Iterator[None]:
    keep_secret({"SMTP_PASSWORD": "canary-canary", "EMPTY_KEY": ""})
    yield
    keep_secret({})


@pytest.mark.usefixtures("kept")
def test_log_lines_and_kept_answers_pass_the_veil(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging("test", "DEBUG")
    logging.getLogger("kafka").debug("config: %s", {"sasl_plain_password": "canary-canary"})
    try:
        int("canary-canary")
    except ValueError:
        logging.getLogger("x").exception("failed")
    said = stream.getvalue()
    assert said.count("${SMTP_PASSWORD}") >= 2
    assert "canary-canary" not in said
    assert [json.loads(line)["service"] for line in said.splitlines()] == ["test", "test"]
    assert "canary" not in str(failed("status 400: you said canary-canary"))
    assert hide("") == ""


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, "KAFKA_SASL_USERNAME"),
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "KAFKA_SASL_USERNAME": "u"}, "KAFKA_SASL_PASSWORD"),
        ({"KAFKA_SASL_USERNAME": "u", "KAFKA_SASL_PASSWORD": "p"}, "KAFKA_SECURITY_PROTOCOL"),
        (
            {"KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KAFKA_SASL_MECHANISM": "PLAIN",
             "KAFKA_SASL_USERNAME": "u", "KAFKA_SASL_PASSWORD": "p"},
            "KAFKA_SECURITY_PROTOCOL",
        ),
        ({"KAFKA_SECURITY_PROTOCOL": "TLS"}, "KAFKA_SECURITY_PROTOCOL"),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CERTFILE": "/no/such"}, "KAFKA_SSL_CERTFILE"),
    ],
)  # fmt: skip
def test_half_a_login_to_kafka_ends_the_start(
    told: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"KAFKA_BOOTSTRAP_SERVERS": "b:1", **told}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=named):
        load_settings(KafkaSettings)


def test_without_settings_kafka_is_spoken_to_in_the_clear_and_tls_checks_names() -> None:
    assert Cluster("a:1, b:2").options() == {"bootstrap_servers": ["a:1", "b:2"], "security_protocol": "PLAINTEXT"}
    context = KafkaSecurity("SSL").context()
    assert context is not None
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"
