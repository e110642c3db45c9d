"""Articles of accounts on Sohu, by the account's number. Evidence A: a maintained project reads them so.

Off until accounts are named: none of them is known to belong to a watched firm. Most of what stands there is reprinted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field

from services.crawler.domain.source import Listed, Request, Source, SourcePage, State
from services.crawler.sources.answers import listed, moment, word
from services.crawler.sources.asking import Asked, json_rows
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel
from shared.errors import PermanentError


class SohuAccountsOptions(ConfigModel):
    """Whose articles."""

    accounts: tuple[str, ...] = Field(default=(), max_length=15)
    """The numbers after the `_` of their articles' addresses."""


@dataclass(frozen=True)
class SohuAccounts(Asked):
    """One question for each account."""

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The newest articles of each account. Raises PermanentError when no account is named."""
        if not self.words:
            raise PermanentError("no accounts are named: give their numbers under `options: {accounts: […]}`")
        return super().start(state, now)


def build(setup: Setup) -> Source:
    """The accounts."""

    def ask(account: str, cursor: str, now: datetime) -> Request:
        return Request(f"{setup.address}/{account}", headers=(("Referer", "https://mp.sohu.com/"),))

    def read(row: Any, page: SourcePage) -> Listed | None:
        link = word(row, "link")
        if link and "://" not in link:
            link = f"https://{link.lstrip('/')}"  # the list leaves the scheme out
        published = moment(word(row, "publicTime"), setup.zone, page.fetched)
        return listed(page, link, word(row, "title"), published)

    return SohuAccounts(setup.options.accounts, ask, json_rows("data.pcArticleVOS"), read)


PLUGIN = Plugin(
    "sohu_accounts",
    SohuAccountsOptions,
    build,
    SourceDefaults(
        address="https://v2.sohu.com/author-page-api/author-articles/pc",
        outlet="搜狐",
        language="zh-Hans",
        interval=900,
        pace=3,
        enabled=False,
        why_off="no accounts are named yet: give their numbers under `options: {accounts: […]}`",
        evidence="A",
        reliability="D",
        reliability_why="accounts that anybody may open, mostly reprints",
    ),
)
