"""The scenario language, version 1: what each key is called and what shape it has.

One frozen Pydantic model for each mapping of the language. Shape only: names, expressions, dates
and everything that needs a second key to judge is checked in `standoff.scenario.check`, and the
meaning of each key is SEMANTICS (docs/reference). The JSON Schema that editors use is made from
these models, so each attribute's docstring is what an author sees while typing.

Expressions stay text until they are parsed. What is cited has models of its own
(`source_models`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from standoff.scenario.model_base import (
    Count,
    Expression,
    Identifier,
    Model,
    Moment,
    Name,
    Names,
    as_list,
)
from standoff.scenario.source_models import Grade, Link, Rating, Source

__all__ = [
    "Actor",
    "Audience",
    "Choice",
    "Clock",
    "Correlation",
    "Distribution",
    "Ending",
    "Expression",
    "Identifier",
    "JointRow",
    "Judgement",
    "Model",
    "Moment",
    "Move",
    "NoteHeading",
    "Objective",
    "Observer",
    "ParameterByType",
    "Prior",
    "Proposal",
    "Question",
    "RecordItem",
    "ReportOdds",
    "Resolved",
    "Round",
    "Scenario",
    "Solve",
    "Source",
    "Stake",
    "StartByType",
    "StartDraw",
    "StateVariable",
    "Together",
    "Turn",
    "TypeOf",
    "View",
]  # fmt: skip


class NoteHeading(Model):
    """The heading block of the note."""

    from_: Annotated[str, Field(alias="from")] = ""
    """Who signs."""
    to: str = ""
    """Who reads."""
    subject: str = ""
    """The subject line; the title where none is given."""
    marking: str = ""
    """The handling marking, printed at head and foot."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )


class Round(Model):
    """One round of the clock."""

    first: Moment
    """Its first day."""
    last: Moment | None = None
    """Its last day; the first day where none is given."""
    label: str = ""
    """What the round is called in the note."""


class Clock(Model):
    """The days over which play is modelled, as rounds."""

    rounds: tuple[Round, ...] | Count
    """The rounds in order, without gaps; or their number, with `start` and `step`."""
    start: Moment | None = None
    """First day of the first round, where rounds are of equal length."""
    step: Count = 1
    """Days in a round, where rounds are of equal length."""
    zone: str = "UTC"
    """IANA zone in which days and hours without a zone of their own are read."""


class Distribution(Model):
    """A number that the analyst is unsure of, or a fixed one with a reason. Exactly one of the
    distribution keys (or `value`) is given.
    """

    value: Expression | None = None
    """A fixed number."""
    uniform: tuple[Expression, Expression] | None = None
    """[low, high]"""
    triangular: tuple[Expression, Expression, Expression] | None = None
    """[low, mode, high]"""
    pert: tuple[Expression, Expression, Expression] | None = None
    """[low, mode, high]: a beta distribution, smoother than the triangular one."""
    normal: tuple[Expression, Expression] | None = None
    """[mean, standard deviation]"""
    lognormal: tuple[Expression, Expression] | None = None
    """[median, standard deviation of the logarithm]"""
    beta: tuple[Expression, Expression] | None = None
    """[a, b]"""
    choice: dict[str, Expression] | None = None
    """Values with their odds; `on` and `off` stand for 1 and 0."""
    because: str = ""
    """Why these numbers."""
    source: Names = ()
    """Passages on which they rest."""
    label: str = ""
    """What the number is called in the note."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return {"value": value}
        return value

    @property
    def kind(self) -> str:
        """Name of the distribution key in use, or the empty string."""
        given = [k for k in _DISTRIBUTIONS if getattr(self, k) is not None]
        return given[0] if given else ""

    @property
    def fixed(self) -> bool:
        """Whether every variant has the same number."""
        return self.kind == "value"


_DISTRIBUTIONS = (
    "value", "uniform", "triangular", "pert", "normal", "lognormal", "beta", "choice",
)  # fmt: skip


class ParameterByType(BaseModel):
    """A parameter that differs between the types of one actor: `by: ussr`, then an entry a type."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, Distribution]

    by: str
    """The actor whose types index the parameter."""
    label: str = ""
    """What the number is called in the note."""

    @property
    def by_type(self) -> dict[str, Distribution]:
        """The distribution of each type."""
        return dict(self.__pydantic_extra__)


class Correlation(Model):
    """Rank correlation between two uncertain parameters (Gaussian copula)."""

    between: tuple[str, str]
    """Two parameters (`keep.hold` for one type's)."""
    rank: float = Field(gt=-1, lt=1)
    """Spearman's rank correlation."""
    because: str = ""
    """Why."""


class Stake(Model):
    """What the type itself would call the issue: the difference between two endings."""

    from_: Annotated[str, Field(alias="from")]
    """An ending."""
    to: str
    """Another ending."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )


class TypeOf(Model):
    """A private type: an intention that the others can't see."""

    label: str = ""
    """In words."""
    stake: Stake | Expression | None = None
    """The unit of precision: `{from: ENDING, to: ENDING}`, or a number."""
    source: Names = ()
    """Passages that suggest the type."""
    first_known: Moment | None = None
    """The day from which an analyst could have thought of it."""


class Prior(BaseModel):
    """Odds of the types before anything is seen: a number or a distribution for each, one of them
    possibly `rest`; or `dirichlet:` with a weight for each.
    """

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, Distribution]

    dirichlet: dict[str, float] | None = None
    """Weights; the larger their sum, the surer."""
    because: str = ""
    """Why these numbers."""
    source: Names = ()
    """Passages on which they rest."""

    @property
    def by_type(self) -> dict[str, Distribution]:
        """The entry of each type; `rest` is the value ``rest``."""
        return dict(self.__pydantic_extra__)


class Actor(Model):
    """Somebody (or, with `kind: nature`, something) that moves."""

    name: str = ""
    """In words."""
    kind: Literal["player", "nature"] = "player"
    """A player chooses; nature follows stated odds."""
    types: dict[Name, TypeOf] = {}
    """What the actor may secretly be; nothing where it has no secrets."""
    prior: Prior | None = None
    """Odds of the types; even where nothing is said."""
    stake: Stake | Expression | None = None
    """The unit of precision of an actor without types, as a type's `stake`."""


class JointRow(BaseModel):
    """One row of the joint prior: a type for each actor and `p`."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, str]

    p: Expression
    """Odds of this combination; the rows sum to one, one may be `rest`."""

    @property
    def types(self) -> dict[str, str]:
        """Actor -> type"""
        return dict(self.__pydantic_extra__)


class Audience(Model):
    """A public that is moved by what is done, shown and claimed. It follows stated odds; it is no
    player.
    """

    name: str = ""
    """In words."""
    source: Names = ()
    """Passages on which the description rests."""


class StartByType(BaseModel):
    """A start value that depends on an actor's type: `by: ussr`, then one value a type."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, Expression]

    by: str
    """The actor."""

    @property
    def by_type(self) -> dict[str, str]:
        """Type -> value"""
        return dict(self.__pydantic_extra__)


class StartDraw(Model):
    """A start value drawn by nature: what an *actor* is unsure of (with `seen_by`)."""

    draw: dict[str, Expression]
    """value -> odds; one may be `rest`."""


class StateVariable(Model):
    """Something that moves change: a boolean (`start: false`), named levels, an integer range, or
    (with neither) a number.
    """

    levels: tuple[str, ...] | None = None
    """Names in order, lowest first."""
    range: tuple[int, int] | None = None
    """[lowest, highest] whole numbers."""
    overflow: Literal["error", "clip"] = "error"
    """What happens at the edge of the range."""
    start: StartByType | StartDraw | Expression
    """Value before the first step."""
    label: str = ""
    """In words."""
    seen_by: Names | None = None
    """Who sees its value when it changes; everyone where nothing is said, `nobody` for none."""
    audience: str | None = None
    """The audience to which it belongs."""
    source: Names = ()
    """Passages on which it rests."""
    first_known: Moment | None = None
    """The day from which an analyst could have thought of it."""


class Move(Model):
    """A move of an actor, or an outcome of nature (which has `odds`)."""

    label: str = ""
    """In words: what the actor does ("accepts the standstill")."""
    use: str | None = None
    """Name of a shared move under `moves:`; keys given here override it."""
    when: Expression | None = None
    """Open only where this holds."""
    odds: Expression | None = None
    """Nature only: odds of this outcome, or `rest`."""
    then: dict[Name, Expression] = {}
    """State variables and their new values, all evaluated in the state before the move."""
    ends: str | None = None
    """The ending that this move brings about."""
    seen_by: Names | dict[str, Literal["now", "next round"]] | None = None
    """Who sees the move: everyone where nothing is said; a list of actors, `public`, `nobody`; or
    actors with a delay."""
    seen_as: str | None = None
    """A signal that whoever is not in `seen_by` gets instead; several moves may share it."""
    quiet: bool = False
    """Leaves no trace: the only kind of move possible at a step on which the record is silent."""
    rate: Expression = "1"
    """Reference measure of the logit; copies of one act share it."""
    waits: bool = False
    """This move lets time pass: the others' rates scale with the days of the round."""
    tactic: Names = ()
    """Tags, for queries and the note."""
    serves: Names = ()
    """Objectives of the mover that the move is for."""
    channel: str = ""
    """Words only: where they are said."""
    claims: Literal["admit", "deny", "decline"] | None = None
    """Words only: what is said of a fact."""
    source: Names = ()
    """Passages on which the move rests."""
    first_known: Moment | None = None
    """The day from which an analyst could have thought of it."""


Choice = dict[Name, Move]
"""A menu: moves (or outcomes) by id."""


class Together(Model):
    """One of several actors that choose in the same turn without seeing each other's choice."""

    actor: str
    """Who."""
    moves: Choice
    """Its menu."""


class Turn(Model):
    """A place in the order of play."""

    id: Name
    """Short name, used in `actor.turn.move`."""
    label: str = ""
    """In words."""
    actor: str | None = None
    """Who moves (a player, nature, or an audience); nobody in a drift."""
    rounds: Annotated[tuple[str, ...] | None, BeforeValidator(as_list)] = None
    """Rounds in which it is played: numbers, ranges (`2-4`), `last`; all where nothing is said."""
    when: Expression | None = None
    """Skipped in histories where this does not hold."""
    at: str = ""
    """Hour of day, for the reader."""
    moves: Choice | None = None
    """A player's menu."""
    outcomes: Choice | None = None
    """Nature's outcomes, with odds."""
    together: tuple[Together, ...] | None = None
    """Several actors that choose at once."""
    then: dict[Name, Expression] | None = None
    """Drift: what changes by itself, without an actor."""
    proposes: Names = ()
    """Proposals that may be made here: each adds the move `propose_ID`."""
    answers: Names = ()
    """Proposals that may be answered here: each adds `accept_ID`, `refuse_ID`, and `counter_ID`
    where the proposal names a counter."""
    turn_seen: bool = True
    """Whether those who see neither move nor signal see that the turn took place."""


class Proposal(Model):
    """Terms put by one actor to others. Accepting is not complying: compliance is a later move."""

    label: str = ""
    """In words."""
    by: str
    """Who makes it."""
    sponsor: str | None = None
    """Who stands behind it, where that is someone else."""
    sponsor_seen_by: Names | None = None
    """Who knows the sponsor."""
    to: Names
    """Who must answer."""
    terms: dict[Name, str] = {}
    """Named items with the level asked for."""
    channel: str = ""
    """Where it is put."""
    expires: Moment | None = None
    """The day after which it lapses."""
    counter: str | None = None
    """The proposal that an addressee may put in its place."""
    tactic: Names = ()
    """Tags of the move that makes it."""
    serves: Names = ()
    """Objectives of the proposer that it is for."""
    source: Names = ()
    """Passages on which it rests."""
    first_known: Moment | None = None
    """The day from which an analyst could have thought of it."""


class Ending(Model):
    """How play can end: by condition, by a move's `ends:`, or by the clock (`time`)."""

    label: str = ""
    """In words."""
    when: Expression | None = None
    """Play ends here where this holds after a turn; the first in the list wins."""
    lottery: dict[Name, Expression] | None = None
    """Endings with odds (one may be `rest`): drawn where nobody moves afterwards."""
    source: Names = ()
    """Passages on which it rests."""


class Objective(Model):
    """One term of an actor's payoff, which is the weighted sum of its terms."""

    label: str = ""
    """In words."""
    value: Expression | None = None
    """Paid once, over the final state and the ending."""
    each_round: Expression | None = None
    """Paid at the end of each round reached."""
    weight: Expression | dict[Name, Expression] = "1"
    """A number, or one for each type."""
    per: Literal["round", "day"] = "round"
    """Whether `each_round` is multiplied by the days of the round."""
    discount: Expression = "1"
    """Factor per round on `each_round`; the first round has factor 1."""
    to: Literal["end", "horizon"] = "end"
    """Whether `each_round` goes on, with the final state, for the rounds after play has ended."""
    because: str = ""
    """Why."""
    source: Names = ()
    """Passages on which it rests."""


class ReportOdds(Model):
    """Odds that a report would read so, if an event holds; the last item has `else` alone."""

    when: str | None = None
    """An event."""
    p: Expression | None = None
    """Odds of the report, if it holds."""
    else_: Annotated[Expression | None, Field(alias="else")] = None
    """Odds where no event before it holds."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )


class RecordItem(Model):
    """Something observed. Exactly one of `move`, `report`, `unknown`, `absence`."""

    id: Identifier | None = None
    """Short name; made from the move and the day where none is given."""
    move: Annotated[tuple[str, ...] | None, BeforeValidator(as_list)] = None
    """`actor.turn.move` (or `actor.turn.outcome`), or several of one turn: one of them."""
    report: str | None = None
    """Something learned that is no move, in words; needs `odds`."""
    odds: tuple[ReportOdds, ...] | None = None
    """For a report: how likely it would be, by event."""
    unknown: str | None = None
    """A turn at which anything may have happened."""
    absence: str | None = None
    """A move (`actor.turn.move`) or event that was not seen between `first` and `last`."""
    at: Moment | None = None
    """When it happened."""
    known: Moment | None = None
    """When the observer had it; `at` where nothing is said."""
    first: Moment | None = None
    """For an absence: from when."""
    last: Moment | None = None
    """For an absence: until when."""
    reliability: Expression | None = None
    """Odds that the item is right, above 0 and at most 1: a number, or an expression over
    parameters; otherwise any move open there was made, evenly. Where nothing is said, what the
    grades of its links say, or certain."""
    same_decision: str | None = None
    """Items with one such name express one choice and count once."""
    refines: str | None = None
    """The earlier item (one of several) that this one narrows down."""
    text: str = ""
    """What was seen, in words."""
    ratings: dict[str, Rating] = {}
    """The analyst's own, for the evidence table: `actor.type` and how the item fits it (`CC`, `C`,
    `N`, `I`, `II`). They enter no number of the model's."""
    marking: str = ""
    """Handling level, one of `markings`."""
    source: Names = ()
    """Passages."""


class Observer(Model):
    """Whose desk the note is written at."""

    desk: str = ""
    """In words."""
    sees_as: Names
    """What it sees: `public`, and actors all of whose sights it shares (not their types)."""
    actor: str | None = None
    """Whose options the note gives by default."""


class Resolved(Model):
    """What came of a statement."""

    value: Literal["true", "false", "partly", "contested", "never"]
    """How it came out; `never`: it can't be settled."""
    because: str = ""
    """In words."""
    source: Names = ()
    """Passages."""
    day: Moment | None = None
    """When it was settled."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return {"value": str(value).lower()}
        return {"value": value} if isinstance(value, str) else value


class Resolves(Model):
    """How a statement will be settled, written before it is."""

    criterion: str
    """What would show it."""
    day: Moment
    """By when."""


class Judgement(Model):
    """A statement to audit."""

    id: Identifier
    """Short name."""
    text: str
    """The statement, paraphrased."""
    kind: Literal["fact", "input", "inference", "forecast", "attitude"]
    """What it is; only inferences and forecasts get a probability from the model."""
    where: str = ""
    """Where it stands: `p1 ¶2 s1` (page, paragraph, sentence)."""
    claim: str | None = None
    """A query, for what can be one."""
    twin: str = ""
    """How the claim differs from the statement, where the statement can't be made a query."""
    estimate: float | str | None = None
    """The analyst's own: a probability, or words of a standard."""
    confidence: Literal["low", "moderate", "high"] | None = None
    """The analyst's own confidence, where it differs from what the tool proposes: both are kept."""
    assumed_in: str | None = None
    """For an input: the key path that assumes it (`defines.base_value`)."""
    resolves: Resolves | None = None
    """How it will be settled."""
    resolved: Resolved | None = None
    """How it was."""
    marking: str = ""
    """Handling level, one of `markings`."""
    source: Names = ()
    """Passages."""


class Question(Model):
    """Something that the note should answer."""

    id: Identifier
    """Short name."""
    ask: str
    """A query."""
    text: str = ""
    """In words."""
    marking: str = ""
    """Handling level, one of `markings`."""
    as_: Annotated[str | None, Field(alias="as")] = None
    """Point of view: `actor` or `actor.type`; the observer's where nothing is said."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )


class View(Model):
    """Another analyst's dissent: an overlay of parameters and switches."""

    author: str = ""
    """Whose."""
    because: str = ""
    """Why."""
    set: dict[str, Expression] = {}
    """Parameters (`keep.hold` for one type's) and their values."""
    marking: str = ""
    """Handling level, one of `markings`."""
    source: Names = ()
    """Passages."""


class Solve(Model):
    """How the game is solved, where that is not the default."""

    concept: Literal["aqre"] = "aqre"
    """The solution concept."""
    precision: Distribution = Distribution(uniform=("2", "4"))
    """Precision, in units of each type's stake: at p, a move worth a tenth of the stake less is
    chosen exp(-p/10) times as often."""
    residual: Annotated[float, Field(ge=0, lt=1)] = 0.02
    """Prior odds of "something we have not thought of", for each actor with types."""


class Scenario(Model):
    """A crisis, as an analyst writes it."""

    standoff: Literal[1]
    """Version of the language."""
    id: Identifier
    """Short name, as on the command line."""
    title: str
    """In words."""
    summary: str = ""
    """A paragraph."""
    note: NoteHeading = NoteHeading()
    """The heading block of the note."""
    as_of: Moment | None = None
    """The moment at which the note is written; the last item's `known` where nothing is said."""
    clock: Clock
    """The days over which play is modelled."""
    parameters: dict[Name, ParameterByType | Distribution] = {}
    """Named numbers: what the analyst is unsure of."""
    correlate: tuple[Correlation, ...] = ()
    """Rank correlations between parameters."""
    defines: dict[Name, Expression] = {}
    """Named expressions."""
    actors: dict[Name, Actor]
    """Who moves."""
    joint: tuple[JointRow, ...] | None = None
    """Joint prior over types, where actors' types are not independent."""
    audiences: dict[Name, Audience] = {}
    """Named publics."""
    state: dict[Name, StateVariable] = {}
    """What moves change."""
    moves: dict[Name, Move] = {}
    """Moves written once and used by several turns."""
    proposals: dict[Name, Proposal] = {}
    """Terms put by one actor to others."""
    turns: tuple[Turn, ...]
    """The order of play within a round."""
    ends: dict[Name, Ending] = {}
    """How play can end."""
    objectives: dict[Name, dict[Name, Objective]] = {}
    """What each player wants."""
    solve: Solve = Solve()
    """Concept and precision."""
    record: tuple[RecordItem, ...] = ()
    """What was observed, in order."""
    observer: Observer | None = None
    """Whose desk the note is written at; needed where there is a record."""
    judgements: tuple[Judgement, ...] = ()
    """Statements to audit."""
    questions: tuple[Question, ...] = ()
    """What the note should answer."""
    sources: dict[Identifier, Source] = {}
    """Documents cited."""
    links: tuple[Link, ...] = ()
    """What rests on which words of a document, how good the source is, and what it does there."""
    grades: dict[Grade, Distribution] = {}
    """Odds that what rests on a passage so graded (`B2`) is right, where they are not the usual."""
    markings: tuple[str, ...] = (
        "unclassified",
        "restricted",
        "confidential",
        "secret",
        "top secret",
    )
    """Handling levels, lowest first."""
    views: dict[Name, View] = {}
    """Dissents."""
