"""The kinds of problems that programs are told of, in Chinese and in English: what each means and what mends it."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.web.words import Words

BASE = "/problems/"


@dataclass(frozen=True, slots=True)
class Kind:
    """What stands on the page of a kind."""

    status: int
    title: Words
    means: Words
    mend: Words


KINDS: Mapping[str, Kind] = {
    "query": Kind(
        400,
        ("这个查询无法执行", "This cannot be searched for"),
        ("查询、时区或翻页标记有误；at 是出错的位置，suggestions 是可能想写的查询。",
         "The query, its timezone or its cursor is wrong: `at` is the place, `suggestions` may be what was meant."),
        ("按 mend 的说明修改；翻页标记只用于给出它的那个查询。",
         "Change it as `mend` says; a cursor belongs to the search that gave it."),
    ),
    "signed-out": Kind(
        401,
        ("尚未登录", "You are not signed in"),
        ("请求里没有有效的会话，也没有密钥。", "The request shows no session that is good, and no key."),
        ("登录，或带上密钥：Authorization: Bearer luming_…", "Sign in, or send a key: Authorization: Bearer luming_…"),
    ),
    "key": Kind(
        401,
        ("密钥无效", "This key opens nothing"),
        ("密钥不存在、已过期或已撤销，或其用户已停用。", "It is unknown, too old or revoked, or its user is disabled."),
        ("在“账号”页新建一个密钥。", "Make a new key on the account page."),
    ),
    "role": Kind(
        403,
        ("没有权限", "You may not do this"),
        ("此操作需要更高的角色：读者只能查看，编辑可以修改和导出，管理员可以管理用户。",
         "This needs another role: readers look, editors change and export, admins manage users."),
        ("请管理员授予该角色。", "Ask an admin for the role."),
    ),
    "scope": Kind(
        403,
        ("密钥没有这个权限", "The key may not do this"),
        ("密钥只能做其范围内的事：read 查看，write 修改，export 导出。助手接口 /mcp 只接受密钥。",
         "A key does what its scopes name: read, write, export. Assistants at /mcp come with a key."),
        ("新建一个有该范围的密钥。", "Make a key with that scope."),
    ),
    "csrf": Kind(
        403,
        ("修改被拒绝", "This edit was refused"),
        ("表单没有带上本会话的标记。", "The form does not carry the token of this session."),
        ("重新打开页面再提交。", "Load the page anew and send the form again."),
    ),
    "origin": Kind(
        403,
        ("来源不被接受", "The request comes from elsewhere"),
        ("请求来自另一个网站的页面。", "It was sent by a page of another site."),
        ("请从本站页面或程序发出请求。", "Ask from a page of this site, or from a program."),
    ),
    "not-found": Kind(
        404,
        ("没有找到", "Not found"),
        ("没有这个地址、文档或脉络。", "There is no such address, document or thread."),
        ("用搜索找到它。", "Search for it."),
    ),
    "user": Kind(
        404,
        ("没有这个用户", "There is no such user"),
        ("没有这个用户，或该操作不能用于此用户。", "Nobody is that user, or this cannot be done to that one."),
        ("在“用户”页查看名称。", "Look the name up on the page of users."),
    ),
    "method": Kind(
        405,
        ("不支持这种方法", "This method is not allowed"),
        ("该地址不接受这种 HTTP 方法；Allow 列出可用的方法。", "The address takes others; Allow names them."),
        ("改用列出的方法。", "Use one of them."),
    ),
    "no-alerter": Kind(
        409,
        ("还没有订阅", "There are no subscriptions yet"),
        ("提醒服务还没有启动过，订阅由它读入。", "The alerter, which takes subscriptions in, was never started."),
        ("启动提醒服务：它会读入 config/subscriptions.yaml。", "Start one: it takes config/subscriptions.yaml over."),
    ),
    "feeds": Kind(
        409,
        ("订阅地址过多", "Too many feeds"),
        ("每个用户最多有 100 个可用的订阅地址。", "A user has at most 100 feeds that can be read without signing in."),
        ("在“账号”页撤销不再使用的。", "Revoke one that is not read any more, on the account page."),
    ),
    "gone": Kind(
        410,
        ("文档已删除", "The document was deleted"),
        ("文档曾经存在，因保存期已满（pruned）或应请求（erased）而删除。",
         "It was here; its text was deleted by age (pruned) or on request (erased)."),
        ("不要再请求它。", "Do not ask for it again."),
    ),
    "too-large": Kind(
        413,
        ("内容过大", "The request is too large"),
        ("表单最多 1 MiB，助手的问题最多 256 KiB。", "A form has at most 1 MiB, a question of an assistant 256 KiB."),
        ("请缩短内容。", "Send less."),
    ),
    "parameter": Kind(
        422,
        ("参数无法使用", "A parameter cannot be used"),
        ("errors 列出每个有误的参数。", "`errors` names each that is wrong, and why."),
        ("按接口说明 /api/v1/openapi.json 修改。", "Change it as /api/v1/openapi.json describes."),
    ),
    "too-many": Kind(
        429,
        ("请求过多", "Too many requests"),
        ("这段时间内的请求超过了上限。", "More was asked than is allowed in this time."),
        ("等 Retry-After 所说的秒数后再试。", "Ask again after the seconds that Retry-After names."),
    ),
    "waiting": Kind(
        429,
        ("待答复的请求过多", "Too many requests wait"),
        ("每人同时最多有 10 个同类请求等待预警器答复。",
         "Of each kind at most 10 requests of a reader wait for an alerter's answer."),
        ("先看已有请求的答复；若一直没有，预警器可能没有运行。",
         "Look at the answers first; where none comes, no alerter may be running."),
    ),
    "fault": Kind(
        500,
        ("出错了", "Something went wrong"),
        ("这是我们的错误，已写入日志。", "The fault is ours; it was written to the log."),
        ("稍后再试；若仍出错，请告诉运维者。", "Try again later; if it stays, tell whoever runs this."),
    ),
    "away": Kind(
        503,
        ("暂时无法查询数据库", "The database cannot be asked"),
        ("数据库此刻没有应答。", "It does not answer at the moment."),
        ("等 Retry-After 所说的秒数后再试。", "Ask again after the seconds that Retry-After names."),
    ),
    "busy": Kind(
        503,
        ("正忙", "Too much at once"),
        ("同时进行的导出、打印或等待外部结果的请求已达上限，或服务正在启动。",
         "As many exports, prints or requests that wait for others are running as may, or it is starting."),
        ("等 Retry-After 所说的秒数后再试。", "Ask again after the seconds that Retry-After names."),
    ),
}  # fmt: skip
BY_STATUS: Mapping[int, str] = {
    400: "query", 401: "signed-out", 403: "role", 404: "not-found", 405: "method", 410: "gone", 413: "too-large",
    422: "parameter", 429: "too-many", 500: "fault", 503: "away",
}  # fmt: skip
"""The kind of a problem that names none."""
