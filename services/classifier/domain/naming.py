"""What readers call the parties of an event, in Chinese and English; a name known in one language stays as written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from services.classifier.domain.importance import CIRCLES, Circle
from shared.watch import OTHER, Watchlist
from shared.watch.fold import fold


@dataclass(frozen=True, slots=True)
class Called:
    """A name in both languages."""

    zh: str
    en: str

    @classmethod
    def as_written(cls, text: str) -> Self:
        """The same in both: nobody has told us the other."""
        return cls(text, text)


AUTHORITIES: Mapping[str, Called] = {
    "csrc": Called("中国证监会", "China Securities Regulatory Commission"),
    "nfra": Called("金融监管总局", "National Financial Regulatory Administration"),
    "miit": Called("工信部", "Ministry of Industry and Information Technology"),
    "state_council": Called("国务院", "State Council"),
    "ministry_of_public_security": Called("公安部", "Ministry of Public Security"),
}
"""National authorities that are facts of an event and no entries of the watchlist; names of their own websites."""


@dataclass(frozen=True)
class Names:
    """The watchlist's names, by identifier and by spelling."""

    entities: Mapping[str, Called] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Folded spelling → identifier; no products and no former names, since those are not the company's name."""
    products: frozenset[str] = frozenset()
    """Folded spellings that are products."""
    circles: Mapping[str, Circle] = field(default_factory=lambda: CIRCLES)

    @classmethod
    def of(cls, watchlist: Watchlist) -> Self:
        """From the watchlist. Where peers share an entry, its name is none of their spellings and right for none."""
        single = [
            entity
            for entity in watchlist.entities
            if entity.reported_as != OTHER or any(entity.name.zh in alias.names for alias in entity.aliases)
        ]
        spellings = {
            fold(name): entity.id
            for entity in single
            for alias in entity.aliases
            for name in alias.names
            if not (alias.product or alias.historic or alias.never_alone)
        }
        written = {fold(name): entity.id for entity in single for name in (entity.name.zh, entity.name.en)}
        aliases = [alias for entity in watchlist.entities for alias in entity.aliases]
        return cls(
            entities={entity.id: Called(entity.name.zh, entity.name.en) for entity in single},
            spellings=spellings | written,
            products=frozenset(
                fold(name) for alias in aliases if alias.product and not alias.never_alone for name in alias.names
            ),
            circles={**CIRCLES, **{entity.id: entity.circle for entity in single}},
        )

    def of_entity(self, identifier: str) -> Called | None:
        """What a watched entity or a national authority is called; None where only the text can say it."""
        return self.entities.get(identifier) or AUTHORITIES.get(identifier)

    def of_text(self, text: str) -> Called:
        """What the company of that spelling is called; an unknown one stays as it is written."""
        known = self.of_entity(self.spellings.get(fold(text), ""))
        return known or Called.as_written(text)

    def is_authority(self, identifier: str) -> bool:
        """Whether it regulates."""
        return self.circles.get(identifier) == "regulator" or identifier in AUTHORITIES
