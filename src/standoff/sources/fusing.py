"""Several rankings made one: reciprocal rank fusion [cormack2009]."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["K", "fused"]

K = 60
"""What is added to every rank. With 60, as in the paper, the first of one ranking (1/61) is worth
as much as a passage that both rankings have at about rank 62."""


def fused(rankings: Sequence[Sequence[int]], k: int = K) -> list[tuple[int, float]]:
    """(item, score), best first: the sum over rankings of 1/(k + rank), ranks counted from 1.

    An item that a ranking lacks gets nothing of it. Of equals the smaller number comes first.
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, 1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (k + rank)
    return sorted(scores.items(), key=lambda one: (-one[1], one[0]))
