"""Reads config/subscriptions.yaml."""

from collections.abc import Collection
from pathlib import Path

from services.alerter.domain.subscriptions import Subscriptions, nearest
from shared.config_file import load_config
from shared.errors import ConfigError


def load_subscriptions(path: Path, entities: Collection[str]) -> Subscriptions:
    """The subscriptions in `path`; `entities` are the watchlist's identifiers.

    Raises ConfigError with the line for what cannot be read, and for an entity that nobody watches.
    """
    loaded = load_config(path, Subscriptions)
    for subscription in loaded.subscriptions:
        for entity in subscription.when.entities:
            if entity not in entities:
                line = _line_of_word(path, entity)
                wrong = f"subscription {subscription.name}: no watched entity is called {entity}"
                raise ConfigError(path, line, wrong, nearest(entity, entities))
    return loaded


def _line_of_word(path: Path, word: str) -> int | None:
    lines = path.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if word in line.split("#")[0]), None)
