"""What answering readers' requests needs: where requests lie, one transaction, and what the commands do."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from services.alerter.application.reload import Version
from services.alerter.domain.desk import Answer, Asked, Kind, Rights
from services.alerter.domain.silences import Matcher, Silence
from services.alerter.domain.subscriptions import Subscriptions


class Unit(Protocol):
    """One transaction."""

    def newest(self) -> Version | None:
        """The version in force; nobody else adds one until the transaction ends."""

    def versions_after(self, version: int) -> Sequence[Version]:
        """Those that were added since, the oldest first."""

    def add_version(self, content: str, who: str, reason: str) -> Version:
        """A new version, with its entry in the audit log."""

    def silence(self, number: int) -> Silence | None:
        """That silence."""

    def add_silence(self, matcher: Matcher, until: datetime, reason: str, who: str) -> int:
        """A silence from now on, with its entry in the audit log; its number."""

    def end_silence(self, number: int, who: str) -> bool:
        """End it before its time; False for one that is not in force."""

    def rights(self, request: int) -> Rights | None:
        """What the asker may now; None for one who may not come in any more."""

    def answer(self, request: int, answer: Answer) -> None:
        """Write the answer. Raises TransientError where somebody else has taken the request over."""


class Tray(Protocol):
    """Where requests lie. Raises TransientError while the database is away."""

    def take(self, kinds: Collection[Kind]) -> Asked | None:
        """The oldest of these kinds that nobody works on, leased; None when there is none."""

    def begin(self) -> AbstractContextManager[Unit]:
        """A transaction, kept when the block ends well."""


class Rules(Protocol):
    """What the commands do with subscriptions and silences. All raise ConfigError for what is wrong with them."""

    def check(self, text: str) -> tuple[Subscriptions, Sequence[str]]:
        """The subscriptions, and what is to be said of them though they can be used."""

    def serve(self, targets: Collection[str]) -> None:
        """See that these channels can be sent to."""

    def read(self, version: Version) -> Subscriptions:
        """A version that was in force: names that are gone since are taken as they are."""

    def preview(self, subscriptions: Subscriptions, team: str, days: int) -> Mapping[str, object]:
        """What they would have told in the last days, for one team, or all where `team` is empty."""

    def silence(self, matcher: Matcher, until: str, timezone: str, reason: str) -> datetime:
        """The end of a silence that may be made. Raises ValueError too."""
