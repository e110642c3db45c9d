"""The ways to people: one file each, with settings and `send`. A file that holds CHANNEL is one; no list names it."""

import importlib
import pkgutil
from collections.abc import Iterable
from functools import lru_cache

from services.alerter.channels.base import ChannelKind
from services.alerter.domain.spelling import nearest
from shared.errors import ConfigError


@lru_cache(maxsize=1)
def all_channels() -> dict[str, type[ChannelKind]]:
    """Every kind of channel by its name."""
    found: dict[str, type[ChannelKind]] = {}
    for module in pkgutil.iter_modules(__path__):
        kind = getattr(importlib.import_module(f"{__name__}.{module.name}"), "CHANNEL", None)
        if kind is not None:
            found[kind.kind] = kind
    return found


def started(name: str, target: str) -> ChannelKind:
    """A channel that can send to `target`. Raises ConfigError naming what is wrong or which variable is missing."""
    kinds = all_channels()
    if name not in kinds:
        raise ConfigError("channel", None, f"no channel is called {name}", nearest(name, kinds))
    if wrong := kinds[name].check_target(target):
        what, _, right = wrong.partition(": ")
        raise ConfigError(f"target of {name}", None, what, right or "see the comments of config/subscriptions.yaml")
    (channel,) = started_for([f"{name}:{target}"])
    return channel


def started_for(targets: Iterable[str]) -> list[ChannelKind]:
    """The channels of these targets (`slack:#name`, `console`), the variables looked at. Raises ConfigError."""
    found: dict[str, ChannelKind] = {}
    for place in sorted(set(targets)):
        kind, _, target = place.partition(":")
        if kind not in found:
            found[kind] = all_channels()[kind].start()
        found[kind].check_ready(target)
    return list(found.values())


REFRESHING = frozenset(name for name, kind in all_channels().items() if kind.can_refresh)
"""The kinds of channel that can change a message."""
