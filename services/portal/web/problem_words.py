"""Why a query cannot be asked, in Chinese: the domain says it in English, as the command and the API do."""

import re

from services.portal.domain.query import Problem
from services.portal.web.words import Speech

_CHINESE = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (r"the query has (\S+) characters, and at most (\S+) can be asked", r"查询有 \1 个字符，最多 \2 个"),
        (r"leave words out", "请删减一些词"),
        (r"the quotation mark at character (\d+) has no second one", r"第 \1 个字符处的引号没有配对"),
        (r"close the phrase, or leave the mark out", "请补上引号，或去掉它"),
        (r"the query has more than (\d+) words and fields", r"词和筛选条件超过 \1 个"),
        (r"a phrase has at most (\d+) words", r"短语最多 \1 个词"),
        (r"leave some out", "请删减一些"),
        (r"(\w+): cannot read the date (.*)", r"\1: 无法识别日期 \2"),
        (r"write 2025, (.*), or a span until now: (.*)", r"可写 2025, \1，或到现在为止的时段：\2"),
        (r"-(\S+) has no meaning", r"-\1 没有意义"),
        (r"write (\S+:.*)", r"请写 \1"),
        (r"leave it out: documents are what is shown", "请去掉它：显示的本来就是文档"),
        (r"there is no field (.*)", r"没有 \1 这个字段"),
        (
            r"fields are (.*); put the words in quotation marks to look for them",
            r"可用的字段：\1；要搜索这些字本身，请加引号",
        ),
        (r"entity: has no identifier for (.*), which counts as entity:other", r"\1 没有单独的标识，归入 entity:other"),
        (r"look for the name as a word", "请把名称当作词来搜索"),
        (r"(\w+): knows no (.*)", r"\1: 没有 \2 这个值"),
        (r"did you mean (.*)", r"是否要写 \1"),
        (r"known are, among others, (.*)", r"例如可写 \1"),
        (r"known are (.*)", r"可写 \1"),
        (r"nothing lies after the one date and before the other", "两个日期之间没有时间"),
        (r"exchange after: and before:", "请对调 after: 和 before:"),
        (r"there is no word in the query", "查询里没有词"),
        (r"write words, names, or a field such as label:partnership", "请写词、名称，或 label:partnership 这样的条件"),
        (r"the cursor is longer than any that a search gives", "翻页标记过长"),
        (r"the cursor is none that a search gave", "翻页标记无效"),
        (r"the cursor belongs to another search", "翻页标记属于另一个查询"),
        (r"begin at the first page( of this one)?", "请从第一页开始"),
        (r"there is no order (.*)", r"没有 \1 这种排序"),
        (r"use relevance or newest", "请用 relevance 或 newest"),
        (
            r"(\w+:) was looked for as a word: its value follows without a blank, as in (.*)",
            r"\1 被当作普通的词：条件的值紧跟冒号，不留空格，如 \2",
        ),
        (
            r"(\w+) was looked for as a word: all words of a query are wanted anyway",
            r"\1 被当作普通的词：查询中的词本来就都要出现",
        ),
        (r"([&|]+) was left out: all words of a query are wanted anyway", r"\1 已忽略：查询中的词本来就都要出现"),
        (
            r"(!+) was left out: a word that is not wanted has a minus before it, as in -合作",
            r"\1 已忽略：不要的词前面加减号，如 -合作",
        ),
    )
)


def in_words(english: str, speech: Speech) -> str:
    """The sentence in the language of the interface; one that is not known here, as it stands."""
    if speech == "zh":
        for pattern, words in _CHINESE:
            found = pattern.fullmatch(english)
            if found is not None:
                return found.expand(words)
    return english


def problem_words(problem: Problem, speech: Speech) -> str:
    """What is wrong and how to mend it."""
    both = (in_words(problem.wrong, speech), in_words(problem.mend, speech))
    return ("；" if speech == "zh" else "; ").join(both)
