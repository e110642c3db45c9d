"""Amounts of money and percentages as they are written in Chinese and English, with their values.

All patterns are written for folded text (simplified, half width, lower case); offsets are those of the given text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation


@dataclass(frozen=True)
class Number:
    """A number in a text. `unit` is an ISO 4217 currency, `%`, `pp` (percentage points) or None where none is named."""

    value: Decimal
    unit: str | None
    start: int
    end: int


_CURRENCIES = {
    "人民币": "CNY",
    "rmb": "CNY",
    "cny": "CNY",
    "yuan": "CNY",
    "renminbi": "CNY",
    "¥": "CNY",
    "港元": "HKD",
    "港币": "HKD",
    "hk$": "HKD",
    "hkd": "HKD",
    "hong kong dollars": "HKD",
    "美元": "USD",
    "美金": "USD",
    "us$": "USD",
    "usd": "USD",
    "us dollars": "USD",
    "dollars": "USD",
    "$": "USD",
    "欧元": "EUR",
    "eur": "EUR",
    "euros": "EUR",
    "euro": "EUR",
    "€": "EUR",
    "英镑": "GBP",
    "£": "GBP",
    "日元": "JPY",
    "日圆": "JPY",
    "jpy": "JPY",
    "新台币": "TWD",
    "台币": "TWD",
    "nt$": "TWD",
    "twd": "TWD",
    "s$": "SGD",
    "新加坡元": "SGD",
    "a$": "AUD",
    "澳元": "AUD",
}
"""A bare dollar sign is the United States' one in the press; 元 alone is settled by the article's script (`home`)."""
_SCALES = {
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "十万": 100_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
    "十亿": 1_000_000_000,
    "百亿": 10_000_000_000,
    "千亿": 100_000_000_000,
    "万亿": 1_000_000_000_000,
    "k": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "mln": 1_000_000,
    "million": 1_000_000,
    "b": 1_000_000_000,
    "bn": 1_000_000_000,
    "bln": 1_000_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
    "": 1,
}
_DIGITS = dict(zip("零〇一二三四五六七八九", (0, 0, *range(1, 10)), strict=True)) | {"两": 2}
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_HAN = r"[零〇一二两三四五六七八九十百千]{1,12}(?:点[零〇一二三四五六七八九]{1,6})?"
_HAN_SCALE = r"(?:十|百|千)?(?:万亿|亿|万)|百|千"
_LATIN_SCALE = r"thousand|million|billion|trillion|mln|bln|mn|bn|[kmb]"
_BEFORE = r"人民币|新台币|台币|港币|美金|rmb|cny|hkd|usd|eur|jpy|twd|hk\$|us\$|nt\$|s\$|a\$|[$¥€£]"
_AFTER = (
    r"元人民币|元港币|港元|港币|美元|美金|欧元|英镑|日元|日圆|新台币|台币|新加坡元|澳元|人民币|元|yuan|renminbi|rmb|cny|hkd|usd"
    r"|hong kong dollars|us dollars|dollars|euros?"
)
_AMOUNT = re.compile(
    rf"(?<![\d.a-z数几上])(?:(?P<before>{_BEFORE})\s?)?(?:(?P<arabic>{_ARABIC})|(?P<han>{_HAN}))(?!,?\d)"
    rf"(?:\s?[余多]?(?P<scale>{_HAN_SCALE})|[\s-]?(?P<latin>{_LATIN_SCALE})(?![a-z]))?(?:余|多)?(?:\s?-?(?P<after>{_AFTER})(?![a-z]))?"
)
_HAN_AMOUNT = re.compile(
    rf"(?<![数几上])(?P<han>{_HAN}[余多]?(?:万亿|亿|万)(?:{_HAN}万)?(?:{_HAN})?)[余多]?(?P<after>{_AFTER})"
)
"""Numbers wholly in characters: 三千万港元, 一亿二千万元. A vague one (数千万, 几百万) is no figure."""
_PERCENT = re.compile(
    rf"(?P<arabic>(?<![\d.,])(?:{_ARABIC}))\s?(?P<unit>个百分点|percentage points?|%|per ?cent)|百分之(?P<han>{_HAN})"
)


def amounts(folded: str, home: str | None) -> Iterator[Number]:
    """Amounts of money in order; `home` is the currency of a bare 元, None where the article does not settle it."""
    taken = 0
    for match in sorted(
        [*_HAN_AMOUNT.finditer(folded), *_AMOUNT.finditer(folded)], key=lambda m: (m.start(), -m.end())
    ):
        if match.start() < taken:
            continue
        found = _amount(match, home)
        if found is not None:
            taken = match.end()
            yield found


def percentages(folded: str) -> Iterator[Number]:
    """Percentages and percentage points in order."""
    for match in _PERCENT.finditer(folded):
        value = _arabic(match["arabic"]) if match["arabic"] else _han(match["han"])
        if value is not None:
            points = (match["unit"] or "").startswith(("个", "percentage"))
            yield Number(value, "pp" if points else "%", match.start(), match.end())


def plain(value: Decimal) -> str:
    """The value without an exponent or trailing zeros: 206000000, 12.5."""
    return f"{value.normalize():f}"


def _amount(match: re.Match[str], home: str | None) -> Number | None:
    parts = match.groupdict()
    before, after = parts.get("before"), parts.get("after")
    if not before and not after:
        return None  # a number without a currency is no amount of money
    han = parts.get("han")
    base = _han(re.sub("[余多]", "", han)) if han else _arabic(parts["arabic"])
    if base is None:
        return None
    scale = _SCALES[parts.get("scale") or parts.get("latin") or ""]
    return Number(base * scale, _currency(before, after, home), match.start(), match.end())


def _currency(before: str | None, after: str | None, home: str | None) -> str | None:
    if before:
        return _CURRENCIES[before]
    name = (after or "").removeprefix("元") or "元"
    return home if name == "元" else _CURRENCIES.get(name)


def _arabic(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def _han(text: str) -> Decimal | None:
    """The value of a number in characters: 三千万 30000000, 十二 12, 二点五 2.5; None when it is no number."""
    whole, _, fraction = text.partition("点")
    total = section = digit = 0
    for character in whole:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1_000}[character]
            digit = 0
        else:
            return _with_sections(text)
    total = section + digit
    if not total and not fraction and whole.strip("零〇"):
        return None
    return Decimal(f"{total}.{''.join(str(_DIGITS[c]) for c in fraction) or '0'}")


def _with_sections(text: str) -> Decimal | None:
    for unit in ("万亿", "亿", "万"):
        head, found, tail = text.partition(unit)
        if found and head:
            high, low = _han(head), _han(tail) if tail else Decimal(0)
            return None if high is None or low is None else high * _SCALES[unit] + low
    return None
