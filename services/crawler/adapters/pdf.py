"""PDFs as text: read by pdfium in a child process under limits, since a PDF is a program and its readers have holes."""

import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from services.crawler.application.values import Article
from services.crawler.domain.extraction.language import detect
from services.crawler.domain.pdf_text import Line, believable_title, paragraphs
from shared.errors import PermanentError, TransientError

SECONDS = 20.0
"""For the child in all; its own limit of CPU time is shorter."""

_CHILD = Path(__file__).with_name("pdf_child.py")
_TOLD = {signal.SIGXCPU: "it takes too long to read", signal.SIGKILL: "it takes too long to read"}


def read_pdf(body: bytes) -> Article:
    """The article in a PDF; no title where its properties name none that is believable.

    Raises PermanentError for one that is damaged, encrypted or takes too much; TransientError when no process starts.
    """
    found = _told(body)
    if "error" in found:
        raise PermanentError(_in_words(str(found["error"])))
    pages = [[Line(*line) for line in page] for page in found["pages"]]
    text = paragraphs(pages)
    return Article(believable_title(str(found["title"])), text, detect("\n".join(text)))


def _told(body: bytes) -> dict[str, Any]:
    """What the child wrote. Files instead of pipes: what it writes is limited by the kernel."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as written:
        given.write(body)
        given.seek(0)
        command = [sys.executable, "-I", str(_CHILD)]
        try:
            ended = subprocess.run(  # noqa: S603  # this very interpreter and a file of the project
                command, stdin=given, stdout=written, stderr=subprocess.DEVNULL, timeout=SECONDS, env={}, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise PermanentError(f"a PDF that takes more than {SECONDS:g} s to read") from error
        except OSError as error:
            raise TransientError(f"no process to read a PDF: {error}") from error
        if ended.returncode != 0:
            why = _TOLD.get(signal.Signals(-ended.returncode)) if ended.returncode < 0 else None
            raise PermanentError(f"a PDF that cannot be read: {why or f'its reader broke ({ended.returncode})'}")
        written.seek(0)
        try:
            found = json.load(written)
        except ValueError as error:
            raise PermanentError("a PDF that cannot be read: its reader said nothing") from error
        return dict(found)


def _in_words(error: str) -> str:
    if "assword" in error or "ecurity" in error:
        return "an encrypted PDF"
    if "memory" in error:
        return f"a PDF that cannot be read: {error}"
    return f"a damaged PDF: {error[:200]}"
