"""A hundred queries: short and long words, names, phrases, mixed script, English, fields; frequent and rare."""

import random
from collections.abc import Sequence

from bench.portal.made import Pieces
from services.portal.domain.normalise import normalise
from services.portal.domain.tokens import runs

NAMED = (
    "医鹿", "阿里健康", "醫鹿", "蚂蚁集团", "京东健康", "平安好医生", "阿里", "药", "互联网医院", "国家药监局", "AI",
    "0241.HK", "Alibaba Health", "医鹿APP", "互联网+医疗", "合作 -收购", "处方药 label:policy_guidance", "entity:医鹿",
    "收购 after:2025-01", "label:partnership status:denied", "hospital", '"internet hospital"', "收购 阿里健康",
    "支付宝", "kind:policy 平台", "source:示例社7 健康", "医生 医院 平台", "公司", "健康", "的",
)  # fmt: skip


def queries(of: dict[str, Pieces], count: int = 100, seed: int = 3) -> list[str]:
    """The named ones, then parts of titles and sentences."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    asked = list(NAMED[:count])
    while len(asked) < count:
        language = chance.choices(("zh-Hans", "zh-Hant", "en"), (6, 2, 3))[0]
        chosen = of.get(language) or of["zh-Hans"]
        text = chance.choice(chance.choice((chosen.titles, chosen.sentences)))
        part = _part(text, chance)
        if part and part not in asked:
            asked.append(part)
    return asked


def _part(text: str, chance: random.Random) -> str:
    """A word of two to six characters, an English word, or two of them."""
    wide = [
        text[run.start : run.start + len(run.text)] for run in runs(normalise(text)) if run.wide and len(run.text) > 2
    ]
    if wide:
        return " ".join(_cut(run, chance) for run in chance.sample(wide, min(len(wide), chance.choice((1, 1, 1, 2)))))
    words = [word for word in text.split() if word.isalpha() and len(word) > 3]
    return " ".join(chance.sample(words, min(len(words), chance.choice((1, 1, 2)))))


def _cut(run: Sequence[str] | str, chance: random.Random) -> str:
    long = min(len(run), chance.choice((2, 2, 3, 4, 4, 6)))
    start = chance.randrange(len(run) - long + 1)
    return str(run[start : start + long])
