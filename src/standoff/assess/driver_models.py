"""The JSON form of what the answers hang on: part of an assessment."""

from __future__ import annotations

from standoff.assess.part import Part


class DriverPart(Part):
    """What one assumption does to one answer, on the draws at hand, weighted by the record."""

    id: str
    """As the scenario names it: `name`, `name.type`, `prior.ACTOR.TYPE`, `precision`."""
    label: str
    """Its words."""
    correlation: float
    """Rank correlation with the answer."""
    delta: float
    """Share of the answer's distribution that moves when the assumption becomes known: 0 to 1."""
    delta_error: float | None = None
    """Half the width of its 95 per cent bootstrap interval, where one was made."""
    first: float
    """Share of the answer's variance that would go if the assumption became known."""
    first_error: float | None = None
    noise: bool
    """No measure tells it from an assumption that has nothing to do with the answer."""
    low_value: float
    """The assumption's 10th percentile."""
    high_value: float
    """And its 90th."""
    at_low: float
    """Mean answer over the lowest fifth of its values."""
    at_high: float
    """And over the highest."""
    swing: float
    """`at_high` less `at_low`: above 0 where the answer rises with it."""


class SobolPart(Part):
    """Sobol indices of one assumption, or of some that are not independent of one another."""

    id: str
    """Of the assumption; `prior.ACTOR` for the odds of an actor's types; correlated ones joined by
    `+`."""
    label: str
    members: list[str]
    """The assumptions in it."""
    first: float
    """Share of the answer's variance that it explains by itself."""
    first_error: float
    """Half the width of the 95 per cent bootstrap interval."""
    first_noise: bool
    """Whether the interval holds 0."""
    total: float
    """Share that it has a part in, by itself and together with others."""
    total_error: float
    total_noise: bool


class SensitivityPart(Part):
    """What one answer hangs on."""

    id: str
    """As in form checks: a judgement or question, `ACTOR.TYPE`, a next move, `endings.ID`."""
    text: str
    probability: float
    effective: float
    """Kish's effective number of variants behind the measures of `drivers`."""
    same_as: str = ""
    """An answer listed before that is the same in every variant."""
    opposite_of: str = ""
    """An answer listed before that is one less this one in every variant."""
    drivers: list[DriverPart]
    """Every assumption: those that tell first, by size of swing, then noise."""
    sobol: list[SobolPart] = []
    """Largest total index first; empty where they were not worked out."""
    sobol_mean: float | None = None
    """Mean of the answer over the assumptions as written, the record not weighing them."""
    sobol_deviation: float | None = None
    """And its standard deviation: what the indices are shares of the square of."""
    sobol_filled: int = 0
    """Variants of the design without an answer, counted as the mean."""
    sobol_note: str = ""
    """Why there are none, where that is about this answer."""
