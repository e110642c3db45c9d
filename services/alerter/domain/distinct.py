"""What shows that two reports in much the same words tell of two events: another office, another object, another year.

Regulators and firms write serial news by template: recall after recall, approval after approval, results every year.
The likeness of words is then highest where the one word that counts differs, so these rules stand before it.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from services.alerter.domain.profile import Profile
from shared.watch.fold import fold

RESULTS = "financial_results"
RESULTS_WITHIN = 60.0
"""Days. One firm's results lie a quarter apart or more; what is retold after two months tells of the next ones."""
_YEARS_COUNT_AFTER = 14.0
"""Days. Outlets of one day name one business year by its beginning or its end."""
_A_DAY = 1.0
"""Days within which outlets differ in what they call one object."""
_SERIAL = frozenset({
    "product_safety", "license_approval", "investigation", "enforcement_penalty", "data_privacy", "product_launch",
})  # fmt: skip
"""Labels whose events are told by template, each of another object."""
_OFFICES = {
    "chief executive": r"首席执行官|行政总裁|(?<![a-z])ceo(?![a-z])|chief executive",
    "finance": r"首席财务官|财务总监|(?<![a-z])cfo(?![a-z])|chief financ|finance (?:chief|director)",
    "chair": r"董事长|董事会主席|董事局主席|chairman|chairwoman|(?<![a-z])chair(?![a-z])",
    "technology": r"首席技术官|(?<![a-z])cto(?![a-z])|chief technology",
    "operations": r"首席运营官|首席营运官|(?<![a-z])coo(?![a-z])|chief operating",
    "secretary": r"公司秘书|董事会秘书|董秘|company secretary|board secretary",
}
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_TELLING = frozenset({"发布", "公布", "宣布", "通报", "披露", "公告", "表示", "回应", "says", "announces", "announced"})
"""Words that outlets choose freely for one and the same event."""
_TEMPLATE = 0.5
"""Share of two titles' words that stand in both in one order, from which one is written like the other."""
_LEAST = {True: 2, False: 4}
"""Letters of an object's name at least: Chinese, and any other."""


def other_results(a: Profile, b: Profile) -> bool:
    """Results of another period: named so, or told too long after the others."""
    if RESULTS not in a.all_labels & b.all_labels:
        return False
    if a.periods and b.periods and not a.periods & b.periods:
        return True
    gap = a.report.days_from(b.report)
    if a.labels & b.labels != {RESULTS}:
        return False  # the results stand beside something else, which may be followed up
    if gap is not None and gap <= _YEARS_COUNT_AFTER:
        return False
    years_differ = any(x and y and not x & y for x, y in zip(a.business_years, b.business_years, strict=True))
    return years_differ or (gap is not None and gap > RESULTS_WITHIN)


def other_object(a: Profile, b: Profile) -> bool:
    """Another office changes hands, or the template's object is another."""
    shared = a.labels & b.labels
    if "leadership" in shared and _other_office(a, b):
        return True
    gap = a.report.days_from(b.report)
    if not shared & _SERIAL or a.script != b.script or (gap is not None and gap <= _A_DAY):
        return False
    if any(x.same_as(y) for x in a.amounts for y in b.amounts) or a.document_numbers & b.document_numbers:
        return False
    return _other_title(a, b)


def _offices(text: str) -> set[str]:
    folded = fold(text)
    return {office for office, words in _OFFICES.items() if re.search(words, folded)}


def _other_office(a: Profile, b: Profile) -> bool:
    """The office in title and evidence of each is named nowhere in the other."""
    mine, theirs = (_offices("\n".join([one.report.title, *_evidence(one)])) for one in (a, b))
    return bool(mine and theirs and not mine & _offices(b.text) and not theirs & _offices(a.text))


def _evidence(one: Profile) -> list[str]:
    return [event.quote for event in one.report.current if event.label == "leadership"]


def _other_title(a: Profile, b: Profile) -> bool:
    """Where one title has a name that its text repeats, the other has another one, and neither knows the other's."""
    mine, theirs = a.title_tokens, b.title_tokens
    blocks = SequenceMatcher(None, mine, theirs, autojunk=False)
    if not mine or not theirs or blocks.quick_ratio() < _TEMPLATE or blocks.ratio() < _TEMPLATE:
        return False  # the quick ratio is never below the ratio, and takes a tenth of its time
    for kind, start, end, other_start, other_end in blocks.get_opcodes():
        if kind != "replace":
            continue
        old, new = _name(mine[start:end]), _name(theirs[other_start:other_end])
        if old and new and _only_in(old, a, b) and _only_in(new, b, a):
            return True
    return False


def _name(tokens: Sequence[str]) -> str:
    """The tokens as they stand in the text; empty when they cannot name an object."""
    chinese = all(_HAN.match(token) for token in tokens)
    name = ("" if chinese else " ").join(tokens)
    if len(name) < _LEAST[chinese] or name in _TELLING or any(token[0].isdigit() for token in tokens):
        return ""
    return name


def _only_in(name: str, here: Profile, there: Profile) -> bool:
    return name in fold(here.report.lead) and name not in fold(there.text)
