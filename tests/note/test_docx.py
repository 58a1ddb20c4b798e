"""The note as a Word file: what stands in it, in what dress, and that it is always the same."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from lxml import etree

from standoff.note import render
from standoff.note.build import outline
from standoff.note.docx import docx as written
from standoff.note.outline import (
    Bullets,
    Column,
    Figure,
    Footnote,
    Mark,
    Outline,
    Paragraph,
    Section,
    Table,
    marks,
    rich,
    words_of,
)
from strategies.assessments import assessments
from strategies.example import sample

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind "
    "jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps color spacing w kern position sz szCs u "
    "vertAlign lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders shd vAlign",
}


@pytest.fixture(scope="module")
def content() -> bytes:
    return bytes(render(sample(), "docx"))


@pytest.fixture(scope="module")
def document(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def part(content: bytes, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        return etree.fromstring(held.read(name))


def flat(text: str) -> str:
    return " ".join(text.split())


def unmarked(paragraph: Any) -> str:
    """The words of a paragraph without the marks of its footnotes."""
    return "".join(run.text for run in paragraph.runs if not run.font.superscript)


def small(*blocks: Any, marking: str = "", footnotes: tuple[Footnote, ...] = ()) -> Outline:
    return Outline(
        kind="NOTE", title="A title", language="en", marking=marking, heading=(("TO", "Desk"),),
        as_of="1962-10-25", opening=(), sections=(Section("s", "First", blocks),),
        footnotes=footnotes,
    )  # fmt: skip


def test_it_says_what_the_outline_says(document: Any) -> None:
    note = outline(sample())
    titles = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert titles == [s.title for s in (*note.sections, *note.annex)]
    body = flat(" ".join(unmarked(p) for p in document.paragraphs))
    blocks = [b for s in note.sections for b in s.blocks]
    for block in blocks:
        if isinstance(block, Paragraph):
            assert flat(words_of(block.content)) in body
        elif isinstance(block, Table):
            assert flat(block.caption) in body
    tables = [b for b in blocks if isinstance(b, Table)]
    for made, one in zip(document.tables[1:], tables, strict=False):  # the first is the heading
        assert [c.text for c in made.rows[0].cells] == [c.title for c in one.columns]
        assert len(made.rows) == len(one.rows) + 1
        for row, cells in zip(made.rows[1:], one.rows, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                assert flat(unmarked(cell.paragraphs[0])) == flat(words_of(words))
    figures = [b for b in blocks if isinstance(b, Figure)]
    pictures = document.inline_shapes
    assert len(pictures) == len(figures) > 0
    for picture, figure in zip(pictures, figures, strict=True):
        assert picture._inline.docPr.get("descr") == figure.description


def test_footnotes_are_word_s_own(content: bytes) -> None:
    note = outline(sample())
    body = part(content, "word/document.xml")
    placed = [int(e.get(f"{W}id")) for e in body.iter(f"{W}footnoteReference")]
    assert placed == list(dict.fromkeys(marks(note)))  # each once, where it is first met
    again = len(list(marks(note))) - len(placed)
    fields = [e.text for e in body.iter(f"{W}instrText")]
    assert len(fields) == again
    named = {e.get(f"{W}name") for e in body.iter(f"{W}bookmarkStart")}
    assert {f.split()[1] for f in fields} <= named
    held = part(content, "word/footnotes.xml")
    texts = {
        int(e.get(f"{W}id")): flat("".join(t.text or "" for t in e.iter(f"{W}t")))
        for e in held
        if e.get(f"{W}type") is None
    }
    assert texts == {f.number: flat(words_of(f.content)) for f in note.footnotes}


def test_the_marking_stands_at_head_and_foot() -> None:
    made = docx.Document(io.BytesIO(written(small(marking="SECRET & MORE"))))
    (page,) = made.sections
    assert page.header.paragraphs[0].text == "SECRET & MORE"
    assert "SECRET & MORE" in page.footer.paragraphs[0].text
    fields = [e.text.strip() for e in page.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_numbered_lists_begin_at_one_each() -> None:
    lists = [Bullets((rich("a"), rich("b")), numbered=True)] * 2
    made = docx.Document(io.BytesIO(written(small(*lists))))
    items = [p for p in made.paragraphs if p.style.name == "List Number"]
    ids = [p._p.pPr.numPr.numId.val for p in items]
    assert len(items) == 4 and ids[0] == ids[1] != ids[2] == ids[3]
    numbering = made.part.numbering_part.element
    for one in set(ids):
        (start,) = numbering.num_having_numId(one).iter(qn("w:startOverride"))
        assert start.get(qn("w:val")) == "1"


def test_a_table_s_head_is_repeated_and_its_numbers_stand_right() -> None:
    table = Table(
        "Odds", (Column("What"), Column("In 100", number=True)), ((rich("x"), rich("7")),)
    )
    made = docx.Document(io.BytesIO(written(small(table)))).tables[1]
    assert made.rows[0]._tr.find(f".//{W}tblHeader") is not None
    assert [int(c.paragraphs[0].alignment or 0) for c in made.rows[1].cells] == [0, 2]


def test_the_same_note_gives_the_same_bytes(content: bytes) -> None:
    assert render(sample(), "docx") == content
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        assert held.testzip() is None
        assert {info.date_time for info in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = docx.Document(io.BytesIO(content)).core_properties
    assert core.created == core.modified
    assert core.created is not None and core.created.date().isoformat() == "1962-10-25"
    assert core.title == sample().title


def test_a_word_that_is_no_xml_does_no_harm() -> None:
    nasty = "a\x00b\x0bc\ud800d < & > \U0001f600 ]]> <w:t>"
    note = small(
        Paragraph(rich(nasty, Mark((1,))), lead=nasty), Bullets((rich(nasty),)),
        Table(nasty, (Column(nasty),), ((rich(nasty),),), rich(nasty)),
        marking=nasty, footnotes=(Footnote(1, rich(nasty)),),
    )  # fmt: skip
    made = docx.Document(io.BytesIO(written(note)))
    assert any("\U0001f600 ]]> <w:t>" in p.text for p in made.paragraphs)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(assessments())
def test_any_note_is_in_the_schema_s_order(assessment: Any) -> None:
    content = bytes(render(assessment, "docx", short=True))
    for name in ("word/document.xml", "word/styles.xml"):
        for kind, order in ORDERS.items():
            names = order.split()
            for element in part(content, name).iter(f"{W}{kind}"):
                places = [
                    names.index(t) for e in element if (t := e.tag.partition("}")[2]) in names
                ]
                assert places == sorted(places), etree.tostring(element)


def test_the_command_writes_it(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from standoff.cli.main import app

    out = tmp_path / "note.docx"
    asked = ["assess", "signal", "--variants", "8", "--no-form", "--short", "-o", str(out)]
    found = CliRunner().invoke(app, [*asked, "--workspace", str(tmp_path / "ws")])
    assert found.exit_code == 0, found.output
    assert docx.Document(str(out)).paragraphs[0].text == "INTELLIGENCE NOTE"
