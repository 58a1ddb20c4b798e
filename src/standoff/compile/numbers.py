"""`payload`: the numbers of a game for a batch of draws."""

from __future__ import annotations

import weakref
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from standoff.compile.chance_odds import chance_odds, log_rates
from standoff.compile.columns import TYPE
from standoff.compile.compiled import Compiled
from standoff.compile.draws import Draws, end_to_end
from standoff.compile.payoffs import PayoffTable
from standoff.compile.stakes import Stakes
from standoff.game.game import Payload

Float = NDArray[np.float64]


def payload(compiled: Compiled, draws: Draws, reference: Draws | None = None) -> Payload:
    """The numbers of the game for V variants.

    `reference` is the draw (V = 1) at which stakes are taken: every parameter at its median. Where
    none is given it is made of the medians of `draws`. Raises `ScenarioError` where odds don't sum
    to one, a payoff is not finite, or a stake is zero.
    """
    stakes = stakes_of(compiled, reference if reference is not None else medians(draws))
    payoff = _payoffs(compiled, draws)
    for player, scale in stakes.scale.items():
        _rescale(compiled, payoff, player, scale)
    return Payload(
        payoff=payoff,
        odds=chance_odds(compiled, draws).rows,
        log_rate=log_rates(compiled, draws),
        prior=_prior(compiled, draws),
        stake=stakes.of_pair,
        precision=draws.precision,
    )


def payload_of_several(
    compiled: Compiled, draws: Sequence[Draws], references: Sequence[Draws]
) -> Payload:
    """The numbers of several batches of draws end to end, each with the stakes of its own
    reference (V = 1).

    Payoffs are put in units in which all have the stakes of the first, since a payload has one set
    of them: what is played depends on payoffs in stakes alone.
    """
    whole = end_to_end(draws)
    payoff = _payoffs(compiled, whole)
    # Payoffs take longest, and hardly longer for many variants than for one.
    at_reference = _payoffs(compiled, end_to_end(references))
    first: Float | None = None
    start = 0
    for i, (one, reference) in enumerate(zip(draws, references, strict=True)):
        stakes = Stakes(
            compiled, reference, at_reference[:, :, i],
            chance_odds(compiled, reference).rows[:, 0], log_rates(compiled, reference)[:, 0],
        )  # fmt: skip
        part = payoff[:, :, start : start + one.n_variants]
        for player, scale in stakes.scale.items():
            _rescale(compiled, part, player, scale)
        first = stakes.of_pair if first is None else first
        part *= (first / stakes.of_pair)[None, :, None]
        start += one.n_variants
    assert first is not None, "there must be some draws"
    return Payload(
        payoff=payoff,
        # Not of all at once: an outcome may be possible in some of the batches only.
        odds=np.concatenate([chance_odds(compiled, one).rows for one in draws], axis=1),
        log_rate=log_rates(compiled, whole),
        prior=_prior(compiled, whole),
        stake=first,
        precision=whole.precision,
    )


_STAKES: weakref.WeakKeyDictionary[Compiled, dict[int, tuple[Draws, Stakes]]] = (
    weakref.WeakKeyDictionary()
)


def stakes_of(compiled: Compiled, reference: Draws) -> Stakes:
    """Stakes at a reference of one variant; worked out once for each game and reference."""
    held = _STAKES.setdefault(compiled, {})
    found = held.get(id(reference))
    if found is None or found[0] is not reference:
        stakes = Stakes(
            compiled, reference, _payoffs(compiled, reference)[:, :, 0],
            chance_odds(compiled, reference).rows[:, 0], log_rates(compiled, reference)[:, 0],
        )  # fmt: skip
        held.clear()
        held[id(reference)] = found = (reference, stakes)
    return found[1]


def medians(draws: Draws) -> Draws:
    """A draw of one variant: the median of each parameter, the mean of the priors."""

    def middle(values: Float) -> Float:
        return np.sort(values, axis=-1)[..., (values.shape[-1] - 1) // 2][..., None]

    return Draws(
        values={k: middle(v) for k, v in draws.values.items()},
        prior={k: v.mean(axis=1, keepdims=True) for k, v in draws.prior.items()},
        joint=None if draws.joint is None else draws.joint.mean(axis=1, keepdims=True),
        precision=middle(draws.precision),
        seed=draws.seed,
    )


def _payoffs(compiled: Compiled, draws: Draws) -> Float:
    """[R, Q, V]"""
    game = compiled.game
    out = np.zeros((compiled.n_payoff_rows, int(game.type_start[-1]), draws.n_variants))
    table = PayoffTable(compiled, draws)
    for player in range(len(game.players)):
        terms = [t for t in compiled.rules.terms if t.player == player]
        for kind in range(len(game.types[player])):
            out[:, int(game.type_start[player]) + kind] = table.total(terms, kind)
    return out


def _rescale(compiled: Compiled, payoff: Float, player: int, scale: Float) -> None:
    """Put the payoffs of a player whose types stand in the tree in units of one stake."""
    column = compiled.rules.columns.place(TYPE + compiled.game.players[player])
    pair = int(compiled.game.type_start[player])
    kind = np.zeros(compiled.n_payoff_rows, dtype=np.intp)
    for rows, states in (
        (compiled.flow_row, compiled.flow_state), (compiled.final_row, compiled.final_state)
    ):  # fmt: skip
        kind[rows] = compiled.states[states, column].astype(np.intp)
    payoff[:, pair, :] *= scale[kind][:, None]


def _prior(compiled: Compiled, draws: Draws) -> Float:
    """[K, V] odds of the profiles of types that are kept as axes."""
    game, names = compiled.game, compiled.names
    out = np.ones((game.n_profiles, draws.n_variants))
    kept = {p: i for i, p in enumerate(game.players) if game.types[i] != ("",)}
    tied: set[str] = set()
    joint = compiled.scenario.joint
    if joint and any(a in kept for row in joint for a in row.types):
        assert draws.joint is not None
        tied = {a for row in joint for a in row.types}
        total = np.zeros_like(out)
        for row, odds in zip(joint, draws.joint, strict=True):
            fits = np.ones(game.n_profiles, dtype=np.bool_)
            for actor, kind in row.types.items():
                place = names.types(actor).index(kind)
                fits &= game.profile_type[:, kept[actor]] == place
            total[fits] += odds
        out *= total
    for actor, player in kept.items():
        if actor not in tied:
            out *= draws.prior[actor][game.profile_type[:, player]]
    return out
