"""From a note to files that can be read: what is found, what is blank, that nothing is invented."""

from __future__ import annotations

import io
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import standoff as so
from standoff.draft import draft
from standoff.draft.drafting import found_in
from standoff.draft.opening import Opened
from standoff.draft.prose import place_of, places_of
from standoff.errors import ScenarioError, SourceError
from standoff.scenario.loading import loads
from standoff.sources.anchoring import Selector, anchor
from standoff.sources.document import Document
from standoff.sources.library import Library
from standoff.sources.markdown import read_markdown
from standoff.sources.plain_text import read_text

NOTE = """412. Intelligence Note from Dahl to the Mayor, May 251

[Facsimile Page 1]

RURITANIAN PLANS IN THE HARBOR TALKS

Moscow’s acceptance of the truce raises the question of what it wants in Cuba.

Aims. The prime Soviet aim at the talks is to keep the north channel open. The Soviets may hope
that time will wear down the United States and weaken its resolve.

[Facsimile Page 2]

Means. The Soviet Union will probably attempt to win over the pilots. To this end Moscow has refused
to admit that its ships carry guns. Would Havana agree?

  1. Ruritanian plans in the harbor talks. Secret. 2 pp. City Archive, Box 4."""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No library lies in the folder in which the tests run."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "frus1961-63v99-d412.txt"
    path.write_text(NOTE, "utf-8")
    return path


def anchors(found: so.Draft) -> list[str]:
    """States of the links that a draft writes, as the library's own code finds them."""
    scenario = loads("\n".join(found.files().values()))
    states: list[str] = []
    for link in scenario.links:
        selector = Selector(
            place=link.passage.partition("/")[2], exact=link.exact, prefix=link.prefix,
            suffix=link.suffix, start=link.start, end=link.end,
        )  # fmt: skip
        states.append(anchor(found.document, selector).state)
    return states


def test_what_the_note_says_of_itself(note: Path) -> None:
    facts = draft(note).report.facts
    assert facts.title == "Ruritanian plans in the harbor talks"
    assert (facts.sender, facts.recipient) == ("Dahl", "Mayor")
    assert facts.marking == "Secret"
    assert facts.source_note.startswith("Ruritanian plans")
    assert [(page.label, page.medium) for page in facts.pages] == [
        ("1", "facsimile"), ("2", "facsimile"),
    ]  # fmt: skip
    assert facts.date.when == "--05-25"
    assert facts.date.years == (1961, 1962, 1963)


def test_sections_and_places(note: Path) -> None:
    found = draft(note)
    assert [(section.title, section.where) for section in found.report.sections] == [
        ("Aims", "p1"), ("Means", "p2"),
    ]  # fmt: skip
    assert all(section.run_in for section in found.report.sections)
    assert [clause.where for clause in found.clauses] == [
        "p1 ¶1 s1", "p1 ¶2 s1", "p1 ¶2 s2", "p1 ¶2 s2", "p2 ¶1 s1", "p2 ¶1 s2",
    ]  # fmt: skip
    assert [clause.section for clause in found.clauses] == [
        "",
        "Aims",
        "Aims",
        "Aims",
        "Means",
        "Means",
    ]
    assert [clause.kind for clause in found.clauses] == [
        "inference", "inference", "attitude", "attitude", "forecast", "fact",
    ]  # fmt: skip
    assert [one.quote for one in found.report.left_out] == ["Would Havana agree?"]


def test_check_accepts_it_and_warns_of_every_placeholder(note: Path, tmp_path: Path) -> None:
    found = draft(note, date="1962-05-06").write(tmp_path / "out")
    problems = so.check(str(tmp_path / "out"))
    assert [p for p in problems if p.severity == "error"] == []
    assert {p.code for p in problems} == {"blank", "no-claim"}
    text = "".join(found.files().values())
    placeholders = set(re.findall(r"\bblank_\w+", re.sub(r"#.*", "", text)))
    warned = {
        name for p in problems if p.code == "blank" for name in re.findall(r"blank_\w+", p.message)
    }
    assert warned == placeholders
    assert all(p.position and p.position.line > 0 for p in problems)


def test_it_can_even_be_assessed(note: Path, tmp_path: Path) -> None:
    draft(note, date="1962-05-06").write(tmp_path / "out")
    answer = so.assess(str(tmp_path / "out"), variants=8)
    assert all(judgement.probability is None for judgement in answer.judgements)


def test_every_judgement_is_linked_to_its_words(note: Path) -> None:
    found = draft(note)
    scenario = loads("\n".join(found.files().values()))
    assert [link.rests for link in scenario.links] == [
        f"judgements.{judgement.id}" for judgement in scenario.judgements
    ]
    assert [link.exact for link in scenario.links] == [clause.quote for clause in found.clauses]
    assert set(anchors(found)) == {"ok"}


def test_nothing_is_there_that_the_note_does_not_say(note: Path) -> None:
    """Outside comments there are the note's words, names of the lists, and placeholders."""
    found = draft(note)
    scenario = loads("\n".join(found.files().values()))
    assert not scenario.record and not scenario.parameters and not scenario.state
    assert all(not actor.types for actor in scenario.actors.values())
    assert [turn.id for turn in scenario.turns] == ["blank_turn"]
    assert all(name.startswith("blank_") for name in scenario.turns[0].moves or {})
    assert {name for held in scenario.objectives.values() for name in held} == {"blank_objective"}
    assert all(o.value == "0" for held in scenario.objectives.values() for o in held.values())
    assert list(scenario.ends) == ["time"]
    assert scenario.as_of is None
    body = " ".join(found.document.text.split())
    for judgement in scenario.judgements:
        own = re.sub(r"^\[.*?\] ", "", judgement.text)
        assert " ".join(own.split()) in body
        assert judgement.claim is None and judgement.estimate is None


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.text(alphabet="aB .\n?", max_size=120))
def test_the_quick_way_to_a_place_is_the_slow_one(text: str) -> None:
    document = read_text("Head\n\n" + text + "x", "note", "d1")
    quick = places_of(document)
    for at in range(len(document.text) + 2):
        assert quick(at) == place_of(document, at)


def test_the_day_can_be_given(note: Path) -> None:
    found = draft(note, date="1962-05-06")
    assert loads("\n".join(found.files().values())).as_of == "1962-05-06"
    with pytest.raises(ScenarioError, match="--date"):
        draft(note, date="in May")


def test_a_day_without_its_year_is_no_day(tmp_path: Path) -> None:
    path = tmp_path / "frus1964-68v99-d1.txt"
    path.write_text("1. Note from Dahl to Berg, February 29\n\nMoscow may yield.", "utf-8")
    found = draft(path)
    assert found.report.facts.date.day == ""
    assert "as_of" in {blank.path for blank in found.report.blanks}
    found.write(tmp_path / "out")
    assert not [p for p in so.check(str(tmp_path / "out")) if p.severity == "error"]


def test_actors(note: Path) -> None:
    actors = {actor.id: actor for actor in draft(note).actors}
    assert [a.id for a in actors.values() if a.player] == ["ussr", "usa"]
    assert {m.quote for m in actors["ussr"].mentions} == {
        "Moscow",
        "Soviet",
        "Soviets",
        "Soviet Union",
    }
    assert actors["ussr"].subject >= 4
    assert "cuba" in actors and not actors["cuba"].player


def test_a_note_without_actors_gets_placeholders(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("A note\n\nThe rival may yield, and will probably say so.", "utf-8")
    found = draft(path).write(tmp_path / "out")
    assert not found.actors
    problems = so.check(str(tmp_path / "out"))
    assert not [p for p in problems if p.severity == "error"]
    assert {"blank_actor", "blank_other_actor"} <= set(
        re.findall(r"blank_\w+", " ".join(p.message for p in problems))
    )


def test_a_note_that_estimates_nothing(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("A list\n\nBread was sold. Wine was drunk.", "utf-8")
    found = draft(path).write(tmp_path / "out")
    assert found.clauses == ()
    assert len(found.report.files) == 1
    assert not [p for p in so.check(str(tmp_path / "out")) if p.severity == "error"]


def test_it_never_writes_over_what_is_there(note: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = draft(note).write(out)
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    with pytest.raises(ScenarioError, match="left as it is"):
        found.write(out)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    found.write(out, force=True)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    (out / "mine.yaml").write_text("parameters: {}\n", "utf-8")
    with pytest.raises(ScenarioError, match="left as it is"):
        found.write(out, force=True)
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ScenarioError, match="is a file"):
        found.write(tmp_path / "file")


def test_same_note_same_bytes(note: Path) -> None:
    assert draft(note).files() == draft(note).files()
    assert draft(note).report == draft(note).report


def test_the_library_knows_the_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_text(NOTE, "frus1961-63v99", "d412")
    dated = replace(
        document, rendering="tei", section=("Cuba", "May 25, 1962"), text="", passages=()
    )
    workspace = tmp_path / "w"
    Library(workspace).keep([dated], Path("volume.xml"))
    Library(workspace).keep([document], Path("note.txt"))
    found = draft("frus1961-63v99#d412", workspace=workspace)
    assert found.document.rendering == "text"
    assert found.report.facts.date.day == "1962-05-25"
    assert "May 25, 1962" in found.report.facts.date.year_from


def test_what_cannot_be_drafted_from(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file and no document"):
        draft("nowhere#d1", workspace=tmp_path)
    path = tmp_path / "frus1900v01-d1.txt"
    path.write_text("1. Only a heading, 1900", "utf-8")
    with pytest.raises(SourceError, match="no text"):
        draft(path, workspace=tmp_path)


def test_one_document_of_several(tmp_path: Path) -> None:
    path = tmp_path / "volume.xml"
    documents = "".join(
        f'<div type="document" n="{n}" xml:id="d{n}"><head>{n}. Note</head>'
        "<p>Moscow may yield.</p></div>"
        for n in (1, 2)
    )
    path.write_text(
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/><text><body>'
        f"{documents}</body></text></TEI>", "utf-8",
    )  # fmt: skip
    assert draft(f"{path}#d2", workspace=tmp_path).document.id == "d2"
    with pytest.raises(SourceError, match="several documents"):
        draft(path, workspace=tmp_path)
    with pytest.raises(SourceError, match="no document of this name"):
        draft(f"{path}#d9", workspace=tmp_path)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def given_bytes(raw: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))

    given_bytes(NOTE.encode())
    assert len(draft("-").clauses) == 6
    for raw in (b"", b"\xff\xfe\xff", b"a\x00b"):
        given_bytes(raw)
        with pytest.raises(SourceError):
            draft("-")


HOSTILE = """Note: {a: b}

[x]: y # z

The "King" may say: 'no', & *anchor !!python/object:os.system [1, 2] {a: b} # not a comment
--- and may end: | the file.

“Moscow: will try — %TAG ! — to win”, and it may: not."""


def test_words_that_mean_something_to_yaml_stay_words() -> None:
    found = found_in(Opened(read_text(HOSTILE, "evil: {name}", "d1")))
    scenario = loads("\n".join(found.files().values()))
    assert [j.text for j in scenario.judgements] == [clause.text for clause in found.clauses]
    assert set(anchors(found)) <= {"ok"}
    assert found.clauses


def test_odd_characters_do_not_end_a_comment() -> None:
    text = "Note by Da\u2028hl: x\u0085y\n\nMoscow may\u2029 attack: the\u0085 fleet if # it can."
    found = found_in(Opened(read_text(text, "note", "d1")))
    loads("\n".join(found.files().values()))


_VOCABULARY = """
    Moscow the_Soviets Washington may will probably hope to attack yield and , but that which if
    unless even_if the base ; “ ” ( ) not . ? keep lose it they would is are seek : 1. (a) —
    Khrushchev [Facsimile_Page_2] Aims. believes unlikely in order to nor neither ¶
"""
_WORDS = st.sampled_from(_VOCABULARY.split())


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(_WORDS, min_size=1, max_size=60))
def test_any_words_make_a_draft_that_loads(words: list[str]) -> None:
    text = "1. Note from Dahl to Berg, May 6, 1962\n\n" + " ".join(words)
    text = text.replace("_", " ").replace("¶", "\n\n")
    document = read_text(text, "frus1961-63v99", "d1")
    found = found_in(Opened(document))
    body = document.text
    for clause in found.clauses:
        assert body[clause.start : clause.end] == clause.quote
        assert clause.quote.strip()
    for actor in found.actors:
        for mention in actor.mentions:
            assert body[mention.start : mention.end] == mention.quote
    ids = [clause.id for clause in found.clauses]
    assert len(set(ids)) == len(ids)
    loads("\n".join(found.files().values()))
    assert set(anchors(found)) <= {"ok"}


def test_markdown_with_front_matter() -> None:
    document: Document = read_markdown(
        "---\ntitle: Plans\ndate: 1902-05-04\nfrom: Berg\nto: Dahl\n---\n\n"
        "# Aims\n\nBerlin may wait.\n",
        "berg", "d1",
    )  # fmt: skip
    report = found_in(Opened(document)).report
    assert (report.facts.sender, report.facts.recipient) == ("Berg", "Dahl")
    assert report.facts.date.day == "1902-05-04"
    assert [section.title for section in report.sections] == ["Aims"]
    assert json.loads(report.model_dump_json())["clauses"][0]["section"] == "Aims"
