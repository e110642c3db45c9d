"""A database that neither answers nor refuses."""

import time

import pytest

from services.crawler.application.progress import Progress

pytestmark = pytest.mark.unit


def test_a_database_is_silent_since_the_leases_were_last_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress()
    assert progress.silent() == ""
    progress.turned("leases")
    assert progress.silent() == ""
    began = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: began + 13)
    progress.turned("polling")
    assert progress.silent() == "has not answered for 13 s"
    progress.turned("leases")
    assert progress.silent() == ""
