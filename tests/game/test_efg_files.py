"""Gambit's .efg files: what is read, and that nothing of it is lost."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff.errors import GameFileError
from standoff.game.efg_parse import parse
from standoff.game.efg_read import load_efg, read_efg
from standoff.game.gambit_tokens import Source, decimal
from standoff.game.game import CHANCE, END
from strategies.gambit_files import efg_documents, efg_parts, efg_texts, ends_of

MYERSON = """EFG 2 R "A simple poker game" { "Fred" "Alice" }
"Roger Myerson (1991), \\"Game Theory\\""

c "deal" 1 "(0,1)" { "red" 1/2 "black" 0.5 } 0
p "" 1 1 "holds red" { "Raise" "Fold" } 0
p "" 2 1 "" { "Meet" "Pass" } 0
t "" 1 "Alice loses big" { 2, -2 }
t "" 2 "Alice loses" { 1 -1 }
t "" 2
p "" 1 2 "holds black" { "Raise" "Fold" } 0
p "" 2 1 0
t "" 3 "Alice wins big" { -2, 2, }
t "" 2
t "" 4 "Alice wins" { -1 1.0 }
"""


def test_a_card_game():
    loaded = load_efg(MYERSON)
    document = loaded.document
    assert document.text() == MYERSON
    assert document.players == ("Fred", "Alice")
    assert document.comment == 'Roger Myerson (1991), "Game Theory"'
    assert [document.names[i] for i in document.name][:2] == ["deal", ""]
    assert document.actor.tolist() == [CHANCE, 0, 1, END, END, END, 0, 1, END, END, END]
    assert document.parent.tolist() == [-1, 0, 1, 2, 2, 1, 0, 6, 7, 7, 6]
    assert document.outcomes[1].payoffs == ("1", "-1")
    assert document.outcomes[3].payoffs == ("-1", "1.0")
    game, payload, labels = loaded.game, loaded.payload, loaded.labels
    assert labels.title == "A simple poker game"
    assert list(labels.players) == ["Fred", "Alice"]
    # By cell: Fred's two sets stand above Alice's, which has no label and goes by its number.
    assert game.cell_player.tolist() == [0, 0, 1]
    assert list(labels.sets) == ["holds red", "holds black", "1"]
    assert list(labels.actions) == ["Raise", "Fold", "Raise", "Fold", "Meet", "Pass"]
    assert payload.odds[:, 0].tolist() == [0.5, 0.5]
    assert payload.stake.tolist() == [1, 1]
    assert payload.precision.tolist() == [1]
    assert sorted(loaded.outcome.tolist()) == [-1] * 8 + [0, 1]
    assert ends_of(loaded.game, loaded.payload) == {
        (0, 0, 0): (0.5, 2, -2), (0, 0, 1): (0.5, 1, -1), (0, 1): (0.5, 1, -1),
        (1, 0, 0): (0.5, -2, 2), (1, 0, 1): (0.5, 1, -1), (1, 1): (0.5, -1, 1),
    }  # fmt: skip


def test_payoffs_on_the_way_are_added_up():
    loaded = load_efg(
        'EFG 2 R "" { "1" }\n'
        'p "" 1 1 "" { "a" "b" } 7 "entry" { 1/3 }\n'
        'c "" 1 "" { "x" 1/3 "" 2/3 "z" 0 } 8 "fee" { -1e-1 }\n'
        't "" 0\nt "" 7\nt "" 9 "" { 4 }\nt "" 0'
    )
    found = ends_of(loaded.game, loaded.payload)
    assert found.keys() == {(0, 0), (0, 1), (0, 2), (1,)}
    assert found[0, 0] == pytest.approx((1 / 3, 1 / 3 - 0.1))
    assert found[0, 1] == pytest.approx((2 / 3, 2 / 3 - 0.1))
    assert found[0, 2] == pytest.approx((0, 1 / 3 - 0.1 + 4))
    assert found[1,] == pytest.approx((1, 1 / 3))


def test_a_single_node():
    loaded = load_efg('EFG 2 R "nothing to do" { "a" "b" } t "" 1 "x" { 3 4 }')
    assert loaded.game.n_nodes == 1
    assert ends_of(loaded.game, loaded.payload) == {(): (1.0, 3, 4)}


@pytest.mark.parametrize(
    ("actions", "keys"),
    [
        (["a", "b"], ["a", "b"]),
        (["", "b"], ["1", "b"]),
        (["a", "a", "c"], ["1", "2", "c"]),
        (["2", ""], ["1", "2"]),  # "2" would be taken for the second
        (["x", "x", "1"], ["1", "2", "3"]),
    ],
)
def test_actions_go_by_their_label_where_it_tells_them_apart(actions, keys):
    menu = " ".join(f'"{a}"' for a in actions)
    loaded = load_efg(f'EFG 2 R "" {{ "1" }} p "" 1 1 "" {{ {menu} }} 0' + ' t "" 0' * len(actions))
    assert list(loaded.labels.actions) == keys


def test_sets_go_by_number_where_their_label_is_shared():
    loaded = load_efg(
        'EFG 2 R "" { "A" "B" } p "" 1 12 "same" { "l" "r" } 0 p "" 1 7 "same" { "l" } 0 t "" 0'
        ' p "" 2 7 "same" { "l" } 0 t "" 0'
    )
    by_player = sorted(zip(loaded.game.cell_player.tolist(), loaded.labels.sets, strict=True))
    assert by_player == [(0, "12"), (0, "7"), (1, "same")]


def test_the_same_card_is_the_same_outcome():
    """Named outcomes are one wherever they come up; those without a name go by their place."""
    loaded = load_efg(
        'EFG 2 R "" { "A" } c "" 1 "" { "K" 1/2 "Q" 1/2 } 0'
        ' c "" 2 "" { "Q" 1 } 0 t "" 0'
        ' c "" 3 "" { "" 1/3 "K" 1/3 "" 1/3 } 0 t "" 0 t "" 0 t "" 0'
    )
    first, second, third = loaded.outcome[:2].tolist(), loaded.outcome[2], loaded.outcome[3:]
    assert first[0] == third[1]
    assert first[1] == second
    assert len({*first, *third.tolist()}) == 4


def test_odds_are_the_nearest_floats():
    loaded = load_efg(
        'EFG 2 R "" { "A" } c "" 1 "" { "a" 1/3 "b" 1/7 "c" 11/21 } 0 t "" 0 t "" 0 t "" 0'
    )
    assert loaded.payload.odds[:, 0].tolist() == [1 / 3, 1 / 7, float(Fraction(11, 21))]


@pytest.mark.parametrize(
    "odds", [("0.3333333333", "0.3333333333", "0.3333333333"), ("1", "0", "0")]
)
def test_decimals_may_miss_one_by_rounding(odds):
    menu = " ".join(f'"" {share}' for share in odds)
    loaded = load_efg(f'EFG 2 R "" {{ "A" }} c "" 1 "" {{ {menu} }} 0' + ' t "" 0' * 3)
    assert loaded.payload.odds.sum() == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize(
    "odds", ["1/3 1/3 333/1000", "0.333333 0.333333 0.333333", "1/2 1/2 1/1000000000000", "2 0 0"]
)
def test_odds_must_add_up_to_one(odds):
    menu = " ".join(f'"" {share}' for share in odds.split())
    text = f'EFG 2 R "" {{ "A" }}\nc "" 1 "" {{ {menu} }} 0' + ' t "" 0' * 3
    with pytest.raises(GameFileError) as raised:
        load_efg(text)
    problem = raised.value.problems[0]
    assert (problem.code, problem.position.line, problem.position.column) == ("odds", 2, 11)
    assert problem.position.width == len(menu) + 4


def test_a_file_by_its_path(tmp_path):
    path = tmp_path / "game.efg"
    text = "\ufeff" + MYERSON.replace("\n", "\r\n").replace("Alice", "Älice")
    path.write_bytes(text.encode())
    for place in (path, str(path)):
        document = load_efg(place).document
        assert document.text().encode() == path.read_bytes()
        assert document.players == ("Fred", "Älice")
    with pytest.raises(GameFileError, match="can't be read"):
        load_efg(tmp_path / "none.efg")
    path.write_bytes(b'EFG 2 R "caf\xe9" { "a" }\nt "" 0')
    with pytest.raises(GameFileError, match="UTF-8") as raised:
        load_efg(path)
    assert raised.value.problems[0].position.column == 13


def test_names_with_quotes_and_backslashes():
    text = r'EFG 2 R "a \"b\" \\ \alpha" { "\\" "\"" } t "\\\"" 0'
    document = read_efg(text)
    assert document.title == r'a "b" \ \alpha'
    assert document.players == ("\\", '"')
    assert list(document.names) == ['\\"']


@settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_documents_round_trip(data):
    """In the layout of Gambit's, and in any other."""
    document = data.draw(efg_documents())
    again = read_efg(document.written())
    assert efg_parts(again)[:2] == efg_parts(document)[:2]
    assert efg_parts(again)[3:] == efg_parts(document)[3:]
    assert again.comment == (document.comment or "")
    assert again.written() == document.text()
    text = data.draw(efg_texts(document))
    read = parse(Source("<text>", text))
    assert read.text() == text
    assert efg_parts(read) == efg_parts(document)


@settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(efg_documents())
def test_a_game_has_the_payoffs_of_its_document(document):
    """Paths, odds and payoffs of the arrays against a walk over the document."""
    loaded = load_efg(document.written())
    expected = {}
    for n in np.flatnonzero(document.actor == END).tolist():
        path, odds, total = [], Fraction(1), [0.0] * len(document.players)
        at = n
        while at >= 0:
            if document.outcome[at] >= 0:
                row = document.outcomes[document.outcome[at]].payoffs
                total = [was + decimal(x) for was, x in zip(total, row, strict=True)]
            above, action = int(document.parent[at]), int(document.action[at])
            if above >= 0:
                path.append(action)
                entry = document.sets[document.info[above]]
                odds *= Fraction(entry.odds[action]) if entry.player == CHANCE else 1
            at = above
        expected[tuple(reversed(path))] = (float(odds), *total)
    found = ends_of(loaded.game, loaded.payload)
    assert found.keys() == expected.keys()
    for path, values in found.items():
        assert values == pytest.approx(expected[path], rel=1e-12, abs=1e-12)
