"""The ways to people: one file each, with settings and `send`. A file that holds CHANNEL is one; no list names it."""

import importlib
import pkgutil
from functools import lru_cache

from services.alerter.channels.base import ChannelKind


@lru_cache(maxsize=1)
def all_channels() -> dict[str, type[ChannelKind]]:
    """Every kind of channel by its name."""
    found: dict[str, type[ChannelKind]] = {}
    for module in pkgutil.iter_modules(__path__):
        kind = getattr(importlib.import_module(f"{__name__}.{module.name}"), "CHANNEL", None)
        if kind is not None:
            found[kind.kind] = kind
    return found
