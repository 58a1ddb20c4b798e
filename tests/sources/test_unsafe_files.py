"""Files that are meant to do harm, and files that are only broken: refused, quickly, in words."""

from __future__ import annotations

import gzip
import os
import tracemalloc
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from standoff.errors import SourceError
from standoff.sources import pdf_text, reading
from standoff.sources.document import Document, Volume
from standoff.sources.markdown import read_markdown
from standoff.sources.plain_text import read_text
from standoff.sources.reading import read
from standoff.sources.tei_document import Surroundings, read_document
from standoff.sources.tei_walk import DEEPEST, TooDeep
from strategies.pdf_files import forms_in_forms, pages_with, pdf, stream, swelling


def refused(tmp_path: Path, name: str, data: bytes) -> str:
    """The code of the problem for which a file is refused."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError) as caught:
        list(read(path))
    return caught.value.problems[0].code


DOCUMENT = '<div type="document" n="1"><head>1. A</head><p>{}</p></div>'


def tei(body: str, prolog: str = "") -> bytes:
    return f"<?xml version='1.0'?>{prolog}<TEI><text><body>{body}</body></text></TEI>".encode()


def test_a_billion_laughs(tmp_path: Path) -> None:
    levels = "".join(
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "ha" * 10}">' for i in range(12)
    )
    tracemalloc.start()
    for use in (DOCUMENT.format("&a11;"), f'<div n="&a11;">{DOCUMENT.format("x")}</div>'):
        data = tei(use, f"<!DOCTYPE TEI [{levels}]>")
        assert refused(tmp_path, "a.xml", data) in ("entities", "not-xml")
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_entities_of_files_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words")
    for declared in (f'SYSTEM "{secret.as_uri()}"', 'SYSTEM "http://127.0.0.1:9/x"', '"inside"'):
        data = tei(DOCUMENT.format("&x;"), f"<!DOCTYPE TEI [<!ENTITY x {declared}>]>")
        assert refused(tmp_path, "a.xml", data) == "entities"
    parameter = f'<!DOCTYPE TEI [<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;]>'
    assert refused(tmp_path, "a.xml", tei(DOCUMENT.format("x"), parameter)) in (
        "entities",
        "not-xml",
    )


def test_a_document_type_is_not_loaded_but_allowed(tmp_path: Path) -> None:
    (tmp_path / "a.dtd").write_text("this is no DTD <<<")
    path = tmp_path / "a.xml"
    path.write_bytes(tei(DOCUMENT.format("words"), '<!DOCTYPE TEI SYSTEM "a.dtd">'))
    (document,) = read(path)
    assert document.text == "words"
    path.write_bytes(tei(DOCUMENT.format("caf&eacute;"), '<!DOCTYPE TEI SYSTEM "a.dtd">'))
    with pytest.raises(SourceError, match="entity"):
        list(read(path))


@pytest.mark.parametrize("deep", [DEEPEST + 5, 200, 1_500, 100_000])
@pytest.mark.parametrize("where", ["text", "note", "heading", "outside", "name"])
def test_deep_nesting(tmp_path: Path, deep: int, where: str) -> None:
    nest = "<hi>" * deep + "x" + "</hi>" * deep
    body = {
        "text": DOCUMENT.format(nest),
        "note": DOCUMENT.format(f"<note>{nest}</note>"),
        "heading": f'<div type="document" n="1"><head>{nest}</head></div>',
        "outside": f"<p>{nest}</p>{DOCUMENT.format('x')}",
        "name": DOCUMENT.format(f"<persName>{nest}</persName>"),
    }[where]
    path = tmp_path / "a.xml"
    path.write_bytes(tei(body))
    try:
        found = list(read(path))
    except SourceError as wrong:
        assert wrong.problems[0].code in ("too-deep", "not-xml")
    else:
        # What lies outside of documents is passed over without going into it.
        assert where == "outside"
        assert deep < 100_000
        assert [d.text for d in found] == ["x"]


def test_divisions_in_divisions_in_divisions(tmp_path: Path) -> None:
    body = "<div><head>h</head>" * 240 + DOCUMENT.format("x") + "</div>" * 240
    path = tmp_path / "a.xml"
    path.write_bytes(tei(body))
    try:
        (found,) = read(path)
        assert found.text == "x"
    except SourceError as wrong:
        assert wrong.problems[0].code in ("too-deep", "not-xml")


def test_a_reader_counts_depth_by_itself() -> None:
    """Whatever the parser lets through."""
    element = root = etree.Element("div")
    for _ in range(3_000):
        element = etree.SubElement(element, "hi")
    element.text = "x"
    with pytest.raises(TooDeep):
        read_document(root, Surroundings(Volume("v")))


def test_memory_is_flat_over_a_volume(tmp_path: Path) -> None:
    """Twenty times the documents, and the peak is not five times as high."""

    def peak(count: int) -> int:
        path = tmp_path / f"{count}.xml"
        path.write_bytes(tei(DOCUMENT.format("The sea is rising. " * 100) * count))
        process = etree.iterparse  # loaded before the measuring begins
        assert process is not None
        tracemalloc.start()
        total = sum(len(document.text) for document in read(path))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert total == count * (19 * 100 - 1)
        return found

    assert peak(160) < 4 * peak(8)


def test_pdf_bombs(tmp_path: Path) -> None:
    assert refused(tmp_path, "a.pdf", swelling(30_000_000)) == "too-large"
    assert refused(tmp_path, "b.pdf", swelling(100_000_000)) in ("too-large", "not-pdf")
    twice = zlib.compress(zlib.compress(b" " * 100_000_000, 9), 9)
    content = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%b\nendstream" % (
        len(twice),
        twice,
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << >> >>",
        content,
    ]
    assert refused(tmp_path, "c.pdf", pdf(objects)) in ("too-large", "not-pdf")
    assert refused(tmp_path, "d.pdf", forms_in_forms(6, 10)) == "too-large"


def test_a_pdf_page_may_draw_only_so_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "MOST_INSTRUCTIONS", 100)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        stream(b"BT /F1 12 Tf (a) Tj ET q Q\n" * 60),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    assert refused(tmp_path, "a.pdf", pdf(objects)) == "too-large"
    monkeypatch.setattr(pdf_text, "MOST_PAGES", 2)
    assert refused(tmp_path, "b.pdf", pages_with([["a"], ["b"], ["c"]])) == "too-large"


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
EMPTY = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << >> >>"


def page_tree(levels: int, kids: int) -> bytes:
    """Pages within pages: each level names the next one several times."""
    objects = [CATALOG]
    for level in range(levels):
        named = b" ".join([b"%d 0 R" % (level + 3)] * kids)
        objects.append(b"<< /Type /Pages /Kids [%b] /Count %d >>" % (named, kids))
    return pdf([*objects, EMPTY])


def object_stream(size: int) -> bytes:
    """The catalog in a packed stream of objects that unpacks to `size` bytes."""
    places = b"1 0 2 40 3 90 "
    inner = CATALOG.ljust(40) + ONE_PAGE.ljust(50) + EMPTY + b" " * size
    packed = zlib.compress(places + inner, 9)
    begin = b"%PDF-1.5\n"
    holder = (
        b"4 0 obj\n<< /Type /ObjStm /N 3 /First %d /Length %d /Filter /FlateDecode >>\n"
        b"stream\n%b\nendstream\nendobj\n" % (len(places), len(packed), packed)
    )
    table_at = len(begin) + len(holder)
    rows = [b"\0" * 6, *(b"\2\0\0\0\4" + bytes([i]) for i in range(3))]
    rows += [b"\1" + at.to_bytes(4, "big") + b"\0" for at in (len(begin), table_at)]
    table = b"".join(rows)
    return begin + holder + (
        b"5 0 obj\n<< /Type /XRef /Size 6 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%b\n"
        b"endstream\nendobj\nstartxref\n%d\n%%%%EOF" % (len(table), table, table_at)
    )  # fmt: skip


FONT = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources %b >>" % (
    b"<< /Font << /F1 5 0 R >> >>"
)
HARMFUL_PDFS = {
    "pages, deep": page_tree(5_000, 1),
    "pages, many": page_tree(25, 2),
    "pages that hold themselves": pdf([CATALOG, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]),
    "pages that hold each other": pdf(
        [CATALOG, ONE_PAGE, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]
    ),
    "objects that unpack": object_stream(200_000_000),
    "a table of a thousand million objects": pdf([CATALOG]).replace(b"0 2\n", b"0 999999999\n"),
    "a font of a thousand million letters": pdf(
        [
            CATALOG, ONE_PAGE, FONT, stream(b"BT /F1 12 Tf (abc) Tj ET"),
            b"<< /Type /Font /Subtype /Type0 /BaseFont /X /ToUnicode 6 0 R "
            b"/Encoding /Identity-H >>",
            stream(b"begincmap 1 beginbfrange <00000000> <ffffffff> <0041> endbfrange endcmap"),
        ]
    ),
    "lists in lists": pdf([CATALOG[:-2] + b"/X " + b"[" * 99_999 + b"]" * 99_999 + b">>"]),
}  # fmt: skip


@pytest.mark.parametrize("what", HARMFUL_PDFS)
def test_pdfs_that_do_not_end(tmp_path: Path, what: str) -> None:
    assert refused(tmp_path, "a.pdf", HARMFUL_PDFS[what]) in ("too-large", "not-pdf")


def test_a_pdf_whose_earlier_version_is_itself(tmp_path: Path) -> None:
    whole = pages_with([["a word"]])
    path = tmp_path / "a.pdf"
    table = b"trailer\n<< /Prev %d /Size" % whole.rfind(b"xref\n0")
    path.write_bytes(whole.replace(b"trailer\n<< /Size", table))
    (document,) = read(path)
    assert document.text == "a word"


def labeled(labels: bytes) -> bytes:
    """Two pages with words and this tree of labels, of which object 7 is a part."""
    page = FONT.replace(b"/Contents 4 0 R", b"/Contents 6 0 R")
    return pdf(
        [
            CATALOG[:-2] + b"/PageLabels " + labels + b" >>",
            b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>", page, page,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            stream(b"BT /F1 12 Tf (word) Tj ET"), b"<< /Kids [7 0 R] >>",
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    "labels",
    [
        b"<< /Nums [0 << /S /R /St 2000000000 >>] >>",
        b"<< /Nums [0 << /P (" + b"x" * 100_000 + b") /S /D >>] >>",
        b"<< /Kids [7 0 R] >>",
        b"<< /Kids " + b"[" * 50 + b"]" * 50 + b" >>",
        b"<< /Nums [0 << /S /R /St (x) >>] >>",
    ],
)
def test_labels_of_pages_are_bounded(tmp_path: Path, labels: bytes) -> None:
    """Numbers instead, where a label could be of any length, or their tree has no end."""
    path = tmp_path / "a.pdf"
    path.write_bytes(labeled(labels))
    (document,) = read(path)
    assert [page.label for page in document.pages] == ["1", "2"]


def test_labels_of_pages_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(labeled(b"<< /Nums [0 << /S /r /St 4 >> 1 << /S /D /P (A-) >>] >>"))
    (document,) = read(path)
    assert [page.label for page in document.pages] == ["iv", "A-1"]


def packed(kind: str, size: int) -> bytes:
    """A small file that unpacks to a large one."""
    out = BytesIO()
    if kind == "gzip":
        return gzip.compress(b" " * size)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        name = "word/document.xml" if kind == "docx" else "a.txt"
        if kind == "docx":
            archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, b" " * size)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["gzip", "zip", "docx"])
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.xml", "a.pdf", "a.docx", "a"])
def test_packed_files_are_refused_unopened(tmp_path: Path, kind: str, name: str) -> None:
    data = packed(kind, 20_000_000)
    tracemalloc.start()
    assert refused(tmp_path, name, data) == "an-archive"
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_files_past_the_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST", 1_000)
    assert refused(tmp_path, "a.xml", b"x" * 1_001) == "too-large"
    monkeypatch.setattr(reading, "_LARGEST_TEXT", 500)
    assert refused(tmp_path, "a.txt", b"x" * 501) == "too-large"
    assert refused(tmp_path, "a.md", b"x" * 501) == "too-large"


def test_what_is_no_file(tmp_path: Path) -> None:
    """A pipe would be waited for without end, a device never ends."""
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    for path in (tmp_path / "pipe.txt", tmp_path / "loop.txt", Path("/dev/zero")):
        with pytest.raises(SourceError) as caught:
            list(read(path))
        assert caught.value.problems[0].code in ("unreadable", "empty", "no-file")


WHOLE = tei(
    """<div xml:id="comp"><head>Part</head><pb n="1" facs="2"/>
<div type="document" n="1" xml:id="d1"><head>1. Letter From <persName type="from">A</persName> to
<persName type="to" corresp="#p_B">B</persName><note n="1" type="source">Source: Box. Secret.</note>
</head><dateline><placeName>Ys</placeName>, <date when="1905-03-02">March 2</date></dateline>
<p>Dear Mr. B: <choice><sic>a</sic><corr>b</corr></choice> c<note n="2">See
<ref target="#d2">2</ref>.</note>.</p><list><label>1.</label><item>x</item></list>
<closer><signed>A<lb/>B</signed></closer>
</div></div>"""
)
PAGES = pages_with([["Memorandum from A to B, March 2, 1905", "Words."], ["More words."]])


def damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """A file with pieces cut out, doubled, or overwritten."""

    @st.composite
    def draw_one(draw: st.DrawFn) -> bytes:
        data = bytearray(whole)
        for _ in range(draw(st.integers(1, 4))):
            at = draw(st.integers(0, len(data)))
            end = min(len(data), at + draw(st.integers(0, 40)))
            how = draw(st.sampled_from(["cut", "double", "bytes", "cut to end"]))
            if how == "cut":
                del data[at:end]
            elif how == "double":
                data[at:at] = data[at:end]
            elif how == "bytes":
                data[at:end] = draw(st.binary(max_size=8))
            elif draw(st.integers(0, 3)) == 0:
                del data[at:]
        return bytes(data)

    return draw_one()


def sound(path: Path) -> None:
    """Reading gives documents that hold together, or a `SourceError`; nothing else."""
    try:
        found = list(read(path))
    except SourceError as wrong:
        assert str(wrong)
        return
    for document in found:
        holds_together(document)


def holds_together(document: Document) -> None:
    size, last = len(document.text), 0
    for passage in document.passages:
        assert last <= passage.start < passage.end <= size
        last = passage.end
        for sentence in passage.sentences:
            assert passage.start <= sentence.start < sentence.end <= passage.end
    assert len({p.locator for p in document.passages}) == len(document.passages)
    assert all(0 <= page.at <= size for page in document.pages)
    assert all(n.at is None or 0 <= n.at <= size for n in document.notes)
    assert all(r.at is None or 0 <= r.at <= size for r in document.references)
    assert sum(n.is_source for n in document.notes) <= 1
    assert Document.from_json(document.to_json()) == document


@settings(derandomize=True, deadline=None, max_examples=150)
@given(damaged(WHOLE))
def test_damaged_tei(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.xml"
    path.write_bytes(data)
    sound(path)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(damaged(PAGES))
def test_damaged_pdf(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.pdf"
    path.write_bytes(data)
    sound(path)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.binary(max_size=200), st.sampled_from(["a.xml", "a.txt", "a.md", "a.pdf", "a"]))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    sound(path)


PIECES = st.sampled_from(
    [
        "1. ", "[Facsimile Page 2]", "Source: ", "Secret. 2 pp. ", "October 251", "\n\n", "\n", " ",
        "# ", "- ", "> ", "```\n", "[^a]", "[^a]: ", "[x](y)", "**", "_", "`", "---\n", "key: v\n",
        "Memorandum from A to B", "word", "é\u0301", "\u00a0", "\ud7ff", "Dear X:",
        "Ys, May 3, 1905",
    ]
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.lists(PIECES | st.text(max_size=5), max_size=25))
def test_any_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    holds_together(read_text(text, "v", ""))
    holds_together(read_markdown(text, "v", ""))


def test_two_notes_of_one_label() -> None:
    """Found by the fuzzer: both were taken for the source note."""
    document = read_text(
        "Letter, May 3, 19057\n\nWords.\n\n7. Secret. 4 pp.\n\n7. Secret.", "v", ""
    )
    holds_together(document)
    assert "the mark of note 7 stood in the heading's date" in " ".join(document.remarks)
    assert [note.is_source for note in document.notes] == [True, False]


def test_text_that_slows_careless_patterns() -> None:
    for unit in (
        "*a",
        "[",
        "](",
        "[^",
        "# ",
        "Secret ",
        "from A to ",
        "2 pp. ",
        "_ _",
        "`",
        "> ",
        "a_",
    ):
        text = unit * (60_000 // len(unit))
        holds_together(read_text(text, "v", ""))
        holds_together(read_text(f"{text}\n\nx\n\n1. {text}", "v", ""))
        holds_together(read_markdown(f"x\n\n{text}", "v", ""))
