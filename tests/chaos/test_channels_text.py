"""Scripts, headers, mentions and cursor signs in whatever comes from outside: text in every channel, nothing more."""

import email
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from lxml import html
from sqlalchemy import Engine

from services.alerter.channels.http import Poster
from services.alerter.channels.slack import Slack
from services.alerter.channels.webhook import Webhook, verified
from services.alerter.domain.content import Alert
from services.crawler.sources.kinds.feed import Feed, FeedOptions
from tests.chaos.crawl_rig import STORY, Desk, page
from tests.conftest import ROOT
from tests.contract.test_channel_payloads import whole
from tests.fakes.channels import console_text, posted, strings_of, texts
from tests.fakes.classified import SEEN
from tests.integration.crawler_site import serve
from tests.integration.mail_room import Mailroom, mail_server, plain

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

scripts = pytest.mark.fault(50, "javascript:, CDATA, onerror in any field")
headers = pytest.mark.fault(51, "a title that makes headers")
mentions = pytest.mark.fault(52, "mentions, false links, ANSI, line ends")

SCRIPTS = (
    '<img src=x onerror=alert(1)><svg/onload=alert(1)>]]><script>alert(1)</script><![CDATA[<b onclick="a()">',
    '"><iframe src="javascript:alert(1)"></iframe><a href="javascript:alert(1)">x</a>',
    "'-alert(1)-'</title></style></textarea><body onload=alert(1)><base href=//evil.example><meta http-equiv=refresh>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
)
ADDRESSES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x",
    " javascript:1",
    'https://news.example/" onmouseover="alert(1)', "https://news.example/'><script>alert(1)</script>",
)  # fmt: skip
HEADERS = (
    "A =?UTF-8?Q?=0A?=Bcc: x@e.com", "A =?UTF-8?B?DQpCY2M6IHhAZS5jb20=?= B", "A\r\nBcc: x@e.com", "A\nBcc: x@e.com",
    "A\r\n\r\nbody", "A\x00\r\n.\r\nMAIL FROM:<x@e.com>", "A\u2028Bcc: x@e.com", "A\u0085Bcc: x@e.com",
    "\r\n.\r\nQUIT\r\n",
    "=?utf-8?q?=0D=0ABcc:_x@e.com?=" * 40, "题" * 5_000 + "\r\nBcc: x@e.com",
)  # fmt: skip
MENTIONS = (
    "<!channel> <!here> <!everyone> <@U012AB> <#C012AB> <!subteam^S1>", "<https://evil.example|gov.cn>",
    "*bold* _it_ ~no~ `code` :rotating_light: @here", "\x1b[2J\x1b]0;owned\x07\x9b31mred", "one\nline: two\r\nthree",
    "\u202egnp.exe\u2066 \u200b\ufeff", '{"level": "critical", "message": "fake"}\n{"level": "info"}',
)  # fmt: skip


def hostile(text: str, url: str = "https://news.example/a") -> Alert:
    """An alert that has the text in every field that comes from outside."""
    events = [{"label": text, "status": text, "line": text, "quote": text, "paragraph": 1}] * 2
    sentences = [{"text": text, "citations": [1]}]
    reports = [{"outlet": text, "title": text, "url": url, "when": SEEN}] * 2
    return whole(
        title=text, outlet=text, url=url, happened=events, news=[text], summary=sentences, lines=sentences,
        later=[text], points=[{"group": "deal", "points": sentences}], reports=reports, matched=[text], entities=[text],
    )  # fmt: skip


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Mailroom, Any]]:
    monkeypatch.setattr("services.alerter.channels.email._TIMEOUT", 60.0)  # what is tried is no time
    made = Mailroom()
    with mail_server(made) as port:
        yield made, plain(port)


def mailed(room: tuple[Mailroom, Any], alert: Alert) -> EmailMessage:
    """The mail as the SMTP server got it."""
    room[1].send("a@example.com", alert, SEEN)
    message = email.message_from_bytes(room[0].mails[-1][1], policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@scripts
@pytest.mark.parametrize("text", SCRIPTS)
def test_no_field_is_a_script_in_a_mail(room: tuple[Mailroom, Any], text: str) -> None:
    for url in ADDRESSES:
        body = mailed(room, hostile(text, url)).get_body(("html",))
        assert body is not None
        tree = html.fromstring(body.get_content())
        elements = [element for element in tree.iter() if isinstance(element.tag, str)]
        assert {str(element.tag) for element in elements} <= {
            "html", "head", "meta", "body", "div", "h2", "h3", "p", "a", "br", "b", "ul", "li", "blockquote", "hr",
            "table", "tbody", "tr", "td",
        }, url  # fmt: skip
        attributes = [(str(name), str(value)) for element in elements for name, value in element.attrib.items()]
        assert {name for name, _ in attributes} <= {"lang", "charset", "name", "content", "style", "href"}, url
        assert all(value.startswith("https://") for name, value in attributes if name == "href"), url


@scripts
def test_no_address_but_one_of_the_web_is_a_link_in_any_channel(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def links(plain: Any) -> Iterator[str]:
        for name, value in (
            plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
        ):
            if isinstance(value, str) and name in ("url", "href", "pc_url", "link"):
                yield value
            yield from links(value)

    for url in ADDRESSES[:5]:
        alert = hostile("标题", url)
        for name in ("slack_webhook", "feishu", "teams", "dingtalk", "wecom", "telegram"):
            plain_body = posted(name, monkeypatch, alert).plain
            assert [link for link in links(plain_body) if not link.startswith(("http://", "https://"))] == [], name
            assert not [text for text in strings_of(plain_body) if f"]({url}" in text or f'href="{url}' in text], name


@scripts
def test_scripts_in_a_feed_are_text_in_the_database(engine: Engine) -> None:
    with serve() as site:
        items = "".join(
            f"<item><title><![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]></title><link>{site.url(f'/{n}')}</link>"
            f"<author><![CDATA[<script>a()</script>]]></author><source url='javascript:1'>{'x' * n}</source></item>"
            for n, text in enumerate(SCRIPTS)
        )
        items += "".join(f"<item><title>t</title><link><![CDATA[{url}]]></link></item>" for url in ADDRESSES[:5])
        site.add("/feed.xml", f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>')
        site.add("/0", page("<![CDATA[<script>alert(1)</script>阿里健康签约]]>", STORY + SCRIPTS[0]))
        desk = Desk(engine)
        desk.poll(Feed(site.url("/feed.xml"), UTC, FeedOptions()))
        listed = desk.rows("select address from listed_pages")
        assert sorted(listed) == [(site.url(f"/{number}"),) for number in range(len(SCRIPTS))]
        desk.look(site.url("/0"))
        [(paragraphs,)] = desk.rows("select paragraphs from documents")
        assert "alert(1)" not in "".join(paragraphs), "a script's code is no text of the article"


@headers
def test_no_title_makes_a_header_or_a_command(room: tuple[Mailroom, Any]) -> None:
    clean = {name.lower() for name in mailed(room, whole())}
    for title in HEADERS:
        message = mailed(room, hostile(title))
        assert {name.lower() for name in message} <= clean, title
        assert message["Bcc"] is None
        assert len(message.get_all("Subject") or []) == 1
        raw = room[0].mails[-1][1]
        head = raw.partition(b"\r\n\r\n")[0]
        assert not [line for line in head.split(b"\r\n") if line.lower().startswith(b"bcc")]
        assert all(len(line) <= 998 for line in raw.split(b"\r\n"))  # RFC 5322, 2.1.1
        subject = str(make_header(decode_header(str(email.message_from_bytes(raw)["Subject"]))))
        assert not {"\r", "\n", "\x00", "\u2028", "\x85"} & set(subject)
    assert [recipient for recipient, _ in room[0].mails] == ["a@example.com"] * (len(HEADERS) + 1)


@headers
def test_no_field_makes_a_header_of_a_webhook(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[dict[str, str], bytes]] = []

    def hook(handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        seen.append((dict(handler.headers), body))
        handler.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    with serve() as site:
        site.pages["/hook"] = hook
        monkeypatch.setenv("WEBHOOK_OPS_URL", site.url("/hook"))
        monkeypatch.setenv("WEBHOOK_OPS_SECRET", "a secret of this test")
        for title in HEADERS:
            Webhook(Poster()).send("ops", hostile(title).model_copy(update={"delivery_key": f"t/{title}"}), SEEN)
    assert len({tuple(sorted(names)) for names, _ in seen}) == 1
    for names, body in seen:
        stamp = names["X-Luming-Timestamp"]
        assert verified("a secret of this test", stamp, names["X-Luming-Signature"], body, float(stamp))
        assert json.loads(body)["version"] == 1


@mentions
@pytest.mark.parametrize("text", MENTIONS)
def test_slack_is_told_no_mention_and_no_false_link(text: str) -> None:
    with serve() as site:
        bodies: list[dict[str, Any]] = []

        def post(handler: BaseHTTPRequestHandler) -> None:
            bodies.append(json.loads(handler.rfile.read(int(handler.headers["Content-Length"]))))
            answer = b'{"ok": true, "channel": "C1", "ts": "1.2"}'
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer)
            handler.wfile.write(head + answer)

        site.pages["/api/chat.postMessage"] = post
        Slack("xoxb-1", site.url("/api/")).send("#all", hostile(text), SEEN)
    (body,) = bodies
    assert "<" not in body["text"]
    assert ">" not in body["text"]
    assert all(sign.isprintable() for sign in body["text"])
    said = json.dumps(body["blocks"])
    assert '"mrkdwn"' not in said, "markup would be read in it"
    assert {"user", "usergroup", "broadcast", "channel"}.isdisjoint(kinds(body["blocks"]))


def kinds(plain: Any) -> set[str]:
    """The types of all parts."""
    if isinstance(plain, dict):
        own = {str(plain["type"])} if "type" in plain else set()
        return own.union(*map(kinds, plain.values()))
    return set().union(*map(kinds, plain)) if isinstance(plain, list) else set()


@mentions
@pytest.mark.parametrize("text", MENTIONS)
def test_no_channel_shows_a_sign_that_moves_a_cursor_or_makes_a_line(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, read in texts(monkeypatch).items():
        if name != "webhook":  # JSON for a program
            assert not {sign for sign in read(hostile(text)).replace("\r\n", "\n") if not sign.isprintable()} - {
                "\n"
            }, name
    lines = console_text(hostile(text)).count("\n")
    assert lines == console_text(hostile("题")).count("\n"), "a text made a line of its own"


@mentions
def test_a_hostile_text_is_one_line_of_the_log() -> None:
    program = (
        "import json, sys\nfrom shared.runtime.logs import configure_logging, get_logger\n"
        "configure_logging('crawler')\n"
        "for text in json.loads(sys.stdin.read()): get_logger('x').warning(text, title=text, error=ValueError(text))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(MENTIONS + HEADERS), capture_output=True, text=True, cwd=ROOT,
        check=True,
    )  # fmt: skip
    lines = told.stderr.splitlines()  # by every sign that anybody takes for a line's end
    assert [json.loads(line)["message"] for line in lines] == [*MENTIONS, *HEADERS]
    assert not {sign for sign in told.stderr if not sign.isprintable()} - {"\n"}
