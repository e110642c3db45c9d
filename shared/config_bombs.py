"""YAML made to harm: a few lines that stand for billions of values, or that nest deeper than a reader can go."""

import re
from pathlib import Path

import yaml

from shared.errors import ConfigError

MOST_VALUES = 5_000_000
"""Values of a file, aliases written out: a hundred thousand subscriptions have fewer."""
DEEP = 300
"""Levels above which a text counts as deep; people write ten."""
LONGEST_NUMBER = 100
"""Characters of a number: in YAML 1.1 `1:1:1` is one to the base 60, worked out in seconds where it is long."""
_OPENS = re.compile(r"[\[{]|[\]}]")
_BEGINS = (
    yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken, yaml.BlockSequenceStartToken, yaml.BlockMappingStartToken,
)  # fmt: skip
_ENDS = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)
_NUMBERS = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"})


def refuse_bombs(path: Path | str, node: yaml.Node | None) -> None:
    """Raises ConfigError for aliases within anchors that stand for millions of values, which whoever merges, checks or
    shows them takes each for itself, for an anchor within itself, which has no end, and for an endless number."""
    sizes: dict[int, int] = {}
    numbers: list[yaml.ScalarNode] = []

    def size(one: yaml.Node) -> int:
        """The values under a node, aliases written out; a node within itself counts as beyond measure."""
        if id(one) not in sizes:
            sizes[id(one)] = MOST_VALUES
            below = one.value if isinstance(one, yaml.SequenceNode) else ()
            if isinstance(one, yaml.ScalarNode) and one.tag in _NUMBERS and len(one.value) > LONGEST_NUMBER:
                numbers.append(one)
            if isinstance(one, yaml.MappingNode):
                below = [value for pair in one.value for value in pair]
            sizes[id(one)] = 1 + sum(map(size, below))
        return sizes[id(one)]

    if node is not None and size(node) > MOST_VALUES:
        raise ConfigError(path, None, "its aliases stand for millions of values", "fewer *aliases within &anchors")
    for one in numbers:
        wrong = f"a number of {len(one.value)} characters"
        raise ConfigError(path, one.start_mark.line + 1, wrong, "put it in quotes where it is none")


def refuse_depth(path: Path | str, text: str) -> None:
    """Raises ConfigError for what nests deeper than `DEEP`: readers call themselves for each level, and libyaml's ends
    the process where there are too many. Raises yaml.YAMLError for what is no YAML that far."""
    if not _may_be_deep(text):
        return
    level = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        level += isinstance(token, _BEGINS) - isinstance(token, _ENDS)
        if level > DEEP:
            raise ConfigError(path, token.start_mark.line + 1, "nested too deeply", "a flat list of entries")


def _may_be_deep(text: str) -> bool:
    """Whether a text may nest deeper than `DEEP` levels, by its brackets, indentation and dashes; in doubt it may."""
    level = 0
    for found in _OPENS.finditer(text):
        level = level + 1 if found[0] in "[{" else max(0, level - 1)
        if level > DEEP:
            return True
    return any(
        len(line) > DEEP and len(line) - len(line.lstrip()) + line.count("- ") + line.count("? ") > DEEP
        for line in text.splitlines()
    )
