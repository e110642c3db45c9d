"""Bold letters in a PDF whose font has one weight: their outlines are drawn too, in the colour of the letters.

WeasyPrint makes a font of its own of every style that a page asks for and names it so (`…-Bold`), but draws the letters
of the one face that there is. Signs of a bold Chinese face would weigh another 8 MB in every image.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

STROKE = 0.032
"""Width of the outline, of the size of the letters: half of it lies outside, which makes a Regular look like a Bold."""
_FONT = re.compile(rb"/(\S+) ([\d.]+) Tf")
_STATE = re.compile(rb"(.+) (rg|RG|w)")
"""What is drawn with: the colour of areas, the colour of lines, their width."""
_FIRST = {b"rg": b"0 0 0", b"RG": b"0 0 0", b"w": b"1"}
_BOLD = re.compile(rb"/BaseFont\s*/([A-Z]+)\+\S*-Bold")


def embolden(_document: object, pdf: Any) -> None:
    """Called by WeasyPrint with the pydyf.PDF before it is written."""
    bold = {found[1] for one in pdf.objects for found in _BOLD.finditer(_head(one))}
    for one in pdf.objects:
        lines = getattr(one, "stream", None)
        if bold and isinstance(lines, list):
            lines[:] = _drawn(lines, bold)


def _head(one: Any) -> bytes:
    """A dictionary as it will be written; empty for what else there is."""
    return bytes(one.data) if type(one).__name__ == "Dictionary" else b""


def _drawn(lines: Sequence[Any], bold: set[bytes]) -> Iterator[Any]:
    """The same operators, with an outline wherever a bold font is chosen; after each text all is as it was before."""
    state, outer, changed = dict(_FIRST), list[dict[bytes, bytes]](), False
    for line in lines:
        said = line if isinstance(line, bytes) else b""
        yield line
        if said == b"q":
            outer.append(dict(state))
        elif said == b"Q" and outer:
            state = outer.pop()
        elif found := _STATE.fullmatch(said):
            state[found[2]] = found[1]
        elif found := _FONT.fullmatch(said):
            outlined = found[1] in bold
            changed |= outlined
            yield b"%s RG %.4f w 2 Tr" % (state[b"rg"], float(found[2]) * STROKE) if outlined else b"0 Tr"
        elif said == b"ET" and changed:
            changed = False
            yield b"%s RG %s w 0 Tr" % (state[b"RG"], state[b"w"])
