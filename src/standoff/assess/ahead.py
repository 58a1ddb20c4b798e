"""What lies ahead: next moves, endings, options, indicators, tactics, aims, what is awaited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from standoff.assess.answering import finite, finite_range, unit
from standoff.assess.ensemble import Ensemble
from standoff.assess.models import (
    EndingOdds,
    Indicator,
    MoveOdds,
    NextMoves,
    ObjectivePart,
    Option,
    OptionsOf,
    Outlook,
    TacticPart,
    WaitingPart,
)
from standoff.infer.indicators import most_awaited, most_telling
from standoff.infer.options import Options
from standoff.infer.outlook import NextTurn, likeliest_first
from standoff.infer.pooling import Pooled
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names
from standoff.words import standard as standard_of
from standoff.words.standards import Standard

SEEN_OFTEN = 0.005
"""Next turns that are reached less often than this are left out of the outlook."""


def label_of(names: Names, act: str) -> str:
    """A move's own words, or its name."""
    held = names.acts.get(act)
    return held.model.label or held.move.replace("_", " ") if held else act


def outlook(ensemble: Ensemble, standard: str) -> Outlook:
    """Odds of each player's next choice and of the endings."""
    names = ensemble.pilot.batch.compiled.names
    scale = standard_of(standard)
    return Outlook(
        next=[
            part
            for player, turns in ensemble.found.next.items()
            for part in next_parts(names, scale, player, turns)
        ],
        endings=ending_odds(ensemble.scenario, scale, ensemble.found.endings),
    )


def next_parts(
    names: Names, scale: Standard, player: str, turns: Iterable[NextTurn]
) -> list[NextMoves]:
    """Odds of a player's moves at each turn that may come next, the likeliest turn first."""
    return [
        NextMoves(
            actor=player,
            turn=turn.turn,
            moves=[
                MoveOdds(
                    id=m.act,
                    label=label_of(names, m.act),
                    probability=unit(m.odds.value),
                    range90=finite_range(m.odds.range90) or (0.0, 1.0),
                    words=scale.word(unit(m.odds.value)),
                    by_type={
                        t: unit(p.value)
                        for t, p in m.by_type.items()
                        if finite(p.value) is not None
                    },
                )
                for m in turn.moves
            ],
        )
        for turn in likeliest_first(turns)
        if turn.reached.value > SEEN_OFTEN
    ]


def ending_odds(
    scenario: Scenario, scale: Standard, odds: Mapping[str, Pooled]
) -> list[EndingOdds]:
    """Odds of the endings that can come about."""
    return [
        EndingOdds(
            id=name,
            label=ending_label(scenario, name),
            probability=unit(each.value),
            range90=finite_range(each.range90) or (0.0, 1.0),
            words=scale.word(unit(each.value)),
        )
        for name, each in odds.items()
        if finite(each.value) is not None and each.value > 0
    ]


def ending_label(scenario: Scenario, name: str) -> str:
    """An ending in words."""
    held = scenario.ends.get(name)
    if held is not None and held.label:
        return held.label
    return "the clock runs out" if name == "time" else name.replace("_", " ")


def whose(scenario: Scenario, for_: str | None) -> list[tuple[str, str | None]]:
    """Whose options the note gives: `ACTOR`, `ACTOR.TYPE`, or by default the desk's actor."""
    from standoff.errors import Problem, ScenarioError, nearest

    players = [name for name, actor in scenario.actors.items() if actor.kind == "player"]
    if for_ is None:
        observer = scenario.observer
        return [(observer.actor, None)] if observer and observer.actor in players else []
    actor, _, kind = for_.partition(".")
    if actor not in players:
        raise ScenarioError(
            Problem(
                "unknown-actor",
                "--for names no player",
                found=actor,
                expected="one of " + ", ".join(players),
                nearest=nearest(actor, players),
            )
        )
    kinds = list(scenario.actors[actor].types)
    if kind and kind not in kinds:
        raise ScenarioError(
            Problem(
                "unknown-type",
                f"--for: {actor} has no such type",
                found=kind,
                expected="one of " + ", ".join(kinds) if kinds else "no type",
                nearest=nearest(kind, kinds),
            )
        )
    return [(actor, kind or None)]


def options(ensemble: Ensemble) -> list[OptionsOf]:
    """The options of whoever must choose, and of each of its types where none is named."""
    names = ensemble.pilot.batch.compiled.names
    found = []
    for turns in ensemble.found.options.values():
        # The likeliest of the turns that may come next, of the earliest where two are as likely.
        best = max((o for o in turns if o.open), key=lambda o: o.reached.value, default=None)
        if best is not None:
            found.append(option_part(names, best))
    return found


def option_part(names: Names, found: Options) -> OptionsOf:
    """What each open option is worth."""
    return OptionsOf(
        actor=found.actor,
        type=found.type,
        turn=found.turn,
        options=[
            Option(
                id=o.act,
                label=label_of(names, o.act),
                value=o.value.value,
                range90=finite_range(o.value.range90) or (o.value.value, o.value.value),
                by_opposing_type=o.by_opposing_type,
                by_objective=o.by_objective,
                regret=o.regret,
                best_share=unit(o.best_share),
            )
            for o in found.options
            if finite(o.value.value) is not None
        ],
    )


def indicators(ensemble: Ensemble, most: int = 8) -> list[Indicator]:
    """What could be seen by the end of the next round and what it would tell, most telling first,
    of every actor but the desk's own.
    """
    observer = ensemble.scenario.observer
    own = observer.actor if observer else None
    names = ensemble.pilot.batch.compiled.names
    found = []
    for actor, seen in ensemble.found.indicators.items():
        if actor == own:
            continue
        found += [
            Indicator(
                id=i.act,
                label=label_of(names, i.act),
                about=i.about,
                bits=max(i.bits, 0.0),
                probability=unit(i.odds.value),
                direction=i.direction,
                if_seen=i.if_seen,
            )
            for i in most_telling(seen)
            if finite(i.odds.value) is not None
        ]
    return sorted(found, key=lambda i: (-round(i.bits, 12), i.id))[:most]


def waiting(ensemble: Ensemble, most: int = 6) -> list[WaitingPart]:
    """Events before an actor's next move after which its play would change most."""
    names = ensemble.pilot.batch.compiled.names
    found = []
    for player, events in ensemble.found.waiting.items():
        for awaited in most_awaited(events):
            change = finite(awaited.change.value)
            if change is not None:
                found.append(
                    WaitingPart(
                        actor=player,
                        event=awaited.act,
                        label=label_of(names, awaited.act),
                        probability=unit(awaited.odds.value),
                        total_variation=unit(change),
                    )
                )
    return sorted(found, key=lambda w: (-round(w.total_variation, 12), w.event))[:most]


def tactics(ensemble: Ensemble) -> list[TacticPart]:
    """Each actor's tactics: what has been done under them, what they serve, odds of more."""
    inference = ensemble.pilot.sight
    names = inference.compiled.names
    done = {name for one in inference.evidence.items for name in one.item.move or ()}
    found = []
    for player in names.players:
        for tactic in names.tactics:
            acts = names.acts_with(tactic, player)
            if not acts:
                continue
            found.append(
                TacticPart(
                    actor=player,
                    tactic=tactic,
                    moves=[a.name for a in acts if a.name in done],
                    serves=list(dict.fromkeys(s for a in acts for s in a.model.serves)),
                    probability_ahead=_ahead(ensemble.found.tactics[player].get(tactic)),
                )
            )
    return found


def _ahead(odds: Pooled | None) -> float | None:
    number = finite(odds.value) if odds is not None else None
    return unit(number) if number is not None else None


def objectives(ensemble: Ensemble) -> list[ObjectivePart]:
    """What each type can expect from each of its objectives from here on, in its stakes."""
    scenario = ensemble.scenario
    return [
        ObjectivePart(
            actor=actor,
            type=kind,
            objective=name,
            label=scenario.objectives[actor][name].label,
            expected=held.value,
        )
        for actor, kinds in ensemble.found.prospects.items()
        for kind, terms in kinds.items()
        for name, held in terms.items()
        if finite(held.value) is not None
    ]
