"""What an observer believes that expects a disguise: the type that may wear it is split in two.

A share of one type plays a given conduct from the present on; the rest of it, and everybody else,
choose as before and know it. Both halves have the same payoffs and the same name, so that belief in
the type is the belief in either. What was played before the present stays as it was solved: the
expectation comes up now, and both halves have the same past.

The type must be kept as an axis (see `standoff.game.game`): the split adds one type to it, and
makes the profiles more by as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from standoff.compile.compiled import Compiled
from standoff.errors import Problem, ScenarioError, nearest
from standoff.game.game import Game, Payload
from standoff.game.remaining import remainder
from standoff.infer.conduct import Sequences, conducts, part_ahead
from standoff.infer.evidence import Evidence
from standoff.infer.histories import adopt
from standoff.infer.inference import Inference
from standoff.infer.sights import sights
from standoff.infer.views import types_of
from standoff.progress import Progress
from standoff.solve.solution import FAILED, SOLVED

Int = NDArray[np.intp]
Float = NDArray[np.float64]

CLOSE = 1e-7
"""Solver check of what is solved again."""
FAINT = 1e-12
"""Neither half is smaller than this share of its type, so that its beliefs are defined."""


@dataclass(frozen=True, eq=False)
class Expecting:
    """A solved crisis in which a share of one type is expected to play a given conduct."""

    inference: Inference  # on the game in which the type is split
    actor: str
    type: str
    place: int  # of the disguised half among the actor's types in the game: the last
    share: Float  # [V]

    def earned(self, viewer: str, round: int, target: str) -> tuple[Float, Float]:
        """[V] what the viewer believes in `target` as a round ends, on average over what comes of
        the disguise, and [V] the stake that the type gives up by it against its best reply to the
        play of those who expect it.
        """
        inference = self.inference
        below = part_ahead(inference)
        kinds = types_of(inference.compiled, self.actor)
        own = conducts(inference, self.actor, below)[kinds.index(self.type)]
        plan = self._plan(own.sequences)
        (seen,) = sights(inference, self.actor, viewer, below, (round,))
        mass = own.mass[seen.nodes] * plan[own.sequences.of_node[seen.nodes]]
        held = (mass * seen.held(kinds.index(target), kinds.index(self.type))).sum(axis=0)
        paid = (own.pay * plan).sum(axis=0)
        return _over(held, own.weight), _over(own.natural_pay - paid, own.weight)

    def _plan(self, own: Sequences) -> Float:
        """[S, V] probability that the disguise makes each own sequence of moves."""
        strategy = self.inference.solution.strategy
        plan = np.ones((own.size, strategy.shape[1]))
        for at in own.levels:
            here = slice(at.first, at.last)
            plan[here] = strategy[own.row[here] + self.place] * plan[at.before][at.cell]
        return plan


def expecting(
    inference: Inference,
    actor: str,
    type: str,
    strategy: Float,
    share: ArrayLike,
    *,
    progress: Progress | None = None,
) -> Expecting:
    """The crisis anew, if a `share` (0 to 1, a number or [V]) of an actor's type is expected to
    play `strategy` [A, V] (only that type's rows from the present on are read).

    Raises `ScenarioError` where the actor has no such type, or its types are drawn at the root.
    """
    compiled, payload = inference.compiled, inference.payload
    game = compiled.game
    player, place = _axis(compiled, actor, type)
    shares = np.broadcast_to(np.asarray(share, dtype=float), (inference.n_variants,)).copy()
    if not ((shares >= 0.0) & (shares <= 1.0)).all():
        raise ValueError("a share lies between 0 and 1")
    shares = np.clip(shares, FAINT, 1.0 - FAINT)
    split = replace(
        game,
        types=tuple((*kinds, type) if p == player else kinds for p, kinds in enumerate(game.types)),
    )
    whole = replace(compiled, game=split)
    adopt(whole, compiled)
    old = _old_rows(game, split, player, place)
    numbers = _numbers(game, split, payload, player, place, shares)

    if progress is not None:
        progress.say("solving with the disguise expected")
    play = inference.solution.strategy[old]
    added = _rows_of(split, player, len(game.types[player]))
    left = remainder(split, inference.evidence.frontier)
    later = np.zeros(split.n_rows, dtype=bool)
    later[left.rows[~left.before]] = True
    worn = added[later[added]]
    play[worn] = strategy[old[worn]]
    held = left.before.copy()
    held[np.isin(left.rows, worn)] = True
    from standoff.solve.held import aqre_held

    found = aqre_held(
        left.game,
        left.payload(numbers),
        held,
        play[left.rows],
        tolerance=CLOSE,
        progress=progress,
    )
    good = found.solved & inference.solution.solved
    solution = replace(
        inference.solution,
        strategy=left.lifted(play, found.strategy),
        certificate=found.certificate,
        check=found.check,
        status=np.where(good, SOLVED, FAILED).astype(np.int8),
        sweeps=found.sweeps,
        advice=found.advice,
    )
    record = inference.evidence
    evidence = Evidence(
        whole, record.as_of, record.without_record, record.whole_record, lenient=record.lenient
    )
    seen = Inference(whole, numbers, inference.draws, solution, evidence, inference.anchor)
    return Expecting(seen, actor, type, len(game.types[player]), shares)


def expected_belief(
    inference: Inference,
    actor: str,
    type: str,
    strategy: Float,
    share: ArrayLike,
    viewer: str,
    round: int,
    target: str,
    *,
    progress: Progress | None = None,
) -> tuple[Float, Float]:
    """[V] the mean belief of a viewer ("" for the desk) in `target` as a round ends, if the type
    plays the disguise before somebody who expects a share of it to do so; and [V] what the type
    then gives up, in its stakes, against its best reply.
    """
    found = expecting(inference, actor, type, strategy, share, progress=progress)
    return found.earned(viewer, round, target)


def _axis(compiled: Compiled, actor: str, type: str) -> tuple[int, int]:
    """The player and the place of its type on its axis."""
    game, kinds = compiled.game, types_of(compiled, actor)
    if actor not in game.players or type not in kinds:
        among: Sequence[str] = kinds if actor in game.players else game.players
        name = type if actor in game.players else actor
        raise ScenarioError(
            Problem(
                "unknown-type",
                "only a type of an actor that has several can be expected to disguise itself",
                found=f"{actor}.{type}",
                nearest=nearest(name, among),
            )
        )
    player = game.players.index(actor)
    if game.n_types[player] == 1:
        raise ScenarioError(
            Problem(
                "types-drawn",
                f"the types of {actor} enter more than its own payoffs: they are drawn at the root "
                "of the game, where none can be split in two",
                found=f"{actor}.{type}",
                expected="a type that enters nothing but its owner's payoffs and the prior",
            )
        )
    return player, game.types[player].index(type)


def _rows_of(game: Game, player: int, place: int) -> Int:
    """Rows of one type of a player at all of its information sets."""
    cell = np.repeat(np.arange(len(game.cell_player)), np.diff(game.row_start))
    number = np.arange(game.n_rows) - game.row_start[cell]
    mine = game.cell_player[cell] == player
    return np.flatnonzero(mine & (number % game.n_types[game.cell_player[cell]] == place))


def _old_rows(game: Game, split: Game, player: int, place: int) -> Int:
    """[A'] row of the whole game for each row of the game in which a type is split."""
    cell = np.repeat(np.arange(len(split.cell_player)), np.diff(split.row_start))
    number = np.arange(split.n_rows) - split.row_start[cell]
    owner = split.cell_player[cell]
    action, own = np.divmod(number, split.n_types[owner])
    own = np.where((owner == player) & (own == game.n_types[player]), place, own)
    found = game.row_start[cell] + action * game.n_types[owner] + own
    return found.astype(np.intp)


def _numbers(
    game: Game, split: Game, payload: Payload, player: int, place: int, share: Float
) -> Payload:
    """The payload with the type split: equal payoffs and stakes, the prior shared out."""
    pair = int(game.type_start[player]) + place
    at = int(game.type_start[player + 1])
    kind = split.profile_type.copy()
    added = kind[:, player] == game.n_types[player]
    plain = kind[:, player] == place
    kind[added, player] = place
    old = np.ravel_multi_index(tuple(kind.T), tuple(game.n_types))
    prior = payload.prior[old]
    prior[added] *= share
    prior[plain] *= 1.0 - share
    return replace(
        payload,
        payoff=np.insert(payload.payoff, at, payload.payoff[:, pair], axis=1),
        stake=np.insert(payload.stake, at, payload.stake[pair]),
        prior=prior,
    )


def _over(joint: Float, base: Float) -> Float:
    found: Float = np.full_like(joint, np.nan)
    np.divide(joint, base, out=found, where=base > 0)
    return found
