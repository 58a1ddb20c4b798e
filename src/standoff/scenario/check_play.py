"""Static checks of play: turns, moves, what they change, who sees them, endings, proposals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from standoff.errors import ScenarioError
from standoff.scenario.check_context import ODDS, Context
from standoff.scenario.check_values import value_fits
from standoff.scenario.dates import rounds_of
from standoff.scenario.expansion import proposal_state
from standoff.scenario.expressions import FIXED
from standoff.scenario.models import Choice, Move, Turn
from standoff.scenario.names import TIME

__all__ = ["check_play", "declared_endings"]

_EVERYONE = ("everyone", "nobody", "public")


def check_play(context: Context) -> None:
    """Everything that happens in a round, and how play ends."""
    for index, turn in enumerate(context.scenario.turns):
        _turn(context, turn, f"turns.{index}")
    if not context.scenario.turns:
        context.add("missing-key", "there are no turns", "turns", expected="a list of turns")
    _shared(context)
    _state_sights(context)
    _endings(context)
    _proposals(context)


def declared_endings(context: Context) -> tuple[str, ...]:
    """Endings under `ends:` and in their lotteries, and the clock's."""
    ends = context.scenario.ends
    lotteries = chain.from_iterable(e.lottery or {} for e in ends.values())
    return tuple(dict.fromkeys([*ends, *lotteries, TIME]))


def _turn(context: Context, turn: Turn, path: str) -> None:
    if context.calendar is not None:
        try:
            rounds_of(turn.rounds, len(context.calendar), f"{path}.rounds")
        except ScenarioError as error:
            context.problems.extend(context.positions.problem(p) for p in error.problems)
    context.guard(turn.when, f"{path}.when")
    kinds = [k for k in ("moves", "outcomes", "together", "then") if getattr(turn, k) is not None]
    if len(kinds) != 1:
        context.add(
            "one-of",
            f"the turn {turn.id!r} has {' and '.join(kinds) or 'nothing to choose or to change'}",
            path,
            expected="exactly one of moves, outcomes, together, then",
        )
        if not kinds:
            return
    if turn.moves is not None:
        _menu(context, turn, turn.actor, turn.moves, f"{path}.moves", chooses=True, home=path)
    if turn.outcomes is not None:
        _menu(
            context, turn, turn.actor, turn.outcomes, f"{path}.outcomes", chooses=False, home=path
        )
    if turn.together is not None:
        _together(context, turn, path)
    if turn.then is not None:
        _effects(context, turn.then, f"{path}.then")
    if turn.actor is not None and turn.moves is None and turn.outcomes is None:
        context.add(
            "wrong-turn",
            "nobody's turn: what changes by itself has no actor",
            f"{path}.actor",
            found=turn.actor,
        )


def _menu(
    context: Context,
    turn: Turn,
    actor: str | None,
    menu: Choice,
    path: str,
    *,
    chooses: bool,
    home: str,
) -> None:
    names = context.names
    if actor is None:
        context.add(
            "missing-key", f"'actor' is missing in the turn {turn.id!r}", home, expected="actor:"
        )
        return
    if not context.known("actor", actor, tuple(names.actors), f"{home}.actor"):
        return
    kind = names.actors[actor].kind
    if (kind == "player") != chooses:
        key = "moves" if chooses else "outcomes"
        words = "follows stated odds: it has outcomes" if chooses else "chooses: it has moves"
        context.add(
            "wrong-turn",
            f"{actor!r} {words}",
            path,
            found=f"{key}:",
            key=True,
            expected="outcomes:" if chooses else "moves: (or `kind: nature`)",
        )
        return
    _moves(context, turn, actor, menu, path, chooses=chooses)


def _moves(
    context: Context, turn: Turn, actor: str, menu: Choice, path: str, *, chooses: bool
) -> None:
    if not menu:
        context.add(
            "missing-value",
            f"the turn {turn.id!r} leaves nothing to do",
            path,
            key=True,
            expected="at least one move",
        )
        return
    for name, move in menu.items():
        _move(context, actor, move, f"{path}.{name}", chooses=chooses)
    if chooses:
        return
    odds = {name: move.odds for name, move in menu.items() if move.odds is not None}
    for name in menu:
        if name not in odds:
            context.add(
                "missing-key",
                f"'odds' is missing in {name}",
                f"{path}.{name}",
                key=True,
                expected="odds: a number, an expression or `rest`",
            )
    total = len(odds) == len(menu) and all(m.when is None for m in menu.values())
    places = {name: f"{path}.{name}.odds" for name in odds}
    context.odds(odds, path, ODDS, total=total, paths=places)


def _move(context: Context, actor: str, move: Move, path: str, *, chooses: bool) -> None:
    context.guard(move.when, f"{path}.when")
    _effects(context, move.then, f"{path}.then")
    if move.ends is not None:
        context.known("ending", move.ends, declared_endings(context), f"{path}.ends")
    if chooses and move.odds is not None:
        context.add(
            "wrong-turn",
            f"{actor!r} chooses: its moves have no odds",
            f"{path}.odds",
            key=True,
            expected="`rate:`, or `kind: nature`",
        )
    if move.rate != "1":
        rate = context.constant(context.expression(move.rate, f"{path}.rate", ODDS))
        if rate is not None and not 0 < rate < float("inf"):
            context.add("out-of-range", "a rate is above 0", f"{path}.rate", found=move.rate)
    if move.seen_by is not None:
        _sights(context, move.seen_by, f"{path}.seen_by")
    objectives = context.scenario.objectives.get(actor, {})
    for index, name in enumerate(move.serves):
        if not chooses:
            context.add(
                "wrong-turn",
                f"{actor!r} wants nothing: what it does serves nothing",
                f"{path}.serves",
            )
            break
        _item(context, "objective", name, objectives, f"{path}.serves", index)
    if move.claims is not None and not move.channel:
        context.warn(
            "no-channel",
            "words that are said nowhere",
            f"{path}.claims",
            expected="`channel:` beside `claims:`",
            key=True,
        )


def _effects(context: Context, effects: dict[str, str], path: str) -> None:
    for name, text in effects.items():
        here = f"{path}.{name}"
        if name not in context.names.variables:
            context.unknown("state variable", name, context.names.variables, here, key=True)
            continue
        number = context.constant(context.expression(text, here, FIXED, beside=name))
        value_fits(context, name, number, text, here)


def _item(
    context: Context, what: str, name: str, known: Iterable[str], path: str, index: int
) -> None:
    """One of several names, which may have been written without a list."""
    inner = f"{path}.{index}"
    here = inner if inner in context.positions.spans else path
    context.known(what, name, tuple(known), here)


def _sights(context: Context, names: Iterable[str], path: str) -> None:
    known = [*context.names.players, *_EVERYONE]
    given = list(names)
    for index, name in enumerate(given):
        keyed = f"{path}.{name}" in context.positions.spans
        if name not in known:
            if name in context.names.actors:
                context.add(
                    "not-a-player",
                    f"{name!r} follows stated odds and sees nothing",
                    path,
                    expected="one of " + ", ".join(known),
                )
            elif keyed:
                context.unknown("actor", name, known, f"{path}.{name}", key=True)
            else:
                _item(context, "actor", name, known, path, index)
        elif name == "everyone" and isinstance(names, Mapping):
            continue  # {us: now, everyone: next round}: everyone else
        elif name in ("everyone", "nobody") and len(given) > 1:
            context.add(
                "one-of", f"{name!r} leaves no place for others", path, found=", ".join(given)
            )


def _together(context: Context, turn: Turn, path: str) -> None:
    seats = turn.together or ()
    if len(seats) < 2:
        context.add(
            "missing-value",
            "one alone is not together",
            f"{path}.together",
            key=True,
            expected="two actors or more",
        )
    seen: set[str] = set()
    for index, seat in enumerate(seats):
        here = f"{path}.together.{index}"
        if seat.actor in seen:
            context.add(
                "duplicate-id",
                f"{seat.actor!r} chooses twice in one turn",
                f"{here}.actor",
                found=repr(seat.actor),
            )
        seen.add(seat.actor)
        if context.known("actor", seat.actor, tuple(context.names.actors), f"{here}.actor"):
            chooses = context.names.actors[seat.actor].kind == "player"
            _moves(context, turn, seat.actor, seat.moves, f"{here}.moves", chooses=chooses)


# --- state, endings, proposals


def _shared(context: Context) -> None:
    """Shared moves are checked where they are used; here, whether they are."""
    spoken = set(context.positions.origins.values())
    for name in context.scenario.moves:
        head = f"moves.{name}."
        if context.positions.spans and not any(o.startswith(head) for o in spoken):
            context.warn(
                "unused", f"no turn uses the shared move {name!r}", f"moves.{name}", key=True
            )


def _state_sights(context: Context) -> None:
    for name, variable in context.scenario.state.items():
        if variable.seen_by is not None:
            _sights(context, variable.seen_by, f"state.{name}.seen_by")
        if variable.audience is not None:
            known = tuple(context.scenario.audiences)
            context.known("audience", variable.audience, known, f"state.{name}.audience")


def _endings(context: Context) -> None:
    ends = context.scenario.ends
    named = {e for a in context.names.acts.values() for e in [a.model.ends] if e is not None}
    drawn = set(chain.from_iterable(e.lottery or {} for e in ends.values()))
    for name, ending in ends.items():
        path = f"ends.{name}"
        context.guard(ending.when, f"{path}.when")
        if ending.lottery is not None:
            context.odds(ending.lottery, f"{path}.lottery", ODDS, what="odds of the endings")
            for other in ending.lottery:
                nested = ends.get(other)
                if other == name or (nested is not None and nested.lottery is not None):
                    context.add(
                        "nested-lottery",
                        "a lottery can't lead into a lottery",
                        f"{path}.lottery.{other}",
                        found=other,
                        key=True,
                    )
        if ending.when is None and name not in named | drawn and name != TIME:
            context.warn(
                "unreachable",
                f"nothing brings about the ending {name!r}",
                path,
                key=True,
                expected="`when:` here, or `ends:` of a move",
            )


def _proposals(context: Context) -> None:
    scenario = context.scenario
    made = set(chain.from_iterable(t.proposes for t in scenario.turns))
    answered = set(chain.from_iterable(t.answers for t in scenario.turns))
    countered = {p.counter for p in scenario.proposals.values() if p.counter is not None}
    opened = {  # by a move of its own, as an outcome of nature's has to be
        name
        for name, proposal in scenario.proposals.items()
        for to in proposal.to
        for act in context.names.acts.values()
        if act.model.then.get(proposal_state(name, proposal, to), "").strip() == "open"
    }
    players = context.names.players
    for name, proposal in scenario.proposals.items():
        path = f"proposals.{name}"
        context.known("actor", proposal.by, tuple(context.names.actors), f"{path}.by")
        for index, to in enumerate(proposal.to):
            _item(context, "actor", to, players, f"{path}.to", index)
        if proposal.by in proposal.to:
            context.add("wrong-actor", f"{proposal.by!r} puts {name!r} to itself", f"{path}.to")
        if proposal.sponsor is not None:
            context.known("actor", proposal.sponsor, tuple(context.names.actors), f"{path}.sponsor")
        if proposal.sponsor_seen_by is not None:
            _sights(context, proposal.sponsor_seen_by, f"{path}.sponsor_seen_by")
        for index, term in enumerate(proposal.serves):
            terms = scenario.objectives.get(proposal.by, {})
            _item(context, "objective", term, terms, f"{path}.serves", index)
        if name not in made | countered | opened:
            context.warn(
                "unused",
                f"no turn proposes {name!r}",
                path,
                key=True,
                expected=f"`proposes: {name}` in a turn of {proposal.by!r}",
            )
        if name not in answered:
            context.warn(
                "unused",
                f"no turn answers {name!r}",
                path,
                key=True,
                expected=f"`answers: {name}` in a turn of {', '.join(proposal.to)}",
            )
