"""The classifier's own command as a process: services never import each other."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from services.alerter.domain.history import Key
from shared.errors import EXIT_CONFIG, ConfigError, PermanentError, UnreadableMessage
from shared.messages import DocumentClassified
from shared.messages.codec import decode

_COMMAND = (sys.executable, "-m", "services.classifier", "reclassify")


def reclassify(
    taxonomy: Path, since: datetime, config_dir: Path, database_url: str
) -> Mapping[Key, DocumentClassified]:
    """How `taxonomy` reads what is stored, by document and revision; the command's progress goes to our own screen.

    Raises ConfigError, in the classifier's words, for a wrong taxonomy; PermanentError when the command fails.
    """
    with tempfile.TemporaryDirectory(prefix="luming-reclassified-") as folder:
        out = Path(folder) / "documents.jsonl"
        arguments = ("--taxonomy", str(taxonomy), "--since", since.isoformat(), "--out", str(out))
        environment = {**os.environ, "DATABASE_URL": database_url, "CONFIG_DIR": str(config_dir)}
        ended = subprocess.run(  # noqa: S603  our own program, no shell
            (*_COMMAND, *arguments),
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=None if sys.stderr.isatty() else subprocess.PIPE,  # a terminal sees its bar, and its errors, itself
            check=False,
        )
        said = (ended.stderr or b"what it said stands above").decode("utf-8", "replace").strip()
        if ended.returncode == EXIT_CONFIG:
            wrong, _, right = said.partition("\n  mend: ")
            raise ConfigError("python -m services.classifier reclassify", None, wrong, right or "see its --help")
        if ended.returncode != 0:
            raise PermanentError(f"`python -m services.classifier reclassify` ended with {ended.returncode}: {said}")
        return read_lines(out)


def read_lines(path: Path) -> dict[Key, DocumentClassified]:
    """The documents of a file of JSON lines. Raises PermanentError naming the line of one that cannot be read."""
    found: dict[Key, DocumentClassified] = {}
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                document = decode(DocumentClassified, line)
            except UnreadableMessage as error:
                raise PermanentError(f"{path}:{number}: {error}") from error
            found[document.document_id, document.revision] = document
    return found
