"""The ties of one crisis, put into words and numbers: what `assess.commitments` is made from."""

from __future__ import annotations

from collections.abc import Sequence
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
    Signal,
    Tie,
    TiedTypes,
    TurnTies,
    TypeGain,
)
from standoff.assess.labels import labels
from standoff.assess.tie_numbers import (
    NOTHING,
    counted,
    from_cost,
    gain_of,
    gains_by_type,
    gone_back,
    lost,
    made_anyway,
    mean_gain,
    mixture,
)
from standoff.errors import Problem, ScenarioError, Unfinished, nearest
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
MANY = 4
"""Types up to which all sets of them are tried."""
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
        ahead = turns_ahead(self.inference, always=self.always)
        self.turns = tuple(at for at in ahead if at.reached.sum() > 0)
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
        """Move -> mean gain over types and variants, the best first; moves with which no variant
        was solved are left out.
        """
        tied = self.tied(at)
        found = [(act, mean_gain(tied, self.pure(tied, act))) for act in at.acts]
        return sorted((one for one in found if np.isfinite(one[1])), key=lambda one: -one[1])

    def known_gain(self, at: Turn, act: str) -> float:
        """What of a tie's worth comes of being known, pooled."""
        tied = self.tied(at)
        return mean_gain(tied, self.pure(tied, act), tied.quietly({act: 1.0}))

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
            self._tie(tied, {act: 1.0}, self.pure(tied, act), made_anyway(at, [act]))
            for act, _ in self.gains(at)
        ]
        if not ties:
            raise Unfinished("no variant was solved with the turn tied")
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
                "signal": self._signal(tied, act)
                if tied.may_signal and len(tied.possible) > 1
                else None,
                "audience": self._audience(tied, act, costs) if len(costs) else None,
            }
        )

    def _tie(self, tied: Tied, odds: dict[str, float], worth: Worth, anyway: float) -> Tie:
        weight = tied.mass.sum(axis=0) * counted(tied, worth)
        names = [f"{self.words(act)} ({percent(share)})" for act, share in odds.items()]
        return Tie(
            odds=odds,
            label=" or ".join(names) if len(odds) > 1 else self.words(next(iter(odds))),
            anyway=anyway,
            gain=gain_of(mixture(tied, worth), weight),
            known=gain_of(mixture(tied, worth, tied.quietly(odds)), weight),
            by_type=[self._of_type(tied, kind, worth) for kind in tied.possible],
            endings=self._endings(tied, worth),
            failed=lost(tied, worth),
        )

    def _of_type(self, tied: Tied, kind: str, worth: Worth) -> TypeGain:
        t = tied.types.index(kind)
        return TypeGain(
            type=kind,
            label=self.known.get(f"{tied.turn.actor}.{kind}", kind),
            belief=unit(float(tied.mass[t].sum() / tied.mass.sum())),
            gain=gain_of(
                worth.value[t] - tied.as_solved.value[t], tied.mass[t] * counted(tied, worth)
            ),
        )

    def _endings(self, tied: Tied, worth: Worth) -> list[EndingShift]:
        mass = tied.mass * counted(tied, worth)
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
            return mean_gain(some, some.tied(odds, progress=self.progress))

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
        return self._tie(tied, odds, tied.tied(odds, progress=self.progress), made_anyway(at, pair))

    def _single(self, tied: Tied, act: str) -> list[TypeGain]:
        """Each type bound by itself; the others choose, and all know it."""
        found = []
        for kind in tied.possible:
            self._say(f"tying {self.known.get(f'{tied.turn.actor}.{kind}', kind)} alone")
            worth = tied.tied({act: 1.0}, bound=(kind,), progress=self.progress)
            found.append(self._of_type(tied, kind, worth))
        return found

    def _signal(self, tied: Tied, act: str) -> Signal:
        """Every set of types that might tie itself, and whether just these would.

        All of them or none: nobody expects the other thing, and belief stays where it was when it
        comes. Of more than `MANY` types only sets of one, or of all but one, are tried besides.
        """
        self._say(f"reading the tie of {self.words(act)}")
        kinds, base = tied.possible, tied.as_solved
        alike = self.pure(tied, act)
        sets = []
        n = len(kinds)
        sizes = range(n, -1, -1) if n <= MANY else (n, n - 1, 1, 0)
        for size in sizes:
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
            belief=self._belief(tied, kinds),
            sets=sets,
            holds=sum(one.holds for one in sets),
            variants=tied.inference.n_variants,
        )

    def _kinds(self, tied: Tied) -> dict[str, str]:
        return {k: self.known.get(f"{tied.turn.actor}.{k}", k) for k in tied.possible if k}

    def _set(
        self, tied: Tied, some: Sequence[str], rest: Sequence[str], tie: Worth, none: Worth
    ) -> TiedTypes:
        good = counted(tied, tie) & none.solved
        against = gains_by_type(tied, tie.value - none.value, good)
        return TiedTypes(
            types=list(some),
            against=against,
            gain=gains_by_type(tied, tie.value - tied.as_solved.value, good),
            belief_tied=self._belief(tied, some or tied.possible),
            belief_untied=self._belief(tied, rest or tied.possible),
            holds=all(
                against[kind] > NOTHING if kind in some else against[kind] <= NOTHING
                for kind in tied.possible
            ),
        )

    def _belief(self, tied: Tied, among: Sequence[str]) -> dict[str, float]:
        """Belief in each type of whoever takes the actor for one of these: from all variants, as
        everywhere else that it is told.
        """
        mass = dict(zip(tied.types, self.tied(tied.turn).mass.sum(axis=1), strict=True))
        total = sum(mass[kind] for kind in among)
        return {k: unit(float(mass[k] / total)) if k in among else 0.0 for k in tied.possible}

    def _audience(self, tied: Tied, act: str, costs: Sequence[float]) -> Audience:
        self._say(f"pricing the tie of {self.words(act)}")
        points = []
        for cost in sorted(set(costs)):
            worth = tied.costly(act, cost, self.progress)
            gain = worth.value - tied.as_solved.value
            points.append(
                AudienceCost(
                    cost=cost,
                    gain=mean_gain(tied, worth),
                    by_type=gains_by_type(tied, gain, counted(tied, worth)),
                    backing=gone_back(tied, worth),
                )
            )
        bound = self.pure(tied, act)
        firm = mean_gain(tied, bound)
        return Audience(
            move=act,
            label=self.words(act),
            types=self._kinds(tied),
            points=points,
            firm=firm,
            firm_by_type=gains_by_type(
                tied, bound.value - tied.as_solved.value, counted(tied, bound)
            ),
            pays_from=from_cost(points, lambda p: p.gain > NOTHING),
            firm_from=from_cost(points, lambda p: abs(p.gain - firm) <= SAME),
            variants=tied.inference.n_variants,
        )
