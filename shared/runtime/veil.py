"""The last guard of secrets: what this process was told to keep is struck out of its logs and of what peers answer.

Secrets are not logged to begin with. But a library may print its settings, and a peer may repeat in its answer what it
was sent; so each line, and each answer that is kept, passes here.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, quote_plus, urlsplit

_WHOLE = re.compile(r"PASSWORD|TOKEN|SECRET|KEY")
_ADDRESS = re.compile(r"URL|PROXY")
_PLACE = ("FILE", "DIR")
"""Ends of variables that name a place where a secret lies."""
_OPEN = frozenset({"DATABASE_URL", "SECOND_READER_URL", "SLACK_API_URL"})
"""Addresses whose path is no secret; a password in them is one."""
SHORTEST = 6
"""Characters of a secret, or of a part of one, that is looked for; shorter ones stand in every other word."""


def _same(text: str) -> str:
    return text


_veil: Callable[[str], str] = _same


def hide(text: str) -> str:
    """The text with `${NAME}` in the place of each secret, however it is escaped; in base64 too."""
    return _veil(text)


def keep_secret(environment: Mapping[str, str]) -> None:
    """Have `hide` strike out the secrets of this environment from now on."""
    global _veil
    _veil = veil(environment)


def veil(environment: Mapping[str, str]) -> Callable[[str], str]:
    """What strikes the secrets of `environment` out of a text."""
    names = {form: name for name, value in environment.items() for part in parts(name, value) for form in _forms(part)}
    if not names:
        return _same
    pattern = re.compile("|".join(re.escape(form) for form in sorted(names, key=len, reverse=True)))
    return lambda text: pattern.sub(lambda found: f"${{{names[found[0]]}}}", text)


def parts(name: str, value: str) -> Iterator[str]:
    """What of a variable is secret: all of a password; of an address its password, and path and query of a webhook."""
    if name.endswith(_PLACE):
        return
    if _WHOLE.search(name):
        yield value
        return
    if not _ADDRESS.search(name):
        return
    try:
        split = urlsplit(value)
        yield split.password or ""
    except ValueError:
        yield value
        return
    if name not in _OPEN:
        yield split.path.strip("/")
        yield split.query


def _forms(secret: str) -> Iterator[str]:
    if len(secret) < SHORTEST:
        return
    yield from {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
    yield repr(secret)[1:-1]
    raw = secret.encode("utf-8", "surrogateescape")
    for shift in range(3):
        inner = b64encode(b"\x00" * shift + raw)[4:-4].decode()  # the ends depend on what stands beside it
        if len(inner) > SHORTEST:
            yield inner
