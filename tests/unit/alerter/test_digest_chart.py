"""The chart of a digest, and the mail that carries it. A letter that the font lacks is a warning, and so a failure."""

import sys
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest

from services.alerter.adapters import charts
from services.alerter.adapters.charts import draw
from services.alerter.adapters.digests_page import as_html
from services.alerter.channels.mail_message import compose
from services.alerter.domain.digest import Cell, digest_of
from services.alerter.domain.digest_words import alert_of
from services.alerter.domain.wording import _LABELS
from tests.fakes.digests import CHANNEL, DAILY, DAY, END, NAMES, row

pytestmark = pytest.mark.unit

CELLS = [
    Cell(entity=entity, label=label, count=number % 4 + 1)
    for entity in (*NAMES, "")
    for number, label in enumerate(_LABELS)
]
SENDER = "luming@example.com"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_every_label_and_company_is_drawn(language: Any) -> None:
    chart = draw("strategy-2026-11-22.png", CELLS, NAMES, language)
    assert chart is not None
    assert chart.png.startswith(PNG)
    again = draw("strategy-2026-11-22.png", CELLS, NAMES, language)
    assert again is not None
    assert again.png == chart.png
    assert {"zh-Hans": "并购 1", "zh-Hant": "併購 1", "en": "merger or acquisition 1"}[language] in chart.described


def test_nothing_to_draw_is_no_chart() -> None:
    assert draw("x.png", [], NAMES, "en") is None


def test_without_chinese_letters_it_speaks_english_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    monkeypatch.setattr(charts, "_FAMILIES", ("No Such Family",))
    chart = draw("x.png", CELLS[:3], NAMES, "zh-Hans")
    assert chart is not None
    assert "no Chinese letters are installed" in chart.described


def test_without_matplotlib_a_digest_comes_without_a_chart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert draw("x.png", CELLS, NAMES, "en") is None


def test_companies_beyond_the_most_are_counted() -> None:
    many = [Cell(entity=f"company_{number}", label="partnership", count=1) for number in range(17)]
    chart = draw("x.png", many, NAMES, "en")
    assert chart is not None
    assert "3 companies are not drawn" in chart.described
    assert "company_16: partnership 1" in chart.described


def test_the_mail_of_a_digest_shows_the_chart_and_its_headings() -> None:
    whose = ("strategy", CHANNEL, "Asia/Shanghai")
    title = "<script>alert(1)</script>"
    one = row(1, "t1")
    spiked = one.__class__(**{**vars(one), "alert": one.alert.model_copy(update={"title": title})})
    digest = digest_of(whose, DAY, DAILY, [spiked], list(NAMES), [], ())
    alert = alert_of(digest, NAMES, draw("x.png", digest.cells, NAMES, "en"), END)
    mail = message_from_bytes(compose(alert, "a@example.com", SENDER, "<1@example.com>", END))
    parts: dict[str, Message] = {part.get_content_type(): part for part in mail.walk()}
    content = parts["image/png"].get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.startswith(PNG)
    page = parts["text/html"].get_payload(decode=True)
    assert isinstance(page, bytes)
    told = page.decode()
    assert f"cid:{parts['image/png']['Content-ID'][1:-1]}" in told
    assert ">Ant Group · merger or acquisition (1)</h3>" in told
    assert title not in told
    assert title not in as_html([alert])
