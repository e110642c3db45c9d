"""Where many expressions may match in a text: one pass, so that `re` is asked only where there is something to find.

What is said is never too little: where a match of an expression begins or lies in a stretch, `may` says so (heads.py).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from shared.watch.heads import Parsed
from shared.watch.scanner import LONG, letters_of, rule_of

Pattern = re.Pattern[str]


class Sieve:
    """Some expressions, ready to be sifted together."""

    def __init__(self, *patterns: Pattern) -> None:
        """An expression of which no letters are known, as all of them where the library is absent, may match always."""
        self._holding: dict[str, list[Pattern]] = {}
        self._known: list[Pattern] = []
        for pattern in patterns:
            parsed = [Parsed(word) for word in rule_of(pattern.pattern).words]
            if all(one.heads or one.letters for one in parsed) and not pattern.flags & re.IGNORECASE:
                self._known.append(pattern)
                for one in parsed:
                    for text in one.heads or one.letters:
                        self._holding.setdefault(text, []).append(pattern)
        self._letters = letters_of(list(self._holding))
        self._asked = [tuple(dict.fromkeys(patterns)) for patterns in self._holding.values()]

    def over(self, text: str) -> "Sifted":
        """What may stand in `text`."""
        if self._letters is None or len(text) > LONG:
            return Sifted(text, {})
        places: dict[Pattern, list[int]] = {pattern: [] for pattern in self._known}
        for letters, start, _ in self._letters(text):
            for pattern in self._asked[letters]:
                places[pattern].append(start)
        for found in places.values():
            found.sort()
        return Sifted(text, places)


class Sifted:
    """One text, and where in it which expression may match."""

    def __init__(self, text: str, places: dict[Pattern, list[int]]) -> None:
        self.text = text
        self._places = places

    def may(self, pattern: Pattern, start: int = 0, end: int | None = None) -> bool:
        """Whether the expression may match inside [start, end); False where it surely does not."""
        places: Sequence[int] | None = self._places.get(pattern)
        if places is None:
            return True
        at = bisect_left(places, start)
        return at < len(places) and (end is None or places[at] < end)

    def search(self, pattern: Pattern, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """As `pattern.search(text, start, end)`."""
        return (
            pattern.search(self.text, start, len(self.text) if end is None else end)
            if self.may(pattern, start, end)
            else None
        )
