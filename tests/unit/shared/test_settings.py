"""Settings fail at the start, name the variable and keep secrets to themselves."""

import pytest
from pydantic import Field, SecretStr

from shared.errors import EXIT_CONFIG, ConfigError
from shared.runtime.settings import ServiceSettings, exit_on_config_error, load_settings

pytestmark = pytest.mark.unit

GOOD = {"KAFKA_BOOTSTRAP_SERVERS": "a:1,b:2", "DATABASE_URL": "postgresql://luming@db:5432/luming"}


class Own(ServiceSettings):
    """Settings of a service."""

    smtp_password: SecretStr = Field(min_length=8, description="password of the mailbox")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ServiceSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_environment_is_read(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HTTP_PORT", "9100")
    settings = load_settings(ServiceSettings)
    assert settings.kafka_bootstrap_servers == "a:1,b:2"
    assert settings.http_port == 9100
    assert settings.topic_partitions is None


def test_a_variable_set_to_nothing_counts_as_not_set(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HTTP_PORT", "")
    environment.setenv("TOPIC_PARTITIONS", "")
    assert load_settings(ServiceSettings).http_port == 0


def test_missing_variables_are_all_named(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("KAFKA_BOOTSTRAP_SERVERS")
    environment.setenv("DATABASE_URL", "")
    with pytest.raises(ConfigError) as caught:
        load_settings(ServiceSettings)
    assert "KAFKA_BOOTSTRAP_SERVERS: is not set (nor are DATABASE_URL)" in str(caught.value)
    assert "mend: host:port of the brokers" in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTP_PORT", "http"),
        ("HTTP_PORT", "70000"),
        ("LOG_LEVEL", "loud"),
        ("TOPIC_REPLICATION", "0"),
        ("KAFKA_BOOTSTRAP_SERVERS", "broker"),
        ("KAFKA_BOOTSTRAP_SERVERS", "a:1,,b:2"),
        ("KAFKA_BOOTSTRAP_SERVERS", "kafka://a:1"),
        ("DATABASE_URL", "mysql://a/b"),
    ],
)
def test_a_wrong_value_is_named(environment: pytest.MonkeyPatch, variable: str, value: str) -> None:
    environment.setenv(variable, value)
    with pytest.raises(ConfigError) as caught:
        load_settings(ServiceSettings)
    assert caught.value.where == f"environment variable {variable}"


@pytest.mark.parametrize(
    ("variable", "value"), [("DATABASE_URL", "mysql://u:geheim12@h/d"), ("SMTP_PASSWORD", "geheim1")]
)
def test_a_secret_is_not_repeated(environment: pytest.MonkeyPatch, variable: str, value: str) -> None:
    environment.setenv("SMTP_PASSWORD", "long enough")
    environment.setenv(variable, value)
    with pytest.raises(ConfigError) as caught:
        load_settings(Own)
    assert variable in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_secret_has_no_default(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("SMTP_PASSWORD", raising=False)
    with pytest.raises(ConfigError, match="SMTP_PASSWORD"):
        load_settings(Own)


def test_a_wrong_configuration_ends_with_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        exit_on_config_error(ConfigError("environment variable X", None, "is not set", "set it"))
    assert caught.value.code == EXIT_CONFIG == 2
    assert capsys.readouterr().err == "environment variable X: is not set\n  mend: set it\n"
