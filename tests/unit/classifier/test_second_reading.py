"""The second reader's settings, and the judge that comes of them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from services.classifier.adapters.second_reader_settings import SecondReaderSettings
from services.classifier.application.second_reader import SecondReading
from services.classifier.domain.article import Article
from services.classifier.domain.judge import Judge
from services.classifier.second_reading import named_by, policy_of, with_second_reader
from shared.errors import ConfigError
from shared.reader.chat import Endpoint
from shared.reader.opening import endpoint_of
from shared.runtime.settings import load_settings

pytestmark = pytest.mark.unit

LOCAL = {"SECOND_READER_URL": "http://127.0.0.1:8000/v1/", "SECOND_READER_MODEL": "qwen"}
ABROAD = {"SECOND_READER_URL": "https://api.example.com/v1", "SECOND_READER_MODEL": "m"}


@pytest.fixture(scope="module")
def judge(project_root: Path) -> Judge:
    """The rules alone."""
    return Judge.load(project_root / "config")


@pytest.fixture(autouse=True)
def _broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@h/n")


def settings(monkeypatch: pytest.MonkeyPatch, **variables: str) -> SecondReaderSettings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_settings(SecondReaderSettings)


@contextmanager
def wrong(variable: str, words: str) -> Iterator[None]:
    with pytest.raises(ConfigError, match=f"{variable}.*{words}") as caught:
        yield
    assert "mend" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_without_settings_the_judge_is_the_very_same(monkeypatch: pytest.MonkeyPatch, judge: Judge) -> None:
    registry = CollectorRegistry()
    assert with_second_reader(judge, settings(monkeypatch), registry, threading.Event()) is judge
    assert (
        with_second_reader(judge, settings(monkeypatch, SECOND_READER_KEY="secret"), registry, threading.Event())
        is judge
    )
    assert list(registry.collect()) == []


def test_with_address_and_model_it_is_on(monkeypatch: pytest.MonkeyPatch, judge: Judge) -> None:
    chosen, registry, stop = settings(monkeypatch, **LOCAL), CollectorRegistry(), threading.Event()
    assert isinstance(with_second_reader(judge, chosen, registry, stop), SecondReading)
    stop.set()
    (ending,) = [thread for thread in threading.enumerate() if thread.name == "second-reader-end"]
    ending.join(5)
    assert not any(thread.name.startswith("second-reader") for thread in threading.enumerate())
    names = {metric.name for metric in registry.collect()}
    assert "luming_classifier_second_reader_asked" in names
    assert len(names) == 5
    assert endpoint_of(chosen) == Endpoint("http://127.0.0.1:8000/v1", "qwen")
    policy = policy_of(chosen)
    assert (policy.may_receive, policy.gist, policy.seconds) == ("full", False, 8.0)
    assert (policy.band.low, policy.band.high) == (0.3, 0.6)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URL", "http://api.example.com/v1"),
        ("URL", "https://user:secret@api.example.com/v1"),
        ("KEY", "secret with blanks"),
        ("UNSURE_FROM", "1.5"),
        ("SECONDS", "300"),
    ],
)
def test_a_wrong_variable_is_named_and_no_secret_told(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with wrong(f"SECOND_READER_{name}", ""):
        settings(monkeypatch, **{f"SECOND_READER_{name}": value})


def test_a_band_that_ends_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings(monkeypatch, SECOND_READER_UNSURE_FROM="0.7")
    with wrong("SECOND_READER_UNSURE_TO", "0.6, below 0.7"):
        policy_of(chosen)


def test_outside_the_mainland_it_is_off_until_somebody_approves(monkeypatch: pytest.MonkeyPatch, judge: Judge) -> None:
    settings(monkeypatch, **ABROAD)
    chosen = settings(monkeypatch, SECOND_READER_REGION="sg", SECOND_READER_KEY="secret")
    for by in ("", " "):
        chosen = settings(monkeypatch, SECOND_READER_APPROVED_BY=by)
        with capture_logs() as lines:
            assert with_second_reader(judge, chosen, CollectorRegistry(), threading.Event()) is judge
        assert [(line["log_level"], line["region"]) for line in lines] == [("warning", "sg")]
        assert "SECOND_READER_APPROVED_BY" in lines[0]["event"]


def test_what_an_article_names(judge: Judge) -> None:
    named = named_by(judge.watcher)(Article("阿里健康与京东健康", ("阿里健康公告。",), "zh-Hans", None))
    assert [(each.entity, len(each.mentions)) for each in named] == [("alibaba_health", 2), ("jd_health", 1)]
