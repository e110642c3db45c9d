"""Finding the plug-ins: every module beside this one or under kinds/ that defines `PLUGIN`, and every entry point of
the group `luming.sources` that an installed package brings. No list names them."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from services.crawler.domain.extraction.rules import SiteRule
from services.crawler.domain.source import Source
from services.crawler.sources.definition import Setup, SourceDefaults
from shared.config_file import ConfigModel

ROOMS = ("services.crawler.sources.kinds", "services.crawler.sources")
GROUP = "luming.sources"
"""Entry points of this group name a `Plugin`."""
OWN = frozenset(
    {
        "answers",
        "asking",
        "blanks",
        "config",
        "coverage",
        "definition",
        "fixture",
        "json_path",
        "kinds",
        "links",
        "paging",
        "registry",
        "table",
        "words",
    }
)
"""Modules of this room that are no sources."""


@dataclass(frozen=True)
class Plugin:
    """A kind of source, or, with `defaults`, one source that stands by itself."""

    name: str
    options: type[ConfigModel]
    build: Callable[[Setup], Source]
    """Raises ValueError with the cause when options that are right one by one do not fit together."""
    defaults: SourceDefaults | None = None
    default_options: Mapping[str, Any] = field(default_factory=dict)
    """What a source by itself gives its options; config/sources.yaml may say otherwise key by key."""
    rules: tuple[SiteRule, ...] = ()
    """What is known of the pages it leads to."""


def source(
    name: str,
    kind: Plugin,
    defaults: SourceDefaults,
    options: Mapping[str, Any] | None = None,
    rules: tuple[SiteRule, ...] = (),
) -> Plugin:
    """A source that is one of the kinds with its address and options set."""
    return Plugin(name, kind.options, kind.build, defaults, options or {}, rules)


@cache
def plugins() -> dict[str, Plugin]:
    """All plug-ins by name. Raises ValueError when two have the same name or an entry point names no plug-in."""
    found: dict[str, Plugin] = {}
    for room in ROOMS:
        for module in pkgutil.iter_modules(importlib.import_module(room).__path__):
            if room == ROOMS[1] and module.name in OWN:
                continue
            plugin = getattr(importlib.import_module(f"{room}.{module.name}"), "PLUGIN", None)
            if plugin is not None:
                _add(found, plugin, f"{room}.{module.name}")
    for point in entry_points(group=GROUP):
        _add(found, point.load(), f"the entry point {point.name} of {point.value}")
    return found


def _add(found: dict[str, Plugin], plugin: object, where: str) -> None:
    if not isinstance(plugin, Plugin):
        raise TypeError(f"{where} names no Plugin but {type(plugin).__name__}")
    if plugin.name in found:
        raise ValueError(f"{where}: there is a source or kind named {plugin.name} already")
    found[plugin.name] = plugin
