"""Configuration files that people edit: a wrong one is answered with file, line, what is wrong, what would be right."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.config_bombs import refuse_bombs, refuse_depth
from shared.config_hints import described
from shared.errors import ConfigError
from shared.hiding import NOTHING, Hidden

B = TypeVar("B", bound=BaseModel)


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML has it: eighteen times as fast. Depth is refused before, which would end the process."""

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""`${NAME}` in a value: replaced from the environment where the reader of the file asks for it."""


class ConfigModel(BaseModel):
    """Base of everything read from config/: an unknown key is an error, since it is mostly a misspelt one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def load_config(path: Path, kind: type[B], environment: Mapping[str, str] | None = None) -> B:
    """Read `path` as YAML into `kind`; with `environment`, `${NAME}` in a value is replaced from it.

    Raises ConfigError when the file is missing, is no YAML, names a variable that is not set or does not fit.
    """
    node = read_node(path)
    hidden = NOTHING if environment is None else expand(path, node, environment)
    return fit(path, node, (), plain_of(node), kind, hidden)


def read_node(path: Path) -> yaml.Node | None:
    """The YAML tree of `path`, None for an empty file. Raises ConfigError when it cannot be read or is no YAML."""
    return node_of(text_of(path), path)


def text_of(path: Path) -> str:
    """The text of `path`. Raises ConfigError when it cannot be read."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, None, f"cannot be read: {error}", "a UTF-8 file that this user may read") from error


def node_of(text: str, path: Path | str) -> yaml.Node | None:
    """The YAML tree of a text; `path` is where it comes from, for errors. Raises ConfigError when it is no YAML."""
    try:
        refuse_depth(path, text)
        node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
        refuse_bombs(path, node)
        _refuse_doubles(
            path, node
        )  # before the values are made, which puts merged keys beside those that override them
        plain_of(node)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise ConfigError(
            path, mark.line + 1 if mark else None, f"no YAML: {problem}", "check indentation, quotes and colons"
        ) from error
    except RecursionError as error:
        raise ConfigError(path, None, "nested too deeply", "a flat list of entries") from error
    return node


def _refuse_doubles(path: Path | str, node: yaml.Node | None) -> None:
    """YAML keeps the last of two equal keys and says nothing: a whole list of words would be lost unseen."""
    for mapping in _nodes(node):
        if not isinstance(mapping, yaml.MappingNode):
            continue
        lines: dict[tuple[str, str], int] = {}
        for key, _ in mapping.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                continue
            line, spelt = key.start_mark.line + 1, (key.tag, key.value)
            if spelt in lines:
                wrong = f"the key {key.value} stands twice, in lines {lines[spelt]} and {line}"
                raise ConfigError(path, line, wrong, "make one entry of the two, or rename one")
            lines[spelt] = line


def _nodes(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """Every value of a tree, each once (an alias is the same node again)."""
    waiting, seen = [node], set()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, yaml.MappingNode):
            waiting += [value for _, value in reversed(one.value)]
        elif isinstance(one, yaml.SequenceNode):
            waiting += reversed(one.value)


def plain_of(node: yaml.Node | None) -> Any:
    """The values that a tree stands for; an empty file is an empty mapping."""
    if node is None:
        return {}
    plain = yaml.SafeLoader("").construct_document(node)
    return {} if plain is None else plain


def fit(
    path: Path | str,
    node: yaml.Node | None,
    place: tuple[int | str, ...],
    plain: Any,
    kind: type[B],
    hidden: Hidden = NOTHING,
) -> B:
    """Make a `kind` of the values that stand at `place` of the file. Raises ConfigError with the line.

    `hidden`: values that came from variables, which the error names instead.
    """
    try:
        return kind.model_validate(plain)
    except ValidationError as error:
        raise _first_error(path, node, place, error, kind, hidden) from None  # it holds the values


def expand(path: Path, node: yaml.Node | None, environment: Mapping[str, str]) -> Hidden:
    """Replace `${NAME}` in every value of the tree; what was put in, which no message may show.

    Raises ConfigError for a variable that is not set.
    """
    used: dict[str, str] = {}
    for one in _nodes(node):
        if isinstance(one, yaml.ScalarNode):
            for name in VARIABLE.findall(one.value):
                if name not in environment:
                    raise ConfigError(
                        path,
                        one.start_mark.line + 1,
                        f"environment variable {name} is not set",
                        f"set {name}, or write the value itself",
                    )
                used[name] = environment[name]
            one.value = VARIABLE.sub(lambda found: environment[found[1]], one.value)
    return Hidden(used)


def line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int | None:
    """The line (from 1) of the deepest part of `location` that the file holds."""
    if node is None:
        return None
    line: int = node.start_mark.line + 1
    for step in location:
        found = _child(node, step)
        if found is None:
            continue  # pydantic names union branches in the location; the file does not hold them
        node, line = found
    return line


def _held(node: yaml.Node | None, location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The steps of `location` that the file holds."""
    held: list[int | str] = []
    for step in location:
        found = _child(node, step) if node is not None else None
        if found is not None:
            node = found[0]
            held.append(step)
    return tuple(held)


def _child(node: yaml.Node, step: int | str) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):  # the last one counts: what was merged stands before what overrides it
            if key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return None


def _line_of_word(node: yaml.Node | None, location: tuple[int | str, ...], message: str) -> int | None:
    """The line, under `location`, of the first key or value that the message names; else that of `location`."""
    inner = node
    for step in _held(node, location):
        found = _child(inner, step) if inner is not None else None
        inner = found[0] if found else inner
    named = set(re.findall(r"[\w@.-]+", message.partition(";")[0]))
    for one in _nodes(inner):
        keys = [key for key, _ in one.value] if isinstance(one, yaml.MappingNode) else [one]
        for key in keys:
            if isinstance(key, yaml.ScalarNode) and len(key.value) > 1 and key.value in named:
                return int(key.start_mark.line) + 1
    return line_of(node, location)


def _first_error(
    path: Path | str,
    node: yaml.Node | None,
    place: tuple[int | str, ...],
    error: ValidationError,
    kind: type[BaseModel],
    hidden: Hidden,
) -> ConfigError:
    details: list[Any] = error.errors(include_url=False)
    for detail in details:
        if isinstance(detail["input"], str):  # before it is cut short
            detail["input"] = hidden(detail["input"])
    said = described(details, kind)
    where = place + said.location
    line = line_of(node, where)
    if said.points_by_word:
        line = _line_of_word(node, where, said.wrong)
    steps = where if said.in_full else _held(node, where)
    name = ".".join(str(step) for step in steps) or "the file"
    more = f" (and {said.more} more)" if said.more else ""
    right = said.right
    if said.is_empty and line is not None and isinstance(path, Path) and _ends_in_comment(path, line):
        right = "put it in quotes: a # begins a comment"
    return ConfigError(path, line, hidden(f"{name}: {said.wrong}{more}"), hidden(right))


def _ends_in_comment(path: Path, line: int) -> bool:
    return re.search(r":\s+#", path.read_text("utf-8").splitlines()[line - 1]) is not None
