"""What would turn the answers, in words, tables and charts."""

from __future__ import annotations

import numpy as np

from standoff.assess.models import (
    LimitPart,
    MapPart,
    RegionPart,
    RulePart,
    TippedAnswer,
    TippingPart,
    TippingPoint,
)
from standoff.chart.map import Across, Line, answer_map
from standoff.chart.theme import Spec
from standoff.chart.tipping import Along, Level, tipping_curves
from standoff.note.dates import in_words
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
from standoff.note.text import WIDTH, block_lines
from standoff.variants.contours import level_lines
from standoff.words.numbers import compact, percent, plain, share
from standoff.words.sentences import MODEL_DERIVED, quoted
from standoff.words.standards import Standard, standard

MOST = 12
"""Rows of a table of one answer's tipping points."""
CAPTION = "All other parameters stand at their medians."


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
    return Outline(
        kind="TIPPING POINTS",
        title=f"What would turn the answers: {part.title}",
        language="en",
        marking="",
        heading=(
            ("SUBJECT", part.title),
            ("AS OF", in_words(part.as_of) if part.as_of else "the end of the record"),
        ),
        as_of=part.as_of,
        opening=(Paragraph(rich(f"It is {MODEL_DERIVED}")),),
        sections=(Section("tipping", "What would turn it", (*_blocks(part), *figures)),),
        footnotes=(),
    )


def _one(part: TippingPart) -> bool:
    """Whether one answer was asked for; what a map asks for besides is not told."""
    return len([a for a in part.answers if a.kind != "options"]) == 1 or len(part.answers) == 1


def overview_blocks(part: TippingPart) -> list[Block]:
    """A table of the nearest tipping point of each answer."""
    rows, silent = [], []
    for a in part.answers:
        if not a.points:
            silent.append(rich(f"{_about(a)}: {a.note}."))
            continue
        p = a.points[0]
        rows.append(
            (
                rich(_about(a)),
                rich(_now(part, a)),
                rich(p.label or p.parameter),
                rich(f"{_at(p)} ({_figure(p.median)})"),
                rich(_distance(p)),
                rich(_becomes(part, p)),
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
    blocks: list[Block] = [Paragraph(rich(_about(a) + "."))]
    blocks.append(Paragraph(rich(_first(part, a))))
    if a.points:
        blocks.append(_points(part, a))
    elif a.swings:
        blocks.append(_swings(part, a))
    if a.unconfirmed:
        named = ", ".join(_label(part, k) for k in a.unconfirmed)
        text = f"A crossing was seen but not confirmed when it was solved again: {named}."
        blocks.append(Paragraph(rich(text), warning=True))
    if a.region is not None:
        blocks += region_blocks(a.region, part)
    blocks.append(Paragraph(rich(_how(part))))
    return blocks


def _first(part: TippingPart, a: TippedAnswer) -> str:
    """The answer at the medians and the nearest thing that turns it."""
    known = a.reference is not None or a.best is not None
    now = (
        f"With every parameter at its median: {_now(part, a)}{_over_all(part, a)}." if known else ""
    )
    if not a.points:
        return f"{now} {a.note[:1].upper()}{a.note[1:]}.".strip()
    p = a.points[0]
    side = "up" if p.value > p.median else "down"
    far = f"{_distance(p)} {'levels' if p.unit == 'levels' else 'standard deviations'}"
    leap = " (it leaps there)" if p.jumps else ""
    tie = f" {a.note[:1].upper()}{a.note[1:]}." if a.note else ""
    return (
        f"{now}{tie} The nearest single assumption that turns it: {p.label or p.parameter} {side} "
        f"from {_figure(p.median)} to {_at(p)}, {far} away; then {_becomes(part, p)}{leap}."
    )


def _over_all(part: TippingPart, a: TippedAnswer) -> str:
    """The answer over all variants, where it has another word than at the medians."""
    scale = _scale(part)
    if a.probability is None or scale.word(a.probability) == a.words:
        return ""
    said = f"{percent(a.probability, scale)}, {scale.word(a.probability)}"
    return f" (over all variants {said})"


def _points(part: TippingPart, a: TippedAnswer) -> Table:
    rows = [
        (
            rich(p.label or p.parameter),
            rich(_figure(p.median)),
            rich(_at(p)),
            rich(_distance(p)),
            rich(_crosses(p)),
            rich(_becomes(part, p)),
            rich(_hundred(p.turned_beyond)),
            rich(_hundred(p.turned_short)),
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
    rows = tuple((rich(_label(part, k)), rich(plain(scale * v, digits)))
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
            f"{_label(part, k)} {plain(abs(v), 1)} standard deviations {'up' if v > 0 else 'down'}"
            for k, v in region.nearest_at.items()
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
        f"; on variants not used to find it, {_hundred(r.checked)} of 100"
    )  # fmt: skip
    return rich(
        f"If {told}: so in {_hundred(r.precision)} of 100 such variants, which are "
        f"{_hundred(r.weight)} of 100 of all and cover {_hundred(r.coverage)} of 100 of those "
        f"wanted{fresh}."
    )


def _limit(x: LimitPart) -> str:
    name = x.label or x.parameter
    if x.low is not None and x.high is not None:
        return f"{name} is between {_figure(x.low)} and {_figure(x.high)}"
    if x.low is not None:
        return f"{name} is above {_figure(x.low)}"
    return f"{name} is at most {_figure(x.high if x.high is not None else float('nan'))}"


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


def _about(a: TippedAnswer) -> str:
    return quoted(a.text.rstrip(".")) if a.kind != "options" else a.text[:1].upper() + a.text[1:]


def _now(part: TippingPart, a: TippedAnswer) -> str:
    if a.kind == "options":
        return _label(part, a.best or "")
    if a.reference is None:
        return ""
    if a.kind == "comparison":
        holds = "holds" if a.reference >= 0 else "does not hold"
        return f"{holds} (by {plain(abs(a.reference), 3)})"
    scale = _scale(part)
    p = min(max(a.reference, 0.0), 1.0)
    return f"{percent(p, scale)}, {scale.word(p)}"


def _becomes(part: TippingPart, p: TippingPoint) -> str:
    if p.crosses == "even odds":
        return f"{'above' if p.after > p.before else 'below'} even odds"
    return _label(part, p.becomes) if p.crosses == "option" else p.becomes


def _crosses(p: TippingPoint) -> str:
    if p.crosses == "option":
        return "the best option"
    if p.crosses == "zero":
        return "no difference"
    return "even odds" if p.crosses == "even odds" else f"{compact(p.level)} in 100"


def _at(p: TippingPoint) -> str:
    return p.level_name or _figure(p.value)


def _distance(p: TippingPoint) -> str:
    return f"{p.distance:.0f}" if p.unit == "levels" else f"{p.distance:.2f}"


def _hundred(value: float | None) -> str:
    return "" if value is None else compact(min(max(value, 0.0), 1.0))


def _figure(value: float) -> str:
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")


def _label(part: TippingPart, key: str) -> str:
    found = part.labels.get(key)
    if found:
        return found
    held = {p.parameter: p.label for a in part.answers for p in a.points}
    held.update({c.parameter: c.label for a in part.answers for c in a.curves})
    return held.get(key, key)


def _scale(part: TippingPart) -> Standard:
    return standard(part.standard)


# -- charts


def curves_chart(part: TippingPart, a: TippedAnswer) -> Spec:
    """The answer along the parameters that turn it or move it most."""
    unit = 100 if a.kind == "probability" else 1
    levels = {p.level: f"{unit * p.level:.3g}" for p in a.points}
    curves = [
        Along(
            c.label or c.parameter,
            c.deviations,
            c.answers,
            [
                (_signed(p), p.level)
                for p in a.points
                if p.parameter == c.parameter and p.unit != "levels"
            ],
        )
        for c in a.curves
    ]
    title = f"What would turn {_about(a)}"
    description = (
        f"The answer as each parameter moves by itself; {CAPTION[0].lower()}{CAPTION[1:]} "
        + _first(part, a)
    )
    shown = [Level(at, what) for at, what in sorted(levels.items())]
    return tipping_curves(
        curves, shown, title=title, description=description, hundredths=a.kind == "probability"
    )


def _signed(p: TippingPoint) -> float:
    return p.distance if p.value >= p.median else -p.distance


def map_chart(part: TippingPart, m: MapPart) -> Spec:
    """The answer over two parameters, with its levels as lines, and the best option."""
    a = next(x for x in part.answers if x.id == m.answer)
    z = np.array([[np.nan if v is None else v for v in row] for row in m.answers], dtype=float)
    x, y = np.array(m.x_values), np.array(m.y_values)
    smooth = not m.x_levels and not m.y_levels
    contours = [
        (
            f"{100 * level:.0f}" if a.kind == "probability" else f"{level:g}",
            [Line(*row) for row in level_lines(x, y, z, level).tolist()],
        )
        for level in (m.levels if smooth else [])
    ]
    best = [[None if o is None else _label(part, o) for o in row] for row in m.best]
    title = f"{_about(a)} over two assumptions"
    description = (
        f"The answer for each pair of values of {m.x_label} (across) and {m.y_label} (up); "
        f"{CAPTION[0].lower()}{CAPTION[1:]} Lines mark even odds and the edges of its band."
    )
    kinds = {o for row in best for o in row if o is not None}
    if len(kinds) == 1:
        description += f" The best option is the same throughout: {kinds.pop()}."
    return answer_map(
        Across(m.x_label, m.x_values, m.x_levels),
        Across(m.y_label, m.y_values, m.y_levels),
        [[None if not np.isfinite(v) else float(v) for v in row] for row in z],
        contours,
        best,
        title=title,
        description=description,
        hundredths=a.kind == "probability",
    )
