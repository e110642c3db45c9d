"""Twins of one article that sites serve under several addresses, folded to the form readers know.

Source of each rule: public code that reads these sites, collected 2026-11-22; none was seen live.
"""

import re
from urllib.parse import parse_qsl, quote, urlsplit

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"https?://{pattern}", re.IGNORECASE), form)
    for pattern, form in (
        (r"(?:www|m)\.sohu\.com/a/(\d+)_(\d+).*", r"https://www.sohu.com/a/\1_\2"),
        (r"(?:www|m)\.yicai\.com/(?:vip/)?(news|brief)/(\d+)\.html.*", r"https://www.yicai.com/\1/\2.html"),
        (r"(?:www\.|m\.)?36kr\.com/(p|newsflashes)/(\d+).*", r"https://www.36kr.com/\1/\2"),
        (r"(?:www|m)\.jiemian\.com/article/(\d+)\.html.*", r"https://www.jiemian.com/article/\1.html"),
        (r"(?:www\.|m\.|api3\.)?cls\.cn/(?:detail|share/article)/(\d+).*", r"https://www.cls.cn/detail/\1"),
        (r"(?:finance|stock|wap|hk)\.eastmoney\.com/a/(\d{12,})\.html.*", r"https://finance.eastmoney.com/a/\1.html"),
        (r"(?:news|new|view\.inews)\.qq\.com/(?:rain/a|a|k)/(\w+).*", r"https://news.qq.com/rain/a/\1"),
        (r"new\.qq\.com/omn/(?:\d{8}/)?(\d{8}[AV]\w+).*", r"https://news.qq.com/rain/a/\1"),
        (r"finance\.sina\.cn/(.*/)?detail-(i\w+)\.d\.html.*", r"https://finance.sina.com.cn/\1doc-\2.shtml"),
        (r"(\w+)\.sina\.com\.cn/(.*/)?doc-(i\w+)\.shtml.*", r"https://\1.sina.com.cn/\2doc-\3.shtml"),
        (r"cj\.sina\.(?:com\.)?cn/articles/view/(\d+)/(\w+).*", r"https://cj.sina.com.cn/articles/view/\1/\2"),
        (r"(?:www|m)\.nbd\.com\.cn/(articles/\d{4}-\d\d-\d\d/\d+\.html).*", r"https://www.nbd.com.cn/\1"),
        (r"(?:www|m)\.stcn\.com/(article/detail/\d+\.html).*", r"https://www.stcn.com/\1"),
        (r"(?:www|m)\.huxiu\.com/(article/\d+\.html).*", r"https://www.huxiu.com/\1"),
        (r"www\.caixinglobal\.com/(\d{4}-\d\d-\d\d/[\w-]+\.html).*", r"https://www.caixinglobal.com/\1"),
        (r"(?:www|m|3g)\.163\.com/(?:\w+/)?article/(\w+)\.html.*", r"https://www.163.com/dy/article/\1.html"),
        (r"c\.m\.163\.com/news/a/(\w+)\.html.*", r"https://www.163.com/dy/article/\1.html"),
        (
            r"(?:www|m)\.thepaper\.cn/(?:detail/|newsDetail_forward_)(\d+).*",
            r"https://www.thepaper.cn/newsDetail_forward_\1",
        ),
        (r"m\.ithome\.com/html/(\d{3})(\d{3,4})\.htm.*", r"https://www.ithome.com/0/\1/\2.htm"),
        (r"(?:big5\.)?www\.gov\.cn/(?:gate/big5/www\.gov\.cn/)?(.*content_\d+\.htm).*", r"https://www.gov.cn/\1"),
        (r"mp\.weixin\.qq\.com/s/([\w-]+).*", r"https://mp.weixin.qq.com/s/\1"),
        (r"www1?\.hkexnews\.hk/(listedco/.*\.(?:pdf|htm)).*", r"https://www1.hkexnews.hk/\1"),
        (r"(\w+)\.caixin\.com/(\d{4}-\d\d-\d\d/\d+\.html).*", r"https://\1.caixin.com/\2"),
        (r"news\.google\.com/(?:rss/)?(?:articles|read)/([\w-]+).*", r"https://news.google.com/rss/articles/\1"),
        (r"www\.hkej\.com/instantnews/([\w-]+)/article/(\d+).*", r"https://www.hkej.com/instantnews/\1/article/\2"),
        (
            r"(www\.nhsa|scjg\.hangzhou|zjamr\.zj)\.gov\.cn/art/(\d+/\d+/\d+/art_\d+_\d+\.html).*",
            r"https://\1.gov.cn/art/\2",
        ),
        (
            r"(?:www|m)\.cn-healthcare\.com/article/(\d{8})/(?:wap-)?content-(\d+)\.html.*",
            r"https://www.cn-healthcare.com/article/\1/content-\2.html",
        ),
    )
)

_BING = frozenset({"bing.com", "www.bing.com", "cn.bing.com"})
"""Hosts whose `apiclick.aspx` names the article's own address."""

_WECHAT = re.compile(r"https?://mp\.weixin\.qq\.com/(?:s|mp/appmsg/show)/?\?.*", re.IGNORECASE)
_WECHAT_NAMES = {"__biz": "__biz", "mid": "mid", "appmsgid": "mid", "idx": "idx", "itemidx": "idx", "sn": "sn"}
"""What names a WeChat article: the account, the message, the article's place in it, a signature; with older names."""


def by_host(address: str) -> str:
    """The form that readers know, or `address` itself where no rule speaks of it."""
    parts = urlsplit(address)
    if (parts.hostname or "") in _BING and parts.path.endswith("apiclick.aspx"):
        address = dict(parse_qsl(parts.query)).get("url", address)
    if _WECHAT.fullmatch(address):
        return _wechat(address)
    for pattern, form in _RULES:
        found = pattern.fullmatch(address)
        if found:
            return found.expand(form)
    return address


def _wechat(address: str) -> str:
    """A WeChat article by what names it alone; whole where more of the name is missing than the signature."""
    said = parse_qsl(urlsplit(address.replace("&amp;", "&")).query)
    known = {_WECHAT_NAMES[key]: value for key, value in reversed(said) if key in _WECHAT_NAMES}
    if not {"__biz", "mid", "idx"} <= known.keys():
        return re.sub("^http:", "https:", address)
    named = "&".join(f"{key}={quote(known[key], safe='=')}" for key in ("__biz", "mid", "idx", "sn") if key in known)
    return f"https://mp.weixin.qq.com/s?{named}"
