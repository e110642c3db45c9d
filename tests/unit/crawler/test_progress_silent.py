"""How long a loop has stood still."""

import time

import pytest

from services.crawler.application.progress import Progress

pytestmark = pytest.mark.unit


def test_a_loop_stands_still_since_it_last_went_round(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress()
    assert progress.still("leases") == 0
    progress.turned("leases")
    began = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: began + 13)
    assert 12.9 < progress.still("leases") < 14
    progress.turned("leases")
    assert progress.still("leases") == 0
