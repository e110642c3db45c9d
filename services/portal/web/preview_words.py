"""What a preview tells of an alert, in the reader's language: how it comes otherwise, and why it does not come.

The alerter says it in English, with identifiers, as its command does; each of its forms is known here. One that is not
known stands in English, and the page says so. What people wrote (a silence's reason, a condition) stays as it is.
"""

import re
from collections.abc import Callable, Mapping

from services.portal.web import words
from services.portal.web.desk_words import Said
from services.portal.web.words import Speech, Words, called

Name = Callable[[str, str], str]
"""Field and identifier to what readers call it."""
_WAYS = {
    "at once": "立即", "held": "延后", "digest": "进入汇总", "nobody": "不发出",
    "earlier": "更早", "later": "更晚", "by another article": "经另一篇文章",
}  # fmt: skip
_SPANS = {"d": " 天", "h": " 小时", "m": " 分钟", "s": " 秒"}
_SAME = {"thread": "话题", "entity": "公司", "label": "事件类别"}
_BY_DOCUMENT = {
    "kind": ("kind", "文档类型是“{}”"),
    "language": ("language", "语言是“{}”"),
    "source": ("source", "来源是 {}"),
}
_FAMILIES = {"strategic_move": "战略动作", "regulatory_event": "监管事件"}


def span(length: str) -> str:
    """A length of time as the alerter writes it: `1h30m`."""
    return re.sub(r"(\d+)([dhms])", lambda each: each[1] + _SPANS[each[2]], length)


def _label(name: Name, found: re.Match[str]) -> str:
    return f"事件类别是“{name('label', found[1])}”"


def _document(name: Name, found: re.Match[str]) -> str:
    field, form = _BY_DOCUMENT[found[1]]
    return form.format(name(field, found[2]))


def _acting(name: Name, found: re.Match[str]) -> str:
    label = name("label", found[1])
    if found[2] == "nobody":
        return f"“{label}”没有行为主体"
    return f"“{label}”的主体是{'、'.join(name('entity', one) for one in found[2].split(', '))}"


def _event(name: Name, found: re.Match[str]) -> str:
    """Of one label: its family, status or the label itself is what the rule names."""
    label, value = name("label", found[1]), found[2]
    if value in _FAMILIES:
        return f"“{label}”属于{_FAMILIES[value]}"
    return f"事件类别是“{label}”" if value == found[1] else f"“{label}”的状态是“{name('status', value)}”"


def _inhibited(name: Name, found: re.Match[str]) -> str:
    events = (one.split("/") for one in found[2].split(", "))
    told = "、".join(f"{name('label', label)}（{name('status', status)}）" for label, status in events)
    return f"{found[6]} 已发出同一{_SAME[found[4]]}的预警：{told}，重要性 {found[3]}；{span(found[1])}内不再发出"


_Form = str | Callable[[Name, re.Match[str]], str]
_FORMS: tuple[tuple[re.Pattern[str], _Form], ...] = tuple(
    (re.compile(pattern, re.DOTALL), form)
    for pattern, form in (
        (r"no subscription is called (\S+) any more", r"订阅 \1 已不存在"),
        (r"(\S+) is no channel of it any more", r"它不再发往 \1"),
        (r"they were told before", "此前已经告知"),
        (r"no current event", "没有当前事件"),
        (r"(.+) stands before it and takes what it could", r"排在前面的 \1 已全部取走"),
        (r"importance (\d) is below (\d)", r"重要性 \1 低于 \2"),
        (r"not: importance (\d) is (\d) or above", r"排除条件：重要性 \1 不低于 \2"),
        (r"none of the words ([^;]+)", r"不含词语 \1"),
        (r"not: the word ([^;]+)", r"排除条件：含词语 \1"),
        (r"only if “(.+)”: no, “(.+)”", r"条件“\1”不成立：“\2”"),
        (r"only if “(.+)”: no", r"条件“\1”不成立"),
        (r"silence (\d+) by (.+?) until (\d[^(]+?) \((.+?)\): (.*)", r"静默 \1（\2 设置，至 \3；\4）：\5"),
        (r"inhibited for ([\ddhms]+): (.+) of importance (\d) was told of the same (thread|entity|label) \((.+)\)"
         r" at (.+)", _inhibited),
        (r"not: (\w+): (\w+(?:, \w+)*) acts", lambda name, found: f"排除条件：{_acting(name, found)}"),
        (r"(\w+): (\w+(?:, \w+)*) acts", _acting),
        (r"not: (kind|language|source) (\S+)", lambda name, found: f"排除条件：{_document(name, found)}"),
        (r"(kind|language|source) (\S+)", _document),
        (r"label (\w+)", _label),
        (r"not: (\w+): (\w+)", lambda name, found: f"排除条件：{_event(name, found)}"),
        (r"(\w+): (?:status )?(\w+)", _event),
    )
)  # fmt: skip


def namer(entities: Mapping[str, Words], speech: Speech) -> Name:
    """The reader's names of entities, labels and their like; what has none keeps its identifier."""
    return lambda field, value: called(entities if field == "entity" else words.VALUES.get(field, {}), value, speech)


def preview_said(text: str, speech: Speech, name: Name) -> Said:
    """How an alert comes otherwise, or why it does not come."""
    if speech == "en":
        return Said(text)
    chinese = _way(text) or why_not(text, name)
    return Said(chinese or text, foreign=not chinese)


def _way(text: str) -> str:
    """How it comes: `at once → digest, by another article`; empty where that is not what the text tells."""
    parts = [[_WAYS.get(one, "") for one in part.split(" → ")] for part in text.split(", ")]
    return "，".join(" → ".join(part) for part in parts) if all(map(all, parts)) else ""


def why_not(text: str, name: Name) -> str:
    """Why it does not come; empty where a part of it is not known."""
    for pattern, form in _FORMS:
        if found := pattern.fullmatch(text):
            return found.expand(form) if isinstance(form, str) else form(name, found)
    first, parted, second = text.partition("; ")
    both = (why_not(first, name), why_not(second, name)) if parted else ("", "")
    return "；".join(both) if all(both) else ""
