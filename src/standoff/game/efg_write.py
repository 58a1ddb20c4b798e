"""Write a game as a Gambit ``.efg`` file, at one variant.

Types become an opening chance move over profiles, so that the file holds the game in its textbook
form. Odds are exact rationals: where the numbers of one node sum to one only up to rounding, the
largest takes up the difference (Gambit refuses anything else). Payoffs earned on the way are added
up at the ends. Rates have no place in the format and are left out.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from standoff.game.game import CHANCE, END, Game, Payload

LIMIT = 2_000_000
"""Histories past which the text would not fit anybody's patience."""


def to_efg(
    game: Game,
    payload: Payload,
    variant: int = 0,
    *,
    in_stakes: bool = False,
    title: str = "Standoff",
) -> str:
    """The game as ``.efg`` text, in prefix order.

    With `in_stakes` each type's payoffs are divided by its stake, so that Gambit's lambda is the
    precision. Information sets are named after their cell and the type of its owner.
    """
    if game.histories > LIMIT:
        raise ValueError(f"{game.histories:,} histories: more than {LIMIT:,} are not written")
    Q = len(payload.stake)
    table = payload.payoff[:, :, variant] / (payload.stake if in_stakes else np.ones(Q))
    pay = [[Fraction(x) for x in row] for row in table.tolist()]
    prior = _to_one([Fraction(x) for x in payload.prior[:, variant].tolist()])
    odds = payload.odds[:, variant].tolist()
    pairs = (game.profile_type + game.type_start[:-1]).tolist()  # [K][P]
    numbers = _information_sets(game)

    lines = [f"EFG 2 R {_quoted(title)} {{ {' '.join(_quoted(p) for p in game.players)} }}", '""']
    profiles = list(range(game.n_profiles))
    if len(profiles) > 1:
        shares = " ".join(f"{_quoted(_profile_name(game, k))} {prior[k]}" for k in profiles)
        lines.append(f'c "" 1 "" {{ {shares} }} 0')
    chance_number = 1
    end_number = 0
    for k in profiles:
        zero = tuple(Fraction(0) for _ in game.players)
        stack = [(0, zero)]
        while stack:
            node, earned = stack.pop()
            row = pay[game.payoff_row[node]]
            earned = tuple(e + row[q] for e, q in zip(earned, pairs[k], strict=True))
            actor = int(game.actor[node])
            if actor == END:
                end_number += 1
                values = ", ".join(str(e) for e in earned)
                lines.append(f't "" {end_number} "" {{ {values} }}')
                continue
            edges = range(game.edge_start[node], game.edge_start[node + 1])
            edges_in_order = sorted(edges, key=lambda e: int(game.edge_action[e]))
            if actor == CHANCE:
                chance_number += 1
                shares_here = _to_one([Fraction(odds[game.edge_action[e]]) for e in edges_in_order])
                outcomes = " ".join(f'"{i}" {share}' for i, share in enumerate(shares_here))
                lines.append(f'c "" {chance_number} "" {{ {outcomes} }} 0')
            else:
                t = int(game.profile_type[k, actor])
                number = numbers[int(game.cell[node]), t]
                actions = " ".join(f'"{i}"' for i in range(len(edges_in_order)))
                name = _quoted(f"{game.cell[node]} {game.types[actor][t]}".strip())
                lines.append(f'p "" {actor + 1} {number} {name} {{ {actions} }} 0')
            stack.extend((int(game.child[e]), earned) for e in reversed(edges_in_order))
    return "\n".join(lines) + "\n"


def _information_sets(game: Game) -> dict[tuple[int, int], int]:
    """Gambit's number of each (cell, type), from 1 within each player."""
    count = [0] * len(game.players)
    numbers: dict[tuple[int, int], int] = {}
    for cell, player in enumerate(game.cell_player.tolist()):
        for t in range(len(game.types[player])):
            count[player] += 1
            numbers[cell, t] = count[player]
    return numbers


def _to_one(shares: list[Fraction]) -> list[Fraction]:
    """The same shares, the largest of them changed so that they sum to one exactly."""
    largest = max(range(len(shares)), key=shares.__getitem__)
    shares[largest] += 1 - sum(shares)
    return shares


def _profile_name(game: Game, k: int) -> str:
    types = (game.types[p][t] for p, t in enumerate(game.profile_type[k].tolist()))
    return " ".join(t for t in types if t)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
