"""Gambit's .nfg files, both versions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff.game.gambit_tokens import Source, decimal
from standoff.game.game_checks import game_fault
from standoff.game.nfg_parse import parse
from standoff.game.nfg_read import load_nfg, read_nfg
from strategies.gambit_files import (
    contingencies,
    ends_of,
    nfg_documents,
    nfg_parts,
    nfg_texts,
)

OUTCOMES = """NFG 1 R "Selten, Figure 2" { "Player 1" "Player 2" } { { "1" "2" } { "a" "b" "c" } }
"with a comment"

{ { "Outcome 1" 1, 1/2 }
  { "" .5 -2 } }
1 2 0 1 1 2
"""

PAYOFFS = 'NFG 1 D "" { "A" "B" } { 2 3 }\n0 10\n1 11\n2 12\n3 13\n4 14\n5 15'


def test_the_version_with_outcomes():
    loaded = load_nfg(OUTCOMES)
    document = loaded.document
    assert document.text() == OUTCOMES
    assert document.strategies == (("1", "2"), ("a", "b", "c"))
    assert document.comment == "with a comment"
    assert document.outcomes[1].payoffs == (".5", "-2")
    first, second = document.payoffs()
    assert first.tolist() == [[1, 0, 1], [0.5, 1, 0.5]]
    assert second.tolist() == [[0.5, 0, 0.5], [-2, 0.5, -2]]
    assert list(loaded.labels.actions) == ["1", "2", "a", "b", "c"]
    assert list(loaded.labels.sets) == ["1", "1"]
    assert loaded.game.n_nodes == 1 + 2 + 6


def test_the_version_with_payoffs():
    """The first player's strategy runs fastest."""
    loaded = load_nfg(PAYOFFS)
    document = loaded.document
    assert document.outcomes is None
    assert not document.named
    assert document.payoffs()[0].tolist() == [[0, 2, 4], [1, 3, 5]]
    assert document.payoffs()[1].tolist() == [[10, 12, 14], [11, 13, 15]]
    assert ends_of(loaded.game, loaded.payload)[1, 2] == (1, 5, 15)
    assert loaded.game.information_sets == 2


@pytest.mark.parametrize("mark", ["R ", "D ", ""])
@pytest.mark.parametrize("comma", ["", ","])
def test_marks_and_commas_may_be_left_out(mark, comma):
    text = f'NFG 1 {mark}"" {{ "A" "B" }} {{ 1 2 }} "" 1{comma} 2{comma} 3{comma} 4'
    assert read_nfg(text).payoffs().tolist() == [[[1, 3]], [[2, 4]]]


def test_three_players_in_order():
    rows = [f"{i} {10 * i} {100 * i}" for i in range(12)]
    document = read_nfg('NFG 1 R "" { "" "" "" } { 2 3 2 }\n' + "\n".join(rows))
    tensor = document.payoffs()
    assert tensor.shape == (3, 2, 3, 2)
    for i, (a, b, c) in enumerate(contingencies(document)):
        assert tensor[:, a, b, c].tolist() == [i, 10 * i, 100 * i]


FUZZ = settings(
    derandomize=True, deadline=None, max_examples=80, suppress_health_check=list(HealthCheck)
)


@FUZZ
@given(st.data())
def test_random_documents_round_trip(data):
    document = data.draw(nfg_documents())
    again = read_nfg(document.written())
    assert nfg_parts(again)[:4] == nfg_parts(document)[:4]
    assert nfg_parts(again)[5] == nfg_parts(document)[5]
    assert again.written() == document.text()
    text = data.draw(nfg_texts(document))
    read = parse(Source("<text>", text))
    assert read.text() == text
    assert nfg_parts(read) == nfg_parts(document)


@FUZZ
@given(nfg_documents())
def test_a_game_has_the_payoffs_of_its_table(document):
    loaded = load_nfg(document.written())
    assert game_fault(loaded.game, loaded.payload) == ""
    assert loaded.game.information_sets == len(document.players)
    ends = ends_of(loaded.game, loaded.payload)
    assert len(ends) == len(document.contingency)
    for choice, entry in zip(contingencies(document), document.contingency, strict=True):
        if document.outcomes is None:
            expected = [decimal(document.numbers[i]) for i in entry]
        elif entry == 0:
            expected = [0.0] * len(document.players)
        else:
            expected = [decimal(x) for x in document.outcomes[entry - 1].payoffs]
        np.testing.assert_array_equal(ends[choice][1:], expected)
