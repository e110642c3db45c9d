"""When the optional language model is on, when it is off, and which settings are refused."""

import pytest
from pydantic import SecretStr

from shared.errors import ConfigError
from shared.messages.common import Rights
from shared.reader.settings import (
    NOT_SET,
    UNAPPROVED,
    ReaderSettings,
    is_local,
    may_receive,
    region_of,
    why_off,
)
from shared.runtime.settings import load_settings

pytestmark = pytest.mark.unit

LOCAL = {"URL": "http://127.0.0.1:8000/v1/", "MODEL": "qwen"}
ABROAD = {"URL": "https://api.example.com/v1", "MODEL": "m"}


def settings(monkeypatch: pytest.MonkeyPatch, **variables: str) -> ReaderSettings:
    for name, value in variables.items():
        monkeypatch.setenv(f"SECOND_READER_{name}", value)
    return load_settings(ReaderSettings)


def test_nothing_set_is_off_and_the_key_has_no_default(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch)
    assert why_off(found) == NOT_SET
    assert found.second_reader_key is None
    assert (found.second_reader_seconds, found.second_reader_may_receive) == (8.0, "full")


def test_a_local_endpoint_needs_no_approval(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, **LOCAL, KEY="sk-one")
    assert (why_off(found), region_of(found)) == ("", "local")
    assert found.second_reader_url == "http://127.0.0.1:8000/v1"
    assert "sk-one" not in repr(found)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"REGION": "sg"}, UNAPPROVED),
        ({"REGION": "sg", "APPROVED_BY": "  "}, UNAPPROVED),
        ({"REGION": "sg", "APPROVED_BY": "Lin Yue"}, ""),
        ({"REGION": "mainland"}, ""),
    ],
)
def test_outside_the_mainland_it_stays_off_until_somebody_is_named(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], why: str
) -> None:
    assert why_off(settings(monkeypatch, **ABROAD, **said)) == why


def test_a_gateway_on_this_machine_that_passes_texts_on_needs_approval(monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_off(settings(monkeypatch, **LOCAL, REGION="us")) == UNAPPROVED


@pytest.mark.parametrize(
    ("said", "variable"),
    [
        ({"URL": "https://api.example.com/v1"}, "SECOND_READER_MODEL"),
        ({"MODEL": "m"}, "SECOND_READER_URL"),
        (ABROAD, "SECOND_READER_REGION"),
        ({**ABROAD, "REGION": "local"}, "SECOND_READER_REGION"),
    ],
)
def test_half_a_setting_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], variable: str
) -> None:
    with pytest.raises(ConfigError, match=variable) as caught:
        why_off(settings(monkeypatch, **said))
    assert caught.value.right


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URL", "http://api.example.com/v1"),
        ("URL", "https://me:hush-hush@api.example.com/v1"),
        ("URL", "https://api.example.com/v1?key=hush-hush"),
        ("URL", "https://hush-hush@api.example.com/v1"),
        ("URL", "ftp://127.0.0.1/hush-hush"),
        ("URL", "https://"),
        ("URL", "https://api.example.com:hush-hush/v1"),
        ("URL", "https://hush-hush\u2100.example.com/v1"),
        ("URL", "hush-hush"),
        ("KEY", "hush-hush\nX: y"),
        ("KEY", "密钥hush-hush"),
        ("REQUESTS", "-1"),
        ("CHARACTERS", "many"),
        ("KEY", "hush-hush with blanks"),
        ("REGION", "Sing A Pore"),
        ("MAY_RECEIVE", "everything"),
        ("SECONDS", "31"),
    ],
)
def test_a_wrong_value_is_refused_and_no_secret_is_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ConfigError, match=f"SECOND_READER_{name}") as caught:
        settings(monkeypatch, **{name: value})
    assert "hush-hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        *(("localhost", True), ("a.localhost.", True), ("10.1.2.3", True), ("::1", True), ("fe80::1%eth0", True)),
        *(("127.0.0.9", True), ("192.168.0.1", True), ("fd00::1", True), ("2001:4860::1", False)),
        *(("0.0.0.0", False), ("8.8.8.8", False), ("nas", False), ("localhost.example.com", False)),
    ],
)
def test_a_name_is_believed_to_be_no_private_machine(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_documents_of_narrower_rights_than_declared_are_not_sent() -> None:
    order: tuple[Rights, ...] = ("link", "excerpt", "full")
    assert [[may_receive(one, declared) for one in order] for declared in order] == [
        [True, True, True],
        [False, True, True],
        [False, False, True],
    ]


def test_the_key_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(settings(monkeypatch, KEY="sk-one").second_reader_key, SecretStr)
