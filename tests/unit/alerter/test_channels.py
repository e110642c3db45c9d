"""What the console skips; what Slack's bot may not see of a workspace."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.alerter.channels.console import Console
from services.alerter.channels.slack import Slack
from shared.errors import PermanentError
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN


def test_a_damaged_line_hides_no_other(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    console = Console(file)
    console.send("", alert(), SEEN)
    file.write_bytes(b'{"half": \n\xff\xfe\n[1]\n' + file.read_bytes())
    assert console.look_up("", alert()) == alert().delivery_key
    assert console.look_up("", alert(delivery_key="t9/1/strategy/console")) is None


class Workspace(Slack):
    """One with a private channel that holds the message; what it shows depends on the token's scopes."""

    def __init__(self, scopes: str, pages: int = 1) -> None:
        super().__init__("xoxb-test", "http://127.0.0.1:1/")
        self.scopes, self.pages = scopes.split(), pages

    def _call(self, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        private = method == "conversations.history" or "private_channel" in arguments.get("types", "public_channel")
        if private and f"groups:{'history' if method == 'conversations.history' else 'read'}" not in self.scopes:
            raise PermanentError("Slack: missing_scope (HTTP 200)")
        if method == "conversations.history":
            payload = {"delivery_key": alert().delivery_key}
            return {"messages": [{"ts": "1.5", "metadata": {"event_payload": payload}}]}
        more = {"next_cursor": "more" if self.pages > 1 else ""}
        shown = [{"name": "all", "id": "C1"}, *([{"name": "deals", "id": "G2"}] if private else [])]
        return {"channels": shown, "response_metadata": more}


def test_a_message_in_a_private_channel_is_found_by_a_bot_that_has_never_posted_there() -> None:
    assert Workspace("groups:read groups:history").look_up("#deals", alert()) == "G2/1.5"


def test_a_channel_that_is_not_there_has_no_message() -> None:
    assert Workspace("groups:read").look_up("#gone", alert()) is None


@pytest.mark.parametrize(
    ("scopes", "pages", "said"),
    [("", 1, "groups:read is missing"), ("groups:read", 1, "missing_scope"), ("groups:read", 99, "do not hold it")],
)
def test_of_what_it_cannot_see_nobody_says_that_it_never_arrived(scopes: str, pages: int, said: str) -> None:
    with pytest.raises(PermanentError, match=said):
        Workspace(scopes, pages).look_up("#gone" if pages > 1 else "#deals", alert())
