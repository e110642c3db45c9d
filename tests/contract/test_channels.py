"""One contract for every channel: found by its file, refuses wrong targets, shows all parts, carries the key."""

import ast
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block

from services.alerter import channels
from services.alerter.channels import all_channels
from services.alerter.channels.base import ChannelKind, from_environment
from services.alerter.channels.console import Console
from services.alerter.channels.mail_message import compose, message_id
from services.alerter.channels.slack import typed
from services.alerter.channels.slack_blocks import blocks, escape
from services.alerter.domain.may_receive import MayReceive
from services.alerter.domain.pace import Pace
from services.alerter.domain.presentation import plain_text, present
from shared.errors import ConfigError, PermanentError, TransientError, UnknownOutcome
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN

pytestmark = pytest.mark.contract

README = (Path(channels.__file__).parents[1] / "README.md").read_text("utf-8")

KINDS = sorted(all_channels().items())
NAMES = ["ops", "team_2"]
NO_NAMES = ["", "Ops", "two words", "a-b", "https://oapi.dingtalk.com/robot/send?access_token=x", "ops\n"]
GOOD = {
    "slack": ["#strategy", "C0123ABCD"],
    "email": ["a.b+c@mail.example.com"],
    "console": [""],
    "telegram": ["-1001234567890", "42", "@luming_news"],
}
BAD = {
    "slack": ["strategy", "#", "#two words", ""],
    "email": ["nobody", "a@b", "a@b.c\r\nBcc: x@y.z", "a@b.c, d@e.f", "", "a b@c.de"],
    "console": ["here"],
    "telegram": ["luming", "@a", "", "12 34", "-"],
}


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_a_channel_is_one_file_that_nobody_else_names(name: str, kind: type[ChannelKind]) -> None:
    folder = Path(channels.__file__).parent
    assert (folder / f"{name}.py").is_file()
    code = ast.parse((folder.parent / "bootstrap.py").read_text("utf-8"))
    imported = {node.module for node in ast.walk(code) if isinstance(node, ast.ImportFrom)}
    assert f"services.alerter.channels.{name}" not in imported


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_targets_are_checked(name: str, kind: type[ChannelKind]) -> None:
    assert [target for target in GOOD.get(name, NAMES) if kind.check_target(target)] == []
    assert [target for target in BAD.get(name, NO_NAMES) if not kind.check_target(target)] == []


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_settings_are_described_and_secrets_have_no_default(name: str, kind: type[ChannelKind]) -> None:
    for settings in (kind.settings, kind.target_settings):
        for field, described in settings.model_fields.items() if settings else ():
            assert described.description, field
            if "token" in field or "password" in field or field in ("url", "secret"):
                assert "Secret" in str(described.annotation)
                assert described.is_required() or described.default is None


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_every_channel_says_where_it_stands_and_what_it_may_be_given(name: str, kind: type[ChannelKind]) -> None:
    assert kind.region in ("mainland", "global", "own")
    may, pace = vars(kind)["may_receive"], vars(kind)["pace"]
    assert isinstance(may, MayReceive)
    assert pace is None or isinstance(pace, Pace)
    row = next(line for line in README.splitlines() if line.startswith(f"| `{name}` |"))
    fields = {field.upper() for field in kind.settings.model_fields}
    named = {f"{name.upper()}_<NAME>_{field.upper()}" for field in getattr(kind.target_settings, "model_fields", ())}
    said = {kind.region, str(may), kind.limits, str(pace or "—"), *fields, *named}
    assert {word for word in said if word not in row} == set()


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    with pytest.raises(ConfigError, match="SLACK_BOT_TOKEN: is not set"):
        all_channels()["slack"].start()
    monkeypatch.setenv("SMTP_HOST", "mail.example.com")
    monkeypatch.setenv("SMTP_FROM", "not an address")
    with pytest.raises(ConfigError, match="SMTP_FROM"):
        from_environment(all_channels()["email"].settings)


def test_an_alert_shows_all_its_parts() -> None:
    text = plain_text(present(alert(kind="update", news=("并购 · 进展：传闻 → 已否认",)), SEEN))
    head = ("更新", "蚂蚁集团据悉洽购好大夫在线", "https://news.example/a?b=1&c=2", "晨汐健康", "★★★★★")
    rest = ("传闻 → 已否认", "知情人士称", "双方正在谈判。 [1][2]", "发布 2026-11-22", "发现后 0.0 s", "strategy")
    assert [part for part in (*head, *rest) if part not in text] == []


def test_every_channel_says_how_many_outlets_tell_it_and_the_best_letter() -> None:
    told = alert(language="en", agreement={"outlets": 2, "best": "A", "names": ["晨汐健康", "东篱医药网"]})
    shown, words = present(told, SEEN), "2 independent outlets, best source A"
    assert words in plain_text(shown)
    assert words in str(blocks(shown))
    assert words in html_of(compose(told, "a@b.example", "l@b.example", "<id@b.example>", SEEN))
    assert "independent" not in plain_text(present(alert(language="en"), SEEN))  # decided before they were counted


def test_in_traditional_characters_and_in_english() -> None:
    assert "訂閱" in plain_text(present(alert(language="zh-Hant"), SEEN))
    assert "subscription strategy" in plain_text(present(alert(language="en"), SEEN))


EVIL = "<!channel> <https://evil.example|gov.cn> & \x1b[2J\r\nBcc: x@y.z A =?UTF-8?Q?=0A?=Bcc: x@e.com"


def test_slack_blocks_stay_within_its_limits() -> None:
    long = alert(title="长" * 5000, summary=[{"text": "句" * 4000, "citations": [1]}])
    for block in Block.parse_all(blocks(present(long, SEEN))):
        block.validate_json()
    assert escape("<a&b>") == "&lt;a&amp;b&gt;"


def html_of(raw: bytes) -> str:
    part = message_from_bytes(raw, policy=policy.default).get_body(("html",))
    assert part is not None
    return str(part.get_content())


class Answer:
    def __init__(self, status: int, error: str | None, headers: dict[str, str] | None = None) -> None:
        self.status_code, self.headers = status, headers or {}
        self.data = {"ok": False, "error": error} if error else b"<html>"


@pytest.mark.parametrize(
    ("answer", "kind", "after"),
    [
        (Answer(429, "ratelimited", {"Retry-After": "30"}), TransientError, 30.0),
        (Answer(429, "ratelimited", {"Retry-After": "abc"}), TransientError, None),
        (Answer(200, "invalid_auth"), TransientError, None),
        (Answer(200, "channel_not_found"), PermanentError, None),
        (Answer(404, "no_service"), PermanentError, None),
        (Answer(200, "fatal_error"), UnknownOutcome, None),
        (Answer(500, None), UnknownOutcome, None),
    ],
)
def test_slacks_errors_are_typed(answer: Answer, kind: type[Exception], after: float | None) -> None:
    found = typed(SlackApiError("no", answer))  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped
    assert type(found) is kind
    if isinstance(found, TransientError):
        assert found.retry_after == after


def test_no_title_makes_a_header_of_a_mail() -> None:
    raw = compose(alert(title=EVIL), "a@example.com", "luming@example.com", "<id@example.com>", SEEN)
    assert raw.isascii()
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert b"\nbcc" not in head.lower()
    for rules in (policy.default, policy.compat32):
        mail = message_from_bytes(raw, policy=rules)
        assert mail["Bcc"] is None
        assert mail.as_bytes(policy=policy.compat32).lower().count(b"\nbcc:") == 0
    read = message_from_bytes(raw, policy=policy.default)
    assert read["X-Luming-Delivery"] == alert().delivery_key
    html = html_of(raw)
    assert "<!channel>" not in html
    assert "&lt;!channel&gt;" in html


def test_a_repeat_has_the_same_message_id() -> None:
    assert message_id("k", "a@b.example") == message_id("k", "c@b.example") != message_id("l", "a@b.example")


def test_a_link_that_is_no_web_address_is_shown_and_not_linked() -> None:
    raw = compose(alert(url="javascript:alert(1)"), "a@example.com", "l@example.com", "<i@e.com>", SEEN)
    html = html_of(raw)
    assert "href" not in html


def test_the_console_knows_what_it_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(tmp_path / "console.jsonl")
    assert console.can_look_up
    assert console.look_up("", alert()) is None
    console.send("", alert(title=EVIL), SEEN)
    with (tmp_path / "console.jsonl").open("ab") as file:
        file.write(b'{"delivery_key": "half')
    console.send("", alert(delivery_key="t2/1/s/console"), SEEN)
    assert console.look_up("", alert()) == alert().delivery_key
    assert len((tmp_path / "console.jsonl").read_bytes().splitlines()) == 2
    assert "\x1b" not in capsys.readouterr().out
    assert not Console(None).can_look_up
