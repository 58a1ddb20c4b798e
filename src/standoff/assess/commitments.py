"""What it would be worth to tie one's hands, for each side and its next turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import isfinite
from typing import Literal

from standoff.assess.chain import Chain, Crisis, about, chain
from standoff.assess.commitment_models import ActorTies, CommitmentPart
from standoff.assess.ties import COSTS, Ties
from standoff.errors import Problem, ScenarioError, Unfinished
from standoff.progress import Progress
from standoff.variants.points import Method

StandardName = Literal["icd203", "phia"]


def commitment(
    source: Crisis,
    turn: str | None = None,
    *,
    move: str | None = None,
    mixed: bool = False,
    always: bool = False,
    costs: Sequence[float] = COSTS,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    standard: StandardName = "icd203",
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> CommitmentPart:
    """What tying its hands would be worth to an actor at a `turn` (`actor.turn`, the next time that
    it comes), in stakes; of every side at its next turns where none is named.

    With a turn: also to whom the best move (or `move`) is worth what if only some types tie
    themselves, at what audience `costs`, and, where `mixed`, the best mixture of two moves; with
    `always` it is tied each time that it comes. Raises `ScenarioError` for a turn or move that
    there is not, and for a cost that is no number of stakes.
    """
    for cost in costs:
        if not (isfinite(cost) and cost >= 0):
            raise ScenarioError(
                Problem("bad-cost", "going back costs a number of stakes", found=f"{cost:g}",
                        expected="0 or more, as 0.5")
            )  # fmt: skip
    ready = chain(
        source, as_of=as_of, variants=variants, seed=seed, method=method, settings=settings,
        progress=progress,
    )  # fmt: skip
    if turn is None:
        found = commitment_of(ready, standard=standard, progress=progress)
        return found if found is not None else _part(ready, standard, [])
    ties = Ties(ready, progress, always)
    at = ties.turn(turn)
    held = ties.named(at, move)
    one = ties.measured(at, prefer=held, mixed=mixed, costs=costs, single=True)
    return _part(ready, standard, [ties.side(at.actor, [one])])


def commitment_of(
    ready: Chain, *, standard: StandardName = "icd203", progress: Progress | None = None
) -> CommitmentPart | None:
    """The next turns of each side: what each move would be worth if it were tied to it; who would
    give itself away by that, for the best of each side; and what going back on it would have to
    cost, for the best of the desk's. None where nobody has anything left to choose.
    """
    ties = Ties(ready, progress)
    sides = []
    for actor in ties.actors:
        turns = ties.next_of(actor)
        if not turns:
            continue
        found, at_turn = [], []
        for at in turns:
            with suppress(Unfinished):  # no variant was solved with it tied: the others are told
                found.append(ties.measured(at))
                at_turn.append(at)
        if not found:
            continue
        best = max(range(len(found)), key=lambda i: found[i].ties[0].gain.value)
        costs = COSTS if actor == ties.own else ()
        found[best] = ties.read(at_turn[best], found[best], found[best].ties[0], costs)
        sides.append(ties.side(actor, found))
    return _part(ready, standard, sides) if sides else None


def commitment_numbers(ready: Chain) -> dict[str, float]:
    """What the best tie at each side's next turns is worth to it, and what of that comes of being
    known (`.known`), in stakes, by stable id.
    """
    ties = Ties(ready, None)
    found = {}
    for actor in ties.actors:
        for at in ties.next_of(actor):
            for best, gain in ties.gains(at)[:1]:
                found[f"commitment.{actor}.{at.turn}"] = gain
                found[f"commitment.{actor}.{at.turn}.known"] = ties.known_gain(at, best)
    return found


def _part(ready: Chain, standard: StandardName, sides: list[ActorTies]) -> CommitmentPart:
    return CommitmentPart(
        **about(ready, standard),
        actors=sides,
    )
