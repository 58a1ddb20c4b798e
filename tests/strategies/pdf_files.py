"""PDF files written by hand: words on pages, and some that swell."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def pdf(objects: Sequence[bytes], *, root: int = 1) -> bytes:
    """A file with these objects (numbered from 1) and a table of where they are."""
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % at for at in places)
    size = len(objects) + 1
    return out + b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root,
        table,
    )


def stream(data: bytes, extra: bytes = b"") -> bytes:
    """A packed stream."""
    packed = zlib.compress(data, 9)
    return b"<< /Length %d /Filter /FlateDecode %b >>\nstream\n%b\nendstream" % (
        len(packed),
        extra,
        packed,
    )


def pages_with(texts: Sequence[Sequence[str]]) -> bytes:
    """A PDF with a page for each text, given as its lines; an empty line is a gap."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b""]
    kids = []
    for lines in texts:
        shown = b"BT /F1 12 Tf 14 TL 72 720 Td "
        for line in lines:
            shown += b"(%b) Tj T* " % line.encode("latin-1")
        objects.append(stream(shown + b"ET"))
        content = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % content
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b" ".join(kids), len(kids))
    objects[2] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return pdf(objects)


def swelling(size: int) -> bytes:
    """One page whose instructions unpack to `size` bytes, of a file a thousandth as large."""
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << >> >>",
            stream(b" " * size),
        ]
    )


def forms_in_forms(depth: int, width: int) -> bytes:
    """A page with a form that draws another `width` times, which does so too, `depth` deep."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R "
        b"/Resources << /XObject << /X 5 0 R >> /Font << /F1 %d 0 R >> >> >>" % (5 + depth),
        stream(b"/X Do\n"),
    ]
    for level in range(depth):
        below = b"/Font << /F1 %d 0 R >>" % (5 + depth)
        if level + 1 < depth:
            below = b"/XObject << /X %d 0 R >> %b" % (6 + level, below)
        objects.append(
            stream(
                b"/X Do\n" * width if level + 1 < depth else b"BT /F1 12 Tf (a) Tj ET\n",
                b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << %b >>" % below,
            )
        )
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    return pdf(objects)
