"""An alert's way to its reader's inbox: SMTP with STARTTLS and AUTH, a mailbox on disk, and IMAP out of it."""

import imaplib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from services.alerter.adapters.charts import draw
from services.alerter.channels.email import Email
from services.alerter.domain.content import Alert, Chart
from services.alerter.domain.digest import Cell
from services.alerter.domain.presentation import plain_text, present
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN
from tests.fakes.digests import NAMES
from tests.integration.mail_room import certificate
from tests.integration.mailboxes import PASSWORD, fetched, found, imap_over, inbox, read, smtp_into

__all__ = ["certificate"]
pytestmark = pytest.mark.integration

WHOLE, PARTS, STORY, ALONE = READERS = tuple(f"{name}@example.com" for name in ("whole", "parts", "story", "alone"))
TITLE = "騰訊控股擬收購臺灣醫療雲端公司「鑫龘」🚀💊👍🏽🇭🇰"
LINE, QUOTE = "騰訊：併購 · 傳聞 🤝", "知情人士稱，雙方正就併購磋商 📈"
CELLS = [Cell(entity=entity, label="mergers_acquisitions", count=count) for count, entity in enumerate(NAMES, 1)]


@dataclass
class Post:
    """The way in and the way out of the mailboxes."""

    channel: Email
    imap_port: int
    certificate: Path


@pytest.fixture(scope="module")
def post(certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    folder = tmp_path_factory.mktemp("mailboxes")
    with smtp_into(folder, READERS, certificate) as channel, imap_over(folder, READERS, certificate) as port:
        yield Post(channel, port, certificate)


def traditional(**more: Any) -> Alert:
    event = {"label": "mergers_acquisitions", "status": "rumoured", "line": LINE, "quote": QUOTE, "paragraph": 1}
    plain: dict[str, Any] = {"language": "zh-Hant", "title": TITLE, "happened": [event]}
    return alert(**(plain | more))


@pytest.fixture(scope="module")
def chart() -> Chart:
    """As a digest carries it."""
    drawn = draw("strategy-2026-11-22.png", CELLS, NAMES, "zh-Hant")
    assert drawn is not None
    return drawn


def charted(chart: Chart) -> Alert:
    return traditional(chart={"name": chart.name, "png": b64encode(chart.png), "described": chart.described})


def test_the_mail_that_is_read_has_page_text_and_the_chart_that_the_page_names(post: Post, chart: Chart) -> None:
    sent = charted(chart)
    reference = post.channel.send(WHOLE, sent, SEEN)
    with inbox(post.imap_port, WHOLE, post.certificate) as client:
        (number,) = found(client, "HEADER", "Message-ID", reference)
        mail = read(fetched(client, number, "BODY.PEEK[]"))
    page, text = mail.get_body(("html",)), mail.get_body(("plain",))
    (image,) = (part for part in mail.walk() if part.get_content_type() == "image/png")
    assert page is not None
    assert text is not None
    assert text.get_content().splitlines() == plain_text(present(sent, SEEN)).splitlines()
    for words in (TITLE, LINE, QUOTE):
        assert words in text.get_content()
        assert words in page.get_content()
    assert f'src="cid:{image["Content-ID"][1:-1]}" alt="{chart.described}"' in page.get_content()
    assert (image.get_content_disposition(), image.get_filename()) == ("inline", "strategy-2026-11-22.png")
    assert image.get_content() == chart.png
    assert str(mail["Subject"]).endswith(f" — {TITLE}")
    assert (mail["Message-ID"], mail["To"]) == (reference, WHOLE)
    assert mail["List-Unsubscribe"] == "<mailto:luming@example.com?subject=unsubscribe%20strategy>"


def decoded(client: imaplib.IMAP4, part: str) -> bytes:
    """A part as its own head says it is encoded: the library picks what is shorter for the text."""
    raw = fetched(client, "1", f"BODY.PEEK[{part}.MIME]") + fetched(client, "1", f"BODY.PEEK[{part}]")
    payload = message_from_bytes(raw, policy=policy.default).get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def test_a_reader_that_asks_part_by_part_finds_the_chart_beside_the_page(post: Post, chart: Chart) -> None:
    post.channel.send(PARTS, charted(chart), SEEN)
    with inbox(post.imap_port, PARTS, post.certificate) as client:
        text, page, image = (decoded(client, part) for part in ("1", "2.1", "2.2"))
        head = message_from_bytes(fetched(client, "1", "BODY.PEEK[2.2.MIME]"), policy=policy.default)
        _, (structure,) = client.fetch("1", "(BODYSTRUCTURE)")
    assert TITLE in text.decode()
    assert f"cid:{head['Content-ID'][1:-1]}".encode() in page
    assert image == chart.png
    assert isinstance(structure, bytes)
    kinds = [structure.index(kind) for kind in (b'"text" "plain"', b'"text" "html"', b'"image" "png"', b'"related"')]
    assert kinds == sorted(kinds)


def test_the_mailbox_finds_all_mails_of_a_story_by_their_root(post: Post) -> None:
    first = post.channel.send(STORY, traditional(), SEEN)
    update = traditional(kind="update", fact_version=2, delivery_key="t1/2/strategy/email", first_message=first)
    second = post.channel.send(STORY, update, SEEN)
    other = post.channel.send(STORY, traditional(thread_id="t2", delivery_key="t2/1/strategy/email"), SEEN)
    with inbox(post.imap_port, STORY, post.certificate) as client:
        mails = {number: read(fetched(client, number, "BODY.PEEK[]")) for number in found(client, "ALL")}
        by_id = {str(mail["Message-ID"]): mail for mail in mails.values()}
        root = str(by_id[first]["References"])
        story = [str(mails[number]["Message-ID"]) for number in found(client, "HEADER", "References", root)]
        answers = [str(mails[number]["Message-ID"]) for number in found(client, "HEADER", "In-Reply-To", first)]
    assert set(by_id) == {first, second, other}
    assert set(story) == {first, second}
    assert answers == [second]
    assert str(by_id[second]["References"]).split() == [root, first]


def test_a_mailbox_holds_its_own_mails_and_opens_to_its_password_alone(post: Post) -> None:
    reference = post.channel.send(ALONE, traditional(), SEEN)
    with inbox(post.imap_port, ALONE, post.certificate, PASSWORD) as client:
        assert found(client, "ALL") == found(client, "HEADER", "Message-ID", reference) == ["1"]
    with (
        pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"),
        inbox(post.imap_port, ALONE, post.certificate, "wrong"),
    ):
        pass
