"""Fit the weights of the signs by which a title is chosen, from saved pages with gold titles.

    python -m bench.extraction.train_titles [--pages FOLDER] [--only-validate]

Learns from the saved pages and those of more_titles.py, which have to be fetched before, without the sites of the pages
that are kept aside (bench/extraction/kept.txt), and from copies of each in which a heading or the metadata is missing
or misplaced (title_variants.py). Prints the share of right titles by six-fold cross-validation over sites, on the pages
as they are and on the copies, then fits on all of them and writes services/crawler/domain/extraction/titles.json. A
conditional logit: on each page the candidates compete, and the gold one is to win. The penalty draws each weight to
`PRIOR`, for signs that are too rare in the pages to be learned.
Needs scipy (development only) and under a minute on one core.
"""

import argparse
import gzip
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.extraction import more_titles
from bench.extraction.dataset import kept, site_of
from bench.extraction.title_variants import variants
from bench.extraction.train import PAGES
from services.crawler.domain.extraction import structured
from services.crawler.domain.extraction.agreement import Candidate, key
from services.crawler.domain.extraction.candidates import gather
from services.crawler.domain.extraction.charset import decode
from services.crawler.domain.extraction.page import parse
from services.crawler.domain.extraction.title import WEIGHTS, written

PENALTY = 2.0
"""Strength of the pull to the prior; by cross-validation over sites flat from 1 to 4."""
VARIANT_WEIGHT = 0.2
"""What each copy of a page counts; flat from 0.2 to 0.5. Without copies 2 points of the pages themselves are lost."""
LEAST = 2
"""Candidates that a sign must stand at to be learned."""
FOLDS, SEEDS = 6, 4
PRIOR = {
    "site's name": -1.5, "carries the site's name": -0.5, "another part is stated": -1.5, "short": -0.3, "long": -1.5,
    "the only h1": 2.0, "best h1": 1.3, "title shorter part": -1.0,
    "meta": 0.5, "title site first": 0.8, "og site first": 0.8, "titled box in the title": 1.0, "h2 without h1": 0.3,
    "h1 near": 1.0, "h1 like the title": 1.0, "h1 far from the title": -1.0, "h1 alone": -1.5, "shown": 0.7,
    "h2 far from the title": -1.0,
    "like the address": 0.5, "unlike the address": -0.5, "ends as a site's name": -1.0,
}  # fmt: skip
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Source:
    """A page with a gold title as it was read."""

    name: str
    language: str
    site: str
    gold: str
    about: structured.Structured


@dataclass
class Page:
    """The candidates of one page, their signs as a matrix, and the number of the right one (-1: none is)."""

    source: Source
    candidates: list[Candidate]
    matrix: Numbers
    right: int
    weight: float = 1.0


def sources(folder: Path, aside: frozenset[str] | set[str]) -> list[Source]:
    """Read all pages that have a gold title but for those of the sites of the pages in `aside`."""
    found = []
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        root = parse(decode(gzip.decompress((folder / row["html"]).read_bytes())))
        if root is not None:
            about = structured.read(root, row["url"])
            found.append(Source(row["id"], row["lang"], site_of(row, about, root), row["expected_title"], about))
    found += [Source(page.name, page.language, page.site, page.gold, page.about) for page in more_titles.load()]
    sites = {source.site for source in found if source.name in aside}
    return [source for source in found if source.gold and source.site not in sites]


def described(read: Sequence[Source]) -> tuple[list[Page], list[str]]:
    """Give the pages and their copies as matrices, and the names of the signs."""
    random = np.random.default_rng(SEEDS)
    gathered = [(source, 1.0, gather(source.about)) for source in read]
    for source in read:
        others = [one.about for one in read if one.language == source.language and one.site != source.site]
        for about in variants(source.about, others, random):
            gathered.append((source, VARIANT_WEIGHT, gather(about)))
    counted = Counter(sign for _, _, found in gathered for one in found.values() for sign in one.signs)
    signs = sorted({sign for sign, times in counted.items() if times >= LEAST} | set(PRIOR))
    place = {sign: number for number, sign in enumerate(signs)}
    pages = []
    for source, weight, found in gathered:
        matrix = np.zeros((len(found), len(signs)))
        for number, one in enumerate(found.values()):
            matrix[number, [place[sign] for sign in one.signs if sign in place]] = 1
        gold = key(source.gold)
        right = list(found).index(gold) if gold in found else -1
        pages.append(Page(source, list(found.values()), matrix, right, weight))
    return pages, signs


def fit(pages: Sequence[Page], signs: Sequence[str]) -> Numbers:
    """Give the weight of each sign."""
    prior = np.array([PRIOR.get(sign, 0.0) for sign in signs])
    pages = [page for page in pages if page.right >= 0]
    every = np.concatenate([page.matrix for page in pages])
    sizes = np.array([len(page.matrix) for page in pages])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    right = starts + np.array([page.right for page in pages])
    times = np.array([page.weight for page in pages])

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        away = weights - prior
        scores = every @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), sizes)
        chances = np.exp(scores)
        sums = np.add.reduceat(chances, starts)
        total = PENALTY * float(away @ away) - float(times @ (scores[right] - np.log(sums)))
        slope = 2 * PENALTY * away - times @ every[right] + (chances / np.repeat(sums / times, sizes)) @ every
        return total, slope

    return np.asarray(minimize(loss, prior, jac=True, method="L-BFGS-B").x)


def hits(page: Page, weights: Numbers) -> bool:
    """Say whether a page's title comes out exactly as the gold has it, as the scorer compares them."""
    if not page.candidates:
        return False
    chosen = written(page.candidates[int(np.argmax(page.matrix @ weights))])
    return _same(chosen, page.source.language) == _same(page.source.gold, page.source.language)


def _same(text: str, language: str) -> str:
    return re.sub(r"\s+", "" if language == "zh" else " ", unicodedata.normalize("NFKC", text)).strip()


def cross_validated(pages: Sequence[Page], signs: Sequence[str]) -> dict[str, float]:
    """Give the share of right titles by language, of copies apart; no page is judged by weights that saw its site."""
    found: dict[str, list[bool]] = {}
    for seed in range(SEEDS):
        sites = sorted({page.source.site for page in pages})
        np.random.default_rng(seed).shuffle(sites)
        fold = {site: number % FOLDS for number, site in enumerate(sites)}
        for part in range(FOLDS):
            weights = fit([page for page in pages if fold[page.source.site] != part], signs)
            for page in pages:
                if fold[page.source.site] == part:
                    kind = page.source.language + ("" if page.weight == 1 else " copies")
                    found.setdefault(kind, []).append(hits(page, weights))
    return {kind: float(np.mean(right)) for kind, right in found.items()}


def main() -> None:
    """Read the arguments, validate, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, default=PAGES, help="folder with manifest.jsonl and the saved pages")
    parser.add_argument("--only-validate", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    if not (arguments.pages / "manifest.jsonl").exists():
        sys.exit(f"skipped: no saved pages in {arguments.pages}")
    read = sources(arguments.pages, kept())
    pages, signs = described(read)
    shares = ", ".join(f"{kind} {share:.3f}" for kind, share in sorted(cross_validated(pages, signs).items()))
    print(f"{len(read)} pages, {len(signs)} signs, cross-validated over sites: {shares}")
    if not more_titles.load():
        print("without the further pages: python -m bench.extraction.more_titles fetches them")
    if arguments.only_validate:
        return
    weights = fit(pages, signs)
    fitted = {sign: round(float(weight), 3) for sign, weight in zip(signs, weights, strict=True)}
    WEIGHTS.write_text(json.dumps(fitted, indent=0, sort_keys=True) + "\n", "utf-8")
    right = sum(hits(page, weights) for page in pages[: len(read)])
    print(f"fitted on them: {right} of {len(read)} right; wrote {WEIGHTS.name}")


if __name__ == "__main__":
    main()
