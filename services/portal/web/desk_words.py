"""What an alerter says of a request, in Chinese: it says it in English, as its commands do.

Each sentence is known here by its form; one that is not known stands in English, and the page says so.
"""

import re
from dataclasses import dataclass

from services.portal.web.words import Speech

_PLACE = re.compile(r"(subscriptions(?:\.[\w-]+)*|environment variable \w+): (.+)", re.DOTALL)
_OF = re.compile(r"subscription ([\w-]+): (.+)", re.DOTALL)
_MORE = re.compile(r"(.+) \(and (\d+) more\)", re.DOTALL)
_REMARK = re.compile(r"the subscriptions(?::(\d+))?: (.+)\n  mend: (.+)", re.DOTALL)
_CHINESE = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        # names
        (r"no watched entity is called ([^;]+)", r"没有名为 \1 的监测对象"),
        (r"no source is called ([^;]+)", r"没有名为 \1 的来源"),
        (r"no channel is called ([^;]+)", r"没有名为 \1 的渠道"),
        (r"no subscription or route is called ([^;]+)", r"没有名为 \1 的订阅或路由"),
        (r"no subscription sends to ([^;]+)", r"没有订阅发往 \1"),
        (r"([\w-]+) never sends to ([^;]+)", r"\1 从不发往 \2"),
        (r"no label is called ([^;]+)", r"没有名为 \1 的事件类别"),
        (r"no timezone is called ([^;]+)", r"没有名为 \1 的时区"),
        (r"did you mean `?([^`?]+)`?\?", r"是否要写 \1？"),
        (r"did you mean (\S+)\? known: (.+)", r"是否要写 \1？可用：\2"),
        (r"(?:known: |one of )(.+)", r"可用：\1"),
        (r"an IANA name such as (.+)", r"请写 IANA 名称，如 \1"),
        (r"(.+) is not known here", r"这里没有 \1"),
        # keys and values
        (r"unknown key", "没有这个键"),
        (r"unknown key, and (.+): missing", r"没有这个键，且缺少 \1"),
        (r"missing", "缺少"),
        (r"add (`.+`)", r"请加上 \1"),
        (r"remove it or correct its spelling; see the comments at the head of the file",
         "请删去或改正拼写；可参见文件开头的注释"),
        (r"Input should be less than or equal to (\S+), not (.+)", r"最大为 \1，现在是 \2"),
        (r"Input should be greater than or equal to (\S+), not (.+)", r"最小为 \1，现在是 \2"),
        (r"Input should be a valid (?:integer|number)(?:, .*?)?, not (.+)", r"应为数字，现在是 \1"),
        (r"Input should be a valid (?:tuple|list)(?:, not .+)?", "应为列表"),
        (r"Input should be a valid (?:dictionary|\w+ or .+)(?:, not .+)?", "应为带下级键的一组值"),
        (r"Input should be a valid boolean(?:, .*?)?(?:, not .+)?", "应为 true 或 false"),
        (r"Input should be a valid string(?:, not .+)?", "应为文字"),
        (r"(?:Dictionary|Tuple|List) should have at least (\d+) items? after validation, not (\d+)",
         r"至少要有 \1 项，现在有 \2 项"),
        (r"String should have at least (\d+) characters?, not (.+)", r"至少 \1 个字符，现在是 \2"),
        (r"String should have at most (\d+) characters?, not (.+)", r"最多 \1 个字符，现在是 \2"),
        (r"String should match pattern '(.+)', not (.+)", r"\2 的写法不对，应符合 \1"),
        (r"a value of the kind named there", "请按上面所说填写"),
        (r"keys with values below it, each on its own line", "下面应逐行写键和值"),
        (r"a list: \[one, two\], or one entry a line, each after a dash", "请写成列表：[甲, 乙]，或每行一项、前加短横"),
        (r"true or false", "请写 true 或 false"),
        (r"at least one entry", "至少写一项"),
        (r"a text that is not empty", "请写一段不为空的文字"),
        (r"text; put a number, yes or no in quotes to make text of it", "请写文字；数字、yes、no 要加引号"),
        (r"correct the entry as it says", "请按上面所说修改"),
        (r"a number is wanted, not (.+)", r"应为数字，不是 \1"),
        (r"holds for the whole team", "它对整个团队有效"),
        (r"write it at the subscription above", "请写在上面的订阅里"),
        # the text
        (r"no YAML: (.+)", r"不是有效的 YAML（\1）"),
        (r"check indentation, quotes and colons", "请检查缩进、引号和冒号"),
        (r"nested too deeply", "嵌套过深"),
        (r"a flat list of entries", "请写成不嵌套的列表"),
        (r"the key (.+) stands twice, in lines (\d+) and (\d+)", r"键 \1 出现了两次，在全文第 \2 行和第 \3 行"),
        (r"make one entry of the two, or rename one", "请合并为一个，或改其中一个的名称"),
        (r"two (?:subscriptions|routes) are called (.+), this one and (.+); a name stands for one",
         r"有两个订阅或路由都叫 \1，另一个是 \2；名称不能重复"),
        (r"rename one of the two", "请改其中一个的名称"),
        (r"the text has ([\d,]+) characters", r"文字有 \1 个字符"),
        (r"at most ([\d,]+)(?: are looked at)?", r"最多 \1 个"),
        (r"its aliases stand for millions of values", "别名展开后有数百万个值"),
        (r"fewer \*aliases within &anchors", "请减少 &锚点 里的 *别名"),
        (r"a number of (\d+) characters", r"一个有 \1 个字符的数字"),
        (r"put it in quotes where it is none", "若不是数字，请加引号"),
        # the form
        (r"a name is small letters, digits, - and _, and begins with a letter",
         "名称用小写字母、数字、- 和 _，以字母开头"),
        (r"strategy", "例如 strategy"),
        (r"(.+) is none of your teams", r"\1 不是你的团队"),
        (r"a subscription is called as its team: (.+)", r"订阅与团队同名：\1"),
        (r"there is a subscription (.+) already", r"已有订阅 \1"),
        (r"choose another name, or edit that one", "请换一个名称，或编辑那一个"),
        (r"(.+) is no whole number from (\d+) to (\d+)", r"\1 不是 \2 到 \3 的整数"),
        (r"write it in digits", "请用数字写"),
        (r"(.*) is no span of a day", r"\1 不是一天中的时段"),
        (r"22:00-07:30, or 00:00-24:00 sat, sun", "例如 22:00-07:30，或 00:00-24:00 sat, sun"),
        (r"the text is empty", "文字是空的"),
        (r"delete the subscription, or write (`.+`)", r"请删除订阅，或写 \1"),
        (r"one subscription is wanted, with a name|one subscription is wanted: .+", "需要一个有名称的订阅"),
        (r"begin with (`.+`), its keys below", r"请以 \1 开头，下面写它的键"),
        (r"the file has no list of subscriptions", "文件里没有订阅列表"),
        (r"begin it with (`.+`)", r"请以 \1 开头"),
        (r"the form cannot .+", "表单无法改动这段文本"),
        (r"edit the text itself", "请直接编辑文本"),
        # channels
        (r"names no target", "没有写明目标"),
        (r"write one, or remove the key", "请写一个，或删去这个键"),
        (r"(.+) is no Slack channel", r"\1 不是 Slack 频道"),
        (r"write \"#name\" \(in quotes\) or the channel's id", "请写 \"#名称\"（带引号）或频道的 id"),
        (r"a webhook's address is a secret", "webhook 的地址是机密"),
        (r"write a name, and the address into the variable of that name", "请写名称，地址放进该名称的环境变量"),
        (r"(.+) is no address", r"\1 不是邮箱地址"),
        (r"(.+) is no name", r"\1 不是名称"),
        (r"write small letters, digits and _", "请用小写字母、数字和 _"),
        (r"(.+) is no chat", r"\1 不是聊天"),
        (r"write its number, or \"@name\" of a channel", "请写它的编号，或频道的 \"@名称\""),
        (r"the console takes no target", "console 不需要目标"),
        (r"write (`.+`|name@host\.example)", r"请写 \1"),
        (r"is not set", "没有设置"),
        # events, times
        (r"background never alerts", "background 从不发出预警"),
        (r"leave it out", "请删去"),
        (r"a word without letters", "词语里没有文字"),
        (r"write the word, or leave the entry out", "请写上词语，或删去这一项"),
        (r"(\w+) is a (\w+), and families asks for (.+): never both", r"\1 属于 \2，而 families 要求 \3：不会同时成立"),
        (r"add (\w+) to families, or leave one of the two out", r"请把 \1 加入 families，或删去其中一个"),
        (r"24:00 is the end of a day", "24:00 是一天的结束"),
        (r"write \"00:00\", which is the beginning of the next", "请写 \"00:00\"，即次日的开始"),
        (r"write from \"00:00\", on the day after", "请写从次日的 \"00:00\" 开始"),
        (r"neither daily nor weekly: what the budget holds back would never be told",
         "既没有 daily 也没有 weekly：超出上限的内容将无人知道"),
        (r"write (daily: .+), or (weekly: .+)", r"请写 \1 或 \2"),
        (r"(.+) is no length of time", r"\1 不是时长"),
        (r"write it like (.+)", r"可写：\1"),
        (r"(.+) of what\? Write (.+)", r"\1 的单位是什么？可写：\2"),
        (r"(.+) is not between 1s and (\d+)d", r"\1 不在 1s 到 \2d 之间"),
        (r"(.+) is longer than ([^;]+)", r"\1 超过了 \2"),
        (r"write `mode: digest` to hear once a day", "若每天听一次，请写 `mode: digest`"),
        (r"(.+) is no time of day", r"\1 不是一天中的时间"),
        (r"write it in quotes, like \"07:30\", from \"00:00\" to \"24:00\"",
         "请加引号，如 \"07:30\"，从 \"00:00\" 到 \"24:00\""),
        (r"the quiet hours end when they begin", "安静时段的起止相同"),
        (r"for a whole day write from \"00:00\" to \"24:00\"", "整天请写从 \"00:00\" 到 \"24:00\""),
        (r"subscription (.+) matches nothing: its (\w+) and what it refuses leave none",
         r"订阅 \1 不会匹配任何事件：\2 与排除条件抵消"),
        (r"correct its (\w+)", r"请修改 \1"),
        (r"subscription (.+) matches every event", r"订阅 \1 会匹配所有事件"),
        (r"narrow it by a key under `when`, if that is not meant", "若非本意，请在 `when` 下加条件"),
        (r"route (.+) is never reached: (.+) before it takes all that it could",
         r"路由 \1 永远轮不到：前面的 \2 已全部取走"),
        (r"put it before (.+), or write (`.+`) there", r"请放到 \1 之前，或在那里写 \2"),
        (r"route (.+) can never match: its own keys leave nothing", r"路由 \1 永远不会匹配：它自己的条件互相抵消"),
        (r"route (.+) can never match: (.+) above it lets none of its (\w+) through",
         r"路由 \1 永远不会匹配：上面的 \2 不放行它的 \3"),
        (r"correct its (\w+), move it out of (.+), or remove it", r"请修改 \1，把它移出 \2，或删去"),
        (r"only_if cannot be asked: .+", "only_if 无法使用：没有第二读者可问"),
        (r"remove only_if, or set (\w+) and its siblings for the alerter \(.+\)",
         r"请删去 only_if，或为预警器设置 \1 等变量"),
        # silences
        (r"a silence needs at least one of (.+)", r"静默至少要有一个条件：\1"),
        (r"a silence needs a reason", "静默需要写明原因"),
        (r"(\w+) is empty", r"\1 是空的"),
        (r"write something, or leave it out", "请填写，或留空"),
        (r"(\w+) has a character that is no text", r"\1 含有非文字字符"),
        (r"write it anew", "请重新输入"),
        (r"(.+) is no date with a time", r"\1 不是带时间的日期"),
        (r"(.+) is over", r"\1 已经过去"),
        (r"a silence ends in the future", "静默须在将来结束"),
        (r"(.+) is more than (\d+) days away", r"\1 超过 \2 天之后"),
        (r"change the subscription instead", "请改订阅本身"),
        (r"no silence (\d+) is in force", r"静默 \1 不在生效中"),
        (r"it may have ended meanwhile", "它可能已经结束"),
        (r"the silence would hold for other teams too", "这个静默会影响其他团队"),
        (r"name one of your subscriptions: (.+)", r"请选你的订阅之一：\1"),
        # who may, and when
        (r"the subscriptions were changed meanwhile", "订阅在此期间已被修改"),
        (r"look at what changed, and ask again on top of it", "请看改了什么，再在最新版本上重做"),
        (r"(\S+) may not change anything any more", r"\1 已无修改权限"),
        (r"ask an editor of the team, or an admin", "请找团队的编辑或管理员"),
        (r"(\S+) may not come in any more", r"\1 已不能登录"),
        (r"ask again as a user who may, or ask an admin", "请以有权限的用户重试，或找管理员"),
        (r"(\S+) may not change (.+)", r"\1 不能修改 \2"),
        (r"yours are: ([^;]+)", r"你的团队：\1"),
        (r"ask an admin for the others", "其他的请找管理员"),
        (r"a preview over (\d+) days is not offered", r"不提供 \1 天的预览"),
        (r"(\d+) stored documents take longer than (\d+) s", r"重演 \1 篇已存文档超过 \2 秒"),
        (r"ask for fewer days, or use `preview` of services\.alerter",
         "请缩短天数，或用 services.alerter 的 `preview` 命令"),
        (r"alerters stopped while they worked on it", "预警器在处理时停止了"),
        (r"ask again, and look into the alerter's log", "请重试，并查看预警器的日志"),
        (r"the alerter's log tells more", "详见预警器的日志"),
        (r"it cannot be answered in words", "无法写下答复"),
        (r"ask otherwise", "请换一种写法"),
        (r"(\w+) is no text", r"\1 不是文字"),
        (r"(\w+) is no number", r"\1 不是数字"),
        (r"write a text", "请写文字"),
        (r"write a number", "请写数字"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for the page."""

    text: str
    foreign: bool = False
    """It is English on a page that is not."""


def said_of(wrong: str, mend: str, speech: Speech) -> tuple[Said, ...]:
    """What is wrong and how to mend it, what is known in Chinese as one sentence."""
    told = [each for each in (wrong, mend) if each]
    if speech == "en":
        return (Said("; ".join(told)),)
    chinese = [_sentence(each) for each in told]
    known = [each for each in chinese if each]
    foreign = [english for english, each in zip(told, chinese, strict=True) if not each]
    return (*((Said("；".join(known)),) if known else ()), *(Said(each, foreign=True) for each in foreign))


def remark_of(remark: str, speech: Speech) -> tuple[Said, ...]:
    """What is to be noted of subscriptions that can be used: its line, what and how."""
    found = _REMARK.fullmatch(remark)
    if speech == "en" or found is None:
        return (Said(remark, foreign=speech != "en"),)
    line = f"第 {found[1]} 行：" if found[1] else ""
    first, *rest = said_of(found[2], found[3], speech)
    return (Said(line + first.text, first.foreign), *rest)


def _sentence(english: str) -> str:
    """The sentence in Chinese; empty for one that is not known."""
    if more := _MORE.fullmatch(english):
        found = _sentence(more[1])
        return f"{found}（另有 {more[2]} 处错误）" if found else ""
    for pattern, begins in ((_PLACE, "{}："), (_OF, "订阅 {}：")):
        if part := pattern.fullmatch(english):
            found = _sentence(part[2])
            return begins.format(part[1].removeprefix("environment variable ")) + found if found else ""
    for form, words in _CHINESE:
        if known := form.fullmatch(english):
            return known.expand(words)
    for sign in ("; ", ": "):
        first, parted, second = english.partition(sign)
        both = (_sentence(first), _sentence(second)) if parted else ("", "")
        if all(both):
            return "；".join(both)
    return ""
