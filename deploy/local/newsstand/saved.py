"""Real saved pages instead of the newsstand's own: bytes and charset untouched, at made-up addresses, in one sitemap.

The folder holds `manifest.jsonl`, one page a line with `id` and `html`, the name of a gzip file in the folder. The
pages' own addresses are not served.
"""

import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.newsstand.answers import Answer, conditional, text

NAME = "saved"
"""The one outlet's name, in the ports file and in NEWSSTAND_SAVED."""
INDEX = "/sitemap.xml"
SPAN = 30.0
"""Seconds over which the pages are released, at most."""
STEP = 2.0
"""Seconds between two releases, at most: a few pages are out sooner."""


@dataclass(frozen=True)
class SavedPage:
    """One saved page; `release` in seconds after the start."""

    id: str
    path: str
    file: Path
    release: float


def load_saved(folder: Path) -> tuple[SavedPage, ...]:
    """The folder's pages, released evenly. Raises OSError or ValueError when the manifest cannot be used."""
    manifest = folder / "manifest.jsonl"
    lines = manifest.read_text("utf-8").splitlines()
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not numbered:
        raise ValueError(f"{manifest}: names no page")
    return tuple(
        _saved_page(folder, f"{manifest}:{number}", line, place * min(STEP, SPAN / len(numbered)), place + 1)
        for place, (number, line) in enumerate(numbered)
    )


def _saved_page(folder: Path, where: str, line: str, release: float, count: int) -> SavedPage:
    try:
        entry = json.loads(line)
        name, file = str(entry["id"]), folder / str(entry["html"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{where}: wanted a JSON object with `id` and `html`: {error!r}") from error
    if not file.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{where}: {entry['html']} lies outside the folder")
    if not file.is_file():
        raise ValueError(f"{where}: no file {file}")
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return SavedPage(name, f"/saved/{count:04d}-{slug}", file, release)


@dataclass(frozen=True)
class SavedSite:
    """The saved pages at the address `base`."""

    pages: tuple[SavedPage, ...]
    base: str
    start: datetime

    def answer(self, target: str, asked: Mapping[str, str], now: datetime) -> Answer:
        """Sitemap, page, robots.txt or 404; before its release a page does not exist."""
        path = urlsplit(target).path
        if path == "/robots.txt":
            return text(200, f"User-agent: *\nDisallow:\nSitemap: {self.base}{INDEX}\n")
        out = [page for page in self.pages if self._released(page) <= now]
        if path == INDEX:
            changed = self._released(out[-1]) if out else self.start
            return conditional(self._sitemap(out), "application/xml", changed, asked)
        for page in out:
            if page.path == path:
                # No charset in the header: what the page itself declares, or fails to, is part of what is tried.
                return conditional(gzip.decompress(page.file.read_bytes()), "text/html", self._released(page), asked)
        return text(404, "no such page")

    def _released(self, page: SavedPage) -> datetime:
        return self.start + timedelta(seconds=page.release)

    def _sitemap(self, out: list[SavedPage]) -> bytes:
        urls = "".join(f"<url><loc>{self.base}{page.path}</loc></url>\n" for page in reversed(out))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
        ).encode()
