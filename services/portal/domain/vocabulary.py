"""The values that fields know, with their names, so that `entity:医鹿` is `entity:alibaba_health`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

from services.portal.domain.names import watched_names
from services.portal.domain.normalise import normalise
from shared.messages.classified import Kind
from shared.messages.common import Language
from shared.watch import LABELS, OTHER, STATUSES, Watchlist

FIELDS = ("entity", "label", "status", "source", "after", "before", "kind", "language")
"""What may stand before a colon."""
THREAD = "thread"
UNREAD = "unread"
"""Kind of a document that the classifier has not read yet."""
NAMED = 5
"""Values that an error names."""


def key_of(written: str) -> str:
    """One spelling of a value: case, width, script, blanks and hyphens do not matter."""
    return normalise(written).strip().replace(" ", "_").replace("-", "_")


@dataclass(frozen=True)
class Vocabulary:
    """Field to spelling to value."""

    values: Mapping[str, Mapping[str, str]]
    unnamed: frozenset[str]
    """Spellings of watched names that are all counted as `other`: to be looked for as words."""
    tickers: Mapping[str, str]
    """Stock code without zeros, as `241`, to the code of five digits."""
    names: frozenset[str] = frozenset()
    """Watched names whose documents the index may mark."""

    @classmethod
    def of(cls, watchlist: Watchlist, sources: Iterable[str] = ()) -> "Vocabulary":
        """The vocabulary of a watchlist and of the sources and outlets that documents are from."""
        entities: dict[str, str] = {OTHER: OTHER}
        unnamed: set[str] = set()
        tickers: dict[str, str] = {}
        for entity in watchlist.entities:
            code = entity.hong_kong_code
            if code:
                tickers[code.lstrip("0")] = code
            own = [entity.id, entity.name.zh, entity.name.en, *([code, f"{code[1:]}.HK", f"{code}.HK"] if code else [])]
            for name in (*own, *(name for alias in entity.aliases for name in alias.names)):
                if entity.reported_as:
                    unnamed.add(key_of(name))
                else:
                    entities.setdefault(key_of(name), entity.id)
        plain = {"label": tuple(LABELS), "status": STATUSES, "language": get_args(Language)}
        values = {field: {key_of(value): value for value in known} for field, known in plain.items()}
        values["kind"] = {key_of(value): value for value in (*get_args(Kind), UNREAD, THREAD)}
        values["source"] = {key_of(value): value for value in sources}
        return cls({"entity": entities, **values}, frozenset(unnamed), tickers, watched_names(watchlist))

    def value(self, field: str, written: str) -> str | None:
        """The indexed value of what was written, None when there is none."""
        return self.values[field].get(key_of(written))

    def entity_named(self, normal: str) -> str | None:
        """The entity that has this name of two characters or more."""
        found = self.values["entity"].get(key_of(normal)) if len(normal) > 1 else None
        return None if found == OTHER else found

    def near(self, field: str, written: str) -> tuple[str, ...]:
        """Values that may have been meant, the likeliest first."""
        known = self.values[field]
        near = get_close_matches(key_of(written)[:80], known, n=NAMED, cutoff=0.5)
        return tuple(dict.fromkeys(known[each] for each in near))

    def known(self, field: str) -> tuple[str, ...]:
        """All values of a field, each once."""
        return tuple(dict.fromkeys(self.values[field].values()))
