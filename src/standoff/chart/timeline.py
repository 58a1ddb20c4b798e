"""The timeline: when things happened, when they were known, and belief below, on one axis."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

from standoff.chart.theme import (
    BLUE,
    FONT,
    GREY,
    INK,
    LABELS,
    PALETTE,
    VERMILION,
    WIDTH,
    Spec,
    chart,
    hundredths,
    lines,
    row_key,
    rows_axis,
)

PLOT = WIDTH - LABELS - 24
"""Pixels left for the axis, beside the labels and the numbers on the right."""
ROW, TALL = 18, 30
"""Pixels of a row with one line of its label, and with two."""
FEW = 10
"""Rows that may have two lines."""
PANEL = 38
"""Pixels of a panel of belief."""
_CHARACTERS = 23
_HOUR = 3_600_000
_DAY = 24 * _HOUR
_PART = 26  # an axis has this many parts, one of them empty at either end
_Moment = dt.datetime


@dataclass(frozen=True)
class Happening:
    """A row: something that happened, when it was known, and documents that tell of it. All moments
    are naive local time; a stretch has two.
    """

    label: str
    at: tuple[_Moment, _Moment]
    known: tuple[_Moment, _Moment]
    late: bool
    papers: Sequence[tuple[_Moment, _Moment]] = ()


@dataclass(frozen=True)
class Believed:
    """Belief in one type at one moment; None is the start."""

    moment: _Moment | None
    series: str
    probability: float
    low: float
    high: float


def timeline(
    rows: Sequence[Happening],
    beliefs: Sequence[Believed],
    *,
    as_of: _Moment | None,
    papers: Sequence[tuple[_Moment, _Moment]] = (),
    due: Sequence[_Moment] = (),
    title: str,
    description: str,
) -> Spec:
    """A dot where a thing happened, a diamond where it was known, a line between, thick and red
    where that was late; bars where only a stretch is known; gray below it, documents. At the foot,
    belief in each type with its band. A dashed line is the moment of the note; triangles are days
    by which a statement is settled. What lies past the axis ends in an arrow at its edge.
    """
    axis = _Axis.of(rows, as_of)
    items = _items(rows, axis, papers, due, as_of)
    panels = _beliefs(beliefs, axis, as_of)
    return chart(title, description, {"vconcat": [items, *panels], "spacing": 8})


# ---------------------------------------------------------------------------------- the axis


@dataclass(frozen=True)
class _Axis:
    """From the first that happened to the present, in milliseconds."""

    first: int
    last: int

    @classmethod
    def of(cls, rows: Sequence[Happening], as_of: _Moment | None) -> _Axis:
        """What was known long after is no reason to draw years: the axis ends soon after the last
        that happened, and as_of is on it where it lies within as long again.
        """
        starts = [_ms(row.at[0]) for row in rows] or [_ms(as_of or dt.datetime(2000, 1, 1))]
        ends = [_ms(row.at[1]) for row in rows] or starts
        first, last = min(starts), max(ends)
        reach = max(last - first, 5 * _DAY)
        more = [_ms(row.known[1]) for row in rows] + ([_ms(as_of)] if as_of else [])
        last = max([last, *(m for m in more if m <= last + reach)])
        part = max(last - first, _DAY // 2) // _PART
        return cls(first - part, last + part)

    def inside(self, moment: int) -> bool:
        return self.first <= moment <= self.last

    def held(self, moment: int) -> int:
        """The moment, or the edge that it lies past."""
        return min(max(moment, self.first), self.last)

    @property
    def ticks(self) -> list[int]:
        """Midnights, at most five: more would run into one another."""
        start = dt.datetime.fromtimestamp(self.first / 1000, dt.UTC)
        day = start.replace(hour=0, minute=0, second=0, microsecond=0)
        whole = (self.last - self.first) // _DAY + 1
        step = max(1, -(-whole // 5))
        found = []
        at = _ms(day.replace(tzinfo=None))
        while at <= self.last:
            if at >= self.first:
                found.append(at)
            at += (step if found else 1) * _DAY
        return found or [self.first]

    def encoding(self, *, labels: bool) -> Spec:
        far = self.last - self.first > 300 * _DAY
        return {
            "field": "t",
            "type": "quantitative",
            "scale": {"domain": [self.first, self.last], "nice": False},
            "axis": {
                "title": None,
                "values": self.ticks,
                "labelExpr": f"utcFormat(datum.value, '{'%b %Y' if far else '%-d %b'}')",
                "labels": labels,
                "ticks": labels,
                "grid": True,
            },
        }


def _ms(moment: _Moment) -> int:
    return int(moment.replace(tzinfo=dt.UTC).timestamp() * 1000)


# ---------------------------------------------------------------------------------- the record


def _items(
    rows: Sequence[Happening],
    axis: _Axis,
    papers: Sequence[tuple[_Moment, _Moment]],
    due: Sequence[_Moment],
    as_of: _Moment | None,
) -> Spec:
    most = 2 if len(rows) <= FEW else 1
    keys = [f"{i:03d}|" + "\n".join(_label(row.label, most)) for i, row in enumerate(rows)]
    spans: list[Spec] = []
    points: list[Spec] = []
    delays: list[Spec] = []
    ticks: list[Spec] = []
    for key, row in zip(keys, rows, strict=True):
        for (first, last), kind in ((row.at, "happened"), (row.known, "known")):
            if kind == "known" and row.known == row.at:
                continue
            _mark(spans, points, axis, key, first, last, kind, row.late)
        if row.known != row.at:
            start, stop = axis.held(_ms(row.at[1])), axis.held(_ms(row.known[0]))
            if stop > start:
                delays.append({"row": key, "t": start, "t2": stop, "late": row.late})
        ticks += _papers(row.papers, axis, key)
    if any(axis.inside(_ms(a)) or axis.inside(_ms(b)) for a, b in papers):
        keys.append(row_key(len(keys), "other documents"))
        ticks += _papers(papers, axis, keys[-1])
    triangles = []
    if any(axis.inside(_ms(day)) for day in due):
        keys.append(row_key(len(keys), "statements to settle"))
        triangles = [{"row": keys[-1], "t": _ms(day)} for day in due if axis.inside(_ms(day))]
    x = axis.encoding(labels=True)
    y = {"field": "row", "type": "ordinal", "sort": keys, "scale": {"domain": keys},
         "axis": rows_axis(grid=False)}  # fmt: skip
    late = {"condition": {"test": "datum.late", "value": VERMILION}, "value": GREY}
    thick = {"condition": {"test": "datum.late", "value": 3}, "value": 1.2}
    layer: list[Spec] = [
        _layer([t for t in ticks if t["t2"] - t["t"] <= _HOUR],
               {"type": "tick", "orient": "vertical", "color": GREY, "thickness": 2, "size": 7,
                "yOffset": 6}, x=x, y=y),
        _layer([t for t in ticks if t["t2"] - t["t"] > _HOUR],
               {"type": "bar", "height": 3, "color": GREY, "opacity": 0.75, "yOffset": 6},
               x=x, y=y, x2={"field": "t2"}),
        _layer(spans, {"type": "bar", "height": 5, "opacity": 0.4}, x=x, y=y, x2={"field": "t2"},
               color={"condition": {"test": "datum.kind == 'known'", "value": VERMILION},
                      "value": BLUE}),
        _layer(delays, {"type": "rule"}, x=x, y=y, x2={"field": "t2"}, color=late,
               strokeWidth=thick),
        _layer([p for p in points if p["kind"] == "happened"],
               {"type": "point", "shape": "circle", "filled": True, "size": 42, "color": BLUE,
                "opacity": 1}, x=x, y=y),
        _layer([p for p in points if p["kind"] == "known"],
               {"type": "point", "shape": "diamond", "filled": True, "size": 52, "fill": "#ffffff",
                "strokeWidth": 1.4, "opacity": 1}, x=x, y=y,
               stroke={"condition": {"test": "datum.late", "value": VERMILION}, "value": INK}),
        _layer([p for p in points if p["kind"] == "past"],
               {"type": "point", "shape": "triangle-right", "filled": True, "size": 46,
                "color": VERMILION, "opacity": 1}, x=x, y=y),
        _layer(triangles, {"type": "point", "shape": "triangle-down", "filled": True, "size": 40,
                           "color": INK, "opacity": 1}, x=x, y=y),
        *_now(axis, as_of),
    ]  # fmt: skip
    return {"width": PLOT, "height": {"step": TALL if most == 2 else ROW}, "layer": layer}


def _label(text: str, most: int) -> list[str]:
    """A label in one or two lines, cut within a word where it has to be."""
    flat = " ".join(text.split())
    if len(flat) <= _CHARACTERS:
        return [flat]
    if most == 1:
        return [flat[: _CHARACTERS - 1].rstrip() + "…"]
    first = lines(flat, _CHARACTERS, 9)[0]
    return [first, *_label(flat[len(first) :].strip(), 1)]


def _mark(
    spans: list[Spec], points: list[Spec], axis: _Axis, key: str, first: _Moment, last: _Moment,
    kind: str, late: bool,
) -> None:  # fmt: skip
    """A point, or the bar of a stretch; past the edge an arrow."""
    start, stop = _ms(first), _ms(last)
    if start > axis.last:
        points.append({"row": key, "t": axis.last, "kind": "past", "late": late})
    elif stop - start > _HOUR:
        spans.append({"row": key, "t": axis.held(start), "t2": axis.held(stop), "kind": kind})
    elif start >= axis.first:
        points.append({"row": key, "t": start, "kind": kind, "late": late})


def _papers(papers: Sequence[tuple[_Moment, _Moment]], axis: _Axis, key: str) -> list[Spec]:
    found = []
    for first, last in papers:
        start, stop = _ms(first), _ms(last)
        if stop >= axis.first and start <= axis.last:
            found.append({"row": key, "t": axis.held(start), "t2": axis.held(stop)})
    return found


def _layer(values: Sequence[Spec], mark: Spec, **encoding: Spec) -> Spec:
    return {"data": {"values": list(values)}, "mark": {"clip": False, **mark},
            "encoding": encoding}  # fmt: skip


def _now(axis: _Axis, as_of: _Moment | None) -> list[Spec]:
    """The moment of the note."""
    if as_of is None or not axis.inside(_ms(as_of)):
        return []
    return [
        {
            "data": {"values": [{"t": _ms(as_of)}]},
            "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3], "strokeWidth": 1},
            "encoding": {"x": axis.encoding(labels=True)},
        }
    ]


# ---------------------------------------------------------------------------------- belief


def _beliefs(beliefs: Sequence[Believed], axis: _Axis, as_of: _Moment | None) -> list[Spec]:
    """A panel for each type, its name where the rows have theirs."""
    series = list(dict.fromkeys(b.series for b in beliefs))
    panels = []
    for number, name in enumerate(series):
        values = []
        for each in (b for b in beliefs if b.series == name):
            at = axis.first if each.moment is None else _ms(each.moment)
            if at > axis.last:
                continue
            values.append(
                {
                    "t": max(at, axis.first),
                    "p": hundredths(each.probability),
                    "low": hundredths(each.low),
                    "high": hundredths(each.high),
                }
            )
        values.sort(key=lambda v: v["t"])
        if values:
            end = axis.last if as_of is None else min(axis.last, max(_ms(as_of), values[-1]["t"]))
            values.append({**values[-1], "t": end})
        panels.append(
            _panel(name, values, axis, PALETTE[number % len(PALETTE)], as_of,
                   last=number == len(series) - 1)
        )  # fmt: skip
    return panels


def _panel(
    name: str, values: list[Spec], axis: _Axis, color: str, as_of: _Moment | None, *, last: bool
) -> Spec:
    x = axis.encoding(labels=last)
    label = json.dumps(lines(name, _CHARACTERS, 3))
    y: Spec = {
        "field": "low",
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        # One label at the middle: the name of the panel, in the column of the rows' labels.
        "axis": rows_axis(values=[50], labelExpr=label, grid=True),
    }
    ends = [{"t": axis.last, "low": v, "text": str(v)} for v in (0, 100)]
    layer: list[Spec] = [
        {
            "mark": {"type": "area", "interpolate": "step-after", "color": color, "opacity": 0.2},
            "encoding": {"x": x, "y": y, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "line", "interpolate": "step-after", "color": color,
                     "strokeWidth": 2},
            "encoding": {"x": x, "y": {**y, "field": "p"}},
        },
        {
            "data": {"values": ends},
            "mark": {"type": "text", "align": "left", "dx": 4, "font": FONT, "fontSize": 10,
                     "color": INK},
            "encoding": {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}},
        },
        *_now(axis, as_of),
    ]  # fmt: skip
    if layer[3:]:
        layer[3] = {**layer[3], "encoding": {"x": x}}
    return {
        "width": PLOT,
        "height": PANEL,
        "data": {"values": values},
        "layer": layer,
        "view": {"stroke": GREY, "strokeOpacity": 0.4},
    }
