"""`deceive`: how they would fool us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from standoff.assess.chain import Chain, Crisis, chain
from standoff.assess.deception_asking import Asked, asked
from standoff.assess.deception_models import (
    DeceptionPart,
    DisguiseLine,
    DisguisePart,
    DisguiseStop,
    ExpectedDisguise,
    FakedMove,
    FrontierPoint,
    HeldUntil,
    Ranged,
    TellPart,
    Verdict,
    WatchPart,
)
from standoff.assess.labels import labels
from standoff.infer.conduct import Conduct, conducts, part_ahead
from standoff.infer.disguise import COARSE, FREE, WHATEVER, Point, Race
from standoff.infer.faking import Tell, Window, fakes, tells, window
from standoff.infer.itinerary import Stop, itinerary
from standoff.infer.pooling import Pooled, effective, pool_means
from standoff.infer.sights import Sights, sights
from standoff.progress import Progress, check
from standoff.scenario.dates import calendar
from standoff.variants.form import small
from standoff.variants.points import Method

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Bool = NDArray[np.bool_]

TOLERANCE = 0.05
"""A disguise is good enough within so much of the belief that the genuine type earns."""
STEP = 0.1
"""A disguise is dropped where one round more costs so much of a stake more."""
CHEAP = 0.005
"""A move that costs less of a stake than this is cheap talk."""
CLEAR = 1.5
"""Likelihood ratios beyond this tell two types apart, for the verdict on an indicator."""
SEEN_OFTEN = 0.05
"""A mark must be seen so often of the one that makes it."""
HALF = 0.5
SHARES = (0.25, HALF, 1.0)
"""Shares of a type that are expected in disguise: of one pair all, of several the half."""
EXPECTED = 2
"""Disguises of which the second order is worked out where there are several, on a part of the
variants."""
WORTH_FEARING = 0.03
"""Disguises that move belief less than this are not told as dangerous."""


def deceive(
    source: Crisis,
    *,
    true: str | None = None,
    believed: str | None = None,
    until: str | None = None,
    observer: str | None = None,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    standard: Literal["icd203", "phia"] = "icd203",
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> DeceptionPart:
    """Solve a crisis and ask how the type `true` would best be taken for `believed` by the end of
    the round of the day `until`: every pair of types where none is named, the end of the next round
    where no day is. Types are `actor.type`, or `type` where one actor has it. `observer` is a
    player; the scenario's desk where none is named.

    Same arguments, same result. Raises `ScenarioError` for what is wrong with the scenario or the
    names, and where nobody has anything to hide.
    """
    ready = chain(
        source, as_of=as_of, variants=variants, seed=seed, method=method, settings=settings,
        progress=progress,
    )  # fmt: skip
    wanted = asked(ready.inference, true, believed, until, observer)
    return _found(ready, wanted, standard, progress)


def deception_of(
    ready: Chain,
    *,
    standard: Literal["icd203", "phia"] = "icd203",
    progress: Progress | None = None,
) -> DeceptionPart | None:
    """The same of a crisis that is already solved, for all pairs; None where nobody has anything
    to hide any more.
    """
    from standoff.errors import ScenarioError

    try:
        wanted = asked(ready.inference, None, None, None, None)
    except ScenarioError:
        return None
    return _found(ready, wanted, standard, progress)


def deception_numbers(ready: Chain) -> dict[str, float]:
    """What the cheapest disguise of each pair of types costs, in stakes (at most eight pairs)."""
    from standoff.errors import ScenarioError

    try:
        wanted = asked(ready.inference, None, None, None, None)
    except ScenarioError:
        return {}
    found: dict[str, float] = {}
    for actor, pairs in list(wanted.pairs.items()):
        crew = _Crew(ready, actor, wanted, rounds=(wanted.until,))
        for true, believed in pairs:
            point, _, _ = crew.cheapest(true, believed)
            if len(found) < 8 and point.cost.value == point.cost.value:
                found[f"deceive.{actor}.{true}.{believed}"] = point.cost.value
    return found


@dataclass(eq=False)
class _Crew:
    """The types of one actor, and what the observer sees of them."""

    ready: Chain
    actor: str
    wanted: Asked
    rounds: tuple[int, ...]

    def __post_init__(self) -> None:
        self.inference: Inference = self.ready.inference
        below = part_ahead(self.inference)
        self.conducts: dict[str, Conduct] = {
            c.type: c for c in conducts(self.inference, self.actor, below)
        }
        self.types = list(self.conducts)
        self.sights: dict[int, Sights] = {
            s.round: s
            for s in sights(self.inference, self.actor, self.wanted.observer, below, self.rounds)
        }
        self._races: dict[tuple[str, str, int], Race] = {}

    @property
    def headline(self) -> Sights:
        """What is seen by the headline day."""
        return self.sights[self.wanted.until]

    def race(self, true: str, believed: str, number: int) -> Race:
        """One type against the belief at the end of a round."""
        key = (true, believed, number)
        if key not in self._races:
            place = self.types.index(believed)
            self._races[key] = Race(self.conducts[true], self.sights[number], place)
        return self._races[key]

    def earned(self, number: int, believed: str, by: str) -> Pooled:
        """Belief in a type that the solved play of a type earns by the end of a round."""
        seen = self.sights[number]
        joint = seen.earned(self.types.index(believed), self.types.index(by))
        return pool_means(joint, self.conducts[by].weight)

    def cheapest(self, true: str, believed: str) -> tuple[Point, bool, Race]:
        """The cheapest disguise for the headline day, and whether it reaches the goal."""
        race = self.race(true, believed, self.wanted.until)
        goal = self.earned(self.wanted.until, believed, believed).value - TOLERANCE
        point, in_reach = race.cheapest(goal)
        return point, in_reach, race


def _found(
    ready: Chain, wanted: Asked, standard: Literal["icd203", "phia"], progress: Progress | None
) -> DeceptionPart:
    inference = ready.inference
    if progress is not None:
        progress.say("looking for disguises")
    pairs: list[DisguisePart] = []
    faked: list[FakedMove] = []
    watch: list[WatchPart] = []
    for actor, names in wanted.pairs.items():
        crew = _Crew(ready, actor, wanted, wanted.rounds)
        shown = window(next(iter(crew.conducts.values())), crew.headline)
        made = []
        for true, believed in names:
            check(progress)
            made.append(_pair(crew, shown, true, believed))
        made = _expected(crew, made, progress)
        pairs += made
        faked += _faked(crew, shown)
        watch += _watch(actor, crew.types, made)
    solution = ready.batch.solution
    return DeceptionPart(
        scenario=ready.scenario.id,
        title=ready.scenario.title,
        as_of=ready.as_of.isoformat() if ready.as_of else "",
        standard=standard,
        variants=len(solution.status),
        failed=int((~solution.solved).sum()),
        effective=effective(inference.measure().total()),
        seed=ready.batch.draws.seed,
        observer=wanted.observer,
        until=_day(inference, wanted.until),
        tolerance=TOLERANCE,
        step=STEP,
        cheap=CHEAP,
        pairs=pairs,
        dangerous=_dangerous(pairs),
        faked=faked,
        watch=watch,
        labels=labels(ready.scenario, inference.compiled.names),
    )


def _pair(crew: _Crew, shown: Window, true: str, believed: str) -> DisguisePart:
    point, in_reach, race = crew.cheapest(true, believed)
    conduct = crew.conducts[true]
    chosen = race.chosen(point.reward)
    played = conduct.played(chosen)
    by_day = [_held(crew, conduct, played, true, believed, n) for n in crew.rounds]
    drops, why = _drops(crew, by_day)
    inference, last = crew.inference, len(crew.inference.compiled.steps)
    stops = itinerary(conduct, chosen, inference.present, last)
    places = crew.types.index(true), crew.types.index(believed)
    return DisguisePart(
        actor=crew.actor,
        true=true,
        believed=believed,
        as_solved=_ranged(crew.earned(crew.wanted.until, believed, true)),
        natural=_ranged(race.at(0.0).belief),
        genuine=_ranged(crew.earned(crew.wanted.until, believed, believed)),
        in_reach=in_reach,
        reached=_ranged(point.belief),
        cost=_ranged(point.cost),
        most=_point(race.at(WHATEVER)),
        frontier=[_point(p) for p in _distinct(race.frontier())],
        by_day=by_day,
        drops=drops,
        drops_why=why,
        stops=[_stop(crew, stop) for stop in stops],
        tells=[_tell(t) for t in tells(shown, *places, conduct, played)],
        expected=[],
    )


def _expected(
    crew: _Crew, pairs: list[DisguisePart], progress: Progress | None
) -> list[DisguisePart]:
    """The same with the second order worked out: of one pair at several shares, of several pairs
    for the most dangerous ones. Where types stand in the tree it is left out.
    """
    from standoff.errors import ScenarioError
    from standoff.infer.expecting import expected_belief

    alone = len(pairs) == 1
    shares = SHARES if alone else (HALF,)
    ready = crew.ready if alone else Chain(small(crew.ready.batch), crew.ready.as_of)
    n = ready.sight.n_variants
    found = list(pairs)
    for i in [0] if alone else _dangerous(pairs)[:EXPECTED]:
        check(progress)
        p = pairs[i]
        conduct = crew.conducts[p.true]
        point, _, race = crew.cheapest(p.true, p.believed)
        play = np.ascontiguousarray(conduct.strategy(race.chosen(point.reward))[:, :n])
        made = []
        for share in shares:
            try:
                belief, cost = expected_belief(
                    ready.sight, crew.actor, p.true, play, share, crew.wanted.observer,
                    crew.wanted.until, p.believed, progress=progress,
                )  # fmt: skip
            except ScenarioError:
                return found
            weight = np.where(np.isfinite(belief), conduct.weight[:n], 0.0)
            if weight.sum() > 0:
                held, given = (np.nan_to_num(x) * weight for x in (belief, cost))
                made.append(ExpectedDisguise(
                    share=share, variants=n, belief=_ranged(pool_means(held, weight)),
                    cost=_ranged(pool_means(given, weight)),
                ))  # fmt: skip
        found[i] = p.model_copy(update={"expected": made})
    return found


def _held(
    crew: _Crew, conduct: Conduct, played: Bool, true: str, believed: str, number: int
) -> HeldUntil:
    race = crew.race(true, believed, number)
    genuine = crew.earned(number, believed, believed).value
    afterwards = None
    if number >= crew.wanted.until:
        seen = crew.sights[number]
        way = played[conduct.sequences.of_node[seen.nodes]]
        held = seen.held(crew.types.index(believed))
        joint = (conduct.mass[seen.nodes] * way * held).sum(axis=0)
        afterwards = pool_means(joint, conduct.weight).value
    return HeldUntil(
        round=number,
        day=_day(crew.inference, number),
        genuine=genuine,
        as_solved=crew.earned(number, believed, true).value,
        most=race.at(WHATEVER).belief.value,
        cost=race.price(genuine - TOLERANCE, COARSE),
        afterwards=afterwards,
    )


def _drops(
    crew: _Crew, by_day: Sequence[HeldUntil]
) -> tuple[str | None, Literal["cost", "reach", ""]]:
    """The day through which the disguise is not worth keeping up, and why."""
    before: float | None = None
    for held in by_day:
        if held.round > crew.wanted.until:
            if held.cost is None:
                return held.day, "reach"
            if before is not None and held.cost - before > STEP:
                return held.day, "cost"
        if held.round >= crew.wanted.until:
            before = held.cost
    return None, ""


def _dangerous(pairs: Sequence[DisguisePart]) -> list[int]:
    """Much belief moved for little, the most dangerous first."""

    def danger(pair: DisguisePart) -> float:
        return (pair.reached.value - pair.as_solved.value) / (0.05 + max(pair.cost.value, 0.0))

    worth = [
        i for i, pair in enumerate(pairs)
        if pair.reached.value - pair.as_solved.value >= WORTH_FEARING
    ]  # fmt: skip
    return sorted(worth, key=lambda i: (-round(danger(pairs[i]), 9), i))


def _faked(crew: _Crew, shown: Window) -> list[FakedMove]:
    own = [act for act in shown.acts if act.startswith(f"{crew.actor}.")]
    level = crew.headline.level
    by_type = {kind: fakes(c, own, level) for kind, c in crew.conducts.items()}
    return [
        FakedMove(
            act=act,
            cost={
                kind: None if found[row].index else _ranged(found[row].cost)
                for kind, found in by_type.items()
            },
        )
        for row, act in enumerate(own)
    ]


def _watch(actor: str, types: Sequence[str], pairs: Sequence[DisguisePart]) -> list[WatchPart]:
    """Moves that tell a type from others, and still do whoever of these poses as it (or it as
    them) in a disguise that was looked at.
    """
    found = []
    for kind in types:
        for row, tell in enumerate(pairs[0].tells if pairs else []):
            against, lost, ratios = [], False, []
            for p in pairs:
                t = p.tells[row]
                if p.believed == kind and _marks(t):
                    against.append(p.true)
                    lost |= t.verdict != "mark of the genuine"
                    ratios += [t.ratio_posing] if t.ratio_posing is not None else []
                elif p.true == kind and t.ratio is not None and t.ratio <= 1 / CLEAR:
                    if t.odds_true >= SEEN_OFTEN:
                        lost |= t.verdict != "gives it away"
            if against and not lost:
                found.append(
                    WatchPart(
                        act=tell.act, marks=kind, actor=actor, against=against,
                        least_ratio=min(ratios) if ratios else None,
                    )
                )  # fmt: skip
    return found


def _marks(tell: TellPart) -> bool:
    """Whether it is clearly likelier of the genuine type than of the other as that plays."""
    return tell.odds_genuine >= SEEN_OFTEN and (tell.ratio is None or tell.ratio >= CLEAR)


def _tell(tell: Tell) -> TellPart:
    true, posing, other = (
        max(0.0, min(1.0, p.value)) for p in (tell.odds_true, tell.odds_posing, tell.odds_other)
    )
    plain = other / true if true > 1e-9 else None
    masked = other / posing if posing > 1e-9 else None
    genuine = other >= SEEN_OFTEN and (plain is None or plain >= CLEAR)  # a mark of the other
    betrays = true >= SEEN_OFTEN and plain is not None and plain <= 1 / CLEAR
    fewer = masked is None or masked >= CLEAR  # the disguise does it less than the genuine type
    more = posing >= SEEN_OFTEN and masked is not None and masked <= 1 / CLEAR
    verdict: Verdict
    if genuine and fewer:
        verdict = "mark of the genuine"
    elif betrays and more:
        verdict = "gives it away"
    elif more:
        verdict = "overdone"
    elif genuine or betrays:
        verdict = "defeated"
    else:
        verdict = "tells little"
    return TellPart(
        act=tell.act, odds_true=true, odds_posing=posing, odds_genuine=other, ratio=plain,
        ratio_posing=masked, verdict=verdict,
    )  # fmt: skip


def _stop(crew: _Crew, stop: Stop) -> DisguiseStop:
    steps = crew.inference.compiled.steps
    return DisguiseStop(
        round=stop.round,
        day=_day(crew.inference, stop.round),
        turn=stop.turn,
        afterwards=stop.level >= crew.headline.level,
        reached=min(stop.reached, 1.0),
        on="" if stop.on is None else steps[stop.on].turn,
        lines=[
            DisguiseLine(
                after=list(line.after), act=line.act, agreement=line.agreement, share=line.share,
                as_solved=line.as_solved,
            )
            for line in stop.lines
        ],
    )  # fmt: skip


def _distinct(points: Sequence[Point]) -> list[Point]:
    """Points of a frontier without those that stand in one place."""
    found: list[Point] = []
    for p in points:
        if p.reward == FREE:
            continue
        if found and abs(p.belief.value - found[-1].belief.value) < 1e-6:
            continue
        found.append(p)
    return found


def _point(point: Point) -> FrontierPoint:
    return FrontierPoint(belief=_ranged(point.belief), cost=_ranged(point.cost))


def _ranged(pooled: Pooled) -> Ranged:
    low, high = pooled.range90
    return Ranged(value=pooled.value, range90=(low, high))


def _day(inference: Inference, number: int) -> str:
    return calendar(inference.compiled.scenario.clock).rounds[number - 1].last.isoformat()
