"""Numbers in characters and words, and the names of months."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

DIGITS: Mapping[str, int] = dict(zip("零〇一二三四五六七八九", (0, 0, *range(1, 10)), strict=True)) | {"两": 2}
SCALES: Mapping[str, int] = {
    "": 1, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8, "十亿": 10**9, "百亿": 10**10,
    "千亿": 10**11, "万亿": 10**12, "十万亿": 10**13, "百万亿": 10**14, "千万亿": 10**15, "thousand": 10**3, "k": 10**3,
    "million": 10**6, "mln": 10**6, "mn": 10**6, "m": 10**6, "billion": 10**9, "bln": 10**9, "bn": 10**9, "b": 10**9,
    "trillion": 10**12,
}  # fmt: skip
_TENS = {"十": 10, "百": 100, "千": 1_000}
_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
)
_MORE = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_MONTHS = "january february march april may june july august september october november december"


def han_value(written: str) -> Decimal:
    """The value of digits and tens in characters: 三百二十 320, 二〇二五 2025, 二点五 2.5."""
    whole, _, fraction = written.partition("点")
    if len(whole) > 1 and all(one in DIGITS for one in whole):
        value = int("".join(str(DIGITS[one]) for one in whole))
    else:
        value = digit = 0
        for one in whole:
            if one in _TENS:
                value += (digit or 1) * _TENS[one]
                digit = 0
            else:
                digit = DIGITS[one]
        value += digit
    return Decimal(f"{value}.{''.join(str(DIGITS[one]) for one in fraction) or '0'}")


@lru_cache(maxsize=1)
def _named() -> Mapping[str, Decimal]:
    found = {word: Decimal(value) for value, word in enumerate(_WORDS.split(), 1)}
    found |= {word: Decimal(value) for word, value in _MORE.items()}
    for tens, value in (*_MORE.items(), ("twenty", 20)):
        found |= {f"{tens}-{word}": Decimal(value + unit) for unit, word in enumerate(_WORDS.split()[:9], 1)}
    return found


def named_number(word: str) -> Decimal | None:
    """The value of an English word from one to ninety-nine; None where it is no number."""
    return _named().get(word)


@lru_cache(maxsize=1)
def months() -> Mapping[str, int]:
    """English names of months in small letters, whole and short, the longest first."""
    found = {name: number for number, name in enumerate(_MONTHS.split(), 1)}
    found |= {name[:3]: number for number, name in enumerate(_MONTHS.split(), 1)} | {"sept": 9}
    return dict(sorted(found.items(), key=lambda one: -len(one[0])))
