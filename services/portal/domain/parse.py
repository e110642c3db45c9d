"""Reading what a person typed: words, "phrases", -minus and field:values. It never raises: what is wrong is a value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from difflib import get_close_matches

from services.portal.domain import moments
from services.portal.domain.names import name_of
from services.portal.domain.normalise import normalise
from services.portal.domain.query import Filter, Problem, Query, Term
from services.portal.domain.tokens import runs, stem
from services.portal.domain.vocabulary import FIELDS, NAMED, THREAD, Vocabulary, key_of

LONGEST = 1_000
"""Characters of a query; a headline has a tenth of them."""
MOST = 30
"""Words, phrases and fields of a query."""
MOST_IN_ONE = 60
"""Words of a phrase; long titles have twenty, and hundreds take the database a second."""
_PART = re.compile(r'(?P<minus>-?)(?:(?P<field>[a-z_]+):(?=\S))?(?:"(?P<quoted>[^"]*)"|(?P<word>[^\s"]+))')
_JOINING = {"AND", "OR", "NOT", "NEAR"}
_SIGNS = re.compile(r"&&?|[^|]*(?P<bar>\|\|?)[^|]*|(?P<mark>!+)[^!]*")
"""What stands for AND, OR and NOT elsewhere: by itself, a bar also between two words (`AT&T` is a name), an exclamation
mark before one."""
_LIKE = {
    "entity": "entity:医鹿", "label": "label:partnership", "status": "status:denied", "source": "source:搜狐财经",
    "after": "after:2025-06", "before": "before:30d", "kind": "kind:news", "language": "language:zh-Hant",
}  # fmt: skip
"""A field with a value, for whoever left the value out."""
_NO_FIELD = ("http", "https", "hkex", "hkg", "sehk", "hkse", "hk")
"""What stands before a colon in addresses and stock codes."""
_TICKER = re.compile(r"(?:(?:hkex|hkg|sehk|hkse|hk)\s?:?\s?0*(\d{1,5})|0*(\d{1,5})\s?[.\-]\s?hk)")


@dataclass
class _Read:
    """What was read so far."""

    vocabulary: Vocabulary
    now: datetime
    zone: tzinfo
    terms: list[Term] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    moments: dict[str, datetime] = field(default_factory=dict)
    threads: bool = False
    notes: list[str] = field(default_factory=list)


def parse(typed: str, vocabulary: Vocabulary, now: datetime, zone: tzinfo) -> Query | Problem:
    """The query, or why it is none. `now` and `zone` (the reader's) are what `after:` is counted by."""
    if len(typed) > LONGEST:
        wrong = f"the query has {len(typed):,} characters, and at most {LONGEST:,} can be asked"
        return Problem(wrong, "leave words out", LONGEST)
    normal = normalise(typed)
    if normal.count('"') % 2:
        at = normal.rfind('"')
        wrong = f"the quotation mark at character {at + 1} has no second one"
        return Problem(wrong, "close the phrase, or leave the mark out", at, (typed[:at] + typed[at + 1 :],))
    found = _Read(vocabulary, now, zone)
    for number, part in enumerate(_parts(normal)):
        if number == MOST:
            wrong = f"the query has more than {MOST} words and fields"
            return Problem(wrong, "leave some out", part.start())
        problem = _take(found, part, typed)
        if problem is not None:
            return problem
    return _query(found, typed)


def _parts(normal: str) -> Iterator[re.Match[str]]:
    """Words, phrases and fields, in order."""
    return _PART.finditer(normal)


def _take(found: _Read, part: re.Match[str], typed: str) -> Problem | None:
    name, minus, start = part["field"], bool(part["minus"]), part.start()
    quoted = part["quoted"] is not None
    value = part["quoted"] if quoted else part["word"]
    if name is not None and name not in _NO_FIELD:
        if name not in FIELDS:
            return _unknown_field(part, typed)
        return _field(found, name, value, minus, start)
    written = typed[part.start() + minus : part.end()]
    if not quoted and value[-1] == ":" and value[:-1] in FIELDS:
        like = _LIKE[value[:-1]]
        found.notes.append(f"{value} was looked for as a word: its value follows without a blank, as in {like}")
    if written in _JOINING:
        found.notes.append(f"{written} was looked for as a word: all words of a query are wanted anyway")
    elif not quoted and (sign := _SIGNS.fullmatch(value)):
        _note_sign(found, sign)
    term = _term(found.vocabulary, (f"{name}:" if name else "") + value, written.strip('"“”„'), quoted)
    if term is not None and len(term.runs) > MOST_IN_ONE:
        return Problem(f"a phrase has at most {MOST_IN_ONE} words", "leave words out", start)
    if term is not None:
        (found.without if minus else found.terms).append(term)
    return None


def _note_sign(found: _Read, sign: re.Match[str]) -> None:
    if sign["mark"]:
        found.notes.append(f"{sign['mark']} was left out: a word that is not wanted has a minus before it, as in -合作")
    else:
        found.notes.append(f"{sign['bar'] or sign[0]} was left out: all words of a query are wanted anyway")


def _term(vocabulary: Vocabulary, normal: str, written: str, quoted: bool) -> Term | None:
    """The term of a normalised word or phrase, None where it holds signs only."""
    ticker = _TICKER.fullmatch(normal.strip("()"))
    code = vocabulary.tickers.get((ticker[1] or ticker[2]).lstrip("0")) if ticker else None
    cut = tuple(runs(stem(code) if code else normal))
    if not cut:
        return None
    term = Term(written, cut, quoted, vocabulary.entity_named(code or normal), code)
    name = name_of(term)
    return replace(term, name=name) if name in vocabulary.names else term


def _field(found: _Read, name: str, value: str, minus: bool, start: int) -> Problem | None:
    if name in ("after", "before"):
        when = moments.moment(value, found.now, found.zone)
        if when is None:
            return Problem(f"{name}: cannot read the date {value[:40]}", f"write {moments.WRITTEN}", start)
        if minus:
            return Problem(
                f"-{name}: has no meaning", f"write {'before' if name == 'after' else 'after'}:{value}", start
            )
        found.moments[name] = when
        return None
    indexed = found.vocabulary.value(name, value)
    if indexed is None:
        return _unknown_value(found.vocabulary, name, value, start)
    if indexed == THREAD and name == "kind":
        if minus:
            return Problem("-kind:thread has no meaning", "leave it out: documents are what is shown", start)
        found.threads = True
        return None
    found.filters.append(Filter(name, indexed, minus))
    return None


def _unknown_field(part: re.Match[str], typed: str) -> Problem:
    name, whole = part["field"][:40], typed[part.start() : part.end()]
    near = get_close_matches(name, FIELDS, n=2)
    words = whole.lstrip("-").replace('"', "")
    mend = f"fields are {', '.join(f'{each}:' for each in FIELDS)}; put the words in quotation marks to look for them"
    value = whole[whole.index(":") + 1 :] if ":" in whole else ""
    meant = tuple(f"{each}:{value}" for each in near) if value else ()
    return Problem(f"there is no field {name}:", mend, part.start(), (*meant, f'"{words}"'))


def _unknown_value(vocabulary: Vocabulary, name: str, value: str, start: int) -> Problem:
    if name == "entity" and key_of(value) in vocabulary.unnamed:
        wrong = f"entity: has no identifier for {value[:60]}, which counts as entity:other"
        return Problem(wrong, "look for the name as a word", start, (f'"{value}"',))
    near = vocabulary.near(name, value)
    known = near or vocabulary.known(name)[:NAMED]
    said = ", ".join(known) or "nothing yet"
    mend = f"{'did you mean' if near else 'known are, among others,' if len(known) == NAMED else 'known are'} {said}"
    meant = tuple(f'{name}:"{each}"' if " " in each else f"{name}:{each}" for each in near)
    return Problem(f"{name}: knows no {value[:60]}", mend, start, meant)


def _query(found: _Read, typed: str) -> Query | Problem:
    after, before = found.moments.get("after"), found.moments.get("before")
    if after and before and after >= before:
        return Problem("nothing lies after the one date and before the other", "exchange after: and before:")
    query = Query(
        tuple(dict.fromkeys(found.terms)), tuple(found.without), tuple(dict.fromkeys(found.filters)),
        after, before, found.threads, tuple(found.notes),
    )  # fmt: skip
    if query.empty and typed.strip():
        return Problem("there is no word in the query", "write words, names, or a field such as label:partnership")
    return query
