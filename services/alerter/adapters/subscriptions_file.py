"""Reads subscriptions: config/subscriptions.yaml, or the text of a version in the database."""

from collections.abc import Collection
from pathlib import Path

import yaml

from services.alerter.domain.routes_check import excluded
from services.alerter.domain.spelling import nearest
from services.alerter.domain.subscriptions import Subscriptions
from shared.config_file import fit, line_of, plain_of, read_node
from shared.errors import ConfigError

_KINDS = {"entities": "watched entity", "sources": "source"}
"""Keys whose values stand in another file, as people call them."""


def load_subscriptions(path: Path, entities: Collection[str]) -> Subscriptions:
    """The subscriptions in `path`; `entities` are the watchlist's identifiers.

    Raises ConfigError with the line for what cannot be read, for an entity that nobody watches, and for a route that
    can never match because what stands above it excludes all that it asks for.
    """
    node = read_node(path)
    return fitted(path, node, entities)


def fitted(path: Path, node: yaml.Node | None, entities: Collection[str]) -> Subscriptions:
    """The subscriptions of a YAML tree; `path` is what errors name. Raises ConfigError as above."""
    loaded = fit(path, node, (), plain_of(node), Subscriptions)
    refuse_unknown(path, node, loaded, "entities", entities)
    for place, wrong, right in excluded(loaded):
        raise ConfigError(path, line_of(node, place), wrong, right)
    return loaded


def refuse_unknown(path: Path, node: yaml.Node | None, loaded: Subscriptions, key: str, known: Collection[str]) -> None:
    """Raises ConfigError with the line of the first value of `key`, also under a `not`, that is not `known`."""
    for place, wish in loaded.wishes():
        for keys, where in ((wish.when, ("when",)), (wish.when.never, ("when", "not"))):
            for number, value in enumerate(getattr(keys, key)):
                if value not in known:
                    line = line_of(node, (*place, *where, key, number))
                    wrong = f"subscription {wish.name}: no {_KINDS[key]} is called {value}"
                    raise ConfigError(path, line, wrong, nearest(value, known))
