"""The evidence table and the timeline in words: reports in every format, sections of the note."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import standoff as so
from standoff.assess.chain import chain
from standoff.assess.evidence_table import evidence_of
from standoff.assess.timeline import timeline_of
from standoff.note import evidence_table, render_evidence, timeline
from standoff.note.outline import Bullets, Figure, Paragraph, Table, words_of
from standoff.note.text import section_lines
from standoff.note.writer import Writer
from standoff.scenario.models import RecordItem
from standoff.words import lint

ITEM = "neighbor-call_up-advance-2031-03-04"
OPPOSITE = {ITEM: {"neighbor.seize": "II", "neighbor.bluff": "C"}}


def long_record():
    """`signal` with eleven reports more."""
    known = so.load("signal")
    more = [
        RecordItem.model_validate(
            {
                "id": f"cable-{n}",
                "report": f"cable <{n}> of the “attaché” | a & b",
                "odds": [{"when": "neighbor is seize", "p": 0.5 + n / 40}, {"else": 0.5}],
                "at": "2031-03-05T10:00",
                "known": "2031-03-05T11:00",
            }
        )
        for n in range(11)
    ]
    return known.model_copy(update={"record": (*known.record, *more)})


@pytest.fixture(scope="module")
def part():
    return so.evidence(long_record(), ratings=OPPOSITE, variants=6)


@pytest.fixture(scope="module")
def writer():
    return Writer(so.assess("signal", variants=6, form=False))


def test_the_text_fits_and_says_every_number(part):
    text = render_evidence(part)
    assert isinstance(text, str) and max(len(line) for line in text.splitlines()) <= 100
    assert not lint(text)
    for number in range(1, 13):
        assert re.search(rf"^ *{number} │ 5 Mar", text, re.MULTILINE)
    assert "items 1 to 6" in text and "items 7 to 12" in text
    assert "rated II for “means to take the province”" in " ".join(text.split())
    assert "something not thought of" in text


@pytest.mark.parametrize("format", ["md", "html", "json", "svg"])
def test_every_format(part, format):
    made = render_evidence(part, format)
    assert isinstance(made, str) and made == render_evidence(part, format)
    if format == "html":
        assert "<12>" not in made and "cable &lt;10&gt;" in made and "<svg" in made
        assert not lint(made)
    if format == "svg":
        assert made.startswith("<svg") and ">II<" in made


def test_a_pdf_is_made(part):
    made = render_evidence(part, "pdf")
    assert isinstance(made, bytes) and made.startswith(b"%PDF")


def test_types_are_set_against_each_other_where_there_are_three(tmp_path):
    shipped = Path(so.__file__).parent / "scenario/library/signal/signal.yaml"
    text = shipped.read_text("utf-8")
    for line, more in (
        ("    bluff: {triangular", '    bored: {uniform: [0.1, 0.2], because: "it is"}\n'),
        (
            "      bluff: {label",
            "      bored: {label: is bored, stake: {from: taken, to: quiet}}\n",
        ),
        ("      bluff: rest", "      bored: 0.2\n"),
    ):
        assert text.count(line) == 1
        text = text.replace(line, more + line)
    path = tmp_path / "three.yaml"
    path.write_text(text, "utf-8")
    crisis = so.load(path)
    part = so.evidence(crisis, variants=4)
    text = render_evidence(part)
    assert isinstance(text, str) and "Type against type" in text
    pairs = part.actors[0].items[0].pairwise
    assert list(pairs) == ["seize/bored", "seize/bluff", "bored/bluff"]
    assert pairs["seize/bluff"].ratio == pytest.approx(
        pairs["seize/bored"].ratio * pairs["bored/bluff"].ratio
    )
    assert "Type against type" not in str(render_evidence(so.evidence("signal", variants=4)))


def test_phia_keeps_numbers_of_belief_out():
    text = render_evidence(so.evidence("signal", variants=4, standard="phia"))
    assert isinstance(text, str) and not lint(text, "phia")
    assert "│ Silence" in text and "│ Now" not in text


def test_places_are_told_in_words(part):
    (table,) = part.actors
    said = evidence_table.ranking(table)
    assert said.startswith("Belief puts “") and "1 of 12 items" in said
    assert "“wants to be taken seriously” has least against it, which belief does not" in said
    bare = evidence_table.ranking(so.evidence("signal", variants=4).actors[0])
    assert "hand" not in bare and "analyst" not in bare
    some = so.evidence("signal", ratings={ITEM: {"neighbor.seize": "C"}}, variants=4).actors[0]
    assert "No item is rated by hand for every type." in evidence_table.ranking(some)


def test_the_section_is_short_and_has_its_chart(writer, part):
    made = evidence_table.section(writer, part)
    assert made is not None and isinstance(made.blocks[0], Figure)
    lines = section_lines(made, 88)
    assert 5 < len(lines) < 60 and not lint("\n".join(lines))
    warned = [b for b in made.blocks if isinstance(b, Bullets)]
    assert len(warned) == 1 and len(warned[0].items) <= evidence_table.MOST_WARNINGS + 1
    plain = evidence_of(chain("signal", variants=4))
    short = evidence_table.section(writer, plain)
    assert short is not None and not [b for b in short.blocks if isinstance(b, Bullets)]


def test_the_chart_of_the_note_leaves_out_what_tells_nothing(part):
    (table,) = part.actors
    whole, few = (evidence_table.figure(table, few=some) for some in (False, True))
    assert len(panels_of(whole)) == 2 and len(panels_of(few)) == 1
    told = {
        c.number for c in table.items if not 0.8 <= c.cells["seize"].ratio <= 1.25
    }  # the rating that is contradicted is of one of them
    assert 1 in told
    values = panels_of(few)[0]["data"]["values"]
    assert {int(v["item"]) for v in values} == told
    assert few.description.endswith("Items that tell nothing are left out.")
    assert "ratings" in few.description


def panels_of(figure):
    return figure.spec.get("vconcat", [figure.spec])


# --- the timeline


def test_what_was_known_late_stands_out(writer):
    made = timeline.section(writer, timeline_of(chain("signal", variants=6)))
    assert made is not None and made.title == "What happened, what was known when"
    figure, told, late = made.blocks
    assert isinstance(figure, Figure) and "Known late: item 1." in figure.description
    assert isinstance(told, Paragraph) and "known 27 hours after" in words_of(told.content)
    assert isinstance(late, Table)
    assert [words_of(cell) for cell in late.rows[0]][2:] == [
        "4\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}06:00",
        "5\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}09:00",
        "27 hours",
    ]
    assert not lint("\n".join(section_lines(made, 88)))


def test_a_record_known_at_once_has_no_table_of_delays(writer):
    known = so.load("signal")
    first = known.record[0].model_copy(update={"known": None})
    part = timeline_of(chain(known.model_copy(update={"record": (first,)}), variants=4))
    made = timeline.section(writer, part)
    assert made is not None and not [b for b in made.blocks if isinstance(b, Table)]
    assert "known within a day" in words_of(made.blocks[1].content)


def test_delays_and_days_in_words():
    delay, cut = timeline._delay, timeline._cut
    assert [delay(h) for h in (24.4, 47, 48, 72, 24 * 365.25 * 29)] == [
        "24 hours", "47 hours", "2 days", "3 days", "29 years",
    ]  # fmt: skip
    assert cut("a b " * 50) == ("a b " * 22).strip() + "…"
    assert len(cut("word " * 50)) <= 90 and cut("word, " * 50).endswith("word…")
    assert cut("  a\n b ") == "a b"


def test_a_document_younger_than_what_rests_on_it(writer, tmp_path):
    from standoff.scenario.models import Source
    from standoff.sources.library import Library

    path = tmp_path / "berg.md"
    path.write_text("---\ntitle: A cable\ndate: 2031-03-08\n---\n\nArmor.\n", "utf-8")
    library = Library(tmp_path / "space")
    library.add(path)
    known = so.load("signal")
    first = known.record[0].model_copy(update={"source": ("berg#d1",)})
    more: dict[str, Any] = {
        "record": (first,),
        "sources": {**known.sources, "berg": Source(title="b")},
    }
    part = timeline_of(chain(known.model_copy(update=more), variants=4), library)
    made = timeline.section(writer, part)
    assert made is not None
    assert "was known by the record: berg#d1" in words_of(made.blocks[1].content)
