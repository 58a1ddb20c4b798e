"""Gambit's files: random documents, the same documents laid out in any way that the formats allow,
and texts with something broken in them."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import strategies as st

from standoff.game.efg_document import EfgDocument, OutcomeEntry, SetEntry
from standoff.game.gambit_tokens import quote
from standoff.game.game import CHANCE, END, Game, Payload
from standoff.game.nfg_document import NamedPayoffs, NfgDocument

NAMES = st.one_of(
    st.sampled_from(
        ["", "a", "b", "1", "2", "raise 2", 'say "no"', "\\", 'end\\"', "{ }", "p", "é"]
    ),
    st.text(max_size=6),
)
NUMBERS = st.one_of(
    st.integers(-9, 9).map(str),
    st.sampled_from(
        ["1/3", "-2/6", "0.50", ".5", "-.25", "3.", "+2", "1e3", "1.5E-2", "007", "2e+1"]
    ),
    st.fractions(-5, 5, max_denominator=12).map(str),
    st.floats(-1e6, 1e6).map(repr),
)
SPACE = st.sampled_from([" ", "  ", "\n", "\t", "\r\n", " \n\n ", "\f"])
GAP = st.sampled_from(["", "", " ", "\n"])


@st.composite
def shares(draw: st.DrawFn, n: int) -> tuple[str, ...]:
    """`n` probabilities that sum to one, as rationals or decimals, some of them zero."""
    weights = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    weights[draw(st.integers(0, n - 1))] += 1
    if draw(st.booleans()):
        return tuple(str(Fraction(w, sum(weights))) for w in weights)
    if n == 2:
        return draw(st.sampled_from([("0.25", ".75"), ("1.0", "0.0"), ("5e-1", "0.5")]))
    return ("1", *["0"] * (n - 1))


@st.composite
def efg_documents(draw: st.DrawFn, *, depth: int = 4) -> EfgDocument:
    """A random tree: sets and events shared by several nodes, outcomes anywhere, shared or none."""
    players = tuple(draw(st.lists(NAMES, min_size=1, max_size=3)))
    menus = draw(
        st.lists(
            st.tuples(
                st.integers(CHANCE, len(players) - 1),
                NAMES,
                st.lists(NAMES, min_size=1, max_size=3).map(tuple),
            ),
            min_size=1,
            max_size=4,
        )
    )
    numbers = draw(
        st.lists(st.integers(1, 40), min_size=len(menus), max_size=len(menus), unique=True)
    )
    pool = [
        SetEntry(player, number, name, actions, draw(shares(len(actions))))
        if player == CHANCE
        else SetEntry(player, number, name, actions)
        for (player, name, actions), number in zip(menus, numbers, strict=True)
    ]
    payoffs = st.lists(NUMBERS, min_size=len(players), max_size=len(players)).map(tuple)
    earned = [
        OutcomeEntry(number, draw(NAMES), draw(payoffs))
        for number in draw(st.lists(st.integers(1, 99), max_size=4, unique=True))
    ]
    node_names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    sets: list[SetEntry] = []
    outcomes: list[OutcomeEntry] = []
    names: list[str] = []
    rows: list[tuple[int, int, int, int, int, int]] = []
    todo = [(-1, 0, 0)]
    while todo:
        above, action, height = todo.pop()
        label = draw(st.sampled_from(node_names))
        if label not in names:
            names.append(label)
        entry = None
        if height < depth and len(rows) < 25 and draw(st.booleans()):
            entry = draw(st.sampled_from(pool))
        outcome = draw(st.sampled_from([None, *earned]))
        if outcome is not None and outcome not in outcomes:
            outcomes.append(outcome)
        if entry is not None and entry not in sets:
            sets.append(entry)
        rows.append(
            (
                END if entry is None else entry.player, above, action,
                -1 if entry is None else sets.index(entry),
                -1 if outcome is None else outcomes.index(outcome), names.index(label),
            )
        )  # fmt: skip
        me = len(rows) - 1
        if entry is not None:
            todo.extend((me, a, height + 1) for a in reversed(range(len(entry.actions))))
    actor, parent, action, info, outcome, name = np.array(rows, dtype=np.int32).T
    return EfgDocument(
        draw(NAMES), players, draw(st.none() | NAMES), actor.astype(np.int8), parent, action, info,
        outcome, name, names, sets, outcomes,
    )  # fmt: skip


@st.composite
def efg_texts(draw: st.DrawFn, document: EfgDocument) -> str:
    """A document in a layout of its own: white space, commas, descriptions given once or often."""
    tokens = ["EFG", "2", draw(st.sampled_from(["R", "D"])), quote(document.title), "{"]
    tokens += [*map(quote, document.players), "}"]
    if document.comment is not None:
        tokens.append(quote(document.comment))
    seen: set[tuple[str, int]] = set()
    for actor, info, outcome, name in zip(
        document.actor, document.info, document.outcome, document.name, strict=True
    ):
        tokens.append("t" if actor == END else "c" if actor == CHANCE else "p")
        tokens.append(quote(document.names[name]))
        if actor != END:
            entry = document.sets[info]
            tokens += [str(actor + 1)] if actor >= 0 else []
            tokens.append(str(entry.number))
            if ("set", info) not in seen or draw(st.booleans()):
                seen.add(("set", info))
                tokens += [quote(entry.name), "{"]
                for i, choice in enumerate(entry.actions):
                    tokens.append(quote(choice))
                    tokens += [entry.odds[i]] if actor == CHANCE else []
                tokens.append("}")
        if outcome < 0:
            tokens.append("0")
            continue
        pays = document.outcomes[outcome]
        tokens.append(str(pays.number))
        if ("outcome", outcome) not in seen or draw(st.booleans()):
            seen.add(("outcome", outcome))
            tokens += [quote(pays.name), "{"]
            for number in pays.payoffs:
                tokens.append(number + draw(st.sampled_from(["", ",", " ,"])))
            tokens.append("}")
    return draw(_laid_out(tokens))


@st.composite
def _laid_out(draw: st.DrawFn, tokens: list[str]) -> str:
    """Tokens with white space between, where they would not run together left out at times."""
    spaces = draw(st.lists(SPACE, min_size=3, max_size=3))
    gaps = draw(st.lists(GAP, min_size=3, max_size=3))
    parts = [draw(st.sampled_from(["", "", "\ufeff"]))]
    for i, (token, following) in enumerate(zip(tokens, [*tokens[1:], ""], strict=True)):
        parts.append(token)
        loose = token[-1] in '{}",' or following[:1] in '{}"'
        parts.append(gaps[i % 3] if loose and i > 4 and following != "" else spaces[i % 3])
    return "".join(parts)


@st.composite
def nfg_documents(draw: st.DrawFn) -> NfgDocument:
    """A random table, in either version, strategies named or counted."""
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    players = tuple(draw(NAMES) for _ in shape)
    named = draw(st.booleans())
    strategies = tuple(tuple(draw(NAMES) if named else str(i + 1) for i in range(n)) for n in shape)
    total = int(np.prod(shape))
    comment = draw(st.none() | NAMES)
    if draw(st.booleans()):
        payoffs = st.lists(NUMBERS, min_size=len(shape), max_size=len(shape)).map(tuple)
        outcomes = [
            NamedPayoffs(draw(NAMES), draw(payoffs)) for _ in range(draw(st.integers(0, 4)))
        ]
        chosen = draw(st.lists(st.integers(0, len(outcomes)), min_size=total, max_size=total))
        return NfgDocument(
            draw(NAMES), players, strategies, named, comment, outcomes,
            np.array(chosen, dtype=np.int32),
        )  # fmt: skip
    count = total * len(shape)
    words = draw(st.lists(NUMBERS, min_size=count, max_size=count))
    numbers = list(dict.fromkeys(words))
    rows = np.array([numbers.index(word) for word in words], dtype=np.int32)
    return NfgDocument(
        draw(NAMES), players, strategies, named, comment, None, rows.reshape(total, -1), numbers
    )


@st.composite
def nfg_texts(draw: st.DrawFn, document: NfgDocument) -> str:
    """A document in a layout of its own."""
    tokens = ["NFG", "1", draw(st.sampled_from(["R", "D"])), quote(document.title), "{"]
    tokens += [*map(quote, document.players), "}", "{"]
    if document.named:
        for names in document.strategies:
            tokens += ["{", *map(quote, names), "}"]
    else:
        tokens += map(str, document.shape)
    tokens.append("}")
    if document.comment is not None:
        tokens.append(quote(document.comment))
    if document.outcomes is None:
        for row in document.contingency:
            tokens += [document.numbers[i] + draw(st.sampled_from(["", ","])) for i in row]
    else:
        tokens.append("{")
        for outcome in document.outcomes:
            tokens += ["{", quote(outcome.name)]
            tokens += [number + draw(st.sampled_from(["", ","])) for number in outcome.payoffs]
            tokens.append("}")
        tokens += ["}", *map(str, document.contingency)]
    return draw(_laid_out(tokens))


def efg_parts(document: EfgDocument) -> tuple[object, ...]:
    """What a document says, for comparison."""
    arrays = (document.actor, document.parent, document.action, document.info, document.outcome)
    return (
        document.title, document.players, document.comment, [list(a) for a in arrays],
        [document.names[i] for i in document.name], list(document.sets), list(document.outcomes),
    )  # fmt: skip


def nfg_parts(document: NfgDocument) -> tuple[object, ...]:
    """What a document says, for comparison."""
    if document.outcomes is None:
        body: object = [[document.numbers[i] for i in row] for row in document.contingency]
    else:
        body = (list(document.outcomes), list(document.contingency))
    return (
        document.title, document.players, document.strategies, document.named, document.comment,
        body,
    )  # fmt: skip


PIECES = [
    '"', "{", "}", ",", " ", "\n", "0", "1", "2", "-1", "1/0", "1/3", "1e999", "99999999999", ".",
    "e", "p", "c", "t", 't "" 0\n', 'p "" 1 1 "" { "a" "b" } 0\n', "EFG 2 R", "\\", "\x00", "é",
    "٣", "\u2028", "9" * 500, "{ 100000 100000 }", "NFG 1 R",
]  # fmt: skip


@st.composite
def broken(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with a few pieces taken out, doubled, moved or put in."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        a, b = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        b = min(b, a + 12)
        text = draw(
            st.sampled_from(
                [
                    text[:a] + text[b:],
                    text[:b] + text[a:],
                    text[:a],
                    text[:a] + draw(st.sampled_from(PIECES)) + text[a:],
                    text[:a] + draw(st.sampled_from(PIECES)) + text[b:],
                ]
            )
        )
    return text


def contingencies(document: NfgDocument) -> list[tuple[int, ...]]:
    """Strategies of all players at each contingency, in the order of the file."""
    backwards = product(*[range(n) for n in reversed(document.shape)])
    return [tuple(reversed(choice)) for choice in backwards]


def ends_of(game: Game, payload: Payload) -> dict[tuple[int, ...], tuple[float, ...]]:
    """By the actions that lead there (numbered from 0): the odds of chance, and each payoff.

    One type each, one variant; an obvious walk from every end to the root.
    """
    found = {}
    for end in game.end_nodes.tolist():
        path, odds, node = [], 1.0, end
        total = payload.payoff[game.payoff_row[node], :, 0].copy()
        while game.parent[node] >= 0:
            edge, node = int(game.parent_edge[node]), int(game.parent[node])
            if game.actor[node] == CHANCE:
                path.append(edge - int(game.edge_start[node]))
                odds *= payload.odds[game.edge_action[edge], 0]
            else:
                path.append(int(game.edge_action[edge] - game.action_start[game.cell[node]]))
            total += payload.payoff[game.payoff_row[node], :, 0]
        found[tuple(reversed(path))] = (odds, *total.tolist())
    return found
