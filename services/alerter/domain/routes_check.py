"""What is wrong with a tree of routes that is spelt rightly: routes that nothing can reach, and such as take all."""

from collections.abc import Collection, Iterator, Sequence
from typing import get_args

from services.alerter.domain.routes import folded
from services.alerter.domain.subscriptions import Branch, Keys, Not, Place, Subscriptions, When, Wish
from shared.messages.classified import Kind
from shared.messages.common import Language
from shared.watch.taxonomy import LABELS, STATUSES

Finding = tuple[Place, str, str]
"""Where it stands, what is wrong, what would be right."""
_ALERTING: dict[str, Collection[str]] = {
    "statuses": frozenset(STATUSES) - {"background"},
    "kinds": frozenset(get_args(Kind)) - {"market_note"},
    "languages": frozenset(get_args(Language)),
}
"""Every value of a key that an alert may have."""


def excluded(loaded: Subscriptions) -> Iterator[Finding]:
    """Routes below a subscription that can never match, since they and those above them leave nothing of one key."""
    for number, subscription in enumerate(loaded.subscriptions):
        if emptied((subscription.when,)) is None:  # else it is the subscription that matches nothing: see `remarks`
            yield from _excluded(("subscriptions", number), subscription, (subscription.when,))


def _excluded(place: Place, wish: Wish, above: tuple[When, ...]) -> Iterator[Finding]:
    for number, branch in enumerate(wish.routes):
        at, chain = (*place, "routes", number), (*above, branch.when)
        if key := emptied(chain):
            own = emptied((branch.when,)) is not None
            why = "its own keys leave nothing" if own else f"{wish.name} above it lets none of its {key} through"
            mend = f"correct its {key}, move it out of {wish.name}, or remove it"
            yield (*at, "when", *_stands(branch.when, key)), f"route {branch.name} can never match: {why}", mend
        else:
            yield from _excluded(at, branch, chain)


def remarks(loaded: Subscriptions) -> Iterator[Finding]:
    """Subscriptions that match nothing or everything, and routes that an earlier one leaves nothing to."""
    for number, subscription in enumerate(loaded.subscriptions):
        place: Place = ("subscriptions", number)
        if key := emptied((subscription.when,)):
            wrong = f"subscription {subscription.name} matches nothing: its {key} and what it refuses leave none"
            yield (*place, "when", *_stands(subscription.when, key)), wrong, f"correct its {key}"
        elif takes_everything(subscription.when) and not subscription.only_if:
            wrong = f"subscription {subscription.name} matches every event"
            yield (*place, "name"), wrong, "narrow it by a key under `when`, if that is not meant"
    for place, wish in loaded.wishes():
        for number, branch in enumerate(wish.routes):
            before = _taking_all_of(branch, wish.routes[:number])
            if before:
                wrong = f"route {branch.name} is never reached: {before.name} before it takes all that it could"
                mend = f"put it before {before.name}, or write `continue: true` there"
                yield (*place, "routes", number, "name"), wrong, mend


def _taking_all_of(branch: Branch, earlier: Sequence[Branch]) -> Branch | None:
    found = (one for one in earlier if not one.continues and not one.only_if and covers(one.when, branch.when))
    return next(found, None)


def emptied(chain: Sequence[When]) -> str | None:
    """The key of which routes one below the other leave no value that an alert can have; None when one is left."""
    if not _labels(chain):
        return "labels" if any(when.labels for when in chain) else "families"
    for key, values in _ALERTING.items():
        if not _left(chain, key, values):
            return key
    nevers = [when.never for when in chain]
    if max(when.importance for when in chain) >= min(never.importance or 6 for never in nevers):
        return "importance"
    asked = [when.sources for when in chain if when.sources]
    if asked and not set(asked[0]).intersection(*asked[1:]).difference(*(never.sources for never in nevers)):
        return "sources"
    refused = {entity for never in nevers for entity in never.entities}
    if any(when.entities and refused.issuperset(when.entities) for when in chain):
        return "entities"
    barred = folded([word for never in nevers for word in never.words])
    if any(when.words and all(_holds_one(word, barred) for word in folded(when.words)) for when in chain):
        return "words"
    return None


def takes_everything(when: When) -> bool:
    """Whether every event that can alert anybody is wanted."""
    limits = when.importance > 1 or when.entities or when.sources or when.words or when.never != Not()
    whole = all(len(_left((when,), key, values)) == len(values) for key, values in _ALERTING.items())
    return not limits and whole and len(_labels((when,))) == len(LABELS)


def covers(wide: When, narrow: When) -> bool:
    """Whether `wide` wants all that `narrow` wants."""
    if wide.importance > narrow.importance or not _labels((narrow,)) <= _labels((wide,)):
        return False
    if wide.never.importance is not None and wide.never.importance < (narrow.never.importance or 6):
        return False
    others = ("entities", "statuses", "kinds", "languages", "sources", "words")
    wanted = all(not _of(wide, key) or (_of(narrow, key) and _of(narrow, key) <= _of(wide, key)) for key in others)
    return wanted and all(_of(wide.never, key) <= _of(narrow.never, key) for key in others)


def _of(keys: Keys, key: str) -> frozenset[str]:
    return frozenset(folded(keys.words) if key == "words" else getattr(keys, key))


def _left(chain: Sequence[When], key: str, values: Collection[str]) -> set[str]:
    left = set(values)
    for when in chain:
        left &= set(getattr(when, key) or left)
        left -= set(getattr(when.never, key))
    return left


def _labels(chain: Sequence[When]) -> set[str]:
    """The labels that are left, families counted in."""
    families = _left(chain, "families", set(LABELS.values()))
    return {label for label in _left(chain, "labels", LABELS) if LABELS[label] in families}


def _holds_one(word: str, barred: Sequence[str]) -> bool:
    return any(one in word for one in barred)


def _stands(when: When, key: str) -> Place:
    """Where, under `when`, a key is written."""
    return (key,) if key in when.model_fields_set else ("not", key)
