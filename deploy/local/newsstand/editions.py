"""The pages with their texts: what each outlet has out at a given moment.

A page's text is `pages/<id>.txt`: header lines `key: value` (title; author and source where the page names them), a
line `---`, then paragraphs parted by blank lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from deploy.local.newsstand.dates import fill
from deploy.local.newsstand.table import Page

PAGES = Path(__file__).parent / "pages"
CHINA = timezone(timedelta(hours=8))
"""China Standard Time: all outlets work by it, whatever form they write it in."""


@dataclass(frozen=True)
class Edition:
    """One page, or one revision of it, as it stands on its outlet."""

    page: Page
    title: str
    paragraphs: tuple[str, ...]
    author: str | None
    source: str | None
    """The outlet it says it took the text from."""
    published: datetime
    """When the article says it came out (the first revision's moment, for a corrected one)."""
    updated: datetime | None
    """When it says it was corrected."""
    released: datetime
    """When the newsstand really puts it out."""


@dataclass(frozen=True)
class Text:
    """A page's file, tokens still in it."""

    title: str
    paragraphs: tuple[str, ...]
    author: str | None = None
    source: str | None = None


def read_text(path: Path) -> Text:
    """Read one page file. Raises ValueError with the file's name when it is not built as it should be."""
    head, mark, body = path.read_text("utf-8").partition("\n---\n")
    if not mark:
        raise ValueError(f"{path}: no line `---` between head and body")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    unknown = fields.keys() - {"title", "author", "source"}
    if unknown or "title" not in fields:
        raise ValueError(f"{path}: head has {sorted(fields)}, wanted title and, if known, author and source")
    paragraphs = tuple(" ".join(part.split("\n")).strip() for part in body.split("\n\n") if part.strip())
    return Text(fields["title"], paragraphs, fields.get("author"), fields.get("source"))


def editions(pages: Iterable[Page], start: datetime, folder: Path = PAGES) -> tuple[Edition, ...]:
    """Every page with its text and dates, counted from `start`, in the order of release."""
    pages = tuple(pages)
    days = {page.id: _day(page, start) for page in pages}
    first = {(page.outlet, page.path): days[page.id] for page in pages if page.revision == 1}
    made = []
    for page in pages:
        text = read_text(folder / f"{page.id}.txt")
        own = days[page.id]
        made.append(
            Edition(
                page=page,
                title=fill(text.title, own, days),
                paragraphs=tuple(fill(paragraph, own, days) for paragraph in text.paragraphs),
                author=text.author,
                source=text.source,
                published=first[page.outlet, page.path],
                updated=own if page.revision > 1 else None,
                released=start + timedelta(seconds=page.release),
            )
        )
    return tuple(sorted(made, key=lambda edition: edition.released))


def out(all_editions: Sequence[Edition], outlet: str, now: datetime) -> tuple[Edition, ...]:
    """What `outlet` has out at `now`, newest first; of a corrected page the last revision only."""
    latest: dict[str, Edition] = {}
    for edition in all_editions:
        if edition.page.outlet == outlet and edition.released <= now:
            latest.pop(edition.page.path, None)
            latest[edition.page.path] = edition
    return tuple(reversed(latest.values()))


def _day(page: Page, start: datetime) -> datetime:
    return (start - timedelta(days=page.days_before)).astimezone(CHINA).replace(microsecond=0)
