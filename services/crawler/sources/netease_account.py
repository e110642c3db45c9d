"""Articles of accounts on NetEase. Evidence A: a maintained project reads them so.

Off until accounts are named: none of them is known to belong to a watched firm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field

from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Request, Source, SourcePage, State
from services.crawler.sources.answers import listed, word
from services.crawler.sources.asking import AskedBack, json_rows
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel
from shared.errors import PermanentError


class NeteaseAccountOptions(ConfigModel):
    """Whose articles."""

    accounts: tuple[str, ...] = Field(default=(), max_length=15)
    """What stands as `wemediaId` in the addresses of their pages."""


@dataclass(frozen=True)
class NeteaseAccount(AskedBack):
    """One question for each account."""

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The newest articles of each account. Raises PermanentError when no account is named."""
        if not self.words:
            raise PermanentError("no accounts are named: give their ids under `options: {accounts: […]}`")
        return super().start(state, now)


def build(setup: Setup) -> Source:
    """The accounts."""

    def ask(account: str, cursor: str, now: datetime) -> Request:
        return Request(f"{setup.address}?pageNo={cursor or 1}&wemediaId={account}&size=10")

    def read(row: Any, page: SourcePage) -> Listed | None:
        number = word(row, "docid")
        link = f"https://www.163.com/dy/article/{number}.html" if number.isalnum() else ""
        published = parse_time(word(row, "ptime"), setup.zone)
        return listed(page, link, word(row, "title"), published, outlet=word(row, "source"))

    return NeteaseAccount(setup.options.accounts, ask, json_rows("data.list"), read)


PLUGIN = Plugin(
    "netease_account",
    NeteaseAccountOptions,
    build,
    SourceDefaults(
        address="https://dy.163.com/v2/article/list.do",
        outlet="网易号",
        language="zh-Hans",
        interval=900,
        pace=3,
        enabled=False,
        why_off="no accounts are named yet: give their ids under `options: {accounts: […]}`",
        evidence="A",
        reliability="D",
        reliability_why="accounts that anybody may open, unedited",
    ),
)
