"""What a run of the demo is to account for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from deploy.local.accounting import ExpectedPage
from deploy.local.newsstand.saved import NAME as SAVED
from deploy.local.newsstand.saved import load_saved
from deploy.local.newsstand.table import Table
from shared.errors import ConfigError


def from_table(table: Table, addresses: Mapping[str, str], start: datetime) -> tuple[ExpectedPage, ...]:
    """The newsstand's own pages; `addresses` by outlet, `start` of the releases."""
    return tuple(
        ExpectedPage(
            id=page.id,
            address=addresses[page.outlet] + page.path,
            revision=page.revision,
            released=start + timedelta(seconds=page.release),
            outcome=page.outcome,
            thread=page.thread,
            alerts=tuple((alert.subscription, alert.channel) for alert in page.alerts),
            reason=page.reason,
        )
        for page in table.pages
    )


def from_folder(folder: Path, addresses: Mapping[str, str], start: datetime) -> tuple[ExpectedPage, ...]:
    """Saved pages, of which only an account is wanted. Raises ConfigError when the folder cannot be read."""
    try:
        pages = load_saved(folder)
    except (OSError, ValueError, KeyError) as error:
        right = "a folder with manifest.jsonl, one page a line with `id` and `html`"
        raise ConfigError(folder, None, f"no saved pages: {error}", right) from error
    return tuple(
        ExpectedPage(page.id, addresses[SAVED] + page.path, released=start + timedelta(seconds=page.release))
        for page in pages
    )
