"""The classifier needs Kafka and nothing else to start."""

import pytest

from services.classifier.settings import ClassifierSettings
from shared.errors import ConfigError
from shared.runtime.settings import load_settings

pytestmark = pytest.mark.unit


def test_the_database_may_be_absent_and_the_broker_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")
    settings = load_settings(ClassifierSettings)
    assert settings.database_url == ""
    assert settings.consumer_group == "luming.classifier"
    assert settings.consumer_instance is None
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS")
    with pytest.raises(ConfigError, match="KAFKA_BOOTSTRAP_SERVERS"):
        load_settings(ClassifierSettings)
