"""Telephone and identity numbers are masked before anything is stored: nobody needs them to follow the news.

Numbers that only look like one stay: amounts, counts, tickers, dates, the numbers of documents and approvals, the
hotlines of firms and authorities (five digits, 400, 800). Where a number is in doubt, as the eight digits of Hong Kong
are, it is masked only beside a word that says what it is, in simplified or traditional characters or in English.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

MASK = "[***]"
"""In the place of a number: no letters or digits, so that two texts that differ in nothing else have one hash."""

# Of the same length, so that a place in the one is a place in the other.
_PLAIN = str.maketrans("０１２３４５６７８９Ｘｘ－（）＋：　", "0123456789Xx-()+: ")

_RUN = re.compile(r"\d[\d(). -]{4,}\d")
"""What every number below has, and most paragraphs of news have not: the patterns are not asked about those."""

# Not inside a longer number, a word, an address or a decimal.
_BEFORE = r"(?<![0-9A-Za-z_=#%&+])(?<![A-Za-z.:/]/)(?<![0-9][.,-])(?<![$¥￥€£])"
_UNITS = (
    r"[ ]?(?:[多余餘]?[万亿萬億]|元|美元|港元|[欧歐]元|日[元圆圓]|股|份|人|次|[吨噸]|[台臺]|部|件|[个個](?!人)|[辆輛]"
    r"|[户戶](?![名籍口])|%|％|[号號](?![码碼])|(?:units|users|shares|subscribers|customers|people|million|billion)(?![A-Za-z]))"
)
_AFTER = rf"(?![0-9A-Za-z_=]|[.,-][0-9]|\.[A-Za-z]|{_UNITS})"
_NAMED_A_NUMBER = re.compile(
    r"(?:[编編文证證案字批单單代][号號]|代[码碼]|金[额額]|人民[币幣]|[港台臺][币幣]|RMB|HKD|USD|TWD|NTD|HK\$|US\$|NT\$|No\.|ISBN|ISSN)"
    r"[:： ]{0,2}$",
    re.IGNORECASE,
)
"""What stands before a number that is none of a person; `身份证号` is told by its own pattern."""

_IDENTITY = re.compile(_BEFORE + r"([1-9]\d{5}) ?((?:19|20)\d{2})(\d{2})(\d{2}) ?(\d{3}[0-9Xx])(?![0-9A-Za-z])")
_TOLD_IDENTITY = re.compile(
    r"(?:身[份分][证證]|(?<![A-Za-z])(?:HKID|identity card|ID card))"
    r"(?:字?[号號][码碼]?)?(?: ?(?:no|number)\.?)?[:为為是( ]{0,3}(?:"
    r"([1-9]\d{14})|"  # mainland, until 2013
    r"([A-Z]{1,2} ?\d{6}(?: ?\([0-9A]\)|[0-9A])?|"  # Hong Kong
    r"[A-Z][1289]\d{8}|[157]/\d{6}/\d|[157]\d{6}\(\d\))"  # Taiwan, Macau
    r")(?![0-9A-Za-z])",
    re.IGNORECASE,
)
"""Behind a word that says so: of fifteen digits the date must be one, the others need no check."""
_HONG_KONG = re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,2})(\d{6}) ?\(([0-9A])\)")

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
_NO_DATE = (
    r"(?!(?:19|20)\d{2}[- ]?(?:19|20)\d{2}(?!\d))(?!(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))"
)
_EIGHT = _NO_DATE + r"[2-9]\d{3}[- ]?\d{4}"
"""Eight digits as Hong Kong and the mainland's large cities have them; neither two years nor a day."""
_REGIONAL = re.compile(
    r"(?<![0-9A-Za-z_=#%&./-])(?:\+?\(\+?85[23]\)[- ]?|85[23]-)" + _EIGHT + _AFTER + r"|"
    r"(?<![0-9A-Za-z_=#%&./-])(?:\+?\(\+?886\)[- ]?|886-)\(?0?\d{1,3}\)?[- ]?\d{3,4}[- ]?\d{3,4}" + _AFTER
)
"""Hong Kong, Macau and Taiwan with their code in brackets or before a hyphen."""
_TAIWAN = re.compile(
    _BEFORE + r"(?:09\d{2}([- ]?)\d{3}\1\d{3}|09\d{2}-\d{6}|"  # mobiles
    r"(?:\(0(?:[2-8]|37|49|8[29])\)[- ]?|0(?:[2-8]|37|49|8[29])-)(?!(?:19|20)\d{2}-)[2-9]\d{2,3}[- ]?\d{3,4}"
    r"(?:(?:#|分[机機]|[转轉])\d{1,6})?)" + _AFTER
)
_TWO_EIGHTS = r"[2-9]\d{3}[- ]?\d{4}(?=[ ]{1,2}(?:[2-9]\d{3}[- ]?\d{4}(?!\d)|(?:19|20)\d{2}-))"
_ANY = rf"(?:{_TWO_EIGHTS}|\+?\(?\d[\d() -]{{5,18}}\d)"
"""Any number; of two with a blank between them, or a number and a day, the first."""
_TOLD = re.compile(
    r"(?:[电電][话話]|手[机機提]|[传傳]真|[联聯][系络絡繫]方[式法]|座[机機]"
    r"|(?<![A-Za-z])(?:tel|telephone|phone|mobile|cell|fax|whatsapp))"
    r"(?:[号號][码碼]?|[码碼])?(?: ?(?:no|number)(?![A-Za-z]))?(?:\)|\.)?[ ]?(?:[:：]|为|為|是|(?<=\.))[ ]{0,2}"
    rf"(?!(?:400|800|1-800)[- ]?\d)({_ANY})" + _AFTER,
    re.IGNORECASE,
)
"""Any number of 7 to 15 digits behind a word that says that it is a telephone."""
_BESIDE = re.compile(
    r"(?:[电電][话話]|[传傳]真|致[电電]|[拨撥]打"
    r"|(?<![A-Za-z])(?:tel|telephone|phone|fax|whatsapp|call(?: (?:us|him|her|them))?(?: (?:at|on))?))"
    rf"(?: (?:no|number))?[. ]{{0,2}}({_EIGHT})" + _AFTER,
    re.IGNORECASE,
)
"""Without a colon: eight digits alone."""
_CONTACT = re.compile(
    r"(?:[联聯][系络絡繫]人?|查[询詢]|(?<![A-Za-z])(?:contacts?|enquir(?:y|ies)|inquir(?:y|ies)))"
    r"[^\d\n。:：]{0,12}[:：][^\d\n。；;$¥￥€£]{0,30}?" + _BEFORE + rf"({_EIGHT})" + _AFTER,
    re.IGNORECASE,
)
"""Eight digits behind the name of whom to ask."""
_ALSO = re.compile(rf"(?:[ ]?(?:[/、&及或和]|and|or)[ ]?|[ ]{{1,2}}(?={_EIGHT}(?!\d)))({_NO_DATE}{_ANY})" + _AFTER)
"""A further number right behind one of the three before."""

_REGIONS = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83, 91)
)
"""Provinces (GB/T 2260, first two digits), the residence permits of Hong Kong, Macau and Taiwan, and of foreigners."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""GB 11643-1999: the check character of the weighted sum modulo 11 (ISO 7064, MOD 11-2)."""


def masked(text: str) -> str:
    """`text` with MASK in the place of each telephone and identity number; the same text when it has none."""
    parts, at = [], 0
    for start, end in places(text):
        parts += [text[at:start], MASK]
        at = end
    return "".join([*parts, text[at:]])


def places(text: str) -> list[tuple[int, int]]:
    """Where the numbers begin and end that `masked` takes out, in order; none overlaps another."""
    plain = text.translate(_PLAIN)
    return list(merged(_places(plain))) if _RUN.search(plain) else []


def _places(plain: str) -> Iterator[tuple[int, int]]:
    """Where a number stands that is to be masked."""
    checked: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
        (_IDENTITY, _is_identity),
        (_HONG_KONG, _is_hong_kong),
        (_MOBILE, lambda found: not _named(plain, found.start())),
        (_LANDLINE, lambda found: not _named(plain, found.start())),
        (_ABROAD, lambda found: 8 <= _digits(found[0]) <= 16),
        (_AMERICAN, lambda found: not _named(plain, found.start())),
        (_REGIONAL, lambda found: not _named(plain, found.start())),
        (_TAIWAN, lambda found: not _named(plain, found.start())),
    )
    for pattern, holds in checked:
        yield from (found.span() for found in pattern.finditer(plain) if holds(found))
    for found in _TOLD_IDENTITY.finditer(plain):
        if found[2] or _is_old_identity(found[1]):
            yield found.span(1 if found[1] else 2)
    for pattern in (_TOLD, _BESIDE, _CONTACT):
        yield from _told(plain, pattern)


def _told(plain: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Telephones behind a word, with those that follow them."""
    for found in pattern.finditer(plain):
        number: re.Match[str] | None = found
        if pattern is _CONTACT and _named(plain, found.start(1)):
            continue
        while number is not None and 7 <= _digits(number[1]) <= 15:
            yield number.span(1)
            number = _ALSO.match(plain, number.end(1))


def merged(found: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The places in order, those that overlap as one."""
    last: tuple[int, int] | None = None
    for start, end in sorted(found):
        if last is not None and start < last[1]:
            last = (last[0], max(end, last[1]))
            continue
        if last is not None:
            yield last
        last = (start, end)
    if last is not None:
        yield last


def _named(plain: str, at: int) -> bool:
    """Whether the words before that place say that it is another kind of number."""
    return _NAMED_A_NUMBER.search(plain[max(0, at - 12) : at]) is not None


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _is_identity(found: re.Match[str]) -> bool:
    region, year, month, day, rest = found.groups()
    number = region + year + month + day + rest.upper()
    if int(region[:2]) not in _REGIONS or not _is_date(int(year), int(month), int(day)):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECKS[total % 11] == number[17]


def _is_old_identity(number: str) -> bool:
    """Fifteen digits, in use until 2013, without a check character."""
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
