"""Comparing a copy of a cluster with the manifest that the server wrote with it.

As pg_verifybackup does (postgresql.org, "Backup Manifest Format"), which the wheel's PostgreSQL 18.4 has in a form that
ends with a segmentation fault on every copy.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

CHANGING = frozenset({"backup_manifest", "postgresql.auto.conf", "recovery.signal", "standby.signal"})
"""Files that a restore changes; the log in pg_wal has checks of its own in every record."""


def damages(place: Path) -> Iterator[str]:
    """What is wrong with the copy, in words; nothing where it is whole."""
    try:
        raw = (place / "backup_manifest").read_bytes()
        manifest = json.loads(raw)
        head, _, _ = raw.rpartition(b'"Manifest-Checksum"')
        if hashlib.sha256(head).hexdigest() != manifest["Manifest-Checksum"]:
            yield "the manifest itself was changed"
            return
        files = {_path(one): one for one in manifest["Files"]}
    except (OSError, ValueError, KeyError) as error:
        yield f"no manifest that can be read: {error}"
        return
    for path, told in files.items():
        if path not in CHANGING:
            yield from _differs(place / path, path, told)
    known = files.keys() | CHANGING
    for file in place.rglob("*"):
        path = str(file.relative_to(place))
        if file.is_file() and path not in known and not path.startswith("pg_wal/"):
            yield f"{path} is in no manifest"
    if not any((place / "pg_wal").glob("0*")):
        yield "the log that it needs is absent"


def _differs(file: Path, path: str, told: dict[str, str]) -> Iterator[str]:
    try:
        with file.open("rb") as opened:
            found = hashlib.file_digest(opened, told["Checksum-Algorithm"].lower()).hexdigest()
    except OSError as error:
        yield f"{path}: {error.strerror}"
        return
    if found != told["Checksum"]:
        yield f"{path}: another content than was copied"


def _path(told: dict[str, str]) -> str:
    """Names that are no UTF-8 are in hexadecimal digits."""
    return told["Path"] if "Path" in told else bytes.fromhex(told["Encoded-Path"]).decode("utf-8", "surrogateescape")
