"""Letters inside telegrams: who speaks to whom in them, apart from the posts that wire them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.sources.document import BETWEEN, Document, Passage, PassageKind, Person
from standoff.sources.enclosed import WIRED, enclosed_in
from standoff.sources.headings import parties, posts
from standoff.sources.library import Library
from standoff.sources.narrowing import Narrowing
from standoff.sources.reading import read

DAHL = Person("Dahl", "p_DK1", "Dahl, Knut", "Mayor")
BERG = Person("Consul Berg")


def telegram(*paragraphs: str | tuple[str, PassageKind]) -> tuple[str, list[Passage]]:
    """A text of paragraphs; a pair says of what kind a passage is."""
    passages: list[Passage] = []
    at = 0
    for i, one in enumerate(paragraphs):
        words, kind = (one, "paragraph") if isinstance(one, str) else one
        passages.append(Passage(f"p{i}", kind, at, at + len(words)))
        at += len(words) + len(BETWEEN)
    texts = [one if isinstance(one, str) else one[0] for one in paragraphs]
    return BETWEEN.join(texts), passages


def letters(
    *paragraphs: str | tuple[str, PassageKind],
    persons: tuple[Person, ...] = (DAHL, BERG),
    kind: str = "telegram",
) -> list[tuple[list[str], list[str], str]]:
    """(speakers, addressees, the letter's words) of each."""
    text, passages = telegram(*paragraphs)
    return [
        ([p.words for p in one.speakers], [p.words for p in one.spoken_to],
         text[one.start : one.end].replace(BETWEEN, "|"))
        for one in enclosed_in(kind, text, passages, persons)
    ]  # fmt: skip


ROUTING = "12. Please deliver following message from Berg to Mayor Dahl as soon as possible."
END: tuple[str, PassageKind] = ("Office", "signature")


def test_a_letter_between_its_marks() -> None:
    found = letters(
        ROUTING, "Dear Mr. Mayor:", "The ice is late.", "Respectfully yours,", "/s/ K. Dahl",
        "Original by messenger.", END,
    )  # fmt: skip
    assert found == [
        (["K. Dahl"], ["Mayor Dahl"],
         "Dear Mr. Mayor:|The ice is late.|Respectfully yours,|/s/ K. Dahl")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "closing, who",
    [
        (["Yours, /s/ Knut Dahl"], "Knut Dahl"),
        (["/s/Knut Dahl”"], "Knut Dahl"),
        (["Faithfully, signed: Knut."], "Knut"),
        (["Faithfully,", "“Signed: Knut”"], "Knut"),
        (["With respect (signed) K. Dahl.”"], "K. Dahl"),
        (["With respect, (signed)", "K. Dahl”"], "K. Dahl"),
        (["I send you this letter. Signed Dahl."], "Dahl"),
        (["Sincerely, Knut Dahl. 5th May. End text."], "Knut Dahl"),
        (["With warm regard,", "As ever,", "Knut"], "Knut"),
        (["Best wishes.", "Knut de Dahl”"], "Knut de Dahl"),
        (["Knut A. Dahl.”", "End text."], "Knut A. Dahl"),
        ([("Knut Dahl", "signature")], "Knut Dahl"),
    ],
)
def test_ways_to_sign(closing: list[str], who: str) -> None:
    ((speakers, addressees, _),) = letters(
        "12. Text:", "Dear Mr. Berg:", "It is late.", *closing, END
    )
    assert (speakers, addressees) == ([who], ["Mr. Berg"])


@pytest.mark.parametrize(
    "announcement, speaker, addressee",
    [
        ("Deliver following note to the Foreign Minister from the President.", "President",
         "Foreign Minister"),
        ("Following is text of letter dated May 4 from Berg to Dahl:", "Berg", "Dahl"),
        ("Following message for the Secretary from the President.", "President", "Secretary"),
        ("Following reply from Secretary should be delivered to Chancellor Tuesday.", "Secretary",
         "Chancellor"),
        ("Following is our translation of Dahl’s reply to President Holm’s message.", "Dahl",
         "President Holm"),
        ("Letter to Dahl follows and is for delivery in any way.", "", "Dahl"),
        ("Following letter from me to Prime Minister Dahl.", "", "Prime Minister Dahl"),
        # Who carries it is not to whom it goes; places and governments are no persons.
        ("Following is text of message for Berg to deliver to Dahl:", "", ""),
        ("Following is text of note from Paris to Soviet Government:", "", ""),
        ("He read me the text of a letter from Berg to Dahl.", "", ""),
    ],
)  # fmt: skip
def test_ways_to_announce(announcement: str, speaker: str, addressee: str) -> None:
    found = letters(announcement, "“The ice is late.”", END)
    said = [(s, a) for s, a, _ in found]
    wanted = ([speaker] if speaker else [], [addressee] if addressee else [])
    assert said == ([wanted] if any(wanted) else [])
    assert all(words.startswith("“The ice") for _, _, words in found)


def test_a_routing_line_counts_only_before_a_salutation() -> None:
    head = "Dulte 4. Eyes only Acting Secretary for President from Secretary."
    assert letters(head, "Dear Mr. President:", "It is late.", END)[0][:2] == (
        ["Secretary"], ["President"],
    )  # fmt: skip
    assert letters(head, "It is late.", END) == []
    other = "Here is what was asked for, as agreed; hand it over when you see fit to do it."
    assert letters(head, other, "Dear Mr. Chairman:", "It is late.", END)[0][:2] == (
        [], ["Mr. Chairman"],
    )  # fmt: skip


def test_two_letters_and_two_who_sign() -> None:
    found = letters(
        "Two texts.", "Dear Mr. Berg:", "One.", "/s/ Dahl", "Dear Mr. Dahl:", "Two.",
        ("Consul Berg", "signature"), ("Ada Quay", "signature"), END,
    )  # fmt: skip
    assert [(s, a) for s, a, _ in found] == [
        (["Dahl"], ["Mr. Berg"]), (["Consul Berg", "Ada Quay"], ["Mr. Dahl"]),
    ]  # fmt: skip


def test_the_post_that_wires_it_is_no_speaker_in_it() -> None:
    ((speakers, _, words),) = letters("Text:", "Dear Mr. Berg:", "It is late.", END)
    assert speakers == [] and words.endswith("Office")


def test_names_have_their_entries() -> None:
    text, passages = telegram(ROUTING, "Dear Mr. Mayor:", "/s/ K.Dahl")
    (one,) = enclosed_in("telegram", text, passages, (DAHL, BERG))
    assert one.speakers == (Person("K.Dahl", "p_DK1", "Dahl, Knut", "Mayor"),)


@pytest.mark.parametrize(
    "name, entry",
    [
        ("Knut Dahl", "p_DK1"), ("K. Dahl", "p_DK1"), ("Dahl", "p_DK1"), ("Mayor Dahl", ""),
        ("Lars Dahl", ""), ("L. B. Dahl", ""), ("President Dahl", ""), ("King", ""),
        ("President Holm", "p_H1"),
    ],
)  # fmt: skip
def test_another_of_the_same_family_is_not_taken_for_who_signs(name: str, entry: str) -> None:
    named = (
        DAHL, Person("King", "p_K1", "King, Gordon", "Consul"),
        Person("Mr. Holm", "p_H1", "Holm, Ada", "President of Ys"),
    )  # fmt: skip
    text, passages = telegram("Text:", "Dear Mr. Berg:", "It is late.", f"/s/ {name}")
    (one,) = enclosed_in("telegram", text, passages, named)
    assert [(p.words, p.id) for p in one.speakers] == [(name, entry)]


def test_two_who_are_addressed_in_one_line() -> None:
    ((_, addressees, _),) = letters("Text:", "Dear Chairman Berg and Chairman Dahl:", "/s/ Quay")
    assert addressees == ["Chairman Berg", "Chairman Dahl"]


@pytest.mark.parametrize("kind", ["letter", "memorandum of conversation", "", "editorial note"])
def test_only_what_is_wired_holds_letters(kind: str) -> None:
    assert letters(ROUTING, "Dear Mr. Mayor:", "/s/ Dahl", kind=kind) == []


PIECES = st.sampled_from(
    [
        "Dear ", "My dear ", "Mr. President", ":", "/s/ ", "Signed: ", "(signed)", "Dahl", "Berg",
        "Following message ", "from ", "to ", "the President ", "for ", "delivery ", "text of ",
        "follows", "End text.", "Sincerely, ", "As ever,", "“", "”", ".", " ", "May 4", "é中",
    ]
)  # fmt: skip
KINDS = st.sampled_from(["paragraph", "signature", "item", "heading", "dateline"])
PARAGRAPH = st.lists(PIECES, min_size=1, max_size=8).map("".join).filter(str.strip)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(st.tuples(PARAGRAPH, KINDS), max_size=9), st.sampled_from(sorted(WIRED)))
def test_any_telegram(paragraphs: list[tuple[str, PassageKind]], kind: str) -> None:
    text, passages = telegram(*paragraphs)
    found = enclosed_in(kind, text, passages, (DAHL, BERG))
    assert found == enclosed_in(kind, text, passages, (DAHL, BERG))
    starts, ends = {p.start for p in passages}, {p.end for p in passages}
    for one in found:
        assert one.start in starts and one.end in ends and one.start < one.end
        assert one.speakers or one.spoken_to
        for person in (*one.speakers, *one.spoken_to):
            assert person.words and person.words == person.words.strip()
            assert " ".join(person.words.split()) in " ".join(text.split())


def test_text_that_slows_careless_patterns() -> None:
    for unit in (
        "following message from A to B ", "text letter ", "For Aa Aa ", "A", "Aa ", "A.", "May 1 ",
        "Sincerely, ", "signed ", "/s/ ", "Dear ", "text of note from A, B, C and ", "end text",
        "with a b regards ", "A, ", "deliver following ",
    ):  # fmt: skip
        words = unit * (60_000 // len(unit))
        text, passages = telegram(words, f"Dear {words}", words)
        enclosed_in("telegram", text, passages, (DAHL,))
        parties(words)
        posts(f"Embassies in {words}")


@pytest.mark.parametrize(
    "heading, recipients, full",
    [
        ("Telegram From the Department of State to the Embassies in France, Germany and the "
         "United Kingdom", ["France", "Germany", "United Kingdom"],
         ["Embassy in France", "Embassy in Germany", "Embassy in the United Kingdom"]),
        ("Circular Telegram From the Department of State to Certain Diplomatic Missions",
         ["Certain Diplomatic Missions"], [""]),
        ("Circular telegram 700 to all posts, October 21. Instructions", ["all posts"], [""]),
        ("Telegram 84 to San Jose, 134 to Guatemala City, and 69 to Managua, September 30, 1963. "
         "Rumors", ["San Jose", "Guatemala City", "Managua"], ["", "", ""]),
        ("Telegram 447 to Quito and 553 to Lima, February 25, 1961. Concerns", ["Quito", "Lima"],
         ["", ""]),
        ("Telegram 7065 from JCS to CINCLANT, CINCONAD, and CINCSAC, October 28. Instruction",
         ["CINCLANT", "CINCONAD", "CINCSAC"], ["", "", ""]),
        ("Letter From Berg to Dahl and Quay, May 3", ["Dahl and Quay"], [""]),
    ],
)  # fmt: skip
def test_several_addressees(heading: str, recipients: list[str], full: list[str]) -> None:
    _, found = parties(heading)
    assert [p.words for p in found] == recipients
    assert [p.name for p in found] == full


HEAD = """<TEI><text><body><div type="document" n="7" xml:id="d7"><head>7. Telegram From
<gloss type="from">the Harbor Office</gloss> to the <gloss type="to">Embassies in Greece and
Turkey</gloss></head>"""
FILE = (
    HEAD
    + """<p>Deliver following message from the Mayor to Consul Berg:</p><p>“Dear Consul: The
ice is late.</p><p>/s/ Knut <persName corresp="#p_DK1">Dahl</persName>”</p>
<closer><signed>Quay</signed></closer></div></body></text></TEI>"""
)


def a_volume(folder: Path) -> tuple[Library, Document]:
    path = folder / "harbor01v02.xml"
    path.write_text(FILE, "utf-8")
    (document,) = read(path)
    library = Library(folder)
    library.keep([document], path)
    return library, document


def test_in_a_file_and_in_the_library(tmp_path: Path) -> None:
    library, document = a_volume(tmp_path)
    assert [p.words for p in document.recipients] == ["Embassies in Greece and Turkey"]
    (letter,) = document.enclosed
    assert [(p.words, p.id) for p in letter.speakers] == [("Knut Dahl", "p_DK1")]
    assert [p.words for p in letter.spoken_to] == ["Consul Berg"]
    assert [p.words for p in document.speakers] == ["Quay", "Knut Dahl"]
    assert document.text[letter.start : letter.end].endswith("/s/ Knut Dahl”")
    assert Document.from_json(document.to_json()) == document
    for wanted in (
        Narrowing(sender="Knut Dahl"), Narrowing(recipient="Berg"),
        Narrowing(recipient="Embassy in Turkey"), Narrowing(recipient="embassies in greece"),
    ):  # fmt: skip
        assert [one.key for one in library.documents(wanted)] == ["harbor01v02#d7"]
    assert library.documents(Narrowing(recipient="Embassy in Cyprus")) == []
