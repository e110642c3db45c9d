"""Problem details in the language that the program asks for; English unless it says that it wants Chinese."""

import re

from starlette.requests import Request
from starlette.responses import Response

from services.portal.web.preferences import speech_of
from services.portal.web.problem_kinds import BASE, BY_STATUS, KINDS
from services.portal.web.problem_words import in_words
from services.portal.web.problems import ApiProblem, problem_answer
from services.portal.web.words import Speech, said

_CHINESE = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (r"there is no such timezone", "没有这个时区"),
        (r"an IANA name or an offset such as \+08:00", "请写 IANA 名称，或 +08:00 这样的偏移"),
        (r"a parameter cannot be used", "参数无法使用"),
        (r"the database cannot be asked", "无法查询数据库"),
        (r"try again in some seconds", "请过几秒再试"),
        (r"try again", "请再试"),
        (r"start an alerter: it takes (\S+) over", r"请启动提醒服务：它会读入 \1"),
        (r"pruned", "保存期已满"),
        (r"erased", "应请求删除"),
        (r"the request shows no session and no key", "请求里没有会话，也没有密钥"),
        (r"sign in, or send a key: (.*)", r"请登录，或带上密钥：\1"),
        (r"sign in", "请登录"),
        (r"it is unknown, too old or revoked, or its user is disabled", "密钥不存在、已过期或已撤销，或其用户已停用"),
        (r"make a new key", "请新建密钥"),
        (r"make a key and send it", "请新建密钥并带上"),
        (r"make a key with that scope", "请新建有该范围的密钥"),
        (r"this needs the role (\w+), and (.*) has the role (\w+)", r"需要角色 \1，而 \2 的角色是 \3"),
        (r"ask an admin for the role", "请管理员授予该角色"),
        (r"this needs a key with the scope (\w+)", r"需要范围为 \1 的密钥"),
        (r"accounts are not for keys", "密钥不能管理账号"),
        (r"assistants come with an API key", "助手须带密钥"),
        (r"the request comes from a page of another site", "请求来自另一个网站的页面"),
        (r"the request carries no token of this session", "请求没有带上本会话的标记"),
        (r"load the page anew and send the form again", "请重新打开页面再提交"),
        (r"at most 1 MiB", "最多 1 MiB"),
        (r"more was asked than is allowed in this time", "这段时间内的请求超过了上限"),
        (r"ask again in (\d+) seconds", r"请在 \1 秒后再试"),
        (r"as many exports are running as may; try again when one of them has ended",
         "同时进行的导出已达上限；等其中一个结束后再试"),
        (r"an export of yours is under way", "你的另一个导出正在进行"),
        (r"wait until it has ended, or ask for less", "请等它结束，或缩小范围"),
        (r"as many of your requests wait for an alerter's answer as may", "你等待预警器答复的请求已达上限"),
        (r"look at their answers first", "请先看它们的答复"),
        (r"(\d+) of (\d+) documents are still to be read", r"\2 篇文档中还有 \1 篇待读取"),
        (r"another request is reading the documents", "另一个请求正在读取文档"),
        (r"nothing is kept open here", "这里不保持连接"),
        (r"send each question by POST", "请用 POST 发送每个问题"),
        (r"the server is starting or stopping", "服务正在启动或停止"),
    )
)  # fmt: skip


def answered(problem: ApiProblem, request: Request) -> Response:
    """The answer in the language that the request prefers, with the kind of problem named."""
    speech = speech_wanted(request)
    answer = problem_answer(spoken(problem, speech))
    answer.headers["Content-Language"] = "zh-Hans" if speech == "zh" else "en"
    answer.headers["Vary"] = "Accept-Language"
    return answer


def speech_wanted(request: Request) -> Speech:
    """English where nothing is said: most programs say nothing, and their logs are read by all."""
    told = request.query_params.get("lang")
    if told in ("zh", "en"):
        return "zh" if told == "zh" else "en"
    header = request.headers.get("accept-language", "")
    return speech_of(header) if re.search(r"\bzh\b", header[:500], re.IGNORECASE) else "en"


def spoken(problem: ApiProblem, speech: Speech) -> ApiProblem:
    """The problem in that language."""
    name = problem.type.removeprefix(BASE) if problem.type.startswith(BASE) else BY_STATUS.get(problem.status, "")
    kind = KINDS.get(name)
    told: dict[str, object] = {"type": f"{BASE}{name}"} if kind else {}
    if speech == "zh":
        told |= {"detail": _in_chinese(problem.detail), "mend": _in_chinese(problem.mend)}
        told |= {"title": said(kind.title, "zh")} if kind else {}
    return problem.model_copy(update=told)


def _in_chinese(english: str) -> str:
    """The sentence; one that nobody translated, as it stands."""
    for pattern, words in _CHINESE:
        found = pattern.fullmatch(english)
        if found is not None:
            return found.expand(words)
    return in_words(english, "zh")
