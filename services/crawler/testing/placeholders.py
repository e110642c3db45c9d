"""Text replaced by placeholders of the same script and length, so that a fixture holds no publisher's sentence.

What stays: spaces, punctuation, times, numbers of five digits or more (ids, times since 1970), and what a few words
that steer programs say. Every letter that is replaced becomes another one, chosen by the text it stands in: equal texts
stay equal, different ones stay different.
"""

import hashlib
import random
import re
import unicodedata
from urllib.parse import unquote

_LATIN = "loremipsudatncvfbg"
_POOLS = {
    "CJK": "天地日月山川木石田禾雨云风雪东南西北上下左右大小多少一二三四五六七八九十",
    "HIRAGANA": "あいうえおかきくけこ",
    "KATAKANA": "アイウエオカキクケコ",
    "HANGUL": "가나다라마바사아자차",
    "CYRILLIC": "авеинорст",
    "GREEK": "αεικνορστ",
    "ARABIC": "ابتدرسلمن",
    "THAI": "กขคงจชตนบม",
    "HEBREW": "אבגדהלמנ",
    "DEVANAGARI": "कखगतनपमर",
}
"""Letters by script (the first word of a letter's Unicode name); characters of both written forms of Chinese and of
every charset of the web."""

_MONTHS = (
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|January|February|March|April|June|July|August|September|"
    r"October|November|December)"
)
_TIMES = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
    r"|\d{1,2}\s*月\s*\d{1,2}\s*日|\d{1,2}[-/]\d{1,2}(?:[-/]\d{2,4})?(?=\D|$)"
    r"|\d{1,2}\s*[:：]\s*\d\d(?:\s*[:：]\s*\d\d)?(?:\s?[AaPp]\.?[Mm]\b)?"
    r"|\d{1,3}\s*(?:秒|分钟|分鐘|小时|小時|天|日)前|刚刚|剛剛|今天|昨天|前天|昨日|今日"
    r"|\b\d{1,3}\s*(?:second|minute|hour|day|min|hr)s?\s+ago\b|\b(?:today|yesterday)\b"
    rf"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+(?=\d{{1,2}}\s+{_MONTHS}\b|{_MONTHS}\b)"
    rf"|\b\d{{1,2}}\s+{_MONTHS}\.?,?\s+\d{{4}}\b|\b{_MONTHS}\.?\s+\d{{1,2}},?\s+\d{{4}}\b"
    r"|\b(?:GMT|UTC|CST|HKT|EST|EDT)\b|(?<=\s)[+-]\d{4}\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{5,}")
_STEERING_WORDS = (
    "true false null none ok success error fail failed article news html json text utf-8 gbk gb2312 zh en zh-cn zh-hk "
    "zh-tw zh-hans zh-hant en-us pdf doc video image live index page list get post"
)
_STEERING = frozenset(_STEERING_WORDS.split())
"""Values that programs branch on; they are no publisher's text."""
_PIECE = re.compile(r"[^\W\d_]|\d")
_SLUG = re.compile(r"%[0-9A-Fa-f]{2}|[^\x00-\x7f]|[A-Za-z]+-[A-Za-z]+|_[A-Za-z]+_|[A-Za-z]{16,}")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F-]{12,}")
_ADDRESS = re.compile(r"(?:https?:)?//[^\s<>\"']+|/[^\s<>\"']*|[\w.-]+/[^\s<>\"']*\.[a-z]{3,5}", re.IGNORECASE)


def placeholder(text: str) -> str:
    """The text with its letters, and its short numbers that are no times, replaced."""
    if text.strip().lower() in _STEERING:
        return text
    chance = _chance(text)
    kept = [found.span() for pattern in (_TIMES, _NUMBER) for found in pattern.finditer(text)]
    stays = {at for start, end in kept for at in range(start, end)}
    return "".join(one if at in stays else _other(one, chance) for at, one in enumerate(text))


def is_address(text: str) -> bool:
    """Whether the whole text is a link, absolute or relative."""
    return bool(_ADDRESS.fullmatch(text.strip()))


def address_like(address: str) -> str:
    """The link with its host, its directories, numbers and keys; slugs and words in other scripts are replaced."""
    head, found, query = address.partition("?")
    scheme, marks, rest = head.rpartition("//")
    host, slash, path = rest.partition("/") if marks else ("", "", rest)
    parts = [_part(part) for part in path.split("/")]
    said = [_pair(pair) for pair in query.split("&")] if found else []
    return f"{scheme}{marks}{host}{slash}{'/'.join(parts)}{found}{'&'.join(said)}"


def _pair(pair: str) -> str:
    key, equals, value = pair.partition("=")
    return f"{key}{equals}{_part(value)}"


def _part(part: str) -> str:
    """A part of a path or a value of a query; what reads as words is replaced."""
    if _HEXADECIMAL.fullmatch(part) or not _SLUG.search(part):
        return part
    stem, dot, ending = part.rpartition(".") if re.search(r"\.[a-z]{2,5}$", part) else (part, "", "")
    words = unquote(stem)
    chance = _chance(words)
    said = "".join("x" if not one.isascii() else _other(one, chance) if one.isalpha() else one for one in words)
    return f"{re.sub(r'[^A-Za-z0-9._~-]', '-', said)}{dot}{ending}"


def _chance(text: str) -> random.Random:
    """The same choices for the same text, in every process."""
    # Nothing secret is chosen here.
    return random.Random(hashlib.sha256(text.encode("utf-8", "replace")).digest())  # noqa: S311


def _other(one: str, chance: random.Random) -> str:
    """Another letter of the same script and case, another digit; anything else as it is."""
    if not _PIECE.fullmatch(one):
        return one
    if one.isdigit():
        return chance.choice([digit for digit in "123456789" if digit != one])
    script = unicodedata.name(one, "LATIN").split()[0].partition("-")[0]
    pool = _POOLS.get(script, _LATIN)
    chosen = chance.choice([letter for letter in pool if letter != one.lower()])
    return chosen.upper() if one.isupper() else chosen
