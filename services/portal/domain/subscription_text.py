"""The subscriptions' YAML as text: one entry taken out, changed and put back, every other letter as it was. Pure.

No reader of YAML writes a file back as people wrote it. So nothing is written back: the reader's marks say where an
entry begins and ends, and its lines alone are replaced. What stands there is the alerter's to check.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from shared.config_file import node_of, plain_of
from shared.errors import ConfigError

KEY = "subscriptions"
NAME = "the subscriptions"


class TextProblem(ValueError):
    """The text cannot be edited piece by piece; `mend` says what to do instead."""

    def __init__(self, wrong: str, mend: str = "edit the text itself", line: int | None = None) -> None:
        """`line` of the text that was read, from 1."""
        super().__init__(wrong)
        self.mend = mend
        self.line = line


@dataclass(frozen=True, slots=True)
class Entry:
    """One subscription in the file."""

    name: str
    plain: Mapping[str, Any]
    """Its values, as YAML reads them."""
    text: str
    """Its lines with the comments right above it, moved to the left; ends with a line's end."""
    first: int
    """Number of its first line in the file, from 0."""
    lines: int


def entries(text: str) -> tuple[Entry, ...]:
    """The subscriptions in the order of the file. Raises TextProblem for a file that cannot be read."""
    key, sequence = _list(text)
    if key is None or sequence is None:
        return ()
    lines = text.splitlines(keepends=True)
    found = []
    for number, node in enumerate(sequence.value):
        plain = plain_of(node)
        name = plain.get("name") if isinstance(plain, dict) else None
        if sequence.flow_style:
            found.append(Entry(str(name), plain, dumped([plain]), 0, 0))
            continue
        above = end_line(sequence.value[number - 1] if number else key) + 1
        first, last = _begin(lines, node.start_mark.line, above), end_line(node)
        body = lines[first : last + 1]
        found.append(Entry(str(name), plain, _left(body, _dash(lines, node)), first, len(body)))
    return tuple(found)


def entry_of(text: str, name: str) -> Entry | None:
    """The subscription of that name."""
    return next((one for one in entries(text) if one.name == name), None)


def alone(text: str) -> Entry:
    """The entry that a text is, read by itself. Raises TextProblem, with the line in this text."""
    try:
        found = entries(f"{KEY}:\n{text}")
    except TextProblem as error:
        line = max(1, error.line - 1) if error.line is not None else None
        raise TextProblem(str(error), error.mend, line) from error
    if len(found) != 1 or not isinstance(found[0].plain, dict) or "name" not in found[0].plain:
        raise TextProblem("one subscription is wanted, with a name", "begin with `- name: …`, its keys below")
    return found[0]


def with_entry(text: str, name: str, new: str) -> str:
    """The file with that entry's lines replaced, empty: without it; a name that is not there is added at the end.

    Raises TextProblem.
    """
    text = _in_lines(text)
    sequence, known = _sequence(text), entry_of(text, name)
    indent = _dash(text.splitlines(keepends=True), sequence.value[0]) if sequence and sequence.value else 2
    body = _right(new, indent)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if known is not None:
        return "".join([*lines[: known.first], *body, *lines[known.first + known.lines :]])
    if sequence is None or not sequence.value:
        raise TextProblem("the file has no list of subscriptions", "begin it with `subscriptions:`")
    last = end_line(sequence.value[-1]) + 1
    return "".join([*lines[:last], *(["\n", *body] if body else []), *lines[last:]])


def dumped(plain: object) -> str:
    """Values as YAML of several lines, in their order."""
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100_000, default_flow_style=False))


def end_line(node: yaml.Node) -> int:
    """The line, from 0, of the last letter of a value; comments and blank lines behind it do not count."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        mark = node.end_mark
        return int(mark.line - 1 if mark.column == 0 and mark.line > node.start_mark.line else mark.line)
    below = node.value[-1]
    return end_line(below[1] if isinstance(below, tuple) else below)


def root_of(text: str) -> yaml.Node | None:
    """The tree of a text. Raises TextProblem for what is no YAML."""
    try:
        node_of(text, NAME)  # refuses what is made to harm
        return yaml.compose(text, Loader=yaml.SafeLoader)  # whose marks are exact, unlike libyaml's
    except ConfigError as error:
        raise TextProblem(error.wrong, error.right, error.line) from error


def _list(text: str) -> tuple[yaml.Node | None, yaml.SequenceNode | None]:
    """The key and the list of the subscriptions."""
    root = root_of(text)
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == KEY and isinstance(value, yaml.SequenceNode):
            return key, value
    return None, None


def _sequence(text: str) -> yaml.SequenceNode | None:
    return _list(text)[1]


def _in_lines(text: str) -> str:
    """A list that is written in brackets becomes one of lines, so that an entry has lines of its own."""
    sequence = _sequence(text)
    if sequence is None or not sequence.flow_style:
        return text
    plain = plain_of(sequence)
    body = "".join(_right(dumped(plain), 2))
    before, behind = text[: sequence.start_mark.index].rstrip(" "), text[sequence.end_mark.index :]
    return f"{before}\n{body}{behind.lstrip()}" if plain else text


def _begin(lines: list[str], start: int, above: int) -> int:
    """The first of the comment lines right above an entry, or its own."""
    first = start
    while first > above and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return first


def _dash(lines: list[str], node: yaml.Node) -> int:
    """The column of an entry's dash."""
    return lines[node.start_mark.line].rfind("-", 0, node.start_mark.column)


def _left(body: list[str], indent: int) -> str:
    """Lines moved to the left; one that stands further left stays at the edge."""
    told = "".join(line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in body)
    return told if told.endswith("\n") else told + "\n"


def _right(text: str, indent: int) -> list[str]:
    """Lines moved to the right; blank ones stay blank, those at the end go."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip().split("\n")
    return [f"{' ' * indent}{line}\n" if line.strip() else "\n" for line in lines] if text.strip() else []
