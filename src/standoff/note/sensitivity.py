"""What the answers hang on: a table and a sentence for each, and the tornado."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from standoff.assess.driver_models import DriverPart, SensitivityPart, SobolPart
from standoff.assess.sensitivity_models import Sensitivity
from standoff.chart import Swing, tornado
from standoff.note.formats import render_outline
from standoff.note.outline import (
    Block,
    Bullets,
    Column,
    Figure,
    Outline,
    Paragraph,
    Section,
    Table,
    rich,
)
from standoff.note.report import report
from standoff.note.writer import NO_BREAK
from standoff.words.numbers import compact, percent, plain
from standoff.words.sentences import MODEL_DERIVED, capital, quoted

MOST = 8
"""Assumptions in a table and in a chart; the others stand in JSON and CSV."""
MOST_BESIDES = 4
"""More of them, that only the Sobol indices tell from noise."""
LITTLE = 0.01
"""A total index below this is not worth a row."""
MOST_OF_SEVERAL = 5
"""Bars of each answer in a chart of several."""
NARROW = 0.01
"""A bar narrower than this is hidden by its own ends."""
CAPTION = (
    "The mean answer, in 100, where an assumption is in the lowest fifth of its values (circle) "
    "and where it is in the highest (diamond); the dashed line is the answer itself."
)
PANELS_OF_NOTE = 4
"""Answers in the chart of a note, which has to fit on a page."""
BARS_OF_NOTE = 3
MOST_PANELS = 6
"""Answers in one chart."""


def render_sensitivity(found: Sensitivity, format: str = "text") -> str | bytes:
    """What the answers hang on as `text`, `md`, `html`, `pdf`, `json`, `csv`, or the tornado as
    `svg`.
    """
    if format == "json":
        return found.model_dump_json(indent=2) + "\n"
    if format == "csv":
        return _csv(found)
    if format == "svg":
        from standoff.chart import svg

        return svg(tornado_of(found.answers)) + "\n"
    return render_outline(sensitivity_outline(found), format)


def tornado_of(
    parts: Sequence[SensitivityPart],
    title: str = "What the answers hang on",
    bars: int = MOST_OF_SEVERAL,
) -> Any:
    """The tornado of some answers as a Vega-Lite specification: the assumptions that tell, largest
    swing first, `bars` at most for each of several answers; of answers that say the same only the
    first.
    """
    telling = [p for p in parts if not _twin(p) and any(not d.noise for d in p.drivers)]
    shown = telling[:MOST_PANELS]
    rows = [
        Swing(part.text, d.label, d.at_low, d.at_high, part.probability)
        for part in shown
        for d in _charted(part, MOST if len(shown) == 1 else bars)
    ]
    description = (
        "The mean answer, in 100, over the variants with the lowest fifth of each assumption's "
        "values and with the highest. "
        + " ".join(f"{p.text.rstrip('.')}: {_swings(p)}." for p in shown)
    )
    if len(shown) == 1:
        title = shown[0].text
    return tornado(rows, title=title, description=description)


def tornado_figure(parts: Sequence[SensitivityPart]) -> Figure | None:
    """The tornado of a note: the answers that some assumption moves furthest; none where no
    assumption tells.
    """
    telling = [part for part in parts if not _twin(part) and _telling(part)]
    if not telling:
        return None
    furthest = sorted(telling, key=lambda part: -max(abs(d.swing) for d in _telling(part)))
    spec = tornado_of(furthest[:PANELS_OF_NOTE], bars=BARS_OF_NOTE)
    return Figure("tornado", "What the answers hang on", spec["description"], spec, CAPTION)


def sensitivity_outline(found: Sensitivity) -> Outline:
    """The report before it is text or a page."""
    sections = [_answer(found, part) for part in found.answers if not _twin(part)]
    twins = [part for part in found.answers if _twin(part)]
    if twins:
        items = tuple(rich(_twin_sentence(found, part)) for part in twins)
        sections.append(Section("same", "Answers that need no table", (Bullets(items),)))
    sections.append(Section("meaning", "What the columns mean", _meaning(found)))
    return report(
        "SENSITIVITY",
        "What the answers hang on",
        found,
        _opening(found),
        sections,
    )


def _opening(found: Sensitivity) -> list[Block]:
    failed = f", {found.failed} of them failed the solver check" if found.failed else ""
    text = (
        f"From {found.variants:,} variants{failed}; weighed by the record they are worth "
        f"{found.effective:,.0f}."
        if found.weighting == "importance"
        else "Few variants as drawn explain the record. From "
        f"{found.variants:,} drawn from what the record leaves of the assumptions{failed}, worth "
        f"{found.effective:,.0f}."
    )
    design = found.design
    if design.n:
        lost = f", of which {design.failed} failed the solver check" if design.failed else ""
        text += (
            f" The Sobol indices are from {design.variants:,} variants more{lost}: a base sample "
            f"of {design.n} x ({design.groups} independent assumptions + 2)."
        )
    elif design.note:
        text += f" No Sobol indices: {design.note}."
    blocks: list[Block] = [Paragraph(rich(text))]
    if found.withheld:
        few = (
            "The record leaves fewer than 10 in 100 of the variants: what is measured on them "
            "rests on few. Ask for more variants."
        )
        blocks.append(Paragraph(rich(few), warning=True))
    blocks.append(Paragraph(rich(f"This report is {MODEL_DERIVED}")))
    return blocks


def _answer(found: Sensitivity, part: SensitivityPart) -> Section:
    blocks: list[Block] = [Paragraph(rich(hangs_on(part)))]
    rows = _rows(part)
    if rows:
        blocks.append(_table(found, part, rows))
        if any(not d.noise for d in part.drivers):
            spec = tornado_of([part])
            blocks.append(
                Figure(f"tornado-{part.id}", part.text, spec["description"], spec, CAPTION)
            )
    if part.sobol_note:
        blocks.append(Paragraph(rich(f"No Sobol indices: {part.sobol_note}.")))
    return Section(f"answer-{part.id}", part.text.rstrip("."), tuple(blocks))


def hangs_on(part: SensitivityPart) -> str:
    """One line in plain words: what the answer hangs on most, and which way."""
    now = f"{percent(part.probability)}."
    rows = _telling(part)
    if not part.drivers:
        return f"{now} It is the same whatever is assumed, as far as these variants tell."
    if not rows:
        return f"{now} No assumption stands out from noise."
    first = rows[0]
    way = "rises" if first.swing > 0 else "falls"
    text = (
        f"{now} It hangs most on {first.label}: as it rises, the answer {way}, from "
        f"{compact(_unit(first.at_low))} to {percent(_unit(first.at_high))} "
        f"({_values(first.low_value, first.high_value)}, 10th to 90th percentile)."
    )
    others = [f"{d.label} ({'up' if d.swing > 0 else 'down'})" for d in rows[1:3]]
    return text + (f" Then on {' and '.join(others)}." if others else "")


def _rows(part: SensitivityPart) -> list[tuple[DriverPart | None, SobolPart | None]]:
    """Rows of the table: each assumption that tells beside its own indices; then groups."""
    alone = {s.members[0]: s for s in part.sobol if len(s.members) == 1}
    large = {s.id for s in part.sobol if not s.total_noise and s.total >= LITTLE}
    shown = _telling(part)
    found = [d for d in part.drivers if d not in shown and d.id in alone and d.id in large]
    found.sort(key=lambda d: -alone[d.id].total)
    return [
        *((d, alone.get(d.id)) for d in (*shown, *found[:MOST_BESIDES])),
        *((None, s) for s in part.sobol if len(s.members) > 1 and s.id in large),
    ]


def _table(
    found: Sensitivity,
    part: SensitivityPart,
    rows: Sequence[tuple[DriverPart | None, SobolPart | None]],
) -> Table:
    indices = bool(part.sobol)
    columns = (
        Column("Assumption", 3),
        Column("Low to high", 0.9, number=True),
        Column("Rank", 0.6, number=True),
        Column("Delta", 0.9, number=True),
        Column("S1", 0.9, number=True),
        *((Column("ST", 0.9, number=True),) if indices else ()),
    )
    cells = []
    for d, s in rows:
        answer = f"{compact(_unit(d.at_low))} to {compact(_unit(d.at_high))}" if d else ""
        # Without an error it is no more than chance gives, though the rank tells.
        delta = _measure(d.delta, d.delta_error, d.noise or d.delta_error is None) if d else ""
        first = ""
        if s is not None:
            first = _measure(s.first, s.first_error, s.first_noise)
        elif d is not None and not indices:
            first = _measure(d.first, d.first_error, d.noise or d.first_error is None)
        line = [
            rich(d.label if d else s.label if s else ""),
            rich(answer.replace(" ", NO_BREAK)),
            rich(plain(d.correlation) if d else ""),
            rich(delta.replace(" ", NO_BREAK)),
            rich(first.replace(" ", NO_BREAK)),
        ]
        if indices:
            total = _measure(s.total, s.total_error, s.total_noise) if s else ""
            line.append(rich(total.replace(" ", NO_BREAK)))
        cells.append(tuple(line))
    left = len(part.drivers) - sum(d is not None for d, _ in rows)
    note = f"{left} more tell little or nothing." if left else ""
    return Table("What it hangs on", columns, tuple(cells), rich(note))


def _measure(value: float, error: float | None, noise: bool) -> str:
    if noise:
        return "noise"
    return plain(value) + (f" ± {plain(error)}" if error is not None else "")


def _values(low: float, high: float) -> str:
    """Two values of an assumption, to two digits or the unit."""
    return " to ".join(f"{x:,.0f}" if abs(x) >= 99.5 else f"{x:.2g}" for x in (low, high)).replace(
        "-", "\N{MINUS SIGN}"
    )


def _meaning(found: Sensitivity) -> tuple[Block, ...]:
    items = [
        "Low to high: the mean answer, in 100, over the variants with the lowest fifth of "
        "the assumption's values and over those with the highest.",
        "Rank: the rank correlation of the assumption with the answer; below 0 the answer falls as "
        "it rises.",
        "Delta: the share of the answer's distribution that moves when the assumption becomes "
        "known; 0 for nothing, 1 where it settles the answer. It also sees what has no direction.",
    ]
    if found.design.n:
        items.append(
            "S1 and ST are Sobol indices: the share of the answer's variance that the assumption "
            "explains by itself, and the share in which it has a part, by itself or together with "
            "others. They are of the answer that the model gives once it has the record, as the "
            "assumptions vary as they were written: the record does not weigh them. Correlated "
            "assumptions, and the odds of one actor's types, have indices as a group only."
        )
    else:
        items.append(
            "S1: the share of the answer's variance that would go if the assumption became known."
        )
    weighed = "All but the Sobol indices weigh" if found.design.n else "All of them weigh"
    items.append(
        f"{weighed} each variant by how likely it makes the record, as the answers do. After ± "
        "stands half the 95 per cent bootstrap interval; noise is what can't be told from an "
        "assumption that has nothing to do with the answer, or an interval that holds 0."
    )
    return (Bullets(tuple(rich(item) for item in items)),)


def _telling(part: SensitivityPart) -> list[DriverPart]:
    return [d for d in part.drivers if not d.noise][:MOST]


def _charted(part: SensitivityPart, most: int) -> list[DriverPart]:
    """Bars that can be seen: the widest first, one at least."""
    rows = _telling(part)[:most]
    return [d for i, d in enumerate(rows) if i == 0 or abs(d.swing) >= NARROW]


def _swings(part: SensitivityPart) -> str:
    return "; ".join(
        f"{d.label} {compact(_unit(d.at_low))} to {compact(_unit(d.at_high))}"
        for d in _telling(part)
    )


def _twin(part: SensitivityPart) -> str:
    return part.same_as or part.opposite_of


def _twin_sentence(found: Sensitivity, part: SensitivityPart) -> str:
    other = next((p.text for p in found.answers if p.id == _twin(part)), _twin(part))
    how = "the same in every variant as" if part.same_as else "one less, in every variant,"
    return f"{capital(quoted(part.text))} ({percent(part.probability)}) is {how} {quoted(other)}."


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)


_FIELDS = (
    "id", "label", "correlation", "delta", "delta_error", "first", "first_error", "noise",
    "low_value", "high_value", "at_low", "at_high", "swing",
)  # fmt: skip
_INDICES = ("first", "first_error", "first_noise", "total", "total_error", "total_noise")


def _csv(found: Sensitivity) -> str:
    """A line for each answer and assumption, with the Sobol indices of its group."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["answer", *_FIELDS, "sobol_group", *(f"sobol_{k}" for k in _INDICES)])
    for part in found.answers:
        of = {m: s for s in part.sobol for m in s.members}
        for d in part.drivers:
            s = of.get(d.id)
            held = [s.id, *(getattr(s, k) for k in _INDICES)] if s else [""] * (1 + len(_INDICES))
            write.writerow([_cell(x) for x in (part.id, *(getattr(d, k) for k in _FIELDS), *held)])
    return out.getvalue()


def _cell(value: object) -> object:
    return json.dumps(value) if isinstance(value, bool) else value
