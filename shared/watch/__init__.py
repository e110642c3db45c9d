"""Who is watched, how they are named, and which events are known: config/ as typed values; pure."""

from shared.watch.fold import fold
from shared.watch.hits import Drop, Hit, Match, TopicHit
from shared.watch.taxonomy import LABELS, STATUSES
from shared.watch.watcher import Text, Watcher
from shared.watch.watchlist import OTHER, Entity, Watchlist, load_watchlist

__all__ = [
    "LABELS",
    "OTHER",
    "STATUSES",
    "Drop",
    "Entity",
    "Hit",
    "Match",
    "Text",
    "TopicHit",
    "Watcher",
    "Watchlist",
    "fold",
    "load_watchlist",
]
