"""Telegram: a bot, by token; messages in its HTML. What follows in a thread answers the thread's first message.

https://core.telegram.org/bots/api: `sendMessage` takes 4,096 characters after the markup is read, and in HTML only
`<`, `>` and `&` have to be escaped (formatting options); an error says `error_code`, `description`, and under
`parameters` how long to wait. https://core.telegram.org/bots/faq: a group takes 20 messages a minute.
"""

import html
import json
import re
from datetime import datetime
from typing import Any, ClassVar, Self

from pydantic import Field, SecretStr, field_validator

from services.alerter.channels.base import CannotBeAsked, ChannelSettings, from_environment
from services.alerter.channels.http import Answer, Poster
from services.alerter.channels.markup import is_web
from services.alerter.channels.named import checked
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive, Region
from services.alerter.domain.pace import Pace
from services.alerter.domain.presentation import Presented, point_lines, present
from services.alerter.domain.shorten import fitted
from shared.errors import PermanentError, TransientError, UnknownOutcome

MOST = 4_096
"""UTF-16 units of the whole text, markup counted too: a little less than is allowed."""
_TARGET = re.compile(r"-?[0-9]{1,19}|@[A-Za-z][A-Za-z0-9_]{4,31}")
e = html.escape


class TelegramSettings(ChannelSettings):
    """Settings of the bot."""

    telegram_bot_token: SecretStr = Field(description="the bot's token, from @BotFather")
    telegram_api_url: SecretStr = Field(
        default=SecretStr("https://api.telegram.org"),
        description="the Bot API's address; another one for a server of one's own",
    )

    @field_validator("telegram_api_url")
    @classmethod
    def _an_address(cls, url: SecretStr) -> SecretStr:
        return checked(url)


class Telegram(CannotBeAsked):
    """One bot."""

    kind: ClassVar[str] = "telegram"
    settings: ClassVar[type[ChannelSettings]] = TelegramSettings
    target_settings: ClassVar[type[ChannelSettings] | None] = None
    tells_hand_over: ClassVar[bool] = True
    region: ClassVar[Region] = "global"
    may_receive = MayReceive("excerpt")
    pace = Pace(20, 60.0)
    limits: ClassVar[str] = "4,096 characters"
    can_refresh = True

    def __init__(self, settings: TelegramSettings, poster: Poster | None = None) -> None:
        self._settings = settings
        self._poster = poster or Poster()

    @classmethod
    def start(cls) -> Self:
        """From the environment."""
        return cls(from_environment(TelegramSettings))

    @staticmethod
    def check_target(target: str) -> str:
        """A chat's number, or a public channel's name."""
        return "" if _TARGET.fullmatch(target) else f'{target!r} is no chat: write its number, or "@name" of a channel'

    def check_ready(self, target: str) -> None:
        """The token is all it needs."""

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Post it, as an answer to the thread's first message where there is one; `chat/message`."""
        asked = self._message(target, alert, now)
        if alert.first_message:
            first = {"message_id": int(alert.first_message.rpartition("/")[2]), "allow_sending_without_reply": True}
            asked["reply_parameters"] = first
        result = self._call("sendMessage", asked)
        return f"{result['chat']['id']}/{result['message_id']}"

    def refresh(self, target: str, reference: str, alert: Alert, now: datetime) -> None:
        """Edit the message."""
        chat, _, message = reference.rpartition("/")
        asked = self._message(target, alert, now) | {"chat_id": chat, "message_id": int(message)}
        try:
            self._call("editMessageText", asked)
        except PermanentError as error:
            if "message is not modified" not in str(error):
                raise

    def _message(self, target: str, alert: Alert, now: datetime) -> dict[str, Any]:
        text = fitted(present(alert, now), page, lambda made: len(made.encode("utf-16-le")) // 2 <= MOST)
        return {
            "chat_id": target, "text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True},
        }  # fmt: skip

    def _call(self, method: str, asked: dict[str, Any]) -> dict[str, Any]:
        base, token = self._settings.telegram_api_url, self._settings.telegram_bot_token
        url = SecretStr(f"{base.get_secret_value().rstrip('/')}/bot{token.get_secret_value()}/{method}")
        return judged(self._poster.post(url, json.dumps(asked, ensure_ascii=False).encode()))


def judged(answer: Answer) -> dict[str, Any]:
    """The result. Raises what the answer's words stand for."""
    plain = answer.plain()
    if plain.get("ok") is True and isinstance(plain.get("result"), dict):
        return dict(plain["result"])
    wait = (plain.get("parameters") or {}).get("retry_after", answer.retry_after)
    said = f"Telegram: {plain.get('description') or answer.said} (HTTP {answer.status})"
    answer.by_gateway(said)
    if answer.status == 429 or answer.status >= 500:
        raise TransientError(said, float(wait) if wait is not None else None)
    if answer.status == 401:
        raise TransientError(said, 300.0)  # a wrong token is mended by a person within the day that is tried
    if answer.status < 300:
        raise UnknownOutcome(said)
    raise PermanentError(said)


def page(shown: Presented) -> str:
    """The alert in Telegram's HTML."""
    lines = [f"<b>{e(shown.headline)}</b>", _link(shown.title, shown.url), e(shown.source), *map(e, shown.lines)]
    lines += [f"{e(name)}: {e(value)}" for name, value in shown.facets]
    lines += [f"<b>+ {e(line)}</b>" for line in shown.news]
    lines += [f"<b>→ {e(line)}</b>" for line in shown.later]
    for line, quote in shown.events:
        lines += [f"• {e(line)}"] * (len(shown.events) > 1)
        lines += [f"<blockquote>{e(quote)}</blockquote>"] if quote else []
    lines += [e(line) for line in (*shown.summary, *point_lines(shown))]
    if shown.reports:
        lines += ["", e(shown.reports_head), *(f"- {_link(line, url)}" for line, url in shown.reports)]
    return "\n".join([*lines, "", *(f"<i>{e(line)}</i>" for line in (shown.times, shown.why, shown.key) if line)])


def _link(text: str, url: str) -> str:
    return f'<a href="{e(url)}">{e(text)}</a>' if is_web(url) else e(text)


CHANNEL = Telegram
