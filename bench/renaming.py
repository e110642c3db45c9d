"""Placeholder companies and authorities: the names that the project's own labelled items use, and whom each stands for.

The items invent what happens, so they name nobody who exists. For training and scoring, and only there, a placeholder
is read as the name it stands for, since rules and traps are made of real names. Quotes are given back in the item's
own words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shared.config_file import ConfigModel, load_config

PLACEHOLDERS = Path(__file__).resolve().parents[1] / "services" / "classifier" / "model" / "items" / "placeholders.yaml"
_LATIN = re.compile(r"[A-Za-z0-9]")


class _File(ConfigModel):
    """placeholders.yaml."""

    names: dict[str, str]


@dataclass(frozen=True)
class Renamed:
    """A text with its placeholders replaced; `cuts` holds (start here, end here, start there, end there) of each."""

    text: str
    original: str
    cuts: tuple[tuple[int, int, int, int], ...]

    def back(self, quote: str) -> str:
        """The words of the original that `quote`, a part of the new text, came from; `quote` where it is no part.

        A quote that begins or ends inside a replaced name is widened to the whole name.
        """
        start = self.text.find(quote) if quote else -1
        if start < 0:
            return quote
        return self.original[self._place(start, False) : self._place(start + len(quote), True)]

    def _place(self, place: int, is_end: bool) -> int:
        shift = 0
        for here, here_end, there, there_end in self.cuts:
            if place < here or (place == here and is_end):
                break
            if place < here_end or (place == here_end and is_end):
                return there_end if is_end else there
            shift = there_end - here_end
        return place + shift


@dataclass(frozen=True)
class Renaming:
    """Placeholder to the name it stands for."""

    names: Mapping[str, str]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(_whole(name) for name in sorted(self.names, key=len, reverse=True)) or r"(?!)")

    def apply(self, text: str) -> Renamed:
        """The text with every placeholder replaced, the longest name at a place first."""
        parts: list[str] = []
        cuts: list[tuple[int, int, int, int]] = []
        done = length = 0
        for match in self._pattern.finditer(text):
            kept, name = text[done : match.start()], self.names[match.group()]
            parts += [kept, name]
            length += len(kept)
            cuts.append((length, length + len(name), match.start(), match.end()))
            length += len(name)
            done = match.end()
        return Renamed("".join([*parts, text[done:]]), text, tuple(cuts))


def _whole(name: str) -> str:
    """The expression of a name; a Latin one stands between other letters never."""
    before = r"(?<![A-Za-z0-9])" if _LATIN.match(name[0]) else ""
    after = r"(?![A-Za-z0-9])" if _LATIN.match(name[-1]) else ""
    return before + re.escape(name) + after


def load_renaming(path: Path = PLACEHOLDERS) -> Renaming:
    """The renaming in `path`. Raises ConfigError with the line when it does not fit."""
    return Renaming(load_config(path, _File).names)
