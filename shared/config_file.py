"""Configuration files that people edit: a wrong one is answered with file, line, what is wrong, what would be right."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import ConfigError

B = TypeVar("B", bound=BaseModel)


class ConfigModel(BaseModel):
    """Base of everything read from config/: an unknown key is an error, since it is mostly a misspelt one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def load_config(path: Path, kind: type[B]) -> B:
    """Read `path` as YAML into `kind`.

    Raises ConfigError when the file is missing, is no YAML or does not fit.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, None, f"cannot be read: {error}", "a UTF-8 file that this user may read") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        plain = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise ConfigError(
            path, mark.line + 1 if mark else None, f"no YAML: {problem}", "check indentation, quotes and colons"
        ) from error
    except RecursionError as error:
        raise ConfigError(path, None, "nested too deeply", "a flat list of entries") from error
    try:
        return kind.model_validate(plain if plain is not None else {})
    except ValidationError as error:
        raise _first_error(path, node, error) from error


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


def _first_error(path: Path, node: yaml.Node | None, error: ValidationError) -> ConfigError:
    details: list[Any] = error.errors(include_url=False)
    first = details[0]
    name = ".".join(str(step) for step in first["loc"]) or "the file"
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
    return ConfigError(path, line_of(node, first["loc"]), wrong + more, right)
