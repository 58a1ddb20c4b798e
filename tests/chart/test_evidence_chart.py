"""The heat map of evidence and the timeline: what they draw, and that it can be read."""

from __future__ import annotations

import datetime as dt
import json
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from standoff.chart import svg
from standoff.chart.evidence import FAR, MOST_COLUMNS, Weighed, evidence_heat
from standoff.chart.theme import BLUE, VERMILION
from standoff.chart.timeline import FEW, PLOT, ROW, Believed, Happening, timeline

WORDS = {"title": "A title & <more>", "description": 'What it shows, "in words"'}
START = dt.datetime(1962, 10, 22, 19)


def at(hours, length=0.0):
    first = START + dt.timedelta(hours=hours)
    return first, first + dt.timedelta(hours=length)


def heat(items=3, rated=True):
    cells = [
        Weighed(name, item, ratio ** (1 if name == "keep" else -1), "II" if rated else "")
        for name in ("keep", "trade the bases for a pledge and for the others")
        for item, ratio in zip(range(1, items + 1), [0.004, 0.5, 1.0, 30.0] * 9, strict=False)
    ]
    return evidence_heat(cells, **WORDS)


def day_by_day(rows=4, known=26.0, as_of=60.0):
    happenings = [
        Happening(
            f"{n} something {'long ' * 6}'quoted' \\ happened", at(8.0 * n), at(8.0 * n), False
        )
        for n in range(1, rows)
    ]
    happenings.append(Happening("late", at(2), at(known), True, papers=[at(1, 24)]))
    beliefs = [
        Believed(None if not n else at(8.0 * n)[0], name, p, p - 0.1, p + 0.1)
        for name in ("keep\"'\\", "trade")
        for n, p in enumerate((0.3, 0.6, 0.4))
    ]
    return timeline(
        happenings, beliefs, as_of=at(as_of)[0], papers=[at(5)], due=[at(30)[0], at(9000)[0]],
        **WORDS,
    )  # fmt: skip


CHARTS = [heat, lambda: heat(20), lambda: heat(1, False), day_by_day, lambda: day_by_day(22)]


@pytest.mark.parametrize("make", CHARTS)
def test_same_bytes_narrow_named_and_closed(make):
    drawn = svg(make())
    assert drawn == svg(json.loads(json.dumps(make())))
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img" and float(root.get("width", "1000")) <= 390
    named = {e.get("id"): e.text for e in root if e.tag.endswith(("title", "desc"))}
    assert list(named.values()) == [WORDS["title"], WORDS["description"]]
    assert "<script" not in drawn and not re.search(r"(href|src)=", drawn)


def panels(spec):
    return spec.get("vconcat", [spec])


@pytest.mark.parametrize("items", [1, 8, 9, 20])
def test_items_go_on_in_panels_of_few_columns(items):
    found = panels(heat(items))
    shown = [p["layer"][0]["encoding"]["x"]["sort"] for p in found]
    assert [n for part in shown for n in part] == [str(n) for n in range(1, items + 1)]
    assert all(len(part) <= MOST_COLUMNS for part in shown)
    assert len(found) == -(-items // MOST_COLUMNS)


def test_color_is_the_logarithm_and_cells_say_the_number():
    (panel,) = panels(heat(4))
    values = {(v["row"][4:8], v["item"]): v for v in panel["data"]["values"]}
    assert values["keep", "1"]["log"] == -1.0 and values["keep", "4"]["log"] == 1.0  # at most
    assert values["keep", "2"]["log"] == -values["trad", "2"]["log"]
    assert values["keep", "3"]["log"] == 0.0
    texts = [values["keep", str(n)]["text"] for n in range(1, 5)]
    assert texts == ["<.01", ".50", "1.0", "30"]
    scale = panel["layer"][0]["encoding"]["color"]["scale"]
    assert scale["range"][0] == VERMILION and scale["range"][-1] == BLUE and scale["domain"][2] == 1
    drawn = svg(heat(4))
    assert drawn.count(">II<") == 8 and ">30<" in drawn and FAR == 10


def test_what_is_not_defined_is_a_dash():
    spec = evidence_heat([Weighed("keep", 1, None)], **WORDS)
    assert spec["data"]["values"][0]["text"] == "–" and "–" in svg(spec)


# --- the timeline


def layers(spec, mark, **wanted):
    """Values of the layers of the record's panel with this mark."""
    found = []
    for layer in spec["vconcat"][0]["layer"]:
        m = layer["mark"]
        if m["type"] == mark and all(m.get(k) == v for k, v in wanted.items()):
            found += layer["data"]["values"]
    return found


def test_a_late_item_is_a_thick_line_to_when_it_was_known():
    spec = day_by_day()
    (delay,) = [v for v in layers(spec, "rule") if "late" in v]
    assert delay["late"] and delay["t2"] - delay["t"] == 24 * 3_600_000
    dots = layers(spec, "point", shape="circle")
    assert len(dots) == 4 and len(layers(spec, "point", shape="diamond")) == 1
    assert len(layers(spec, "point", shape="triangle-down")) == 1  # the other lies past the axis
    assert not layers(spec, "point", shape="triangle-right")
    assert len(layers(spec, "tick")) == 1  # the paper without an item, an hour known


def test_what_was_known_decades_later_ends_in_an_arrow():
    spec = day_by_day(known=24 * 365 * 30.0)
    low, high = domain(spec)
    assert high - low < 30 * 24 * 3_600_000
    (arrow,) = layers(spec, "point", shape="triangle-right")
    (delay,) = [v for v in layers(spec, "rule") if "late" in v]
    assert arrow["t"] == delay["t2"] == high


def test_a_day_of_which_no_hour_is_known_is_a_bar():
    row = Happening("a day", at(5, 24), at(5, 24), False)
    spec = timeline([row], [], as_of=None, **WORDS)
    assert not layers(spec, "point", shape="circle")
    (bar,) = [v for v in layers(spec, "bar") if v.get("kind") == "happened"]
    assert bar["t2"] - bar["t"] == 24 * 3_600_000


def domain(spec):
    return spec["vconcat"][0]["layer"][0]["encoding"]["x"]["scale"]["domain"]


@pytest.mark.parametrize("rows", [2, 9, 22])
def test_panels_share_one_axis_and_everything_lies_on_it(rows):
    spec = day_by_day(rows)
    low, high = domain(spec)
    for panel in spec["vconcat"]:
        assert panel["width"] == PLOT
        for layer in panel["layer"]:
            x = layer["encoding"]["x"]
            assert x["scale"]["domain"] == [low, high]
            values = layer.get("data", panel.get("data"))["values"]
            assert all(low <= v[k] <= high for v in values for k in ("t", "t2") if k in v)
            ticks = x["axis"]["values"]
            assert 1 <= len(ticks) <= 6 and all(low <= t <= high for t in ticks)


@pytest.mark.parametrize("rows", [2, FEW, 22])
def test_labels_of_rows_do_not_run_into_one_another(rows):
    """Baselines of the labels beside the rows are a line apart, whatever they say."""
    root = ElementTree.fromstring(svg(day_by_day(rows)))
    sizes = [e for e in root.iter() if e.tag.endswith("text")]
    assert all(len(e.text or "".join(e.itertext())) < 60 for e in sizes)
    spec = day_by_day(rows)
    keys = spec["vconcat"][0]["layer"][0]["encoding"]["y"]["sort"]
    assert len(set(keys)) == len(keys) == rows + 2
    tall = max(key.count("\n") + 1 for key in keys)
    step = spec["vconcat"][0]["height"]["step"]
    assert step >= 12 * tall + 4 and step >= ROW


def test_belief_is_carried_to_the_present_and_starts_at_the_edge():
    spec = day_by_day()
    values = spec["vconcat"][1]["data"]["values"]
    low, _ = domain(spec)
    assert values[0]["t"] == low and [v["p"] for v in values] == [30, 60, 40, 40]
    assert all(a["t"] <= b["t"] for a, b in pairwise(values))
