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
    """What to look at in one table, by item, then what is about all of it."""
    types = [row.id for row in table.hypotheses if not row.residual]
    names = {row.id: row.label for row in table.hypotheses}
    found: list[EvidenceWarning] = []
    for column in table.items:
        found += _opposite(column, types, names)
        found += _apart(column, types)
    return [*found, *_one_root(table.items, types), *_unrated(table, types)]


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


def _apart(column: EvidenceColumn, types: Sequence[str]) -> Iterator[EvidenceWarning]:
    """Told apart by hand and not by the model, or by the model and not by hand."""
    cells = [column.cells[t] for t in types]
    if any(c.rating is None or c.ratio is None for c in cells):
        return
    alike = len({c.rating for c in cells}) == 1
    flat = all(NOTHING[0] <= (c.ratio or 0.0) <= NOTHING[1] for c in cells)
    if flat and not alike:
        yield EvidenceWarning(
            kind="no-difference",
            text=(
                f"Item {column.number} is rated to tell the types apart; in the model it does not."
            ),
            items=[column.number],
        )
    if alike and any(c.clear for c in cells) and not flat:
        yield EvidenceWarning(
            kind="rated-alike",
            text=f"Item {column.number} is rated alike for all types; the model tells them apart.",
            items=[column.number],
        )


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
                f"{times} of the {len(kept)} items that tell something rest on one root alone: "
                f"{root}."
            ),
            items=[c.number for c in alone if c.roots[0] == root],
        )


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
