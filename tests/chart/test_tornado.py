"""The tornado: bars in order, ends told apart without color, the answer itself across them."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from standoff.chart import Swing, svg, tornado
from standoff.chart.theme import row_key

ROWS = [
    Swing("one", "the price & <more>", 0.2, 0.7, 0.45),
    Swing("one", "the prior", 0.5, 0.4, 0.45),
    Swing("two", "the price & <more>", 0.1, 0.1, 0.1),
]


def test_a_panel_for_each_answer_and_a_bar_for_each_assumption() -> None:
    spec = tornado(ROWS, title="Title", description="What it shows")
    assert [p["title"]["text"] for p in spec["vconcat"]] == [["one"], ["two"]]
    line, bars, ends = spec["vconcat"][0]["layer"]
    assert line["data"]["values"] == [{"p": 45}]
    assert [(b["row"], b["low"], b["high"]) for b in bars["data"]["values"]] == [
        (row_key(0, "the price & <more>", 30), 20, 70),
        (row_key(1, "the prior", 30), 40, 50),
    ]
    assert [e["p"] for e in ends["data"]["values"]] == [20, 70, 50, 40]
    assert ends["encoding"]["shape"]["scale"]["range"] == ["circle", "diamond"]


def test_one_answer_that_is_the_title_is_not_named_twice() -> None:
    spec = tornado(ROWS[:2], title="one", description="What it shows")
    assert "title" not in spec["vconcat"][0]


def test_it_draws_the_same_bytes_narrow_and_well_formed() -> None:
    spec = tornado(ROWS, title="Title", description="What it shows")
    drawn = svg(spec)
    assert svg(json.loads(json.dumps(spec))) == drawn
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img" and float(root.get("width", "1000")) <= 390
    assert drawn.count(">its lowest fifth<") == 1
