"""How the status of one event may move: rumour → plan → announcement → completion, and a denial at any time before."""

from collections.abc import Collection
from typing import Final

from shared.messages.classified import Status

_RANK: Final[dict[str, int]] = {"denied": -1, "rumoured": 0, "planned": 1, "announced": 2, "completed": 3}


def moves_on(known: Collection[Status], now: Status) -> bool:
    """Whether `now` is a step beyond every status that is `known` of the event.

    A rumour after a denial is no step, nor an announcement after the completion: both only retell.
    """
    ranks = [_RANK[status] for status in known if status in _RANK]
    if now not in _RANK or now in known or not ranks:
        return False
    if now == "denied":
        return max(ranks) < _RANK["completed"]
    if now == "rumoured":
        return False
    return _RANK[now] > max(ranks)
