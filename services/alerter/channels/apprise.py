"""Anything else through the library apprise, as plain text: the address in the variable says which service it is.

https://github.com/caronc/apprise/wiki lists the services and how their addresses are written. apprise cuts or divides a
message by the limits of each. It says only whether all went well, so that its log is read for what went wrong.
"""

import re
import warnings
from datetime import datetime
from functools import lru_cache
from io import StringIO
from types import ModuleType
from typing import Any, ClassVar

from pydantic import Field, SecretStr

from services.alerter.channels.base import ChannelSettings
from services.alerter.channels.http import NOBODY_KNOWS, REPEATED_AFTER
from services.alerter.channels.markup import harmless
from services.alerter.channels.named import Named, prefix_of, read_target
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive, Region
from services.alerter.domain.presentation import plain_text, present
from services.alerter.domain.shorten import cut
from shared.errors import ConfigError, LumingError, PermanentError, TransientError, UnknownOutcome
from shared.runtime.veil import hide

_TITLE = 200
"""Characters of the title; services cut it shorter by themselves."""
_STATUS = re.compile(r"error=(\d{3})\b")
_LOST = re.compile(r"connection error|timed? ?out", re.IGNORECASE)


class AppriseTarget(ChannelSettings):
    """Variables of one target."""

    url: SecretStr = Field(min_length=4, description="the service's address as apprise writes it, which is a secret")


class Apprise(Named[AppriseTarget]):
    """Services that apprise knows, by name."""

    kind: ClassVar[str] = "apprise"
    target_settings: ClassVar[type[ChannelSettings] | None] = AppriseTarget
    tells_hand_over: ClassVar[bool] = False
    region: ClassVar[Region] = "global"
    may_receive = MayReceive("link")
    """Nobody knows here which service it is, and on what terms."""
    pace = None
    limits: ClassVar[str] = "those of the service"

    def _read(self, name: str) -> AppriseTarget:
        found = read_target(self.kind, name, AppriseTarget)
        if not _library().Apprise().add(found.url.get_secret_value()):
            where = f"environment variable {prefix_of(self.kind, name)}URL"
            raise ConfigError(where, None, "is no address that apprise understands", "see apprise's list of services")
        return found

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Hand it to apprise, which names no message; the delivery's key."""
        url, shown = self._ready(target).url.get_secret_value(), present(alert, now)
        library = _library()
        service: Any = library.Apprise()
        service.add(url)
        with library.LogCapture(level=library.logging.WARNING) as said:
            # Whatever the service reads as markup, a title must not mention everybody there.
            done = service.notify(
                title=cut(harmless(shown.headline), _TITLE), body=plain_text(shown, harmless), body_format="text"
            )
        if not done:
            raise failed(said.getvalue() if isinstance(said, StringIO) else "")
        return alert.delivery_key


def failed(said: str) -> LumingError:
    """The project's error for what apprise logged."""
    words = f"apprise: {hide(' '.join(said.split()))[:200] or 'it failed without a word'}"
    status = _STATUS.search(said)
    if _LOST.search(said):
        return UnknownOutcome(words)
    if status and int(status[1]) == NOBODY_KNOWS:
        return UnknownOutcome(words, REPEATED_AFTER)
    if status and status[1][0] == "4" and status[1] not in ("408", "429"):
        return PermanentError(words)
    return TransientError(words)


@lru_cache(maxsize=1)
def _library() -> ModuleType:
    """apprise, read when it is first used: it loads more than a hundred services."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of modules that some of its services read
        import apprise

        apprise.Apprise.instantiate("json://localhost")  # the first address loads them all
    return apprise


CHANNEL = Apprise
