"""What the alerter decided of a document and why, in the reader's language.

The alerter writes it in English for its commands; each of its forms is known here. One that is not known, such as the
classifier's reasons, stands in English, and the page says so. What people wrote stays as it is.
"""

import re
from collections.abc import Callable

from services.portal.web.desk_words import Said
from services.portal.web.preview_words import Name, span, why_not
from services.portal.web.words import LABELS, STATUSES, Speech

_OUTCOMES = {
    "alerted": "已发出", "updated": "已更新", "suppressed": "未发出", "joined": "并入话题", "irrelevant": "不相关",
    "no_event": "没有事件", "market_note": "行情短讯", "background": "仅为背景", "unsubscribed": "无人订阅",
}  # fmt: skip
_SIGNS = {
    "words": "用词", "titles": "标题", "across_languages": "跨语言", "names": "名称", "entities": "公司与机构",
    "company": "同一公司", "parties": "参与方", "entities_differ": "公司不同", "entities_unknown": "公司未知",
    "entities_of_one": "仅一篇有公司", "labels": "事件类别", "labels_differ": "类别不同", "labels_unknown": "类别未知",
    "any_label": "有相同类别", "amounts": "金额", "amounts_differ": "金额不同", "numbers": "数字",
    "numbers_share": "共同数字", "document_number": "文号", "counterparty": "对方", "batch_differs": "批次不同",
    "period_differs": "期间不同", "year_differs": "年份不同", "dates": "日期", "dates_differ": "日期不同",
    "gap": "间隔", "gap_unknown": "间隔未知", "within_two_days": "两天之内", "within_a_week": "一周之内",
    "beyond_a_month": "一月以上",
}  # fmt: skip
"""Signs by which two reports are found to tell of one event."""
_NEW = {
    "status": "进展", "new event": "新事件", "amount": "金额", "counterparty": "对方", "authority": "监管机构",
    "date of effect": "生效日期", "correction": "更正",
}  # fmt: skip
_EVENTS = {english.lower(): chinese for chinese, english in LABELS.values()}
_STATES = {english.lower(): chinese for chinese, english in STATUSES.values()}
_PLACES = {"held for": "延后", "left to the digest in": "进入汇总", "suppressed in": "未发出"}
_WAITS = {"goes with those that wait": "与等待中的一起发出"}
_Form = str | Callable[[Name, re.Match[str]], str]


def _forms(*forms: tuple[str, _Form]) -> tuple[tuple[re.Pattern[str], _Form], ...]:
    return tuple((re.compile(pattern, re.DOTALL), form) for pattern, form in forms)


def _labels(form: str) -> _Form:
    return lambda name, found: form.format("、".join(name("label", one) for one in found[1].split(", ")))


def _sign(_: Name, found: re.Match[str]) -> str:
    return f"{_SIGNS[found[1]]} {found[2]}" if found[1] in _SIGNS else ""


def _fact(_: Name, found: re.Match[str]) -> str:
    """A new fact, as the alerter words it: `partnership · status: rumoured → denied`."""
    event, kind = _EVENTS.get(found[1]), _NEW.get(found[2])
    sides = " → ".join(_STATES.get(side, side) for side in found[3].split(" → "))
    return f"{event} · {kind}：{sides}" if event and kind else ""


def _placed(name: Name, found: re.Match[str]) -> str:
    """What became of alerts that did not go out at once."""
    whys = _all(found[4], "; ", lambda one: _known(_WHYS, one, name) or why_not(one, name))
    return f"{found[3]} 的 {found[2]} 个渠道{_PLACES[found[1]]}：{'；'.join(whys)}" if whys else ""


def _held(_: Name, found: re.Match[str]) -> str:
    why = _WAITS.get(found[1], "")
    if limit := re.fullmatch(r"throttle of (\d+) in ([\ddhms]+)", found[1]):
        why = f"{span(limit[2])}内至多 {limit[1]} 条"
    elif group := re.fullmatch(r"group of ([\ddhms]+)", found[1]):
        why = f"{span(group[1])}内合并发出"
    return f"{why}{'，再等安静时段结束' if found[2] else ''}，至 {found[3]}" if why else ""


_WHYS = _forms(
    (r"its subscription asks for a digest", "订阅要求汇总"),
    (r"quiet hours until (\S+ \S+ \S+)", r"安静时段，至 \1"),
    (r"the team's budget of (\d+) immediate alerts on (\S+) is used up", r"团队 \2 的 \1 条即时预警已用完"),
    (r"([^,;]+?)(, then quiet hours)? until (\S+ \S+ \S+)", _held),
)
_JOINS = _forms(
    (r"opened it", "由它开启"),
    (r"a new revision of a member", "已有文章的新版"),
    (r"follow_up of (\w+)", _labels("“{}”的后续")),
    (r"retells ([\w, ]+)", _labels("重述“{}”")),
    (r"words (\d\.\d+)", r"用词 \1"),
    (r"(\w+) (\+\d+\.\d)", _sign),
    (r"the same rule (《.+》)", r"同一规则 \1"),
    (r"the same name \((.+)\)", r"同一名称（\1）"),
    (r"the firm's listing", "该公司上市"),
    (r"the same amount", "同一金额"),
    (r"the same counterparty", "同一对方"),
    (r"the same rule or document number", "同一规则或文号"),
    (r"the same date of effect", "同一生效日期"),
    (r"the same instrument", "同一证券"),
    (r"the same name in Chinese and English", "中英文同名"),
)
_PARTS = _forms(
    (r"told to (\d+) channels of ([^:;]+)", r"已发往 \2 的 \1 个渠道"),
    (r"(held for|left to the digest in|suppressed in) (\d+) channels of ([^:;]+): (.+)", _placed),
    (r"([^·;]+) · ([^:;]+): (.+)", _fact),
)
_REASONS = _forms(
    (r"revision (\d+) came before it", r"第 \1 版先到"),
    (r"nothing watched is concerned", "与关注对象无关"),
    (r"a market note never alerts by itself", "行情短讯本身从不发出"),
    (r"no event is told", "没有讲述事件"),
    (r"told as history only: (.+)", _labels("只作为历史提及：{}")),
    (r"its source only measures what the others missed", "该来源仅用于检查遗漏"),
    (r"erased", "已被删除"),
    (r"nothing new: (.+)", lambda name, found: _joined(found[1], name)),
    (r"no subscription wants it: ?", "没有订阅需要它"),
    (r"no subscription wants it: (.+)", lambda name, found: _refusals(found[1], name)),
)


def decided_said(outcome: str, reason: str, speech: Speech, name: Name) -> tuple[Said, ...]:
    """What was decided, and why where a reason is given. What is known in Chinese is one sentence."""
    if speech == "en" or outcome not in _OUTCOMES:
        return (Said(f"{outcome}: {reason}" if reason else outcome, foreign=speech != "en"),)
    known = _OUTCOMES[outcome]
    if not reason:
        return (Said(known),)
    parts = _all(reason, "; ", lambda one: _known(_PARTS, one, name))
    chinese = _known(_REASONS, reason, name) or "；".join(parts)
    return (Said(f"{known}：{chinese}"),) if chinese else (Said(known), Said(reason, foreign=True))


def _known(forms: tuple[tuple[re.Pattern[str], _Form], ...], text: str, name: Name) -> str:
    """The text in Chinese by the first form that it has; empty where it has none, or a part of it is not known."""
    for pattern, form in forms:
        if found := pattern.fullmatch(text):
            said = found.expand(form) if isinstance(form, str) else form(name, found)
            if said:
                return said
    return ""


def _all(text: str, sign: str, say: Callable[[str], str]) -> list[str]:
    """What was joined by a sign that its parts may hold too, each part as short as is known; empty where one is not."""
    parts = text.split(sign)
    from_here: list[list[str]] = [[] for _ in parts]
    for begin in reversed(range(len(parts))):
        for end in range(begin + 1, len(parts) + 1):
            rest = from_here[end] if end < len(parts) else []
            if (rest or end == len(parts)) and (said := say(sign.join(parts[begin:end]))):
                from_here[begin] = [said, *rest]
                break
    return from_here[0]


def _joined(text: str, name: Name) -> str:
    """Why it belongs to its thread, to which it adds nothing."""
    said = _all(text, ", ", lambda one: _known(_JOINS, one, name))
    return f"没有新内容：{'，'.join(said)}" if said else ""


def _refusals(text: str, name: Name) -> str:
    """Why each subscription does not want it: `team: why; other: why`."""

    def one(part: str) -> str:
        team, sign, why = part.partition(": ")
        said = why_not(why, name) if sign and ";" not in team else ""
        return f"{team}：{said}" if said else ""

    said = _all(text, "; ", one)
    return f"没有订阅需要它（{'；'.join(said)}）" if said else ""
