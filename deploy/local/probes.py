"""How a process of this machine is asked whether it lives and whether it is ready."""

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

TIMEOUT = 2.0
"""Seconds a process has to answer one question."""


@dataclass(frozen=True)
class Answer:
    """What a process says of itself."""

    alive: bool
    """It answered, and did not say that it makes no progress."""
    ready: bool
    why: str = ""
    """What is missing, in its own words."""


Probe = Callable[[], Answer]
SILENT = Answer(alive=False, ready=False, why="no answer")


def _ask(port: int, path: str) -> tuple[bool, str]:
    """Whether the answer was 200, and what is missing. Raises OSError when there is no answer."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=TIMEOUT):
            return True, ""
    except HTTPError as error:
        body = error.read(10_000)
    try:
        missing = json.loads(body)["missing"]
    except (ValueError, KeyError, TypeError):
        return False, body.decode("utf-8", "replace")[:200]
    return False, ", ".join(f"{name}: {why}" for name, why in missing.items())


def service_probe(port: int) -> Probe:
    """Asks /healthz and /readyz of a service."""

    def probe() -> Answer:
        try:
            alive, illness = _ask(port, "/healthz")
            ready, missing = _ask(port, "/readyz")
        except (OSError, HTTPException):
            return SILENT
        return Answer(alive, alive and ready, illness or missing)

    return probe


def port_probe(port: int) -> Probe:
    """Ready when the port takes connections: for a process that has no more to say."""

    def probe() -> Answer:
        try:
            socket.create_connection(("127.0.0.1", port), TIMEOUT).close()
        except OSError:
            return SILENT
        return Answer(alive=True, ready=True)

    return probe


def file_probe(file: Path) -> Probe:
    """Ready when the process has written the file."""

    def probe() -> Answer:
        return Answer(alive=True, ready=file.is_file(), why="" if file.is_file() else f"{file.name} is not written yet")

    return probe
