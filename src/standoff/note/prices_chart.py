"""The curve over opinion: the price of a move by level of an audience's state."""

from __future__ import annotations

from standoff.assess.prices_models import CounterPrice, PriceCurve, PricesPart, TurnPricePart
from standoff.chart.price import PriceAt, Priced, price_curves
from standoff.chart.theme import Spec
from standoff.infer.price_table import FAINT
from standoff.words.numbers import plain
from standoff.words.sentences import capital


def price_chart(part: PricesPart, most: int | None = None) -> Spec:
    """A panel for each curve that the part names, at most so many."""
    panels, told = [], []
    for counter, turn, curve in charted(part)[:most]:
        labels = [level.label for level in curve.levels]
        # Every level that can be has a place on the axis: what is never reached stays empty.
        places = _axis([level.level for level in curve.levels], labels, curve.missing)
        points = [
            PriceAt(
                t.label,
                places.index(level.label),
                level.price[t.type],
                *level.range90[t.type],
                faint=level.reached[t.type] < FAINT,
            )
            for t in turn.types
            for level in curve.levels
            if t.type in level.price
        ]
        move = f"{capital(counter.actor_label)}: {turn.label}"
        panels.append(Priced(move, curve.label, places, points))
        told.append(
            f"{move}: "
            + "; ".join(
                f"{t.label} "
                + ", ".join(
                    f"{plain(level.price[t.type])} at {level.label}"
                    for level in curve.levels
                    if t.type in level.price
                )
                for t in turn.types
            )
            + "."
        )
    return price_curves(
        panels,
        title="The price by the state of opinion",
        description=" ".join(
            [
                "Price in stakes of each type; grey and hollow where it is hardly ever reached.",
                *told,
            ]
        ),
    )


def charted(part: PricesPart) -> list[tuple[CounterPrice, TurnPricePart, PriceCurve]]:
    """The curves that `PricesPart.charts` names."""
    found = []
    for id in part.charts:
        for counter in part.counters:
            for turn in counter.turns:
                for curve in turn.curves:
                    if id == f"{counter.id}@{turn.turn}.{turn.round}:{curve.variable}":
                        found.append((counter, turn, curve))
    return found


def _axis(levels: list[float], labels: list[str], missing: list[str]) -> list[str]:
    """Labels of all levels in order, those never reached among them."""
    numbers = {label: level for level, label in zip(levels, labels, strict=True)}

    def order(label: str) -> float:
        if label in numbers:
            return numbers[label]
        try:
            return float(label.replace("\N{MINUS SIGN}", "-"))
        except ValueError:
            return float("inf")

    return sorted([*labels, *missing], key=order)
