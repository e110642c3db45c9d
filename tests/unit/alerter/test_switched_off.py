"""A subscription that is switched off tells nobody and stays in the file."""

import pytest

from services.alerter.adapters.subscriptions_file import Known, read_subscriptions
from services.alerter.adapters.table import subscriptions_table
from services.alerter.channels import all_channels
from services.alerter.domain.routes import routes_of

pytestmark = pytest.mark.unit

TEXT = """
subscriptions:
  - name: awake
    channels: {console: true}
  - name: asleep
    active: false
    channels: {slack: "#asleep"}
    routes: [{name: below, channels: {slack: "#below"}}]
"""


def test_it_has_no_route_and_no_channel_and_is_still_checked() -> None:
    known = Known(["ant_group"], {name: channel.check_target for name, channel in all_channels().items()})
    read = read_subscriptions(TEXT, "the test", known)
    assert [route.name for route in routes_of(read.subscriptions)] == ["awake"]
    assert read.targets() == {"console"}
    assert [wish.name for _, wish in read.wishes()] == ["awake", "asleep", "below"]
    table = subscriptions_table(read)
    assert "asleep (off)" in table
    assert "awake (off)" not in table
