"""What a person sets for a run of the chaos tests, looked at before the first of them."""

import random
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from deploy.local.writing import check_writable
from shared.errors import ConfigError

LARGEST = 18
"""Digits of a seed."""


def chosen_seed(environment: MutableMapping[str, str]) -> int:
    """The seed that SEED names, or one by chance, which the run's other processes then find there too.

    Raises ConfigError for what is no whole number.
    """
    told = environment.get("SEED") or str(random.SystemRandom().randrange(1, 1_000_000))
    if not re.fullmatch(f"-?[0-9]{{1,{LARGEST}}}", told):
        right = "the number that an earlier run printed as SEED, or leave it unset"
        raise ConfigError("environment variable SEED", None, f"is {told!r}, which is no whole number", right)
    environment["SEED"] = told
    return int(told)


def check_summary(environment: Mapping[str, str]) -> None:
    """Try the file that SUMMARY names, its folder made. Raises ConfigError where it cannot be written."""
    if not environment.get("SUMMARY"):
        return
    file = Path(environment["SUMMARY"])
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        wrong = f"cannot be written: {error.strerror or error}"
        raise ConfigError(f"SUMMARY={file}", None, wrong, "a file in a folder that can be made") from None
    check_writable(file)
