"""Fit the weights of the signs by which a title is chosen, from saved pages with gold titles.

    python -m bench.extraction.train_titles [--pages FOLDER] [--only-validate]

Prints the share of right titles by six-fold cross-validation over sites, then fits on the pages that are not kept aside
(bench/extraction/kept.txt) and writes services/crawler/domain/extraction/titles.json. A conditional logit: on each page
the candidates compete, and the gold one is to win. The penalty draws each weight to `PRIOR`, for signs that are too
rare in the pages to be learned; with the kept pages too the site's name won where it must not.
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

from bench.extraction.dataset import kept, site_of
from bench.extraction.train import PAGES
from services.crawler.domain.extraction import structured
from services.crawler.domain.extraction.candidates import Candidate, gather, key
from services.crawler.domain.extraction.charset import decode
from services.crawler.domain.extraction.page import parse
from services.crawler.domain.extraction.title import WEIGHTS, written

PENALTY = 1.0
"""Strength of the pull to the prior; by cross-validation over sites flat from 0.3 to 2 (English 0.89 to 0.90)."""
LEAST = 2
"""Candidates that a sign must stand at to be learned."""
FOLDS, SEEDS = 6, 4
PRIOR = {
    "site's name": -1.5, "carries the site's name": -0.5, "another part is stated": -1.5, "short": -0.3, "long": -1.5,
    "the only h1": 2.0, "best h1": 1.3, "title shorter part": -1.0,
    "title site first": 0.8, "og site first": 0.8, "titled box in the title": 1.0, "h2 without h1": 0.3,
}  # fmt: skip
Numbers = NDArray[np.float64]


@dataclass
class Page:
    """The candidates of one page, their signs as a matrix, and the number of the right one (-1: none is)."""

    name: str
    language: str
    site: str
    gold: str
    candidates: list[Candidate]
    matrix: Numbers
    right: int


def load(folder: Path) -> tuple[list[Page], list[str]]:
    """Read all pages that have a gold title, and the names of the signs."""
    read: list[tuple[dict[str, str], str, dict[str, Candidate]]] = []
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        root = parse(decode(gzip.decompress((folder / row["html"]).read_bytes()))) if row["expected_title"] else None
        if root is not None:
            about = structured.read(root)
            read.append((row, site_of(row, about, root), gather(about)))
    counted = Counter(sign for _, _, found in read for one in found.values() for sign in one.signs)
    signs = sorted({sign for sign, times in counted.items() if times >= LEAST} | set(PRIOR))
    place = {sign: number for number, sign in enumerate(signs)}
    pages = []
    for row, site, found in read:
        matrix = np.zeros((len(found), len(signs)))
        for number, one in enumerate(found.values()):
            matrix[number, [place[sign] for sign in one.signs if sign in place]] = 1
        gold = key(row["expected_title"])
        right = list(found).index(gold) if gold in found else -1
        pages.append(Page(row["id"], row["lang"], site, row["expected_title"], list(found.values()), matrix, right))
    return pages, signs


def fit(pages: Sequence[Page], signs: Sequence[str]) -> Numbers:
    """Give the weight of each sign."""
    prior = np.array([PRIOR.get(sign, 0.0) for sign in signs])

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        away = weights - prior
        total, slope = PENALTY * float(away @ away), 2 * PENALTY * away
        for page in pages:
            if page.right >= 0:
                scores = page.matrix @ weights
                chances = np.exp(scores - scores.max())
                chances /= chances.sum()
                total -= float(np.log(chances[page.right] + 1e-12))
                slope = slope - page.matrix[page.right] + chances @ page.matrix
        return total, slope

    return np.asarray(minimize(loss, prior, jac=True, method="L-BFGS-B").x)


def hits(page: Page, weights: Numbers) -> bool:
    """Say whether a page's title comes out exactly as the gold has it, as the scorer compares them."""
    if not page.candidates:
        return False
    chosen = written(page.candidates[int(np.argmax(page.matrix @ weights))])
    return _same(chosen, page.language) == _same(page.gold, page.language)


def _same(text: str, language: str) -> str:
    return re.sub(r"\s+", "" if language == "zh" else " ", unicodedata.normalize("NFKC", text)).strip()


def cross_validated(pages: Sequence[Page], signs: Sequence[str]) -> dict[str, float]:
    """Give the share of right titles by language; no page is judged by weights that saw its site."""
    found: dict[str, list[bool]] = {}
    for seed in range(SEEDS):
        sites = sorted({page.site for page in pages})
        np.random.default_rng(seed).shuffle(sites)
        fold = {site: number % FOLDS for number, site in enumerate(sites)}
        for part in range(FOLDS):
            weights = fit([page for page in pages if fold[page.site] != part], signs)
            for page in pages:
                if fold[page.site] == part:
                    found.setdefault(page.language, []).append(hits(page, weights))
    return {language: float(np.mean(right)) for language, right in found.items()}


def main() -> None:
    """Read the arguments, validate, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, default=PAGES, help="folder with manifest.jsonl and the saved pages")
    parser.add_argument("--only-validate", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    if not (arguments.pages / "manifest.jsonl").exists():
        sys.exit(f"skipped: no saved pages in {arguments.pages}")
    pages, signs = load(arguments.pages)
    aside = {page.site for page in pages if page.name in kept()}
    pages = [page for page in pages if page.site not in aside]
    shares = " ".join(f"{language} {share:.3f}" for language, share in sorted(cross_validated(pages, signs).items()))
    print(f"{len(pages)} pages, {len(signs)} signs, cross-validated over sites: {shares}")
    if arguments.only_validate:
        return
    weights = fit(pages, signs)
    fitted = {sign: round(float(weight), 3) for sign, weight in zip(signs, weights, strict=True)}
    WEIGHTS.write_text(json.dumps(fitted, indent=0, sort_keys=True) + "\n", "utf-8")
    right = sum(hits(page, weights) for page in pages)
    print(f"fitted on them: {right} of {len(pages)} right; wrote {WEIGHTS.name}")


if __name__ == "__main__":
    main()
