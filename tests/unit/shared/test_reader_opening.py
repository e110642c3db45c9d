"""The language model's client as the settings open it, and what the log says of it."""

import threading
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from structlog.testing import capture_logs

from shared.errors import ConfigError
from shared.reader.chat import Endpoint
from shared.reader.metrics import Names, ReaderMetrics
from shared.reader.opening import endpoint_of, opened
from shared.reader.settings import ReaderSettings
from shared.runtime.settings import load_settings

pytestmark = pytest.mark.unit

LOCAL = {"URL": "http://127.0.0.1:8000/v1/", "MODEL": "qwen"}
ABROAD = {"URL": "https://api.example.com/v1", "MODEL": "m", "REGION": "sg", "KEY": "hush-hush"}


def settings(monkeypatch: pytest.MonkeyPatch, **variables: str) -> ReaderSettings:
    for name, value in variables.items():
        monkeypatch.setenv(f"SECOND_READER_{name}", value)
    return load_settings(ReaderSettings)


def test_nothing_set_opens_nothing_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with capture_logs() as lines:
        assert endpoint_of(settings(monkeypatch, KEY="hush-hush")) is None
    assert lines == []


def test_abroad_it_is_off_and_says_why_until_somebody_approves(monkeypatch: pytest.MonkeyPatch) -> None:
    for by in ("", " "):
        with capture_logs() as lines:
            assert endpoint_of(settings(monkeypatch, **ABROAD, APPROVED_BY=by)) is None
        assert [(line["log_level"], line["region"]) for line in lines] == [("warning", "sg")]
        assert lines[0]["event"].startswith("the second reader is off: texts would leave the mainland")
        assert "SECOND_READER_APPROVED_BY" in lines[0]["event"]
    with capture_logs() as lines:
        endpoint = endpoint_of(settings(monkeypatch, APPROVED_BY="Li Lei, legal"))
    assert endpoint == Endpoint("https://api.example.com/v1", "m", SecretStr("hush-hush"))
    assert (lines[0]["event"], lines[0]["approved_by"]) == ("the second reader is on", "Li Lei, legal")
    assert "hush-hush" not in f"{lines} {endpoint}"


def test_the_mainland_and_local_addresses_need_no_approval(monkeypatch: pytest.MonkeyPatch) -> None:
    assert endpoint_of(settings(monkeypatch, **LOCAL)) == Endpoint("http://127.0.0.1:8000/v1", "qwen")
    assert endpoint_of(settings(monkeypatch, **(ABROAD | {"REGION": "mainland"}))) is not None


def test_half_an_endpoint_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"SECOND_READER_MODEL.*is not set"):
        endpoint_of(settings(monkeypatch, URL=LOCAL["URL"]))


def test_certificates_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bundle = tmp_path / "own.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    for content in (None, "no certificate"):
        if content:
            bundle.write_text(content)
        with pytest.raises(ConfigError, match=r"SSL_CERT_FILE.*cannot be used") as caught:
            endpoint_of(settings(monkeypatch, **LOCAL))
        assert "mend" in str(caught.value)


def test_it_ends_with_the_program() -> None:
    stop = threading.Event()
    opened(Endpoint("http://127.0.0.1:8000/v1", "qwen"), stop)
    (ending,) = [thread for thread in threading.enumerate() if thread.name == "second-reader-end"]
    stop.set()
    ending.join(5)
    assert not any(thread.name.startswith("second-reader") for thread in threading.enumerate())


def test_each_service_counts_under_its_own_names() -> None:
    registry = CollectorRegistry()
    counts = ReaderMetrics(registry, Names("some_asked", "some_answered", "some_known", "some_dropped", "some_refused"))
    counts.asked()
    counts.answered()
    counts.remembered()
    counts.dropped("timeout")
    counts.refused("rights")
    told = {
        (sample.name, *sample.labels.values()): sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    }
    assert told == {
        ("some_asked_total",): 1,
        ("some_answered_total",): 1,
        ("some_known_total",): 1,
        ("some_dropped_total", "timeout"): 1,
        ("some_refused_total", "rights"): 1,
    }
