"""Small PDFs written by hand: text at places, and what no PDF should be."""

import zlib
from collections.abc import Mapping, Sequence

Placed = Sequence[tuple[float, float, str]]
"""x, y and a line of text."""


def pdf(
    pages: Sequence[Placed], title: str = "", size: float = 12.0, extra: Mapping[str, bytes] | None = None
) -> bytes:
    """Pages of lines. Letters are written as UTF-16 codes, with a map back to Unicode, so any script works."""
    objects: list[bytes] = [b"", b""]
    font = len(objects) + 1
    objects += [
        b"<</Type/Font/Subtype/Type0/BaseFont/Plain/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (font + 1, font + 3),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Plain/CIDSystemInfo"
        b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor %d 0 R/DW 1000>>" % (font + 2),
        b"<</Type/FontDescriptor/FontName/Plain/Flags 4/FontBBox[0 -200 1000 800]/ItalicAngle 0/Ascent 800/Descent -200"
        b"/CapHeight 700/StemV 80>>",
        stream(
            b"/CIDInit /ProcSet findresource begin begincmap /CMapName /U def 1 begincodespacerange <0000> <FFFF> "
            b"endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end"
        ),
    ]
    kids = []
    for lines in pages:
        drawn = b"".join(
            b"BT /F %g Tf %g %g Td <%s> Tj ET\n" % (size, x, y, text.encode("utf-16-be").hex().encode())
            for x, y, text in lines
        )
        objects.append(stream(drawn))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R/Resources<</Font<</F %d 0 R>>>>>>"
            % (len(objects), font)
        )
        kids.append(len(objects))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    objects.append(b"<</Title<FEFF%s>>>" % title.encode("utf-16-be").hex().encode())
    return written(objects, b"/Root 1 0 R/Info %d 0 R" % len(objects))


def stream(data: bytes, filters: int = 1) -> bytes:
    """A stream, packed so often."""
    for _ in range(filters):
        data = zlib.compress(data, 9)
    names = b"/FlateDecode " * filters
    return b"<</Length %d/Filter[%s]>>\nstream\n%s\nendstream" % (len(data), names, data)


def written(objects: Sequence[bytes], trailer: bytes) -> bytes:
    """The file of these objects, numbered from 1."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)
