"""`backtest`: the record replayed day by day, knowing nothing later, and scored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from standoff.assess import solved
from standoff.assess.answering import finite, unit
from standoff.assess.backtest_models import (
    Backtest,
    BacktestDay,
    DayBelief,
    DayJudgement,
    ResolvedStatement,
    Score,
)
from standoff.assess.believed import range_of
from standoff.assess.chain import Chain, Crisis, chain
from standoff.assess.judging import Claim, answered, claims
from standoff.assess.labels import labels
from standoff.errors import Problem, ScenarioError
from standoff.infer.answers import pooled_probability
from standoff.infer.belief import actors_with_types, belief
from standoff.infer.inference import Inference
from standoff.infer.outlook import NextTurn, endings, next_moves
from standoff.infer.pooling import effective
from standoff.progress import Progress, check
from standoff.scenario.dates import calendar
from standoff.scenario.models import Scenario

OUTCOMES = {"true": 1.0, "false": 0.0}
CERTAIN = 0.999
"""An ending came about where the whole record leaves it this much weight."""


def backtest(
    source: Crisis,
    *,
    variants: int = 200,
    seed: int = 0,
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Replay the record of a crisis, one day after another. One solution serves every day.

    Raises `ScenarioError` where the scenario has no record.
    """
    opened = chain(source, variants=variants, seed=seed, settings=settings, progress=progress)
    days = replayed_days(opened)
    if not days:
        raise ScenarioError(
            Problem("no-record", "there is nothing to replay: the scenario has no record",
                    path="record")
        )  # fmt: skip
    replay = _Replay(opened)
    found = []
    for number, day in enumerate(days, 1):
        check(progress)
        if progress is not None:
            progress.say("replaying the record")
            progress.step(number, len(days))
        found.append(replay.day(day))
    return Backtest(
        scenario=opened.scenario.id,
        title=opened.scenario.title,
        heading=solved.heading(opened),
        seed=seed,
        days=found,
        scores=replay.scores(),
        statements=replay.statements,
        ending=replay.ending,
        labels=labels(opened.scenario, opened.batch.compiled.names),
    )


def replayed_days(chain: Chain) -> list[dt.datetime]:
    """The end of each day from the first item of the record to the last that happened, and on to
    the last on which something became known, as long as the record accounts for those days.
    """
    from standoff.infer.evidence import Evidence

    scenario = chain.scenario
    days = replayed_days_of(scenario)
    if not days:
        return days
    clock = calendar(scenario.clock)
    known = [clock.moment(item.known).cut for item in scenario.record if item.known is not None]
    last = max((k for k in known if clock.round_of(k) is not None), default=days[-1])
    while days[-1] < last:
        after = clock.moment((days[-1].date() + dt.timedelta(days=1)).isoformat()).cut
        if Evidence(chain.batch.compiled, after, lenient=True).problems:
            break
        days.append(after)
    return days


def replayed_days_of(scenario: Scenario) -> list[dt.datetime]:
    """The end of each day from the first item of the record to the last that happened."""
    clock = calendar(scenario.clock)
    moments = [clock.moment(item.at).cut for item in scenario.record if item.at is not None]
    if not moments:
        return []
    first, last = min(moments).date(), max(moments).date()
    span = range((last - first).days + 1)
    return [clock.moment((first + dt.timedelta(days=d)).isoformat()).cut for d in span]


class _Replay:
    """The days as they are replayed, and the forecasts to be scored."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.claims = claims(chain)
        self.outcome = {
            c.judgement.id: OUTCOMES[c.judgement.resolved.value]
            for c in self.claims
            if c.judgement.resolved is not None and c.judgement.resolved.value in OUTCOMES
        }
        self.statements = [
            ResolvedStatement(
                id=c.judgement.id, text=c.judgement.text, outcome=self.outcome[c.judgement.id]
            )
            for c in self.claims
            if c.judgement.id in self.outcome
        ]
        # What came of it all: everything that ever became known, seen from the last thing that
        # happened. The record need not reach to the end of the clock: what it leaves open stays so.
        ever = chain.at(None, lenient=True, whole_record=True)
        self.ending = self._ending(ever)
        self.made = {
            (step, act)
            for one in ever.evidence.items
            if one.kind == "move" and len(one.acts) == 1
            for step in one.steps
            for act in [chain.batch.compiled.acts[one.acts[0]].name]
        }
        self.known: set[str] = set()
        self.forecasts: dict[str, list[tuple[float, float, float | None]]] = {
            "judgements": [],
            "endings": [],
            "next moves": [],
        }

    def _ending(self, ever: Inference) -> str:
        odds = {name: p.value for name, p in endings(ever).items() if finite(p.value) is not None}
        if not odds:
            return ""
        name = max(odds, key=lambda n: odds[n])
        return name if odds[name] > CERTAIN else ""

    def day(self, moment: dt.datetime) -> BacktestDay:
        """One day of the replay."""
        chain = self.chain
        inference = chain.at(moment)
        audit = inference.anchored(chain.anchor)
        said, settled = self._judged(audit)
        ids = [one.id for one in inference.evidence.items]
        new = [id for id in ids if id not in self.known]
        self.known.update(ids)
        scored = [j.brier for j in said if j.brier is not None]
        turns = [
            turns[0]
            for player in inference.compiled.game.players
            if (turns := next_moves(inference, player))
        ]
        ends = {
            name: unit(p.value)
            for name, p in endings(inference).items()
            if finite(p.value) is not None
        }
        self._score_endings(inference, ends)
        for turn in turns:
            self._score_turn(inference, turn)
        n = chain.batch.draws.n_variants
        worth = effective(inference.measure().total())
        return BacktestDay(
            as_of=moment.isoformat(),
            new_items=new,
            belief={
                actor: {
                    kind: DayBelief(
                        probability=unit(held.posterior.value), range90=range_of(held.posterior)
                    )
                    for kind, held in belief(inference, actor).items()
                }
                for actor in actors_with_types(inference)
            },
            endings=ends,
            next_moves={m.act: unit(m.odds.value) for turn in turns for m in turn.moves},
            judgements=said,
            settled=settled,
            effective=worth,
            n=n,
            failed=int((~chain.batch.solution.solved).sum()),
            withheld=worth < solved.WITHHELD_BELOW * n,
            brier=float(np.mean(scored)) if scored else None,
        )

    def _judged(self, audit: Inference) -> tuple[list[DayJudgement], dict[str, bool]]:
        said: list[DayJudgement] = []
        settled: dict[str, bool] = {}
        for claim in self.claims:
            raw, _ = answered(audit, claim.query)
            id = claim.judgement.id
            if raw is None:
                continue
            if raw.observed is not None:
                settled[id] = raw.observed
                continue
            number = finite(raw.value)
            if raw.status != "probability" or number is None:
                continue
            p = unit(number)
            outcome = self.outcome.get(id)
            brier = (p - outcome) ** 2 if outcome is not None else None
            if outcome is not None:
                before = self._prior(audit, claim)
                self.forecasts["judgements"].append(
                    (
                        (p - outcome) ** 2,
                        0.25,
                        None if before is None else (before - outcome) ** 2,
                    )
                )
            pooled = raw.pooled
            said.append(
                DayJudgement(
                    id=id,
                    probability=p,
                    range90=range_of(pooled) if pooled is not None else None,
                    brier=brier,
                )
            )
        return said, settled

    def _prior(self, audit: Inference, claim: Claim) -> float | None:
        prior = audit.prior.anchored(self.chain.anchor)
        number = finite(pooled_probability(prior, claim.query))
        return None if number is None else unit(number)

    def _score_endings(self, inference: Inference, odds: Mapping[str, float]) -> None:
        if not self.ending or max(odds.values(), default=1.0) > CERTAIN:
            return
        prior = {name: p.value for name, p in endings(inference.prior).items()}
        self.forecasts["endings"].append(_three(odds, prior, self.ending))

    def _score_turn(self, inference: Inference, turn: NextTurn) -> None:
        made = [m.act for m in turn.moves if (turn.step, m.act) in self.made]
        if len(made) != 1:
            return
        odds = {m.act: m.odds.value for m in turn.moves}
        before = {}
        for act in odds:
            actor, name, move = act.split(".")
            number = finite(inference.prior.ask(f"P({actor} ever {name}.{move})").value)
            before[act] = number or 0.0
        total = sum(before.values())
        prior = {act: p / total for act, p in before.items()} if total > 0 else {}
        self.forecasts["next moves"].append(_three(odds, prior, made[0]))

    def scores(self) -> list[Score]:
        """Brier scores beside those of uniform odds and of the scenario's prior."""
        found = []
        for what, rows in self.forecasts.items():
            if not rows:
                continue
            priors = [p for _, _, p in rows if p is not None]
            found.append(
                Score(
                    what=what,
                    n=len(rows),
                    model=float(np.mean([m for m, _, _ in rows])),
                    uniform=float(np.mean([u for _, u, _ in rows])),
                    prior=float(np.mean(priors)) if len(priors) == len(rows) else None,
                )
            )
        return found


def _three(
    odds: Mapping[str, float], prior: Mapping[str, float], came: str
) -> tuple[float, float, float | None]:
    """Brier scores over several outcomes: the model's, even odds', the prior's."""
    names = sorted({*odds, came})

    def score(of: Mapping[str, float]) -> float:
        return float(sum((of.get(n, 0.0) - (n == came)) ** 2 for n in names))

    even = dict.fromkeys(names, 1.0 / len(names))
    return score(odds), score(even), score(prior) if prior else None
