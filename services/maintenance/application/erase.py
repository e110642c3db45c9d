"""Erasing a document, or all that names a person: look first, then do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.maintenance.application.ports import Erasure, Exports, Letters, Removed, Target
from services.maintenance.domain.spellings import Sought
from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

TRIES = 3
SHORTEST_TITLE = 8
"""Characters of a title by which a kept listing is told; a shorter one stands in other texts by chance."""


@dataclass(frozen=True)
class Order:
    """Who wants what erased, and why; the reason holds no personal data."""

    document: str = ""
    person: str = ""
    who: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """What would go."""

    targets: Sequence[Target]
    letters: int | None
    """Dead letters on Kafka; None without a broker."""
    exports: Sequence[str]
    readers: Sequence[str] = ()
    """Users of the portal, by name."""


@dataclass(frozen=True)
class Done:
    """What went, and where a trace is still met."""

    targets: Sequence[Target]
    removed: Mapping[str, int]
    left: Mapping[str, int]


@dataclass(frozen=True)
class Erase:
    """Both halves of the command. Raises TransientError while database or broker is away: then run it again."""

    erasure: Erasure
    letters: Letters | None
    exports: Exports

    def plan(self, order: Order) -> Plan:
        """What would go; nothing is changed."""
        targets = self._targets(order)
        sought = _sought(order, targets)
        letters = self.letters.holding(sought) if self.letters else None
        readers = self.erasure.readers(order.person) if order.person else ()
        return Plan(targets, letters, self.exports.holding(sought), readers)

    def do(self, order: Order) -> Done:
        """Erase: the documents first, so that nothing new is derived from them, then what speaks of them elsewhere."""
        targets, removed = self._targets(order), Removed()
        sought = _sought(order, targets)
        for target in targets:
            for place, count in self._erased(target, order.who, order.reason).counts.items():
                removed.add(place, count)
            log.info("document erased", document_id=target.document_id, reason=order.reason)
        titles = [one.title for one in targets if len(one.title) >= SHORTEST_TITLE]
        steps = [self.erasure.erase_raw(replace(sought, texts=(*sought.texts, *titles)))]
        if order.person:
            steps.append(self.erasure.erase_listings(order.person, order.who, order.reason))
            steps.append(self.erasure.erase_readers(order.person, order.who, order.reason))
        for step in steps:
            for place, count in step.counts.items():
                removed.add(place, count)
        if self.letters:
            removed.add("dead letters on Kafka", self.letters.erase(sought))
        removed.add("export files", self.exports.erase(sought))
        left = Sought(tuple(one.url for one in targets if one.url), order.person)
        return Done(targets, removed.counts, self.erasure.left(left))

    def sweep(self) -> Mapping[str, int]:
        """Erase again what was on its way while it was erased."""
        removed = Removed()
        for target in self.erasure.buried():
            for place, count in self._erased(target, "", "").counts.items():
                removed.add(place, count)
        return removed.counts

    def _erased(self, target: Target, who: str, reason: str) -> Removed:
        """One document, tried again where it met a service's lock."""
        for _ in range(TRIES - 1):
            try:
                return self.erasure.erase(target, who, reason)
            except TransientError as error:
                log.warning("tried again", document_id=target.document_id, error=str(error))
        return self.erasure.erase(target, who, reason)

    def _targets(self, order: Order) -> Sequence[Target]:
        return self.erasure.naming(order.person) if order.person else self.erasure.find(order.document)


def _sought(order: Order, targets: Sequence[Target]) -> Sought:
    """By what it is known elsewhere. Titles are none of it: another document may have the same."""
    found = {text for one in targets for text in (one.document_id, one.url) if text}
    return Sought(tuple(sorted(found)), order.person)
