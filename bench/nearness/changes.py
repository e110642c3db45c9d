"""What happens to an article on its way to another outlet, made by rule, the same at every run."""

import random
import re
from collections.abc import Callable, Mapping, Sequence

from opencc import OpenCC

from bench.nearness.rewording import reworded

HEADER = "【本网编者按】以下内容转载自合作媒体，仅代表作者本人观点，与本网立场无关，读者仅作参考。"
FOOTER = "免责声明：本文仅供参考，不构成任何投资建议。如涉及版权问题，请在三十日内与本网联系。"
ADVERT = "限时优惠：下载本网客户端，新用户注册即可领取会员月卡，每日早报、财经日历、专家直播一应俱全，扫码即享。"
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])\d+(?:[.,]\d+)*")
_VERB = re.compile(r"(?<=[\u4e00-\u9fff])(?:将|会|能|可以|存在|需要|支持)|(?<=[a-z] )(?:will |is |are |has |can |was )")

Text = Sequence[str]
"""Paragraphs."""


def framed(text: Text, made: random.Random) -> list[str]:
    """Header and footer of another outlet."""
    return [HEADER, *text, FOOTER]


def cut_to_40(text: Text, made: random.Random) -> list[str]:
    """The first four tenths of the characters."""
    return _cut(text, 0.4)


def cut_with_advert(text: Text, made: random.Random) -> list[str]:
    """A header, the last three tenths cut away, an advertisement in the middle."""
    left = _cut(text, 0.7)
    return [HEADER, *left[: len(left) // 2], ADVERT, *left[len(left) // 2 :]]


def traditional(text: Text, made: random.Random) -> list[str]:
    """In traditional characters, under a header, the last fifth cut away."""
    to_traditional = OpenCC("s2t")
    return [to_traditional.convert(paragraph) for paragraph in (HEADER, *_cut(text, 0.8))]


REPRINTS: Mapping[str, Callable[[Text, random.Random], list[str]]] = {
    "header and footer": framed,
    "cut to 40 %": cut_to_40,
    "header, cut 30 %, advertisement": cut_with_advert,
    "traditional, header, cut 20 %": traditional,
    "20 % of words replaced": reworded,
}
"""Changes under which an article stays the same article."""


def other_digit(text: Text, made: random.Random) -> list[str] | None:
    """One digit of one number changed; None where there is no number."""
    return _edit(text, _NUMBER, made, lambda found: _another(found[0], made))


def negated(text: Text, made: random.Random) -> list[str] | None:
    """A negation before one verb; None where no verb of a short list stands in the text."""

    def negative(found: re.Match[str]) -> str:
        return found[0] + "not " if found[0].isascii() else "不" + found[0]

    return _edit(text, _VERB, made, negative)


def _edit(
    text: Text, what: re.Pattern[str], made: random.Random, change: Callable[[re.Match[str]], str]
) -> list[str] | None:
    places = [(at, found) for at, paragraph in enumerate(text) for found in what.finditer(paragraph)]
    if not places:
        return None
    at, found = made.choice(places)
    edited = list(text)
    edited[at] = edited[at][: found.start()] + change(found) + edited[at][found.end() :]
    return edited


def _another(number: str, made: random.Random) -> str:
    places = [at for at, character in enumerate(number) if character.isdigit()]
    at = made.choice(places)
    first = at == 0 and len(number) > 1
    others = [digit for digit in "123456789" + ("" if first else "0") if digit != number[at]]
    return number[:at] + made.choice(others) + number[at + 1 :]


def _cut(text: Text, share: float) -> list[str]:
    """The first part of a text, to the character."""
    left = int(sum(map(len, text)) * share)
    kept: list[str] = []
    for paragraph in text:
        if left <= 0:
            break
        kept.append(paragraph[:left])
        left -= len(paragraph)
    return kept
