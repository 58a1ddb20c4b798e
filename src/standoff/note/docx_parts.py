"""What a Word file needs beside its paragraphs: footnotes, fields, borders, the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from standoff.note.outline import Rich

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
# The schema's order of what these elements hold (ECMA-376, part 1, as far as it is used here).
_PARAGRAPH = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr "
    "shd tabs suppressAutoHyphens spacing ind contextualSpacing jc outlineLvl rPr sectPr"
)
_RUN = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike color spacing w kern position sz szCs "
    "highlight u vertAlign lang"
)
_TABLE = "tblStyle tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook"
_CELL = "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign"
_EARLIEST = dt.datetime(1980, 1, 1)
"""A zip file knows no earlier time."""


def legal(text: str) -> str:
    """Text without what XML can't hold."""
    return "".join(
        c if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
        else " "
        for c in text
    )  # fmt: skip


def element(markup: str) -> Any:
    """A piece of WordprocessingML; `w:` is its namespace."""
    from docx.oxml import parse_xml

    name = re.match(r"<[\w:]+", markup)
    assert name is not None
    return parse_xml(f'{name[0]} xmlns:w="{_W}"{markup[name.end() :]}')


def placed(home: Any, made: Any, order: str) -> None:
    """Put an element where the schema wants it among what is there: Word refuses a wrong order."""
    names = order.split()
    own = names.index(made.tag.rpartition("}")[2])
    home.insert_element_before(made, *(f"w:{name}" for name in names[own + 1 :]))


def spread(run: Any) -> None:
    """Set the letters of a run apart."""
    placed(run._r.get_or_add_rPr(), element('<w:spacing w:val="40"/>'), _RUN)


def ruled(table: Any) -> None:
    """Thin lines between rows, a stronger one under the head; none at the sides."""
    line = 'w:val="single" w:space="0"'
    borders = element(
        f'<w:tblBorders><w:bottom {line} w:sz="4" w:color="A0A0A0"/>'
        f'<w:insideH {line} w:sz="3" w:color="A0A0A0"/></w:tblBorders>'
    )
    placed(table._tbl.tblPr, borders, _TABLE)
    for cell in table.rows[0].cells:
        border = f'<w:tcBorders><w:bottom {line} w:sz="6" w:color="000000"/></w:tcBorders>'
        placed(cell._tc.get_or_add_tcPr(), element(border), _CELL)


def add_field(paragraph: Paragraph, code: str) -> None:
    """What Word works out itself: `PAGE`, `NUMPAGES`, `NOTEREF name`."""
    for markup in (
        '<w:fldChar w:fldCharType="begin" />',
        f'<w:instrText xml:space="preserve"> {code} </w:instrText>',
        '<w:fldChar w:fldCharType="separate" />',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end" />',
    ):
        paragraph.add_run()._r.append(element(markup))


def add_footnote_mark(paragraph: Paragraph, number: int, *, first: bool) -> None:
    """A footnote's mark; met again, a reference to where it stood first."""
    if first:
        place = f'w:id="{number}" w:name="_note{number}"'
        paragraph._p.append(element(f"<w:bookmarkStart {place} />"))
        run = paragraph.add_run()
        run.font.superscript = True
        run._r.append(element(f'<w:footnoteReference w:id="{number}" />'))
        paragraph._p.append(element(f'<w:bookmarkEnd w:id="{number}" />'))
        return
    start = len(paragraph.runs)
    add_field(paragraph, f"NOTEREF _note{number} \\h")
    for run in paragraph.runs[start:]:
        run.font.superscript = True
    paragraph.runs[-2]._r.findall(f"{{{_W}}}t")[0].text = str(number)


def add_footnotes(
    document: Document, notes: Mapping[int, Rich], write: Callable[[Paragraph, Rich], None]
) -> None:
    """The part of the file that holds the footnotes' words."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.text.paragraph import Paragraph as Made
    from lxml import etree

    root = parse_xml(
        f'<w:footnotes xmlns:w="{_W}">'
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r>'
        "<w:continuationSeparator/></w:r></w:p></w:footnote></w:footnotes>"
    )
    for number, content in notes.items():
        note = parse_xml(
            f'<w:footnote xmlns:w="{_W}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="20"/>'
            '</w:pPr><w:r><w:rPr><w:vertAlign w:val="superscript"/><w:sz w:val="17"/></w:rPr>'
            "<w:footnoteRef/></w:r></w:p></w:footnote>"
        )
        paragraph = Made(note[0], document._body)
        paragraph.add_run(" ")
        write(paragraph, content)
        root.append(note)
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    part = Part(PackURI("/word/footnotes.xml"), _KIND, blob, document.part.package)
    document.part.relate_to(part, _RELATION)


def rule_below(paragraph: Paragraph, side: str = "bottom", size: int = 6) -> None:
    """A line along a side of a paragraph; `size` in eighths of a point."""
    border = f'<w:{side} w:val="single" w:sz="{size}" w:space="4" w:color="auto"/>'
    made = element(f"<w:pBdr>{border}</w:pBdr>")
    placed(paragraph._p.get_or_add_pPr(), made, _PARAGRAPH)


def described(picture: Any, title: str, description: str) -> None:
    """Say what a picture shows, to whoever can't see it."""
    properties = picture._inline.docPr
    properties.set("descr", legal(description))
    properties.set("title", legal(title))


def same_bytes(content: bytes, when: dt.datetime) -> bytes:
    """The same file with one time on all that is in it, in the order of their names."""
    stamp = max(when.replace(tzinfo=None), _EARLIEST)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n))
        for name in names:
            info = zipfile.ZipInfo(name, stamp.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            new.writestr(info, old.read(name))
    return out.getvalue()


def language(tag: str) -> Any:
    """The language of all runs, for whoever checks spelling or reads aloud."""
    return element(f"<w:lang w:val={quoteattr(tag)} />")
