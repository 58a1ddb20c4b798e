"""Words for disguises: who, what, when, at what price."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from standoff.assess.deception_models import DeceptionPart, DisguisePart, DisguiseStop, Ranged
from standoff.assess.part import Range
from standoff.note.dates import day_of, in_words, short
from standoff.words.numbers import compact, percent, plain, span

CERTAIN = 0.97
"""A move with more agreement than this is told without a number."""
SERVES = 0.5
"""A disguise serves where it is within reach in more of the variants, by weight."""
CHEAPER = 0.01
"""Differences of prices that would be printed."""


def _number(what: str, probability: float, range90: Range | None = None) -> str:
    tail = f", {span(*range90)}" if range90 else ""
    return f"{percent(min(max(probability, 0.0), 1.0))}{tail}"


@dataclass(frozen=True)
class Teller:
    """The scenario's words for its names, and how numbers are told: `number` as in a note."""

    labels: Mapping[str, str]
    number: Callable[[str, float, Range | None], str] = _number
    annex: bool = False

    def actor(self, id: str) -> str:
        """An actor's name."""
        return self.labels.get(id) or id

    def type(self, actor: str, kind: str) -> str:
        """A type's label."""
        return self.labels.get(f"{actor}.{kind}") or kind

    def act(self, id: str) -> str:
        """A move's label."""
        return self.labels.get(id) or id.rpartition(".")[2].replace("_", " ")

    def who_does(self, id: str) -> str:
        """`the United States offers a pledge`."""
        actor = id.partition(".")[0]
        return f"{self.actor(actor)}: {self.act(id)}"

    def turn(self, actor: str, turn: str) -> str:
        """A turn's label."""
        return self.labels.get(f"{actor}.{turn}") or turn.replace("_", " ")

    def cell(self, what: str, held: Ranged) -> str:
        """A belief in a table: `62`, or the line of the annex."""
        value = min(max(held.value, 0.0), 1.0)
        return self.number(what, value, held.range90) if self.annex else compact(value)

    def day(self, day: str) -> str:
        """`28 Oct`"""
        return short(day)

    def stakes(self, range90: Range) -> str:
        """`0.01 to 0.20`"""
        low, high = (plain(x) for x in range90)
        return low if low == high else f"{low} to {high}"

    def priced(self, held: Ranged, cheap: float) -> str:
        """A price in a table: `nothing`, `under 0.005 (to 0.02)`, `0.22 (0.10 to 0.35)`."""
        if held.value >= cheap:
            value, ranged = plain(held.value), self.stakes(held.range90)
            return value if ranged == value else f"{value} ({ranged})"
        if held.range90[1] < cheap:
            return "nothing"
        return f"under {cheap:g} (to {plain(held.range90[1])})"

    def price(self, held: Ranged, cheap: float) -> str:
        """The same in a sentence: `for nothing`, `at 0.22 (0.10 to 0.35) of its stake`."""
        text = self.priced(held, cheap)
        return "for nothing" if text == "nothing" else f"at {text} of its stake"


def moves_of(stop: DisguiseStop, actor: str, t: Teller) -> list[str]:
    """What is done at one turn: a sentence for each condition."""
    when = _day(stop.day)
    if stop.since != stop.day:
        when = f"{_day(stop.since)} to {when}"
    head = f"{when}, {t.turn(actor, stop.turn)}"
    if stop.reached < 0.5:
        head += " (if it comes to that)"
    if not stop.on:
        return [f"{head}: {_line(stop.lines[0].act, stop.lines[0].agreement, t)}."]
    told = []
    for row, line in enumerate(stop.lines):
        if row == 0 and len(line.after) > 2:
            continue
        told.append(f"{_if(line.after, t)}, {_line(line.act, line.agreement, t)}")
    first = stop.lines[0]
    if len(first.after) > 2:
        told.append(f"otherwise {_line(first.act, first.agreement, t)}")
    return [f"{head}: {'; '.join(told)}."]


def _day(iso: str) -> str:
    """A day without its year; a year as it is."""
    when = in_words(iso)
    return when if day_of(iso) is None else when.rsplit(" ", 1)[0]


def _line(act: str, agreement: float, t: Teller) -> str:
    if agreement >= CERTAIN:
        return t.act(act)
    return f"{t.act(act)} ({100 * agreement:.0f} of 100)"


def _if(after: list[str], t: Teller) -> str:
    done = " or ".join(t.act(a) if a else "nothing was done there" for a in after)
    who = {t.actor(a.partition(".")[0]) for a in after if a}
    return f"if {who.pop()} {done}" if len(who) == 1 and all(after) else f"if {done}"


def drop_sentence(part: DeceptionPart, p: DisguisePart, t: Teller) -> str:
    """On which day it is no longer worth while, and why."""
    held = {h.day: h for h in p.by_day}
    if p.drops is None:
        last = p.by_day[-1]
        if p.in_reach <= SERVES and last.cost is None:
            return (
                "By then or later nothing that it could do would be believed so much in half of "
                "the variants or more."
            )
        if last.cost is not None and last.cost < p.cost.value - CHEAPER:
            return (
                f"To pass at the end would do with less ({plain(last.cost)} of a stake): not all "
                "of it need be kept up until then."
            )
        cost = "" if last.cost is None else f" ({plain(last.cost)} of a stake)"
        return f"It could be kept up to the end{cost}."
    day = held[p.drops]
    if p.drops_why == "reach":
        most = t.number("belief at most", min(max(day.most, 0.0), 1.0), None)
        return (
            f"It must drop on {in_words(p.drops)}: nothing that it could do would still be "
            f"believed as the genuine type would be ({most} at most)."
        )
    assert day.cost is not None
    return (
        f"It must drop on {in_words(p.drops)}: to keep it up through that day would cost "
        f"{plain(day.cost)} of a stake in all."
    )
