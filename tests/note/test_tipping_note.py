"""What would turn an answer, in words and pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Literal

import pytest

from standoff.assess.assessing import assess
from standoff.assess.tipping import tip
from standoff.assess.tipping_models import TippingPart
from standoff.note import render_tipping
from standoff.note.build import _annex, outline
from standoff.note.outline import Bullets, Table
from standoff.note.text import text
from standoff.note.tipping_charts import curves_chart, map_chart
from standoff.note.turning import turning
from standoff.note.writer import Writer
from standoff.words import lint


@pytest.fixture(scope="module")
def one() -> TippingPart:
    return tip("signal", "intent", to="likely", map=("upkeep", "precision"), variants=64)


@pytest.fixture(scope="module")
def all_() -> TippingPart:
    return tip("signal", variants=16)


def test_one_answer_in_words(one: TippingPart) -> None:
    told = str(render_tipping(one))
    nearest = one.answers[0].points[0]
    assert "The neighbor probably does not mean to take the province" in told
    assert f"{nearest.distance:.2f} standard deviations away" in " ".join(told.split())
    assert f"{nearest.value:.3g}" in told and f"{nearest.median:.3g}" in told
    assert "What would have to be true for “likely”" in told
    assert "so in" in told and "variants not used to find it" in " ".join(told.split())
    assert max(map(len, told.splitlines())) <= 100


def test_all_answers_in_a_table(all_: TippingPart) -> None:
    told = " ".join(str(render_tipping(all_)).split())
    assert "The nearest single assumption that would turn each answer" in told
    assert "no single assumption turns it" in told
    for answer in all_.answers:
        if answer.points:
            assert f"{answer.points[0].distance:.2f}" in told


@pytest.mark.parametrize("format", ["md", "html", "pdf", "json", "svg"])
def test_every_format(one: TippingPart, format: str) -> None:
    made = render_tipping(one, format)
    if format == "pdf":
        assert isinstance(made, bytes) and made.startswith(b"%PDF")
    elif format == "json":
        assert TippingPart.model_validate_json(str(made)) == one
    else:
        assert "does not mean to take the" in " ".join(str(made).split())
    assert made == render_tipping(one, format)


def test_failures_are_told(one: TippingPart) -> None:
    told = str(render_tipping(one.model_copy(update={"failed": 3})))
    assert "3 failed the solver check and count as no crossing" in " ".join(told.split())


def test_curves_hold_every_point_and_level(one: TippingPart) -> None:
    answer = one.answers[0]
    spec = curves_chart(one, answer)
    rules, _, _, points = spec["layer"]
    assert [r["y"] for r in rules["data"]["values"]] == sorted(
        {round(100 * p.level, 4) for p in answer.points}
    )
    assert len(points["data"]["values"]) == len(answer.points)
    middle = [v for v in spec["data"]["values"] if v["x"] == 0]
    assert answer.reference is not None
    assert {v["y"] for v in middle} == {round(100 * answer.reference, 4)}
    json.dumps(spec)


def test_a_map_holds_every_cell_and_its_lines(one: TippingPart) -> None:
    m = one.maps[0]
    spec = map_chart(one, m)
    cells = spec["layer"][0]["data"]["values"]
    assert len(cells) == len(m.x_values) * len(m.y_values)
    assert [c["v"] for c in cells] == [round(100 * v, 4) for row in m.answers for v in row if v]
    for cell in cells:
        assert cell["x"] < cell["x2"] and cell["y"] < cell["y2"]
    named = [
        layer["data"]["values"][0]["name"]
        for layer in spec["layer"][1:]
        if "name" in layer["data"]["values"][0]
    ]
    assert set(named) == {f"{100 * level:.0f}" for level in m.levels}


@pytest.mark.parametrize("scale", ["icd203", "phia"])
def test_the_section_of_a_note(all_: TippingPart, scale: Literal["icd203", "phia"]) -> None:
    note = assess("signal", variants=8, form=False, standard=scale)
    part = tip("signal", variants=16, standard=scale)
    w = Writer(note)
    section = turning(w, part)
    whole = outline(note)
    annex = (_annex(w),) if w.scale.annex else ()
    found = replace(whole, sections=(section,), opening=(), footnotes=w.footnotes, annex=annex)
    told = text(found)
    assert [str(p) for p in lint(told, scale)] == []
    flat = " ".join(text(replace(found, annex=())).replace("\N{NO-BREAK SPACE}", " ").split())
    table, silent = section.blocks
    assert isinstance(table, Table) and isinstance(silent, Bullets)
    assert len(table.rows) == sum(bool(a.points) for a in part.answers)
    assert "no single assumption turns it" in flat
    for answer in part.answers:
        if answer.points:
            assert f"{answer.points[0].distance:.2f}" in flat
            # Under PHIA the number stands in the annex, its line in the table.
            assert (f"{100 * (answer.reference or 0):.0f}" in flat) == (scale == "icd203")
    assert bool(w.annex) == (scale == "phia")


def test_a_map_of_options_shows_the_best_alone() -> None:
    part = tip("signal", "options", map=("deploying", "precision"), variants=8)
    spec = map_chart(part, part.maps[0])
    cells = spec["data"]["values"]
    assert len(cells) == 15 * 15 and {c["v"] for c in cells} == {"reinforces the province"}
    assert "The best option is the same throughout" in spec["description"]
    assert "<svg" in str(render_tipping(part, "svg"))
