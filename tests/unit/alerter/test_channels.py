"""What the channels cut off and what they skip."""

from pathlib import Path

import pytest

from services.alerter.channels.console import Console
from services.alerter.channels.slack import blocks
from services.alerter.domain.presentation import present
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN


def shown(title: str) -> str:
    text: str = blocks(present(alert(title=title), SEEN))[0]["text"]["text"]
    return text


def test_a_long_text_is_cut_at_its_end() -> None:
    text = shown("R&D " + "x" * 5000)
    assert "R&amp;D" in text
    assert 2890 < len(text) <= 2901


@pytest.mark.parametrize("letters", range(2860, 2901))
def test_a_cut_leaves_no_unfinished_entity(letters: int) -> None:
    text = shown("x" * letters + "&" * 20)
    assert "&" not in text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")


def test_a_damaged_line_hides_no_other(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    console = Console(file)
    console.send("", alert(), SEEN)
    file.write_bytes(b'{"half": \n\xff\xfe\n[1]\n' + file.read_bytes())
    assert console.look_up("", alert()) == alert().delivery_key
    assert console.look_up("", alert(delivery_key="t9/1/strategy/console")) is None
