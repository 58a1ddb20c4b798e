"""The evidence table: a section of the note, and a report."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from standoff.assess.evidence_models import (
    ActorEvidence,
    EvidenceCell,
    EvidenceColumn,
    EvidencePart,
    HypothesisRow,
    InconsistencyScore,
)
from standoff.assess.evidence_warnings import telling
from standoff.chart.evidence import Weighed, evidence_heat
from standoff.note.dates import short
from standoff.note.formats import render_outline
from standoff.note.outline import (
    Block,
    Bullets,
    Column,
    Figure,
    Outline,
    Paragraph,
    Rich,
    Section,
    Table,
    rich,
)
from standoff.note.report import report, variants_of
from standoff.note.writer import NO_BREAK, Writer
from standoff.words.numbers import NOTHING, compact, compact_span, plain, ratio
from standoff.words.sentences import MODEL_DERIVED, capital, quoted
from standoff.words.standards import Standard
from standoff.words.standards import standard as standard_of

TITLE = "The evidence against each hypothesis"
ACROSS = 8
"""Items side by side in a table; more go on in another."""
MOST_PAIRS = 6
"""Pairs of types that a table has room for: those of four types."""
MOST_WARNINGS = 4
"""Of each actor in the note; the report has all."""
HOW = (
    "Each number says how many times likelier the item was, after the items before it, if the "
    "hypothesis holds than if it does not; of “something not thought of”, than as the model has "
    f"it. From {NOTHING[0]:g} to {NOTHING[1]:g} it tells nothing. Items of one decision show their "
    "joint ratio and count once. Letters are the analyst's ratings: CC very consistent, C "
    "consistent, N neutral, I inconsistent, II very inconsistent."
)
SCORE = (
    "The score adds 1 for an item that is rated I and 2 for II; by hand times the item's weight "
    "(1.41 where its sources are graded well, 0.71 where badly, else 1). Least is best. By the "
    f"model: of the ratings that its ratios stand for (I below {NOTHING[0]:g}, II below a third), "
    "which the grades have tempered already. The score knows neither prior nor degree, so that it "
    "may rank otherwise than belief does."
)
PRODUCT = (
    "Odds before the record, times the ratios of all items that count, times what the turns "
    "without an item tell (silence), are the odds now."
)


def render_evidence(found: EvidencePart, format: str = "text") -> str | bytes:
    """The evidence table as `text`, `md`, `html`, `pdf` or `json`; as `svg` the chart of the first
    actor.
    """
    if format == "json":
        return found.model_dump_json(indent=2) + "\n"
    if format == "svg":
        from standoff.chart import svg

        return svg(figure(found.actors[0]).spec) + "\n"
    return render_outline(evidence_outline(found), format)


def evidence_outline(found: EvidencePart) -> Outline:
    """The report before it is text or a page."""
    scale = standard_of(found.standard)
    opening = f"From {variants_of(found)}. This report is {MODEL_DERIVED}"
    sections = []
    for table in found.actors:
        blocks: list[Block] = [figure(table), *_matrices(table)]
        if table.warnings:
            blocks.append(Paragraph(rich("To look at again:")))
            blocks.append(Bullets(tuple(rich(each.text) for each in table.warnings)))
        blocks += [_scores(table), _products(table, scale), *_items(table), *_pairs(table)]
        sections.append(Section(f"evidence-{table.actor}", capital(table.label), tuple(blocks)))
    rests = tuple(Paragraph(rich(text)) for text in (HOW, SCORE, PRODUCT))
    sections.append(Section("reading", "How to read this", rests))
    return report("EVIDENCE", TITLE, found, (Paragraph(rich(opening)),), sections)


def section(w: Writer, part: EvidencePart) -> Section | None:
    """The note's section: a chart for each actor, which hypothesis stands where by which measure,
    and what to look at again. The items themselves stand in the record's table.
    """
    blocks: list[Block] = []
    for table in part.actors:
        blocks.append(figure(table, few=True))
        blocks.append(Paragraph(rich(ranking(table)), lead=f"{capital(table.label)}."))
        if table.warnings:
            shown = table.warnings[:MOST_WARNINGS]
            more = len(table.warnings) - len(shown)
            items = [rich(each.text) for each in shown]
            if more:
                items.append(rich(f"{more} more in the evidence table."))
            blocks.append(Bullets(tuple(items)))
    return Section("evidence-table", TITLE, tuple(blocks)) if blocks else None


# ---------------------------------------------------------------------------------- in words


def ranking(table: ActorEvidence) -> str:
    """Which hypothesis stands first by belief and by each score."""
    types = [row for row in table.hypotheses if not row.residual]
    first = " and ".join(quoted(r.label) for r in types if r.rank == 1)
    said = [f"Belief puts {first} first."]
    by_model = _least(types, [r.by_model for r in types])
    if by_model:
        same = "too" if by_model == first else "by contrast"
        said.append(
            f"By the inconsistency score of the model's own ratios {by_model} has least against "
            f"it, {same}."
        )
    by_hand = _least(types, [r.by_ratings for r in types])
    if by_hand:
        kept = next(r.by_ratings.items for r in types if r.by_ratings)
        same = "which agrees with belief" if by_hand == first else "which belief does not bear out"
        said.append(
            f"By the analyst's ratings ({kept} of {len(table.items)} items) {by_hand} has least "
            f"against it, {same}."
        )
    elif table.rated:
        said.append("No item is rated by hand for every type.")
    return " ".join(said)


def _least(rows: Sequence[HypothesisRow], held: Sequence[InconsistencyScore | None]) -> str:
    best = [r for r, score in zip(rows, held, strict=True) if score is not None and score.rank == 1]
    if len(best) == len(rows) > 1:
        return "no hypothesis in particular"
    return " and ".join(quoted(r.label) for r in best)


# ---------------------------------------------------------------------------------- tables


def _matrices(table: ActorEvidence) -> list[Block]:
    """Hypotheses in rows, items in columns, eight at a time and evenly shared."""
    count = len(table.items)
    parts = -(-count // ACROSS)
    across = -(-count // parts)
    out: list[Block] = []
    for start in range(0, count, across):
        shown = table.items[start : start + across]
        columns = (
            Column("Hypothesis", 3),
            *(Column(str(c.number), 1, number=True) for c in shown),
        )
        rows = tuple(
            (rich(row.label), *(_cell(c.cells.get(row.id)) for c in shown))
            for row in table.hypotheses
        )
        span = (
            f"items {shown[0].number} to {shown[-1].number}"
            if len(shown) > 1
            else (f"item {shown[0].number}")
        )
        out.append(Table(f"Likelihood ratios, {span}", columns, rows))
    return out


def _cell(cell: EvidenceCell | None) -> Rich:
    if cell is None:
        return rich()
    number = "–" if cell.ratio is None else ratio(cell.ratio)
    return rich(f"{number} {cell.rating}".strip().replace(" ", NO_BREAK) if cell.rating else number)


def _scores(table: ActorEvidence) -> Table:
    rows = tuple(
        (
            rich(row.label),
            rich(str(row.rank)),
            *_score(row.by_ratings),
            *_score(row.by_model),
        )
        for row in table.hypotheses
        if not row.residual
    )
    columns = (
        Column("Hypothesis", 3),
        Column("Place by belief", 0.8, number=True),
        Column("Score by hand", 0.8, number=True),
        Column("Place", 0.5, number=True),
        Column("Score by model", 0.8, number=True),
        Column("Place", 0.5, number=True),
    )
    return Table("What stands against each hypothesis", columns, rows)


def _score(score: InconsistencyScore | None) -> tuple[Rich, Rich]:
    if score is None:
        return rich("not rated"), rich()
    return rich(plain(score.score)), rich(str(score.rank))


def _products(table: ActorEvidence, scale: Standard) -> Table:
    """From the prior to belief; without these where a standard keeps their numbers for an annex,
    which this report has not.
    """
    named = not scale.annex
    rows = tuple(
        (
            rich(row.label),
            *((_belief(row.prior, None, scale),) if named else ()),
            rich("–" if row.product is None else ratio(row.product)),
            rich("–" if row.rest is None else ratio(row.rest)),
            *((_belief(row.posterior, row.posterior_range90, scale),) if named else ()),
        )
        for row in table.hypotheses
    )
    columns = (
        Column("Hypothesis", 3),
        *((Column("Before", 0.8, number=True),) if named else ()),
        Column("All items", 0.8, number=True),
        Column("Silence", 0.8, number=True),
        *((Column("Now", 1.4, number=True),) if named else ()),
    )
    return Table("From the prior to belief", columns, rows)


def _belief(value: float, extent: tuple[float, float] | None, scale: Standard) -> Rich:
    number = compact(value, scale).replace(" ", NO_BREAK)
    return rich(number if extent is None else f"{number} ({compact_span(*extent)})")


def _items(table: ActorEvidence) -> tuple[Table, Table]:
    """The items by number, and the range of each ratio."""
    types = [row for row in table.hypotheses if not row.residual]
    items = tuple(
        (
            rich(str(c.number)),
            rich(short(c.known).replace(" ", NO_BREAK)),
            rich(c.text.strip() + _once(c)),
            rich(_strongest([c.cells[row.id] for row in types])),
        )
        for c in table.items
    )
    ranges = tuple(
        (rich(str(c.number)), *(_with_range(c.cells[row.id]) for row in types)) for c in table.items
    )
    number = Column("No.", 0.3, number=True)
    return (
        Table(
            "The items",
            (number, Column("Known", 0.6), Column("Item", 3.4), Column("Strength", 1)),
            items,
        ),
        Table(
            "Each ratio, and its range over the variants",
            (number, *(Column(capital(row.label), 1) for row in types)),
            ranges,
        ),
    )


def _pairs(table: ActorEvidence) -> tuple[Table, ...]:
    """Type against type, where there are more than two: with two the ratios say it already."""
    names = {row.id: row.label for row in table.hypotheses}
    pairs = list(table.items[0].pairwise)
    if not 1 < len(pairs) <= MOST_PAIRS:
        return ()
    heads = [f"{names[a]} : {names[b]}" for a, b in (pair.split("/") for pair in pairs)]
    rows = tuple(
        (
            rich(str(c.number)),
            *(
                rich("–" if c.pairwise[pair].ratio is None else ratio(c.pairwise[pair].ratio or 0))
                for pair in pairs
            ),
        )
        for c in table.items
    )
    columns = (Column("No.", 0.3, number=True), *(Column(capital(head), 1) for head in heads))
    return (Table("Type against type: the ratio for the first over the second", columns, rows),)


def _once(column: EvidenceColumn) -> str:
    if not column.one_decision_with:
        return ""
    return f" (one decision with {', '.join(map(str, column.one_decision_with))})"


def _with_range(cell: EvidenceCell) -> Rich:
    if cell.ratio is None or cell.range90 is None:
        return rich("–")
    low, high = cell.range90
    return rich(f"{ratio(cell.ratio)} ({ratio(low)} to {ratio(high)})")


def _strongest(cells: Sequence[EvidenceCell]) -> str:
    """The strength of the ratio furthest from 1, and whether its range leaves 1 out."""
    known = [(c.ratio, c) for c in cells if c.ratio is not None]
    if not known:
        return "–"
    # A ratio of zero rules a type out: nothing is further from 1.
    _, best = max(known, key=lambda one: max(one[0], 1 / one[0]) if one[0] > 0 else inf)
    if best.strength == "nothing":
        return "nothing"
    return best.strength if best.clear else f"{best.strength}, side not settled"


# ---------------------------------------------------------------------------------- chart


def figure(table: ActorEvidence, *, few: bool = False) -> Figure:
    """The table as a heat map, ratings by hand under the ratios; where the items are many and `few`
    are wanted, those that tell something, or of which a warning speaks.
    """
    shown = table.items
    if few and len(shown) > ACROSS:
        types = [row.id for row in table.hypotheses if not row.residual]
        warned = {n for each in table.warnings if each.kind == "opposite" for n in each.items}
        shown = [c for c in shown if c.number in warned or telling(c, types)] or shown[-ACROSS:]
    cells = [
        Weighed(row.label, column.number, cell.ratio, cell.rating or "")
        for row in table.hypotheses
        for column in shown
        if (cell := column.cells.get(row.id)) is not None
    ]
    title = f"What each item says of {table.label}"
    description = (
        "Hypotheses in rows, items of the record in columns: how many times likelier each item was "
        "if the hypothesis holds; blue for it, red against it, white neither."
        + (" Letters are the analyst's ratings." if table.rated else "")
        + (" Items that tell nothing are left out." if len(shown) < len(table.items) else "")
    )
    spec = evidence_heat(cells, title=title, description=description)
    return Figure(f"evidence-{table.actor}", title, description, spec)
