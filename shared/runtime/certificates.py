"""When certificates end: the dates are read from the PEM files that a process was told to use.

The standard library tells the dates of authorities only, so the few fields before the dates are walked over here:
Certificate → tbsCertificate → [version], serial, algorithm, issuer, validity (RFC 5280, section 4.1).
"""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from psycopg.pq import Conninfo
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

DATABASE = ("sslrootcert", "sslcert")
"""libpq's names for the authority that signed the database's certificate, and for this client's own."""
_OF_THE_MACHINE = "system"
"""As sslrootcert: no file, the authorities that the machine trusts (libpq 16)."""
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE, _VERSION, _UTC_TIME, _TIME = 0x30, 0xA0, 0x17, 0x18
"""Tags of X.690; UTCTime writes two digits of the year, GeneralizedTime four."""


def earliest_end(file: Path) -> datetime | None:
    """When the first of the file's certificates ends (UTC); None for a file without one.

    Raises OSError when it cannot be read, ValueError when what stands in it is no certificate.
    """
    ends = [_end(base64.b64decode(each)) for each in _PEM.findall(file.read_bytes())]
    return min(ends, default=None)


def files_of_database(url: str) -> dict[str, Path]:
    """The files of certificates by which `url` is connected to, each by the name of its variable: PGSSLROOTCERT,
    PGSSLCERT. What the address says comes before the environment, as with libpq; empty for no address of a database.
    """
    try:
        told = dict(make_url(url).query)
    except (ArgumentError, ValueError):
        return {}
    known = {one.keyword.decode(): one.val.decode() for one in Conninfo.get_defaults() if one.val}
    named = {name: told.get(name) or known.get(name) for name in DATABASE}
    return {
        f"pg{name}": Path(value) for name, value in named.items() if isinstance(value, str) and value != _OF_THE_MACHINE
    }


def _end(der: bytes) -> datetime:
    try:
        (_, certificate), *_ = _parts(der)
        (_, signed), *_ = _parts(certificate)
        fields = [part for part in _parts(signed) if part[0] != _VERSION]
        (_, _), (tag, end) = _parts(fields[3][1])
    except (IndexError, ValueError) as error:
        raise ValueError(f"no certificate: {error}") from error
    # RFC 5280, 4.1.2.5.1: two digits of 50 and above are of the last century.
    century = ("19" if end[:2] >= b"50" else "20") if tag == _UTC_TIME else ""
    if tag not in (_UTC_TIME, _TIME):
        raise ValueError(f"no certificate: its end has the tag {tag}")
    return datetime.strptime(f"{century}{end.decode('ascii')}", "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, value) of everything on this level. Raises IndexError or ValueError where the bytes end too early."""
    at = 0
    while at < len(der):
        tag, length = der[at], der[at + 1]
        at += 2
        if length & 0x80:
            digits = length & 0x7F
            length = int.from_bytes(der[at : at + digits], "big")
            at += digits
        if at + length > len(der):
            raise ValueError("it ends too early")
        yield tag, der[at : at + length]
        at += length
