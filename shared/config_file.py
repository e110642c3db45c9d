"""Configuration files that people edit: a wrong one is answered with file, line, what is wrong, what would be right."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import ConfigError

B = TypeVar("B", bound=BaseModel)


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
    if environment is not None:
        _expand(path, node, environment)
    return fit(path, node, (), plain_of(node), kind)


def read_node(path: Path) -> yaml.Node | None:
    """The YAML tree of `path`, None for an empty file. Raises ConfigError when it cannot be read or is no YAML."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, None, f"cannot be read: {error}", "a UTF-8 file that this user may read") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
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


def plain_of(node: yaml.Node | None) -> Any:
    """The values that a tree stands for; an empty file is an empty mapping."""
    if node is None:
        return {}
    plain = yaml.SafeLoader("").construct_document(node)
    return {} if plain is None else plain


def fit(path: Path, node: yaml.Node | None, place: tuple[int | str, ...], plain: Any, kind: type[B]) -> B:
    """Make a `kind` of the values that stand at `place` of the file. Raises ConfigError with the line."""
    try:
        return kind.model_validate(plain)
    except ValidationError as error:
        raise _first_error(path, node, place, error) from error


def _expand(path: Path, node: yaml.Node | None, environment: Mapping[str, str]) -> None:
    waiting, seen = [node], set()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue  # an alias is the same node again
        seen.add(id(one))
        if isinstance(one, yaml.MappingNode):
            waiting += [value for _, value in one.value]
        elif isinstance(one, yaml.SequenceNode):
            waiting += one.value
        elif isinstance(one, yaml.ScalarNode):
            for name in VARIABLE.findall(one.value):
                if name not in environment:
                    raise ConfigError(
                        path,
                        one.start_mark.line + 1,
                        f"environment variable {name} is not set",
                        f"set {name}, or write the value itself",
                    )
            one.value = VARIABLE.sub(lambda found: environment[found[1]], one.value)


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


def _child(node: yaml.Node, step: int | str) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return None


def _first_error(
    path: Path, node: yaml.Node | None, place: tuple[int | str, ...], error: ValidationError
) -> ConfigError:
    details: list[Any] = error.errors(include_url=False)
    # A misspelt key is the cause of the missing one beside it, so it is told first.
    details.sort(key=lambda detail: detail["type"] != "extra_forbidden")
    first = details[0]
    where = place + tuple(first["loc"])
    name = ".".join(str(step) for step in where) or "the file"
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    if first["type"] == "extra_forbidden":
        wrong, right = (
            f"{name}: unknown key",
            "remove it or correct its spelling; see the comments at the head of the file",
        )
    elif first["type"] == "missing":
        wrong, right = f"{name}: missing", f"add `{first['loc'][-1]}:`"
    else:
        wrong, right = f"{name}: {first['msg']}, not {first['input']!r:.80}", "a value of the kind named there"
    return ConfigError(path, line_of(node, where), wrong + more, right)
