"""What that can be seen ahead would settle a gap between two views, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.assess.chain import Chain
from standoff.assess.crux_models import CruxCase, CruxDay, CruxEvent
from standoff.assess.turned import Target
from standoff.infer.choices import next_choice
from standoff.infer.inference import Inference
from standoff.infer.parting import NOTHING, Parting, Sight, everything_seen, parting, sights, tabled
from standoff.infer.views import type_at, types_of
from standoff.scenario.dates import calendar
from standoff.scenario.queries import Probability
from standoff.words.sentences import capital

Bool = NDArray[np.bool_]
Float = NDArray[np.float64]
HALF = 0.5
"""Share of a gap that an event closes to be said to settle it."""
ANY = 0.005
"""Less than this share is nothing."""
SURE = 1e-9


@dataclass(frozen=True)
class Settling:
    """What would settle one answer's gap."""

    settles: CruxEvent | None
    halves: bool
    tells: CruxEvent | None
    by_day: tuple[CruxDay, ...]
    unseen: str = ""


@dataclass(frozen=True, eq=False)
class _Side:
    """One view: masses of what it holds for possible, and what may be seen."""

    inference: Inference
    anchor: int
    mass: Float  # [Y, K] added up over variants
    sights: dict[str, Sight]

    @classmethod
    def of(cls, chain: Chain) -> _Side:
        inference = chain.inference
        seen = {sight.id: sight for sight in sights(inference)}
        return cls(inference, chain.anchor, inference.measure().pooled[:, :, 0], seen)


def settling(
    one: Chain, other: Chain, targets: Sequence[Target], known: dict[str, str]
) -> list[Settling]:
    """For each target what would settle the gap between two solved views of it."""
    sides = (_Side.of(one), _Side.of(other))
    return [_settling(sides, target, known) for target in targets]


def _settling(sides: tuple[_Side, _Side], target: Target, known: dict[str, str]) -> Settling:
    masks = [events(side.inference, side.anchor, target) for side in sides]
    first, second = masks
    if first is None or second is None:
        return Settling(None, False, None, (), "it is no plain probability from the desk's side")
    both = (first, second)
    found: list[tuple[Sight, Parting]] = []
    for id, sight in sides[0].sights.items():
        mate = sides[1].sights.get(id)
        if mate is None or _overlap(sight.cases, mate.cases):
            continue
        cases = tuple(dict.fromkeys((*sight.cases, *mate.cases)))
        tables = [
            tabled(side.mass, *mask, _recoded(each, cases), len(cases))
            for side, mask, each in zip(sides, both, (sight, mate), strict=True)
        ]
        if all((t[1].sum() > 0) and ((t[2] > 0).sum() > 0) for t in tables):
            found.append((sight, parting(cases, *tables)))
    if not found:
        return Settling(None, False, None, (), "nothing is left to be seen")
    best = _best(found)
    halves = best is not None and best[1].closed >= HALF
    telling = max(found, key=lambda f: (round(f[1].bits, 9), -f[0].shown, -f[0].step), default=None)
    return Settling(
        None if best is None else _event(sides[0].inference, *best, known),
        halves,
        None if telling is None or telling[1].bits < 1e-6
        else _event(sides[0].inference, *telling, known),
        _by_day(sides, both),
    )  # fmt: skip


def _overlap(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether what looks alike in one tree can be told apart in the other."""
    apart = set(one) ^ set(other)
    acts = [act for case in apart for act in case.split("+") if act]
    return len(acts) > len(set(acts))


def _best(found: Sequence[tuple[Sight, Parting]]) -> tuple[Sight, Parting] | None:
    """The soonest that closes half, else the one that closes most, if any."""
    for each in found:
        if each[1].closed >= HALF:
            return each
    most = max(found, key=lambda f: (round(f[1].closed, 9), -f[0].shown, -f[0].step), default=None)
    return most if most is not None and most[1].closed >= ANY else None


def _recoded(sight: Sight, cases: tuple[str, ...]) -> NDArray[np.int32]:
    place = np.array([cases.index(case) for case in sight.cases], dtype=np.int32)
    return np.asarray(place[sight.case])


def events(inference: Inference, anchor: int, target: Target) -> tuple[Bool, Bool] | None:
    """Where an answer's event and its condition hold among the outcomes [Y or 1, K or 1]; None
    where it is no plain probability from the desk.
    """
    compiled, measure = inference.compiled, inference.measure()
    everywhere = np.ones((1, 1), dtype=bool)
    if target.query:
        at = inference.anchored(anchor) if target.dated else inference
        query = target.bound(compiled.names)
        body = query.body
        plain = isinstance(body, Probability) and query.kind == "probability"
        if not plain or not isinstance(body, Probability):
            return None
        if query.view is not None or body.prior or body.forced:
            return None
        held, base = at.held(measure, body.event), at.held(measure, body.given)
        if held.shape[2] != 1 or base.shape[2] != 1:
            return None
        return held[:, :, 0], base[:, :, 0]
    first, _, rest = target.id.partition(".")
    if first == "endings":
        ending = compiled.outcome_ending[measure.outcome]
        return (ending == compiled.endings.index(rest))[:, None], everywhere
    if "." not in rest:
        own = type_at(compiled, first, compiled.game.end_nodes[measure.end])
        return own == types_of(compiled, first).index(rest), everywhere
    choice = next_choice(inference, measure, first)
    here = choice.step == target.step
    made = np.array([name == target.id for name in choice.labels])[choice.label]
    return (here & made)[:, None], here[:, None]


def _event(inference: Inference, sight: Sight, found: Parting, known: dict[str, str]) -> CruxEvent:
    days = calendar(inference.compiled.scenario.clock).rounds[sight.shown - 1]
    label = known.get(f"{sight.actor}.{sight.turn}") or sight.turn
    order = np.argsort(-found.odds.mean(axis=0), kind="stable")
    cases = [
        CruxCase(
            move=found.cases[c],
            label=_label(found.cases[c], known),
            first_odds=float(found.odds[0, c]),
            second_odds=float(found.odds[1, c]),
            first=_finite(found.answer[0, c]),
            second=_finite(found.answer[1, c]),
        )
        for c in order.tolist()
        if found.odds[:, c].max() > 0
    ]
    sure = found.answer[:, found.odds.max(axis=0) > 0]
    sure = sure[np.isfinite(sure)]
    return CruxEvent(
        id=sight.id,
        label=capital(label),
        first_day=days.first.isoformat(),
        last_day=days.last.isoformat(),
        closed=found.closed,
        first_moves=found.moved[0],
        second_moves=found.moved[1],
        bits=found.bits,
        decides=bool((np.minimum(sure, 1.0 - sure) < SURE).all()),
        cases=cases,
    )


def _label(case: str, known: dict[str, str]) -> str:
    """What is seen, in words."""
    if case == NOTHING:
        return "nothing of it is seen"
    return " or ".join(known.get(act) or act for act in case.split("+"))


def _by_day(
    sides: tuple[_Side, _Side], masks: tuple[tuple[Bool, Bool], tuple[Bool, Bool]]
) -> tuple[CruxDay, ...]:
    """What all that is seen together does, round by round; nothing where the views have two trees,
    in which what is seen has no common name.
    """
    one, other = (side.inference.compiled for side in sides)
    if one.game is not other.game:
        return ()
    days = calendar(one.scenario.clock).rounds
    found = []
    for number, label in everything_seen(sides[0].inference):
        n = int(label.max(initial=-1)) + 1
        tables = [
            tabled(side.mass, *mask, label, n) for side, mask in zip(sides, masks, strict=True)
        ]
        if not all(table[1].sum() > 0 for table in tables):
            continue
        told = parting([""] * n, *tables)
        found.append(
            CruxDay(
                round=number, last_day=days[number - 1].last.isoformat(), closed=told.closed,
                bits=told.bits,
            )
        )  # fmt: skip
    return tuple(found)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
