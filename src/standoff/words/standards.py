"""Two estimative standards: ICD 203 (United States, 2015) and the PHIA yardstick (United Kingdom).

ICD 203 has no gaps; each band is closed below, so 55 in 100 is already "likely". PHIA leaves gaps
between its bands on purpose: an analyst is to decide on which side an estimate falls. A program
must write a rule down:

    A probability in a gap gets the word of the nearest band edge; halfway between two edges, the
    word of the band nearer to even odds (the less certain one).

So 7 in 100 is "remote chance", 7.5 and 8 are "highly unlikely", and 52.5 is still "realistic
possibility".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

StandardId = Literal["icd203", "phia"]

ROUNDING_RULE = (
    "a probability between two bands takes the word of the nearest band edge, and halfway between "
    "two edges that of the band nearer to even odds, the less certain one"
)
"""PHIA's gaps, as the annex states it."""


@dataclass(frozen=True)
class Band:
    """A word and the probabilities it covers, in hundredths, with the phrase that opens a
    sentence.
    """

    word: str
    low: float
    high: float
    opening: str
    """`It is likely`; a clause with `that` follows."""
    extent: str
    """The band as the standard prints it (`55 to 80`)."""


@dataclass(frozen=True)
class Standard:
    """A scale of words. `annex`: words stand in the text and numbers in an annex."""

    id: StandardId
    name: str
    key: str
    """Key of the standard in references.bib."""
    bands: tuple[Band, ...]
    annex: bool
    synonyms: tuple[str, ...]
    """Other words of the same standard, which our notes do not use."""

    def band(self, probability: float) -> Band:
        """The band of a probability; in a gap, by the rounding rule of the module."""
        if not 0 <= probability <= 1:  # also refuses NaN
            raise ValueError(f"a probability lies between 0 and 1, not at {probability!r}")
        # Nine digits: sums of floats that should be .55 are .55.
        hundredths = round(probability * 100, 9)
        inside = [b for b in self.bands if b.low <= hundredths < b.high]
        if inside:
            return inside[-1]

        def distance(band: Band) -> tuple[float, float]:
            edge = min((band.low, band.high), key=lambda e: abs(hundredths - e))
            return round(abs(hundredths - edge), 9), abs(edge - 50)

        return min(self.bands, key=distance)

    def word(self, probability: float) -> str:
        """The standard's word for a probability."""
        return self.band(probability).word

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the scale, lowest first."""
        return tuple(b.word for b in self.bands)

    def rank(self, word: str) -> int:
        """Place of a word on the scale, from 0."""
        return self.words.index(word)


ICD203 = Standard(
    id="icd203",
    name="ICD 203",
    key="icd203",
    bands=(
        Band("almost no chance", 0, 5, "There is almost no chance", "1 to 5"),
        Band("very unlikely", 5, 20, "It is very unlikely", "5 to 20"),
        Band("unlikely", 20, 45, "It is unlikely", "20 to 45"),
        Band("roughly even chance", 45, 55, "There is a roughly even chance", "45 to 55"),
        Band("likely", 55, 80, "It is likely", "55 to 80"),
        Band("very likely", 80, 95, "It is very likely", "80 to 95"),
        Band("almost certain", 95, 100, "It is almost certain", "95 to 99"),
    ),
    annex=False,
    synonyms=(
        "remote", "highly improbable", "improbable", "roughly even odds", "probable", "probably",
        "highly probable", "nearly certain", "almost certainly",
    ),
)  # fmt: skip

PHIA = Standard(
    id="phia",
    name="PHIA yardstick",
    key="phia",
    bands=(
        Band("remote chance", 0, 5, "There is a remote chance", "above 0 to 5"),
        Band("highly unlikely", 10, 20, "It is highly unlikely", "10 to 20"),
        Band("unlikely", 25, 35, "It is unlikely", "25 to 35"),
        Band("realistic possibility", 40, 50, "There is a realistic possibility", "40 to below 50"),
        Band("likely or probable", 55, 75, "It is likely or probable", "55 to 75"),
        Band("highly likely", 80, 90, "It is highly likely", "80 to 90"),
        Band("almost certain", 95, 100, "It is almost certain", "95 to below 100"),
    ),
    annex=True,
    synonyms=("likely", "probable", "probably", "almost certainly"),
)

STANDARDS: dict[str, Standard] = {"icd203": ICD203, "phia": PHIA}


def standard(id: str) -> Standard:
    """The standard of that name: `icd203` or `phia`."""
    try:
        return STANDARDS[id]
    except KeyError:
        raise ValueError(f"no standard {id!r}; there are {', '.join(STANDARDS)}") from None
