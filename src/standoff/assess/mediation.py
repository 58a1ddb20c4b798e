"""`mediate`: what a mediator could have proposed that both sides would have obeyed.

A device is a linear program of its own in each variant, so it is sought at the reference variant
(every uncertain number at its median) and in a few drawn ones, which give the range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standoff.assess.ahead import ending_label
from standoff.assess.chain import Chain, Crisis, chain
from standoff.assess.labels import labels
from standoff.assess.mediation_asking import Wanted, wanted
from standoff.assess.mediation_models import (
    MediatedEnding,
    MediatedSide,
    MediationPart,
    Promise,
    Secret,
    Temptation,
    ToldMove,
    ToldTurn,
    Weighed,
)
from standoff.errors import Problem, ScenarioError, Unfinished
from standoff.infer.inference import Inference
from standoff.infer.mediated import CLOSE as CLOSEST
from standoff.infer.mediated import (
    Crossroads,
    Mediated,
    bound_of,
    crossroads,
    equilibria,
    mediated,
    reach,
    secrets,
    within,
    without_threats,
)
from standoff.progress import Progress, check
from standoff.scenario.dates import calendar
from standoff.solve.correlated_plan import Concept
from standoff.solve.optimal_correlation import TooManyPairs
from standoff.variants.batch import solve_draws
from standoff.variants.drawing import reference
from standoff.variants.points import Method

Float = NDArray[np.float64]

COARSER: tuple[Concept, ...] = ("efce", "efcce", "nfcce")
"""Each lets a side stop obeying less often than the one before."""
SAMPLE = 2
"""Drawn variants in which a device is sought besides the reference."""
PAIRS = 8_000
"""Relevant pairs of sequences up to which turns are taken in, unless told otherwise."""
NOTED = 4_000
"""The same for a note."""
QUICK = 400
"""The same for headline numbers, which are worked out again for every change of form."""
RARE = 0.01
"""Recommendations with lower odds are left out, and turns that are reached less often."""
ROUGH = 4e-3
"""In drawn variants, which give the ranges, a device is improved until it is so close."""
NEAR = 5e-4
"""A device so close to the bound is said to be the best."""
CLOSE = 1e-6
"""Gains below this are rounding, in stakes."""


def mediate(
    source: Crisis,
    *,
    objective: str = "peace",
    least: Sequence[str] = (),
    concept: Concept = "efce",
    start: bool = False,
    pairs: int = PAIRS,
    sample: int = SAMPLE,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> MediationPart:
    """What a mediator could bring about from the present on (from the start of play where `start`).

    `objective` is ``peace`` (the endings `least` as rare as can be; where none is named, those
    named war, or else those that both sides would rather see any other than), ``joint``, an actor
    or `actor.type`. `concept` says when a side may stop obeying. Turns are taken in, from the next
    on, while the program has at most `pairs` relevant pairs of sequences; past them all play as
    solved. `sample` of the `variants` drawn give the range. Raises `ScenarioError` where there are
    not two sides that choose, or nothing is left to choose.
    """
    ready = chain(
        source, as_of=as_of, variants=max(variants, 1), seed=seed, method=method,
        settings=settings, progress=progress,
    )  # fmt: skip
    why = _unfit(ready, start)
    if why is not None:
        raise ScenarioError(why)
    found = _found(ready, objective, least, concept, start, pairs, sample, progress)
    if isinstance(found, int):
        raise ScenarioError(
            Problem(
                "too-many-pairs", "the program for the next turn alone is too large",
                found=f"{found:,} relevant pairs of sequences",
                expected=f"--pairs {found} or more, and patience; or another --as-of",
            )
        )  # fmt: skip
    return found


def mediation_of(
    ready: Chain,
    *,
    standard: Literal["icd203", "phia"] = "icd203",
    progress: Progress | None = None,
) -> MediationPart | None:
    """The same for a note, of a crisis that is already solved: peace from the present on, with as
    many turns as a note can bear. None where a mediator has nothing to do, or the next turn alone
    is too much.
    """
    if _unfit(ready, False) is not None:
        return None
    found = _found(ready, "peace", (), "efce", False, NOTED, SAMPLE, progress)
    return None if isinstance(found, int) else found


def mediation_numbers(ready: Chain) -> dict[str, float]:
    """Headline numbers in one typical variant of those at hand: the odds of what a mediator would
    avoid as solved and as mediated, and what that is worth to each side (stakes). Nothing is drawn
    or compiled again: the crisis may be one that was changed after it was compiled.
    """
    if _unfit(ready, False) is not None:
        return {}
    typical = ready.inference, _typical(ready)
    found = _found(ready, "peace", (), "efce", False, QUICK, [typical], None)
    if isinstance(found, int):
        return {}
    numbers = {"mediation.solved": found.solved.value, "mediation.bound": found.bound.value}
    if found.mediated is not None:
        numbers["mediation.mediated"] = found.mediated.value
        for side in found.sides:
            name = ".".join(filter(None, ("mediation.gain", side.actor, side.type)))
            numbers[name] = side.gain.value
    return numbers


def _unfit(ready: Chain, start: bool) -> Problem | None:
    """Why there is nothing for a mediator to do."""
    game = ready.batch.compiled.game
    if len(game.players) != 2:
        return Problem(
            "not-two-sides", "a mediator's best device is found between two sides that choose",
            found=f"{len(game.players)}: {', '.join(game.players)}",
            expected="two actors; nature and audiences do not count",
        )  # fmt: skip
    inference = ready.inference
    nodes = np.zeros(game.n_nodes, dtype=bool)
    nodes[0 if start else inference.evidence.frontier] = True
    for low, high in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        nodes[low:high] |= nodes[game.parent[low:high]]
    if not (nodes & (game.actor >= 0)).any():
        return Problem(
            "nothing-to-mediate", "nobody has anything left to choose",
            expected="an earlier --as-of, or --from start",
        )  # fmt: skip
    return None


@dataclass(frozen=True, eq=False)
class _Case:
    """One variant."""

    place: Crossroads
    found: Mediated


def _found(
    ready: Chain, objective: str, least: Sequence[str], concept: Concept, start: bool, limit: int,
    sample: int | list[tuple[Inference, int]], progress: Progress | None,
) -> MediationPart | int:  # fmt: skip
    """The part, or the size of the program for the next turn where that is past the limit. It is
    asked at the reference and in a `sample` of variants, or in those named.
    """
    if isinstance(sample, int):
        medians, (first, base), *drawn = _variants(ready, sample)
    else:
        medians, ((first, base), *drawn) = False, sample
    known = labels(ready.scenario, ready.batch.compiled.names)
    endings = ready.batch.compiled.endings
    known |= {name: ending_label(ready.scenario, name) for name in endings}
    horizon, pairs, turns, ahead = within(first, base, limit, start=start)
    if pairs > limit:
        return pairs
    place = crossroads(first, base, horizon, start=start)
    want = wanted(place, objective, least, known)
    cases: list[_Case] = []
    chosen = [(first, base), *drawn]
    for number, (inference, variant) in enumerate(chosen):
        check(progress)
        if progress is not None:
            progress.step(number, len(chosen))
        here = place if not number else crossroads(inference, variant, horizon, start=start)
        try:
            found = mediated(
                here, want.aim, concept=concept, limit=2 * limit,
                close=ROUGH if number else CLOSEST, progress=progress,
            )  # fmt: skip
        except TooManyPairs:  # what has no odds at the reference may have some in a draw
            continue
        cases.append(_Case(here, found))
    promised = [
        Promise(concept=c, bound=bound_of(place, want.aim, c, 2 * limit, progress))
        for c in COARSER[COARSER.index(concept) + 1 :]
        if c != "efce"
    ]
    size = (horizon, pairs, turns, ahead, limit)
    return _part(ready, want, cases, promised, size, (start, medians), known)


def _variants(
    ready: Chain, sample: int
) -> tuple[bool, tuple[Inference, int], *tuple[tuple[Inference, int], ...]]:
    """The crisis with every uncertain number at its median, and the first variants drawn in which
    the record can have come about. The first of these stands for the reference where the record
    can't have come about there (False).
    """
    batch, inference = ready.batch, ready.inference
    _, mass = inference.standing(inference.present)
    able = np.flatnonzero(mass.sum(axis=(0, 1)) > 0)
    drawn = [(inference, int(v)) for v in able[: sample + 1]]
    at_medians = Chain(solve_draws(batch.compiled, reference(batch.scenario)), ready.as_of)
    try:
        return True, (at_medians.inference, 0), *drawn[:sample]
    except (ScenarioError, Unfinished):
        return False, drawn[0], *drawn[1:]


def _typical(ready: Chain) -> int:
    """The variant nearest to the middle of everything that differs between variants, of those in
    which the record can have come about.
    """
    inference = ready.inference
    _, mass = inference.standing(inference.present)
    able = mass.sum(axis=(0, 1)) > 0
    drawn = list(ready.drawn.values())
    if not drawn:
        return int(np.argmax(able))
    ranks = np.argsort(np.argsort(np.stack(drawn), axis=1), axis=1) / len(able)
    return int(np.argmin(np.where(able, ((ranks - 0.5) ** 2).sum(axis=0), np.inf)))


def _weighed(values: Sequence[float]) -> Weighed:
    finite = [v for v in values if np.isfinite(v)] or [0.0]
    return Weighed(value=float(finite[0]), range=(min(finite), max(finite)))


def _part(
    ready: Chain, want: Wanted, cases: list[_Case], promised: list[Promise],
    size: tuple[int | None, int, int, int, int], from_: tuple[bool, bool], known: dict[str, str],
) -> MediationPart:  # fmt: skip
    horizon, pairs, turns, ahead, limit = size
    place, best = cases[0].place, cases[0].found
    made = best.plan.device
    with_device = [c for c in cases if c.found.plan.device]
    lone = [reach(place.position, s) for s in equilibria(place)]
    worth = [place.value(place.outcome(mass), want.aim) for mass in lone]
    pick = min if want.aim.endings else max
    equilibrium = pick(worth) if worth else None
    kept = secrets(best) if made and best.plan.concept == "efce" else []
    quiet = made and best.plan.concept == "efce" and all(k.gain <= CLOSE for k in kept)
    compiled = ready.batch.compiled
    return MediationPart(
        scenario=ready.scenario.id,
        title=ready.scenario.title,
        as_of=ready.as_of.isoformat() if ready.as_of else "",
        start=from_[0],
        medians=from_[1],
        concept=best.plan.concept,
        objective=want.objective,
        wanted=want.words,
        least=list(want.aim.endings),
        chosen=want.chosen,
        until="" if horizon is None else _until(ready, horizon - 1, known),
        turns=turns,
        turns_ahead=ahead,
        pairs=pairs,
        limit=limit,
        unit="odds" if want.aim.endings else "stakes",
        solved=_weighed([c.place.value(c.place.as_solved, want.aim) for c in cases]),
        mediated=_weighed([c.found.value for c in with_device]) if made else None,
        bound=_weighed([c.found.bound for c in cases]),
        exact=best.plan.exact or (made and abs(best.value - best.bound) <= NEAR),
        status=best.plan.status,
        equilibrium=equilibrium,
        equilibria=len(worth),
        public=best.value if quiet else equilibrium,
        promised=promised,
        endings=_endings(place, with_device or cases, made, want, known),
        sides=_sides(place, with_device, known) if made else [],
        told=_told(place, best, known) if made else [],
        secrets=[
            Secret(
                actor=k.actor, of=k.of, turn=compiled.steps[k.step].turn,
                turn_label=_turn(k.actor, compiled.steps[k.step].turn, known),
                round=compiled.steps[k.step].round, hidden_bits=_tidy(k.hidden),
                told_bits=_tidy(k.told), gain=_tidy(k.gain),
            )
            for k in kept
        ],
        disobedience=[
            Temptation(actor=actor, gain=_tidy(float(gain)), unthreatened=_tidy(float(feared)))
            for actor, gain, feared in zip(
                compiled.game.players, best.check.gain, without_threats(best), strict=True
            )
        ]
        if made
        else [],
        gap=max((_tidy(c.found.check.gap) for c in with_device), default=0.0),
        variants=len(cases),
        labels=known,
    )  # fmt: skip


def _tidy(value: float) -> float:
    """Zero where it is rounding."""
    return 0.0 if abs(value) <= CLOSE else value


def _turn(actor: str, turn: str, known: Mapping[str, str]) -> str:
    return known.get(f"{actor}.{turn}", "") or turn


def _until(ready: Chain, step: int, known: Mapping[str, str]) -> str:
    """The last turn taken in: `the council (Soviet Union), round 5`."""
    where = ready.batch.compiled.steps[step]
    actor = known.get(where.actor, where.actor)
    return f"{_turn(where.actor, where.turn, known)} ({actor}, {_day(ready, where.round)})"


def _day(ready: Chain, number: int) -> str:
    day = calendar(ready.scenario.clock).start(number)
    return f"{day.day} {day:%B} {day.year}"


def _endings(
    place: Crossroads, cases: list[_Case], made: bool, want: Wanted, known: Mapping[str, str]
) -> list[MediatedEnding]:
    """Every ending that is possible, as solved and (where there is a device) as mediated."""
    found = []
    for i, name in enumerate(place.inference.compiled.endings):
        solved = [float(c.place.as_solved.endings[i]) for c in cases]
        later = [float(c.found.outcome.endings[i]) for c in cases] if made else solved
        if max(solved) <= 0 and max(later) <= 0:
            continue
        found.append(
            MediatedEnding(
                id=name, label=known.get(name, name), solved=_weighed(solved),
                mediated=_weighed(later), avoided=name in want.aim.endings,
            )
        )  # fmt: skip
    return found


def _sides(place: Crossroads, cases: list[_Case], known: Mapping[str, str]) -> list[MediatedSide]:
    found = []
    for i, (actor, kind) in enumerate(place.sides):
        solved = [float(c.place.as_solved.worth[i]) for c in cases]
        later = [float(c.found.outcome.worth[i]) for c in cases]
        if not np.isfinite(solved[0]):
            continue
        name = known.get(f"{actor}.{kind}", kind) if kind else ""
        found.append(
            MediatedSide(
                actor=actor, type=kind, label=name, solved=_weighed(solved),
                mediated=_weighed(later),
                gain=_weighed([b - a for a, b in zip(solved, later, strict=True)]),
            )
        )  # fmt: skip
    return found


def _told(place: Crossroads, best: Mediated, known: Mapping[str, str]) -> list[ToldTurn]:
    """What each type is told, turn by turn, where obedience leads."""
    small, whole = place.position.game, place.inference.compiled.game
    compiled = place.inference.compiled
    level = np.repeat(np.arange(len(whole.level_start) - 1), np.diff(whole.level_start))
    child = np.flatnonzero(small.parent >= 0)
    child = child[small.actor[small.parent[child]] >= 0]
    above = small.parent[child]
    step = level[place.position.node[above]]
    mover = small.actor[above]
    side = place.side[above, mover]
    act = compiled.edge_act[whole.parent_edge[place.position.node[child]]]
    told, played = best.outcome.mass[child], place.as_solved.mass[child]
    odds = place.odds_of_side
    found = []
    for number, who in np.unique(np.stack([step, side], axis=1), axis=0).tolist():
        here = (step == number) & (side == who)
        total, usual = told[here].sum(), played[here].sum()
        if odds[who] <= 0 or total / odds[who] < RARE:
            continue
        where = compiled.steps[number]
        actor, kind = place.sides[who]
        moves = []
        for a in np.unique(act[here]).tolist():
            mine = here & (act == a)
            share = float(told[mine].sum() / total)
            if share >= RARE:
                name = compiled.acts[a].name
                moves.append(
                    ToldMove(
                        id=name, label=known.get(name, name), odds=share,
                        solved=float(played[mine].sum() / usual) if usual > 0 else None,
                    )
                )  # fmt: skip
        sets = len(np.unique(small.cell[above[here & (told > 0)]]))
        if len(np.unique(act[here])) < 2:
            continue  # no choice
        found.append(
            ToldTurn(
                actor=actor, type=kind, label=known.get(f"{actor}.{kind}", kind) if kind else "",
                turn=where.turn, turn_label=_turn(actor, where.turn, known), round=where.round,
                day=calendar(compiled.scenario.clock).start(where.round).date().isoformat(),
                reached=min(float(total / odds[who]), 1.0), sets=sets,
                moves=sorted(moves, key=lambda m: -m.odds),
            )
        )  # fmt: skip
    return found
