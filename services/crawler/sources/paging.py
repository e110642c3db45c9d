"""Pages of a listing: which items of the past are wanted, and whether a further page is worth asking for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import Field

from services.crawler.domain.source import MAX_REQUESTS, Listed, Request
from shared.config_file import ConfigModel

PAGE = "page"
"""Key of `Request.carry` under which the number of the page stands, from 1."""
TAIL = "tail"
"""Key of `Request.carry` for the last address of the page before: past their end many sites repeat the last page."""


class PagedOptions(ConfigModel):
    """How far a listing is read on."""

    pages: int = Field(default=1, ge=1, le=MAX_REQUESTS)
    """Pages of one poll, at most."""
    history_pages: int = Field(default=50, ge=1, le=1_000)
    """Pages at most when the past is read back."""


def wanted(items: Iterable[Listed], since: datetime | None) -> tuple[Listed, ...]:
    """Without the items known to be older than `since`."""
    return tuple(item for item in items if since is None or not _older(item, since))


def page_of(request: Request) -> int:
    """The number of the page that was asked for, from 1."""
    return int(request.carry.get(PAGE, "1"))


def page_after(request: Request, items: Sequence[Listed], options: PagedOptions) -> int | None:
    """The number of the next page, or None: this one is empty, the last one again, wholly too old, or the last allowed.

    A single old item does not end the way back: sites pin old articles to the top of new pages.
    """
    number = page_of(request)
    if not items or items[-1].address == request.carry.get(TAIL):
        return None
    if request.since is None:
        return number + 1 if number < options.pages else None
    dated = [item for item in items if item.published is not None]
    if dated and not wanted(dated, request.since):
        return None
    return number + 1 if number < options.history_pages else None


def carried(request: Request, number: int, items: Sequence[Listed]) -> Mapping[str, str]:
    """What the question for page `number` carries on."""
    return {**request.carry, PAGE: str(number), TAIL: items[-1].address}


def _older(item: Listed, since: datetime) -> bool:
    """Whether it is older for certain: of a day alone its last minute counts."""
    if item.published is None:
        return False
    last = timedelta(days=1) if item.published.precision == "day" else timedelta(minutes=1)
    return item.published.at + last <= since
