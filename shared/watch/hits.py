"""What a watcher finds in a text, as values. Paragraph 0 is the title; offsets are those of the original text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """One mention of a watched entity."""

    entity: str
    """Identifier it is reported as (`other` for peers that have none of their own)."""
    text: str
    paragraph: int
    start: int
    end: int
    name: str = ""
    """Which entry of the watchlist it is: the identifier, or the peer's own key."""
    product: bool = False
    """The mention names a product that rolls up to the entity."""
    historic: bool = False
    """The name belongs to the past."""
    place: int = 0
    """Offset in the joined text (title, then the paragraphs, each after a line break)."""


@dataclass(frozen=True, slots=True)
class TopicHit:
    """One word of a regulatory topic."""

    topic: str
    text: str
    paragraph: int
    start: int
    end: int
    place: int = 0


@dataclass(frozen=True, slots=True)
class Drop:
    """A name that was read and is nobody watched, and why."""

    text: str
    paragraph: int
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Match:
    """Everything found in one article."""

    hits: tuple[Hit, ...]
    topics: tuple[TopicHit, ...]
    drops: tuple[Drop, ...]
    concerns: bool
    """May be relevant: a company of the watchlist, or a topic of the regulation of internet healthcare."""

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Entities, then topics, each once, in the order of their first place."""
        named = dict.fromkeys([hit.entity for hit in self.hits] + [hit.topic for hit in self.topics])
        return tuple(named)
