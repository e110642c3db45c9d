"""The watchlist as people edit it (config/watchlist.yaml), typed and checked.

A wrong entry is a ConfigError with file, line, what is wrong and what would be right.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from shared.config_file import ConfigModel, load_config
from shared.config_hints import Misfit

Circle = Literal["first", "peer", "regulator"]
"""`first`: what Luming is for. `peer`: a rival, lower weight. `regulator`: counts beside a topic or a company."""
OTHER = "other"
"""Identifier of those that matter and have none of their own."""


class Name(ConfigModel):
    """What readers call the entity, in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Trap(ConfigModel):
    """Drops a mention when every condition that is given holds; a word `@set` stands for a set of the file."""

    followed: tuple[str, ...] = ()
    """One of these stands directly after the mention."""
    preceded: tuple[str, ...] = ()
    """One of these stands directly before it."""
    when: tuple[str, ...] = ()
    """One of these stands anywhere in the article."""
    unless: tuple[str, ...] = ()
    """None of these stands anywhere in the article (beside the mention itself)."""
    why: str = Field(min_length=1)

    @model_validator(mode="after")
    def _needs_a_condition(self) -> Self:
        if not (self.followed or self.preceded or self.when or self.unless):
            raise ValueError("a trap needs one of followed, preceded, when, unless")
        return self


class Alias(ConfigModel):
    """Names that share their rules."""

    names: tuple[str, ...] = Field(min_length=1)
    beside: tuple[str, ...] = ()
    """The mention counts only where one of these stands in the article too; empty: it counts alone."""
    never_alone: bool = False
    """The mention never makes an article a concern by itself, it is only context."""
    product: bool = False
    historic: bool = False
    exact_case: bool = False
    """Latin capitals must be as written here (AQ, NHC, CAC)."""
    traps: tuple[Trap, ...] = ()

    @field_validator("names")
    @classmethod
    def _long_enough(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for number, name in enumerate(names):
            if len(name.strip()) < 2 or name != name.strip():
                wrong = f"{name!r}: a name has at least two characters and no blank around it"
                raise Misfit((number,), wrong, "a longer name; of a short one, a spelling that nobody else has")
        return names


class Entity(ConfigModel):
    """One company or authority."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    reported_as: Literal["other"] | None = None
    """`other` for a peer that taxonomies count under no identifier of its own."""
    name: Name
    circle: Circle
    hong_kong_code: str | None = Field(default=None, pattern=r"^\d{5}$")
    """Five digits; every usual ticker form of it is a mention."""
    aliases: tuple[Alias, ...] = Field(min_length=1)


class Nobody(ConfigModel):
    """Names that hold a watched name and are someone else: `南微医学` holds `微医`."""

    names: tuple[str, ...] = Field(min_length=1)
    why: str = Field(min_length=1)


class Topic(ConfigModel):
    """A subject of the regulation of internet healthcare."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    words: tuple[str, ...] = Field(min_length=1)
    beside: tuple[str, ...] = ()
    """The words count only where one of these stands in the article too."""


class Watchlist(ConfigModel):
    """All of config/watchlist.yaml."""

    sets: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Named lists of words, used as `@name`."""
    entities: tuple[Entity, ...] = Field(min_length=1)
    nobody: tuple[Nobody, ...] = ()
    topics: tuple[Topic, ...] = Field(min_length=1)
    latin_topics_beside: tuple[str, ...] = ()
    """A topic in Latin letters counts only where one of these stands in the article too: the field is China's."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        place: tuple[int | str, ...]
        ids: set[str] = set()
        named: dict[str, str] = {}
        for number, entity in enumerate(self.entities):
            if entity.id in ids:
                place = ("entities", number, "id")
                raise Misfit(place, f"entity {entity.id} stands twice", "put its aliases under one entry")
            ids.add(entity.id)
            for at, alias in enumerate(entity.aliases):
                for index, name in enumerate(alias.names):
                    if named.setdefault(name, entity.id) != entity.id:
                        place = ("entities", number, "aliases", at, "names", index)
                        wrong = f"the name {name} belongs to {named[name]} and to {entity.id}"
                        raise Misfit(place, wrong, "leave it with one of them")
        for place, word in self._references():
            if word.startswith("@") and word[1:] not in self.sets:
                known = ", ".join(f"@{name}" for name in sorted(self.sets))
                raise Misfit(place, f"{word}: no such set", f"one of {known}, or a new one under `sets:`")
        return self

    def _references(self) -> Iterator[tuple[tuple[int | str, ...], str]]:
        """Every word that may name a set, with its place."""
        yield from _placed(("latin_topics_beside",), self.latin_topics_beside)
        for number, entity in enumerate(self.entities):
            for at, alias in enumerate(entity.aliases):
                place = ("entities", number, "aliases", at)
                yield from _placed((*place, "beside"), alias.beside)
                for index, trap in enumerate(alias.traps):
                    for key in ("when", "unless", "followed", "preceded"):
                        yield from _placed((*place, "traps", index, key), getattr(trap, key))
        for number, topic in enumerate(self.topics):
            yield from _placed(("topics", number, "beside"), topic.beside)

    def words(self, references: tuple[str, ...]) -> tuple[str, ...]:
        """`references` with every `@set` replaced by its words."""
        found: list[str] = []
        for word in references:
            found += self.sets[word[1:]] if word.startswith("@") else (word,)
        return tuple(found)

    def entity(self, identifier: str) -> Entity | None:
        """The entry of that identifier."""
        return next((entity for entity in self.entities if entity.id == identifier), None)


def _placed(place: tuple[int | str, ...], words: tuple[str, ...]) -> Iterator[tuple[tuple[int | str, ...], str]]:
    for index, word in enumerate(words):
        yield (*place, index), word


def load_watchlist(path: Path) -> Watchlist:
    """The watchlist in `path`. Raises ConfigError with the line when it does not fit."""
    return load_config(path, Watchlist)
