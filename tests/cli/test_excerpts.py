"""Problems as a person reads them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from standoff.cli.excerpts import excerpt, print_problems
from standoff.errors import Position, Problem, ScenarioError
from standoff.scenario import load


def shown(problems: list[Problem], width: int = 80) -> str:
    stream = io.StringIO()
    print_problems(problems, console=Console(file=stream, width=width, highlight=False))
    return stream.getvalue()


def test_a_problem_has_its_line_a_caret_and_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    clock = "clock: {rounds: 1, strat: 2030-01-01}"
    path.write_text(f"standoff: 1\nid: c\ntitle: C\n{clock}\nturns: []\nactors: {{}}\n")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert shown(list(caught.value.problems)) == (
        f"{path}:4:20: error: there is no key 'strat' in clock  [unknown-key]\n"
        "    4 │ clock: {rounds: 1, strat: 2030-01-01}\n"
        "      │                    ^^^^^\n"
        "  found: 'strat'\n"
        "  did you mean start?\n\n"
    )


def test_brackets_are_no_markup() -> None:
    text = shown([Problem("x", "[bold]not[/bold] markup", None, "a.b", severity="warning")])
    assert text == "a.b: warning: [bold]not[/bold] markup  [x]\n\n"


@pytest.mark.parametrize(
    ("line", "column", "width", "want"),
    [
        ("\ta: bb", 5, 2, ("    a: bb", "       ^^")),
        ("界: bb", 4, 2, ("界: bb", "    ^^")),
        ("a: \x1b[31m", 4, 1, ("a: �[31m", "   ^")),
        ("ab", 9, 3, ("ab", "  ^")),
        ("ab", 1, 99, ("ab", "^^")),
    ],
)
def test_carets_stand_under_what_they_mean(
    tmp_path: Path, line: str, column: int, width: int, want: tuple[str, str]
) -> None:
    path = tmp_path / "e.yaml"
    path.write_text(f"x\n{line}\n", encoding="utf-8")
    assert excerpt(Position(str(path), 2, column, width)) == want


def test_a_long_line_is_cut_around_the_place(tmp_path: Path) -> None:
    path = tmp_path / "l.yaml"
    path.write_text("a" * 500 + "HERE" + "b" * 500)
    drawn = excerpt(Position(str(path), 1, 501, 4), width=80)
    assert drawn is not None
    line, carets = drawn
    assert len(line) <= 80
    assert line[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_no_text_no_excerpt(tmp_path: Path) -> None:
    assert excerpt(Position("<text>", 1, 1)) is None
    assert excerpt(Position(str(tmp_path / "none.yaml"), 1, 1)) is None
    assert (
        shown([Problem("x", "words", Position("<text>", 2, 3))])
        == "<text>:2:3: error: words  [x]\n\n"
    )


def test_a_query_is_shown_with_its_caret() -> None:
    problem = Problem("x", "words", Position("query", 1, 3, 5), text="P(tesnion > 1)")
    assert shown([problem]) == (
        "query:1:3: error: words  [x]\n    1 │ P(tesnion > 1)\n      │   ^^^^^\n\n"
    )
