"""Disguises as a report tells them: pairs of types, days, turns, indicators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standoff.assess.chain import Chain
from standoff.assess.deception_crew import Crew
from standoff.assess.deception_models import (
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
from standoff.infer.conduct import Conduct
from standoff.infer.disguise import FREE, WHATEVER, Disguise, Point
from standoff.infer.faking import Tell, Window, fakes, tells
from standoff.infer.inference import Inference
from standoff.infer.itinerary import Stop, itinerary
from standoff.infer.pooling import Pooled, pool_means
from standoff.progress import Progress, check
from standoff.scenario.dates import calendar
from standoff.variants.form import small

Bool = NDArray[np.bool_]

STEP = 0.1
"""A disguise is dropped where to go on costs so much more of a stake than to the headline day."""
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
REACHABLE = 0.5
"""A disguise can be kept up while it is within reach in more of the variants, by weight."""
LITTLE = 0.05
"""A price that is as good as none when disguises are ranked."""
WORTH_FEARING = 0.03
"""Disguises that move belief less than this are not told as dangerous."""


def pair(crew: Crew, shown: Window, true: str, believed: str) -> DisguisePart:
    """The cheapest disguise of one type as another, and all that is told of it."""
    race, worn = crew.race(true, believed, crew.wanted.until), crew.cheapest(true, believed)
    conduct = crew.conducts[true]
    played = conduct.played(worn.chosen)
    by_day = [_held(crew, conduct, played, true, believed, n) for n in crew.rounds]
    drops, why = _drops(worn, crew.wanted.until, by_day)
    inference, last = crew.inference, len(crew.inference.compiled.steps)
    stops = itinerary(conduct, worn.chosen, inference.present, last)
    places = crew.types.index(true), crew.types.index(believed)
    return DisguisePart(
        actor=crew.actor,
        true=true,
        believed=believed,
        odds_true=crew.odds(true),
        as_solved=_ranged(crew.earned(crew.wanted.until, believed, true)),
        natural=_ranged(race.at(0.0).belief),
        genuine=_ranged(crew.genuine(crew.wanted.until, believed, true)),
        in_reach=min(worn.reach, 1.0),
        reached=_ranged(worn.point.belief),
        cost=_ranged(worn.point.cost),
        most=_point(race.at(WHATEVER)),
        frontier=[_point(p) for p in _distinct(race.refined())],
        by_day=by_day,
        drops=drops,
        drops_why=why,
        stops=[_stop(crew, stop) for stop in stops],
        before=_before(crew, stops),
        tells=[_tell(t) for t in tells(shown, *places, conduct, played)],
        expected=[],
    )


def expected(
    crew: Crew, pairs: list[DisguisePart], progress: Progress | None
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
    for i in [0] if alone else dangerous(pairs)[:EXPECTED]:
        check(progress)
        p = pairs[i]
        conduct = crew.conducts[p.true]
        worn = crew.cheapest(p.true, p.believed)
        play = np.ascontiguousarray(conduct.strategy(worn.chosen)[:, :n])
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
    crew: Crew, conduct: Conduct, played: Bool, true: str, believed: str, number: int
) -> HeldUntil:
    race = crew.race(true, believed, number)
    genuine = crew.genuine(number, believed, true).value
    worn = crew.cheapest(true, believed, number)
    afterwards = None
    if number >= crew.wanted.until:
        seen = crew.sights[number]
        way = played[conduct.sequences.of_node[seen.nodes]]
        held = seen.held(crew.types.index(believed), crew.types.index(true))
        joint = (conduct.mass[seen.nodes] * way * held).sum(axis=0)
        afterwards = pool_means(joint, conduct.weight).value
    return HeldUntil(
        round=number,
        day=day(crew.inference, number),
        genuine=genuine,
        as_solved=crew.earned(number, believed, true).value,
        most=race.at(WHATEVER).belief.value,
        cost=worn.point.cost.value if worn.reach > REACHABLE else None,
        afterwards=afterwards,
    )


def _drops(
    worn: Disguise, until: int, by_day: Sequence[HeldUntil]
) -> tuple[str | None, Literal["cost", "reach", ""]]:
    """The day through which the disguise is not worth keeping up, and why. One that does not serve
    by the headline day can't get out of reach.
    """
    serves = worn.reach > REACHABLE
    for held in by_day:
        if held.round > until:
            if held.cost is None:
                if serves:
                    return held.day, "reach"
            elif held.cost - worn.point.cost.value > STEP:
                return held.day, "cost"
    return None, ""


def dangerous(pairs: Sequence[DisguisePart]) -> list[int]:
    """Much belief moved for little by a type that may well be there, the most dangerous first.
    What its best reply earns anyhow is no disguise.
    """

    def moved(pair: DisguisePart) -> float:
        return pair.reached.value - max(pair.as_solved.value, pair.natural.value)

    def danger(pair: DisguisePart) -> float:
        return pair.odds_true * moved(pair) / (LITTLE + max(pair.cost.value, 0.0))

    worth = [i for i, pair in enumerate(pairs) if moved(pair) >= WORTH_FEARING]
    return sorted(worth, key=lambda i: (-round(danger(pairs[i]), 9), i))


def faked(crew: Crew, shown: Window) -> list[FakedMove]:
    """What each move that may be seen by the headline day would cost each type to make; those that
    the record rules out left aside.
    """
    own = [act for act in shown.acts if act.startswith(f"{crew.actor}.")]
    level = crew.headline.level
    by_type = {kind: fakes(c, own, level) for kind, c in crew.alive.items()}
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


def watch(actor: str, types: Sequence[str], pairs: Sequence[DisguisePart]) -> list[WatchPart]:
    """Things that, if seen, speak for a type against others, and still do when those pose as it in
    the disguises that were looked at.
    """
    found = []
    for kind in types:
        for row, tell in enumerate(pairs[0].tells if pairs else []):
            posing = [p for p in pairs if p.believed == kind and _marks(p.tells[row])]
            if not posing or any(p.tells[row].verdict != "mark of the genuine" for p in posing):
                continue
            ratios = [r for p in posing if (r := p.tells[row].ratio_posing) is not None]
            found.append(
                WatchPart(
                    act=tell.act,
                    marks=kind,
                    actor=actor,
                    against=[p.true for p in posing],
                    odds=posing[0].tells[row].odds_genuine,
                    least_ratio=min(ratios) if ratios else None,
                )
            )
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


def _before(crew: Crew, stops: Sequence[Stop]) -> list[str]:
    """The turns of other players from the present to the first stop."""
    inference = crew.inference
    compiled = inference.compiled
    first = stops[0].level if stops else len(compiled.steps)
    others = set(compiled.game.players) - {crew.actor}
    ahead = compiled.steps[inference.present : first]
    return list(dict.fromkeys(f"{s.actor}.{s.turn}" for s in ahead if s.actor in others))


def _stop(crew: Crew, stop: Stop) -> DisguiseStop:
    steps = crew.inference.compiled.steps
    days = calendar(crew.inference.compiled.scenario.clock).rounds[stop.round - 1]
    return DisguiseStop(
        round=stop.round,
        since=days.first.isoformat(),
        day=day(crew.inference, stop.round),
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


def day(inference: Inference, number: int) -> str:
    """The last day of a round (ISO)."""
    return calendar(inference.compiled.scenario.clock).rounds[number - 1].last.isoformat()
