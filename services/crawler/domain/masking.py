"""Telephone and identity numbers are masked before anything is stored: nobody needs them to follow the news.

Numbers that only look like one stay: amounts, counts, tickers, dates, the numbers of documents and approvals, the
hotlines of firms and authorities (five digits, 400, 800). Where a number is in doubt it is masked only beside a word
that says what it is.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

MASK = "[***]"
"""In the place of a number: no letters or digits, so that two texts that differ in nothing else have one hash."""

# Of the same length, so that a place in the one is a place in the other.
_PLAIN = str.maketrans("０１２３４５６７８９Ｘｘ－（）＋：　", "0123456789Xx-()+: ")

# Not inside a longer number, a word, an address or a decimal.
_BEFORE = r"(?<![0-9A-Za-z_=#%&+])(?<![A-Za-z.:/]/)(?<![0-9][.,-])(?<![$¥￥€£])"
_UNITS = r"[ ]?(?:[多余]?[万亿]|元|美元|港元|股|份|人|次|吨|台|部|件|%|％|号(?!码))"
_AFTER = rf"(?![0-9A-Za-z_=]|[.,-][0-9]|\.[A-Za-z]|{_UNITS})"
_NAMED_A_NUMBER = re.compile(
    r"(?:编号|文号|证号|案号|字号|备案号|批号|单号|代码|金额|人民币|RMB|HKD|USD|HK\$|US\$|No\.|ISBN|ISSN)[:： ]{0,2}$",
    re.IGNORECASE,
)
"""What stands before a number that is none of a person; `身份证号` is told by its own pattern."""

_IDENTITY = re.compile(_BEFORE + r"([1-9]\d{5}) ?((?:19|20)\d{2})(\d{2})(\d{2}) ?(\d{3}[0-9Xx])(?![0-9A-Za-z])")
_OLD_IDENTITY = re.compile(r"(?<=身份证)(?:号码?)?[:为是 ]{0,3}([1-9]\d{14})(?![0-9A-Za-z])")
_HONG_KONG = re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,2})(\d{6})\(([0-9A])\)")

_MOBILE = re.compile(_BEFORE + r"(?:(?:\+|00)?86[- ]?)?1[3-9]\d([- ]?)\d{4}\1\d{4}" + _AFTER)
_LANDLINE = re.compile(
    _BEFORE + r"(?:(?:\+|00)86[- ]?)?(?:\(0(?:10|2\d|[3-9]\d{2})\)[- ]?|0(?:10|2\d|[3-9]\d{2})-)"
    r"[2-8]\d{2,3}[- ]?\d{4}(?:(?:-|转)\d{1,6})?" + _AFTER
)
_ABROAD = re.compile(
    r"(?<![0-9A-Za-z])(?:\+|00)(?:"
    r"1[-. ]?\(?[2-9]\d{2}\)?[-. ]?\d{3}[-. ]?\d{4}|"  # North America
    r"85[23][- ]?\d{4}[- ]?\d{4}|"  # Hong Kong, Macau
    r"886[- ]?\d{1,3}[- ]?\d{3,4}[- ]?\d{3,4}|86[- ]?\(?0?\d{2,3}\)?[- ]?\d{3,4}[- ]?\d{4}|"
    r"(?:3[0-469]|4[013-9]|6[0-6]|7|8[124]|9[0-58])[- ]?\(?\d{1,4}\)?(?:[- ]?\d{2,5}){2,3}"
    r")" + _AFTER
)
_AMERICAN = re.compile(
    _BEFORE
    + r"(?!(?:400|8(?:00|33|44|55|66|77|88))[-. )])(?:\([2-9]\d{2}\)[ -]?|[2-9]\d{2}[-.])[2-9]\d{2}[-.]\d{4}"
    + _AFTER
)
_TOLD = re.compile(
    r"(?:电话|手机号?码?|传真|联系方式|座机|(?<![A-Za-z])(?:tel|telephone|phone|mobile|cell|fax))"
    r"(?:号码?)?(?:\)|\.)?[ ]?(?:[:：]|为|是|(?<=\.))[ ]{0,2}"
    r"(?!(?:400|800|1-800)[- ]?\d)(\+?\(?\d[\d() -]{5,18}\d)" + _AFTER,
    re.IGNORECASE,
)
"""Any number of 7 to 15 digits behind a word that says that it is a telephone."""

_REGIONS = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83, 91)
)
"""Provinces (GB/T 2260, first two digits), the residence permits of Hong Kong, Macau and Taiwan, and of foreigners."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""GB 11643-1999: the check character of the weighted sum modulo 11 (ISO 7064, MOD 11-2)."""


def masked(text: str) -> str:
    """`text` with MASK in the place of each telephone and identity number; the same text when it has none."""
    if not any(character.isdigit() for character in text):
        return text
    plain = text.translate(_PLAIN)
    parts, at = [], 0
    for start, end in _merged(sorted(_places(plain))):
        parts += [text[at:start], MASK]
        at = end
    return "".join([*parts, text[at:]])


def _places(plain: str) -> Iterator[tuple[int, int]]:
    """Where a number stands that is to be masked."""
    checked: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool], int], ...] = (
        (_IDENTITY, _is_identity, 0),
        (_OLD_IDENTITY, _is_old_identity, 1),
        (_HONG_KONG, _is_hong_kong, 0),
        (_MOBILE, lambda found: not _named(plain, found), 0),
        (_LANDLINE, lambda found: not _named(plain, found), 0),
        (_ABROAD, lambda found: 8 <= _digits(found[0]) <= 16, 0),
        (_AMERICAN, lambda found: not _named(plain, found), 0),
        (_TOLD, lambda found: 7 <= _digits(found[1]) <= 15, 1),
    )
    for pattern, holds, group in checked:
        yield from (found.span(group) for found in pattern.finditer(plain) if holds(found))


def _merged(places: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The places, those that overlap as one."""
    last: tuple[int, int] | None = None
    for start, end in places:
        if last is not None and start < last[1]:
            last = (last[0], max(end, last[1]))
            continue
        if last is not None:
            yield last
        last = (start, end)
    if last is not None:
        yield last


def _named(plain: str, found: re.Match[str]) -> bool:
    """Whether the words before say that it is another kind of number."""
    return _NAMED_A_NUMBER.search(plain[max(0, found.start() - 12) : found.start()]) is not None


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _is_identity(found: re.Match[str]) -> bool:
    region, year, month, day, rest = found.groups()
    number = region + year + month + day + rest.upper()
    if int(region[:2]) not in _REGIONS or not _is_date(int(year), int(month), int(day)):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECKS[total % 11] == number[17]


def _is_old_identity(found: re.Match[str]) -> bool:
    """Fifteen digits, in use until 2013, without a check character."""
    number = found[1]
    date_ok = _is_date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))
    return int(number[:2]) in _REGIONS and date_ok


def _is_hong_kong(found: re.Match[str]) -> bool:
    """One or two letters, six digits and a check digit: the weighted sum from 9 (8) down to 1 is a multiple of 11."""
    letters, digits, check = found.groups()
    values = [36 if len(letters) == 1 else ord(letters[0]) - 55, ord(letters[-1]) - 55, *map(int, digits)]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if check == "A" else int(check))) % 11 == 0


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
