"""Where to look again: hand and model apart, one root behind much, ratings missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from standoff.assess.evidence_models import ActorEvidence, EvidenceColumn, EvidenceWarning
from standoff.words.numbers import NOTHING, ratio
from standoff.words.sentences import quoted

ORDER = ("II", "I", "N", "C", "CC")
MUCH = 0.5
"""More than this share of what tells something from one root is worth a warning."""


def warnings(table: ActorEvidence) -> list[EvidenceWarning]:
    """What to look at in one table: items that point two ways, then what is about several."""
    types = [row.id for row in table.hypotheses if not row.residual]
    names = {row.id: row.label for row in table.hypotheses}
    found: list[EvidenceWarning] = []
    for column in table.items:
        found += _opposite(column, types, names)
    return [
        *found,
        *_apart(table.items, types),
        *_one_root(table.items, types),
        *_unrated(table, types),
    ]


def _opposite(
    column: EvidenceColumn, types: Sequence[str], names: dict[str, str]
) -> Iterator[EvidenceWarning]:
    """Rated as speaking against a type while the ratio clearly speaks for it, or the other way.

    A rating is absolute and a ratio is against the other types, so a type that is rated better
    (or worse) than some other is left alone where the ratio says the same.
    """
    for t in types:
        cell = column.cells[t]
        if cell.rating is None or cell.ratio is None or not cell.clear:
            continue
        own = ORDER.index(cell.rating)
        others = [ORDER.index(r) - own for u in types if u != t and (r := column.cells[u].rating)]
        if others and not any(others):  # alike for all: by hand it speaks neither way
            continue
        against, for_ = cell.rating in ("I", "II"), cell.rating in ("C", "CC")
        if against and cell.ratio > NOTHING[1] and not any(r < 0 for r in others):
            said = "clearly speaks for it"
        elif for_ and cell.ratio < NOTHING[0] and not any(r > 0 for r in others):
            said = "clearly speaks against it"
        else:
            continue
        yield EvidenceWarning(
            kind="opposite",
            text=(
                f"Item {column.number} is rated {cell.rating} for {quoted(names[t])}; in the model "
                f"it {said} (ratio {ratio(cell.ratio)})."
            ),
            items=[column.number],
            hypothesis=t,
        )


def _apart(columns: Sequence[EvidenceColumn], types: Sequence[str]) -> Iterator[EvidenceWarning]:
    """Told apart by hand and not by the model, or by the model and not by hand."""
    by_hand, by_model = [], []
    for column in columns:
        cells = [column.cells[t] for t in types]
        if any(c.rating is None or c.ratio is None for c in cells):
            continue
        alike = len({c.rating for c in cells}) == 1
        flat = not telling(column, types)
        if flat and not alike:
            by_hand.append(column.number)
        if alike and not flat and any(c.clear for c in cells):
            by_model.append(column.number)
    if by_hand:
        does = "does" if len(by_hand) == 1 else "do"
        it = "it" if len(by_hand) == 1 else "they"
        yield EvidenceWarning(
            kind="no-difference",
            text=f"{_items(by_hand)} rated to tell the types apart; in the model {it} {does} not.",
            items=by_hand,
        )
    if by_model:
        yield EvidenceWarning(
            kind="rated-alike",
            text=f"{_items(by_model)} rated alike for all types; the model tells them apart.",
            items=by_model,
        )


def _items(numbers: Sequence[int]) -> str:
    """`Item 3 is`, `Items 3, 4 and 7 are`."""
    if len(numbers) == 1:
        return f"Item {numbers[0]} is"
    return f"Items {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} are"


def telling(column: EvidenceColumn, types: Sequence[str]) -> bool:
    """Whether an item tells some type from the others."""
    return any(
        not NOTHING[0] <= r <= NOTHING[1] for t in types if (r := column.cells[t].ratio) is not None
    )


def _one_root(columns: Sequence[EvidenceColumn], types: Sequence[str]) -> Iterator[EvidenceWarning]:
    """Most of what tells something rests on one root alone."""
    kept = [c for c in columns if c.counts and telling(c, types)]
    alone = [c for c in kept if len(c.roots) == 1]
    if len(kept) < 2 or not alone:
        return
    many = Counter(c.roots[0] for c in alone)
    root, times = min(many.items(), key=lambda each: (-each[1], each[0]))
    if times > 1 and times > MUCH * len(kept):
        yield EvidenceWarning(
            kind="one-root",
            text=(
                f"{_share(times, len(kept))} items that tell something rest on one root alone: "
                f"{root}."
            ),
            items=[c.number for c in alone if c.roots[0] == root],
        )


def _share(some: int, all_: int) -> str:
    """`3 of the 5`, `all 5`, `both`: at the head of a sentence."""
    if some < all_:
        return f"{some} of the {all_}"
    return "Both" if all_ == 2 else f"All {all_}"


def _unrated(table: ActorEvidence, types: Sequence[str]) -> Iterator[EvidenceWarning]:
    if not table.rated or table.rated == table.cells:
        return
    missing = [c.number for c in table.items if any(c.cells[t].rating is None for t in types)]
    yield EvidenceWarning(
        kind="unrated",
        text=(
            f"{table.cells - table.rated} of {table.cells} cells are not rated; the score by hand "
            "leaves out the items with gaps."
        ),
        items=missing,
    )
