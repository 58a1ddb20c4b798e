"""The games on which Standoff and its peers are measured, as OpenSpiel names them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bench:
    """A game, and how many times as fast as each peer the project means to be."""

    key: str
    title: str
    openspiel: str
    goals: dict[str, float]


ZERO_SUM = (
    Bench("kuhn", "Kuhn poker", "kuhn_poker", {"openspiel": 60, "liteefg": 30, "noregret": 50}),
    Bench("leduc", "Leduc poker", "leduc_poker", {"openspiel": 300, "liteefg": 50, "noregret": 50}),
    Bench(
        "liars", "Liar's Dice, one die of six sides each", "liars_dice(numdice=1,dice_sides=6)",
        {"openspiel": 100, "liteefg": 50, "noregret": 20},
    ),
    # Cards of the prize deck come down in order; who bids what is not shown, only who won; what
    # counts in the end is who has won more (OpenSpiel's own returns).
    Bench(
        "goofspiel", "Goofspiel, five cards, turn-based",
        "turn_based_simultaneous_game(game=goofspiel(imp_info=True,num_cards=5,"
        "points_order=descending,returns_type=win_loss))",
        {"openspiel": 100, "liteefg": 50, "noregret": 50},
    ),
)  # fmt: skip

TARGETS = (1e-3, 1e-4, 1e-6)
"""Exploitabilities (NashConv over two) to be reached."""

# The auction has two bidders with values to 4; a crisis is `crisis:SEED:NODES` of bench/crisis.py.
AQRE = (
    Bench("kuhn", "Kuhn poker", "kuhn_poker", {"gambit": 10}),
    Bench("kuhn-3", "Kuhn poker, three players", "kuhn_poker(players=3)", {"gambit": 100}),
    Bench(
        "auction", "First-price auction",
        "first_sealed_auction(players=2,max_value=4)", {"gambit": 10},
    ),
    Bench("crisis-s", "Crisis", "crisis:6:70", {"gambit": 100}),
    Bench("crisis-m", "Crisis", "crisis:0:200", {"gambit": 100}),
    Bench("crisis-l", "Crisis", "crisis:1:1200", {"gambit": 100}),
)  # fmt: skip
PRECISIONS = (1.0, 5.0, 20.0)
