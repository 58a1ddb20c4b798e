"""Where learning comes by a Nash equilibrium, it is one by separate code; where not, it says so."""

from __future__ import annotations

import pytest

from standoff.game.openspiel import load_openspiel
from standoff.solve.certificates import Certifier
from standoff.solve.learned_play import learned_play


@pytest.mark.parametrize(
    "name",
    ["kuhn_poker(players=3)", "first_sealed_auction(players=3,max_value=3)", "tiny_hanabi",
     "matrix_bos", "leduc_poker"],
)  # fmt: skip
def test_it_comes_by_an_equilibrium(name: str) -> None:
    loaded = load_openspiel(name)
    found = learned_play(loaded.game, loaded.payload, tolerance=1e-5)
    assert Certifier(loaded.game, loaded.payload).nash_conv(found.strategies[0]) <= 1e-5 * 1.001
    assert not found.advice


def test_what_is_spent_is_said() -> None:
    loaded = load_openspiel("kuhn_poker(players=3)")
    found = learned_play(loaded.game, loaded.payload, tolerance=0.0, iterations=100)
    gap = Certifier(loaded.game, loaded.payload).nash_conv(found.strategies[0])
    assert f"{gap:.3g}" in found.advice
