"""The ties of one crisis, put into words and numbers: what `assess.commitments` is made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.assess.ahead import label_of, whose
from standoff.assess.answering import unit
from standoff.assess.chain import Chain
from standoff.assess.commitment_models import (
    ActorTies,
    Audience,
    AudienceCost,
    EndingShift,
    Gain,
    Signal,
    Tie,
    TiedTypes,
    TurnTies,
    TypeGain,
)
from standoff.assess.labels import labels
from standoff.errors import Problem, ScenarioError, nearest
from standoff.infer.pooling import pool_values
from standoff.infer.tied import Tied, Worth
from standoff.infer.turns import Turn, turns_ahead
from standoff.progress import Progress
from standoff.scenario.dates import calendar
from standoff.variants.batch import subset_batch
from standoff.words.numbers import percent

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Float = NDArray[np.float64]

TURNS = 2
"""Turns of each side, where none is named."""
SAMPLE = 32
"""Variants on which signals, audience costs and mixtures are worked out: each takes many more
solutions than a tie."""
COSTS = (0.1, 0.2, 0.4, 0.8, 1.6)
"""Audience costs, in stakes."""
SELDOM = 0.005
"""Turns that are reached less often than this are left out."""
MOVED = 0.01
"""Endings that move by less than this are left out."""
SAME = 0.01
"""Stakes that make no difference."""
NOTHING = 1e-4
"""A gain below this is none: the solver's own error."""
PAIRS = 3
"""The best so many moves are mixed with each other."""
SHARES = (0.25, 0.5, 0.75)
"""Shares of the second move that are tried first; then those between the best and its neighbors."""


@dataclass(eq=False)
class Ties:
    """The ties of one crisis: what is worked out is kept."""

    chain: Chain
    progress: Progress | None
    always: bool = False

    def __post_init__(self) -> None:
        self.inference: Inference = self.chain.inference
        self.scenario = self.chain.scenario
        self.names = self.inference.compiled.names
        self.known = labels(self.scenario, self.names)
        self.turns = turns_ahead(self.inference, always=self.always)
        desk = whose(self.scenario, None)
        self.own = desk[0][0] if desk else ""
        self._full: dict[str, Tied] = {}
        self._some: dict[str, Tied] = {}
        self._pure: dict[tuple[tuple[int, ...], str], Worth] = {}

    @cached_property
    def sample(self) -> Inference:
        """The crisis on the first variants only."""
        n = min(SAMPLE, self.inference.n_variants)
        return Chain(subset_batch(self.chain.batch, n), self.chain.as_of).inference

    @property
    def actors(self) -> list[str]:
        """Everybody who still has something to choose, the desk's side first."""
        found = list(dict.fromkeys(at.actor for at in self.turns))
        return sorted(found, key=lambda a: a != self.own)

    def next_of(self, actor: str) -> list[Turn]:
        """An actor's next turns, in order of play."""
        total = self.inference.measure().total().sum()
        mine = [at for at in self.turns if at.actor == actor]
        return [at for at in mine if at.reached.sum() > SELDOM * total][:TURNS]

    def turn(self, name: str) -> Turn:
        """The next time that `actor.turn` comes. Raises `ScenarioError`."""
        for at in self.turns:
            if f"{at.actor}.{at.turn}" == name:
                return at
        known = list(dict.fromkeys(f"{at.actor}.{at.turn}" for at in self.turns))
        raise ScenarioError(
            Problem(
                "unknown-turn",
                "nobody comes to choose at this turn from here on",
                found=name,
                expected="one of " + ", ".join(known) if known else "a moment before play is over",
                nearest=nearest(name, known),
            )
        )

    def named(self, at: Turn, move: str | None) -> str | None:
        """A move of a turn by its id alone or in full. Raises `ScenarioError`."""
        if move is None:
            return None
        for act in at.acts:
            if move in (act, act.rpartition(".")[2]):
                return act
        known = [act.rpartition(".")[2] for act in at.acts]
        raise ScenarioError(
            Problem(
                "unknown-move",
                f"{at.actor}.{at.turn} has no such move from here on",
                found=move,
                expected="one of " + ", ".join(known),
                nearest=nearest(move.rpartition(".")[2], known),
            )
        )

    # -- solving

    def tied(self, at: Turn) -> Tied:
        """A turn on all variants."""
        if at.actor not in self._full:
            self._full[at.actor] = Tied(self.inference, at)
        return Tied(self.inference, at, self._full[at.actor])

    def sampled(self, at: Turn) -> Tied:
        """The same on some."""
        if at.actor not in self._some:
            self._some[at.actor] = Tied(self.sample, at)
        return Tied(self.sample, at, self._some[at.actor])

    def pure(self, tied: Tied, act: str) -> Worth:
        """A turn tied to one move."""
        key = (tied.turn.steps, act)
        if tied.inference is not self.inference:
            return tied.tied({act: 1.0}, progress=self.progress)
        if key not in self._pure:
            self._say(f"tying {self.words(act)}")
            self._pure[key] = tied.tied({act: 1.0}, progress=self.progress)
        return self._pure[key]

    def _say(self, what: str) -> None:
        if self.progress is not None:
            self.progress.say(what)

    def gains(self, at: Turn) -> list[tuple[str, float]]:
        """Move -> mean gain over types and variants, the best first."""
        tied = self.tied(at)
        found = [(act, _mean(tied, self.pure(tied, act))) for act in at.acts]
        return sorted(found, key=lambda one: -one[1])

    def known_gain(self, at: Turn, act: str) -> float:
        """What of a tie's worth comes of being known, pooled."""
        tied = self.tied(at)
        return _mean(tied, self.pure(tied, act), tied.quietly({act: 1.0}))

    # -- words and numbers

    def words(self, act: str) -> str:
        """A move's label."""
        return label_of(self.names, act)

    def side(self, actor: str, turns: list[TurnTies]) -> ActorTies:
        """One side."""
        own = actor == self.own
        return ActorTies(actor=actor, label=self.known.get(actor, actor), own=own, turns=turns)

    def measured(
        self,
        at: Turn,
        *,
        prefer: str | None = None,
        mixed: bool = False,
        costs: Sequence[float] | None = None,
        single: bool = False,
    ) -> TurnTies:
        """One turn: all of its moves, and where `costs` are given what belongs to its best."""
        tied = self.tied(at)
        ties = [
            self._tie(tied, {act: 1.0}, self.pure(tied, act), _anyway(at, [act])) for act in at.acts
        ]
        ties.sort(key=lambda tie: -tie.gain.value)
        total = self.inference.measure().total()
        days = calendar(self.scenario.clock).rounds[at.round - 1]
        found = TurnTies(
            actor=at.actor,
            turn=at.turn,
            label=self.known.get(f"{at.actor}.{at.turn}", at.turn.replace("_", " ")),
            round=at.round,
            day=days.first.isoformat(),
            times=len(at.steps),
            reached=unit(float(at.reached.sum() / total.sum())),
            ties=ties,
        )
        if mixed and len(at.acts) > 1:
            found = found.model_copy(update={"mixed": self._mixed(at, tied)})
        best = next((tie for tie in ties if prefer in tie.odds), ties[0])
        if single and len(tied.axis) > 1:
            act = next(iter(best.odds))
            found = found.model_copy(update={"single": self._single(tied, act)})
        return found if costs is None else self.read(at, found, best, costs)

    def read(self, at: Turn, found: TurnTies, best: Tie, costs: Sequence[float]) -> TurnTies:
        """A turn with what its best tie would say of the actor, and have to cost."""
        act = next(iter(best.odds))
        tied = self.sampled(at)
        return found.model_copy(
            update={
                "signal": self._signal(tied, act) if tied.may_signal else None,
                "audience": self._audience(tied, act, costs) if len(costs) else None,
            }
        )

    def _tie(self, tied: Tied, odds: dict[str, float], worth: Worth, anyway: float) -> Tie:
        whole = tied.mass.sum(axis=0).sum()
        weight = tied.mass.sum(axis=0) * _counted(tied, worth)
        names = [f"{self.words(act)} ({percent(share)})" for act, share in odds.items()]
        return Tie(
            odds=odds,
            label=" or ".join(names) if len(odds) > 1 else self.words(next(iter(odds))),
            anyway=anyway,
            gain=_gain(_mixture(tied, worth), weight),
            known=_gain(_mixture(tied, worth, tied.quietly(odds)), weight),
            by_type=[
                TypeGain(
                    type=kind,
                    label=self.known.get(f"{tied.turn.actor}.{kind}", kind),
                    belief=unit(float(tied.mass[t].sum() / whole)),
                    gain=_gain(
                        worth.value[t] - tied.as_solved.value[t],
                        tied.mass[t] * _counted(tied, worth),
                    ),
                )
                for t, kind in enumerate(tied.types)
            ],
            endings=self._endings(tied, worth),
        )

    def _endings(self, tied: Tied, worth: Worth) -> list[EndingShift]:
        mass = tied.mass * _counted(tied, worth)
        total = mass.sum()

        def odds(of: Worth) -> Float:
            each: Float = np.nansum(of.endings * mass[:, None], axis=(0, 2)) / total
            return each

        before, after = odds(tied.as_solved), odds(worth)
        order = np.argsort(-np.abs(after - before), kind="stable")
        names = self.inference.compiled.endings
        return [
            EndingShift(
                id=names[i],
                label=self.known.get(
                    names[i],
                    "the clock runs out" if names[i] == "time" else names[i].replace("_", " "),
                ),
                before=unit(float(before[i])),
                after=unit(float(after[i])),
            )
            for i in order[:3]
            if abs(after[i] - before[i]) >= MOVED
        ]

    # -- beyond a tie to one move by all

    def _mixed(self, at: Turn, tied: Tied) -> Tie:
        """The best mixture of two of the best moves: looked for on some variants, then solved on
        all.
        """
        some = self.sampled(at)
        best = [act for act, _ in self.gains(at)[:PAIRS]]
        self._say("mixing moves")

        def gain(pair: tuple[str, str], share: float) -> float:
            odds = {pair[0]: 1.0 - share, pair[1]: share}
            return _mean(some, some.tied(odds, progress=self.progress))

        tried = {
            (pair, share): gain(pair, share) for pair in combinations(best, 2) for share in SHARES
        }
        (pair, share), _ = max(tried.items(), key=lambda one: one[1])
        step = SHARES[0] / 2
        for _ in range(2):
            for near in (share - step, share + step):
                tried.setdefault((pair, near), gain(pair, near))
            share = max((key for key in tried if key[0] == pair), key=lambda key: tried[key])[1]
            step /= 2
        odds = {pair[0]: 1.0 - share, pair[1]: share}
        return self._tie(tied, odds, tied.tied(odds, progress=self.progress), _anyway(at, pair))

    def _single(self, tied: Tied, act: str) -> list[TypeGain]:
        """Each type bound by itself; the others choose, and all know it."""
        whole = tied.mass.sum()
        found = []
        for t, kind in enumerate(tied.types):
            self._say(f"tying {kind} alone")
            worth = tied.tied({act: 1.0}, bound=(kind,), progress=self.progress)
            found.append(
                TypeGain(
                    type=kind,
                    label=self.known.get(f"{tied.turn.actor}.{kind}", kind),
                    belief=unit(float(tied.mass[t].sum() / whole)),
                    gain=_gain(
                        worth.value[t] - tied.as_solved.value[t],
                        tied.mass[t] * _counted(tied, worth),
                    ),
                )
            )
        return found

    def _signal(self, tied: Tied, act: str) -> Signal:
        """Every set of types that might tie itself, and whether just these would.

        All of them or none: nobody expects the other thing, and belief stays where it was when it
        comes.
        """
        self._say(f"reading the tie of {self.words(act)}")
        kinds, base = tied.types, tied.as_solved
        alike = self.pure(tied, act)
        sets = []
        for size in range(len(kinds), -1, -1):
            for some in combinations(kinds, size):
                rest = tuple(kind for kind in kinds if kind not in some)
                if some and rest:
                    tie = tied.tied({act: 1.0}, among=some, progress=self.progress)
                    none = tied.untied(rest, self.progress)
                else:
                    tie, none = alike, base
                sets.append(self._set(tied, some, rest, tie, none))
        sets.sort(key=lambda one: not one.holds)
        return Signal(
            move=act,
            label=self.words(act),
            types=self._kinds(tied),
            belief={
                k: unit(float(tied.mass[t].sum() / tied.mass.sum())) for t, k in enumerate(kinds)
            },
            sets=sets,
            holds=sum(one.holds for one in sets),
            variants=tied.inference.n_variants,
        )

    def _kinds(self, tied: Tied) -> dict[str, str]:
        return {k: self.known.get(f"{tied.turn.actor}.{k}", k) for k in tied.types if k}

    def _set(
        self, tied: Tied, some: Sequence[str], rest: Sequence[str], tie: Worth, none: Worth
    ) -> TiedTypes:
        counted = _counted(tied, tie) & none.solved
        against = _by_type(tied, tie.value - none.value, counted)
        gain = _by_type(tied, tie.value - tied.as_solved.value, counted)
        mass = dict(zip(tied.types, tied.mass.sum(axis=1), strict=True))

        def belief(among: Sequence[str]) -> dict[str, float]:
            seen = among or tied.types
            total = sum(mass[kind] for kind in seen)
            return {k: unit(float(mass[k] / total)) if k in seen else 0.0 for k in tied.types}

        return TiedTypes(
            types=list(some),
            against=against,
            gain=gain,
            belief_tied=belief(some),
            belief_untied=belief(rest),
            holds=all(
                against[kind] > NOTHING if kind in some else against[kind] <= NOTHING
                for kind in tied.types
            ),
        )

    def _audience(self, tied: Tied, act: str, costs: Sequence[float]) -> Audience:
        self._say(f"pricing the tie of {self.words(act)}")
        points = []
        for cost in sorted(set(costs)):
            worth = tied.costly(act, cost, self.progress)
            counted = _counted(tied, worth)
            mass = tied.mass * counted
            backing = worth.backing if worth.backing is not None else np.zeros_like(mass)
            known = np.isfinite(backing)
            points.append(
                AudienceCost(
                    cost=cost,
                    gain=_mean(tied, worth),
                    by_type=_by_type(tied, worth.value - tied.as_solved.value, counted),
                    backing=unit(float((mass * np.where(known, backing, 0.0)).sum()
                                       / max(float((mass * known).sum()), 1e-300))),
                )
            )  # fmt: skip
        firm = _mean(tied, self.pure(tied, act))
        return Audience(
            move=act,
            label=self.words(act),
            types=self._kinds(tied),
            points=points,
            firm=firm,
            pays_from=_from(points, lambda p: p.gain > NOTHING),
            firm_from=_from(points, lambda p: abs(p.gain - firm) <= SAME),
            variants=tied.inference.n_variants,
        )


def _from(points: Sequence[AudienceCost], good: Callable[[AudienceCost], bool]) -> float | None:
    """The smallest cost from which all that were tried are good."""
    found = None
    for point in reversed(points):
        if not good(point):
            break
        found = point.cost
    return found


def _counted(tied: Tied, worth: Worth) -> NDArray[np.bool_]:
    """[V] variants that say something: solved with the tie and without."""
    found: NDArray[np.bool_] = worth.solved & tied.as_solved.solved
    return found


def _mixture(tied: Tied, worth: Worth, than: Worth | None = None) -> Float:
    """[V] what a tie is worth on average over the types, against none or something else."""
    total = tied.mass.sum(axis=0)
    base = tied.as_solved if than is None else than
    gain = np.where(tied.mass > 0, worth.value - base.value, 0.0)
    found: Float = np.full(len(total), np.nan)
    np.divide((gain * tied.mass).sum(axis=0), total, out=found, where=total > 0)
    return found


def _mean(tied: Tied, worth: Worth, than: Worth | None = None) -> float:
    """The same, pooled."""
    weight = tied.mass.sum(axis=0) * _counted(tied, worth)
    return pool_values(_mixture(tied, worth, than), weight).value


def _gain(values: Float, weight: Float) -> Gain:
    pooled = pool_values(values, weight)
    low, high = pooled.range90
    total = float(weight.sum())
    better = float(weight[np.nan_to_num(values, nan=0.0) > 0].sum())
    return Gain(
        value=pooled.value, range90=(low, high), better=unit(better / total) if total > 0 else 0.0
    )


def _by_type(tied: Tied, gain: Float, counted: NDArray[np.bool_]) -> dict[str, float]:
    return {
        kind: pool_values(gain[t], tied.mass[t] * counted).value
        for t, kind in enumerate(tied.types)
    }


def _anyway(at: Turn, acts: Sequence[str]) -> float:
    made = sum(at.made[at.acts.index(act)].sum() for act in acts)
    return unit(float(made / at.reached.sum()))
