"""Random sequence forms, and regret minimization on them in plain NumPy, set by set."""

from __future__ import annotations

import numpy as np

from standoff.solve.sequence_form import SequenceForm, Treeplex

NOISE = 1e-12
"""Gains below this are rounding: moves that earn the same."""


def random_plex(rng: np.random.Generator, first_row: int) -> Treeplex:
    """Sets of one to six moves, at most three deep; not every sequence leads on."""
    parent: list[int] = []
    first = [1]
    above = [0]
    for _ in range(int(rng.integers(0, 4))):
        below: list[int] = []
        for sequence in above:
            for _ in range(int(rng.choice([0, 1, 1, 2]))):
                width = int(rng.choice([1, 2, 2, 2, 3, 6]))
                parent.append(sequence)
                below += range(first[-1], first[-1] + width)
                first.append(first[-1] + width)
        above = [s for s in below if rng.random() < 0.6][:12]
    sets = len(parent)
    rows = first_row + np.arange(first[-1] - 1)
    return Treeplex(
        cell=np.arange(sets, dtype=np.int32), type=np.zeros(sets, dtype=np.int32),
        parent=np.array(parent, dtype=np.int32), first=np.array(first, dtype=np.int32),
        row=np.concatenate([[-1], rows]).astype(np.int32),
    )  # fmt: skip


def random_form(seed: int, players: int, *, whole: bool = False) -> SequenceForm:
    """Random ends; some of them told once for every move after one of their sequences.

    Payoffs are in general position, or `whole`: then many are alike and some cancel out.
    """
    rng = np.random.default_rng(seed)
    plexes: list[Treeplex] = []
    for _ in range(players):
        plexes.append(random_plex(rng, sum(plex.n_sequences - 1 for plex in plexes)))
    ends: dict[tuple[int, ...], np.ndarray] = {}

    def add(sequence: tuple[int, ...], payoff: np.ndarray, splits: int) -> None:
        p = int(rng.integers(players))
        after = np.flatnonzero(plexes[p].parent == sequence[p])
        if splits and len(after):
            i = int(rng.choice(after))
            for s in range(plexes[p].first[i], plexes[p].first[i + 1]):
                add((*sequence[:p], s, *sequence[p + 1 :]), payoff, splits - 1)
        else:
            ends[sequence] = ends.get(sequence, 0.0) + payoff

    for _ in range(int(rng.integers(0, 60))):
        sequence = tuple(int(rng.integers(plex.n_sequences)) for plex in plexes)
        payoff = rng.integers(-1, 2, players).astype(float) if whole else rng.normal(size=players)
        add(sequence, payoff, int(rng.integers(0, 5)))
    sequences = np.array(sorted(ends), dtype=np.int32).reshape(-1, players)
    payoff = np.array([ends[key] for key in sorted(ends)]).reshape(-1, players)
    return SequenceForm(tuple(plexes), sequences, payoff)


def gradient(form: SequenceForm, player: int, plans: list[np.ndarray]) -> np.ndarray:
    """[S] what each sequence of a player earns by itself."""
    reach = np.ones(len(form.sequence))
    for j, plan in enumerate(plans):
        if j != player:
            reach *= plan[form.sequence[:, j]]
    found = np.zeros(form.plexes[player].n_sequences)
    np.add.at(found, form.sequence[:, player], form.payoff[:, player] * reach)
    return found


def nash_conv(form: SequenceForm, plans: list[np.ndarray]) -> float:
    """What the players could gain by best replies, added up."""
    total = 0.0
    for p, plex in enumerate(form.plexes):
        value = gradient(form, p, plans)
        total -= value @ plans[p]
        for i in reversed(range(plex.n_sets)):
            value[plex.parent[i]] += value[plex.first[i] : plex.first[i + 1]].max()
        total += value[0]
    return total


def averages(form: SequenceForm, kind: int, exponents: np.ndarray, count: int) -> list[np.ndarray]:
    """The average plans after `count` iterations, players in turn (kinds as in `Dynamics`)."""
    alpha, beta, gamma = exponents
    play = [np.ones(plex.n_sequences) for plex in form.plexes]
    for plex, odds in zip(form.plexes, play, strict=True):
        odds[1:] /= np.repeat(np.diff(plex.first), np.diff(plex.first))
    regret = [np.zeros(plex.n_sequences) for plex in form.plexes]
    total = [np.zeros(plex.n_sequences) for plex in form.plexes]
    plans = [_plan(plex, odds) for plex, odds in zip(form.plexes, play, strict=True)]
    for t in range(1, count + 1):
        keep, forget = t**alpha / (t**alpha + 1), t**beta / (t**beta + 1)
        for p, plex in enumerate(form.plexes):
            value = gradient(form, p, plans)
            for i in reversed(range(plex.n_sets)):
                here = slice(plex.first[i], plex.first[i + 1])
                worth = play[p][here] @ value[here]
                value[plex.parent[i]] += worth
                gain = value[here] - worth
                gain[abs(gain) < NOISE] = 0.0
                old = regret[p][here]
                if kind == 1:
                    new = old * np.where(old > 0, keep, forget) + gain
                else:
                    new = np.maximum(old * keep + gain, 0.0)
                regret[p][here] = new
                wish = np.maximum(new + gain if kind == 2 else new, 0.0)
                some = wish.sum() > 0
                play[p][here] = wish / wish.sum() if some else 1.0 / len(wish)
            plans[p] = _plan(plex, play[p])
            total[p] += t**gamma * plans[p]
    return [each / each[0] for each in total]


def _plan(plex: Treeplex, odds: np.ndarray) -> np.ndarray:
    plan = odds.copy()
    for i in range(plex.n_sets):
        plan[plex.first[i] : plex.first[i + 1]] *= plan[plex.parent[i]]
    return plan
