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
"""Seconds over which the pages are released."""


@dataclass(frozen=True)
class SavedPage:
    """One saved page; `release` in seconds after the start."""

    id: str
    path: str
    file: Path
    release: float


def load_saved(folder: Path) -> tuple[SavedPage, ...]:
    """The folder's pages, spread evenly over SPAN. Raises OSError or ValueError when the manifest cannot be read."""
    lines = (folder / "manifest.jsonl").read_text("utf-8").splitlines()
    entries = [json.loads(line) for line in lines if line.strip()]
    pages = []
    for number, entry in enumerate(entries):
        slug = re.sub(r"[^a-z0-9]+", "-", entry["id"].lower()).strip("-")
        file = folder / entry["html"]
        if not file.is_file():
            raise ValueError(f"{folder / 'manifest.jsonl'}:{number + 1}: no file {file}")
        pages.append(SavedPage(entry["id"], f"/saved/{number + 1:04d}-{slug}", file, number * SPAN / len(entries)))
    return tuple(pages)


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
