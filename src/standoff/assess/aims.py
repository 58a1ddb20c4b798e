"""What counts as turning an answer: even odds, the edges of its band, or what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from standoff.assess.answering import unit
from standoff.words.standards import Standard

Crosses = Literal["even odds", "band edge", "asked", "zero", "option"]


@dataclass(frozen=True)
class Aim:
    """What counts as turning: the word `to`, the probability `at`, or (neither) even odds and the
    edges of the answer's own band.
    """

    scale: Standard
    to: str | None = None
    at: float | None = None

    def levels(self, kind: str, reference: float) -> list[tuple[float, Crosses]]:
        """The levels whose crossing turns an answer, and what each is."""
        if kind == "options":
            return [(0.0, "option")]
        if kind == "comparison":
            return [(0.0, "zero")]
        if self.at is not None:
            return [(self.at, "asked")]
        here = self.scale.word(unit(reference))
        edges = band_edges(self.scale)
        if self.to is not None and self.to != here:
            low, high = edges[self.to]
            return [(low if reference < low else high, "asked")]
        own: list[tuple[float, Crosses]] = [
            (e, "band edge") for e in edges[here] if 0 < e < 1
        ]  # fmt: skip
        return own if any(e == 0.5 for e, _ in own) or self.to else [*own, (0.5, "even odds")]


def band_edges(scale: Standard) -> dict[str, tuple[float, float]]:
    """Where each word begins and ends, as fractions: between two bands that leave a gap the word
    changes in the middle of it.
    """
    bands = scale.bands
    cuts = [0.0, *((a.high + b.low) / 200 for a, b in pairwise(bands)), 1.0]
    return {band.word: (cuts[i], cuts[i + 1]) for i, band in enumerate(bands)}
