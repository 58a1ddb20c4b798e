"""Tables of prices and of the zone of agreement."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.assess.prices_models import CounterPrice, PricesPart, ProposalPart, TurnPricePart
from standoff.note.dates import short
from standoff.note.outline import Column, Table, rich
from standoff.words.numbers import compact, plain
from standoff.words.sentences import capital

LITTLE = 0.01
"""Odds below which a turn is left out of the note."""
NOTE_ROWS = 4
"""Moves of one actor in the note's table; the command's report has all of them."""


def price_table(rows: Sequence[tuple[CounterPrice, TurnPricePart]]) -> Table:
    """Some moves at their turns, a row for each type, with costs and payoffs."""
    columns = (
        Column("Move", 2),
        Column("When", 0.6),
        Column("Type", 1.6),
        Column("Odds", 0.5, number=True),
        Column("Price", 0.6, number=True),
        Column("Range", 1, number=True),
        Column("Cost", 0.6, number=True),
        Column("Payoff", 0.7, number=True),
    )
    whose = list(dict.fromkeys(c.actor_label for c, _ in rows))
    cells = []
    for counter, turn in rows:
        what = turn.label if len(whose) == 1 else f"{counter.actor_label}: {turn.label}"
        first = True
        for t in turn.types:
            if t.reached < 1e-12:
                continue
            cells.append(
                (
                    rich(what if first else ""),
                    rich(short(turn.day) if first else ""),
                    rich(t.label if t.type else ""),
                    rich(compact(t.odds)),
                    rich(plain(t.price)),
                    rich(f"{plain(t.range90[0])} to {plain(t.range90[1])}"),
                    rich(plain(t.cost)),
                    rich("–" if t.payoff is None else plain(t.payoff)),
                )
            )
            first = False
    caption = "Prices, in stakes of each type"
    if len(whose) == 1:
        caption = f"{capital(whose[0])}: prices in stakes of each type"
    note = rich(
        "Odds: in 100, once it comes to choose there. Cost: what it loses if it makes the move "
        "there for certain instead of playing as solved. Payoff: the price in the scenario's "
        "units of payoff."
    )
    return Table(caption, columns, tuple(cells), note)


def price_grid(part: PricesPart, actor: str) -> Table | None:
    """The note's table of one actor: a line for each move and turn, a column for each type."""
    own = [(c, t) for c in part.counters if c.actor == actor for t in c.turns]
    own = [(c, t) for c, t in own if max((x.reached for x in t.types), default=0.0) >= LITTLE]
    ranked = sorted(own, key=lambda r: (r[0].role == "propose", -r[1].likely))[:NOTE_ROWS]
    rows = sorted(ranked, key=lambda r: r[1].round)
    if not rows:
        return None
    types = dict.fromkeys((t.type, t.label) for _, turn in rows for t in turn.types)
    cells = []
    for _, turn in rows:
        found = {(t.type, t.label): t for t in turn.types}
        cells.append(
            (
                rich(turn.label),
                rich(short(turn.day)),
                *(
                    rich(f"{plain(t.price)} ({plain(t.range90[0])} to {plain(t.range90[1])})")
                    if t is not None
                    else rich("–")
                    for t in (found.get(key) for key in types)
                ),
            )
        )
    return Table(
        f"{capital(rows[0][0].actor_label)}: prices in stakes of each type, with their ranges",
        (
            Column("Move", 1.9),
            Column("When", 0.6),
            *(
                Column(capital(label) if type else "Price", 1.2, number=True)
                for type, label in types
            ),
        ),
        tuple(cells),
    )


def zone_table(parts: Sequence[ProposalPart]) -> Table:
    """What acceptance gives each pair of types, a row for each."""
    rows = [
        (
            rich(p.label if i == 0 else ""),
            rich(z.by_label),
            rich(z.to_label),
            rich(plain(z.gain_by)),
            rich(plain(z.gain_to)),
            rich(compact(z.both)),
        )
        for p in parts
        for i, z in enumerate(p.zone)
    ]
    return Table(
        "Zone of agreement: what acceptance gives each side, in its stakes",
        (
            Column("Proposal", 1.6),
            Column("By", 1.5),
            Column("To", 1.5),
            Column("Proposer", 0.7, number=True),
            Column("Addressee", 0.8, number=True),
            Column("Both", 0.5, number=True),
        ),
        tuple(rows),
        rich(
            "Against what each would get if it were answered otherwise. Both: variants in 100, by "
            "weight, in which both gain."
        ),
    )


def zone_grid(parts: Sequence[ProposalPart], to: str) -> Table:
    """The same of one addressee in few lines: a column for each of its types."""
    own = [p for p in parts if p.to == to]
    types = dict.fromkeys((z.to, z.to_label) for p in own for z in p.zone)
    rows = []
    for p in own:
        for i, by in enumerate(dict.fromkeys((z.by, z.by_label) for z in p.zone)):
            found = {(z.to, z.to_label): z for z in p.zone if z.by == by[0]}
            rows.append(
                (
                    rich(p.label if i == 0 else ""),
                    rich(by[1]),
                    *(
                        rich(f"{plain(z.gain_by)} / {plain(z.gain_to)}" if z else "–")
                        for z in (found.get(t) for t in types)
                    ),
                )
            )
    return Table(
        "Zone of agreement: what acceptance gives proposer / addressee, in stakes",
        (
            Column("Proposal", 1.8),
            Column("Proposer's type", 1.4),
            *(Column(capital(label), 1.1, number=True) for _, label in types),
        ),
        tuple(rows),
        rich("Against what each would get if it were answered otherwise."),
    )
