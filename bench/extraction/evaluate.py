"""Score extraction on the saved pages that were kept aside, beside the neighbours in the same run.

    python -m bench.extraction.evaluate [--pages FOLDER] [--scorer FILE] [--passes N] [--cross-validate SEED ...]

Fits weights on the pages of the other sites only (some minutes), then prints for the kept third and each language body
F1, title, date, author and leak of extract() with those weights, of trafilatura, readability and newspaper4k; and at
last pages a CPU second over all pages with the shipped weights, one thread, extractors interleaved. The ratio to
trafilatura holds where the times do not. The measures are the scorer's own (tools/score_extraction.py beside the
pages). Needs requirements/bench.txt.
"""

import argparse
import gzip
import importlib.util
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.extraction import learning, more_pages, train_titles
from bench.extraction.dataset import Page, kept, load
from bench.extraction.train import PAGES
from services.crawler.domain.extraction import extract, model, title

SCORER = PAGES.parents[1] / "tools" / "score_extraction.py"
COLUMNS = ("body_f1", "precision", "recall", "title", "date", "author", "leak")
PEERS = ("trafilatura", "readability", "newspaper4k")
Extract = Callable[[bytes, str | None], Any]


def scorer(path: Path) -> ModuleType:
    """Read the scorer from its file."""
    spec = importlib.util.spec_from_file_location("score_extraction", path)
    if spec is None or spec.loader is None:
        sys.exit(f"no scorer in {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules["score_extraction"] = module
    spec.loader.exec_module(module)
    return module


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """Read the manifest and the pages' bytes."""
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    for row in rows:
        row["raw"] = gzip.decompress((folder / row["html"]).read_bytes())
    return rows


def answers(run: Extract, rows: Sequence[dict[str, Any]]) -> tuple[list[Any], float]:
    """Give what an extractor says of each page, and the CPU seconds; one that raises has said nothing."""
    found, spent = [], 0.0
    for row in rows:
        begun = time.process_time()
        try:
            found.append(run(row["raw"], row["url"]) or {})
        except Exception:  # noqa: BLE001 - a neighbour that raises on a real page scores nothing for it
            found.append({})
        spent += time.process_time() - begun
    return found, spent


def table(measures: ModuleType, rows: Sequence[dict[str, Any]], runs: dict[str, Extract]) -> None:
    """Print the scores of all extractors, a language at a time."""
    for language in ("zh", "en"):
        mine = [row for row in rows if row["lang"] == language]
        print(f"\n{language}: {len(mine)} kept pages\n{'':14s}" + " ".join(f"{name:>9s}" for name in COLUMNS))
        for name, run in runs.items():
            cell = measures.score(mine, answers(run, mine)[0])
            shown = (f"{cell[column]:9.3f}" if column in cell else f"{'-':>9s}" for column in COLUMNS)
            print(f"{name:14s}" + " ".join(shown), flush=True)


def speed(rows: Sequence[dict[str, Any]], runs: dict[str, Extract], passes: int) -> None:
    """Print pages a CPU second and the ratio to trafilatura; the median of the passes."""
    seconds = {name: statistics.median(times) for name, times in _times(rows, runs, passes).items()}
    for name, spent in seconds.items():
        print(f"{name:14s} {len(rows) / spent:7.1f} pages a CPU second, {seconds['trafilatura'] / spent:5.2f} x")


def _times(rows: Sequence[dict[str, Any]], runs: dict[str, Extract], passes: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(passes):
        for name, run in runs.items():
            times[name].append(answers(run, rows)[1])
    return times


def dev_only(pages: Sequence[Page]) -> model.Model:
    """Fit weights that have seen no kept site, neither here nor among the further pages."""
    aside = kept()
    sites = {page.site for page in pages if page.row["id"] in aside}
    seen = [page for page in (*pages, *more_pages.load()) if page.site not in sites]
    print(f"fitted on {len(seen)} pages of {len({page.site for page in seen})} sites, none of them kept", flush=True)
    return learning.fit(learning.with_variants(seen), learning.folds(seen))


def titles_dev_only(folder: Path) -> dict[str, float]:
    """Fit the weights of titles that have seen no kept site."""
    pages, signs = train_titles.described(train_titles.sources(folder, kept()))
    weights = train_titles.fit(pages, signs)
    return {sign: float(weight) for sign, weight in zip(signs, weights, strict=True)}


def main() -> None:
    """Read the arguments, fit without the kept sites, score, time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, default=PAGES, help="folder with manifest.jsonl and the saved pages")
    parser.add_argument("--scorer", type=Path, default=SCORER)
    parser.add_argument("--passes", type=int, default=3, help="passes over all pages for the speed")
    parser.add_argument("--cross-validate", type=int, nargs="*", default=[], help="seeds; on the other sites only")
    arguments = parser.parse_args()
    if not (arguments.pages / "manifest.jsonl").exists() or not arguments.scorer.exists():
        sys.exit(f"skipped: no saved pages in {arguments.pages} or no scorer {arguments.scorer}")
    measures = scorer(arguments.scorer)
    peers: dict[str, Extract] = {name: measures.PEERS[name] for name in PEERS}
    runs: dict[str, Extract] = {"extract()": extract, **peers}
    rows = rows_of(arguments.pages)
    speed(rows, {name: runs[name] for name in ("extract()", "trafilatura", "readability")}, arguments.passes)
    pages = load(arguments.pages)
    learning.print_cross_validation(
        [page for page in pages if page.row["id"] not in kept()], more_pages.load(), arguments.cross_validate
    )
    without = dev_only(pages)
    model.fitted = lambda: without  # type: ignore[assignment]  # extract() asks the module for its weights on every page
    titles = titles_dev_only(arguments.pages)
    title.weights = lambda: titles  # type: ignore[assignment]  # the same for its titles
    table(measures, [row for row in rows if row["id"] in kept()], runs)


if __name__ == "__main__":
    main()
