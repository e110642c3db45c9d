"""The labelled items that training and evaluation read, and the third of them that is kept unseen.

They stand beside the project (../shared/data), are not part of it, and whatever needs them skips, by name, where they
are absent.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from services.classifier.domain.article import Article
from services.crawler.domain.extraction import moments
from shared.messages.common import Language, Published
from shared.watch import fold

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
KEPT = ROOT / "bench" / "kept.txt"
NAMES = ("corpus", "corpus2")
Part = Literal["train", "kept"]
Row = dict[str, Any]
SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character: JSON can name it, UTF-8 cannot hold it."""
_FORMS: tuple[tuple[str, Literal["day", "month", "year"]], ...] = (
    ("%Y-%m-%d", "day"),
    ("%Y-%m", "month"),
    ("%Y", "year"),
)


@dataclass(frozen=True)
class Item:
    """One labelled article; `group` is its story, so that no story stands on both sides of a split."""

    corpus: str
    row: Row
    gold: Row
    group: str

    @property
    def article(self) -> Article:
        """What the judge is given."""
        return article_of(self.row)


def kept_names() -> frozenset[str]:
    """`corpus/id` of the items that nothing is tuned or trained on."""
    lines = KEPT.read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def available(data: Path = DATA) -> tuple[str, ...]:
    """The names of the corpora that are there."""
    return tuple(name for name in NAMES if (data / name / "labels.jsonl").exists())


def load_items(part: Part, data: Path = DATA, names: tuple[str, ...] = NAMES) -> list[Item]:
    """The items of one part, of the corpora that are there."""
    kept = kept_names()
    items: list[Item] = []
    for corpus in names:
        if corpus not in available(data):
            continue
        folder = data / corpus
        gold = {row["id"]: row for row in _lines(folder / "labels.jsonl")}
        stories = {i: f"{corpus}/{g['story_id']}" for g in _lines(folder / "story_groups.jsonl") for i in g["ids"]}
        for row in _lines(folder / "articles.jsonl"):
            name = f"{corpus}/{row['id']}"
            if (name in kept) == (part == "kept") and row["id"] in gold:
                items.append(Item(corpus, row, gold[row["id"]], stories.get(row["id"], name)))
    return items


def write_part(items: list[Item], corpus: str, folder: Path, data: Path = DATA) -> None:
    """Write the items of one corpus in the corpus's own form: what the scorer beside the data reads."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [item for item in items if item.corpus == corpus]
    ids = {item.row["id"] for item in chosen}
    groups = [
        {"story_id": group["story_id"], "ids": [i for i in group["ids"] if i in ids]}
        for group in _lines(data / corpus / "story_groups.jsonl")
    ]
    _write(folder / "articles.jsonl", [item.row for item in chosen])
    _write(folder / "labels.jsonl", [item.gold for item in chosen])
    _write(folder / "story_groups.jsonl", [group for group in groups if len(group["ids"]) > 1])


def article_of(row: Row, any_company: bool = False) -> Article:
    """An article from a line of `articles.jsonl`; a field of the wrong kind counts as unknown."""
    title, text = (_text(row.get(name)) for name in ("title", "text"))
    paragraphs = tuple(text.split("\n")) if text else ()
    url = row.get("url")
    language = language_of(row.get("lang"), title + " " + text)
    return Article(
        title,
        paragraphs,
        language,
        published_of(row.get("published")),
        url if isinstance(url, str) else None,
        any_company,
    )


def _text(value: object) -> str:
    """A string as UTF-8 can hold it: a lone surrogate becomes the replacement character, one for one."""
    return SURROGATE.sub("\ufffd", value) if isinstance(value, str) else ""


def published_of(value: object) -> Published | None:
    """A date to the day, the month or the year (`2022-05-25`, `2022-05`, `2022`), or to the minute; None when unknown.

    Other ways of writing (2025/3/1, 2025年3月1日, seconds since 1970) are read as on a page; what is no date is None.
    """
    written = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    for form, precision in _FORMS:
        try:
            return Published(at=datetime.strptime(written, form).replace(tzinfo=UTC), precision=precision)
        except ValueError:
            continue
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        moment = moments.read(written, moments.Habit(UTC)) if written else None
        return Published(at=moment.at, precision=moment.precision) if moment else None
    return Published(at=at if at.tzinfo else at.replace(tzinfo=UTC), precision="minute")


def language_of(named: object, text: str) -> Language:
    """The language of an item: Chinese by its script, whatever the item says of itself."""
    han = sum("\u4e00" <= character <= "\u9fff" for character in text)
    kana = sum("\u3040" <= character <= "\u30ff" for character in text)
    if kana > han / 4 and kana > 5:
        return "other"
    if han * 5 < len(text):
        return "en" if named in (None, "", "en", "zh", "zh-Hans", "zh-Hant") or str(named).startswith("en") else "other"
    changed = sum(a != b for a, b in zip(text, fold(text), strict=True) if "\u4e00" <= a <= "\u9fff")
    return "zh-Hant" if changed * 12 > han else "zh-Hans"


def _lines(path: Path) -> Iterator[Row]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
