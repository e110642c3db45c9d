"""Timezones by their IANA names, and the one that was probably meant."""

import difflib
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from shared.config_hints import Misfit

HOME = "Asia/Shanghai"
"""Of a team that names none: all of mainland China keeps it."""
_CHINA = frozenset({"beijing", "cst", "china", "prc time", "utc+8", "utc+08:00", "gmt+8", "+08:00", "peking"})
"""What people write for China's time; the database of zones knows none of them, or as another place's."""


def known_zone(name: str) -> str:
    """The name, where such a zone exists. Raises Misfit naming the nearest one."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Misfit((), f"no timezone is called {name}", _meant(name)) from None
    return name


def _meant(name: str) -> str:
    plain = name.casefold().rsplit("/", 1)[-1].replace(" ", "_")
    if plain in _CHINA:
        return f"did you mean {HOME}?"
    zones = {zone.casefold(): zone for zone in sorted(available_timezones())}
    cities = {zone.rsplit("/", 1)[-1]: zone for zone in zones}
    close = difflib.get_close_matches(name.casefold(), zones, 1) or [
        cities[city] for city in difflib.get_close_matches(plain, cities, 1)
    ]
    return f"did you mean {zones[close[0]]}?" if close else f"an IANA name such as {HOME}"
