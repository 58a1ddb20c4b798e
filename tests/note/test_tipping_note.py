"""What would turn an answer, in words and pictures."""

from __future__ import annotations

import json

import pytest

from standoff.assess.models import TippingPart
from standoff.assess.tipping import tip
from standoff.note import render_tipping
from standoff.note.tipping import curves_chart, map_chart


@pytest.fixture(scope="module")
def one() -> TippingPart:
    return tip("signal", "intent", to="likely", map=("upkeep", "precision"), variants=64)


@pytest.fixture(scope="module")
def all_() -> TippingPart:
    return tip("signal", variants=16)


def test_one_answer_in_words(one: TippingPart) -> None:
    text = str(render_tipping(one))
    nearest = one.answers[0].points[0]
    assert "The neighbor probably does not mean to take the province" in text
    assert f"{nearest.distance:.2f} standard deviations away" in " ".join(text.split())
    assert f"{nearest.value:.3g}" in text and f"{nearest.median:.3g}" in text
    assert "What would have to be true for “likely”" in text
    assert "so in" in text and "variants not used to find it" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 100


def test_all_answers_in_a_table(all_: TippingPart) -> None:
    text = " ".join(str(render_tipping(all_)).split())
    assert "The nearest single assumption that would turn each answer" in text
    assert "no single assumption turns it" in text
    for answer in all_.answers:
        if answer.points:
            assert f"{answer.points[0].distance:.2f}" in text


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
    text = str(render_tipping(one.model_copy(update={"failed": 3})))
    assert "3 failed the solver check and count as no crossing" in " ".join(text.split())


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
