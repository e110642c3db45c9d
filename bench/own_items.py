"""The project's own labelled items: services/classifier/model/items/, a folder a theme.

articles.jsonl       {"id", "title", "text", "lang", "script", "published", "outlet", "kind", "text_origin"}
labels.jsonl         the settled labels {"id", "relevant", "entities", "labels", "kind", "importance", "note"}
second.jsonl         what a second reader labelled without seeing the first one's labels, in the same form
first.jsonl          what the writer labelled, before differences were settled
story_groups.jsonl   {"story_id", "ids"}

retold.jsonl, beside the folders: items of the training part told anew in English, {"of", "title", "text", "outlet",
"labels"}. Their labels are those that were settled for the item they retell; they are trained on and never counted.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.corpora import Item, Part
from bench.renaming import PLACEHOLDERS, Renaming, load_renaming

ITEMS = PLACEHOLDERS.parent
KEPT_OF = 5
"""One story in so many is kept out of training: the items' own measure of what is unseen."""
Row = dict[str, Any]


def themes(folder: Path = ITEMS) -> tuple[str, ...]:
    """The names of the folders that hold items."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/labels.jsonl")))


def load_own(part: Part, folder: Path = ITEMS) -> list[Item]:
    """The items of one part, placeholders read as the names they stand for; the corpus of each is `own/THEME`."""
    renaming = load_renaming(folder / "placeholders.yaml")
    items: list[Item] = []
    for theme in themes(folder):
        gold = {row["id"]: row for row in rows_of(folder / theme / "labels.jsonl")}
        stories = {i: g["story_id"] for g in rows_of(folder / theme / "story_groups.jsonl") for i in g["ids"]}
        for row in rows_of(folder / theme / "articles.jsonl"):
            group = f"own/{theme}/{stories.get(row['id'], row['id'])}"
            if is_kept(group) == (part == "kept"):
                items.append(Item(f"own/{theme}", renamed(row, renaming), regold(gold[row["id"]], renaming), group))
    return items


def load_retold(folder: Path = ITEMS) -> list[Item]:
    """The items that were told anew in English: each with the story, the day and the labels of the one it retells."""
    renaming = load_renaming(folder / "placeholders.yaml")
    originals = {f"{item.corpus}/{item.row['id']}": item for item in load_own("train", folder)}
    items: list[Item] = []
    for told in rows_of(folder / "retold.jsonl"):
        original = originals[f"own/{told['of']}"]
        words = {"title": told["title"], "text": told["text"], "outlet": told["outlet"], "lang": "en", "script": ""}
        row = {**original.row, **words, "id": f"{original.row['id']}-en"}
        gold = {**original.gold, "id": row["id"], "labels": told["labels"]}
        items.append(Item(original.corpus, renamed(row, renaming), regold(gold, renaming), original.group))
    return items


def is_kept(group: str) -> bool:
    """Whether a story is kept out of training: by the hash of its name, so that it never changes sides."""
    return int(hashlib.sha256(f"luming own kept:{group}".encode()).hexdigest(), 16) % KEPT_OF == 0


def renamed(row: Row, renaming: Renaming) -> Row:
    """An article with its placeholders read as whom they stand for."""
    return {**row, "title": renaming.apply(row["title"]).text, "text": renaming.apply(row["text"]).text}


def regold(gold: Row, renaming: Renaming) -> Row:
    """Labels whose quotes are those of the renamed article."""
    labels = [{**label, "evidence": renaming.apply(label["evidence"]).text} for label in gold["labels"]]
    return {**gold, "labels": labels}


def rows_of(path: Path) -> Iterator[Row]:
    """The lines of a file of JSON lines; none where there is no file."""
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                yield json.loads(line)
