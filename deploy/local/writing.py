"""A file that a command will write at its end is tried before it begins."""

from pathlib import Path

from shared.errors import ConfigError


def check_writable(file: Path | None, variable: str = "SUMMARY") -> None:
    """Open it to append, and leave nothing behind; None is no file. Raises ConfigError naming `variable`.

    Rights alone do not tell it: root has all of them on a disk that is read-only, and in /proc.
    """
    if file is None:
        return
    try:
        there = file.exists()
        with file.open("ab"):
            pass
        if not there:
            file.unlink()
    except OSError as error:
        wrong = f"cannot be written: {error.strerror or error}"
        raise ConfigError(f"{variable}={file}", None, wrong, "a file in a folder that exists") from None
