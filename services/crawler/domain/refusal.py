"""Telling a challenge from a page: the check for robots that a site answers with, often with status 200.

A page is judged by scripts that only challenges carry, or by words in its title and text where it has next to no text:
an article about captchas is no challenge.
"""

import re

SAMPLE = 200_000
"""Bytes looked at; challenges are smaller, or carry their marks at the head."""
LITTLE_TEXT = 300
"""Characters of visible text up to which words are believed; a challenge says a sentence or two."""
SOME_TEXT = 1_200
"""Characters up to which a script that only challenges carry is believed; above, the page is an article."""

_SCRIPTS: tuple[tuple[str, int, tuple[bytes, ...]], ...] = (
    (
        "Ruishu's check",
        SOME_TEXT,
        (b"$_ts=window", b"$_ts = window", b"$_ts.nsd", b"$_ts.cd", b"['$_ts']", b'["$_ts"]'),
    ),
    (
        "Aliyun's check",
        SOME_TEXT,
        (b"acw_sc__v2", b"acw_sc__v3", b"aliyun_waf_", b"/aliyuncaptcha", b"_waf_is_mob", b"rgv587_error"),
    ),
    ("Cloudflare's check", SOME_TEXT, (b"_cf_chl_opt", b"/cdn-cgi/challenge-platform/h/", b"cf_captcha_kind")),
    ("DataDome's check", SOME_TEXT, (b"captcha-delivery.com/",)),
    ("Imperva's check", SOME_TEXT, (b"/_incapsula_resource?",)),
    ("Jiasule's check", SOME_TEXT, (b"__jsl_clearance",)),
    # Sites load these for a log-in or a comment box too.
    ("PerimeterX's check", LITTLE_TEXT, (b"px-captcha", b"_pxappid")),
    ("Tencent's check", LITTLE_TEXT, (b"tencentcaptcha(", b"secitptpage/verify", b"/tcaptcha")),
    ("Geetest's check", LITTLE_TEXT, (b"initgeetest",)),
    ("Yidun's check", LITTLE_TEXT, (b"initnecaptcha",)),
)
_WORDS = """
环境异常|環境異常|访问验证|訪問驗證|安全验证|安全驗證|滑动验证|滑動驗證|拖动滑块|请完成验证|完成验证后|人机验证|
人機驗證|请输入验证码|機器人驗證|机器人验证|访问过于频繁|访问频率过高|请求过于频繁|您的访问被拦截|您的访问被拒绝|
请求被拦截|网站防火墙|异常访问|just a moment...|attention required!|checking your browser|verify you are human|
verify that you are human|verifying you are human|are you a robot|unusual traffic|press & hold to confirm|
enable javascript and cookies to continue|complete the security check"""
_MARKS = tuple((word, word.encode(), word.encode("gb18030")) for word in _WORDS.replace("\n", "").split("|"))
_PATH = re.compile(r"/(?:antispider|captcha|anti_?bot|punish|humancheck|sorry/index)(?:[/?.]|$)", re.IGNORECASE)
# Of a sample in small letters. Runs that hold no end are taken whole: to try each byte takes six times as long.
_HIDDEN = re.compile(
    rb"<(script|style|template)\b[^<>]{0,2000}>[^<]*+(?:<(?!/\1\s*>)[^<]*+)*+(?:</\1\s*>)?"
    rb"|<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->)?"
)
_TAG = re.compile(rb"<[^<>]{0,2000}>")


def challenge(body: bytes, address: str = "", cloudflare: str = "") -> str:
    """Whose check for robots this answer is; empty for none. Pure, never raises.

    `address`: where the answer came from. `cloudflare`: the header `cf-mitigated`, which names a challenge.
    """
    if cloudflare.strip().lower() == "challenge":
        return "Cloudflare's check"
    sample = body[:SAMPLE].lower()
    if not _is_markup(sample):
        return ""
    size = _visible_size(sample)
    if size > SOME_TEXT:  # most pages: to look for all marks takes ten times as long as to measure the text
        return ""
    for name, most, marks in _SCRIPTS:
        if size <= most and any(mark in sample for mark in marks):
            return name
    if size > LITTLE_TEXT:
        return ""
    said = next((word for word, utf8, gb in _MARKS if utf8 in sample or gb in sample), "")
    if said or _PATH.search(address):
        return f"a check for robots ({said})" if said else "a check for robots"
    return ""


def _is_markup(sample: bytes) -> bool:
    """Whether it is a page (or Aliyun's answer to a script), not a feed or data: those hold articles' words."""
    head = sample[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        return b"rgv587_error" in head
    return head.startswith(b"<") and not head.startswith((b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex"))


def _visible_size(sample: bytes) -> int:
    """Roughly how many characters a reader sees, spaces left out."""
    text = b"".join(_TAG.sub(b" ", _HIDDEN.sub(b" ", sample)).split())
    try:
        return len(text.decode("utf-8"))
    except UnicodeDecodeError:
        return len(text.decode("gb18030", "replace"))
