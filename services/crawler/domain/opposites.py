"""What turns a text when it changes in place: numerals, and words of which one says the contrary of another.

The words are those by which notices of the field decide, date and take back (approved or blocked, draft or final,
appointed or resigned); folded. Words of one side may replace each other, which is style; one of the other side is news.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

_NUMERALS = frozenset("零〇一二三四五六七八九十百千万亿兆两半") | {
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "hundred",
    "thousand", "million", "billion", "trillion", "first", "second", "third", "fourth", "fifth", "half", "double",
    "triple",
}  # fmt: skip
_SIDES: tuple[tuple[str, str], ...] = (
    (
        "批准 核准 准许 准予 同意 通过 获批 许可 放行 approve approves approved approval clear clears cleared",
        "驳回 否决 拒绝 禁止 叫停 阻止 不予 reject rejects rejected rejection block blocks blocked veto vetoed",
    ),
    (
        "草案 征求意见稿 征求意见 意见稿 draft proposed preliminary tentative",
        "正式稿 正式 终稿 最终 final finalized finalised definitive",
    ),
    (
        "任命 委任 聘任 出任 就任 接任 上任 appoint appoints appointed hire hires hired join joins joined",
        "辞任 辞职 离任 卸任 离职 免职 罢免 解聘 resign resigns resigned dismiss dismisses dismissed fire fires "
        "fired leave leaves left",
    ),
    (
        "宣布 公布 公告 证实 确认 承认 announce announces announced confirm confirms confirmed admit admits admitted",
        "否认 辟谣 澄清 deny denies denied refute refutes refuted",
    ),
    (
        "启动 开始 恢复 重启 继续 start starts started resume resumes resumed launch launches launched continue "
        "continues continued",
        "终止 中止 暂停 取消 停止 撤回 撤销 terminate terminates terminated cancel cancels cancelled canceled suspend "
        "suspends suspended withdraw withdraws withdrew withdrawn halt halts halted scrap scraps scrapped",
    ),
    (
        "增长 上升 上涨 增加 提高 上调 rise rises rose risen increase increases increased gain gained up raised",
        "下降 下跌 减少 下滑 降低 下调 fall falls fell fallen decrease decreases decreased decline declines declined "
        "drop drops dropped down cut cuts",
    ),
    ("盈利 盈余 profit profits profitable", "亏损 loss losses unprofitable"),
    (
        "收购 买入 增持 购入 buy buys bought acquire acquires acquired",
        "出售 卖出 减持 售出 sell sells sold divest divested",
    ),
    ("胜诉 无罪 win wins won acquitted", "败诉 有罪 lose loses lost convicted"),
    ("拟 将 计划 planned", "已 完成 completed"),
)

_SCALES = frozenset(("hundred", "thousand", "million", "billion", "trillion"))
"""Words that go on with a numeral in digits; any other word in letters begins one of its own."""

Token = tuple[str, str]
"""What its neighbours see of it, and its value; an ordinary unit has no value."""


def _by_first() -> Mapping[str, list[tuple[tuple[str, ...], Token]]]:
    """The words as units by their first one, the longest first."""
    words: dict[str, list[tuple[tuple[str, ...], Token]]] = defaultdict(list)
    for group, sides in enumerate(_SIDES):
        for side, written in zip("+-", sides, strict=True):
            for word in written.split():
                units = (word,) if word.isascii() else tuple(word)
                words[units[0]].append((units, (f"#{group}", side)))
    return {first: sorted(found, key=lambda one: -len(one[0])) for first, found in words.items()}


_WORDS = _by_first()


def tokens(text: Sequence[str]) -> list[Token]:
    """Units as tokens: runs that are one numeral, and the words above, are one token each."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        length, token = _token(text, at)
        found.append(token)
        at += length
    return found


def _token(text: Sequence[str], at: int) -> tuple[int, Token]:
    unit = text[at]
    if unit[0].isdigit() or unit in _NUMERALS:
        end = at + 1
        while end < len(text) and text[end] in _NUMERALS and _goes_on(unit, text[end]):
            end += 1
        return end - at, ("#", "".join(text[at:end]))
    for word, token in _WORDS.get(unit, ()):
        if tuple(text[at : at + len(word)]) == word:
            return len(word), token
    return 1, (unit, "")


def _goes_on(first: str, unit: str) -> bool:
    """Whether a numeral that began with `first` goes on with the numeral `unit`: `45 million`, but not `2025 one`."""
    return not (first[0].isdigit() and unit.isascii()) or unit in _SCALES
