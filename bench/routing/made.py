"""Subscriptions and documents made by rule from a seed: a mixture as teams would write it and news would bring it."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args

from services.alerter.domain.subscriptions import Subscription
from shared.messages import DocumentClassified
from shared.messages.classified import Kind
from shared.watch.taxonomy import LABELS

ENTITIES = (
    "alibaba_health", "ant_group", "jd_health", "alipay_health", "ping_an_good_doctor", "meituan_health", "dingdang",
    "wedoctor", "haodf", "yaoshibang", "dxy", "medlinker", "chunyu", "cloudr", "fangzhou", "peers_unlisted",
    "regulator_nmpa", "regulator_nhsa", "regulator_nhc", "regulator_samr", "regulator_cac", "other",
)  # fmt: skip
"""Those of config/watchlist.yaml."""
_WEIGHTS = (9, 9, 8, 6, 5, 4, 3, 3, 3, 2, 2, 2, 2, 2, 2, 3, 4, 4, 3, 3, 2, 6)
"""How often each is in the news: the first ones most."""
SOURCES = tuple(f"source_{number}" for number in range(60))
WORDS = tuple(
    f"{first}{second}"
    for first in ("互联", "线上", "处方", "医保", "药品", "在线", "健康", "数据", "平台", "门诊", "慢病", "诊疗")
    for second in ("支付", "问诊", "流转", "监管", "配送", "管理", "合规", "准入", "谈判", "试点", "保险", "服务", "AI")
)
_STATUSES = ("announced", "completed", "planned", "rumoured", "denied")
_LANGUAGES = ("zh-Hans", "zh-Hant", "en")
_KINDS = tuple(kind for kind in get_args(Kind) if kind != "market_note")
_SEEN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
LEAD = 600
"""Characters of a document's first paragraphs: the usual news has some 1,000 in all."""


def subscriptions(count: int, made: random.Random) -> list[Subscription]:
    """So many subscriptions: by entity, by label, by family, by words; a fifth have routes below, a tenth refuse."""
    return [Subscription.model_validate(_subscription(number, made)) for number in range(count)]


def _subscription(number: int, made: random.Random) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": f"team_{number}",
        "when": _when(made, broad=made.random() < 0.005),
        "channels": {"slack": f"#team-{number}"},
    }
    if made.random() < 0.2:
        routes = [
            {"name": f"team_{number}_{below}", "when": _narrow(plain["when"], made), "continue": made.random() < 0.2}
            for below in range(made.randint(1, 3))
        ]
        plain["routes"] = routes
    return plain


def _when(made: random.Random, broad: bool) -> dict[str, Any]:
    """What a team asks for; one in two hundred asks for a whole family and no more."""
    if broad:
        return {"families": [made.choice(sorted(set(LABELS.values())))], "importance": made.randint(2, 4)}
    when: dict[str, Any] = {"importance": made.choice((1, 2, 3, 3, 4))}
    if made.random() < 0.8:
        when["entities"] = made.sample(ENTITIES, made.randint(1, 3))
    if made.random() < 0.7:
        when["labels"] = made.sample(sorted(LABELS), made.randint(1, 3))
    if made.random() < 0.3 or len(when) == 1:
        when["words"] = made.sample(WORDS, made.randint(1, 4))
    if made.random() < 0.2:
        when["languages"] = made.sample(_LANGUAGES, made.randint(1, 2))
    if made.random() < 0.1:
        when["sources"] = made.sample(SOURCES, made.randint(2, 20))
    if made.random() < 0.1:
        when["not"] = made.choice(
            ({"statuses": ["rumoured"]}, {"words": [made.choice(WORDS)]}, {"sources": made.sample(SOURCES, 3)})
        )
    return when


def _narrow(above: Mapping[str, Any], made: random.Random) -> dict[str, Any]:
    """What a route below asks for besides."""
    one = made.random()
    if one < 0.4:
        return {"statuses": made.sample(_STATUSES, 2)}
    if one < 0.7:
        return {"importance": min(5, above["importance"] + 1)}
    return {"words": made.sample(WORDS, 2)}


def documents(count: int, made: random.Random) -> Iterator[DocumentClassified]:
    """So many classified documents: one to three events each, and a text in which some of the words stand."""
    for number in range(count):
        yield DocumentClassified.model_validate(_document(number, made))


def _document(number: int, made: random.Random) -> dict[str, Any]:
    lead = "".join(made.choices(_LETTERS, k=LEAD - 20)) + "".join(made.sample(WORDS, made.randint(0, 4)))
    named = made.choices(ENTITIES, _WEIGHTS, k=made.randint(1, 3))
    return {
        "document_id": f"{number:032x}",
        "revision": 1,
        "url": f"https://bench.example/{number}",
        "source": made.choice(SOURCES),
        "title": f"{made.choice(WORDS)}新进展",
        "lead": lead,
        "language": made.choices(_LANGUAGES, (8, 1, 2))[0],
        "relevant": True,
        "kind": made.choices(_KINDS, (8, *(1 for _ in _KINDS[1:])))[0],
        "entities": [{"entity": entity} for entity in dict.fromkeys(named)],
        "events": [_event(named, made) for _ in range(made.choices((1, 2, 3), (6, 3, 1))[0])],
        "importance": made.choices((1, 2, 3, 4, 5), (2, 4, 5, 3, 1))[0],
        "model": "made",
        "times": {"first_seen": _SEEN},
    }


def _event(named: Sequence[str], made: random.Random) -> dict[str, Any]:
    label = made.choice(sorted(LABELS))
    quote = "".join(made.choices(_LETTERS, k=40))
    return {
        "label": label,
        "family": LABELS[label],
        "status": made.choices(_STATUSES, (8, 3, 3, 2, 1))[0],
        "entities": [made.choice(named)] if made.random() < 0.9 else [],
        "evidence": {"quote": quote, "paragraph": 1, "start": 0, "end": len(quote)},
        "confidence": 0.9,
    }


_LETTERS = "的一是在有和国中发年公司业市场将药医院病人电商务品线上健康平台数据，。增长合作宣布推出投资收购监管局亿元"
