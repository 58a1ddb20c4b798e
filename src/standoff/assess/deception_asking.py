"""Who would be taken for whom, by whom, until when: names read, and what can't be asked refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standoff.errors import Problem, ScenarioError, nearest
from standoff.infer.belief import actors_with_types
from standoff.infer.conduct import part_ahead
from standoff.infer.sights import rounds_ahead
from standoff.infer.views import types_of
from standoff.scenario.dates import calendar

if TYPE_CHECKING:
    from standoff.infer.inference import Inference


@dataclass(frozen=True)
class Asked:
    """What is looked for."""

    pairs: dict[str, list[tuple[str, str]]]  # actor -> (true type, type believed)
    observer: str  # a viewer: a player, or "" for the desk
    until: int  # the headline round
    rounds: tuple[int, ...]  # all in which something may still be played


def asked(
    inference: Inference, true: str | None, believed: str | None, until: str | None,
    observer: str | None,
) -> Asked:  # fmt: skip
    """Names and days as the commands give them. Raises `ScenarioError`."""
    rounds = rounds_ahead(inference)
    if not rounds:
        raise _problem("nothing-ahead", "play is over: there is nothing left to hide")
    viewer = _viewer(inference, observer)
    own = viewer or _desks_actor(inference)
    secret = [a for a in actors_with_types(inference) if a in inference.compiled.game.players]
    choosing = _choosing(inference)
    if not secret:
        raise _problem("no-types", "no player has a secret type: there is nothing to hide")
    one = _type(inference, secret, true, "--as") if true is not None else None
    two = _type(inference, secret, believed, "--believed") if believed is not None else None
    if one is not None and two is not None and (one[0] != two[0] or one == two):
        raise _problem(
            "bad-disguise", "a type can be taken only for another type of the same actor",
            found=f"{true} as {believed}", expected=_others(inference, *one),
        )  # fmt: skip
    named = one or two
    if named is not None and named[0] == viewer:
        raise _problem(
            "own-type", "an actor knows its own type: it can't be fooled about it",
            found=f"--observer {viewer}",
            expected=" or ".join(p for p in inference.compiled.game.players if p != viewer),
        )  # fmt: skip
    actors = [named[0]] if named is not None else [a for a in secret if a != own]
    if not actors:
        raise _problem(
            "no-types", "nobody but the observer has a secret type: there is nothing to hide"
        )
    if not choosing & set(actors):
        raise _problem(
            "nothing-ahead",
            "nobody whose type is secret has anything left to choose: there is nothing left to "
            "hide",
        )
    actors = [a for a in actors if a in choosing]
    pairs = {
        actor: [
            (t, b)
            for t in types_of(inference.compiled, actor)
            for b in types_of(inference.compiled, actor)
            if t != b and (one is None or one[1] == t) and (two is None or two[1] == b)
        ]
        for actor in actors
    }
    return Asked(pairs, viewer, _until(inference, until, rounds), rounds)


def _choosing(inference: Inference) -> set[str]:
    """The players that may still come to a choice."""
    game = inference.compiled.game
    nodes = part_ahead(inference).nodes
    open_ = np.diff(game.edge_start)[nodes] > 1
    mover = game.actor[nodes]
    return {game.players[a] for a in np.unique(mover[open_ & (mover >= 0)])}


def _viewer(inference: Inference, observer: str | None) -> str:
    viewers = inference.compiled.viewers
    if observer is not None:
        if observer not in inference.compiled.game.players:
            players = list(inference.compiled.game.players)
            raise _problem(
                "unknown-actor", "--observer names no player", found=observer,
                expected="one of " + ", ".join(players), nearest=nearest(observer, players),
            )  # fmt: skip
        return observer
    if "" in viewers:
        return ""
    raise _problem(
        "no-observer", "the scenario has no desk whose belief could be moved",
        expected="--observer and a player: " + ", ".join(inference.compiled.game.players),
    )  # fmt: skip


def _desks_actor(inference: Inference) -> str:
    held = inference.compiled.scenario.observer
    return (held.actor or "") if held is not None else ""


def _type(inference: Inference, secret: Sequence[str], text: str, option: str) -> tuple[str, str]:
    known = [(actor, t) for actor in secret for t in types_of(inference.compiled, actor)]
    hits = [(a, t) for a, t in known if text in (t, f"{a}.{t}")]
    if len(hits) == 1:
        return hits[0]
    full = [f"{a}.{t}" for a, t in known]
    raise _problem(
        "unknown-type",
        f"{option} names no type" if not hits else f"{option} names more than one type",
        found=text,
        expected="one of " + ", ".join(full if not hits else [f"{a}.{t}" for a, t in hits]),
        nearest=nearest(text, [*full, *(t for _, t in known)]) if not hits else "",
    )


def _others(inference: Inference, actor: str, kind: str) -> str:
    return "one of " + ", ".join(
        f"{actor}.{t}" for t in types_of(inference.compiled, actor) if t != kind
    )


def _until(inference: Inference, text: str | None, rounds: Sequence[int]) -> int:
    """The round whose end is meant; without a day the round after the present one."""
    if text is None:
        return rounds[min(1, len(rounds) - 1)]
    days = calendar(inference.compiled.scenario.clock)
    number = days.round_of(text)
    if number in rounds:
        assert number is not None
        return number
    first, last = days.rounds[rounds[0] - 1].first, days.rounds[rounds[-1] - 1].last
    raise _problem(
        "bad-day", "--until names a day on which nothing is left to be played", found=text,
        expected=f"a day from {first} to {last}",
    )  # fmt: skip


def _problem(
    code: str, message: str, *, found: str = "", expected: str = "", nearest: str = ""
) -> ScenarioError:
    return ScenarioError(Problem(code, message, found=found, expected=expected, nearest=nearest))
