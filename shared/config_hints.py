"""What is wrong with a configuration entry, said for the people who edit it: out of what pydantic reports."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel

_SHOWN = 60
"""Characters of a wrong value that are shown."""
_MENDS = {
    "string_type": "text; put a number, yes or no in quotes to make text of it",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list: [one, two], or one entry a line, each after a dash",
    "list_type": "a list: [one, two], or one entry a line, each after a dash",
    "dict_type": "keys with values below it, each on its own line",
    "model_type": "keys with values below it, each on its own line",
    "too_short": "at least one entry",
    "string_too_short": "a text that is not empty",
}


class Misfit(ValueError):
    """Raised by a model's own check: what is wrong, at which place below the checked value, and what would be right."""

    def __init__(self, place: tuple[int | str, ...], wrong: str, right: str) -> None:
        super().__init__(wrong)
        self.place = place
        self.right = right


@dataclass(frozen=True)
class Said:
    """One error in plain words. `location` is below the value that was checked."""

    location: tuple[int | str, ...]
    wrong: str
    right: str
    more: int
    """How many other errors there are."""
    in_full: bool = False
    """The last step of the location is not in the file, and is named all the same."""
    points_by_word: bool = False
    """A check of a whole section without a place: the line is found by the words of the message."""
    is_empty: bool = False
    """Nothing stands where text is wanted."""


def described(details: Sequence[Any], kind: type[BaseModel]) -> Said:
    """The error to tell first, of all that pydantic found in a `kind`.

    A misspelt key is the cause of the missing one beside it: the two are told as one, before all others. A list that
    is short of entries only because those in it are wrong is no error of its own.
    """
    details = [one for one in details if not (one["type"] == "too_short" and _errs_within(one["loc"], details))]
    missing = [detail["loc"] for detail in details if detail["type"] == "missing"]
    for detail in details:
        if detail["type"] == "extra_forbidden":
            beside = [str(loc[-1]) for loc in missing if loc[:-1] == detail["loc"][:-1]]
            meant = difflib.get_close_matches(str(detail["loc"][-1]), beside, 1)
            if meant:
                wanted = ".".join(str(step) for step in (*detail["loc"][:-1], meant[0]))
                wrong = f"unknown key, and {wanted}: missing"
                return Said(tuple(detail["loc"]), wrong, f"did you mean `{meant[0]}`?", len(details) - 2, in_full=True)
    return _plain(details[0], len(details) - 1, kind)


def _errs_within(place: tuple[int | str, ...], details: Sequence[Any]) -> bool:
    return any(len(one["loc"]) > len(place) and one["loc"][: len(place)] == place for one in details)


def _plain(detail: Any, more: int, kind: type[BaseModel]) -> Said:
    location, name = tuple(detail["loc"]), detail["type"]
    if name == "extra_forbidden":
        meant = difflib.get_close_matches(str(location[-1]), _keys(kind, location[:-1]), 1)
        generic = "remove it or correct its spelling; see the comments at the head of the file"
        return Said(location, "unknown key", f"did you mean `{meant[0]}`?" if meant else generic, more, in_full=True)
    if name == "missing":
        return Said(location, "missing", f"add `{location[-1]}:`", more, in_full=True)
    if name == "value_error":
        return _own(location, detail, more)
    value = detail["input"]
    if name == "literal_error" and isinstance(value, str):
        return _unknown(location, value, str(detail["ctx"]["expected"]), more)
    mend = _MENDS.get(name) or str(detail.get("ctx", {}).get("expected", "")) or "a value of the kind named there"
    shown = "" if isinstance(value, dict | list | tuple) else f", not {value!r:.{_SHOWN}}"
    wrong = detail["msg"] + shown
    return Said(location, wrong, mend, more, is_empty=value is None)


def _unknown(location: tuple[int | str, ...], value: str, expected: str, more: int) -> Said:
    """A name that is not one of a few."""
    known = re.findall(r"'([^']*)'", expected)
    close = difflib.get_close_matches(value, known, 1)
    meant = f"did you mean {close[0]}? known: " if close else "one of "
    return Said(location, f"{value!r:.{_SHOWN}} is not known here", meant + ", ".join(known), more)


def _own(location: tuple[int | str, ...], detail: Any, more: int) -> Said:
    """A check of our own models; the whole section that was checked is not repeated."""
    error = detail.get("ctx", {}).get("error")
    wrong = str(detail["msg"]).removeprefix("Value error, ")
    if isinstance(error, Misfit):
        return Said(location + error.place, wrong, error.right, more)
    return Said(location, wrong, "correct the entry as it says", more, points_by_word=True)


def _keys(kind: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand at `location` of a `kind`."""
    kinds: list[Any] = [kind]
    for step in location:
        if isinstance(step, str):
            named = [(field.alias or key, field) for one in _models(kinds) for key, field in one.model_fields.items()]
            fields = [field.annotation for key, field in named if key == step]
            kinds = fields or [part for one in kinds for part in get_args(one)] or kinds
        else:
            kinds = [part for one in kinds for part in get_args(one)] or kinds
    return [field.alias or key for one in _models(kinds) for key, field in one.model_fields.items()]


def _models(kinds: Sequence[Any]) -> list[type[BaseModel]]:
    """The models among annotations, also inside `X | None`."""
    parts = [part for one in kinds for part in (one, *get_args(one))]
    return [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]
