"""The review after a game: the path taken, what each side believed, what each choice cost, and what
the record of the crisis says was done there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from standoff.game.game import CHANCE
from standoff.play.play_models import Alternative, Review, ReviewPoint
from standoff.play.seeing import Seeing

if TYPE_CHECKING:
    from standoff.play.session import Session

__all__ = ["review"]


def review(session: Session) -> Review:
    """A game looked back upon: for who has seen it to its end, or the facilitator."""
    board, game = session.board, session.board.game
    seeing = Seeing(board)
    points: list[ReviewPoint] = []
    cost = dict.fromkeys(session.seats.people, 0.0)
    for event in session.events:
        node = int(board.owner[event.edge])
        menu = session.menu(node)
        if len(menu) < 2:  # nothing was decided there
            continue
        act = next(name for name, edge in menu.items() if edge == event.edge)
        step = board.compiled.steps[int(board.level[node])]
        chance = game.actor[node] == CHANCE
        worth = {} if chance else board.worth(node, session.profile)
        best = max(worth.values(), default=0.0)
        lost = None if chance else best - worth[event.edge]
        if event.who == "person" and lost is not None:
            cost[step.actor] = cost.get(step.actor, 0.0) + lost
        said = board.recorded.get(int(board.level[node]), ())
        points.append(
            ReviewPoint(
                round=step.round,
                turn=next((t.label for t in board.scenario.turns if t.id == step.turn), "")
                or step.turn,
                actor=step.actor,
                who=event.who,
                act=act,
                text=seeing.label_of_act(act),
                alternatives=[
                    Alternative(
                        act=name,
                        text=seeing.label_of_act(name),
                        odds=float(board.odds[edge, session.profile]),
                        behind=None if chance else best - worth[edge],
                    )
                    for name, edge in menu.items()
                ],
                cost=lost,
                beliefs={
                    player: believed
                    for place, player in enumerate(board.players)
                    if (believed := board.belief(place, node, session.profile))
                },
                record=[seeing.label_of_act(name) for name in said],
                as_recorded=act in said if said else None,
            )
        )
    return Review(
        scenario=board.scenario.id,
        title=board.scenario.title,
        types={p: t for p in board.players if (t := session.type_of(p))},
        ending=seeing.label_of_ending(session.ending) if session.over else "",
        points=points,
        cost=cost,
        payoffs=_earned(session),
        precision=float(board.batch.payload.precision[0]),
    )


def _earned(session: Session) -> dict[str, float]:
    """Player -> sum of what its type earned on the way, in stakes."""
    board, found = session.board, {}
    nodes, node = [], session.node
    while node >= 0:
        nodes.append(node)
        node = int(board.game.parent[node])
    for place, player in enumerate(board.players):
        found[player] = float(board.pay(place)[np.array(nodes), session.profile].sum())
    return found
