"""Articles to change: the bodies of the saved pages, and the items of the corpora, as they stand beside the project."""

import json
from dataclasses import dataclass
from pathlib import Path

from bench.corpora import DATA, load_items

SHORT_ITEMS = 200
"""Items of the corpora that are taken: the shortest that still are an article."""
LEAST = 40
"""Characters that a text must have to be one."""


@dataclass(frozen=True)
class Original:
    """An article: `kind` is `page` or `short item`."""

    kind: str
    name: str
    title: str
    paragraphs: tuple[str, ...]


def originals(data: Path = DATA) -> list[Original]:
    """All of them; empty where the material is absent."""
    return [*_pages(data / "pages"), *_items(data)]


def _pages(folder: Path) -> list[Original]:
    manifest = folder / "manifest.jsonl"
    if not manifest.exists():
        return []
    rows = [json.loads(line) for line in manifest.read_text("utf-8").splitlines()]
    return [
        Original("page", row["id"], row["expected_title"] or "", _paragraphs(row["expected_body"]))
        for row in rows
        if row["expected_body"] and len(row["expected_body"]) >= LEAST
    ]


def _items(data: Path) -> list[Original]:
    rows = [item.row for item in [*load_items("train", data), *load_items("kept", data)]]
    made = [
        Original("short item", row["id"], row.get("title") or "", _paragraphs(row["text"]))
        for row in rows
        if isinstance(row.get("text"), str) and len(row["text"]) >= LEAST
    ]
    return sorted(made, key=lambda one: (sum(map(len, one.paragraphs)), one.name))[:SHORT_ITEMS]


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())
