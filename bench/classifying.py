"""How fast articles are understood on one processor, and in how much memory: by the rules alone, with the encoder."""

import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from statistics import median

from bench import report
from bench.corpora import ROOT, load_items
from bench.own_items import load_own
from services.classifier.bootstrap import make_judge
from services.classifier.domain.article import Article

LENGTH = (1_200, 2_000)
"""Characters of the articles that the rules are timed on: about 1,500, as a page of news has."""
FLOORS = {"rules": 300.0, "encoder": 20.0}
"""Articles a processor second."""
MEMORY = 300.0
"""Megabytes that the rules may take."""
ROUNDS = 3


@dataclass(frozen=True)
class Timed:
    """One way of judging."""

    articles: int
    characters: float
    """Mean length."""
    rates: tuple[float, ...]
    """Articles a processor second, a round each."""
    megabytes: float
    """The process's largest resident memory."""


def articles_of(way: str, most: int) -> list[Article]:
    """For the rules: articles of about 1,500 characters, short ones joined where there are too few. For the encoder:
    relevant articles as they are."""
    items = [*load_items("train"), *load_items("kept"), *load_own("train"), *load_own("kept")]
    if way == "encoder":
        return [item.article for item in items if item.gold["relevant"]][:most]
    found = [item.article for item in items if LENGTH[0] <= len(item.row["text"]) <= LENGTH[1]]
    return found[:most]


def timed(way: str, most: int, rounds: int) -> Timed:
    """Judge the articles in this process."""
    judge = make_judge(ROOT / "config", encoder=way == "encoder")
    articles = articles_of(way, most)
    for article in articles[:5]:
        judge.judge(article)
    rates = [_rate(judge.judge, articles) for _ in range(rounds)]
    length = sum(len(article.title) + sum(map(len, article.paragraphs)) for article in articles) / len(articles)
    return Timed(len(articles), length, tuple(rates), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _rate(step: Callable[[Article], object], articles: Sequence[Article]) -> float:
    began = time.process_time()
    for article in articles:
        step(article)
    return len(articles) / max(1e-9, time.process_time() - began)


def _all(rates: Sequence[float]) -> str:
    return " ".join(f"{rate:,.0f}" for rate in rates)


def run(most: int, rounds: int = ROUNDS) -> bool:
    """Measure both ways, each in a process of its own; gives whether the floors are held."""
    found: dict[str, Timed] = {}
    for way in FLOORS:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            found[way] = pool.submit(timed, way, most, rounds).result()
    rows = [
        (way, one.articles, one.characters, median(one.rates), _all(one.rates), one.megabytes)
        for way, one in found.items()
    ]
    report.show(
        "Articles understood a processor second",
        ("", "articles", "characters", "median", "rounds", "MB"),
        rows,
        "rules: whatever the article; encoder: relevant articles, rules and encoder together",
    )
    report.write("classify", {way: one.__dict__ for way, one in found.items()})
    report.bars("classify", "Articles a processor second", {way: {way: one.rates} for way, one in found.items()})
    checks = {f"{way}: {median(found[way].rates):,.0f} ≥ {floor:,.0f} a second": median(found[way].rates) >= floor
              for way, floor in FLOORS.items()}  # fmt: skip
    checks[f"rules: {found['rules'].megabytes:,.0f} MB < {MEMORY:,.0f}"] = found["rules"].megabytes < MEMORY
    return report.verdicts(checks)
