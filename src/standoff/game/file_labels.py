"""Names that tell apart: the label of a file where it does, else its number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

__all__ = ["keys"]


def keys(labels: Sequence[str], numbers: Sequence[int] | None = None) -> list[str]:
    """A key for each label, all of them different.

    A label that is empty or not the only one gives way to its number (`numbers`, all different,
    else its place from 1), and so does a label that reads like the number of one that gave way.
    """
    count = Counter(labels)
    number = [str(i) for i in (range(1, len(labels) + 1) if numbers is None else numbers)]
    named = [bool(label) and count[label] == 1 for label in labels]
    taken = {n for n, kept in zip(number, named, strict=True) if not kept}
    while True:
        clash = [i for i, label in enumerate(labels) if named[i] and label in taken]
        if not clash:
            break
        for i in clash:
            named[i] = False
            taken.add(number[i])
    return [labels[i] if kept else number[i] for i, kept in enumerate(named)]
