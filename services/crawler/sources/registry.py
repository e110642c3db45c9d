"""Finding the plug-ins: every module beside this one or under kinds/ that defines `PLUGIN`, and every entry point of
the group `luming.sources` that an installed package brings. No list names them."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from services.crawler.domain.extraction.rules import SiteRule
from services.crawler.domain.source import Source
from services.crawler.sources.definition import Setup, SourceDefaults
from shared.config_file import ConfigModel
from shared.errors import ConfigError

ROOMS = ("services.crawler.sources.kinds", "services.crawler.sources")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
"""What a source or a kind may be called."""
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
        "feeds",
        "fixture",
        "json_path",
        "kinds",
        "links",
        "paging",
        "permitted",
        "registry",
        "table",
        "thin_xml",
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
    """All plug-ins by name. Raises ConfigError when a package brings what is none, or a name that is taken."""
    found = dict(built_in())
    for point in entry_points(group=GROUP):
        _add(found, _loaded(point), _named(point))
    return found


@cache
def built_in() -> dict[str, Plugin]:
    """The plug-ins that come with the crawler. Raises ConfigError when two have the same name."""
    found: dict[str, Plugin] = {}
    for room in ROOMS:
        for module in pkgutil.iter_modules(importlib.import_module(room).__path__):
            if room == ROOMS[1] and module.name in OWN:
                continue
            plugin = getattr(importlib.import_module(f"{room}.{module.name}"), "PLUGIN", None)
            if plugin is not None:
                _add(found, plugin, f"{room}.{module.name}")
    return found


@cache
def brought_by(distribution: str) -> dict[str, Plugin]:
    """The plug-ins that an installed package brings; none when it is not installed. Raises ConfigError as above."""
    found: dict[str, Plugin] = {}
    for point in entry_points(group=GROUP):
        if point.dist is not None and _normal(point.dist.name) == _normal(distribution):
            _add(found, _loaded(point), _named(point))
    return found


def _loaded(point: EntryPoint) -> object:
    try:
        return point.load()
    except Exception as error:  # a package of others may break in any way, and it must be named
        wrong = f"cannot be imported: {type(error).__name__}: {error}"
        raise ConfigError(_named(point), None, wrong, "repair that package, or uninstall it") from error


def _named(point: EntryPoint) -> str:
    package = f"the package {point.dist.name}" if point.dist is not None else "a package"
    return f"{package}, entry point {point.name} = {point.value}"


def _normal(distribution: str) -> str:
    """The one spelling of a package's name (packaging.python.org, name normalization)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _add(found: dict[str, Plugin], plugin: object, where: str) -> None:
    if not isinstance(plugin, Plugin):
        raise ConfigError(where, None, f"names no Plugin but {type(plugin).__name__}", "name the module's `PLUGIN`")
    if not NAME.fullmatch(plugin.name):
        right = "small letters, digits, _ and -: it names files too"
        raise ConfigError(where, None, f"{plugin.name!r} is no name of a source", right)
    if plugin.name in found:
        wrong = f"there is a source or kind named {plugin.name} already"
        raise ConfigError(where, None, wrong, "give the plug-in another name, or uninstall its package")
    found[plugin.name] = plugin
