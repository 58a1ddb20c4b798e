"""The options of whoever must choose: what each is worth if it is taken now.

An option is forced at the actor's next choice and all else goes on as solved; histories keep the
weight that the record gave them. Values are in units of the actor's stake and relative to the best
option. What has been earned before the present is the same for all and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.belief import actors_with_types
from standoff.infer.outlook import NextTurn, next_moves
from standoff.infer.payoffs import payoff_table
from standoff.infer.pooling import Pooled, pool_values, ratio
from standoff.infer.reach import Part, blocks, descend, part
from standoff.infer.views import type_at, types_of

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OptionValue:
    """One option, in stakes, relative to the best."""

    act: str
    value: Pooled
    by_opposing_type: dict[str, float]  # `actor.type` -> value, relative to the best option there
    by_objective: dict[str, float]  # objective -> contribution, relative to the best option
    regret: float  # mean loss against what turns out best
    best_share: float  # weighted share of variants in which it is the best
    per_variant: Float  # [V] value, not relative


@dataclass(frozen=True, eq=False)
class OptionPay:
    """What one option pays: mass times pay, in stakes, so that variants add up."""

    act: str
    paid: Float  # [V]
    by_opponent: dict[str, Float]  # `actor.type` -> [V] against that type alone
    by_objective: dict[str, Float]  # objective -> [V]

    @property
    def column(self) -> str:
        """Its name among others."""
        return self.act


@dataclass(frozen=True, eq=False)
class Options:
    """The open options of an actor (of one type) at its next choice."""

    actor: str
    type: str  # "" for the mean over its types
    turn: str
    round: int
    reached: Pooled  # odds that this is its next choice
    weight: Float  # [V] likelihood of the record and the type
    opponents: dict[str, Float]  # `actor.type` -> [V] likelihood of that type besides
    pay: tuple[OptionPay, ...]  # in order of play

    @property
    def column(self) -> str:
        """Its name among others."""
        return f"{self.turn}@{self.round}"

    @property
    def open(self) -> bool:
        """Whether there is anything to choose, and a variant that could say."""
        return self.reached.effective > 0 and bool(self.weight.sum() > 0)

    @cached_property
    def options(self) -> tuple[OptionValue, ...]:
        """Best first; only of options that are `open`."""
        weight, total = self.weight, self.weight.sum()
        solved = weight > 0
        values = np.stack([ratio(o.paid, weight) for o in self.pay])
        pooled = np.array([o.paid.sum() for o in self.pay]) / total
        best = int(np.argmax(pooled))
        known = np.where(np.isfinite(values), values, -np.inf)
        top = np.where(solved, known.max(axis=0), 0.0)
        opponents: dict[str, Float] = {}
        for name, mass in self.opponents.items():
            each = np.array([o.by_opponent[name].sum() for o in self.pay])
            if mass.sum() > 0:
                opponents[name] = (each - each.max()) / mass.sum()
        objectives = {
            name: np.array([o.by_objective[name].sum() for o in self.pay]) / total
            for name in self.pay[0].by_objective
        }
        share = weight / total
        found = [
            OptionValue(
                option.act,
                pool_values(values[i] - values[best], weight, float(pooled[i] - pooled[best])),
                {name: float(v[i]) for name, v in opponents.items()},
                {name: float(v[i] - v[best]) for name, v in objectives.items()},
                float((share * np.where(solved, top - values[i], 0.0)).sum()),
                float((share * (solved & (values[i] >= top - 1e-12))).sum()),
                values[i],
            )
            for i, option in enumerate(self.pay)
        ]
        return tuple(sorted(found, key=lambda o: -o.value.value))


def options(inference: Inference, actor: str, type: str | None = None) -> Options | None:
    """What each open option is worth to an actor at its next choice; None where it has
    none: nothing to choose any more, no variant that could say, a type ruled out.
    """
    turns = next_moves(inference, actor)
    if not turns:
        return None
    (found,) = options_at(inference, actor, (type,), turns[0])
    return found if found.open else None


def options_at(
    inference: Inference, actor: str, kinds: Sequence[str | None], turn: NextTurn
) -> tuple[Options, ...]:
    """The same at one of the turns that may come next (moves in order of play), for several of the
    actor's types or None for the mean over them; whether `open` or not.
    """
    game = inference.compiled.game
    types = types_of(inference.compiled, actor)
    own = [None if kind is None or not types else types.index(kind) for kind in kinds]
    player = game.players.index(actor)
    first, last = game.type_start[player], game.type_start[player + 1]
    stake = inference.payload.stake[first:last]
    profile = game.profile_type[:, player]
    ways = {move.act: _flows(inference, actor, own, turn.step, move.act) for move in turn.moves}

    def pays(table: Float) -> dict[str, list[_Paid]]:
        """What a payoff table [R, T, V] pays after each option, to each of the types asked for."""
        return {act: [flow.pays(table, profile) for flow in flows] for act, flows in ways.items()}

    # In stakes either way: the payload of a player whose types stand in the tree is in stakes.
    whole = pays(inference.payload.payoff[:, first:last] / stake[None, :, None])
    parts: dict[str, dict[str, list[_Paid]]] = {}
    units = units_of(inference, actor)
    for objective in inference.compiled.scenario.objectives.get(actor, {}):
        table = payoff_table(inference, actor, objective) / stake[None, :, None]
        parts[objective] = pays(table if units is None else table * units[:, None, None])
    return tuple(
        Options(
            actor, kind or "", turn.turn, turn.round, turn.reached,
            _weight(inference, actor, own[place]),
            {n: _weight(inference, actor, own[place], n) for n in _opponents(inference, actor)},
            tuple(
                OptionPay(
                    act, whole[act][place].all, whole[act][place].by_opponent,
                    {objective: each[act][place].all for objective, each in parts.items()},
                )
                for act in ways
            ),
        )
        for place, kind in enumerate(kinds)
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Paid:
    """Mass times pay [V]: of everything, and by `actor.type` of an opponent."""

    all: Float
    by_opponent: dict[str, Float]


@dataclass(frozen=True, eq=False)
class _Flow:
    """What the histories that follow an option pass: payoff rows, with mass [rows, K, V].

    A type that is an axis is a choice of profiles; the mass of one that stands in the tree is
    apart.
    """

    rows: Int32
    mass: Float
    own: Bool  # [K] profiles of the actor's own type
    by_profile: dict[str, Bool]  # `actor.type` of an opponent -> [K]
    apart: dict[str, Float]  # `actor.type` of an opponent -> mass [rows, K, V]

    def pays(self, table: Float, profile: Int32) -> _Paid:
        """What a payoff table [R, T, V] pays, the actor's type in each profile being `profile`."""
        each = self._by_profile(self.mass, table, profile)
        found = {name: each[self.own & mask].sum(axis=0) for name, mask in self.by_profile.items()}
        for name, mass in self.apart.items():
            found[name] = self._by_profile(mass, table, profile)[self.own].sum(axis=0)
        return _Paid(each[self.own].sum(axis=0), found)

    def _by_profile(self, mass: Float, table: Float, profile: Int32) -> Float:
        """[K, V]"""
        pay = [table[self.rows, t] for t in range(table.shape[1])]
        return np.stack(
            [np.einsum("rv,rv->v", mass[:, k], pay[t]) for k, t in enumerate(profile)]
        )  # fmt: skip


def _flows(
    inference: Inference, actor: str, own: Sequence[int | None], step: int, act: str
) -> list[_Flow]:
    """Mass by payoff row of what follows if `act` is forced at `step`, for several own types."""
    below, start = _forced(inference, step, act)
    compiled, game = inference.compiled, inference.compiled.game
    ahead = np.ones(len(below.nodes), dtype=bool)
    ahead[below.source] = False  # earned already
    ahead &= game.payoff_row[below.nodes] > 0
    rows, label = np.unique(game.payoff_row[below.nodes[ahead]], return_inverse=True)
    nodes = below.nodes[ahead]
    masks = {
        f"{other}.{t}": type_at(compiled, other, nodes) == i
        for other in actors_with_types(inference)
        if other != actor
        for i, t in enumerate(types_of(compiled, other))
    }
    by_profile = {
        name: mask[0] if len(mask) else np.zeros(game.n_profiles, dtype=bool)
        for name, mask in masks.items()
        if (mask == mask[:1]).all()
    }
    split = {name: mask for name, mask in masks.items() if name not in by_profile}
    axis = game.n_types[game.players.index(actor)] > 1
    kinds = type_at(compiled, actor, below.nodes[:1])[0] if axis else None
    everybody = np.ones(game.n_profiles, dtype=bool)

    def flow(kind: int | None) -> _Flow:
        mass, apart = by_row(inference, actor, kind, below, start, ahead, label, split)
        return _Flow(rows.astype(np.int32), mass, everybody, by_profile, apart)

    whole = flow(None) if kinds is not None or None in own else None
    found = []
    for kind in own:
        if kind is None and whole is not None:
            found.append(whole)
        elif kinds is not None and whole is not None:
            found.append(replace(whole, own=np.asarray(kinds == kind)))
        else:
            found.append(flow(kind))
    return found


def _opponents(inference: Inference, actor: str) -> list[str]:
    """`actor.type` of everybody else that has types."""
    return [
        f"{other}.{t}"
        for other in actors_with_types(inference)
        if other != actor
        for t in types_of(inference.compiled, other)
    ]


def by_row(
    inference: Inference, actor: str, own: int | None, below: Part, start: Float, ahead: Bool,
    label: NDArray[np.intp], split: Mapping[str, Bool],
) -> tuple[Float, dict[str, Float]]:  # fmt: skip
    """[n, K, V] mass of the nodes `ahead` of a part, by their `label`: all of it, and where each of
    some masks [nodes, K] holds; of the actor's own type `own`, where one is named.
    """
    from scipy.sparse import csr_matrix

    compiled, game = inference.compiled, inference.compiled.game
    nodes = below.nodes[ahead]
    n, K = int(label.max(initial=-1)) + 1, game.n_profiles
    pick = csr_matrix((np.ones(len(nodes)), (label, np.arange(len(nodes)))), shape=(n, len(nodes)))
    mine = None if own is None else (type_at(compiled, actor, nodes) == own)[:, :, None]
    whole = np.zeros((n, K, inference.n_variants))
    apart = {name: np.zeros_like(whole) for name in split}
    for block in blocks(below, inference.n_variants, arrays=2):
        mass = descend(
            below, inference.payload, inference.solution.strategy, start[:, :, block], block
        )[ahead]  # fmt: skip
        if mine is not None:
            mass *= mine
        width = mass.shape[2]
        added = np.asarray(pick @ mass.reshape(len(nodes), K * width))
        whole[:, :, block] = added.reshape(n, K, width)
        for name, table in apart.items():
            part_of = mass * split[name][:, :, None]
            added = np.asarray(pick @ part_of.reshape(len(nodes), K * width))
            table[:, :, block] = added.reshape(n, K, width)
    return whole, apart


def _forced(inference: Inference, step: int, act: str) -> tuple[Part, Float]:
    """What lies ahead if `act` is made at `step` wherever it is open there."""
    compiled, game = inference.compiled, inference.compiled.game
    nodes, mass = inference.standing(inference.present)
    keep = np.zeros(game.n_nodes, dtype=bool)
    keep[nodes] = True
    source = keep.copy()
    here = slice(int(game.level_start[step]), int(game.level_start[step + 1]))
    names = np.array([a.name == act for a in compiled.acts] + [False])
    hit = names[compiled.edge_act]
    owner = np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))
    open_ = np.bincount(owner[hit], minlength=game.n_nodes) > 0
    at_step = np.zeros(game.n_nodes, dtype=bool)
    at_step[here] = open_[here]
    above = np.maximum(game.parent, 0)
    closed = at_step[above] & ~hit[np.maximum(game.parent_edge, 0)] & (game.parent >= 0)
    odds = np.where(at_step[above] & hit[np.maximum(game.parent_edge, 0)], 1.0, np.nan)
    for start, stop in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        keep[start:stop] |= keep[game.parent[start:stop]] & ~closed[start:stop]
    return part(game, keep, source, forced=odds), mass


def _weight(
    inference: Inference, actor: str, own: int | None, opponent: str | None = None
) -> Float:
    """[V] likelihood of the record, the actor's type, and an opponent's."""
    compiled = inference.compiled
    nodes, mass = inference.standing(inference.present)
    mask = np.ones((len(nodes), compiled.game.n_profiles), dtype=bool)
    if own is not None:
        mask &= type_at(compiled, actor, nodes) == own
    if opponent is not None:
        other, _, label = opponent.partition(".")
        mask &= type_at(compiled, other, nodes) == types_of(compiled, other).index(label)
    return np.asarray((mass * mask[:, :, None]).sum(axis=(0, 1)), dtype=float)


def units_of(inference: Inference, actor: str) -> Float | None:
    """[R] factor that brings parts into the payload's units, where the actor's types stand in the
    tree: there the payload is in stakes of the type, the parts are in the scenario's units.
    """
    compiled, game = inference.compiled, inference.compiled.game
    player = game.players.index(actor)
    types = types_of(compiled, actor)
    if game.n_types[player] > 1 or not types:
        return None
    kind = np.zeros(compiled.n_payoff_rows, dtype=np.intp)  # a row is paid to one type alone
    column = compiled.state_names.index(f"type:{actor}")
    for rows, states in (
        (compiled.flow_row, compiled.flow_state), (compiled.final_row, compiled.final_state)
    ):  # fmt: skip
        kind[rows] = compiled.states[states, column].astype(np.intp)

    def size(payoff: Float) -> Float:
        """[T] of all that a type is paid; of single rows parts may cancel."""
        return np.bincount(kind, np.abs(payoff).sum(axis=1), len(types)).astype(float)

    whole = size(payoff_table(inference, actor, None)[:, 0])
    scaled = size(inference.payload.payoff[:, game.type_start[player]])
    factor = np.divide(scaled, whole, out=np.ones_like(whole), where=whole > 0)
    found: Float = factor[kind]
    return found
