"""What is offered while somebody types, in text that is no YAML yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.scenario.reader import read_texts
from standoff.web.completing import completions, names_in
from standoff.web.crises import Crises
from standoff.web.place_in_text import place_at

FILES = Crises(Path("nowhere")).yaml("signal")
TEXT = FILES["signal.yaml"]


def offered(after: str, typed: str = "") -> tuple[str, list[str]]:
    """The path, and what is offered, where `typed` has been put behind the first `after`."""
    at = TEXT.index(after) + len(after)
    text, end = TEXT[:at] + typed + TEXT[at:], at + len(typed)
    line = text.count("\n", 0, end) + 1
    column = end - text.rfind("\n", 0, end)
    found = completions({"signal.yaml": text}, "signal.yaml", line, column)
    return found.path, [one.label for one in found.items]


@pytest.mark.parametrize(
    ("after", "typed", "path", "wanted"),
    [
        ("", "stan", "", "standoff"),
        ("    rounds: 3\n", "    wh", "turns.*", "when"),
        ("    when: ", "forw", "turns.*.when", "forward"),
        ("        then: {", "rein", "turns.*.moves.advance.then", "reinforced"),
        ("        ends: ", "", "turns.*.moves.cross_open.ends", "quiet"),
        ("    actor: ", "ne", "turns.*.actor", "neighbor"),
        ("record:\n  - at: 2031-03-04T06:00\n", "    rel", "record.*", "reliability"),
        ("    move: ", "", "record.*.move", "neighbor.crossing.go_home"),
        ("    source: ", "", "record.*.source", "attache"),
        ("    kind: ", "inf", "judgements.*.kind", "inference"),
        ("    claim: neighbor is ", "bl", "judgements.*.claim", "bluff"),
        ("    prior:\n", "      dir", "actors.neighbor.prior", "dirichlet"),
        ("    province:\n", "      wei", "objectives.neighbor.province", "weight"),
    ],
)  # fmt: skip
def test_what_fits_is_offered(after: str, typed: str, path: str, wanted: str) -> None:
    where, labels = offered(after, typed)
    assert where == path
    assert wanted in labels
    word = typed.strip()
    assert all(any(p.startswith(word) for p in label.split(".")) for label in labels)


def test_names_are_those_of_the_scenario() -> None:
    found = names_in(FILES)
    assert found["actors"] == ["neighbor", "us"]
    assert found["acts"][:2] == ["neighbor.call_up.advance", "neighbor.call_up.wait"]
    assert set(found["endings"]) == {"taken", "clash", "quiet", "time"}
    assert set(found["types"]) == {"seize", "bluff"}


def test_each_key_of_a_shipped_crisis_is_found_at_its_place() -> None:
    """Against the reader, which knows where every key really stands."""
    for name in ("signal", "cuba-1962"):
        files = Crises(Path("nowhere")).yaml(name)
        spans = read_texts(files).positions.spans
        seen = 0
        for path, span in spans.items():
            if span.key_start < 0 or path.startswith("views."):  # keys with dots in them
                continue
            where = span.text.position(span.key_start)
            if span.text.text[span.text.starts[where.line - 1] : span.key_start].strip("- "):
                continue  # inside braces
            place = place_at(span.text.text, where.line, where.column)
            wanted = tuple("*" if part.isdecimal() else part for part in path.split(".")[:-1])
            assert place.wants == "key" and place.path == wanted, (path, place)
            seen += 1
        assert seen > 50


@given(text=st.text(alphabet=" \n-:{}[],'\"abc#.", max_size=200), line=st.integers(1, 12),
       column=st.integers(1, 40))  # fmt: skip
@settings(derandomize=True, deadline=None, max_examples=300)
def test_no_text_is_too_broken(text: str, line: int, column: int) -> None:
    found = completions({"a.yaml": text}, "a.yaml", line, column)
    assert len(found.items) <= 200
