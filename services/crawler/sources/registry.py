"""Finding the plug-ins: every module beside this one or under kinds/ that defines `PLUGIN`. No list names them."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from typing import Any

from services.crawler.domain.source import Source
from shared.config_file import ConfigModel

ROOMS = ("services.crawler.sources.kinds", "services.crawler.sources")
_OWN = frozenset({"config", "kinds", "links", "registry", "table"})


@dataclass(frozen=True)
class Plugin:
    """How a kind of source is made from its address, the timezone of its listing and its options."""

    name: str
    options: type[ConfigModel]
    build: Callable[[str, tzinfo, Any], Source]
    """The third argument is an instance of `options`."""


@cache
def plugins() -> dict[str, Plugin]:
    """All plug-ins by name. Raises ValueError when two have the same name."""
    found: dict[str, Plugin] = {}
    for room in ROOMS:
        for module in pkgutil.iter_modules(importlib.import_module(room).__path__):
            if room == ROOMS[1] and module.name in _OWN:
                continue
            plugin = getattr(importlib.import_module(f"{room}.{module.name}"), "PLUGIN", None)
            if plugin is None:
                continue
            if plugin.name in found:
                raise ValueError(f"two sources are named {plugin.name}")
            found[plugin.name] = plugin
    return found
