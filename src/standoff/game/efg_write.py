"""Write a game as a Gambit ``.efg`` file, at one variant.

Types become an opening chance move over profiles, so that the file holds the game in its textbook
form. Odds are exact rationals: where the numbers of one node sum to one only up to rounding, the
largest takes up the difference (Gambit refuses anything else). Payoffs earned on the way are added
up at the ends, since not every reader knows of payoffs elsewhere. Rates have no place in the format
and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from standoff.errors import TooLarge
from standoff.game.efg_document import EfgDocument, OutcomeEntry, SetEntry
from standoff.game.game import CHANCE, END, Game, Payload
from standoff.game.loaded import Labels
from standoff.game.number_text import odds_text, payoff_texts

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Float = NDArray[np.float64]

LIMIT = 2_000_000
"""Histories past which the text would not fit anybody's patience."""


def to_efg(
    game: Game,
    payload: Payload,
    variant: int = 0,
    *,
    in_stakes: bool = False,
    title: str = "Standoff",
    labels: Labels | None = None,
    outcome: Int32 | None = None,
) -> str:
    """The game as ``.efg`` text, in prefix order.

    With `in_stakes` each type's payoffs are divided by its stake, so that Gambit's lambda is the
    precision. Information sets and actions have the names of `labels`; without, sets are named
    after their cell and the type of its owner, actions by number from 0. Outcomes of chance have
    the numbers of `outcome` (see `LoadedGame`), so that the same card keeps one name; without, they
    are numbered at each node.
    """
    return document_of(
        game, payload, variant, in_stakes=in_stakes, title=title, labels=labels, outcome=outcome
    ).text()


def document_of(
    game: Game,
    payload: Payload,
    variant: int = 0,
    *,
    in_stakes: bool = False,
    title: str = "Standoff",
    labels: Labels | None = None,
    outcome: Int32 | None = None,
) -> EfgDocument:
    """What `to_efg` writes."""
    if game.histories > LIMIT:
        raise TooLarge(f"{game.histories:,} histories: more than {LIMIT:,} are not written")
    K = game.n_profiles
    before, by_action = _prefix_order(game)
    table = payload.payoff[:, :, variant] / (payload.stake if in_stakes else 1.0)
    ends = game.actor[before] == END
    sets, set_of = _sets(game, labels)
    events, event_of = _events(game, payload.odds[:, variant], by_action, outcome)
    pairs = game.profile_type + game.type_start[:-1]  # [K, P]

    parent, info, earned = [], [], []
    place = np.empty(game.n_nodes, dtype=np.intp)
    place[before] = np.arange(game.n_nodes)
    rooted = np.concatenate([[-1], place[game.parent[before[1:]]]])
    lead = int(K > 1)  # the opening chance move, where there is one
    actor = game.actor[before]
    deciding = actor >= 0
    for k in range(K):
        shifted = rooted + lead + k * game.n_nodes
        shifted[0] = lead - 1
        parent.append(shifted)
        rows = np.full(game.n_nodes, -1)
        types = game.profile_type[k][actor[deciding]]
        rows[deciding] = set_of[game.cell[before[deciding]]] + types
        rows[actor == CHANCE] = len(sets) + event_of[before[actor == CHANCE]]
        info.append(rows)
        earned.append(_earned(game, table[:, pairs[k]])[before[ends]])
    action = np.zeros(game.n_nodes, dtype=np.intp)
    action[1:] = by_action[game.parent_edge[before[1:]]]
    actions = np.tile(action, K)
    sets = sets + events
    outcomes = [
        OutcomeEntry(number + 1, "", payoffs)
        for number, payoffs in enumerate(payoff_texts(np.concatenate(earned)))
    ]
    outcome = np.full(K * game.n_nodes, -1)
    outcome[np.tile(ends, K)] = np.arange(len(outcomes))
    columns = [np.tile(actor, K), np.concatenate(parent), actions, np.concatenate(info), outcome]
    if K > 1:
        actions[:: game.n_nodes] = np.arange(K)
        names = tuple(_profile_name(game, k) for k in range(K))
        prior = odds_text(payload.prior[:, variant])
        sets.append(SetEntry(CHANCE, 1, "", names, prior))
        root = [CHANCE, -1, 0, len(sets) - 1, -1]
        columns = [np.concatenate([[at], rows]) for at, rows in zip(root, columns, strict=True)]
    final = [column.astype(np.int32) for column in columns]
    return EfgDocument(
        title=title, players=game.players, comment=None, actor=final[0].astype(np.int8),
        parent=final[1], action=final[2], info=final[3], outcome=final[4],
        name=np.zeros(len(final[0]), dtype=np.int32), names=[""], sets=sets, outcomes=outcomes,
    )  # fmt: skip


def _prefix_order(game: Game) -> tuple[Int, Int]:
    """[N] nodes in prefix order, and [E] the place of each edge among its node's actions."""
    N, E = game.n_nodes, len(game.child)
    from_node = np.repeat(np.arange(N), np.diff(game.edge_start))
    order = np.lexsort((game.edge_action, from_node))
    rank = np.empty(E, dtype=np.intp)
    rank[order] = np.arange(E) - game.edge_start[from_node[order]]
    size = np.ones(N, dtype=np.intp)
    levels = list(zip(game.level_start[:-1].tolist(), game.level_start[1:].tolist(), strict=True))
    for first, stop in reversed(levels[1:]):
        np.add.at(size, game.parent[first:stop], size[first:stop])
    # Nodes that come before a child: its parent, and what is below the actions before it.
    below = np.cumsum(size[game.child[order]])
    ahead = np.empty(E, dtype=np.intp)
    start = np.concatenate([[0], below])[game.edge_start[from_node[order]]]
    ahead[order] = below - size[game.child[order]] - start
    at = np.zeros(N, dtype=np.intp)
    for first, stop in levels[1:]:
        at[first:stop] = at[game.parent[first:stop]] + 1 + ahead[game.parent_edge[first:stop]]
    nodes = np.empty(N, dtype=np.intp)
    nodes[at] = np.arange(N)
    return nodes, rank


def _earned(game: Game, table: Float) -> Float:
    """[N, P] what has been earned up to each node; `table` ``[R, P]`` for one type profile."""
    total = table[game.payoff_row]
    for first, stop in zip(
        game.level_start[1:-1].tolist(), game.level_start[2:].tolist(), strict=True
    ):
        total[first:stop] += total[game.parent[first:stop]]
    return np.asarray(total)


def _sets(game: Game, labels: Labels | None) -> tuple[list[SetEntry], Int]:
    """Every information set, and [C] the first of each cell; numbered from 1 for each player."""
    count = [0] * len(game.players)
    entries: list[SetEntry] = []
    first = []
    bounds = game.action_start.tolist()
    for cell, player in enumerate(game.cell_player.tolist()):
        first.append(len(entries))
        if labels is None:
            actions = tuple(str(i) for i in range(bounds[cell + 1] - bounds[cell]))
        else:
            actions = tuple(labels.actions[b] for b in range(bounds[cell], bounds[cell + 1]))
        for of_type in game.types[player]:
            count[player] += 1
            own = f"{cell} {of_type}".strip() if labels is None else labels.sets[len(entries)]
            entries.append(SetEntry(player, count[player], own, actions))
    return entries, np.array(first, dtype=np.intp)


def _events(
    game: Game, odds: Float, by_action: Int, outcome: Int32 | None
) -> tuple[list[SetEntry], Int]:
    """An event for each chance node, and [N] which; number 1 is the opening move's."""
    nodes = np.flatnonzero(game.actor == CHANCE)
    which = np.full(game.n_nodes, -1, dtype=np.intp)
    which[nodes] = np.arange(len(nodes))
    entries = []
    menus: dict[bytes, tuple[str, ...]] = {}
    for i, n in enumerate(nodes.tolist()):
        edges = np.arange(game.edge_start[n], game.edge_start[n + 1])
        edges = edges[np.argsort(by_action[edges])]
        shares = odds[game.edge_action[edges]]
        key = shares.tobytes()
        if key not in menus:
            menus[key] = odds_text(shares)
        numbers = range(len(shares)) if outcome is None else outcome[edges].tolist()
        actions = tuple(map(str, numbers))
        entries.append(SetEntry(CHANCE, i + 2, "", actions, menus[key]))
    return entries, which


def _profile_name(game: Game, k: int) -> str:
    types: Sequence[str] = [game.types[p][t] for p, t in enumerate(game.profile_type[k].tolist())]
    return " ".join(t for t in types if t)
