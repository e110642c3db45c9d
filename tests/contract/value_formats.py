"""Formats of a manifest's texts: schemas take any string there, the API server or an operator does not."""

import re
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from pathlib import PurePosixPath
from zoneinfo import available_timezones

Check = Callable[[str], bool]

PUBLISHED = re.compile(
    r"ghcr\.io/cloudnative-pg/postgresql:(\d+)(\.\d+)?-(minimal|standard|system)-(?:bookworm|trixie)(@sha256:[0-9a-f]{64})?"
)
"""Tags of github.com/cloudnative-pg/postgres-containers: version, flavour, release of Debian."""
_CRON = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
"""Lowest and highest of minute, hour, day, month, day of the week."""
_CRON_PART = re.compile(r"(?:\*|(\d+)(?:-(\d+))?)(?:/([1-9]\d*))?")


def among(*words: str) -> Check:
    """One of these words."""
    return frozenset(words).__contains__


def shaped(pattern: str) -> Check:
    """A text that the whole of the pattern fits."""
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


quantity = shaped(r"\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?")
"""kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity, as far as it is used."""
go_duration = shaped(r"(\d+(\.\d+)?(ns|us|ms|s|m|h))+")
"""pkg.go.dev/time#ParseDuration: External Secrets."""
prometheus_duration = shaped(r"(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?(?<=.)")
"""The Prometheus operator's Duration: its units once each, the greatest first."""
postgresql_time = shaped(r"\d+(us|ms|s|min|h|d)?")
"""postgresql.org/docs/current/config-setting.html: numeric with unit."""
number = shaped(r"\d+")
absolute = shaped(r"(/[\w.-]+)+")
"""A path from the root that nothing leads out of."""
time_zone = frozenset(available_timezones()).__contains__
"""A zone of the IANA's database, by its whole name."""


def cron(text: str) -> bool:
    """Whether it is a CronJob's schedule: five fields of numbers, ranges and steps, each in its bounds."""
    fields = text.split()
    return len(fields) == len(_CRON) and all(
        _in_bounds(part, *bounds) for field, bounds in zip(fields, _CRON, strict=True) for part in field.split(",")
    )


def cron_with_seconds(text: str) -> bool:
    """Whether it is a ScheduledBackup's schedule: the second goes before the five."""
    second, _, rest = text.partition(" ")
    return all(_in_bounds(part, 0, 59) for part in second.split(",")) and cron(rest)


def _in_bounds(part: str, least: int, most: int) -> bool:
    found = _CRON_PART.fullmatch(part)
    if found is None:
        return False
    ends = [int(end) for end in found.group(1, 2) if end]
    return all(least <= end <= most for end in ends) and ends == sorted(ends)


def network(text: str) -> bool:
    """Whether it is a network of either family, without bits of a host."""
    try:
        return str(ip_network(text)) == text
    except ValueError:
        return False


def networks(text: str) -> bool:
    """Networks, comma-separated."""
    return all(network(one) for one in text.split(","))


def address(text: str) -> bool:
    """An IP address."""
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def port(text: str) -> bool:
    """A port's number."""
    return text.isascii() and text.isdecimal() and 0 < int(text) < 65_536


def relative(text: str) -> bool:
    """A file's name inside a mount: no way out of it, and not from the root."""
    path = PurePosixPath(text)
    return not path.is_absolute() and ".." not in path.parts and bool(path.parts)
