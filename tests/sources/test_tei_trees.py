"""Random trees of TEI elements: no word is lost, doubled or put out of order, and offsets hold.

The twin collects words by a rule of one line: all that is not within a note, and not within the
reading that a correction sets aside.
"""

from __future__ import annotations

from itertools import count, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from standoff.sources.document import Document, Volume
from standoff.sources.tei_document import Surroundings, read_document

TAGS = [
    "p", "p", "item", "list", "label", "hi", "persName", "gloss", "note", "pb", "lb", "choice",
    "ref", "closer", "signed", "dateline", "date", "opener", "attachment", "table", "row", "cell",
    "head", "quote", "salute", "placeName", "time", "postscript", "sic",
]  # fmt: skip
READINGS = [("sic", "corr"), ("orig", "reg"), ("corr", "sic")]
EMPTY = {"pb", "lb"}


@st.composite
def trees(draw: st.DrawFn) -> etree._Element:
    """A document's element; every word in it is another one, with white space at random."""
    numbers = count()

    def words() -> str:
        pieces = draw(st.lists(st.sampled_from(["w", " ", "\n  "]), max_size=4))
        return "".join(f"w{next(numbers)}." if piece == "w" else piece for piece in pieces)

    def fill(element: etree._Element, depth: int) -> None:
        element.text = words()
        for _ in range(draw(st.integers(0, 3 if depth < 4 else 0))):
            child = etree.SubElement(element, draw(st.sampled_from(TAGS)))
            child.tail = words()
            if child.tag == "choice":
                for name in draw(st.sampled_from(READINGS)):
                    reading = etree.SubElement(child, name)
                    reading.text = words()
            elif child.tag not in EMPTY:
                fill(child, depth + 1)
            if child.tag == "pb":
                child.set("n", str(draw(st.integers(1, 9))))
            if child.tag == "note":
                child.set("n", "1")

    root = etree.Element("div", n="1")
    etree.SubElement(root, "head").text = "1. A paper"
    for _ in range(draw(st.integers(0, 4))):
        child = etree.SubElement(root, draw(st.sampled_from(["p", "list", "closer", "dateline"])))
        child.tail = words()
        fill(child, 0)
    return root


def expected(element: etree._Element) -> list[str]:
    """The words of a document's text, in order."""
    found = []
    for text in element.xpath(".//text()"):
        owner = text.getparent()
        line = [owner.getparent() if text.is_tail else owner]
        while line[-1] is not None:
            line.append(line[-1].getparent())
        names = [e.tag for e in line[:-1]]
        own_head = len(names) == 2 and names[0] == "head"
        aside = any(a in ("sic", "orig") and b == "choice" for a, b in pairwise(names))
        between = names[0] == "choice"
        if "note" not in names and not own_head and not aside and not between:
            found.append(str(text))
    return split("".join(found))


def split(text: str) -> list[str]:
    """The words of a text, wherever white space stands."""
    return [f"w{number}" for number in "".join(text.split()).split("w")[1:]]


@settings(derandomize=True, deadline=None, max_examples=300)
@given(trees())
def test_no_word_is_lost(root: etree._Element) -> None:
    document = read_document(root, Surroundings(Volume("v")), "d1")
    assert split(document.text) == expected(root)
    holds(document)


def holds(document: Document) -> None:
    size, last = len(document.text), 0
    for passage, words in document:
        assert last <= passage.start < passage.end <= size
        assert words == " ".join(words.split())
        last = passage.end
    assert len({p.locator for p in document.passages}) == len(document.passages)
    for mark in (*document.pages, *document.references, *document.notes):
        assert mark.at is None or 0 <= mark.at <= size
    for correction in document.corrections:
        assert 0 <= correction.start <= correction.end <= size
    assert Document.from_json(document.to_json()) == document
