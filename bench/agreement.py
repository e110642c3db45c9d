"""How far the two readers of the project's own items agree: `python -m bench.agreement`.

The second reader had not seen the first one's labels. F1 takes the second reader for said and the first for right; both
are also set beside the labels as settled.
"""

from collections.abc import Iterator
from typing import Any

from bench.own_items import ITEMS, rows_of, themes
from bench.report import show
from bench.score import score

Row = dict[str, Any]
SHOWN = ("current", "alert", "relevance", "entities", "status")
OF_NEWS = frozenset({"current", "alert"})
"""What cannot be measured in a theme where neither reader finds an event of the day."""


def rows(theme: str, name: str) -> dict[str, Row]:
    """One reader's labels of a theme, by id."""
    return {row["id"]: row for row in rows_of(ITEMS / theme / f"{name}.jsonl")}


def compared(said: str, right: str, chosen: tuple[str, ...]) -> Iterator[tuple[Row, Row, str]]:
    """What one reader says beside what another says, over themes."""
    for theme in chosen:
        theirs = rows(theme, right)
        for identifier, row in rows(theme, said).items():
            if identifier in theirs:
                yield row, theirs[identifier], ""


def shares(chosen: tuple[str, ...]) -> tuple[float, float]:
    """How often the two readers give the same kind of document, and the same importance or one beside it."""
    pairs = list(compared("second", "first", chosen))
    kinds = sum(a["kind"] == b["kind"] for a, b, _ in pairs)
    levels = sum(abs(a["importance"] - b["importance"]) <= 1 for a, b, _ in pairs)
    return kinds / max(1, len(pairs)), levels / max(1, len(pairs))


def main() -> None:
    """Print the agreement, a theme each and over all."""
    table: list[tuple[object, ...]] = []
    for name, chosen in [*((theme, (theme,)) for theme in themes()), ("all", themes())]:
        pairs = list(compared("second", "first", chosen))
        news = any(label["status"] != "background" for both in pairs for row in both[:2] for label in row["labels"])
        told = score(pairs)
        shown = ("none" if key in OF_NEWS and not news else round(told[key], 3) for key in SHOWN)
        table.append((name, int(told["items"]), *shown, *shares(chosen)))
    for reader in ("first", "second"):
        told = score(compared(reader, "labels", themes()))
        table.append((f"{reader} against settled", int(told["items"]), *(round(told[key], 3) for key in SHOWN), "", ""))
    columns = (
        "theme",
        "items",
        "current F1",
        "alert F1",
        "relevance",
        "entities F1",
        "status",
        "kind",
        "importance ±1",
    )
    show("Two readers of the project's own items", columns, table)


if __name__ == "__main__":
    main()
