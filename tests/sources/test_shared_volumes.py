"""Every document of ../shared/sources against what other code finds in the XML.

The other code is the standard library's ElementTree with the paths written out; it shares nothing
with the reader, not even the parser.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest

from standoff.sources.document import Document
from standoff.sources.reading import read

SOURCES = Path(__file__).resolve().parents[2].parent / "shared" / "sources"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
TEI = "{http://www.tei-c.org/ns/1.0}"
FILES = sorted(p.name for p in SOURCES.glob("*.xml"))

pytestmark = pytest.mark.skipif(not FILES, reason="the documents of ../shared are not here")


@cache
def documents(name: str) -> list[Document]:
    return list(read(SOURCES / name))


@cache
def elements(name: str) -> list[ET.Element]:
    root = ET.parse(SOURCES / name).getroot()
    return [e for e in root.iter(f"{TEI}div") if e.get("type") == "document"]


def words(element: ET.Element) -> str:
    """Words without those of notes; a line's end parts words."""

    def pieces(one: ET.Element) -> list[str]:
        found = [one.text or ""]
        for child in one:
            found += [" "] if child.tag == f"{TEI}lb" else []
            found += [] if child.tag == f"{TEI}note" else pieces(child)
            found.append(child.tail or "")
        return found

    return " ".join("".join(pieces(element)).split())


def marked(head: ET.Element, side: str) -> list[str]:
    return [words(e) for e in head.iter() if e.get("type") == side and e.tag != f"{TEI}note"]


@pytest.mark.parametrize("name", FILES)
def test_number_id_and_date_of_every_document(name: str) -> None:
    found, xml = documents(name), elements(name)
    assert len(found) == len(xml) > 0
    for document, element in zip(found, xml, strict=True):
        assert document.number == element.get("n")
        assert document.id == element.get(XML_ID)
        dates = [d for line in element.iter(f"{TEI}dateline") for d in line.iter(f"{TEI}date")]
        first = next((d.get("when") for d in dates if d.get("when")), None)
        assert document.date == first, document.key


@pytest.mark.parametrize("name", FILES)
def test_sender_and_recipient_of_every_document(name: str) -> None:
    by_words = 0
    for document, element in zip(documents(name), elements(name), strict=True):
        head = element.find(f"{TEI}head")
        assert head is not None
        sides = {"from": document.senders, "to": document.recipients}
        encoded = {side: marked(head, side) for side in sides}
        if any(encoded.values()):
            for side, persons in sides.items():
                assert [p.words for p in persons] == encoded[side], document.key
            continue
        lists = [e for e in element.findall(f"{TEI}list") if e.get("type") in sides]
        listed = {
            side: [
                words(i) for e in lists if e.get("type") == side for i in e.findall(f"{TEI}item")
            ]
            for side in sides
        }
        for side, persons in sides.items():
            for person, item in zip(persons, listed[side] or [words(head)] * 9, strict=False):
                assert person.words in item, document.key
        if not lists and (document.senders or document.recipients):
            by_words += 1
            assert "sender and recipient are read from the heading's words" in document.remarks
    assert by_words == sum("heading's words" in "".join(d.remarks) for d in documents(name))


@pytest.mark.parametrize("name", FILES)
def test_headings_have_no_source_note_in_them(name: str) -> None:
    for document, element in zip(documents(name), elements(name), strict=True):
        head = element.find(f"{TEI}head")
        assert head is not None
        whole = words(head)
        without = whole.removeprefix(f"{document.number}. ")
        assert document.heading
        assert without.startswith(document.heading), document.key
        if document.has_text:
            assert document.heading == without, document.key
        else:
            rest = without[len(document.heading) :].strip(". ")
            note = document.source_note
            assert not rest or (note is not None and note.text.strip(". ") == rest), document.key


@pytest.mark.parametrize("name", FILES)
def test_paragraphs_notes_pages_and_references(name: str) -> None:
    for document, element in zip(documents(name), elements(name), strict=True):
        inside = {id(x) for n in element.iter(f"{TEI}note") for x in n.iter() if x is not n}
        expected = [words(p) for p in element.iter(f"{TEI}p") if id(p) not in inside and words(p)]
        # A paragraph with a list in it would be cut; none of these files has one.
        assert [document.words(p) for p in document.paragraphs] == expected, document.key
        assert [p.locator for p in document.paragraphs] == [
            f"p{i + 1}" for i in range(len(expected))
        ]
        notes = list(element.iter(f"{TEI}note"))
        encoded = [n for n in document.notes if n.id or n.label]
        assert [n.id for n in encoded] == [n.get(XML_ID) or "" for n in notes], document.key
        if notes:
            folded = " ".join("".join(notes[-1].itertext()).split())
            assert " ".join(encoded[-1].text.split()).replace(" ", "") == folded.replace(" ", "")
        breaks = [b.get("n") for b in element.iter(f"{TEI}pb")]
        print_pages = [p.label for p in document.pages if p.medium == "print" and not p.carried]
        assert print_pages == breaks
        targets = [r.get("target") for r in element.iter(f"{TEI}ref")]
        assert sorted(r.target for r in document.references) == sorted(t or "" for t in targets)


@pytest.mark.parametrize("name", FILES)
def test_a_page_break_within_a_paragraph_is_at_its_word(name: str) -> None:
    """The word after a page's mark in the XML is the word at the page's offset in the text."""
    checked = 0
    for document, element in zip(documents(name), elements(name), strict=True):
        pages = {p.image: p for p in document.pages if not p.carried and p.medium == "print"}
        for paragraph in element.iter(f"{TEI}p"):
            for child in paragraph:
                after = (child.tail or "").split()
                if child.tag == f"{TEI}pb" and after and (child.get("facs") in pages):
                    at = pages[child.get("facs") or ""].at
                    assert document.text[at:].lstrip().startswith(after[0]), document.key
                    checked += 1
    if name == "frus1958-60v08.xml":
        assert checked > 300


@pytest.mark.parametrize("name", FILES)
def test_persons_and_terms_have_the_volumes_gloss(name: str) -> None:
    root = ET.parse(SOURCES / name).getroot()
    listed = {
        named.get(XML_ID)
        for item in root.iter(f"{TEI}item")
        for tag in ("persName", "term")
        for named in item.iter(f"{TEI}{tag}")
        if named.get(XML_ID)
    }
    for document in documents(name):
        for one in (*document.persons, *document.terms, *document.senders, *document.speakers):
            assert (one.id in listed) == bool(one.name), (document.key, one)


@pytest.mark.parametrize("name", FILES)
def test_offsets_hold_and_a_document_survives_json(name: str) -> None:
    for document in documents(name):
        last = 0
        for passage in document.passages:
            assert last <= passage.start < passage.end <= len(document.text)
            last = passage.end
            said = document.words(passage)
            assert said == said.strip()
            cut = [document.words(s) for s in passage.sentences]
            assert " ".join(" ".join(cut).split()) == " ".join(said.split()), document.key
        for note in document.notes:
            assert note.at is None or 0 <= note.at <= len(document.text)
    some = documents(name)[:: max(1, len(documents(name)) // 20)]
    assert [Document.from_json(d.to_json()) for d in some] == some


def test_what_the_closing_note_of_the_sources_says() -> None:
    """Counts over all files; another number means that a reader changed."""
    everything = [d for name in FILES for d in documents(name)]
    assert len(everything) == 2846
    assert sum(d.date is not None for d in everything) == 1812
    assert sum(d.best_date is not None for d in everything) == 2645
    assert sum(d.source_note is not None for d in everything) == 2665
    assert sum(len(d.paragraphs) for d in everything) == 22680
    assert sum(len(p.sentences) for d in everything for p in d.passages) > 70_000
    assert sum(not d.has_text for d in everything) == 746
    assert sum(len(d.enclosed) for d in everything) == 105
    assert sum(bool(d.spoken_to) for d in everything) == 238
    assert {d.number for d in everything if not d.number.isdigit()} == {"273A"} | {
        f"278{letter}" for letter in "ABCDEFGHIJK"
    }


def test_a_letter_inside_a_telegram() -> None:
    letter = next(d for d in documents("frus1961-63v06.xml") if d.number == "65")
    assert letter.kind == "telegram"
    assert [p.words for p in letter.senders] == ["Embassy in the Soviet Union"]
    assert [p.words for p in letter.spoken_to] == ["Mr. President"]
    (inner,) = letter.enclosed
    assert [(p.words, p.id) for p in inner.speakers] == [("N.Khrushchev", "p_KNS2")]
    assert [p.words for p in inner.spoken_to] == ["Mr. President"]
    assert letter.text[inner.start :].startswith("Dear Mr. President:")
    assert letter.text[: inner.end].endswith("/s/ N.Khrushchev")
    assert letter.date == "1962-10-26T19:00:00"
    assert letter.dates[0].precision == "hour"
    assert letter.place == "Moscow"
    assert letter.marking.startswith("Secret; Eyes Only")
    assert letter.archive.startswith("Kennedy Library")
    assert letter.page_at(0) == "172"


READ_BY_HAND = {
    # Who speaks to whom in the letters of these telegrams, as a person reads them.
    "frus1955-57v02#d119": ("Ike", "Prime Minister"),
    "frus1955-57v02#d294": ("Jawaharlal Nehru", "President Eisenhower"),
    "frus1958-60v08#d148": ("Foster Dulles", "Chancellor"),
    "frus1958-60v08#d223": ("Dwight D. Eisenhower", "President"),
    "frus1958-60v08#d283": ("Chris", "President"),
    "frus1958-60v08#d403": ("N. Khrushchev", "Mr. President"),
    "frus1958-60v08#d501": ("Adenauer", "Mr. Herter"),
    "frus1958-60v19#d110": ("N. Khrushchev", "President"),
    "frus1958-60v19#d224": ("John Foster Dulles", "President Chiang"),
    "frus1961-63v06#d9": ("Khrushchev", "President Kennedy"),
    "frus1961-63v06#d28": ("N. Khrushchev; L. Brezhnev", "MR. PRESIDENT"),
    "frus1961-63v06#d38": ("Kennedy", "Khrushchev"),
    "frus1961-63v06#d67": ("John F. Kennedy", "Khrushchev"),
    "frus1961-63v06#d69": ("John F. Kennedy", "Khrushchev"),
    "frus1961-63v06#d96": ("John F. Kennedy; Harold Macmillan", "Mr. Chairman"),
    "frus1961-63v06#d118": ("N. Khrushchev", "President"),
    "frus1964-68v16#d54": ("Lyndon B. Johnson", "Mr. Prime Minister"),
    "frus1964-68v16#d134": ("", "Prime Minister Papandreou"),
    "frus1964-68v16#d328": ("Ihsan Sabri Caglayangil", "Mr. Vance"),
    "frus1964-68v29p1#d173": ("Park Chung Hee", "Mr. President"),
    "frus1964-68v29p1#d230": ("A. Kosygin", "President"),
}
# Telegrams that quote, mention or report letters, but hold none.
HOLD_NONE = (
    "frus1955-57v02#d14", "frus1955-57v02#d88", "frus1955-57v02#d291", "frus1955-57v02#d295",
    "frus1958-60v08#d100", "frus1958-60v19#d261", "frus1958-60v19#d7", "frus1964-68v16#d136",
    "frus1964-68v16#d149", "frus1964-68v29p1#d158", "frus1964-68v29p1#d231",
)  # fmt: skip


def test_letters_inside_telegrams_as_a_person_reads_them() -> None:
    everything = {d.key: d for name in FILES for d in documents(name)}
    for key, sides in READ_BY_HAND.items():
        (one,) = everything[key].enclosed
        said = ["; ".join(p.words for p in side) for side in (one.speakers, one.spoken_to)]
        assert tuple(said) == sides, key
    assert [key for key in HOLD_NONE if everything[key].enclosed] == []


def test_the_seed_note_in_plain_text() -> None:
    (note,) = read(SOURCES / "frus1961-63v10-12mSupp-d403.txt")
    twin = next(d for d in documents("frus1961-63v10-12mSupp.xml") if d.number == "403")
    assert note.key == twin.key == "frus1961-63v10-12mSupp#d403"
    assert (note.rendering, twin.rendering) == ("text", "tei")
    assert note.heading == "Intelligence Note from Hilsman to Rusk, October 25"
    assert twin.heading.startswith(note.heading)
    assert note.best_date == twin.best_date == "--10-25"
    assert [p.words for p in note.senders] == [p.words for p in twin.senders] == ["Hilsman"]
    assert [p.words for p in note.recipients] == [p.words for p in twin.recipients] == ["Rusk"]
    assert note.marking == twin.marking == "Confidential"
    assert note.archive == twin.archive
    assert note.archive.startswith("Kennedy Library, NSF")
    assert [(p.label, p.medium) for p in note.pages] == [("1", "facsimile"), ("2", "facsimile")]
    assert len(twin.pages) == 2
    second = note.passage("p2")
    assert second is not None
    assert note.words(second).startswith("Objectives. The prime Soviet objective")
    tactics = next(p for p, said in note if said.startswith("Tactics."))
    assert tactics.page == "2"
