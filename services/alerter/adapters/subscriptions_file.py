"""Reads subscriptions: config/subscriptions.yaml, or the text of a version in the database."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from services.alerter.domain.routes_check import excluded, remarks
from services.alerter.domain.spelling import nearest
from services.alerter.domain.subscriptions import Place, Subscriptions, Wish, channels_of, targets
from shared.config_file import fit, line_of, node_of, plain_of, text_of
from shared.errors import ConfigError

_KINDS = {"entities": "watched entity", "sources": "source"}
"""Keys whose values stand in another file, as people call them."""


@dataclass(frozen=True)
class Known:
    """The names that subscriptions may use and that stand elsewhere."""

    entities: Collection[str]
    channels: Mapping[str, Callable[[str], str]]
    """Kind of channel to its check of a target: empty, or `what is wrong: what would be right`."""
    sources: Collection[str] | None = None
    """None: not known here, so none is refused."""
    conditions: str = ""
    """Why `only_if` cannot be asked; empty where it can."""


def load_subscriptions(path: Path, entities: Collection[str]) -> Subscriptions:
    """The subscriptions in `path`; `entities` are the watchlist's identifiers.

    Raises ConfigError with the line for what cannot be read, for an entity that nobody watches, and for a route that
    can never match because what stands above it excludes all that it asks for.
    """
    return _fitted(path, node_of(text_of(path), path), entities)


def read_subscriptions(text: str, path: Path | str, known: Known) -> Subscriptions:
    """The subscriptions in a text; `path` is what errors name. Raises ConfigError as above, and for every other name
    that is not known, a target that its channel cannot have, and a condition that nobody is there to be asked."""
    node = node_of(text, path)
    loaded = _fitted(path, node, known.entities)
    if known.sources is not None:
        refuse_unknown(path, node, loaded, "sources", known.sources)
    for place, wish in loaded.wishes():
        _check_channels(path, node, place, wish, known.channels)
        if wish.only_if and known.conditions:
            wrong = f"subscription {wish.name}: only_if cannot be asked: {known.conditions}"
            mend = "remove only_if, or set SECOND_READER_URL and its siblings for the alerter (its README, Conditions)"
            raise ConfigError(path, line_of(node, (*place, "only_if")), wrong, mend)
    return loaded


def _fitted(path: Path | str, node: yaml.Node | None, entities: Collection[str]) -> Subscriptions:
    loaded = fit(path, node, (), plain_of(node), Subscriptions)
    refuse_unknown(path, node, loaded, "entities", entities)
    for place, wrong, right in excluded(loaded):
        raise ConfigError(path, line_of(node, place), wrong, right)
    return loaded


def refuse_unknown(
    path: Path | str, node: yaml.Node | None, loaded: Subscriptions, key: str, known: Collection[str]
) -> None:
    """Raises ConfigError with the line of the first value of `key`, also under a `not`, that is not `known`."""
    for place, wish in loaded.wishes():
        for keys, where in ((wish.when, ("when",)), (wish.when.never, ("when", "not"))):
            for number, value in enumerate(getattr(keys, key)):
                if value not in known:
                    line = line_of(node, (*place, *where, key, number))
                    wrong = f"subscription {wish.name}: no {_KINDS[key]} is called {value}"
                    raise ConfigError(path, line, wrong, nearest(value, known))


def _check_channels(
    path: Path | str, node: yaml.Node | None, place: Place, wish: Wish, known: Mapping[str, Callable[[str], str]]
) -> None:
    """Raises ConfigError for a channel that is not known or a target that it cannot have."""
    places: Counter[str] = Counter()
    for channel in targets(channels_of(wish) or {}):
        kind, _, target = channel.partition(":")
        wrong, right = "", ""
        if kind not in known:
            wrong, right = f"no channel is called {kind}", nearest(kind, known)
        elif found := known[kind](target):
            wrong, right = found.partition(": ")[0], found.partition(": ")[2] or "see the comments of the file"
        if wrong:
            line = line_of(node, (*place, "channels", kind, places[kind]))
            raise ConfigError(path, line, f"subscription {wish.name}: {wrong}", right)
        places[kind] += 1


def remarks_of(text: str, path: Path | str, loaded: Subscriptions) -> list[str]:
    """What is to be said of subscriptions that can be used: each with its line and its mend."""
    node = node_of(text, path)
    return [str(ConfigError(path, line_of(node, place), wrong, right)) for place, wrong, right in remarks(loaded)]
