"""Two beliefs about one crisis, and what of that which lies ahead would bring them together.

Both hold the same histories for possible, and give them other odds. An observation is whatever the
desk sees at one step; both update on it. By how much the gap between their answers shrinks, in
expectation, and how well the observation tells the two from one another [@lin1991], follow from
masses added up over variants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.told_apart import SeenAhead, told_apart

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]
NOTHING = ""
"""Name of the case in which the desk sees nothing at a step: not played, or played unseen."""


@dataclass(frozen=True, eq=False)
class Sight:
    """What the desk may see of one step ahead."""

    step: int
    round: int
    shown: int  # the round in which it is seen: the next one where a move is seen late
    turn: str
    actor: str
    cases: tuple[str, ...]  # acts by name (joined by `+` where they look alike), and `NOTHING`
    case: Int32  # [Y] which of them, by outcome of the measure

    @property
    def id(self) -> str:
        """`actor.turn@round`, the same in every tree of the crisis; `/round` follows where it is
        seen in a later one.
        """
        late = f"/{self.shown}" if self.shown != self.round else ""
        return f"{self.actor}.{self.turn}@{self.round}{late}"


@dataclass(frozen=True, eq=False)
class Parting:
    """What one observation does to the gap between two answers."""

    cases: tuple[str, ...]
    odds: Float  # [2, c] of each case, by either belief, under the answers' condition
    answer: Float  # [2, c] after it; NaN where that belief held the case for impossible
    now: float  # the gap before, first less second
    after: float  # expected size of the gap after, over the mean of the two odds
    moved: tuple[float, float]  # expected shift of either answer towards the other's
    bits: float  # what the case tells of which belief is right, both as likely before

    @property
    def closed(self) -> float:
        """Share of the gap that is gone in expectation; negative where it widens."""
        return 1.0 - self.after / abs(self.now) if self.now else 0.0


def sights(inference: Inference) -> list[Sight]:
    """What may be seen of each step from the present on, in order of what is seen when. A step of
    which nothing can be seen, or only one thing, is left out; moves that the desk can't tell from
    one another are one case.
    """
    compiled, present = inference.compiled, inference.present
    acts = inference.evidence.histories.act[inference.measure().end]
    ahead = SeenAhead(inference)
    found = []
    for level in range(present, len(compiled.steps)):
        kinds, code = np.unique(acts[:, level], return_inverse=True)
        if len(kinds) < 2:
            continue
        where = compiled.steps[level]
        for shown, case in told_apart(inference, level, acts[:, level], kinds.tolist(), ahead):
            names = _names(inference, kinds, case)
            found.append(
                Sight(level, where.round, shown, where.turn, where.actor, names, case[code.ravel()])
            )
    return sorted(found, key=lambda sight: (sight.shown, sight.step))


def _names(inference: Inference, kinds: Int32, case: Int32) -> tuple[str, ...]:
    """The acts of each case by name; `NOTHING` for the one in which nothing is seen."""
    acts = inference.compiled.acts
    inside = [kinds[case == c] for c in range(int(case.max()) + 1)]
    skipped = [c for c, some in enumerate(inside) if (some < 0).any()]
    unseen = [c for c, some in enumerate(inside) if not any(acts[k].desk_sees for k in some)]
    quiet = skipped or (unseen if len(unseen) == 1 else [])
    return tuple(
        NOTHING if c in quiet else "+".join(acts[k].name for k in some)
        for c, some in enumerate(inside)
    )


def everything_seen(inference: Inference) -> list[tuple[int, Int32]]:
    """For each round from the present's on: its number and all that the desk will have seen as it
    ends, as a label [Y] of the outcomes. Empty where there is no desk.
    """
    steps = inference.compiled.steps
    ahead = SeenAhead(inference)
    if ahead.nobody or inference.present >= len(steps):
        return []
    rounds = [step.round for step in steps]
    found = []
    for number in range(rounds[inference.present], max(rounds) + 1):
        after = next((i for i, r in enumerate(rounds) if r > number), len(rounds))
        found.append((number, ahead.at(after, number, number)))
    return found


def tabled(mass: Float, held: Bool, base: Bool, case: Int32, n: int) -> Float:
    """[3, n] mass by case: of the event under the condition, of the condition, of everything; from
    mass [Y, K] added up over variants and masks [Y or 1, K or 1].
    """
    rows = [(mass * (held & base)).sum(axis=1), (mass * base).sum(axis=1), mass.sum(axis=1)]
    return np.stack([np.bincount(case, row, minlength=n) for row in rows])


def parting(cases: Sequence[str], first: Float, second: Float) -> Parting:
    """What an observation does, from the tables [3, c] of the two beliefs (see `tabled`)."""
    both = np.stack([first, second])  # [2, 3, c]
    odds = _shares(both[:, 1])
    whole = both[:, 0].sum(axis=1) / both[:, 1].sum(axis=1)
    answer = np.full(odds.shape, np.nan)
    np.divide(both[:, 0], both[:, 1], out=answer, where=both[:, 1] > 0)
    now = float(whole[0] - whole[1])
    left = np.abs(answer[0] - answer[1])
    # What one of them held for impossible closes no gap: that one has no answer then.
    left = np.where(np.isfinite(left), left, abs(now))
    mean = odds.mean(axis=0)
    after = float((mean * left).sum())
    shift = (mean * np.where(np.isfinite(answer), answer - whole[:, None], 0.0)).sum(axis=1)
    # By its own odds nobody expects to move; by the mean of both, either towards the other.
    moved = (float(-np.sign(now) * shift[0]), float(np.sign(now) * shift[1]))
    bits = divergence(_shares(both[:, 2]))
    return Parting(tuple(cases), odds, answer, now, after, moved, bits)


def divergence(odds: Float) -> float:
    """Bits that a draw tells of which of two distributions [2, c] it came from, both as likely
    beforehand: the Jensen-Shannon divergence [@lin1991].
    """
    mean = odds.mean(axis=0)
    use = odds > 0
    logs = np.zeros_like(odds)
    np.log2(odds / np.where(mean > 0, mean, 1.0), out=logs, where=use)
    return max(0.0, float((odds * logs).sum() / 2.0))


def _shares(table: Float) -> Float:
    total = table.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(table, total, out=np.zeros_like(table), where=total > 0))
