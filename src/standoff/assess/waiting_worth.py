"""`waiting`: what a round of waiting is worth to each type, what makes it so, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from standoff.assess.ahead import label_of
from standoff.assess.answering import unit
from standoff.assess.chain import Chain, Crisis, about, chain
from standoff.assess.labels import labels
from standoff.assess.waiting_models import (
    RARE,
    AccruesPart,
    ActorWaiting,
    InStakes,
    MeanwhilePart,
    MustChoose,
    OtherMovePart,
    UnseenPart,
    WaitingChoice,
    WaitingOfType,
    WaitingStop,
    WaitingWorth,
)
from standoff.errors import Problem, ScenarioError, nearest
from standoff.infer.pooling import Pooled
from standoff.infer.waiting import Waiting as Found
from standoff.infer.waiting import WaitingAt, Worth
from standoff.infer.waiting import waiting as weigh
from standoff.progress import Progress
from standoff.scenario.dates import Calendar, calendar
from standoff.variants.points import Method

Standard = Literal["icd203", "phia"]
MOST = 6
"""Events named at one choice."""


def waiting(
    source: Crisis,
    whom: str | None = None,
    *,
    turn: str | None = None,
    moves: Sequence[str] = (),
    by_step: bool = True,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    standard: Standard = "icd203",
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> WaitingWorth:
    """What waiting is worth to `whom` (`ACTOR`, `ACTOR.TYPE`, or everybody) at each choice from now
    on, had it waited until then; only in `turn` where one is named.

    `moves` are waiting moves (`turn.move`) of turns in which the scenario marks none. `by_step`
    also says which turns teach it something. Same arguments, same result. Raises `ScenarioError`
    for what is wrong with the scenario, or a name that there is not.
    """
    ready = chain(
        source, as_of=as_of, variants=variants, seed=seed, method=method, settings=settings,
        progress=progress,
    )  # fmt: skip
    return of_chain(
        ready, whom, turn=turn, moves=moves, again=None, by_step=by_step, standard=standard,
        progress=progress,
    )  # fmt: skip


def waiting_of(
    ready: Chain, *, standard: Standard = "icd203", progress: Progress | None = None
) -> WaitingWorth | None:
    """The same of a crisis that is already solved, as a note needs it: everybody's waiting, without
    what single turns teach. None where nobody can wait.
    """
    found = of_chain(ready, by_step=False, standard=standard, progress=progress)
    return found if any(a.choices for a in found.actors) else None


def waiting_numbers(ready: Chain) -> dict[str, float]:
    """Worth of waiting at the next choice of each player, by `waiting.ACTOR[.TYPE]`, in stakes."""
    found = {}
    for actor in ready.batch.compiled.game.players:
        result = weigh(ready.inference, actor, solve_again=0, first_only=True)
        for worth in result.at[0].worth if result is not None else ():
            id = f"waiting.{actor}.{worth.type}" if worth.type else f"waiting.{actor}"
            value = worth.pooled(worth.whole).value
            if value == value:
                found[id] = value
    return found


def of_chain(
    ready: Chain,
    whom: str | None = None,
    *,
    turn: str | None = None,
    moves: Sequence[str] = (),
    again: int | None = None,
    by_step: bool = True,
    standard: Standard = "icd203",
    progress: Progress | None = None,
) -> WaitingWorth:
    """The same of a crisis that is already solved; what is learned at the first `again` choices of
    each (None: at all of them).
    """
    actor, kind = _whom(ready, whom)
    _known_turn(ready, actor, turn)
    observer = ready.scenario.observer
    own = observer.actor if observer else None
    players = [p for p in ready.batch.compiled.game.players if actor in (None, p)]
    named: dict[str, list[str]] = {p: [] for p in players}
    for move in moves:
        _place_move(ready, named, move)
    parts = [
        _actor(
            ready, player, kind,
            weigh(
                ready.inference, player, named=named[player], turn=turn, solve_again=again,
                by_step=by_step, progress=progress,
            ),
        )
        for player in sorted(players, key=lambda p: p == own)
    ]  # fmt: skip
    return WaitingWorth(
        **about(ready, standard),
        actors=parts,
    )


def _whom(ready: Chain, whom: str | None) -> tuple[str | None, str | None]:
    """Actor and type, both known; None for all."""
    if whom is None:
        return None, None
    actor, _, kind = whom.partition(".")
    players = list(ready.batch.compiled.game.players)
    if actor not in players:
        raise ScenarioError(
            Problem(
                "unknown-actor", "no player has this name", found=actor,
                expected="one of " + ", ".join(players), nearest=nearest(actor, players),
            )
        )  # fmt: skip
    kinds = list(ready.scenario.actors[actor].types)
    if kind and kind not in kinds:
        raise ScenarioError(
            Problem(
                "unknown-type", f"{actor} has no such type", found=kind,
                expected="one of " + ", ".join(kinds) if kinds else "no type",
                nearest=nearest(kind, kinds),
            )
        )  # fmt: skip
    return actor, kind if kind and len(kinds) > 1 else None  # one type is the actor itself


def _known_turn(ready: Chain, actor: str | None, turn: str | None) -> None:
    players = ready.batch.compiled.game.players
    turns = ready.batch.compiled.names.turns
    mine = [
        id
        for id, held in turns.items()
        if any(a in players and actor in (None, a) for a in held.actors)
    ]
    if turn is not None and turn not in mine:
        whose = f"{actor} has" if actor else "there is"
        raise ScenarioError(
            Problem(
                "unknown-turn", f"{whose} no such turn to choose in", found=turn,
                expected="one of " + ", ".join(mine), nearest=nearest(turn, mine),
            )
        )  # fmt: skip


def _place_move(ready: Chain, named: dict[str, list[str]], move: str) -> None:
    """Give a named move to the player whose it is."""
    acts = ready.batch.compiled.names.acts
    full = [
        id for id, act in acts.items()
        if act.actor in named and move in (id, f"{act.turn}.{act.move}")
    ]  # fmt: skip
    if not full:
        known = [id for id, act in acts.items() if act.actor in named]
        raise ScenarioError(
            Problem(
                "unknown-move", "no move of a player has this name", found=move,
                expected="turn.move or actor.turn.move", nearest=nearest(move, known),
            )
        )  # fmt: skip
    for id in full:
        named[acts[id].actor].append(id)


def _actor(ready: Chain, player: str, kind: str | None, found: Found | None) -> ActorWaiting:
    held = ready.scenario.actors[player]
    clock = calendar(ready.scenario.clock)
    label = held.name or player
    kinds = {t: held.types[t].label or t for t in held.types}
    if found is None:
        return ActorWaiting(
            actor=player, label=label, choices=[], stops=[], without=[],
            note=f"{label} has no move that waits at any choice from here on",
        )  # fmt: skip
    choices = [
        c
        for c in (_choice(ready, clock, at, kinds, kind) for at in found.at)
        if any(t.reached > RARE for t in c.types)
    ]
    types = [t for t in found.types if kind in (None, t)]
    return ActorWaiting(
        actor=player,
        label=label,
        choices=choices,
        stops=[s for t in types if (s := _stop(choices, t, kinds.get(t, label))) is not None],
        without=[_without(ready, clock, step) for step in found.without],
        note="" if choices else f"{label} does not come to a choice in which it could wait",
    )


def _choice(
    ready: Chain, clock: Calendar, at: WaitingAt, kinds: Mapping[str, str], kind: str | None
) -> WaitingChoice:
    compiled = ready.batch.compiled
    names = compiled.names
    days = clock.rounds[at.round - 1]
    until = compiled.steps[at.until] if at.until is not None else None
    end = clock.rounds[until.round - 1].first if until else clock.rounds[-1].last
    label = ready.scenario.actors[at.actor].name or at.actor
    return WaitingChoice(
        turn=at.turn,
        label=_turn_label(ready, at.turn),
        round=at.round,
        step=at.step,
        first=days.first.isoformat(),
        last=days.last.isoformat(),
        waits=list(at.acts),
        waits_label="; ".join(label_of(names, a) for a in at.acts),
        marked=at.marked,
        until_turn=until.turn if until else "",
        until_label=_turn_label(ready, until.turn) if until else "",
        until=end.isoformat(),
        hidden=at.hidden,
        failed=at.failed,
        types=[
            _type(ready, at, worth, kinds.get(worth.type, label))
            for worth in at.worth
            if kind in (None, worth.type) and worth.weight.sum() > 0
        ],
    )


def _type(ready: Chain, at: WaitingAt, worth: Worth, label: str) -> WaitingOfType:
    compiled = ready.batch.compiled
    names, total = compiled.names, float(worth.weight.sum())
    known = labels(ready.scenario, names)
    told = told_apart(ready, worth.events)
    events = [
        MeanwhilePart(
            id=act,
            label=told[act],
            probability=unit(float(event.mass.sum()) / total),
            change=change,
        )
        for act, event in worth.events.items()
        if event.mass.sum() > RARE * total and (change := _maybe(worth.change(event))) is not None
    ]
    unseen = [
        UnseenPart(
            turn=compiled.steps[step].turn,
            round=compiled.steps[step].round,
            label=_turn_label(ready, compiled.steps[step].turn),
            learned=_stakes(worth.pooled(lost)),
        )
        for step, lost in worth.alone_by_step.items()
    ]
    risked = worth.risked
    return WaitingOfType(
        type=worth.type,
        label=label,
        reached=unit(worth.reached.value),
        odds=unit(worth.odds.value),
        whole=_stakes(worth.pooled(worth.whole)),
        against_mean=_stakes(worth.pooled(worth.against_mean)),
        pays=unit(worth.pays),
        accrues=_stakes(worth.pooled(worth.accrues)),
        by_objective=[
            AccruesPart(
                objective=name,
                label=known.get(f"{at.actor}.{name}", name),
                value=float(part.sum()) / total,
            )
            for name, part in worth.by_objective.items()
        ],
        learned=None if worth.learned is None else _stakes(worth.pooled(worth.learned)),
        learned_by_waiting=None
        if worth.learned_by_waiting is None
        else _stakes(worth.pooled(worth.learned_by_waiting)),
        learned_alone=_stakes(worth.pooled(worth.alone)),
        risked=None if risked is None else _stakes(worth.pooled(risked)),
        others=sorted(
            (
                OtherMovePart(
                    id=act, label=label_of(names, act), best=unit(float(mass.sum()) / total)
                )
                for act, mass in worth.best.items()
            ),
            key=lambda o: -round(o.best, 12),
        ),
        meanwhile=sorted(events, key=lambda e: (-round(abs(e.change.value), 12), e.id))[:MOST],
        unseen=sorted(unseen, key=lambda u: (-round(abs(u.learned.value), 12), u.round, u.turn)),
    )


def _stop(choices: Sequence[WaitingChoice], kind: str, label: str) -> WaitingStop | None:
    """The first choice at which waiting is worth no more than another move."""
    own = [(c, t) for c in choices for t in c.types if t.type == kind and t.reached > RARE]
    if not own:
        return None
    for place, (choice, worth) in enumerate(own):
        if worth.whole.value <= 0:
            return WaitingStop(
                type=kind, label=label, turn=choice.turn, day=choice.first, pays=worth.pays,
                again=[c.first for c, t in own[place + 1 :] if t.whole.value > 0],
            )  # fmt: skip
    return WaitingStop(type=kind, label=label, turn="", day="", pays=None, again=[])


def _stakes(number: Pooled) -> InStakes:
    return InStakes(value=number.value, range90=number.range90)


def _maybe(number: Pooled) -> InStakes | None:
    return _stakes(number) if number.value == number.value else None


def told_apart(ready: Chain, acts: Iterable[str]) -> dict[str, str]:
    """Some moves in words; with whose they are, or at which turn, where the words are the same."""
    names = ready.batch.compiled.names
    by_words: dict[str, list[str]] = {}
    for act in acts:
        by_words.setdefault(label_of(names, act), []).append(act)
    found = {}
    for words, same in by_words.items():
        whose = [names.acts[act].actor for act in same]
        for act, actor in zip(same, whose, strict=True):
            more = []
            if len(set(whose)) > 1:
                more.append(ready.scenario.actors[actor].name or actor)
            if whose.count(actor) > 1:
                more.append(_turn_label(ready, names.acts[act].turn))
            found[act] = f"{words} ({', '.join(more)})" if more else words
    return found


def _turn_label(ready: Chain, turn: str) -> str:
    held = next((t for t in ready.scenario.turns if t.id == turn), None)
    return held.label if held is not None and held.label else turn.replace("_", " ")


def _without(ready: Chain, clock: Calendar, step: int) -> MustChoose:
    where = ready.batch.compiled.steps[step]
    first = clock.rounds[where.round - 1].first.isoformat()
    return MustChoose(turn=where.turn, label=_turn_label(ready, where.turn), first=first, step=step)
