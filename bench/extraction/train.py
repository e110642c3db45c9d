"""Fit the weights that choose an article's blocks, from saved pages with gold bodies.

    python -m bench.extraction.train [--pages FOLDER] [--validate SEED ...] [--only-validate]

Prints body F1 by five-fold cross-validation over the sites that are not kept aside (no page is judged by a model that
saw its site), for each seed, then fits on all pages and on those of more_pages.py, which have to be fetched before,
and writes services/crawler/domain/extraction/weights.npz. What the shipped weights are worth on pages never seen is
told by `python -m bench.extraction.evaluate`, which fits without the kept sites. The seed is fixed: the same pages and
library versions give the same weights. Needs scikit-learn (development only) and some minutes on one core.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from bench.extraction import learning, more_pages
from bench.extraction.dataset import kept, load
from services.crawler.domain.extraction.model import WEIGHTS

PAGES = Path(__file__).resolve().parents[3] / "shared" / "data" / "pages"


def main() -> None:
    """Read the arguments, validate, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, default=PAGES, help="folder with manifest.jsonl and the saved pages")
    parser.add_argument("--validate", type=int, nargs="*", default=[0], help="seeds of the cross-validations to print")
    parser.add_argument("--only-validate", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    if not (arguments.pages / "manifest.jsonl").exists():
        sys.exit(f"skipped: no saved pages in {arguments.pages}")
    pages, more = load(arguments.pages), more_pages.load()
    every = [*pages, *more]
    print(
        f"{len(every)} pages of {len({page.site for page in every})} sites, {sum(len(p.wanted) for p in every)} blocks"
    )
    if not more:
        print("without the further pages: python -m bench.extraction.more_pages fetches them")
    aside = kept()
    learning.print_cross_validation([page for page in pages if page.row["id"] not in aside], more, arguments.validate)
    if arguments.only_validate:
        return
    model = learning.fit(learning.with_variants(every), learning.folds(every))
    if not learning.same(model, pages):
        sys.exit("the exported arrays do not judge as the fitted model does")
    np.savez_compressed(WEIGHTS, **learning.arrays_of(model))  # type: ignore[arg-type]  # numpy's stub wants one type for all
    chosen = learning.choices(pages, [model.probability(page.matrix, page.layout) for page in pages])
    scores = " ".join(f"{language} {learning.f1(pages, chosen, language):.4f}" for language in ("zh", "en"))
    print(f"fitted on all, scored on the same pages: body F1 {scores}")
    print(f"wrote {WEIGHTS.name}, {WEIGHTS.stat().st_size} bytes")


if __name__ == "__main__":
    main()
