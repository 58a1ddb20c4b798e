"""The picture and the tables of docs/background/speed.md: ``python bench/speed_page.py``.

Reads what `bench/solve.py` and `bench/variants.py` measured (bench/results/), draws
docs/pictures/speed.svg, and puts the tables between the marks of the page.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from peer_processes import TITLES
from solve_games import AQRE, ZERO_SUM
from speed_tables import tables
from variant_tables import tables as variant_tables

from standoff.chart import svg
from standoff.chart.theme import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LABELS,
    PURPLE,
    VERMILION,
    WIDTH,
    Spec,
    chart,
    row_key,
    row_step,
    rows_axis,
)
from standoff.workspace import write_atomically

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results" / "solve.json"
BATCHES = Path(__file__).parent / "results" / "variants.json"
PICTURE = ROOT / "docs/pictures/speed.svg"
PAGE = ROOT / "docs/background/speed.md"
START, END = "<!-- tables: written by bench/speed_page.py -->", "<!-- end of the tables -->"
BATCH_START = "<!-- batches: written by bench/speed_page.py -->"
BATCH_END = "<!-- end of the batches -->"
SOLVERS = ("standoff", "openspiel", "liteefg", "noregret", "gambit")
COLORS = (BLUE, VERMILION, GREEN, PURPLE, VERMILION)
# By shape as well as by color; where Gambit stands there is none of the others.
SHAPES = ("circle", "triangle-up", "square", "diamond", "square")

SHORT = "datum.value < 1 ? format(datum.value, '~r') : format(datum.value, '~s')"
"""Vega expression of a tick's label: 0.01, 1, 10k."""


def picture(found: dict[str, Any]) -> Spec:
    """Iterations a second by game and solver, and seconds to an AQRE, both on logarithmic axes."""
    panels = []
    rates = [
        (game.title, solver, rate)
        for game in ZERO_SUM
        for solver, rate in found.get("rates", {}).get(game.key, {}).get("rate", {}).items()
    ]
    if rates:
        panels.append(_panel("iterations a second of CFR+, one thread", rates, SOLVERS[:4]))
    clock = found["about"]["clock"]
    # One precision is enough for a picture: the lowest, at which Gambit answers for most games.
    times = [
        (_named(row), solver, row[solver][clock])
        for game in AQRE
        for row in found.get("aqre", [])
        if row["game"] == game.key and row["precision"] == 1.0
        for solver in ("standoff", "gambit")
        if clock in row.get(solver, {})
    ]
    if times:
        panels.append(_panel("seconds to the AQRE at precision 1", times, ("standoff", "gambit")))
    return chart(
        "Standoff beside its peers",
        "Dots by game and solver on logarithmic axes: iterations a second of CFR+, and seconds to "
        "an agent quantal response equilibrium. The figures stand in the tables of the page.",
        {"vconcat": panels, "spacing": 12, "resolve": {"scale": {"color": "independent",
         "shape": "independent"}}},
    )  # fmt: skip


def _named(row: dict[str, Any]) -> str:
    return f"{row['title']} ({row['histories']:,})"


def _panel(title: str, dots: list[tuple[str, str, float]], solvers: tuple[str, ...]) -> Spec:
    names = list(dict.fromkeys(name for name, _, _ in dots))
    values = [
        {"row": row_key(names.index(name), name), "value": float(f"{value:.3g}"),
         "solver": TITLES[solver]}
        for name, solver, value in dots
    ]  # fmt: skip
    low, high = (f(math.log10(value) for _, _, value in dots) for f in (min, max))
    decades = [10.0**k for k in range(math.floor(low), math.ceil(high) + 1)]
    drawn = [SOLVERS.index(solver) for solver in solvers]
    domain = [TITLES[solver] for solver in solvers]
    legend = {"title": None, "orient": "bottom", "direction": "horizontal", "symbolSize": 60}
    y = {"field": "row", "type": "ordinal", "sort": None, "axis": rows_axis()}
    return {
        "title": {
            "text": title, "fontWeight": "normal", "fontSize": 11, "color": INK, "offset": 4,
        },
        "width": WIDTH - LABELS - 16,
        "height": {"step": row_step(names)},
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "rule", "color": GREY, "opacity": 0.5},
             "encoding": {"y": y,
                          "x": {"field": "value", "type": "quantitative", "aggregate": "min"},
                          "x2": {"field": "value", "aggregate": "max"}}},
            {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
             "encoding": {
                 "y": y,
                 "x": {"field": "value", "type": "quantitative",
                       "scale": {"type": "log", "domain": [decades[0], decades[-1]]},
                       "axis": {"title": None, "values": decades, "labelExpr": SHORT}},
                 "color": {"field": "solver", "type": "nominal", "legend": legend,
                           "scale": {"domain": domain, "range": [COLORS[i] for i in drawn]}},
                 "shape": {"field": "solver", "type": "nominal", "legend": legend,
                           "scale": {"domain": domain, "range": [SHAPES[i] for i in drawn]}},
             }},
        ],
    }  # fmt: skip


def page(text: str, written: str, start: str = START, end: str = END) -> str:
    """The page with the tables between two of its marks."""
    before, _, rest = text.partition(start)
    _, mark, after = rest.partition(end)
    if not mark:
        raise SystemExit(f"{PAGE} lacks its marks")
    return f"{before}{start}\n\n{written}\n{end}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--batches", type=Path, default=BATCHES)
    given = parser.parse_args()
    found = json.loads(given.results.read_text("utf-8"))
    write_atomically(PICTURE, svg({**picture(found), "background": "white"}) + "\n")
    text = page(PAGE.read_text("utf-8"), tables(found))
    if given.batches.exists():
        batches = json.loads(given.batches.read_text("utf-8"))
        text = page(text, variant_tables(batches), BATCH_START, BATCH_END)
    write_atomically(PAGE, text)
    print(f"wrote {PICTURE} and {PAGE}")


if __name__ == "__main__":
    main()
