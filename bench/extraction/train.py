"""Fit the weights that choose an article's blocks, from saved pages with gold bodies.

    python -m bench.extraction.train [--pages FOLDER] [--validate SEED ...] [--only-validate]

Prints body F1 by five-fold cross-validation over sites (no page is judged by a model that saw its site), for each
seed, then fits on all pages and writes services/crawler/domain/extraction/weights.npz. The seed is fixed: the same
pages and library versions give the same weights. Needs scikit-learn (development only) and some minutes on one core.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from bench.extraction import learning
from bench.extraction.dataset import load
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
    pages = load(arguments.pages)
    print(
        f"{len(pages)} pages of {len({page.site for page in pages})} sites, {sum(len(p.wanted) for p in pages)} blocks"
    )
    for seed in arguments.validate:
        begun = time.process_time()
        chosen = learning.choices(pages, learning.cross_validated(pages, seed))
        scores = " ".join(f"{language} {learning.f1(pages, chosen, language):.4f}" for language in ("zh", "en"))
        print(f"cross-validated, seed {seed}: body F1 {scores} ({time.process_time() - begun:.0f} CPU s)", flush=True)
    if arguments.only_validate:
        return
    model = learning.fit(learning.with_variants(pages), learning.folds(pages))
    if not learning.same(model, pages):
        sys.exit("the exported arrays do not judge as the fitted model does")
    np.savez_compressed(WEIGHTS, **learning.arrays_of(model))  # type: ignore[arg-type]  # numpy's stub wants one type for all
    chosen = learning.choices(pages, [model.probability(page.matrix, page.layout) for page in pages])
    scores = " ".join(f"{language} {learning.f1(pages, chosen, language):.4f}" for language in ("zh", "en"))
    print(f"fitted on all, scored on the same pages: body F1 {scores}")
    print(f"wrote {WEIGHTS.name}, {WEIGHTS.stat().st_size} bytes")


if __name__ == "__main__":
    main()
