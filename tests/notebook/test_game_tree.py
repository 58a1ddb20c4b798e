"""The drawing of a tree: sound XML without ids, scripts or addresses, whatever it is told."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.chart.game_tree import CHANCE, END, Branch, cut, game_tree, odds_text, tree_lines

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text("<>&\"'`/=;:()\\ \n\t\0\x1b\u202e\ud800漢é", max_size=60),
    st.sampled_from([
        "<script>alert(1)</script>", "</svg><img src=x onerror=alert(1)>", "]]>", "<!--", "&#60;b>",
        '" onload="alert(1)', "</title></g></svg>", "javascript:alert(1)", "url(http://x.example)",
    ]),
)  # fmt: skip


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[Branch], list[str]]:
    players = draw(st.lists(HOSTILE, min_size=1, max_size=8))
    count = draw(st.integers(1, 25))
    found = []
    for i in range(count):
        found.append(
            Branch(
                parent=draw(st.integers(0, i - 1)) if i else -1,
                mover=draw(st.integers(END, len(players) - 1)),
                step=draw(HOSTILE),
                here=draw(HOSTILE),
                odds=draw(st.none() | st.floats(0, 1)),
                alike=draw(st.integers(-1, 3)),
                hidden=draw(st.integers(0, 3)),
                more=draw(HOSTILE),
            )
        )
    return found, players


ALLOWED = {
    "svg": {"role", "aria-label", "width", "height", "viewBox", "font-family", "font-size", "fill"},
    "g": set(),
    "title": set(),
    "text": {"x", "y", "font-style", "fill-opacity"},
    "path": {"d", "fill", "stroke", "stroke-width", "stroke-dasharray"},
    "rect": {"x", "y", "width", "height", "fill", "stroke", "stroke-width"},
    "circle": {"cx", "cy", "r", "fill", "stroke", "stroke-width"},
    "polygon": {"points", "fill", "stroke", "stroke-width"},
}
"""Elements and attributes that a drawing is made of: no id, style, link or handler among them."""


@given(trees(), HOSTILE)
def test_hostile_labels_stay_text(tree: tuple[list[Branch], list[str]], title: str) -> None:
    branches, players = tree
    root = ET.fromstring(game_tree(branches, players, title))
    for element in root.iter():
        name = element.tag.removeprefix(SVG)
        assert set(element.attrib) <= ALLOWED[name], name
        for key, value in element.attrib.items():
            if key != "aria-label":
                assert "url(" not in value
                assert "://" not in value
    # One title for each node, besides those of steps that were cut.
    assert len(root.findall(f"{SVG}g")) == len(branches)


@given(trees())
def test_the_text_has_a_line_for_each_node(tree: tuple[list[Branch], list[str]]) -> None:
    branches, players = tree
    rows = tree_lines(branches, players)
    assert len(rows) == len(branches)
    assert all(row.isprintable() for row in rows)


@given(trees())
def test_nodes_do_not_lie_on_each_other(tree: tuple[list[Branch], list[str]]) -> None:
    """Leaves are a row apart, and no mark stands where another stands."""
    branches, players = tree
    root = ET.fromstring(game_tree(branches, players, ""))
    places = []
    for group in root.findall(f"{SVG}g"):
        mark = next(e for e in group if e.tag.removeprefix(SVG) in ("circle", "rect", "polygon"))
        points = mark.get("points", "").partition(" ")[0].split(",")
        x = mark.get("cx") or mark.get("x") or points[0]
        y = mark.get("cy") or mark.get("y") or points[1]
        places.append((float(x), float(y)))
    for i, (x, y) in enumerate(places):
        for other_x, other_y in places[:i]:
            assert abs(x - other_x) > 20 or abs(y - other_y) > 4
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    assert all(0 < x < width and 0 < y < height for x, y in places)


def test_what_the_drawing_says() -> None:
    """A small tree: shapes by player, a dashed line for an information set, what is folded."""
    branches = [
        Branch(-1, CHANCE),
        Branch(0, 0, "red", "card", 0.5, alike=0),
        Branch(0, 0, "black", "card", 0.5, alike=0),
        Branch(1, END, "stop", "1, -1", 1.0),
        Branch(1, 1, "go on", "", 0.0, hidden=12),
    ]
    drawn = game_tree(branches, ["Ann", "Bo"], "Cards")
    root = ET.fromstring(drawn)
    said = [e.text for e in root.iter(f"{SVG}text")]
    assert {"Ann", "Bo", "chance", "red .50", "go on 0", "1, -1", "+ 12 nodes"} <= set(said)
    assert drawn.count('stroke-dasharray="5 4"') == 1  # the two cards look alike
    assert drawn.count('stroke-dasharray="1 4"') == 1  # the step never taken
    assert root.get("aria-label") == "Cards"
    assert tree_lines(branches, ["Ann", "Bo"]) == [
        "chance",
        "├ red .50 → Ann: card",
        "│ ├ stop 1 ■ 1, -1",
        "│ └ go on 0 → Bo (+ 12 nodes)",
        "└ black .50 → Ann: card",
    ]


@pytest.mark.parametrize(
    ("odds", "shown"),
    [(0, "0"), (1, "1"), (1e-9, "<.01"), (0.999, ">.99"), (0.994, ".99"), (0.3333, ".33")],
)
def test_odds_are_0_or_1_only_where_they_are(odds: float, shown: str) -> None:
    assert odds_text(odds) == shown


@given(st.text(max_size=80), st.integers(2, 30))
def test_labels_keep_to_their_room(text: str, most: int) -> None:
    from unicodedata import east_asian_width

    said = cut(text, most)
    assert sum(2 if east_asian_width(c) in "WF" else 1 for c in said) <= most
    assert re.fullmatch(r"\S.*\S|\S?", said)
