"""What the console skips."""

from pathlib import Path

from services.alerter.channels.console import Console
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN


def test_a_damaged_line_hides_no_other(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    console = Console(file)
    console.send("", alert(), SEEN)
    file.write_bytes(b'{"half": \n\xff\xfe\n[1]\n' + file.read_bytes())
    assert console.look_up("", alert()) == alert().delivery_key
    assert console.look_up("", alert(delivery_key="t9/1/strategy/console")) is None
