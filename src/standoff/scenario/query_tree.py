"""The syntax tree of queries: what `standoff.scenario.expression_tree` has, and these nodes.

After `bind_query` a `Query` holds, by `kind`:

- ``probability``: `body` is one `Probability` (a bare event is wrapped in one);
- ``value``: arithmetic over value leaves (`Probability`, `Expectation`, `Price`, and so on);
- ``ratio``: the same with a division outermost, or one `Likelihood`;
- ``comparison``: a `Compare` of such values (or several, under `Both`, `Either`, `Not`);
- ``distribution``: `body` is one `Distribution`.

An **event** is an expression whose leaves are, besides those of expressions, `Moved`, `Timed` and
`Belief`: `evaluate(event, lookup)` asks `lookup` for each of them and does the and, or, not,
comparing and arithmetic in between. A `Variable` or `Clock` that stands outside any `Timed` is
meant at the end of play (of the history: its final state). `lookup` is asked for a `Timed` as a
whole, and evaluates its `event` round by round; `leaves` and `walk` go inside it.

Values are leaves as well: `evaluate(query.body, lookup)` with one array over the variants for each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from standoff.scenario.expression_tree import Expr, Leaf

__all__ = [
    "Belief", "Dependence", "Did", "Distribution", "Do", "Dotted", "Expectation", "Likelihood",
    "Mark", "Moved", "NextMoves", "Payoff", "Price", "Probability", "Query", "QueryKind", "Tense",
    "Timed", "TurnOf", "TypeOf", "Value", "View", "When", "WhenKind",
]  # fmt: skip

Tense = Literal["did", "will", "ever"]
"""Before the anchor (the present, or the day of the audited note); at or after it; both."""
WhenKind = Literal["at", "by", "through", "within"]
QueryKind = Literal["", "probability", "value", "ratio", "comparison", "distribution"]


@dataclass(frozen=True)
class Mark:
    """A moment: a round, a day (ISO text) or the end of play. Bound marks all have their `round`
    (that in which the day falls, the clock's last for the end).
    """

    round: int | None = None
    date: str | None = None
    end: bool = False
    column: int = field(default=1, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class When:
    """When an event is meant. `at`: as `last` ends (with ``last.end``: as play ends). `by`: at the
    end of some round up to `last`; of moves: made in a round up to it. `through`: at the end of
    every round up to `last`. `within`: of some round from `first` to `last`. `by` and `through`
    count from the anchor.
    """

    kind: WhenKind
    last: Mark
    first: Mark | None = None


@dataclass(frozen=True)
class View:
    """A point of view: an actor, of one type or (None) of each in turn."""

    actor: str
    type: str | None
    column: int = field(default=1, compare=False, repr=False, kw_only=True)


# Events ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dotted(Leaf):
    """`line.board`, `ussr.bases`: not bound yet."""

    text: str
    kind: ClassVar[str] = "name"


@dataclass(frozen=True)
class Did(Leaf):
    """`subject did acts`, not bound yet; `columns` are those of the acts."""

    subject: str
    tense: Tense
    acts: tuple[str, ...]
    tactic: bool
    columns: tuple[int, ...] = field(default=(), compare=False, repr=False)
    kind: ClassVar[str] = "name"


@dataclass(frozen=True)
class Moved(Leaf):
    """Whether one of `acts` (`actor.turn.move`, in the order of play) is made.

    `when` narrows the rounds (never `through`); `words` is how the acts were named.
    """

    actor: str | None
    tense: Tense
    acts: tuple[str, ...]
    when: When | None = None
    words: str = field(default="", compare=False)
    kind: ClassVar[str] = "move"


@dataclass(frozen=True)
class Timed(Leaf):
    """An event over state and ending (and beliefs) at a time. Its `event` holds no `Moved`, no
    type and no other `Timed`.
    """

    event: Expr
    when: When
    closed: bool = field(default=False, compare=False, repr=False)  # it stood in parentheses
    kind: ClassVar[str] = "time"

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (self.event,)


@dataclass(frozen=True)
class Belief(Leaf):
    """Somebody's probability of an event, at its information set: a number."""

    view: View
    event: Expr
    kind: ClassVar[str] = "belief"

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (self.event,)


@dataclass(frozen=True)
class Do(Leaf):
    """`do(actor move)`: the move is made with probability one at the actor's next information sets
    where it is open. `acts` are full names. Stands in conditions only.
    """

    actor: str
    acts: tuple[str, ...]
    words: str = field(default="", compare=False)
    kind: ClassVar[str] = "do"


# Values ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Value(Leaf):
    """A number that the model gives, one for each variant."""

    kind: ClassVar[str] = "value"


@dataclass(frozen=True)
class Probability(Value):
    """`P(event | given)`. `forced` are the `do` parts of the condition, taken out of `given`;
    `prior` leaves the record out.
    """

    event: Expr
    given: Expr | None = None
    forced: tuple[Do, ...] = ()
    prior: bool = False

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (self.event, *_some(self.given), *self.forced)


@dataclass(frozen=True)
class Payoff(Leaf):
    """`usa`, `ussr.bases` inside `E`: an actor's payoff, or one objective's weighted part."""

    actor: str
    objective: str | None = None
    kind: ClassVar[str] = "payoff"


@dataclass(frozen=True)
class Expectation(Value):
    """`E(of | given)`: `of` is a `Payoff` or an expression."""

    of: Expr
    given: Expr | None = None
    forced: tuple[Do, ...] = ()
    prior: bool = False

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (self.of, *_some(self.given), *self.forced)


@dataclass(frozen=True)
class Likelihood(Value):
    """`LR(item; event)`: odds of the item if the event holds against its odds if it doesn't. Once
    bound `item` is the id of a record item, or `acts` are the moves meant.
    """

    item: str
    event: Expr
    acts: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (self.event,)


@dataclass(frozen=True)
class NextMoves:
    """The next choice of an actor, wherever it comes."""

    actor: str
    column: int = field(default=1, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class TurnOf:
    """The choice of an actor at one turn (the next time that it is played)."""

    actor: str
    turn: str
    column: int = field(default=1, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class TypeOf:
    """The type of an actor."""

    actor: str
    column: int = field(default=1, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Dependence(Value):
    """`D(next moves of x; event, other)`: total variation between x's conduct if `event` holds and
    if `other` does (None: if `event` doesn't).
    """

    of: NextMoves | TurnOf
    event: Expr
    other: Expr | None = None

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (self.event, *_some(self.other))


@dataclass(frozen=True)
class Price(Value):
    """`price(actor, what | given)`: the payment, in stakes, at which a move would have even odds.
    `what` is a proposal (to make it, or to accept it) or a move; once bound `acts` are the moves
    meant.
    """

    view: View
    what: str
    given: Expr | None = None
    forced: tuple[Do, ...] = ()
    acts: tuple[str, ...] = ()
    at: int = field(default=1, compare=False, repr=False, kw_only=True)
    """Column of `what`."""

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (*_some(self.given), *self.forced)


@dataclass(frozen=True)
class Distribution(Value):
    """`next moves of x`, `type of x`: several probabilities that sum to one."""

    of: NextMoves | TypeOf
    given: Expr | None = None
    forced: tuple[Do, ...] = ()
    prior: bool = False

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (*_some(self.given), *self.forced)


@dataclass(frozen=True)
class Query:
    """A question. `kind` is empty until it is bound; `view` is `as ...:`."""

    body: Expr
    view: View | None
    text: str = field(compare=False)
    kind: QueryKind = ""


def _some(node: Expr | None) -> tuple[Expr, ...]:
    return () if node is None else (node,)
