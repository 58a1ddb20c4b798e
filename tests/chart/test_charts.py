import datetime as dt
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from standoff.chart import (
    Audited,
    BeliefAt,
    Driver,
    FormCell,
    MoveAlong,
    Odds,
    audit_dots,
    belief_over_record,
    branch_lines,
    driver_dots,
    form_matrix,
    odds_bars,
    svg,
)
from standoff.chart.theme import CHARACTERS, PALETTE, lines, row_key

WORDS = {"title": "A title & <more>", "description": 'What it shows, "in words"'}
START = dt.datetime(1962, 10, 22, 19)


def belief() -> dict[str, Any]:
    points = [
        BeliefAt(START + dt.timedelta(hours=9 * i), name, p, p - 0.1, p + 0.1)
        for name, ps in (("keep", (0.3, 0.4, 0.2)), ("trade", (0.7, 0.6, 0.8)))
        for i, p in enumerate(ps)
    ]
    return belief_over_record(points, **WORDS)


def odds() -> dict[str, Any]:
    rows = [Odds("say nothing", 0.6, 0.4, 0.8, "60"), Odds("say nothing", 0.4, 0.2, 0.6, "40")]
    return odds_bars(rows, **WORDS)


def drivers() -> dict[str, Any]:
    rows = [Driver("first", "a", 0.5), Driver("first", "b", -0.4), Driver("second", "a", 0.1)]
    return driver_dots(rows, **WORDS)


def audit() -> dict[str, Any]:
    rows = [Audited("one", 0.3, 0.1, 0.5, 0.8, 0.0), Audited("two", 0.7, 0.6, 0.9)]
    return audit_dots(rows, **WORDS)


def form() -> dict[str, Any]:
    cells = [FormCell("x", 1, 0.5, 0.6, True), FormCell("x", 3, 0.6, 0.6, False)]
    return form_matrix(cells, **WORDS)


def branch() -> dict[str, Any]:
    moves = [
        MoveAlong("a's \\ move", (0.0, 1.0, 0.5, 2.0), (0.5, 0.7, 0.8, 0.9)),
        MoveAlong("a's \\ move", (0.0, 1.0, 0.5, 2.0), (0.5, 0.3, 0.2, 0.1)),
    ]
    return branch_lines(moves, **WORDS)


CHARTS = [belief, odds, drivers, audit, form, branch]


@pytest.mark.parametrize("make", CHARTS)
def test_every_chart_draws_the_same_bytes(make: Any) -> None:
    spec = make()
    first = svg(spec)
    assert svg(json.loads(json.dumps(spec))) == first


@pytest.mark.parametrize("make", CHARTS)
def test_every_chart_is_accessible_and_narrow(make: Any) -> None:
    root = ElementTree.fromstring(svg(make()))
    assert root.get("role") == "img"
    named = {e.get("id"): e.text for e in root if e.tag.endswith(("title", "desc"))}
    labels = (root.get("aria-labelledby") or "").split()
    assert [named[i] for i in labels] == [WORDS["title"], WORDS["description"]]
    assert float(root.get("width", "1000")) <= 390


@pytest.mark.parametrize("make", CHARTS)
def test_nothing_is_fetched_or_run(make: Any) -> None:
    drawn = svg(make())
    assert "<script" not in drawn
    assert not re.search(r"(href|src)=", drawn)


def test_ids_do_not_collide_on_one_page() -> None:
    drawn = [svg(make()) for make in CHARTS]
    ids = [i for text in drawn for i in re.findall(r'\bid="([^"]+)"', text)]
    assert len(ids) == len(set(ids))


def test_belief_has_a_panel_for_each_type_and_a_step_for_each_item() -> None:
    spec = belief()
    assert [p["title"]["text"] for p in spec["vconcat"]] == [["keep"], ["trade"]]
    values = spec["vconcat"][0]["data"]["values"]
    assert [v["p"] for v in values] == [30, 40, 20, 20]  # the last is carried to the edge
    assert all(v["low"] <= v["p"] <= v["high"] for v in values)
    ticks = spec["vconcat"][0]["layer"][0]["encoding"]["x"]["axis"]["values"]
    days = [dt.datetime.fromtimestamp(t / 1000, dt.UTC) for t in ticks]
    assert [(d.day, d.hour) for d in days] == [(23, 0)]


def test_a_long_record_has_few_ticks() -> None:
    points = [
        BeliefAt(START + dt.timedelta(days=i), "keep", 0.5, 0.4, 0.6) for i in range(0, 90, 3)
    ]
    spec = belief_over_record(points, **WORDS)
    assert len(spec["vconcat"][0]["layer"][0]["encoding"]["x"]["axis"]["values"]) <= 7


def test_moves_with_one_label_are_two_bars() -> None:
    drawn = svg(odds())
    assert drawn.count(">say nothing<") == 2
    assert ">60<" in drawn and ">40<" in drawn


def test_the_audit_shows_what_there_is() -> None:
    dots = audit()["layer"][1]["data"]["values"]
    assert [(d["kind"], d["p"]) for d in dots] == [
        ("the model", 30), ("its author", 80), ("what happened", 0), ("the model", 70),
    ]  # fmt: skip


def test_form_marks_changed_words() -> None:
    spec = form()
    moved, stayed = spec["data"]["values"]
    assert moved == {
        "row": row_key(0, "x"), "change": "1", "points": -10, "text": "−10", "word": True,
    }  # fmt: skip
    assert (stayed["change"], stayed["text"], stayed["word"]) == ("3", "", False)
    drawn = svg(spec)
    assert "−10" in drawn
    assert 'stroke-width="1.6"' in drawn and 'stroke-width="1.6"' not in svg(
        form_matrix([FormCell("x", 1, 0.5, 0.6, False)], **WORDS)
    )


def test_labels_are_broken_by_us() -> None:
    broken = lines("a label that is much longer than one line of a chart could ever be made to be")
    assert len(broken) == 3
    assert all(len(x) <= CHARACTERS for x in broken)
    assert broken[-1].endswith("…")
    assert lines("") == [""]
    assert lines("a\x1b\nb") == ["a b"]


def test_the_palette_is_that_of_okabe_and_ito() -> None:
    assert set(PALETTE) <= {
        "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
    }  # fmt: skip


def test_importing_charts_loads_no_engine() -> None:
    import subprocess
    import sys

    code = "import sys, standoff.chart; sys.exit('vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
