"""`price`: what they would take and what we would give, by type, turn and state of opinion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from standoff.assess.chain import Chain, Crisis, about, chain, opened
from standoff.assess.drivers import drivers
from standoff.assess.labels import assumption_label, labels
from standoff.assess.prices_bargain import proposals, terms
from standoff.assess.prices_models import (
    CounterPrice,
    LevelPrice,
    PriceContrast,
    PriceCurve,
    PriceDriver,
    Prices,
    PricesPart,
    TurnPricePart,
    TypePrice,
)
from standoff.assess.prices_words import level_words, side_words, stake_words
from standoff.errors import Cancelled, Problem, QueryError, nearest
from standoff.infer.pooling import Pooled
from standoff.infer.price_counters import Counter, counters
from standoff.infer.price_table import FAINT, Curve, TurnPrice, price_table, totals
from standoff.infer.views import types_of
from standoff.progress import Progress
from standoff.scenario.names import Names
from standoff.scenario.queries import bind_query, parse_query
from standoff.scenario.query_tree import Price
from standoff.variants.points import Method

if TYPE_CHECKING:
    from standoff.infer.inference import Inference


def price(
    source: Crisis,
    actor: str | None = None,
    what: str | None = None,
    *,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    standard: Literal["icd203", "phia"] = "icd203",
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Prices:
    """Solve a crisis and price its bargaining counters: all of them, those of an `actor` (or of one
    type, `actor.type`), or `what` of it: a proposal or a move. Raises `QueryError` for an actor or
    move that there is not, before anything is solved.
    """
    scenario = opened(source, settings)
    asked = asked_of(Names(scenario), actor, what)
    ready = chain(
        scenario, as_of=as_of, variants=variants, seed=seed, method=method, progress=progress
    )
    part = prices_of(ready, standard=standard, asked=asked, progress=progress)
    return Prices(
        **about(ready, standard),
        prices=part,
    )


@dataclass(frozen=True)
class Asked:
    """Whose prices are asked for: of an actor, one type of it (or ""), one counter (or None)."""

    actor: str
    type: str
    counter: Counter | None


def asked_of(names: Names, actor: str | None, what: str | None) -> Asked | None:
    """What a call asks for; None for everything. Raises `QueryError`."""
    if actor is None:
        if what is not None:
            raise QueryError(Problem(
                "wrong-kind", "a price is somebody's", found=what, expected="an actor before it"
            ))  # fmt: skip
        return None
    name, _, kind = actor.partition(".")
    _known(names, name, kind)
    if len(names.scenario.actors[name].types) < 2:
        kind = ""  # its one type is itself
    if what is not None:
        bound = bind_query(parse_query(f"price({actor}, {what})"), names).body
        if not isinstance(bound, Price) or bound.given is not None or bound.forced:
            raise QueryError(Problem(
                "wrong-kind", "a condition belongs in a question", found=what,
                expected=f'standoff ask SCENARIO "price({actor}, {what})"',
            ))  # fmt: skip
        proposal = names.scenario.proposals.get(what)
        role: Literal["propose", "accept", "move"] = "move"
        if proposal is not None:
            role = "propose" if proposal.by == name else "accept"
        return Asked(name, kind, Counter(name, what, role, bound.acts))
    return Asked(name, kind, None)


def _known(names: Names, actor: str, kind: str) -> None:
    """Raises `QueryError` where no player, or no type of it, has the name."""
    if actor not in names.players:
        raise QueryError(Problem(
            "unknown-actor", "no player has this name", found=actor,
            expected="one of " + ", ".join(names.players), nearest=nearest(actor, names.players),
        ))  # fmt: skip
    kinds = list(names.scenario.actors[actor].types)
    if kind and kind not in kinds:
        raise QueryError(Problem(
            "unknown-type", f"{actor} has no such type", found=kind,
            expected="one of " + ", ".join(kinds) if kinds else "no type",
            nearest=nearest(kind, kinds),
        ))  # fmt: skip


def prices_of(
    chain: Chain,
    *,
    standard: str = "icd203",
    asked: Asked | None = None,
    progress: Progress | None = None,
) -> PricesPart | None:
    """Prices on a solved crisis; None where there is nothing left to bargain with."""
    inference = chain.inference
    _say(progress, "pricing what is left to bargain with")
    wanted = counters(inference)
    if asked is not None and asked.counter is not None:
        wanted = (asked.counter,)
    elif asked is not None:
        wanted = tuple(c for c in wanted if c.actor == asked.actor)
    rows = [r for r in price_table(inference, wanted) if r.mass.sum() > 0]
    if asked is not None and asked.counter is not None and not rows:
        inference.ask(f"price({asked.actor}, {asked.counter.what})")  # says that it is never open
    if asked is not None and asked.type and types_of(chain.batch.compiled, asked.actor):
        _not_ruled_out(chain, asked)
    if not rows:
        return None
    _say(progress, "weighing proposals")
    known = labels(chain.scenario, chain.batch.compiled.names)
    parts = [_counter(chain, known, c, rows, asked) for c in wanted]
    parts = [p for p in parts if p.turns]
    if not parts:
        return None
    deals = tuple(c for c in wanted if c.role in ("propose", "accept"))
    if asked is not None and asked.counter is not None:
        deals = tuple(c for c in counters(inference) if c.what == asked.counter.what)
    elif asked is not None:
        about = {c.what for c in deals}
        deals = tuple(c for c in counters(inference) if c.what in about and c.role != "end")
    observer = chain.scenario.observer
    priced = {(p.actor, t.type) for p in parts for turn in p.turns for t in turn.types}
    return PricesPart(
        observer=(observer.actor or "") if observer is not None else "",
        counters=parts,
        proposals=proposals(chain, known, deals),
        terms=terms(chain, known, rows),
        charts=_charts(chain, rows),
        stakes={
            f"{c.actor}.{t}" if t else c.actor: stake_words(chain.scenario, known, c.actor, t)
            for c in wanted
            for t in types_of(chain.batch.compiled, c.actor) or ("",)
            if (c.actor, t) in priced
        },
        only_bounds=any(t.bound > FAINT for p in parts for turn in p.turns for t in turn.types),
    )


def prices_numbers(chain: Chain) -> dict[str, float]:
    """Headline numbers by id: prices at each actor's likeliest turn for the move, of the addressees
    and of whoever may end the crisis; and how far they differ between states of an audience.
    """
    rows = [r for r in price_table(chain.inference) if r.mass.sum() > 0]
    found: dict[str, float] = {}
    for row in _leading(rows):
        for kind, name in enumerate(row.types):
            whose = f"{row.counter.actor}.{name}" if name else row.counter.actor
            found[f"price.{whose}.{_where(row)}"] = row.price(kind).value
        curve = _main_curve(chain, row)
        if curve is not None:
            both = [c.difference for t in range(len(row.types)) if (c := curve.contrast(t))]
            values = [d.value for d in both if np.isfinite(d.value)]
            if values:
                id = f"price.{row.counter.actor}.{_where(row)}.{curve.variable}"
                found[id] = float(np.mean(values))
    return {id: value for id, value in found.items() if np.isfinite(value)}


def _where(row: TurnPrice) -> str:
    """`turn.what`: another turn is another number."""
    return f"{row.turn}.{row.counter.what.rpartition('.')[2]}"


def _say(progress: Progress | None, what: str) -> None:
    if progress is not None:
        progress.say(what)
        if progress.cancelled:
            raise Cancelled


def _leading(rows: Sequence[TurnPrice]) -> list[TurnPrice]:
    """For each actor the likeliest of its answers to proposals; where it has none, of the moves by
    which it may end the crisis, or of whatever it has.
    """
    best: dict[str, TurnPrice] = {}
    for row in rows:
        actor = row.counter.actor
        known = best.get(actor)
        if known is None or (_rank(row), row.likely) > (_rank(known), known.likely):
            best[actor] = row
    return list(best.values())


def _rank(row: TurnPrice) -> int:
    """Answers tell most of what can be had, then moves that end the crisis."""
    return {"accept": 2, "end": 1, "move": 1}.get(row.counter.role, 0)


def _main_curve(chain: Chain, row: TurnPrice) -> Curve | None:
    """The curve along the scenario's first audience variable that is still open there."""
    for curve in row.curves:
        if curve.audience and curve.sides is not None and curve.solid.sum() > 1:
            return curve
    return None


def _charts(chain: Chain, rows: Sequence[TurnPrice]) -> list[str]:
    """For each actor the answer, or else the ending move, whose price depends most on the audience,
    for as often as it is made.
    """
    best: dict[str, tuple[int, float, str]] = {}
    for row in rows:
        curve = _main_curve(chain, row)
        if curve is None or not _rank(row):
            continue
        moved = 0.0
        for kind in range(len(row.types)):
            contrast = curve.contrast(kind)
            if contrast is not None and np.isfinite(contrast.difference.value):
                share = row.made[kind].sum() / row.total.sum()
                moved += float(share) * abs(contrast.difference.value)
        actor = row.counter.actor
        if actor not in best or (_rank(row), moved) > best[actor][:2]:
            id = chart_id(row.counter.id, row.turn, row.round, curve.variable)
            best[actor] = (_rank(row), moved, id)
    return [id for *_, id in sorted(best.values(), key=lambda b: (-b[0], -b[1]))]


def chart_id(counter: str, turn: str, round: int, variable: str) -> str:
    """How `PricesPart.charts` names a curve."""
    return f"{counter}@{turn}.{round}:{variable}"


def _counter(
    chain: Chain, known: dict[str, str], counter: Counter, rows: Sequence[TurnPrice],
    asked: Asked | None,
) -> CounterPrice:  # fmt: skip
    only = asked.type if asked is not None else ""
    turns = [_turn(chain, known, row, only) for row in rows if row.counter == counter]
    return CounterPrice(
        id=counter.id,
        actor=counter.actor,
        actor_label=known.get(counter.actor, counter.actor),
        what=counter.what,
        role=counter.role,
        turns=[turn for turn in turns if turn.types],
    )


def _not_ruled_out(chain: Chain, asked: Asked) -> None:
    """Raises `QueryError` where no history is left in which the actor is of the type asked for."""
    place = types_of(chain.batch.compiled, asked.actor).index(asked.type)
    left = totals(chain.inference, asked.actor).sum(axis=1)
    if left.sum() > 0 and not left[place] > 0:
        raise QueryError(Problem(
            "ruled-out", "the record rules this type out", found=f"{asked.actor}.{asked.type}",
            expected="a type that the record leaves",
        ))  # fmt: skip


def _turn(chain: Chain, known: dict[str, str], row: TurnPrice, only: str) -> TurnPricePart:
    names = chain.batch.compiled.names
    own = [a for a in row.counter.acts if names.acts[a].turn == row.turn]
    kinds = [t for t, name in enumerate(row.types) if not only or name == only]
    kinds = [t for t in kinds if row.mass[t].sum() > 0]
    return TurnPricePart(
        turn=row.turn,
        turn_label=known.get(f"{row.counter.actor}.{row.turn}", row.turn),
        label=" or ".join(dict.fromkeys(known.get(a, names.acts[a].move) for a in own)),
        round=row.round,
        day=names.rounds[row.round - 1].first.isoformat(),
        likely=row.likely,
        types=[_type(chain, known, row, t) for t in kinds],
        curves=[_curve(chain, known, row, curve, kinds) for curve in row.curves],
    )


def _type(chain: Chain, known: dict[str, str], row: TurnPrice, kind: int) -> TypePrice:
    name, actor = row.types[kind], row.counter.actor
    odds, paid, cost = row.odds(kind), row.price(kind), row.cost(kind)
    unit = _payoff_unit(chain.inference, actor, name)
    return TypePrice(
        type=name,
        label=known.get(f"{actor}.{name}", name) if name else known.get(actor, actor),
        reached=row.reached(kind).value,
        odds=odds.value,
        odds_range90=odds.range90,
        price=paid.value,
        range90=paid.range90,
        payoff=None if unit is None else paid.value * unit,
        cost=cost.value,
        cost_range90=cost.range90,
        bound=float(row.bounded[kind].sum() / row.mass[kind].sum()),
        drivers=_drivers(chain, known, paid),
    )


def _drivers(chain: Chain, known: dict[str, str], of: Pooled) -> list[PriceDriver]:
    """The assumptions that a number goes with most."""
    found = drivers(of.per_variant, chain.drawn, of.weight, most=3)
    return [
        PriceDriver(id=id, label=assumption_label(chain.scenario, known, id), correlation=r)
        for id, r in found.items()
    ]


def _payoff_unit(inference: Inference, actor: str, kind: str) -> float | None:
    """A stake in the scenario's payoff units; None where the payload is in stakes already."""
    game = inference.compiled.game
    player = game.players.index(actor)
    if kind and game.n_types[player] < 2:
        return None
    place = game.types[player].index(kind) if kind else 0
    return float(inference.payload.stake[game.type_start[player] + place])


def _curve(
    chain: Chain, known: dict[str, str], row: TurnPrice, curve: Curve, kinds: Sequence[int]
) -> PriceCurve:
    names = chain.batch.compiled.names
    levels = []
    for place, level in enumerate(curve.levels):
        prices = {row.types[t]: curve.price(place, t) for t in kinds}
        told = {t: p for t, p in prices.items() if np.isfinite(p.value)}
        levels.append(
            LevelPrice(
                level=level,
                label=level_words(names, curve.variable, level),
                reached={row.types[t]: curve.reached(place, t).value for t in kinds},
                price={t: p.value for t, p in told.items()},
                range90={t: p.range90 for t, p in told.items()},
            )
        )
    info = names.variables[curve.variable]
    possible = [] if info.range is None else range(info.range[0], info.range[1] + 1)
    low, high = side_words(names, curve)
    contrasts = []
    for t in kinds:
        found = curve.contrast(t)
        if found is None or not np.isfinite(found.difference.value):
            continue
        contrasts.append(
            PriceContrast(
                type=row.types[t], low=found.low.value, high=found.high.value,
                difference=found.difference.value, range90=found.difference.range90,
                share=found.share,
                drivers=_drivers(chain, known, found.difference) if curve.audience else [],
            )
        )  # fmt: skip
    return PriceCurve(
        variable=curve.variable,
        label=known.get(curve.variable, curve.variable),
        audience=curve.audience,
        levels=levels,
        missing=[
            level_words(names, curve.variable, x) for x in possible if float(x) not in curve.levels
        ],
        low=low,
        high=high,
        contrasts=contrasts,
    )
