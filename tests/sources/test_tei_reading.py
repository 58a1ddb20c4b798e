"""TEI as the two editions write it, on small files: every trap by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from standoff.errors import SourceError
from standoff.sources.document import Document
from standoff.sources.reading import read

OLD = "http://history.state.gov/ns/1.0"
NEW = "http://history.state.gov/frus/ns/1.0"
FRONT = """<text><front><pb n="III" facs="0005"/>
<div type="section" xml:id="persons"><head>Persons</head><list>
<item><hi rend="strong"><persName xml:id="p_XAB1">Xerxes, Anna B.</persName>,</hi> Consul
  in Ys until 1905</item></list></div>
<div type="section" xml:id="terms"><list>
<item><hi><term xml:id="t_YYY1">YYY</term>,</hi> Yearly
  Yield</item></list></div></front>"""


def volume(*documents: str, edition: str = OLD, front: str = FRONT) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="{edition}">
<teiHeader><fileDesc><titleStmt><title type="complete">Foreign Relations of the United States,
  1905, Ys</title><title type="volumenumber">Volume Z</title>
  <editor role="primary">A Person</editor></titleStmt>
<publicationStmt><date>1950</date><idno type="frus">frus1905v99</idno></publicationStmt>
</fileDesc></teiHeader>{front}
<body><div type="compilation" xml:id="comp1"><head>Ys<note n="1">A note.</note></head>
<pb n="9" facs="0010"/><div type="chapter" xml:id="ch1"><head>The Flood</head>
{"".join(documents)}</div></div></body></text></TEI>"""


def read_all(tmp_path: Path, text: str, name: str = "frus1905v99.xml") -> list[Document]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return list(read(path))


LETTER = """<div type="document" xml:id="d7" n="7" {more}><head>7. Letter From
 the Consul in <placeName>Ys</placeName> (<persName corresp="#p_XAB1" type="from">Xerxes</persName>)
 to the <gloss type="to">Department of State</gloss><note {source}>Source: State Archives, Ys,
 <gloss target="#t_YYY1">YYY</gloss> Box. 1. Secret; Niact. Drafted by nobody.</note></head>
{opener}<p>Dear Mr. Secretary: The sea<note n="2" xml:id="d7fn2">See
 <ref target="#d6">Document 6</ref> and <persName>Anybody</persName>.</note> is ris<pb n="10"
 facs="0011"/>ing. Come at once.</p>
<closer><signed><persName corresp="#p_XAB1">Anna Xerxes</persName><lb/>Consul</signed></closer>
</div>"""
TYPED = 'n="1" xml:id="d7fn1" type="source"'
OLD_LINE = """<dateline><hi rend="italic"><placeName>Ys</placeName>, <date
 when="1905-03-02T19:00:00">March 2, 1905, 7 p.m.</date></hi></dateline>"""
NEW_LINE = """<opener><dateline rendition="#right"><placeName>Ys</placeName>, <date
 when="1905-03-02T19:00:00-05:00" calendar="gregorian">March 2, 1905, 7 p.m.</date></dateline>
</opener>"""


@pytest.mark.parametrize(
    ("edition", "opener", "more", "date", "zone"),
    [
        (OLD, OLD_LINE, "", "1905-03-02T19:00:00", ""),
        (
            NEW,
            NEW_LINE,
            'subtype="historical-document" frus:doc-dateTime-min="1905-03-02T19:00:00-05:00"'
            ' frus:doc-dateTime-max="1905-03-02T19:00:00-05:00"',
            "1905-03-02T19:00:00-05:00",
            "-05:00",
        ),
    ],
    ids=["2015", "current"],
)
def test_both_editions(
    tmp_path: Path, edition: str, opener: str, more: str, date: str, zone: str
) -> None:
    text = volume(LETTER.format(source=TYPED, opener=opener, more=more), edition=edition)
    (letter,) = read_all(tmp_path, text)
    assert letter.key == "frus1905v99#d7"
    assert (letter.number, letter.kind, letter.place) == ("7", "letter", "Ys")
    assert letter.heading == "Letter From the Consul in Ys (Xerxes) to the Department of State"
    assert letter.address == "https://history.state.gov/historicaldocuments/frus1905v99/d7"
    assert letter.date == letter.best_date == date
    assert (letter.dates[0].precision, letter.dates[0].zone) == ("hour", zone)
    assert letter.section == ("Ys", "The Flood")
    assert letter.volume.title == "Foreign Relations of the United States, 1905, Ys"
    assert (letter.volume.number, letter.volume.editors) == ("Volume Z", ("A Person",))
    (sender,), (recipient,), (speaker,) = letter.senders, letter.recipients, letter.speakers
    assert (sender.words, sender.id, sender.name) == ("Xerxes", "p_XAB1", "Xerxes, Anna B.")
    assert sender.gloss == "Consul in Ys until 1905"
    assert (recipient.words, speaker.words) == ("Department of State", "Anna Xerxes")
    assert [p.words for p in letter.spoken_to] == ["Mr. Secretary"]
    assert [(t.id, t.gloss) for t in letter.terms] == [("t_YYY1", "Yearly Yield")]
    assert [p.words for p in letter.persons] == ["Xerxes", "Anybody"]
    assert (letter.marking, letter.archive) == ("Secret; Niact", "State Archives, Ys, YYY Box. 1")
    (paragraph,) = letter.paragraphs
    assert letter.words(paragraph) == "Dear Mr. Secretary: The sea is rising. Come at once."
    assert [letter.words(s) for s in paragraph.sentences] == [
        "Dear Mr. Secretary: The sea is rising.",
        "Come at once.",
    ]
    source, note = letter.notes
    assert source.is_source
    assert source.at is None
    assert not note.is_source
    assert letter.text[: note.at].endswith("The sea")
    assert [(r.target, r.words, r.at) for r in letter.references] == [("#d6", "Document 6", None)]
    before, break_ = letter.pages
    assert (before.label, before.at, before.carried) == ("9", 0, True)
    assert letter.text[break_.at :].startswith("ing.")
    assert paragraph.page == "9"
    assert letter.page_at(len(letter.text) - 1) == "10"


@pytest.mark.parametrize(
    "source", ['n="0" xml:id="x1"', 'n="*" xml:id="d7fn0"', 'n="1" xml:id="d7fn1"', TYPED]
)
def test_a_source_note_without_its_type(tmp_path: Path, source: str) -> None:
    text = volume(LETTER.format(source=source, opener=OLD_LINE, more=""))
    (letter,) = read_all(tmp_path, text)
    assert [n.is_source for n in letter.notes] == [True, False]
    assert letter.marking == "Secret; Niact"
    assert "Source" not in letter.heading


def test_a_typed_source_note_is_before_those_that_look_like_one(tmp_path: Path) -> None:
    text = """<div type="document" xml:id="d1" n="1"><head>1. Paper
      <note n="0" xml:id="d1fn0">Source:
      a rumor.</note><note n="1" xml:id="d1fn1" type="source">Kept nowhere.</note></head>
      <p>Text.</p></div>"""
    (paper,) = read_all(tmp_path, volume(text))
    assert [(n.label, n.is_source) for n in paper.notes] == [("0", False), ("1", True)]


def test_what_is_in_an_attachment_is_not_the_documents(tmp_path: Path) -> None:
    text = """<div type="document" xml:id="d2" n="2"><head>2. Telegram From the
      <gloss type="from">Embassy in Ys</gloss> to the <gloss type="to">Department</gloss></head>
      <opener><dateline><placeName>Ys</placeName>, <date when="1905-03-04">March 4</date>
      </dateline></opener><p>Letter follows.</p>
      <frus:attachment><head>Letter From <persName type="from">Gradlon</persName> to
      <persName type="to">Dahut</persName></head><dateline><placeName>Quimper</placeName>, <date
      when="1905-02-01">February 1</date></dateline><p>Close the gate.</p>
      </frus:attachment></div>"""
    (telegram,) = read_all(tmp_path, volume(text, edition=NEW))
    assert [p.words for p in telegram.senders] == ["Embassy in Ys"]
    assert [p.words for p in telegram.recipients] == ["Department"]
    assert (telegram.date, telegram.place) == ("1905-03-04", "Ys")
    assert [(d.when, d.place) for d in telegram.dates] == [
        ("1905-03-04", "dateline"),
        ("1905-02-01", "text"),
    ]
    assert telegram.heading == "Telegram From the Embassy in Ys to the Department"
    kinds = [p.kind for p in telegram.passages]
    assert kinds == ["dateline", "paragraph", "heading", "dateline", "paragraph"]


def test_ranges_hours_and_undated(tmp_path: Path) -> None:
    one = """<div type="document" xml:id="d1" n="1"><head>1. Notes</head><dateline>
      <placeName>Ys</placeName>, <date from="1905-01-26" to="1905-01-27">January 26 [27]</date>
      </dateline><p>A.</p></div>"""
    two = """<div type="document" xml:id="d2" n="2"><head>2. Notes</head><dateline><date
      when="1905-01-05">January 5</date>, <time from="12:03:00" to="13:45:00">12:03–1:45</time>
      </dateline><p>A.</p></div>"""
    three = """<div type="document" xml:id="d3" n="3"><head>3. Notes</head><dateline><date>undated
      </date></dateline><p>A.</p></div>"""
    four = """<div type="document" xml:id="d4" n="4"
      frus:doc-dateTime-min="1905-02-01T00:00:00-05:00"
      frus:doc-dateTime-max="1905-03-01T23:59:59-05:00"><head>4. Editorial Note</head>
      <p>A.</p></div>"""
    five = """<div type="document" xml:id="d5" n="5"><head>5. Record of a Meeting, Ys, <date
      when="1905">1905</date></head><p>A.</p></div>"""
    found = read_all(tmp_path, volume(one, two, three, four, five, edition=NEW))
    assert [d.date for d in found] == [None, "1905-01-05", None, None, None]
    assert [d.best_date for d in found] == [
        "1905-01-26", "1905-01-05", None, "1905-02-01T00:00:00-05:00", "1905",
    ]  # fmt: skip
    assert (found[0].dates[0].first, found[0].dates[0].last) == ("1905-01-26", "1905-01-27")
    hours = found[1].dates[1]
    assert (hours.first, hours.last) == ("1905-01-05T12:03:00", "1905-01-05T13:45:00")
    assert hours.precision == "minute"
    assert [d.words for d in found[2].dates] == ["undated"]
    assert found[3].dates[0].place == "edition"
    assert found[3].kind == "editorial note"
    assert (found[4].dates[0].place, found[4].dates[0].precision) == ("heading", "year")


def test_corrected_words_lists_tables_and_labels(tmp_path: Path) -> None:
    text = """<div type="document" xml:id="d1" n="273A"><head>273A. Paper</head>
      <p>We
      <choice><sic>beleive</sic><corr>believe</corr></choice> it, and <sic>thier</sic> word.</p>
      <list><head>PRESENT</head><label>1.</label><item>The King</item><label>2.</label>
      <item><p>Dahut.</p><p>His daughter.</p></item></list>
      <p>Points: <list><item>first</item></list> and so on.</p>
      <table><row><cell>a</cell><cell>b</cell></row></table>
      <p>End.<!-- no --><?no this?></p></div>"""
    (paper,) = read_all(tmp_path, volume(text))
    assert paper.number == "273A"
    assert [(p.locator, said) for p, said in paper] == [
        ("p1", "We believe it, and thier word."),
        ("h1", "PRESENT"),
        ("i1", "1. The King"),
        ("p2", "2. Dahut."),
        ("p3", "His daughter."),
        ("p4", "Points:"),
        ("i2", "first"),
        ("p4b", "and so on."),
        ("r1", "a b"),
        ("p5", "End."),
    ]
    (correction,) = paper.corrections
    assert paper.text[correction.start : correction.end] == "believe"
    assert correction.printed == "beleive"


def test_a_document_that_is_only_a_heading_and_images(tmp_path: Path) -> None:
    text = """<div type="document" xml:id="d9" n="9"><head>9. Memorandum from Gradlon to Dahut,
      October 25. The gate. Top Secret 2 pp. Ys Library, Box 1.</head>
      <frus:page-count-according-to-citation>2</frus:page-count-according-to-citation>
      <frus:file id="1" path="0001/0001.tif"/><frus:file id="2" path="0001/0002.tif"/>
      <frus:pdf bytes="5"/><uh-oh>out of order</uh-oh></div>"""
    (paper,) = read_all(tmp_path, volume(text, front="<text>"))
    assert not paper.has_text
    assert paper.passages == ()
    assert paper.heading == "Memorandum from Gradlon to Dahut, October 25. The gate"
    assert (paper.marking, paper.archive) == ("Top Secret", "Ys Library, Box 1")
    assert [p.words for p in (*paper.senders, *paper.recipients)] == ["Gradlon", "Dahut"]
    assert (paper.date, paper.best_date) == (None, "--10-25")
    images = [(p.label, p.image) for p in paper.pages if p.medium == "facsimile"]
    assert images == [("1", "0001/0001.tif"), ("2", "0001/0002.tif")]
    assert "the editors remark: out of order" in paper.remarks


def test_an_inline_note_is_text_and_the_white_space_of_the_file_is_not(tmp_path: Path) -> None:
    text = """<div type="document" xml:id="d1" n="1"><head>1. Paper</head><p>Cafe\u0301
      and\t<note rend="inline">[in the margin]</note>  more</p></div>"""
    (paper,) = read_all(tmp_path, volume(text))
    assert paper.text == "Caf\u00e9 and [in the margin] more"
    assert paper.notes == ()


def test_a_single_document_takes_its_volume_from_the_files_name(tmp_path: Path) -> None:
    text = """<div xmlns="http://www.tei-c.org/ns/1.0" type="document" xml:id="d102" n="102">
      <head>102. Estimate</head><p>Text.</p></div>"""
    (paper,) = read_all(tmp_path, text, "frus1961-63v12-d102.xml")
    assert paper.key == "frus1961-63v12#d102"


def test_other_tei_is_one_document(tmp_path: Path) -> None:
    text = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>
      <title>A Diary</title></titleStmt></fileDesc></teiHeader><text><body><div><p>One.</p></div>
      <div><p>Two.</p></div></body></text></TEI>"""
    (diary,) = read_all(tmp_path, text, "diary.xml")
    assert (diary.key, diary.heading, diary.text) == ("diary#d1", "A Diary", "One.\n\nTwo.")


def test_xml_that_is_no_tei_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no TEI"):
        read_all(tmp_path, "<html><body><p>x</p></body></html>")


def test_broken_xml_is_told_with_its_line(tmp_path: Path) -> None:
    text = volume("<div type='document' n='1'><head>1. A</head>\n<p>x</q></div>")
    with pytest.raises(SourceError) as caught:
        read_all(tmp_path, text)
    (problem,) = caught.value.problems
    assert problem.code == "not-xml"
    assert problem.position is not None
    assert problem.position.line == text[: text.index("</q>")].count("\n") + 1


def test_the_same_bytes_give_the_same_digest(tmp_path: Path) -> None:
    text = volume(LETTER.format(source=TYPED, opener=OLD_LINE, more=""))
    (one,) = read_all(tmp_path, text)
    (two,) = read_all(tmp_path, text.replace("Come at", "Come\n\n   at"))
    (three,) = read_all(tmp_path, text.replace("Come at once", "Come at noon"))
    assert one.digest == two.digest != three.digest
    assert one.text_hash == two.text_hash != three.text_hash
    assert Document.from_json(one.to_json()) == one


def test_documents_without_number_or_id_have_names_all_the_same(tmp_path: Path) -> None:
    text = "<TEI><text><body>" + "<div type='document'><p>w</p></div>" * 2 + "</body></text></TEI>"
    found = read_all(tmp_path, text, "letters.xml")
    assert [(d.key, d.number, d.address) for d in found] == [
        ("letters#n1", "", ""),
        ("letters#n2", "", ""),
    ]
