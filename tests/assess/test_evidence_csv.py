"""Ratings go out as CSV, through a spreadsheet, and come back; what can't be read is told."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import standoff as so
from standoff.assess.evidence_csv import (
    LARGEST,
    csv_text,
    letters,
    parse_ratings,
    ratings_yaml,
    read_ratings,
)
from standoff.errors import ScenarioError
from standoff.scenario.models import RecordItem

ITEMS = ("train", "cable", "rumor")
TYPES = ("neighbor.seize", "neighbor.bluff")
RATING = st.sampled_from([None, "CC", "C", "N", "I", "II"])


def crisis(texts=("", "", "")):
    known = so.load("signal")
    record = [known.record[0].model_copy(update={"id": "train", "text": texts[0] or "trains"})]
    for id, text in zip(ITEMS[1:], texts[1:], strict=True):
        record.append(
            RecordItem.model_validate(
                {"id": id, "report": text or f"a {id}", "at": "2031-03-05T10:00",
                 "odds": [{"when": "neighbor is seize", "p": 0.6}, {"else": 0.4}]}
            )
        )  # fmt: skip
    return known.model_copy(update={"record": tuple(record)})


SCENARIO = crisis()
PART = so.evidence(SCENARIO, variants=4)


def table(ratings):
    """The part with these ratings in its cells."""
    actor = PART.actors[0]
    items = [
        c.model_copy(
            update={
                "cells": {
                    t: cell.model_copy(
                        update={"rating": ratings.get(c.id, {}).get(f"neighbor.{t}")}
                    )
                    for t, cell in c.cells.items()
                }
            }
        )
        for c in actor.items
    ]
    return PART.model_copy(update={"actors": [actor.model_copy(update={"items": items})]})


RATINGS = st.fixed_dictionaries(
    {i: st.fixed_dictionaries(dict.fromkeys(TYPES, RATING)) for i in ITEMS}
)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(RATINGS, st.sampled_from([",", ";", "\t"]), st.booleans(), st.booleans(), st.data())
def test_ratings_come_back_through_a_spreadsheet(ratings, mark, quoted, windows, data):
    rows = list(csv.reader(io.StringIO(csv_text(table(ratings)))))
    if mark != ",":  # as a continental spreadsheet writes numbers
        rows = [[cell.replace(".", ",") if _number(cell) else cell for cell in row] for row in rows]
    if data.draw(st.booleans()):  # somebody added a column of remarks and a row of totals
        rows = [[*row, "ask the attache" if n else "remarks"] for n, row in enumerate(rows)]
        rows.append(["", "sum", "", ""])
    order = data.draw(st.permutations(range(2, len(rows))))
    rows = [rows[0], rows[1], *(rows[i] for i in order)]
    out = io.StringIO()
    csv.writer(out, delimiter=mark, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL,
               lineterminator="\r\n" if windows else "\n").writerows(rows)  # fmt: skip
    assert parse_ratings(out.getvalue(), SCENARIO) == ratings


def _number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_that_a_spreadsheet_writes(tmp_path, encoding):
    path = tmp_path / "ratings.csv"
    path.write_bytes("hypothesis;label;train\nneighbor.seize;für;ii\n".encode(encoding))
    assert read_ratings(path, SCENARIO) == {"train": {"neighbor.seize": "II"}}


def test_what_people_type_is_understood():
    text = "sep=;\n\n;;\nHypothesis;train rating;CABLE;rumor;train LR\n" + (
        "seize;very  inconsistent; cc ;n/a;2,4\n'neighbor.bluff;'C;;Neutral;0,4\n"
    )
    assert parse_ratings(text, SCENARIO) == {
        "train": {"neighbor.seize": "II", "neighbor.bluff": "C"},
        "cable": {"neighbor.seize": "CC", "neighbor.bluff": None},
        "rumor": {"neighbor.seize": "N", "neighbor.bluff": "N"},
    }


def test_a_title_above_the_table_is_passed_over():
    text = "Ratings, by Karl, of Monday\n\nhypothesis;train\nseize;II\n"
    assert parse_ratings(text, SCENARIO) == {"train": {"neighbor.seize": "II"}}


@pytest.mark.parametrize(
    ("text", "code", "found", "nearest", "where"),
    [
        ("hypothesis,train\nneighbor.seise,C", "unknown-hypothesis", "neighbor.seise",
         "neighbor.seize", "row 2, column A"),
        ("hypothesis,label,train\n\nneighbor.seize,x,VI", "bad-rating", "VI", "I",
         "row 3, column C"),
        ("hypothesis,train,cabel\nseize,C,II", "unknown-item", "cabel", "cable",
         "row 1, column C"),
        ("hypothesis,train,train\nseize,C,I", "twice", "train", "", "row 1, column C"),
        ("hypothesis,train\nseize,C\nneighbor.seize,I", "twice", "neighbor.seize", "",
         "row 3, column A"),
        ("type,train\nseize,C", "no-hypotheses", "type, train", "", "row 1"),
        ("hypothesis,remarks\nseize,why not", "no-items", "hypothesis, remarks", "", "row 1"),
        ("\n \n", "bad-csv", "", "", "row 1"),
        ('hypothesis,train\n"seize,C' + "x" * 200_000, "bad-csv", "", "", "row"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(text, code, found, nearest, where):
    with pytest.raises(ScenarioError) as error:
        parse_ratings(text, SCENARIO, "mine.csv")
    (problem,) = error.value.problems
    assert (problem.code, problem.found) == (code, found)
    assert nearest in problem.nearest
    assert f"mine.csv, {where}" in problem.message


def test_every_fault_is_told_at_once():
    with pytest.raises(ScenarioError) as error:
        parse_ratings("hypothesis,train,cable\nseize,Q,R\nseizer,C,C", SCENARIO)
    assert [p.code for p in error.value.problems] == ["bad-rating"] * 2 + ["unknown-hypothesis"]


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda b: b.decode("latin-1"))))
def test_any_text_is_read_or_refused(text):
    try:
        found = parse_ratings("hypothesis,train\n" + text, SCENARIO)
    except ScenarioError:
        return
    assert set(found) <= {"train"}


def test_a_file_too_large_or_absent_is_refused(tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(ScenarioError, match="too large"):
        read_ratings(path, SCENARIO)
    with pytest.raises(ScenarioError, match="can't be opened"):
        read_ratings(tmp_path / "none.csv", SCENARIO)


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", "|x"])
def test_no_cell_is_a_formula(text):
    part = so.evidence(crisis((text, text, text)), variants=2)
    rows = list(csv.reader(io.StringIO(csv_text(part))))
    assert any(cell.startswith("'") for row in rows for cell in row)
    for row in rows:
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "|", "%"))


def test_the_file_holds_what_the_table_holds():
    rows = list(csv.DictReader(io.StringIO(csv_text(PART))))
    seen, seize, bluff, other = rows
    assert seen["label"] == "what was seen" and seen["cable"] == "a cable"
    assert [r["hypothesis"] for r in (seize, bluff, other)] == [*TYPES, ""]
    cell = PART.actors[0].items[1].cells["seize"]
    assert float(seize["cable LR"]) == pytest.approx(cell.ratio, rel=1e-3)
    assert [float(seize[f"cable LR {s}"]) for s in ("low", "high")] == pytest.approx(
        list(cell.range90), rel=1e-3
    )


def test_lines_to_paste_are_yaml_with_the_ratings():
    given = {"cable": {"neighbor.seize": "II", "neighbor.bluff": None}, "rumor": {}}
    text = ratings_yaml(given, so.load("signal"))
    assert text == "\n"  # no such items there
    text = ratings_yaml(given, SCENARIO)
    assert yaml.safe_load(text) == {"ratings": {"neighbor.seize": "II"}}
    known = so.load("signal")
    (id,) = ["neighbor-call_up-advance-2031-03-04"]
    placed = ratings_yaml({id: {"neighbor.seize": "C"}}, known)
    assert f"# item {id}, " in placed and "signal.yaml:" in placed


def test_ratings_of_a_file_take_the_place_of_the_scenario_s():
    first = SCENARIO.record[0].model_copy(
        update={"ratings": {"neighbor.seize": "C", "neighbor.bluff": "I"}}
    )
    rated = SCENARIO.model_copy(update={"record": (first, *SCENARIO.record[1:])})
    given = {"train": {"neighbor.seize": None}, "cable": {"neighbor.bluff": "II"}}
    train, cable, _ = so.evidence(rated, ratings=given, variants=2).actors[0].items
    assert [train.cells[t].rating for t in ("seize", "bluff")] == [None, "I"]
    assert [cable.cells[t].rating for t in ("seize", "bluff")] == [None, "II"]


def test_columns_have_the_names_that_spreadsheets_give_them():
    assert [letters(n) for n in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_a_path_is_read(tmp_path):
    path = Path(tmp_path / "r.csv")
    path.write_text("hypothesis,cable\nneighbor.seize,CC\n", "utf-8")
    part = so.evidence(SCENARIO, ratings=path, variants=2)
    assert part.actors[0].items[1].cells["seize"].rating == "CC"
