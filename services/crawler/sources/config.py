"""config/sources.yaml, typed: it switches, tunes and adds sources.

Every key is described here and at the head of config/sources.yaml.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from services.crawler.domain.canonical import clean
from services.crawler.domain.source import Source
from services.crawler.sources.registry import plugins
from shared.config_file import ConfigModel, fit, line_of, load_config, read_node
from shared.errors import ConfigError, PermanentError
from shared.messages.common import Language, Rights, Role


class Terms(ConfigModel):
    """Whether the site's terms let a program read it, as far as somebody looked."""

    address: str | None = None
    verdict: Literal["allowed", "unknown", "prohibited"] = "unknown"


class Fetching(ConfigModel):
    """How pages are fetched, for all sources."""

    timeout: float = Field(default=20.0, gt=0, le=120, allow_inf_nan=False)
    """Seconds for one answer in all, redirects and slow drips included."""
    max_bytes: int = Field(default=5_000_000, ge=1_000)
    """Largest answer, after decompression."""
    max_redirects: int = Field(default=10, ge=0, le=20)
    attempts: int = Field(default=3, ge=1, le=10)
    """Looks at a page that fails in a way that may pass, before it ends as failed."""
    retry_pause: float = Field(default=30.0, ge=0, allow_inf_nan=False)
    """Seconds before the second look; doubled for each one after it."""
    unreached_for: float = Field(default=86_400.0, ge=0, allow_inf_nan=False)
    """Seconds for which a page whose host cannot be reached is tried, with growing pauses, before it ends as failed."""
    concurrency: int = Field(default=4, ge=1, le=64)
    """Pages in work at once."""


class Defaults(ConfigModel):
    """What holds for a source that does not say otherwise."""

    interval: float = Field(default=300.0, ge=0.2, allow_inf_nan=False)
    pace: float = Field(default=2.0, ge=0, allow_inf_nan=False)


class SourceEntry(ConfigModel):
    """One source as a person wrote it."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    kind: str
    address: str = Field(pattern=r"^https?://\S+$")
    outlet: str | None = None
    """The publisher as readers know it."""
    language: Language | None = None
    """What its pages are written in, where a page does not tell."""
    timezone: str = "Asia/Shanghai"
    """Of the times in its listing that name none."""
    role: Role = "alert"
    rights: Rights = "excerpt"
    terms: Terms = Terms()
    interval: float | None = Field(default=None, ge=0.2, allow_inf_nan=False)
    """Seconds between polls."""
    pace: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Seconds between two requests to one host."""
    enabled: bool = True
    why_off: str | None = None
    verified: bool = False
    """Whether somebody saw it work against the live site."""
    evidence: Literal["A", "B", "C", "U"] | None = None
    """A: maintained public code reads it so; B: a dated live test or several who agree; C: one old file; U: a guess."""
    options: dict[str, Any] = Field(default_factory=dict)
    """What its kind asks for."""

    @field_validator("address")
    @classmethod
    def _usable_address(cls, address: str) -> str:
        try:
            clean(address)
        except PermanentError as error:
            raise ValueError(f"{error}; give an address such as https://www.example.com/feed") from error
        return address

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("no timezone of the IANA database, such as Asia/Shanghai") from error
        return name

    @property
    def zone(self) -> tzinfo:
        """The timezone as a value."""
        return ZoneInfo(self.timezone)


class SourcesFile(ConfigModel):
    """The whole file."""

    fetching: Fetching = Fetching()
    defaults: Defaults = Defaults()
    sources: tuple[SourceEntry, ...] = ()


@dataclass(frozen=True)
class ConfiguredSource:
    """A source ready to be polled: what was written, and the plug-in made of it."""

    entry: SourceEntry
    source: Source
    interval: float
    pace: float

    @property
    def name(self) -> str:
        """The name that state, metrics and messages carry."""
        return self.entry.name


@dataclass(frozen=True)
class Sources:
    """All sources of the file, the ones that are off included."""

    fetching: Fetching
    all: tuple[ConfiguredSource, ...]

    @property
    def enabled(self) -> tuple[ConfiguredSource, ...]:
        """The ones to poll."""
        return tuple(one for one in self.all if one.entry.enabled)


def load_sources(path: Path, environment: Mapping[str, str]) -> Sources:
    """Read the file; `${NAME}` in a value comes from `environment`.

    Raises ConfigError with the line for an unknown kind, a name used twice, and all that does not fit.
    """
    file = load_config(path, SourcesFile, environment)
    node = read_node(path)
    known = plugins()
    seen: set[str] = set()
    built = []
    for number, entry in enumerate(file.sources):
        if entry.name in seen:
            line = line_of(node, ("sources", number, "name"))
            raise ConfigError(path, line, f"the name {entry.name} is used twice", "give each source its own name")
        seen.add(entry.name)
        plugin = known.get(entry.kind)
        if plugin is None:
            line = line_of(node, ("sources", number, "kind"))
            raise ConfigError(path, line, f"unknown kind {entry.kind}", f"one of {', '.join(sorted(known))}")
        options = fit(path, node, ("sources", number, "options"), entry.options, plugin.options)
        interval = entry.interval if entry.interval is not None else file.defaults.interval
        pace = entry.pace if entry.pace is not None else file.defaults.pace
        source = plugin.build(entry.address, entry.zone, options)
        built.append(ConfiguredSource(entry, source, interval, pace))
    return Sources(file.fetching, tuple(built))
