"""Plain text, Markdown and PDF; what tells the kinds apart; how wrong files are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from standoff.errors import Cancelled, SourceError
from standoff.sources.document import Document
from standoff.sources.headings import parties
from standoff.sources.plain_text import unglued
from standoff.sources.reading import files_in, read
from strategies.pdf_files import pages_with


def one(tmp_path: Path, name: str, text: str | bytes) -> Document:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (document,) = read(path)
    return document


NOTE = """12. Intelligence Note from Gradlon to Dahut, October 251

[Facsimile Page 1]

THE SEA

Ys, October 25, 1905

The sea
is rising.  It will not stop. [Facsimile Page 2] Nobody knows why.

Last words.

  1. The sea and the gate. Confidential. 2 pp. Ys Library, Box 4 (A).
"""


def test_a_text_with_facsimile_pages(tmp_path: Path) -> None:
    note = one(tmp_path, "frus1905v99-d12.txt", NOTE)
    assert (note.key, note.number, note.rendering) == ("frus1905v99#d12", "12", "text")
    assert note.heading == "Intelligence Note from Gradlon to Dahut, October 25"
    assert note.kind == "intelligence note"
    assert [p.words for p in (*note.senders, *note.recipients)] == ["Gradlon", "Dahut"]
    assert (note.date, note.place) == ("1905-10-25", "Ys")
    assert (note.marking, note.archive) == ("Confidential", "Ys Library, Box 4 (A)")
    assert [(p.locator, p.page, said) for p, said in note] == [
        ("h1", "1", "THE SEA"),
        ("l1", "1", "Ys, October 25, 1905"),
        ("p1", "1", "The sea is rising. It will not stop. Nobody knows why."),
        ("p2", "2", "Last words."),
    ]
    page = note.pages[1]
    assert (page.label, page.medium) == ("2", "facsimile")
    assert note.text[page.at :].lstrip().startswith("Nobody")
    assert note.page_at(page.at + 1, "facsimile") == "2"


@pytest.mark.parametrize(
    ("heading", "labels", "expected"),
    [
        ("Note, October 251", {"1"}, ("Note, October 25", "1")),
        ("Note, October 2512", {"12"}, ("Note, October 25", "12")),
        ("Note, March 31", {"1"}, ("Note, March 31", "")),
        ("Note, October 251", {"2"}, ("Note, October 251", "")),
        ("Note, October 251", set(), ("Note, October 251", "")),
        ("Note, May 3, 19621", {"1"}, ("Note, May 3, 1962", "1")),
        ("Note, October 1962", {"2", "62"}, ("Note, October 1962", "")),
        ("Note, October 101", {"1"}, ("Note, October 10", "1")),
    ],
)
def test_a_notes_mark_at_the_end_of_a_date(
    heading: str, labels: set[str], expected: tuple[str, str]
) -> None:
    assert unglued(heading, labels) == expected


@pytest.mark.parametrize(
    ("heading", "sender", "recipient"),
    [
        ("Letter from Gradlon to Dahut, May 3", "Gradlon", "Dahut"),
        ("Telegram From the Mission to Ys to the Department", "Mission to Ys", "Department"),
        ("Memorandum from the Ambassador to the King, undated", "Ambassador", "King"),
        ("Telegram 42 to Ys from the Embassy in Quimper, May 3", "Embassy in Quimper", "Ys"),
        ("Circular telegram 7 to all posts, May 3", "", "all posts"),
        ("Despatch 9 from Ys, May 3. Where to Turn", "Ys", ""),
        ("Memorandum of conversation, May 3", "", ""),
    ],
)
def test_parties_in_words(heading: str, sender: str, recipient: str) -> None:
    found = [" ".join(p.words for p in side) for side in parties(heading)]
    assert found == [sender, recipient]


def test_points_of_a_list_at_the_end_are_no_notes(tmp_path: Path) -> None:
    text = one(tmp_path, "a.txt", "A plan\n\nDo this:\n\n1. Go.\n\n2. Stay.\n")
    assert [said for _, said in text] == ["Do this:", "1. Go.", "2. Stay."]
    assert text.notes == ()


def test_encodings_and_line_ends(tmp_path: Path) -> None:
    for name, data in {
        "bom.txt": b"\xef\xbb\xbfA title\r\n\r\nWords of a caf\xc3\xa9.\r\n",
        "wide.txt": "A title\n\nWords of a café.\n".encode("utf-16"),
    }.items():
        text = one(tmp_path, name, data)
        assert (text.heading, text.text) == ("A title", "Words of a café.")


def test_markdown(tmp_path: Path) -> None:
    text = """---
title: 7. Letter from Gradlon to Dahut
date: 1905-03-02
place: Ys
---
## First *part*

Some **bold words** and a [link](https://example.org "t") with a note[^a]
on two lines, snake_case_kept, 2*3*4.

> Quoted
> words.

- one
- two
1. three

```
code here
```

[^a]: The _note_.
"""
    letter = one(tmp_path, "letters-1.md", text)
    assert (letter.number, letter.kind, letter.place) == ("7", "letter", "Ys")
    assert letter.date == "1905-03-02"
    assert [p.words for p in (*letter.senders, *letter.recipients)] == ["Gradlon", "Dahut"]
    assert [(p.locator, said) for p, said in letter] == [
        ("h1", "First part"),
        ("p1", "Some bold words and a link with a note on two lines, snake_case_kept, 2*3*4."),
        ("p2", "Quoted words."),
        ("i1", "one"),
        ("i2", "two"),
        ("i3", "three"),
        ("p3", "code here"),
    ]
    (note,) = letter.notes
    assert note.text == "The note."
    assert letter.text[: note.at].endswith("with a note")
    (link,) = letter.references
    assert link.at is not None
    assert letter.text[link.at :].startswith("link with")


def test_markdown_takes_its_first_heading_as_its_own(tmp_path: Path) -> None:
    letter = one(tmp_path, "a.md", "# A title #\n\nWords.\n\n# Another\n")
    assert letter.heading == "A title"
    assert [p.kind for p in letter.passages] == ["paragraph", "heading"]


def test_a_pdf_with_words(tmp_path: Path) -> None:
    lines = [
        "Memorandum from Gradlon to Dahut, March 2, 1905",
        "The sea is rising, and it rises faster than the oldest of us remem-",
        "ber it.",
        "The gate is open and nobody is there who could tell us why it stood so.",
    ]
    found = one(tmp_path, "gate.pdf", pages_with([lines, ["Second page."]]))
    assert (found.key, found.rendering) == ("gate#d1", "pdf")
    assert found.heading == lines[0]
    assert [p.words for p in (*found.senders, *found.recipients)] == ["Gradlon", "Dahut"]
    assert found.best_date == "1905-03-02"
    assert "remember it." in found.text
    assert [(p.label, p.medium) for p in found.pages] == [("1", "print"), ("2", "print")]
    assert found.text[found.pages[1].at :] == "Second page."
    assert found.passages[-1].page == "2"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xyz", b"words", "unknown-kind"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"caf\xe9 and more", "not-utf-8"),
        ("a.txt", b"zero\x00byte", "not-text"),
        ("a.xml", b"PK\x03\x04rest", "an-archive"),
        ("a.txt.gz", b"\x1f\x8brest", "an-archive"),
        ("a.pdf", b"%PDF-1.4 nothing else", "not-pdf"),
        ("a.pdf", b"no pdf at all", "not-pdf"),
        ("a.xml", b"<a>", "not-xml"),
        ("a.pdf", pages_with([[]]), "no-text-layer"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        one(tmp_path, name, data)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert name in str(problem.position)


def test_folders_and_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder"):
        list(read(tmp_path))
    with pytest.raises(SourceError, match="No such file"):
        list(read(tmp_path / "none.txt"))
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "sub/a.MD", "c.jpg"):
        (tmp_path / name).write_text("x")
    there, none = tmp_path / "c.jpg", tmp_path / "none.txt"
    assert files_in([tmp_path, there, none, tmp_path / "b.txt"]) == [
        tmp_path / "b.txt",
        tmp_path / "sub" / "a.MD",
        there,
        none,
    ]


class Watching:
    """Progress that notes the bytes, and may stop."""

    def __init__(self, cancelled: bool = False) -> None:
        self.cancelled = cancelled
        self.steps: list[tuple[int, int]] = []

    def say(self, what: str) -> None:
        """Nothing."""

    def step(self, done: int, total: int) -> None:
        self.steps.append((done, total))


def test_progress_is_told_and_can_stop(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    divs = "".join(f'<div type="document" n="{i}"><p>w</p></div>' for i in range(3))
    path.write_text(f"<TEI><text><body>{divs}</body></text></TEI>")
    watching = Watching()
    assert len(list(read(path, watching))) == 3
    size = path.stat().st_size
    assert watching.steps[-1] == (size, size)
    assert len(watching.steps) == 4
    with pytest.raises(Cancelled):
        list(read(path, Watching(cancelled=True)))
