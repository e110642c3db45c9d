"""Who is named in a text, by the watchlist: a name in Chinese and its English one are one."""

from collections.abc import Iterable

from services.portal.domain.normalise import normalise
from shared.watch import Watchlist
from shared.watch.patterns import longest_of, ticker_of
from shared.watch.scanner import Rule, rule_of, scanner_of

Span = tuple[int, int]
NOBODY = ""
"""Stands for names that hold a watched one and are someone else."""


class Names:
    """The watchlist's names, compiled. Holds nothing of what it reads, so threads may share it."""

    def __init__(self, watchlist: Watchlist) -> None:
        """A product is a name of its own beside its company."""
        self._of: dict[str, str] = {}
        rules: list[Rule] = []
        self._coded: list[str] = []
        for entity in watchlist.entities:
            self._add((entity.name.zh, entity.name.en), entity.id)
            for number, alias in enumerate(entity.aliases):
                self._add(alias.names, f"{entity.id}/{number}" if alias.product else entity.id)
            if entity.hong_kong_code:
                rules.append(rule_of(ticker_of(entity.hong_kong_code)))
                self._coded.append(entity.id)
        for nobody in watchlist.nobody:
            self._add(nobody.names, NOBODY)
        self._scanner = scanner_of([longest_of(self._of), *rules])

    def _add(self, names: Iterable[str], key: str) -> None:
        for name in names:
            self._of.setdefault(normalise(name), key)

    def spans(self, normal: str) -> list[tuple[Span, str]]:
        """Where names stand in a normalised text, and whose they are."""
        found: list[tuple[Span, str]] = []
        for rule, places in self._scanner.scan(normal).items():
            for start, end in places:
                key = self._coded[rule - 1] if rule else self._of.get(normal[start:end], NOBODY)
                if key != NOBODY:
                    found.append(((start, end), key))
        return sorted(found)

    def named(self, normal: str) -> frozenset[str]:
        """Everybody who is named in a normalised text."""
        return frozenset(key for _, key in self.spans(normal))
