"""Challenges are told from pages, and from articles about challenges."""

import time

import pytest

from services.crawler.domain.refusal import challenge

pytestmark = pytest.mark.unit

PARAGRAPH = (
    "<p>阿里健康公告，公司与三家医院签署合作协议，平台将接入医保在线结算，首批覆盖慢性病复诊与药品配送两项服务。</p>"
)

CHALLENGES = {
    "ruishu": (
        '<!DOCTYPE html><html><head><meta content="qVm3kK" r="m"><script r="m">$_ts=window[\'$_ts\'];if(!$_ts)$_ts={};'
        '$_ts.nsd=71234;$_ts.cd="qYWZ";</script></head><body></body></html>',
        "Ruishu",
    ),
    "aliyun": (
        "<html><script>var arg1='76B2';function reload(x){document.cookie='acw_sc__v2='+x;document.location.reload()}"
        "</script></html>",
        "Aliyun",
    ),
    "aliyun slider": (
        '<html><head><title>滑动验证页面</title><meta name="aliyun_waf_aa" content="1f"></head><body>'
        "请按住滑块，拖动到最右边</body></html>",
        "Aliyun",
    ),
    "aliyun data": (
        '{"ret":["RGV587_ERROR::SM::busy"],"data":{"url":"https://example.com/_____tmd_____/punish"}}',
        "Aliyun",
    ),
    "cloudflare": (
        "<!DOCTYPE html><html><head><title>Just a moment...</title>"
        "<script>window._cf_chl_opt={cvId:'3'};</script></head>"
        "<body><noscript>Enable JavaScript and cookies to continue</noscript></body></html>",
        "Cloudflare",
    ),
    "wechat": (
        "<html><title></title><body><h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p><a>去验证</a></body></html>",
        "环境异常",
    ),
    "visit": ("<html><head><title>访问验证</title></head><body><div id=box></div></body></html>", "访问验证"),
    "baidu": ("<html><head><title>百度安全验证</title></head><body>网络不给力，请稍后重试</body></html>", "安全验证"),
    "geetest": ("<html><body><script>initGeetest4({captchaId:'x'},f)</script></body></html>", "Geetest"),
    "google": (
        "<html><body>Our systems have detected unusual traffic from your network.</body></html>",
        "unusual traffic",
    ),
}


@pytest.mark.parametrize("name", CHALLENGES)
def test_a_challenge_is_named(name: str) -> None:
    page, who = CHALLENGES[name]
    assert who in challenge(page.encode())


def test_the_encoding_does_not_matter() -> None:
    assert challenge("<html><title>访问验证</title></html>".encode("gb18030"))


def test_a_header_or_an_address_may_tell() -> None:
    assert challenge(b"<html></html>", cloudflare="challenge") == "Cloudflare's check"
    assert challenge(b"<html></html>", "https://weixin.example/antispider/?from=x") == "a check for robots"
    assert not challenge(b"<html></html>", "https://example.com/news/captcha-market-grows")


@pytest.mark.parametrize(
    "page",
    [
        "<html><title>滑动验证码为何失灵</title><body>" + PARAGRAPH * 8 + "环境异常，完成验证后</body></html>",
        "<html><body>" + PARAGRAPH * 8 + "<script src=/TCaptcha.js></script></body></html>",
        "<html><body>" + PARAGRAPH * 30 + "<script>acw_sc__v2</script></body></html>",
        "<html><body>"
        + PARAGRAPH
        + "<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script></body></html>",
        '<?xml version="1.0"?><rss><channel><item><title>访问验证</title></item></channel></rss>',
        '{"items":[{"title":"滑动验证"}]}',
        "<html><body></body></html>",
        "环境异常",
        "",
    ],
)
def test_a_page_is_no_challenge(page: str) -> None:
    assert challenge(page.encode()) == ""


@pytest.mark.parametrize("bait", [b"<script " * 25_000, b"<!--" * 50_000, b"<" * 200_000, b"<script>" * 25_000])
def test_bait_does_not_eat_the_clock(bait: bytes) -> None:
    began = time.process_time()
    challenge(b"<html>acw_sc__v2" + bait)
    assert time.process_time() - began < 10


@pytest.mark.parametrize("junk", [b"<\xff\xfe", b"<html>\x00\xff\xd8" * 1000])
def test_bytes_are_never_an_error(junk: bytes) -> None:
    assert challenge(junk) == ""
