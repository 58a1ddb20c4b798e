"""The other side of the table in the note: its sections, and how far their numbers hang on how the
model was written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from standoff.assess.models import Assessment, FormNumber
from standoff.note import commitment, crux, deception, mediation, prices, waiting_worth
from standoff.note.outline import Column, Section, Table, rich
from standoff.note.writer import NO_BREAK, Writer
from standoff.words.numbers import plain
from standoff.words.sentences import quoted

SMALL = 0.005
"""Numbers that stay below this either way are left out."""

Write = Callable[[Writer], Section | None]


def written(part: Callable[[Assessment], Any], write: Callable[[Writer, Any], Any]) -> Write:
    """The section of a part of the assessment, where there is one."""

    def section(w: Writer) -> Section | None:
        found = part(w.assessment)
        made: Section | None = None if found is None else write(w, found)
        return made

    return section


worth_of_waiting = written(lambda a: a.waiting_worth, waiting_worth.section)
what_they_would_take = written(lambda a: a.prices, prices.section)
what_a_mediator_could_do = written(lambda a: a.mediation, mediation.section)
tied_hands = written(lambda a: a.commitment, commitment.section)
how_they_would_fool_us = written(lambda a: a.deception, deception.section)
where_views_part = written(lambda a: a.crux, crux.section)


def form_numbers(w: Writer) -> Table | None:
    """Headline numbers of these sections with the least and the most that a change of form makes
    of them; None where none were compared.
    """
    found = w.assessment.form_numbers
    if not found:
        return None
    rows = tuple(
        (
            rich(number_label(w, n.id)),
            rich(plain(n.base).replace(" ", NO_BREAK)),
            rich(plain(n.low)),
            rich(plain(n.high)),
            rich(w.named(_furthest(n))),
            rich(_turned(n)),
        )
        for n in found
        if max(abs(n.base), abs(n.low), abs(n.high)) >= SMALL
    )
    if not rows:
        return None
    return Table(
        "Other numbers of this note, with the model written otherwise",
        (
            Column("Number", 2.6),
            Column("As written", 0.6, number=True),
            Column("Least", 0.5, number=True),
            Column("Most", 0.5, number=True),
            Column("Furthest under", 2.2),
            Column("Sign turns", 0.7),
        ),
        rows,
        rich(
            "As written: on the variants of the form checks; of a mediator, in a typical one of "
            "them and over fewer turns. In stakes of whom it is about, odds as fractions. Sign "
            "turns: in so many changes of those under which it has an answer."
        ),
    )


def _furthest(n: FormNumber) -> str:
    return n.high_under if abs(n.high - n.base) >= abs(n.low - n.base) else n.low_under


def _turned(n: FormNumber) -> str:
    return f"{len(n.turned)} of {n.changes}" if n.turned else "no"


def number_label(w: Writer, id: str) -> str:
    """What a number is of, in words."""
    kind, *rest = id.split(".")
    a = w.assessment

    def who(actor: str, type_: str = "") -> str:
        return quoted(w.type_label(actor, type_)) if type_ else w.actor(actor)

    if kind == "deceive" and len(rest) == 3:
        actor, true, believed = rest
        return f"price of {who(actor, true)} to pass for {who(actor, believed)}"
    if kind == "price" and rest:
        actor, *rest = rest
        if rest[0] in a.belief.get(actor, {}):
            return f"price of {_what(w, actor, rest[1:])} to {who(actor, rest[0])}"
        if f"{actor}.{'.'.join(rest)}" in a.labels or len(rest) == 1:
            return f"price of {_what(w, actor, rest)} to {w.actor(actor)}"
        rise = f"rise of the price of {_what(w, actor, rest[:-1])} with {w.label(rest[-1])}"
        return f"{w.actor(actor)}: {rise}"
    if kind == "waiting" and rest:
        return f"worth of waiting a round to {who(*rest[:2])}"
    if kind == "mediation" and rest:
        if rest[0] == "gain":
            return f"worth of mediation to {who(*rest[1:3])}"
        odds = {
            "solved": "odds of what a mediator would avoid, as solved",
            "mediated": "the same odds with a mediator",
            "bound": "the least that any mediator could make of them",
        }
        return odds.get(rest[0], id)
    if kind == "commitment" and len(rest) >= 2:
        known = ", as far as it comes of being known" if rest[-1] == "known" else ""
        turn = quoted(w.turn(rest[0], rest[1]))
        return f"{w.actor(rest[0])}: worth of being tied at {turn}{known}"
    return id


def _what(w: Writer, actor: str, parts: Sequence[str]) -> str:
    """A proposal or a move in words."""
    name = ".".join(parts)
    if parts[-1] in w.assessment.labels:  # a proposal, answered at the turn before the dot
        return quoted(w.assessment.labels[parts[-1]])
    for id, label in w.assessment.labels.items():
        if id == name or (id.startswith(f"{actor}.") and id.endswith(f".{name}")):
            return quoted(label)
    return quoted(name.replace("_", " "))
