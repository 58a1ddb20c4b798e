"""The JSON form of a backtest: the record replayed day by day, knowing nothing later."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from standoff.assess.models import Heading
from standoff.assess.part import Part, Range

REPLAY = (
    "a replay by authors who know the ending: it can show that a model is wrong, not that it is "
    "good"
)
"""What every backtest says of itself."""


class DayBelief(Part):
    """Belief in one type at the end of a day."""

    probability: float
    range90: Range


class DayJudgement(Part):
    """What the model said of one audited statement on one day."""

    id: str
    probability: float
    range90: Range | None = None
    brier: float | None = None
    """Squared distance to the outcome, where the statement has been resolved true or false."""


class BacktestDay(Part):
    """One day of the replay."""

    as_of: str
    """The moment up to which the record was known, ISO."""
    new_items: list[str] = Field(default_factory=list)
    """Ids of the record items that became known since the day before."""
    belief: dict[str, dict[str, DayBelief]]
    """actor -> type"""
    endings: dict[str, float]
    """ending -> odds"""
    next_moves: dict[str, float] = Field(default_factory=dict)
    """`actor.turn.move` -> odds, for the next choice of each actor that has one."""
    judgements: list[DayJudgement] = Field(default_factory=list)
    """Audited statements that the record had not settled by then."""
    settled: dict[str, bool] = Field(default_factory=dict)
    """Statements that it had, and which way: not scored that day."""
    effective: float
    n: int
    failed: int
    withheld: bool = False
    brier: float | None = None
    """Mean over the statements scored that day."""


class Score(Part):
    """A Brier score (0 is perfect) beside those of two forecasters that know nothing.

    Statements: the squared distance to the outcome, 0.25 for one that always says even odds.
    Outlook (`endings`, `next moves`): the sum of squared distances over the outcomes, averaged
    over the days.
    """

    what: Literal["judgements", "endings", "next moves"]
    n: int
    """Forecasts scored."""
    model: float
    uniform: float
    """Equal odds."""
    prior: float | None = None
    """The scenario's own odds before the record."""


class ResolvedStatement(Part):
    """An audited statement that the backtest scores."""

    id: str
    text: str
    outcome: float
    """1 came true, 0 did not."""


class Backtest(Part):
    """The replay of one scenario's record."""

    scenario: str
    title: str
    heading: Heading
    standard: Literal["icd203", "phia"] = "icd203"
    seed: int
    days: list[BacktestDay]
    scores: list[Score]
    statements: list[ResolvedStatement] = Field(default_factory=list)
    ending: str = ""
    """Id of the ending that came about, where the scenario says."""
    caveat: str = REPLAY
    labels: dict[str, str] = Field(default_factory=dict)
    """As in an assessment."""
    warnings: list[str] = Field(default_factory=list)
