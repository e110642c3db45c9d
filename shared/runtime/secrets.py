"""Secrets from files: SMTP_PASSWORD_FILE names one that holds SMTP_PASSWORD, or the folder SECRETS_DIR has it by name.

A password in a file is seen by nobody who lists processes or prints an environment, and a mounted Secret of Kubernetes,
Docker's /run/secrets and systemd's $CREDENTIALS_DIRECTORY are such files. Every variable whose name says that it may
hold a secret can be given so; it is put into the environment of this process before anything reads it, so that
settings, channels, sources and options of commands need not know of it.
"""

import os
import re
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from shared.errors import EXIT_CONFIG, ConfigError
from shared.runtime.veil import keep_secret

SECRET = re.compile(r"PASSWORD|TOKEN|SECRET|KEY|URL|USERNAME|PROXY")
"""Variables that may hold a secret: an address may hold a password too."""
FOLDER = "SECRETS_DIR"
_SUFFIX = "_FILE"
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
LONGEST = 65_536
"""Bytes of a secret; what is longer is another file, named by mistake."""


def read_secrets(environment: MutableMapping[str, str]) -> None:
    """Put what files hold into `environment`. A variable that is set to nothing counts as not set.

    Raises ConfigError for a file that cannot be read, and for a secret that is given twice. No message repeats one.
    """
    for name, path, teller in list(_named(environment)):
        if environment.get(name):
            raise ConfigError(f"environment variable {name}", None, f"is set, and {teller} too", "set one of them")
        environment[name] = _content(path, teller)
        environment.pop(f"{name}{_SUFFIX}", None)  # a child is told once


def secrets_of_this_process() -> None:
    """Read the secrets of this process, and strike them out of all it logs; or say what is wrong and leave.

    What each program does before its command.
    """
    try:
        read_secrets(os.environ)
        keep_secret(os.environ)
    except ConfigError as error:
        os.write(2, f"{error}\n".encode())
        raise SystemExit(EXIT_CONFIG) from None


def _named(environment: MutableMapping[str, str]) -> Iterator[tuple[str, Path, str]]:
    """Variable, its file, and what names that file; each variable once."""
    direct = set()
    for teller, named in environment.items():
        name = teller.removesuffix(_SUFFIX)
        if named and name != teller and SECRET.search(name):
            direct.add(name)
            yield name, Path(named), f"environment variable {teller}"
    folder = environment.get(FOLDER)
    if not folder:
        return
    try:
        found = sorted(Path(folder).iterdir())
    except OSError as error:
        right = "a folder whose files are named as variables"
        raise ConfigError(f"environment variable {FOLDER}", None, f"cannot be read: {error.strerror}", right) from None
    for path in found:
        known = path.name in direct or environment.get(path.name)
        if _VARIABLE.fullmatch(path.name) and path.is_file() and not known:
            yield path.name, path, f"environment variable {FOLDER}"


def _content(path: Path, teller: str) -> str:
    """The secret without the newline that editors put at the end."""
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST + 1)
        text = raw.decode()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigError(
            teller, None, f"names {path}, which cannot be read: {why}", "a file with the secret"
        ) from None
    secret = text.rstrip("\r\n")
    if len(raw) > LONGEST or not secret or "\x00" in secret:
        right = f"a file of 1 to {LONGEST} bytes of text"
        raise ConfigError(teller, None, f"names {path}, which holds no secret", right)
    return secret
