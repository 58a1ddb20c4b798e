"""Pictures of what would turn an answer: curves along one parameter, maps over two."""

from __future__ import annotations

import numpy as np

from standoff.assess.tipping_models import MapPart, TippedAnswer, TippingPart, TippingPoint
from standoff.chart.map import Across, Line, answer_map
from standoff.chart.theme import Spec
from standoff.chart.tipping import Along, Level, tipping_curves
from standoff.note.tipping_words import CAPTION, about, first_sentence, label_of
from standoff.variants.contours import level_lines


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
    title = f"What would turn {about(a)}"
    description = (
        f"The answer as each parameter moves by itself; {CAPTION[0].lower()}{CAPTION[1:]} "
        + first_sentence(part, a)
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
    best = [[None if o is None else label_of(part, o) for o in row] for row in m.best]
    title = f"{about(a)} over two assumptions"
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
