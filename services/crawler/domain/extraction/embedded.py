"""Articles that a page carries as JSON in a script, for its own program to show."""

import json
import re
from collections.abc import Iterator
from typing import Any

MAX_SCRIPT = 3_000_000
"""Characters of one script that are read; the state of a news page measured up to 1.2 million."""
MAX_TRIES = 8
"""Opening braces of a script at which an object is looked for."""
MAX_NODES = 50_000
"""Nodes of a text tree that are read."""
_TEXTS = ("data", "text", "value")
_INNER = ("children", "content", "body", "nodes")
MARKUP = re.compile(r"<[a-zA-Z/!]")
"""What tells HTML from text in a field."""
_DECODER = json.JSONDecoder(strict=False)


def objects(script: str) -> Iterator[dict[str, Any]]:
    """Give the JSON objects that a script begins with or assigns; what is no JSON gives none."""
    script = script[:MAX_SCRIPT]
    place = script.find("{")
    for _ in range(MAX_TRIES):
        if place < 0:
            return
        try:
            value, end = _DECODER.raw_decode(script, place)
        except (ValueError, RecursionError):
            place = script.find("{", place + 1)
            continue
        if isinstance(value, dict):
            yield value
        place = script.find("{", end)


def follow(value: Any, path: str) -> Any:
    """Give what stands at a dotted path; a step over a list goes into each entry. None where nothing does."""
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list):
            if step.isdigit():
                value = value[int(step)] if int(step) < len(value) else None
            else:
                value = [entry[step] for entry in value if isinstance(entry, dict) and step in entry]
        else:
            return None
    return value


def written(value: Any) -> str:
    """Give a value as one line of text: a string, a number, or the strings of a list with commas between them."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.0f}" if abs(value) < 1e15 else ""
    if isinstance(value, list):
        return ", ".join(filter(None, (entry if isinstance(entry, str) else "" for entry in value[:20])))
    return ""


def paragraphs(nodes: list[Any]) -> list[str]:
    """Give the paragraphs of a body that is a tree of nodes: one for each entry at the top, of all text below it."""
    found, read = [], 0
    for entry in nodes:
        pieces: list[str] = []
        pending = [entry]
        while pending and read < MAX_NODES:
            node = pending.pop()
            read += 1
            if isinstance(node, str):
                pieces.append(node)
            elif isinstance(node, list):
                pending.extend(reversed(node))
            elif isinstance(node, dict):
                pieces += [node[name] for name in _TEXTS if isinstance(node.get(name), str)]
                pending.extend(reversed([node[name] for name in _INNER if isinstance(node.get(name), list)]))
        line = " ".join("".join(pieces).split())
        if line:
            found.append(line)
    return found
