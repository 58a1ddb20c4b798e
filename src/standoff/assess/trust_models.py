"""The JSON form of how far an item of the record is trusted."""

from __future__ import annotations

from standoff.assess.part import Part, Range


class ItemTrust(Part):
    """How likely an item is to be right, and what that takes from it."""

    grades: list[str]
    """The grades of its sources, the best of each root (`B2`); empty where the item gives its
    `reliability` itself."""
    right: float
    """Odds that it is right, the mean over the assumptions written down."""
    range90: Range
    """5th to 95th percentile of these odds."""
    if_certain: dict[str, dict[str, float]]
    """actor -> type -> the item's likelihood ratio if it were surely right. Empty where another
    item of the same decision counts instead."""
    weighs: float | None
    """The item's weight of evidence (log likelihood ratio) as a share of what it would be if it
    were surely right; None where it would tell nothing even then."""
