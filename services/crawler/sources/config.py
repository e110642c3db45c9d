"""config/sources.yaml, typed: it switches and tunes the sources that are built in, and adds others.

Every key is described in `definition.py` and at the head of config/sources.yaml.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import yaml

from services.crawler.domain.schedule import Interval
from services.crawler.domain.source import Source
from services.crawler.sources.definition import Defaults, Fetching, Setup, SourceDefaults, SourceEntry
from services.crawler.sources.permitted import held_to, over, why_off
from services.crawler.sources.registry import Plugin, plugins
from shared.config_file import VARIABLE, ConfigModel, expand, fit, line_of, plain_of, read_node
from shared.errors import ConfigError
from shared.hiding import NOTHING, Hidden


class SourcesFile(ConfigModel):
    """The whole file."""

    fetching: Fetching = Fetching()
    defaults: Defaults = Defaults()
    built_in: bool = True
    """Whether the sources that come with the crawler run; else only those that this file adds."""
    unknown_terms: Literal["allow", "refuse"] = "allow"
    """Whether a source runs whose terms nobody has read."""
    sources: tuple[SourceEntry, ...] = ()


@dataclass(frozen=True)
class ConfiguredSource:
    """A source ready to be polled: what is said of it, and the plug-in made of it."""

    entry: SourceEntry
    """With the defaults of its own file filled in."""
    plugin: Plugin
    source: Source
    bounds: Interval
    """Seconds between polls."""
    pace: float
    why_off: str = ""
    """Why it does not run; empty when it does."""
    until: date | None = None
    """The last day on which it may run."""
    hidden: Hidden = NOTHING
    """The values of its variables, which no message may show."""

    @property
    def interval(self) -> float:
        """Seconds between polls, usually."""
        return self.bounds.usual

    @property
    def name(self) -> str:
        """The name that state, metrics and messages carry."""
        return self.entry.name

    @property
    def address(self) -> str:
        """Where it is read."""
        return self.entry.address or ""


@dataclass(frozen=True)
class Sources:
    """All sources, the ones that are off included."""

    fetching: Fetching
    all: tuple[ConfiguredSource, ...]

    @property
    def enabled(self) -> tuple[ConfiguredSource, ...]:
        """The ones to poll."""
        return tuple(one for one in self.all if not one.why_off)


@dataclass(frozen=True)
class _Place:
    """Where in which file an entry stands, for errors."""

    path: Path
    node: yaml.Node | None
    steps: tuple[str | int, ...]
    hidden: Hidden = NOTHING
    """What came from variables, which no error may show."""

    def error(self, key: str, wrong: str, right: str) -> ConfigError:
        """The error, with the line of `key`."""
        return ConfigError(self.path, line_of(self.node, (*self.steps, key)), self.hidden(wrong), self.hidden(right))


def load_sources(path: Path, environment: Mapping[str, str], today: date, overlay: Path | None = None) -> Sources:
    """Read the file; `${NAME}` in a value comes from `environment`. `overlay`: a second file, which tunes the first.

    Raises ConfigError with the line for an unknown kind, a name used twice, and all that does not fit. A source that
    lacks a variable, or leave to be read `today`, is off and says so.
    """
    file, entries = _read(path, environment, {})
    if overlay is not None:
        second, entries = _read(overlay, environment, entries)
        file = _tuned(file, second)
    known = plugins()
    if file.built_in:
        for name, plugin in sorted(known.items()):
            if plugin.defaults is not None and name not in entries:
                entries[name] = (SourceEntry(name=name), _Place(path, None, ()))
    built = [_built(file, entry, place, known, environment, today) for entry, place in entries.values()]
    return Sources(file.fetching, tuple(built))


_Entries = dict[str, tuple[SourceEntry, _Place]]


def _read(path: Path, environment: Mapping[str, str], base: _Entries) -> tuple[SourcesFile, _Entries]:
    """One file, and its entries laid over those of `base`."""
    node = read_node(path)
    named = dict(_named(node, environment))
    stand_ins = {
        name: value for number in named.values() for name, value in number.items() if not environment.get(name)
    }
    hidden = expand(path, node, {**environment, **stand_ins})
    file = fit(path, node, (), plain_of(node), SourcesFile, hidden)
    entries, seen = dict(base), set[str]()
    for number, entry in enumerate(file.sources):
        place = _Place(path, node, ("sources", number), hidden)
        if entry.name in seen:
            raise place.error("name", f"the name {entry.name} is used twice", "give each source its own name")
        seen.add(entry.name)
        if number in named:
            entry = entry.model_copy(update={"variables": (*entry.variables, *named[number])})
        entries[entry.name] = (_over(entries[entry.name][0], entry) if entry.name in entries else entry, place)
    return file, entries


def _named(node: yaml.Node | None, environment: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The entries, by number, that name variables: where one is not set that source is off, the others run.

    With each variable comes its value, or one of the right form that stands in its place; no request ever goes there
    (RFC 6761).
    """
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value == "sources" and isinstance(value, yaml.SequenceNode):
            for number, entry in enumerate(value.value):
                text = yaml.serialize(entry)
                if names := sorted(set(VARIABLE.findall(text))):
                    yield number, {name: environment.get(name) or _stand_in(name, text) for name in names}


def _stand_in(name: str, text: str) -> str:
    return ("" if f"://${{{name}}}" in text else "http://") + "unset.invalid"


def _tuned(file: SourcesFile, second: SourcesFile) -> SourcesFile:
    """The file with what the second one says besides sources; of its blocks only the keys that are set."""
    said = {key: getattr(second, key) for key in second.model_fields_set - {"sources"}}
    for key in said.keys() & {"fetching", "defaults"}:
        block = said[key]
        update = {name: getattr(block, name) for name in block.model_fields_set}
        said[key] = getattr(file, key).model_copy(update=update)
    return file.model_copy(update=said)


def _over(base: SourceEntry, entry: SourceEntry) -> SourceEntry:
    said = {key: getattr(entry, key) for key in entry.model_fields_set}
    if "terms" in said:
        said["terms"] = over(base.terms, entry.terms)
    return base.model_copy(update={**said, "options": {**base.options, **entry.options}})


def _built(
    file: SourcesFile,
    entry: SourceEntry,
    place: _Place,
    known: Mapping[str, Plugin],
    environment: Mapping[str, str],
    today: date,
) -> ConfiguredSource:
    plugin = _plugin(entry, place, known)
    defaults = plugin.defaults or SourceDefaults(address="https://example.com")
    said = {key: getattr(entry, key) for key in entry.model_fields_set}
    variables = tuple(dict.fromkeys((*defaults.variables, *entry.variables)))
    own = {key: getattr(defaults, key) for key in defaults.model_fields_set} if plugin.defaults else {}
    merged = {**entry.__dict__, **own, **said, "variables": variables}
    tuned = {**plugin.default_options, **entry.options}
    terms = held_to(plugin, over(defaults.terms, entry.terms), merged["address"] or "", tuned, known)
    full = SourceEntry.model_construct(None, **{**merged, "terms": terms})
    options = fit(place.path, place.node, (*place.steps, "options"), tuned, plugin.options, place.hidden)
    values = {name: environment.get(name, "") for name in variables}
    place = replace(place, hidden=Hidden({**values, **place.hidden.values}))
    setup = Setup(full.address or "", full.zone, options, values)
    bounds = _interval(full, file.defaults, place)
    try:
        made = plugin.build(setup)
    except ValueError as error:
        raise place.error("options", f"{entry.name}: {error}", "see the README of the crawler") from None
    return ConfiguredSource(
        entry=full,
        plugin=plugin,
        source=made,
        bounds=bounds,
        pace=full.pace if full.pace is not None else file.defaults.pace,
        why_off=why_off(full, file.unknown_terms, environment, today),
        until=full.permission.until if full.permission and full.terms.verdict == "prohibited" else None,
        hidden=Hidden({name: value for name, value in values.items() if value}),
    )


def _interval(entry: SourceEntry, defaults: Defaults, place: _Place) -> Interval:
    usual = defaults if entry.interval is None else entry  # bounds belong to the interval that they stand beside
    found = Interval.of(
        usual.interval or defaults.interval, entry.fastest or usual.fastest, entry.slowest or usual.slowest
    )
    if not found.fastest <= found.usual <= found.slowest:
        wrong = f"{entry.name}: the interval of {found.usual:g} s is outside its bounds"
        raise place.error("interval", wrong, "fastest ≤ interval ≤ slowest, in seconds")
    return found


def _plugin(entry: SourceEntry, place: _Place, known: Mapping[str, Plugin]) -> Plugin:
    kinds = sorted(name for name, plugin in known.items() if plugin.defaults is None)
    if entry.kind is None:
        plugin = known.get(entry.name)
        if plugin is None or plugin.defaults is None:
            right = (
                f"to add a source give it a `kind`, one of {', '.join(kinds)}; to tune one that is built in, its name"
            )
            raise place.error("name", f"no source named {entry.name} is built in", right)
        return plugin
    if entry.kind not in kinds:
        raise place.error("kind", f"unknown kind {entry.kind}", f"one of {', '.join(kinds)}")
    if entry.name in known:
        right = "leave `kind` out to tune the one that is built in, or take another name"
        raise place.error("name", f"a source named {entry.name} is built in", right)
    if entry.address is None:
        raise place.error("name", f"{entry.name} has no address", "an address such as https://www.example.com/feed")
    return known[entry.kind]
