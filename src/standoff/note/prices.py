"""What they would take and what we would give: prices, the zone of agreement, opinion."""

from __future__ import annotations

from standoff.assess.prices_models import Prices, PricesPart
from standoff.note.dates import short
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
from standoff.note.prices_chart import price_chart
from standoff.note.prices_tables import price_grid, price_table, zone_grid, zone_table
from standoff.note.prices_words import bargain_sentences, opinion_sentences, sentences
from standoff.note.report import report, variants_of
from standoff.note.writer import Writer
from standoff.words.numbers import compact, plain
from standoff.words.sentences import MODEL_DERIVED, capital, quoted

MEANING = (
    "A price is the payment, in stakes of the type, that would make the odds of the move even, all "
    "else as solved: above zero it would have to be paid so much, below zero it would do it at "
    "such a loss. Ranges are over the assumptions written down."
)
MATTERS = 0.05
"""Stakes by which a price must differ between levels for the report's table."""
LIMITS = (
    "It can't say what payment would be accepted as one, or kept; a price in the model holds one "
    "move against the mover's other moves as the scenario lists them, and longer lists make every "
    "single move dearer."
)


def section(w: Writer, part: PricesPart) -> Section | None:
    """The note's section: about a page."""
    found = sentences(part, brief=True, scale=w.scale)
    blocks: list[Block] = []
    if found:
        lead = rich(capital(found[0]), w.model_mark("prices from the solved play"))
        blocks.append(Paragraph(lead))
        if found[1:]:
            blocks.append(Bullets(tuple(rich(capital(s)) for s in found[1:])))
    # The other side first: what it would take is what the reader can act on.
    actors = sorted(dict.fromkeys(c.actor for c in part.counters), key=lambda a: a == part.observer)
    grids = [grid for actor in actors if (grid := price_grid(part, actor)) is not None]
    blocks += grids
    if grids:
        blocks.append(Paragraph(rich(f"{MEANING} {LIMITS}")))
    zones = [p for p in part.proposals if p.zone]
    blocks += [zone_grid(zones, to) for to in dict.fromkeys(p.to for p in zones)]
    if part.charts:
        blocks.append(_figure(part, most=1))
    if not blocks:
        return None
    return Section("prices", "What they would take, what we would give", tuple(blocks))


def render_prices(found: Prices, format: str = "text") -> str | bytes:
    """The command's own report as `text`, `md`, `html`, `pdf` or `json`; as `svg` the chart."""
    if format == "json":
        return found.model_dump_json(indent=2, by_alias=True) + "\n"
    if format == "svg":
        from standoff.chart import svg

        if found.prices is None or not found.prices.charts:
            raise ValueError("no price depends on the state of an audience: there is no chart")
        return svg(price_chart(found.prices)) + "\n"
    return render_outline(prices_outline(found), format)


def prices_outline(found: Prices) -> Outline:
    """The report before it is text or a page."""
    part = found.prices
    opening: list[Block] = [
        Paragraph(
            rich(
                f"From {variants_of(found)}. This report is {MODEL_DERIVED} ",
                MEANING,
            )
        )
    ]
    sections: list[Section] = []
    if part is None:
        opening.append(Paragraph(rich(
            "There is nothing left to bargain with: no proposal can still be made or accepted, and "
            "no move that ends the crisis is open beside another."
        )))  # fmt: skip
    else:
        sections = [s for s in (_prices(part), _proposals(part), _opinion(part), _terms(part)) if s]
    return report(
        "PRICES",
        "What they would take, what we would give",
        found,
        opening,
        sections,
    )


def _prices(part: PricesPart) -> Section:
    blocks: list[Block] = []
    for actor in dict.fromkeys(c.actor for c in part.counters):
        own = [(c, t) for c in part.counters if c.actor == actor for t in c.turns]
        blocks.append(price_table(own))
    stakes = tuple(
        rich(f"{capital(_whose(part, id))}: {words}.") for id, words in part.stakes.items()
    )
    blocks += [Paragraph(rich("One stake is:")), Bullets(stakes)]
    if part.only_bounds:
        blocks.append(Paragraph(rich(
            "At some information sets the odds are too small for a computer's numbers: the price "
            "there is at least (or at most) what is shown."
        ), warning=True))  # fmt: skip
    return Section("table", "Prices by type and turn", tuple(blocks))


def _whose(part: PricesPart, id: str) -> str:
    actor, _, kind = id.partition(".")
    for counter in part.counters:
        if counter.actor == actor:
            for turn in counter.turns:
                for t in turn.types:
                    if t.type == kind:
                        return (
                            f"{counter.actor_label}, {quoted(t.label)}"
                            if kind
                            else counter.actor_label
                        )
            return counter.actor_label
    return id


def _proposals(part: PricesPart) -> Section | None:
    if not part.proposals:
        return None
    blocks: list[Block] = [
        Bullets(tuple(rich(capital(s)) for s in bargain_sentences(part.proposals)))
    ]
    zones = [p for p in part.proposals if p.zone]
    if zones:
        blocks.append(zone_table(zones))
    effects = [
        (p, e) for p in part.proposals for e in p.effects
    ]  # fmt: skip
    if effects:
        blocks.append(
            Table(
                "What making a proposal changes, in levels, as play ends",
                (Column("Proposal", 2), Column("What", 2), Column("Change", 0.6, number=True),
                 Column("Range", 1, number=True)),
                tuple(
                    (rich(p.label), rich(e.label), rich(plain(e.change)),
                     rich(f"{plain(e.range90[0])} to {plain(e.range90[1])}"))
                    for p, e in effects
                ),
                rich("Against the same turn without it; what the move itself changes is counted."),
            )
        )  # fmt: skip
    return Section("proposals", "Who would agree to what", tuple(blocks))


def _opinion(part: PricesPart) -> Section | None:
    curves = [
        (c, t, curve)
        for c in part.counters
        for t in c.turns
        for curve in t.curves
        if curve.audience and any(abs(x.difference) >= MATTERS for x in curve.contrasts)
    ]
    if not curves:
        return None
    rows = []
    for counter, turn, curve in curves:
        for i, x in enumerate(curve.contrasts):
            label = next((t.label for t in turn.types if t.type == x.type), x.type)
            rows.append(
                (
                    rich(f"{turn.label} ({short(turn.day)})" if i == 0 else ""),
                    rich(f"{curve.label}: {curve.high} against {curve.low}" if i == 0 else ""),
                    rich(label if x.type else counter.actor_label),
                    rich(plain(x.difference)),
                    rich(f"{plain(x.range90[0])} to {plain(x.range90[1])}"),
                    rich(compact(x.share)),
                )
            )
    blocks: list[Block] = [
        Bullets(tuple(rich(capital(s)) for s in opinion_sentences(part))),
        Table(
            "How prices differ by the state of an audience, in stakes",
            (
                Column("Move", 1.8),
                Column("Levels compared", 2.2),
                Column("Type", 1.5),
                Column("Rise", 0.6, number=True),
                Column("Range", 1, number=True),
                Column("Sign in", 0.6, number=True),
            ),
            tuple(rows),
            rich(
                f"Only differences of at least {plain(MATTERS)} for some type. "
                "Sign in: variants in 100, by weight, in which the difference has that sign. "
                "Histories at different levels may differ in more than that level."
            ),
        ),
    ]
    if part.charts:
        blocks.append(_figure(part))
    return Section("opinion", "How the price moves with opinion", tuple(blocks))


def _figure(part: PricesPart, most: int | None = None) -> Figure:
    spec = price_chart(part, most)
    caption = (
        "In stakes of each type, with ranges over the assumptions. Grey and hollow: hardly ever "
        "reached. Empty: never reached, so nothing is said."
    )
    return Figure("price", " ".join(spec["title"]["text"]), spec["description"], spec, caption)


def _terms(part: PricesPart) -> Section | None:
    if not part.terms:
        return None
    rows = [
        (
            rich(f"{x.actor_label}: {x.move} ({short(x.day)})" if i == 0 else ""),
            rich(f"{x.with_}, against {x.without}" if i == 0 else ""),
            rich(label),
            rich(plain(worth)),
            rich(f"{plain(x.range90[label][0])} to {plain(x.range90[label][1])}"),
        )
        for x in part.terms
        for i, (label, worth) in enumerate(x.worth.items())
    ]
    table = Table(
        "What a term is worth: how far it lowers the price of the move, in stakes",
        (
            Column("Move", 1.8), Column("Term", 2), Column("Type", 1.5),
            Column("Worth", 0.6, number=True), Column("Range", 1, number=True),
        ),
        tuple(rows),
        rich("Histories in which a term stands may differ from the others in more than that term."),
    )  # fmt: skip
    return Section("terms", "What a term is worth", (table,))
