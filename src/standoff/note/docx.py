"""Word, in the same dress as the PDF: marking at head and foot, heading block, real footnotes.

Dated from the note's `as_of` throughout, so that the same note gives the same bytes. Nothing of
python-docx's own template remains visible: sizes and fonts are set here.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from standoff.note.dates import day_of
from standoff.note.docx_parts import (
    add_field,
    add_footnote_mark,
    add_footnotes,
    described,
    element,
    language,
    legal,
    rule_below,
    ruled,
    same_bytes,
    spread,
)
from standoff.note.outline import (
    Block,
    Break,
    Bullets,
    Figure,
    Mark,
    Outline,
    Paragraph,
    Rich,
    Section,
    Table,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as Para

_FONT = "Georgia"
_WIDTH, _HEIGHT = 160.0, 190.0
"""Millimeters between the margins, and the height that a chart may take."""
_EPOCH = dt.datetime(1980, 1, 1)


def docx(note: Outline) -> bytes:
    """The note as a Word file."""
    import docx as word

    document = word.Document()
    _page(document, note)
    _styles(document, note)
    writer = _Word(document, {f.number: f.content for f in note.footnotes})
    kind = document.add_paragraph()
    _spaced(kind.add_run(legal(note.kind)), 12)
    writer.heading(note.heading)
    for block in note.opening:
        writer.block(block)
    for section in note.sections:
        writer.section(section)
    if note.annex:
        document.add_paragraph().paragraph_format.page_break_before = True
        for section in note.annex:
            writer.section(section)
    if note.footnotes:
        add_footnotes(document, writer.notes, writer.small)
    day = day_of(note.as_of)
    when = dt.datetime(day.year, day.month, day.day) if day and day.year > 1900 else _EPOCH
    _properties(document, note, when)
    held = io.BytesIO()
    document.save(held)
    return same_bytes(held.getvalue(), when)


def _page(document: Document, note: Outline) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Mm

    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(25)
    page.top_margin, page.bottom_margin = Mm(26), Mm(24)
    page.header_distance = page.footer_distance = Mm(12)
    head = page.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _spaced(head.add_run(legal(note.marking)), 8.5, bold=False)
    foot = page.footer.paragraphs[0]
    foot.paragraph_format.tab_stops.clear_all()
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(_WIDTH / 2), WD_TAB_ALIGNMENT.CENTER)
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run("\t")
    _spaced(foot.add_run(legal(note.marking)), 8.5, bold=False)
    foot.add_run("\tpage ")
    add_field(foot, "PAGE")
    foot.add_run(" of ")
    add_field(foot, "NUMPAGES")
    for paragraph in (head, foot):
        paragraph.style = document.styles["Normal"]
        for run in paragraph.runs:
            run.font.size = _points(8.5)


def _styles(document: Document, note: Outline) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    sizes = {"Normal": 10.5, "Heading 1": 11, "Heading 2": 10.5, "Caption": 9.5,
             "List Bullet": 10.5, "List Number": 10.5}  # fmt: skip
    for name, size in sizes.items():
        style: Any = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[key]  # a theme's font would win
        for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(key), _FONT)
        style.paragraph_format.space_after = Pt(6)
    for name, before in (("Heading 1", 16), ("Heading 2", 12), ("Caption", 10)):
        style = document.styles[name]
        style.font.bold, style.font.italic = True, False
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.keep_with_next = True
    first: Any = document.styles["Heading 1"]
    first.font.all_caps = True
    normal: Any = document.styles["Normal"]
    properties = normal.element.get_or_add_rPr()
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(language(note.language))


def _properties(document: Document, note: Outline, when: dt.datetime) -> None:
    core = document.core_properties
    core.title, core.subject = legal(note.title)[:255], legal(note.kind)[:255]
    core.author = core.last_modified_by = "Standoff"
    core.comments, core.keywords = "", ""
    core.category, core.language = legal(note.marking)[:255], note.language
    core.created = core.modified = core.last_printed = when
    core.revision = 1


class _Word:
    """Writes blocks; knows which footnotes have been placed."""

    def __init__(self, document: Document, notes: dict[int, Rich]) -> None:
        self.document = document
        self.notes = notes
        self.placed: set[int] = set()

    def heading(self, lines: Sequence[tuple[str, str]]) -> None:
        """TO, FROM, SUBJECT, DATE."""
        from docx.shared import Mm

        if lines:
            table = self.document.add_table(rows=0, cols=2)
            table.autofit = False
            for name, value in lines:
                cells = table.add_row().cells
                for cell, width, text in zip(cells, (30, 130), (f"{name}:", value), strict=True):
                    cell.width = Mm(width)
                    cell.paragraphs[0].paragraph_format.space_after = _points(2)
                    cell.paragraphs[0].add_run(legal(text))
        line = self.document.add_paragraph()
        line.paragraph_format.space_after = _points(8)
        rule_below(line)

    def section(self, section: Section) -> None:
        """A heading and its blocks."""
        self.document.add_heading(legal(section.title), min(section.level, 2))
        for block in section.blocks:
            self.block(block)

    def block(self, block: Block) -> None:
        """One block."""
        if isinstance(block, Paragraph):
            made = self.document.add_paragraph()
            if block.lead:
                made.add_run(f"{legal(block.lead)} ").bold = True
            self.inline(made, block.content)
            if block.warning:
                made.paragraph_format.left_indent = _points(10)
                rule_below(made, "left", 16)
        elif isinstance(block, Bullets):
            self.bullets(block)
        elif isinstance(block, Table):
            self.table(block)
        else:
            self.figure(block)

    def bullets(self, block: Bullets) -> None:
        """A list; a numbered one begins at 1."""
        style = "List Number" if block.numbered else "List Bullet"
        number = self._numbering() if block.numbered and block.items else None
        for item in block.items:
            made = self.document.add_paragraph(style=style)
            if number is not None:
                held: Any = made._p.get_or_add_pPr().get_or_add_numPr()
                held.get_or_add_ilvl().val = 0
                held.get_or_add_numId().val = number
            self.inline(made, item)

    def _numbering(self) -> int:
        """A list of its own: Word would go on counting from the list before."""
        style: Any = self.document.styles["List Number"].element
        numbering: Any = self.document.part.numbering_part.element
        of = numbering.num_having_numId(style.pPr.numPr.numId.val).abstractNumId.val
        made = numbering.add_num(of)
        made.add_lvlOverride(0).add_startOverride(1)
        return int(made.numId)

    def table(self, table: Table) -> None:
        """A table with its caption above; the head is repeated on every page."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm

        caption = self.document.add_paragraph(style="Caption")
        caption.add_run(legal(table.caption))
        made = self.document.add_table(rows=1, cols=len(table.columns))
        made.autofit = False
        shares = [max(c.weight, 0.2) for c in table.columns]
        widths = [_WIDTH * share / sum(shares) for share in shares]
        for column, cell in zip(table.columns, made.rows[0].cells, strict=True):
            cell.paragraphs[0].add_run(legal(column.title)).italic = True
            if column.number:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for row in table.rows:
            for column, cell, content in zip(table.columns, made.add_row().cells, row, strict=True):
                self.inline(cell.paragraphs[0], content)
                if column.number:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for index, one in enumerate(made.rows):
            properties: Any = one._tr.get_or_add_trPr()
            properties.append(element("<w:cantSplit/>"))
            if index == 0:
                properties.append(element("<w:tblHeader/>"))
            for cell, width in zip(one.cells, widths, strict=True):
                cell.width = Mm(width)
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = _points(2)
                paragraph.paragraph_format.keep_with_next = index < min(len(made.rows) - 1, 2)
                for run in paragraph.runs:
                    run.font.size = _points(9)
        for grid, width in zip(made.columns, widths, strict=True):
            grid.width = Mm(width)
        ruled(made)
        after = self.document.add_paragraph()
        after.paragraph_format.space_after = _points(6)
        if table.note:
            self.small(after, table.note)

    def figure(self, figure: Figure) -> None:
        """A chart as a picture, with its caption."""
        import vl_convert
        from docx.shared import Mm

        drawn = vl_convert.vegalite_to_png(json.dumps(figure.spec), scale=2.0, allowed_base_urls=[])
        wide, high = int.from_bytes(drawn[16:20]), int.from_bytes(drawn[20:24])
        width = min(_WIDTH * 0.75, _HEIGHT * wide / max(high, 1))
        holder = self.document.add_paragraph()
        holder.paragraph_format.keep_with_next = True
        picture: Any = holder.add_run().add_picture(io.BytesIO(drawn), width=Mm(width))
        described(picture, figure.title, figure.description)
        caption = self.document.add_paragraph()
        caption.add_run(legal(figure.caption or figure.description)).font.size = _points(8.5)

    def small(self, paragraph: Para, content: Rich) -> None:
        """Runs in the size of notes."""
        self.inline(paragraph, content)
        for run in paragraph.runs:
            run.font.size = _points(8.5)

    def inline(self, paragraph: Para, content: Rich) -> None:
        """Runs of text and marks."""
        for part in content:
            if isinstance(part, Mark):
                self.marks(paragraph, part.numbers)
            elif isinstance(part, Break):
                paragraph.add_run().add_break()
            else:
                run = paragraph.add_run(legal(part.text))
                run.bold = True if part.style == "strong" else None
                run.italic = True if part.style == "emph" else None

    def marks(self, paragraph: Para, numbers: Sequence[int]) -> None:
        """Footnotes where they are first met, afterwards references to them."""
        for place, number in enumerate(numbers):
            if place:
                paragraph.add_run(",").font.superscript = True
            add_footnote_mark(paragraph, number, first=number not in self.placed)
            self.placed.add(number)


def _spaced(run: Any, size: float, *, bold: bool = True) -> None:
    """Letters apart, as a marking or a kind is printed."""
    run.bold, run.font.size = bold, _points(size)
    spread(run)


def _points(size: float) -> Any:
    from docx.shared import Pt

    return Pt(size)
