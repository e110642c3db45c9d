"""Single values of one subscription changed in its text: other values, their spelling and all comments stay. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from services.portal.domain.subscription_text import TextProblem, end_line, root_of
from shared.config_file import plain_of

Path = tuple[str, ...]
"""Keys that lead to a value: ("when", "entities")."""
BEFORE = "routes"
"""New keys of a subscription stand before it: it may be long."""


def edited(text: str, changes: Mapping[Path, object]) -> str:
    """The entry with these values, None taken out. What else it says is proven to be as it was.

    Raises TextProblem where the text does not allow it (anchors, for instance).
    """
    wanted = _plain(text)
    for path, value in changes.items():
        _put(wanted, path, value)
        text = _without(text, path) if value is None else _with(text, path, value)
    if _plain(text) != wanted:
        raise TextProblem("the form cannot change this text safely")
    return text


def flow(value: object) -> str:
    """A value in one line."""
    told = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=1_000_000, sort_keys=False)
    return str(told).removesuffix("...\n").strip()


def _entry(text: str) -> yaml.MappingNode:
    root = root_of(text)
    if not isinstance(root, yaml.SequenceNode) or len(root.value) != 1:
        raise TextProblem("one subscription is wanted: `- name: …` with its keys below")
    node = root.value[0]
    if not isinstance(node, yaml.MappingNode) or root.flow_style:
        raise TextProblem("one subscription is wanted: `- name: …` with its keys below")
    return node


def _plain(text: str) -> dict[str, Any]:
    plain: dict[str, Any] = _apart(plain_of(_entry(text)))
    return plain


def _apart(plain: Any) -> Any:
    """The same values, each its own: what an alias shares would else change in two places unseen."""
    if isinstance(plain, dict):
        return {key: _apart(value) for key, value in plain.items()}
    return [_apart(each) for each in plain] if isinstance(plain, list) else plain


def _put(plain: dict[str, Any], path: Path, value: object) -> None:
    key, *more = path
    if not more:
        if value is None:
            plain.pop(key, None)
        else:
            plain[key] = value
        return
    below = plain.get(key)
    if not isinstance(below, dict):
        if value is None:
            return
        below = plain[key] = {}
    _put(below, tuple(more), value)
    if not below:
        plain.pop(key)


def _pair(node: yaml.MappingNode, key: str) -> tuple[yaml.ScalarNode, yaml.Node] | None:
    return next((pair for pair in node.value if pair[0].value == key), None)


def _with(text: str, path: Path, value: object) -> str:
    node = _entry(text)
    for depth, key in enumerate(path):
        found = _pair(node, key)
        rest: object = value
        for name in reversed(path[depth + 1 :]):
            rest = {name: rest}
        if found is None:
            return _insert(text, node, key, rest)
        if depth == len(path) - 1 or not isinstance(found[1], yaml.MappingNode) or not found[1].value:
            return _replace(text, found, rest)
        node = found[1]
    return text


def _insert(text: str, node: yaml.MappingNode, key: str, value: object) -> str:
    said = f"{flow(key)}: {flow(value)}"
    if node.flow_style:
        at = node.end_mark.index - 1
        return text[:at].rstrip() + (", " if node.value else "") + said + text[at:]
    lines = text.splitlines(keepends=True)
    before = _pair(node, BEFORE)
    indent = node.value[0][0].start_mark.column
    at = before[0].start_mark.line if before and before is not node.value[0] else end_line(node) + 1
    while before and at > 0 and lines[at - 1].lstrip().startswith("#"):
        at -= 1  # the comment above the routes is theirs
    return "".join([*lines[:at], f"{' ' * indent}{said}\n", *lines[at:]])


def _replace(text: str, pair: tuple[yaml.ScalarNode, yaml.Node], value: object) -> str:
    key, old = pair
    if isinstance(old, yaml.SequenceNode) and not old.flow_style and isinstance(value, Sequence):
        return _items(text, old, value)
    if (isinstance(old, yaml.ScalarNode) and old.style in ("|", ">")) or _several_lines(old):
        lines = text.splitlines(keepends=True)
        head = lines[key.start_mark.line][: key.end_mark.column]
        lines[key.start_mark.line : end_line(old) + 1] = [f"{head}: {flow(value)}\n"]
        return "".join(lines)
    gap = "" if text[old.start_mark.index - 1].isspace() else " "
    return text[: old.start_mark.index] + gap + flow(value) + text[old.end_mark.index :]


def _several_lines(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and not node.flow_style and bool(node.value)


def _items(text: str, old: yaml.SequenceNode, value: Sequence[object]) -> str:
    """A list of one entry a line: what stays keeps its line, with its comment; what is new follows."""
    lines = text.splitlines(keepends=True)
    left = list(value)
    dash = lines[old.value[0].start_mark.line].rfind("-", 0, old.value[0].start_mark.column)
    kept: list[str] = []
    first, last = old.value[0].start_mark.line, end_line(old)
    at = first
    for node in old.value:
        plain, end = plain_of(node), end_line(node) + 1
        if plain in left:
            left.remove(plain)
            kept += lines[at:end]
        at = end
    new = [f"{' ' * dash}- {flow(each)}\n" for each in left]
    return "".join([*lines[:first], *kept, *new, *lines[last + 1 :]])


def _without(text: str, path: Path) -> str:
    node = _entry(text)
    trail = []
    for key in path:
        found = _pair(node, key)
        if found is None:
            return text
        trail.append((node, found))
        if not isinstance(found[1], yaml.MappingNode):
            break
        node = found[1]
    if len(trail) < len(path):
        return text
    while len(trail) > 1 and len(trail[-1][0].value) == 1:  # nothing would be left of what holds it
        trail.pop()
    held, pair = trail[-1]
    return _cut_flow(text, held, pair) if held.flow_style else _cut_lines(text, held, pair)


def _cut_flow(text: str, held: yaml.MappingNode, pair: tuple[yaml.ScalarNode, yaml.Node]) -> str:
    place = held.value.index(pair)
    if place + 1 < len(held.value):
        return text[: pair[0].start_mark.index] + text[held.value[place + 1][0].start_mark.index :]
    begin = held.value[place - 1][1].end_mark.index if place else pair[0].start_mark.index
    return text[:begin] + text[pair[1].end_mark.index :]


def _cut_lines(text: str, held: yaml.MappingNode, pair: tuple[yaml.ScalarNode, yaml.Node]) -> str:
    lines = text.splitlines(keepends=True)
    begin, end = pair[0].start_mark.line, end_line(pair[1])
    if lines[begin][: pair[0].start_mark.column].strip():
        raise TextProblem("the form cannot take out the first key of a subscription")
    return "".join([*lines[:begin], *lines[end + 1 :]])
