"""The child that reads a PDF: its own program, without the project, so that a PDF that breaks it breaks nothing else.

stdin: the PDF. stdout: JSON with `title` and `pages` of lines, or `error`. Limits are set before the PDF is looked at;
after that no file can be opened, no process started and nothing sent anywhere.
"""

import codecs
import ctypes
import json
import resource
import sys
from typing import Any

CPU_SECONDS = 6
MEMORY = 1_000_000_000
"""Bytes of address space; the reader itself takes a fifth."""
OUTPUT = 16_000_000
"""Bytes that may be written."""
PAGES = 60
"""Pages read."""
CHARACTERS = 400_000
"""Characters read in all."""


def main() -> None:
    """Read stdin, write stdout."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    body = sys.stdin.buffer.read()
    codecs.lookup("utf-16-le")  # what the reader needs later, while files can still be opened
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    try:
        found = _read(pypdfium2.PdfDocument(body), pdfium)
    except pypdfium2.PdfiumError as error:
        found = {"error": str(error)}
    except MemoryError:
        found = {"error": "it takes too much memory"}
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()


def _read(document: Any, pdfium: Any) -> dict[str, Any]:
    pages: list[list[tuple[str, float, float, float, float]]] = []
    left = CHARACTERS
    for number in range(min(len(document), PAGES)):
        text = document[number].get_textpage()
        count = min(text.count_chars(), left)
        left -= count
        pages.append(_lines(text, count, pdfium))
        if left <= 0:
            break
    return {"title": document.get_metadata_value("Title"), "pages": pages}


def _lines(text: Any, count: int, pdfium: Any) -> list[tuple[str, float, float, float, float]]:
    """Lines with left, right, bottom and top in points. The reader itself puts line ends between lines."""
    lines = []
    letters: list[str] = []
    first = last = -1
    for at in [*range(count), -1]:
        letter = chr(pdfium.FPDFText_GetUnicode(text, at)) if at >= 0 else "\n"
        if letter in "\r\n":
            if first >= 0:
                lines.append(("".join(letters), *_box(text, first, last, pdfium)))
            letters, first, last = [], -1, -1
            continue
        letters.append(letter)
        if not letter.isspace():
            first, last = (at if first < 0 else first), at
    return lines


def _box(text: Any, first: int, last: int, pdfium: Any) -> tuple[float, float, float, float]:
    """Of the first and the last letter: where a line begins and ends, and how high it is."""
    boxes = []
    for at in (first, last):
        box = pdfium.FS_RECTF()
        if not pdfium.FPDFText_GetLooseCharBox(text, at, ctypes.byref(box)):
            return 0.0, 0.0, 0.0, 0.0
        boxes.append(box)
    return boxes[0].left, boxes[1].right, boxes[0].bottom, boxes[0].top


if __name__ == "__main__":
    main()
