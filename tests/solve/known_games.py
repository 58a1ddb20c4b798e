"""Games whose answers are known, each with its source: what every solver must find.

Payoffs and answers are worked out from the sources' definitions; where a source describes all
equilibria, `holds` does so as a predicate and `family` draws members of the set.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from standoff.game.loaded import LoadedGame
from strategies.nested_games import Chance, End, Move, Nested, Node, Play

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
NEAR = 1e-5
"""How near a strategy must be to what a predicate asks, where a solver stops at 1e-9 or so."""
Holds = Callable[[Mapping[str, Mapping[str, float]]], bool]


@dataclass(frozen=True)
class Known:
    """One game and what is known of it."""

    name: str
    source: str
    game: Nested | str  # a tree, or OpenSpiel's name
    value: tuple[float, ...] | None = None  # payoffs at every Nash equilibrium
    zero_sum: bool = False  # or constant-sum
    examples: tuple[Play, ...] = ()  # Nash equilibria
    complete: bool = False  # ... and the examples are all of them
    refuted: tuple[Play, ...] = ()  # no Nash equilibria
    holds: Holds | None = None  # whether a strategy is a Nash equilibrium
    family: Callable[[float, float], Play] | None = None  # Nash equilibria for numbers in 0..1
    subgame: Play | None = None  # the one subgame-perfect equilibrium
    subgame_value: tuple[float, ...] | None = None  # payoffs at every such
    accuracy: float = 1e-9  # of `value`

    def load(self) -> LoadedGame:
        """As arrays."""
        if isinstance(self.game, Nested):
            return self.game.load()
        from standoff.game.openspiel import load_openspiel

        return load_openspiel(self.game)

    def __str__(self) -> str:
        return self.name


def near(x: float, y: float) -> bool:
    """Whether two odds are the same but for rounding."""
    return abs(x - y) <= NEAR


def matrix(
    first: Mapping[str, Mapping[str, tuple[float, ...]]], names: tuple[str, str] = ("row", "column")
) -> Nested:
    """A game of two players who choose at once: row -> column -> payoffs."""
    return Nested(names, Move(0, names[0], {
        a: Move(1, names[1], {b: End(*pay) for b, pay in line.items()})
        for a, line in first.items()
    }))  # fmt: skip


def both(row: Mapping[str, float], column: Mapping[str, float]) -> Play:
    """Play of a matrix game."""
    return {"row": row, "column": column}


# Two by two and three by three.

PENNIES = Known(
    "matching pennies",
    "von Neumann 1928, Zur Theorie der Gesellschaftsspiele",
    matrix({"H": {"H": (1, -1), "T": (-1, 1)}, "T": {"H": (-1, 1), "T": (1, -1)}}),
    value=(0, 0), zero_sum=True, examples=(both({"H": 0.5, "T": 0.5}, {"H": 0.5, "T": 0.5}),),
    complete=True, refuted=(both({"H": 1}, {"H": 1}),),
)  # fmt: skip
UNEVEN_PENNIES = Known(
    "asymmetric matching pennies",
    "Goeree & Holt 2001, Ten little treasures of game theory",
    matrix({"top": {"left": (320, 40), "right": (40, 80)},
            "bottom": {"left": (40, 80), "right": (80, 40)}}),
    value=(75, 60), examples=(
        both({"top": 0.5, "bottom": 0.5}, {"left": 1 / 8, "right": 7 / 8}),),
    complete=True, refuted=(both({"top": 0.5, "bottom": 0.5}, {"left": 0.5, "right": 0.5}),),
)  # fmt: skip
ROCK_PAPER_SCISSORS = Known(
    "rock, paper, scissors",
    "von Neumann 1928, Zur Theorie der Gesellschaftsspiele",
    matrix({a: {b: (float(w), -float(w)) for b, w in zip("rps", line, strict=True)}
            for a, line in zip("rps", [(0, -1, 1), (1, 0, -1), (-1, 1, 0)], strict=True)}),
    value=(0, 0), zero_sum=True,
    examples=(both(dict.fromkeys("rps", 1 / 3), dict.fromkeys("rps", 1 / 3)),), complete=True,
)  # fmt: skip
DILEMMA = Known(
    "prisoner's dilemma",
    "Luce & Raiffa 1957, Games and decisions, ch. 5",
    matrix({"silent": {"silent": (3, 3), "confess": (0, 5)},
            "confess": {"silent": (5, 0), "confess": (1, 1)}}),
    value=(1, 1), examples=(both({"confess": 1}, {"confess": 1}),), complete=True,
    refuted=(both({"silent": 1}, {"silent": 1}),),
)  # fmt: skip
SEXES = Known(
    "battle of the sexes",
    "Luce & Raiffa 1957, Games and decisions, ch. 5",
    matrix({"fight": {"fight": (2, 1), "ballet": (0, 0)},
            "ballet": {"fight": (0, 0), "ballet": (1, 2)}}),
    examples=(
        both({"fight": 1}, {"fight": 1}), both({"ballet": 1}, {"ballet": 1}),
        both({"fight": 2 / 3, "ballet": 1 / 3}, {"fight": 1 / 3, "ballet": 2 / 3}),
    ), complete=True, refuted=(both({"fight": 1}, {"ballet": 1}),),
)  # fmt: skip
CHICKEN = Known(
    "chicken",
    "Aumann 1974, Subjectivity and correlation in randomized strategies",
    matrix({"dare": {"dare": (0, 0), "yield": (7, 2)},
            "yield": {"dare": (2, 7), "yield": (6, 6)}}),
    examples=(
        both({"dare": 1}, {"yield": 1}), both({"yield": 1}, {"dare": 1}),
        both({"dare": 1 / 3, "yield": 2 / 3}, {"dare": 1 / 3, "yield": 2 / 3}),
    ), complete=True, refuted=(both({"yield": 1}, {"yield": 1}),),
)  # fmt: skip
STAG_HUNT = Known(
    "stag hunt",
    "Harsanyi & Selten 1988, A general theory of equilibrium selection",
    matrix({"stag": {"stag": (4, 4), "hare": (0, 3)}, "hare": {"stag": (3, 0), "hare": (3, 3)}}),
    examples=(
        both({"stag": 1}, {"stag": 1}), both({"hare": 1}, {"hare": 1}),
        both({"stag": 0.75, "hare": 0.25}, {"stag": 0.75, "hare": 0.25}),
    ), complete=True,
)  # fmt: skip


STENGEL = Known(
    "von Stengel's three by two",
    "von Stengel 2002, Computing equilibria for two-person games",
    matrix({"1": {"4": (3, 3), "5": (3, 2)}, "2": {"4": (2, 2), "5": (5, 6)},
            "3": {"4": (0, 3), "5": (6, 1)}}),
    examples=(
        both({"1": 1}, {"4": 1}),
        both({"1": 0.8, "2": 0.2}, {"4": 2 / 3, "5": 1 / 3}),
        both({"2": 1 / 3, "3": 2 / 3}, {"4": 1 / 3, "5": 2 / 3}),
    ), complete=True, refuted=(both({"1": 1}, {"4": 0.5, "5": 0.5}),),
)  # fmt: skip


def _degenerate_holds(play: Mapping[str, Mapping[str, float]]) -> bool:
    row, column = play["row"], play["column"]
    if near(row["1"], 1):
        return column["5"] <= 1 / 3 + NEAR
    return near(row["2"], 1 / 3) and near(row["3"], 2 / 3) and near(column["4"], 1 / 3)


DEGENERATE = Known(
    "von Stengel's three by two, degenerate",
    "von Stengel 2002, Computing equilibria for two-person games",
    matrix({"1": {"4": (3, 3), "5": (3, 3)}, "2": {"4": (2, 2), "5": (5, 6)},
            "3": {"4": (0, 3), "5": (6, 1)}}),
    examples=(both({"2": 1 / 3, "3": 2 / 3}, {"4": 1 / 3, "5": 2 / 3}),),
    holds=_degenerate_holds,
    family=lambda x, _: both({"1": 1}, {"4": 1 - x / 3, "5": x / 3}),
    refuted=(both({"1": 1}, {"4": 0.5, "5": 0.5}),),
)  # fmt: skip

# Cards.


def _poker(fold_with_high: float) -> Node:
    """One player sees a high or a low card and may raise; the other may meet the raise."""

    def answer(win: float) -> Move:
        return Move(1, "raised", {"meet": End(2 * win, -2 * win), "pass": End(1, -1)})

    return Chance({
        "high": (HALF, Move(0, "high", {
            "raise": answer(1), "fold": End(fold_with_high, -fold_with_high)})),
        "low": (HALF, Move(0, "low", {"raise": answer(-1), "fold": End(-1, 1)})),
    })  # fmt: skip


_BLUFF: Play = {
    "high": {"raise": 1}, "low": {"raise": 1 / 3, "fold": 2 / 3},
    "raised": {"meet": 2 / 3, "pass": 1 / 3},
}  # fmt: skip
MYERSON = Known(
    "Myerson's card game",
    "Myerson 1991, Game theory: analysis of conflict, ch. 2 and 4",
    Nested(("1", "2"), _poker(1)), value=(1 / 3, -1 / 3),
    zero_sum=True, examples=(_BLUFF,), complete=True,
    refuted=({**_BLUFF, "low": {"fold": 1}}, {**_BLUFF, "low": {"raise": 1}}),
)  # fmt: skip
STRIPPED_POKER = Known(
    "stripped-down poker",
    "Reiley, Urbancic & Walker 2008, Stripped-down poker",
    Nested(("student", "professor"), _poker(-1)),
    value=(1 / 3, -1 / 3), zero_sum=True, examples=(_BLUFF,), complete=True,
)  # fmt: skip
SOFTWARE = Known(
    "two software firms",
    "Turocy & von Stengel 2002, Game theory",
    Nested(("I", "II"), Chance({
        "weak": (HALF, Move(0, "weak", {"sell": End(0, 16), "announce": Move(1, "announced", {
            "sell out": End(12, 4), "compete": End(-4, 20)})})),
        "strong": (HALF, Move(0, "strong", {"sell": End(0, 16), "announce": Move(1, "announced", {
            "sell out": End(12, 4), "compete": End(20, -4)})})),
    })), value=(9, 7), zero_sum=True, complete=True,
    examples=({"weak": {"sell": 0.5, "announce": 0.5}, "strong": {"announce": 1},
               "announced": {"sell out": 0.25, "compete": 0.75}},),
)  # fmt: skip


def _kuhn() -> Nested:
    """Kuhn's simplified poker: three cards, an ante of one, one bet of one."""

    def deal(mine: str, other: str) -> Node:
        sign = 1.0 if "JQK".index(mine) > "JQK".index(other) else -1.0

        def end(stake: float) -> End:
            return End(stake * sign, -stake * sign)

        return Move(0, mine, {
            "check": Move(1, f"{other} after check", {
                "check": end(1),
                "bet": Move(0, f"{mine} after bet", {"fold": End(-1, 1), "call": end(2)}),
            }),
            "bet": Move(1, f"{other} facing bet", {"fold": End(1, -1), "call": end(2)}),
        })  # fmt: skip

    pairs = itertools.permutations("JQK", 2)
    return Nested(("1", "2"), Chance({a + b: (Fraction(1, 6), deal(a, b)) for a, b in pairs}))


def _kuhn_family(x: float, y: float) -> Play:
    """`x` of one player's bluffing, in thirds; `y` what it would do where it does not come."""
    bluff = x / 3
    return {
        "J": {"bet": bluff, "check": 1 - bluff}, "Q": {"check": 1},
        "K": {"bet": 3 * bluff, "check": 1 - 3 * bluff}, "J after bet": {"fold": 1},
        "Q after bet": {"call": bluff + 1 / 3, "fold": 2 / 3 - bluff},
        "K after bet": {"call": y, "fold": 1 - y} if x == 1 else {"call": 1},
        "J after check": {"bet": 1 / 3, "check": 2 / 3}, "Q after check": {"check": 1},
        "K after check": {"bet": 1}, "J facing bet": {"fold": 1},
        "Q facing bet": {"call": 1 / 3, "fold": 2 / 3}, "K facing bet": {"call": 1},
    }  # fmt: skip


def _kuhn_holds(play: Mapping[str, Mapping[str, float]]) -> bool:
    bluff = play["J"]["bet"]
    wanted = _kuhn_family(min(3 * bluff, 1.0), 1.0)
    reached = {s for s in play if s != "K after bet" or play["K"]["check"] > NEAR}
    return bluff <= 1 / 3 + NEAR and all(
        abs(play[s][a] - wanted[s].get(a, 0.0)) <= 10 * NEAR for s in reached for a in play[s]
    )


KUHN = Known(
    "Kuhn poker",
    "Kuhn 1950, A simplified two-person poker",
    _kuhn(), value=(-1 / 18, 1 / 18), zero_sum=True,
    examples=(_kuhn_family(0, 1), _kuhn_family(1, 0)), family=_kuhn_family, holds=_kuhn_holds,
    refuted=({**_kuhn_family(0.5, 1), "Q after bet": {"call": 1 / 3, "fold": 2 / 3}},),
)  # fmt: skip
LEDUC = Known(
    "Leduc poker",
    "Southey et al. 2005, Bayes' bluff; value by linear programming",
    "leduc_poker", value=(-0.085606424078, 0.085606424078),
    zero_sum=True, accuracy=1e-8,
)  # fmt: skip
LIARS_DICE = Known(
    "liar's dice, four sides",
    "Lanctot et al. 2019, OpenSpiel; value by linear programming",
    "liars_dice(dice_sides=4)", value=(0.0625, -0.0625),
    zero_sum=True, accuracy=1e-8,
)  # fmt: skip

# Signals and commitment.


def _breakfast() -> Nested:
    def eat(kind: str, meal: str) -> Move:
        liked = float((kind == "strong") == (meal == "beer"))
        return Move(1, f"after {meal}", {
            "duel": End(liked, float(kind == "weak")),
            "leave": End(liked + 2, float(kind == "strong")),
        })  # fmt: skip

    return Nested(("sender", "bully"), Chance({
        kind: (Fraction(share, 10), Move(0, kind, {m: eat(kind, m) for m in ("beer", "quiche")}))
        for kind, share in (("strong", 9), ("weak", 1))
    }))  # fmt: skip


def _breakfast_holds(play: Mapping[str, Mapping[str, float]]) -> bool:
    """All eat the same and the bully leaves; whoever ate the other thing would have to fight."""
    return any(
        all(near(play[kind][meal], 1) for kind in ("strong", "weak"))
        and near(play[f"after {meal}"]["leave"], 1)
        and play[f"after {other}"]["duel"] >= 0.5 - NEAR
        for meal, other in (("beer", "quiche"), ("quiche", "beer"))
    )


def _breakfast_family(x: float, y: float) -> Play:
    meal, other = ("beer", "quiche") if x < 0.5 else ("quiche", "beer")
    return {
        "strong": {meal: 1}, "weak": {meal: 1}, f"after {meal}": {"leave": 1},
        f"after {other}": {"duel": 0.5 + y / 2, "leave": 0.5 - y / 2},
    }  # fmt: skip


BEER_QUICHE = Known(
    "beer and quiche",
    "Cho & Kreps 1987, Signaling games and stable equilibria",
    _breakfast(), holds=_breakfast_holds, family=_breakfast_family,
    examples=(_breakfast_family(0, 1), _breakfast_family(1, 1)),
    refuted=(
        {"strong": {"beer": 1}, "weak": {"quiche": 1}, "after beer": {"leave": 1},
         "after quiche": {"duel": 1}},
        {**_breakfast_family(0, 1), "after quiche": {"duel": 0.4, "leave": 0.6}},
    ),
)  # fmt: skip


def _cheap_talk_holds(play: Mapping[str, Mapping[str, float]]) -> bool:
    if play["after X"]["l"] > NEAR or play["after Y"]["l"] > NEAR:
        return False
    good, bad = play["good"], play["bad"]
    return all(good[m] <= 0.6 * (good[m] + bad[m]) + NEAR for m in "XY")


INSPECTION = Known(
    "an applicant who may pretend",
    "von Stengel & Forges 2008, Extensive-form correlated equilibrium, fig. 1",
    Nested(("1", "2"), Chance({
        "good": (HALF, Move(0, "good", {
            m: Move(1, f"after {m}", {"l": End(4, 10), "r": End(0, 6)}) for m in "XY"})),
        "bad": (HALF, Move(0, "bad", {
            m: Move(1, f"after {m}", {"l": End(6, 0), "r": End(0, 6)}) for m in "XY"})),
    })), value=(0, 6), holds=_cheap_talk_holds,
    family=lambda x, y: {"good": {"X": x, "Y": 1 - x}, "bad": {"X": x, "Y": 1 - x},
                         "after X": {"r": 1}, "after Y": {"r": 1}},
    refuted=({"good": {"X": 1}, "bad": {"Y": 1}, "after X": {"l": 1}, "after Y": {"r": 1}},),
)  # fmt: skip

NOISE = 0.1


def _commitment() -> Nested:
    def follow(seen: str, done: str) -> Move:
        pay = {"SS": (5, 2), "SC": (3, 1), "CS": (6, 3), "CC": (4, 4)}
        return Move(1, f"seen {seen}", {x: End(*pay[done + x]) for x in "SC"})

    return Nested(("leader", "follower"), Move(0, "leader", {
        done: Chance({
            seen: (1 - NOISE if seen == done else NOISE, follow(seen, done)) for seen in "SC"
        }) for done in "SC"
    }))  # fmt: skip


_LOW, _HIGH = 1 / (2 * (1 - 2 * NOISE)), (1 - 4 * NOISE) / (2 * (1 - 2 * NOISE))
BAGWELL = Known(
    "Bagwell's commitment seen through noise",
    "Bagwell 1995, Commitment and observability; van Damme & Hurkens 1997",
    _commitment(), complete=True,
    examples=(
        {"leader": {"C": 1}, "seen S": {"C": 1}, "seen C": {"C": 1}},
        {"leader": {"S": NOISE, "C": 1 - NOISE}, "seen S": {"S": _LOW, "C": 1 - _LOW},
         "seen C": {"C": 1}},
        {"leader": {"S": 1 - NOISE, "C": NOISE}, "seen S": {"S": 1},
         "seen C": {"S": _HIGH, "C": 1 - _HIGH}},
    ), refuted=({"leader": {"S": 1}, "seen S": {"S": 1}, "seen C": {"C": 1}},),
)  # fmt: skip

# Perfect information.


def _chain_store(markets: int = 2) -> Nested:
    """Selten's chain store: what is earned in a market is earned as soon as it is decided."""
    P = markets + 1

    def earn(k: int, store: float, entrant: float) -> tuple[float, ...]:
        return (store, *(entrant if j == k else 0.0 for j in range(markets)))

    def market(k: int, past: str, pay: tuple[float, ...]) -> Node:
        if k == markets:
            return End(*pay)
        return Move(k + 1, f"market {k + 1} after {past or 'nothing'}", {
            "out": market(k + 1, past + "o", earn(k, 5, 1)),
            "in": Move(0, f"entry {k + 1} after {past or 'nothing'}", {
                "cooperate": market(k + 1, past + "c", earn(k, 2, 2)),
                "fight": market(k + 1, past + "f", earn(k, 0, 0)),
            }),
        }, pay)  # fmt: skip

    names = ("store", *(f"entrant {k + 1}" for k in range(markets)))
    return Nested(names, market(0, "", (0.0,) * P))


def _store_play(entrant: str, store: str) -> dict[str, dict[str, float]]:
    sets = _chain_store().sets
    return {s: {entrant if s.startswith("market") else store: 1.0} for s in sets}


CHAIN_STORE = Known(
    "Selten's chain store, two markets",
    "Selten 1978, The chain store paradox",
    _chain_store(),
    subgame=_store_play("in", "cooperate"), subgame_value=(4, 2, 2),
    examples=(_store_play("in", "cooperate"), _store_play("out", "fight")),
    refuted=(_store_play("out", "cooperate"), _store_play("in", "fight")),
)  # fmt: skip


def _centipede() -> Nested:
    node: Node = End(6.4, 1.6)
    for i, pay in reversed(list(enumerate([(0.4, 0.1), (0.2, 0.8), (1.6, 0.4), (0.8, 3.2)]))):
        node = Move(i % 2, f"move {i + 1}", {"take": End(*pay), "pass": node})
    return Nested(("A", "B"), node)


CENTIPEDE = Known(
    "centipede of four moves",
    "McKelvey & Palfrey 1992, An experimental study of the centipede game",
    _centipede(), value=(0.4, 0.1),
    subgame={f"move {i}": {"take": 1} for i in range(1, 5)}, subgame_value=(0.4, 0.1),
    examples=(
        {"move 1": {"take": 1}, "move 2": {"take": 1}},
        {"move 1": {"take": 1}, "move 2": {"take": 1}, "move 3": {"pass": 1}},
    ), refuted=(
        {"move 1": {"take": 1}, "move 2": {"pass": 1}},
        {"move 1": {"pass": 1}, "move 2": {"take": 1}},
    ),
)  # fmt: skip
TIES = Known(
    "a tie that somebody else cares about",
    "Osborne & Rubinstein 1994, A course in game theory, ch. 6",
    Nested(("A", "B"), Move(0, "A", {
        "safe": End(1, 0),
        "ask": Move(1, "B", {"help": End(2, 1), "refuse": End(0, 1)}),
    })), examples=(
        {"A": {"ask": 1}, "B": {"help": 1}}, {"A": {"safe": 1}, "B": {"refuse": 1}},
        {"A": {"safe": 0.5, "ask": 0.5}, "B": {"help": 0.5, "refuse": 0.5}},
    ), refuted=({"A": {"ask": 1}, "B": {"refuse": 1}}, {"A": {"safe": 1}, "B": {"help": 1}}),
    holds=lambda play: (near(play["A"]["ask"], 0) or play["B"]["help"] >= 0.5 - NEAR)
    and (near(play["A"]["safe"], 0) or play["B"]["help"] <= 0.5 + NEAR),
)  # fmt: skip

# Three players.


def _horse_holds(play: Mapping[str, Mapping[str, float]]) -> bool:
    one, two, three = play["1"]["D"], play["2"]["d"], play["3"]["L"]
    first = near(one, 1) and near(three, 1) and two <= 2 / 3 + NEAR
    return first or (near(one, 0) and near(two, 0) and three <= 1 / 4 + NEAR)


HORSE = Known(
    "Selten's horse",
    "Selten 1975, Reexamination of the perfectness concept, fig. 1",
    Nested(("1", "2", "3"), Move(0, "1", {
        "C": Move(1, "2", {
            "c": End(1, 1, 1),
            "d": Move(2, "3", {"L": End(4, 4, 0), "R": End(0, 0, 1)}),
        }),
        "D": Move(2, "3", {"L": End(3, 2, 2), "R": End(0, 0, 0)}),
    })), holds=_horse_holds,
    family=lambda x, y: (
        {"1": {"D": 1}, "2": {"c": 1 - 2 * y / 3, "d": 2 * y / 3}, "3": {"L": 1}} if x < 0.5
        else {"1": {"C": 1}, "2": {"c": 1}, "3": {"L": y / 4, "R": 1 - y / 4}}),
    examples=({"1": {"D": 1}, "2": {"c": 1}, "3": {"L": 1}},
              {"1": {"C": 1}, "2": {"c": 1}, "3": {"R": 1}}),
    refuted=({"1": {"C": 1}, "2": {"d": 1}, "3": {"L": 1}},),
)  # fmt: skip


def _bridge() -> Nested:
    """A partner who holds the card leads; the other partner and the opponent have seen the lead
    and guess the card at once. The partners share what they win (after Thompson 1953).

    Who guesses alone could do what the other one does: nobody expects to win anything.
    """

    def guess(card: str, lead: str) -> Move:
        return Move(2, f"opponent after {lead}", {
            c: Move(1, f"partner after {lead}", {
                b: End(*(float((b == card) - (c == card)) * w for w in (1, 1, -2)))
                for b in ("high", "low")
            }) for c in ("high", "low")
        })  # fmt: skip

    return Nested(("leader", "partner", "opponent"), Chance({
        card: (HALF, Move(0, card, {lead: guess(card, lead) for lead in ("spade", "heart")}))
        for card in ("high", "low")
    }))  # fmt: skip


_SIGNAL = {"after spade": {"high": 1.0}, "after heart": {"low": 1.0}}
BRIDGE = Known(
    "bridge stripped down to three players",
    "after Thompson 1953, Bridge and signaling",
    _bridge(), value=(0, 0, 0),
    examples=(
        {},
        {"high": {"spade": 1}, "low": {"heart": 1},
         **{f"{who} {s}": p for who in ("partner", "opponent") for s, p in _SIGNAL.items()}},
    ), refuted=(
        {"high": {"spade": 1}, "low": {"heart": 1},
         **{f"partner {s}": p for s, p in _SIGNAL.items()}},
    ),
)  # fmt: skip
ODD_ONE_OUT = Known(
    "three players who want to be odd",
    "Osborne & Rubinstein 1994, A course in game theory, ch. 6",
    Nested(("1", "2", "3"), Move(0, "1", {a: Move(1, "2", {b: Move(2, "3", {
        c: End(*(float([a, b, c].count(x) == 1) for x in (a, b, c))) for c in "ht"})
        for b in "ht"}) for a in "ht"})),
    examples=({}, {"1": {"h": 1}, "2": {"t": 1}}, {"1": {"h": 1}, "2": {"t": 1}, "3": {"t": 1}}),
    refuted=({"1": {"h": 1}, "2": {"h": 1}, "3": {"h": 1}},),
)  # fmt: skip

# What readers and solvers trip over.

TOLL = Known(
    "tolls on the way",
    "made up; Kuhn 1953, Extensive games and the problem of information",
    # Pennies for one each, but the first player pays on leaving the house and chance may pay both.
    Nested(("driver", "warden"), Chance({
        "rain": (Fraction(1, 4), Move(0, "left or right", {
            a: Move(1, "guard", {b: End(*((-2, 2) if a == b else (2, -2))) for b in "lr"},
                    (-0.5, 0.5)) for a in "lr"}, (1, -1))),
        "sun": (Fraction(3, 4), Move(0, "left or right", {
            a: Move(1, "guard", {b: End(*((-2, 2) if a == b else (2, -2))) for b in "lr"},
                    (-0.5, 0.5)) for a in "lr"})),
    })), value=(-0.25, 0.25), zero_sum=True, complete=True,
    examples=({},), refuted=({"left or right": {"l": 1}},),
)  # fmt: skip
ONE_ACTION = Known(
    "sets with one action, and some that nothing reaches",
    "made up; Kuhn 1953, Extensive games and the problem of information",
    Nested(("A", "B"), Chance({
        "never": (Fraction(0), Move(1, "B never", {"x": End(5, -5), "y": End(-5, 5)})),
        "always": (Fraction(1), Move(0, "A must", {"on": Move(1, "B must", {"on": Move(
            0, "A", {"out": End(1, -1), "in": Move(1, "B", {"u": End(3, -3), "d": End(0, 0)})}
        )})})),
    })), value=(1, -1), zero_sum=True,
    holds=lambda play: near(play["A"]["out"], 1) and play["B"]["u"] <= 1 / 3 + NEAR,
    family=lambda x, y: {"B never": {"x": x, "y": 1 - x}, "A": {"out": 1},
                         "B": {"u": y / 3, "d": 1 - y / 3}},
    refuted=({"A": {"in": 1}},),
)  # fmt: skip

GAMES = (
    PENNIES, UNEVEN_PENNIES, ROCK_PAPER_SCISSORS, DILEMMA, SEXES, CHICKEN, STAG_HUNT, STENGEL,
    DEGENERATE, MYERSON, STRIPPED_POKER, SOFTWARE, KUHN, LEDUC, LIARS_DICE, BEER_QUICHE,
    INSPECTION, BAGWELL, CHAIN_STORE, CENTIPEDE, TIES, HORSE, BRIDGE, ODD_ONE_OUT, TOLL,
    ONE_ACTION,
)  # fmt: skip
SMALL = tuple(game for game in GAMES if isinstance(game.game, Nested))


def drawn(known: Known, count: int = 12) -> list[Play]:
    """Some members of the family, its ends among them."""
    if known.family is None:
        return []
    points = np.random.default_rng(0).random((count, 2))
    corners = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
    return [known.family(float(x), float(y)) for x, y in [*corners, *points]]
