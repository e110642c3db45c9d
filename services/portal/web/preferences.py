"""How a reader wants pages: language, timezone, colours. The address says it, else a cookie, else the browser."""

from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from re import compile as pattern
from typing import Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from starlette.requests import Request
from starlette.responses import Response

from services.portal.web.cookies import value_of
from services.portal.web.words import Speech

Theme = Literal["auto", "light", "dark"]
ZONE = "Asia/Shanghai"
"""Where most readers are."""
ZONES = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "Europe/London", "Europe/Berlin",
         "America/New_York", "America/Los_Angeles", "UTC")  # fmt: skip
"""Offered in the page; every IANA name and offsets such as +08:00 are taken from the address."""
NAMES = ("lang", "tz", "theme")
"""Parameters of any page, and the cookies in which they are remembered."""
YEAR = 365 * 24 * 3600
_OFFSET = pattern(r"[+-]?(\d{1,2}):?([0-5]\d)?")
_WEIGHTED = pattern(r"\s*([a-zA-Z*-]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")


@dataclass(frozen=True, slots=True)
class Preferences:
    """How one answer is to look."""

    speech: Speech
    zone: tzinfo
    zone_name: str
    theme: Theme


def preferences_of(request: Request) -> Preferences:
    """What the reader wants; a value that means nothing is passed over."""
    speech: Speech = "zh"
    for told in (request.query_params.get("lang"), value_of(request.headers, "lang")):
        if told in get_args(Speech):
            speech = told  # type: ignore[assignment]  # it is one of them
            break
    else:
        speech = speech_of(request.headers.get("accept-language", ""))
    name, zone = ZONE, zone_of(ZONE)
    for told in (request.query_params.get("tz"), value_of(request.headers, "tz")):
        found = zone_of(told) if told else None
        if told and found is not None:
            name, zone = told, found
            break
    theme: Theme = "auto"
    for told in (request.query_params.get("theme"), value_of(request.headers, "theme")):
        if told in get_args(Theme):
            theme = told  # type: ignore[assignment]  # it is one of them
            break
    return Preferences(speech, zone or ZoneInfo(ZONE), name, theme)


def remember(request: Request, chosen: Preferences, answer: Response) -> None:
    """Keep what the address said for the pages that follow."""
    held = {"lang": chosen.speech, "tz": chosen.zone_name, "theme": chosen.theme}
    for name in NAMES:
        if request.query_params.get(name) == held[name]:
            answer.set_cookie(name, held[name], max_age=YEAR, samesite="lax", httponly=True)


def speech_of(header: str) -> Speech:
    """The language of the interface for an Accept-Language header: Chinese unless English is wanted more."""
    wanted: dict[str, float] = {}
    for part in header[:500].split(","):
        found = _WEIGHTED.fullmatch(part)
        if found is not None:
            tongue = found[1].lower().partition("-")[0].replace("*", "zh")  # any will do
            wanted[tongue] = max(wanted.get(tongue, 0.0), float(found[2] or 1.0))
    return "en" if wanted.get("en", 0.0) > wanted.get("zh", 0.0) or (wanted and "zh" not in wanted) else "zh"


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo | None:
    """A timezone by its IANA name or its offset (+08:00, 8, -0330); None when it is neither."""
    name = name.strip()
    if name in _names():
        return ZoneInfo(name)
    offset = _OFFSET.fullmatch(name)
    if offset is None:
        return None
    span = timedelta(hours=int(offset[1]), minutes=int(offset[2] or 0))
    return timezone(-span if name.startswith("-") else span) if span <= timedelta(hours=14) else None


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    """A name is looked up among these: it never becomes a path."""
    return frozenset(available_timezones())
