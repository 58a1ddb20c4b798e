"""What would turn the answers, in words, tables and charts."""

from __future__ import annotations

from standoff.assess.tipping_models import (
    LimitPart,
    RegionPart,
    RulePart,
    TippedAnswer,
    TippingPart,
)
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
from standoff.note.report import report
from standoff.note.text import WIDTH, block_lines
from standoff.note.tipping_charts import curves_chart, map_chart
from standoff.note.tipping_words import (
    CAPTION,
    about,
    becomes,
    crosses,
    distance,
    figure,
    first_sentence,
    hundred,
    label_of,
    now,
    turns_at,
)
from standoff.words.numbers import percent, plain, share
from standoff.words.sentences import MODEL_DERIVED, quoted

MOST = 12
"""Rows of a table of one answer's tipping points."""


def render_tipping(part: TippingPart, format: str = "text", width: int = WIDTH) -> str | bytes:
    """What would turn one answer or several, as `text`, `md`, `html`, `pdf` or `json`; as `svg` of
    one answer the map where there is one, else the curves.
    """
    if format == "json":
        return part.model_dump_json(indent=2) + "\n"
    if format == "svg":
        from standoff.chart import svg

        first = part.answers[0]
        return svg(map_chart(part, part.maps[0]) if part.maps else curves_chart(part, first)) + "\n"
    if format != "text":
        return render_outline(tipping_outline(part), format)
    blocks = _blocks(part)
    out: list[str] = []
    for block in blocks:
        out += [*block_lines(block, width), ""]
    return "\n".join(line.replace("\N{NO-BREAK SPACE}", " ").rstrip() for line in out)


def _blocks(part: TippingPart) -> list[Block]:
    if _one(part):
        return answer_blocks(part, part.answers[0])
    return [*overview_blocks(part), Paragraph(rich(_how(part)))]


def tipping_outline(part: TippingPart) -> Outline:
    """The same as a page, with its charts."""
    figures: list[Block] = []
    if _one(part):
        a = part.answers[0]
        charts = [("curves", curves_chart(part, a))] if a.curves else []
        charts += [(f"map-{i}", map_chart(part, m)) for i, m in enumerate(part.maps)]
        for id, spec in charts:
            title = " ".join(spec["title"]["text"])
            figures.append(Figure(f"tipping-{id}", title, spec["description"], spec))
    return report(
        "TIPPING POINTS",
        "What would turn the answers",
        part,
        (Paragraph(rich(f"This report is {MODEL_DERIVED}")),),
        (Section("tipping", "What would turn it", (*_blocks(part), *figures)),),
    )


def _one(part: TippingPart) -> bool:
    """Whether one answer was asked for; what a map asks for besides is not told."""
    return len([a for a in part.answers if a.kind != "options"]) == 1 or len(part.answers) == 1


def overview_blocks(part: TippingPart) -> list[Block]:
    """A table of the nearest tipping point of each answer."""
    rows, silent = [], []
    for a in part.answers:
        if not a.points:
            silent.append(rich(f"{about(a)}: {a.note}."))
            continue
        p = a.points[0]
        rows.append(
            (
                rich(about(a)),
                rich(now(part, a)),
                rich(p.label or p.parameter),
                rich(f"{turns_at(p)} ({figure(p.median)})"),
                rich(distance(p)),
                rich(becomes(part, p)),
            )
        )
    columns = (
        Column("Answer", 2.6),
        Column("At the medians", 1),
        Column("Turned by", 1.6),
        Column("At (median)", 1.1, number=True),
        Column("Distance", 0.8, number=True),
        Column("Becomes", 1.1),
    )
    out: list[Block] = []
    if rows:
        note = f"{CAPTION} Distance is in the parameter's own standard deviations (of a choice: in "
        note += "levels)."
        title = "The nearest single assumption that would turn each answer"
        out.append(Table(title, columns, tuple(rows), rich(note)))
    if silent:
        out.append(Bullets(tuple(silent)))
    return out


def answer_blocks(part: TippingPart, a: TippedAnswer) -> list[Block]:
    """One answer: what it is, what is nearest, all tipping points, the region wanted, the cost."""
    blocks: list[Block] = [Paragraph(rich(about(a) + "."))]
    blocks.append(Paragraph(rich(first_sentence(part, a))))
    if a.points:
        blocks.append(_points(part, a))
    elif a.swings:
        blocks.append(_swings(part, a))
    if a.unconfirmed:
        named = ", ".join(label_of(part, k) for k in a.unconfirmed)
        text = f"A crossing was seen but not confirmed when it was solved again: {named}."
        blocks.append(Paragraph(rich(text), warning=True))
    if a.region is not None:
        blocks += region_blocks(a.region, part)
    blocks.append(Paragraph(rich(_how(part))))
    return blocks


def _points(part: TippingPart, a: TippedAnswer) -> Table:
    rows = [
        (
            rich(p.label or p.parameter),
            rich(figure(p.median)),
            rich(turns_at(p)),
            rich(distance(p)),
            rich(crosses(p)),
            rich(becomes(part, p)),
            rich(hundred(p.turned_beyond)),
            rich(hundred(p.turned_short)),
        )
        for p in a.points[:MOST]
    ]
    columns = (
        Column("Parameter", 2.2),
        Column("Median", 0.7, number=True),
        Column("Turns at", 0.8, number=True),
        Column("Distance", 0.8, number=True),
        Column("Crosses", 1),
        Column("Becomes", 1.2),
        Column("Turned beyond", 0.8, number=True),
        Column("Short of it", 0.7, number=True),
    )
    note = (
        f"{CAPTION} Distance is in the parameter's own standard deviations (of a choice: in "
        "levels). The last two columns look at the draws, in which all else moves too: of 100 "
        "beyond and short of that value, by weight, in so many the answer has turned."
    )
    left = len(a.points) - len(rows)
    if left > 0:
        note += f" {left} more lie further away."
    return Table("What turns it, nearest first", columns, tuple(rows), rich(note))


def _swings(part: TippingPart, a: TippedAnswer) -> Table:
    low, high = (f"{100 * x:.0f}" for x in part.support)
    scale = 100.0 if a.kind == "probability" else 1.0
    digits = 1 if a.kind == "probability" else 3
    rows = tuple((rich(label_of(part, k)), rich(plain(scale * v, digits)))
                 for k, v in list(a.swings.items())[:5])  # fmt: skip
    title = f"What moves it most, from the {low}st to the {high}th percentile"
    unit = "By, in 100" if a.kind == "probability" else "By"
    return Table(title, (Column("Parameter", 3), Column(unit, 0.8, number=True)), rows)


def region_blocks(region: RegionPart, part: TippingPart) -> list[Block]:
    """What would have to be true, as rules."""
    wanted = quoted(region.wanted)
    head = (
        f"What would have to be true for {wanted}: it is so in {share(region.share)}, by weight "
        f"({part.drawn} drawn, effective {part.effective:.0f})."
    )
    if region.nearest is not None:
        at = ", ".join(
            f"{label_of(part, key)} {plain(abs(far), 1)} standard deviations "
            + ("up" if far > 0 else "down")
            for key, far in region.nearest_at.items()
        )
        head = (
            f"What would have to be true for {wanted}: no variant is so; the nearest answers "
            f"{percent(region.nearest)}" + (f" (there: {at})." if at else ".")
        )
        return [Paragraph(rich(head))]
    if region.note:
        head += f" {region.note[:1].upper()}{region.note[1:]}."
    blocks: list[Block] = [Paragraph(rich(head))]
    if region.rules:
        blocks.append(Bullets(tuple(_rule(r) for r in region.rules), numbered=True))
    return blocks


def _rule(r: RulePart) -> Rich:
    told = " and ".join(_limit(x) for x in r.limits)
    fresh = "" if r.checked is None else (
        f"; on variants not used to find it, {hundred(r.checked)} of 100"
    )  # fmt: skip
    return rich(
        f"If {told}: so in {hundred(r.precision)} of 100 such variants, which are "
        f"{hundred(r.weight)} of 100 of all and cover {hundred(r.coverage)} of 100 of those "
        f"wanted{fresh}."
    )


def _limit(x: LimitPart) -> str:
    name = x.label or x.parameter
    if x.low is not None and x.high is not None:
        return f"{name} is between {figure(x.low)} and {figure(x.high)}"
    if x.low is not None:
        return f"{name} is above {figure(x.low)}"
    return f"{name} is at most {figure(x.high if x.high is not None else float('nan'))}"


def _how(part: TippingPart) -> str:
    failed = (
        f"; {part.failed} failed the solver check and count as no crossing" if part.failed else ""
    )
    low, high = (100 * x for x in part.support)
    moved = f"each of {part.parameters} parameters"
    if part.parameters < part.uncertain:
        moved = (
            f"each of the {part.parameters} parameters (of {part.uncertain}) that go with the "
            "answers most"
        )
    return (
        f"{part.solved} variants were solved for this{failed}: {moved} moved by itself from its "
        f"{low:.0f}st to its {high:.0f}th percentile, each crossing solved again at the point and "
        "on both sides of it."
    )
