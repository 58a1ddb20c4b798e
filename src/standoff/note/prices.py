"""What they would take and what we would give: prices, the zone of agreement, opinion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from standoff.assess.prices_models import (
    CounterPart,
    Prices,
    PricesPart,
    ProposalPart,
    TermPart,
    TurnPricePart,
)
from standoff.note.dates import in_words, short
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
from standoff.note.prices_chart import charted, price_chart
from standoff.note.writer import Writer
from standoff.words.numbers import compact, percent, plain, share
from standoff.words.sentences import MODEL_DERIVED, capital, quoted

TELLS = 0.05
"""Bits below which an answer separates no types."""
MATTERS = 0.05
"""Stakes by which a price must differ between levels for the report's table."""
SURE = 0.9
"""Weighted share of variants in which a difference must have one sign to be called settled."""
LITTLE = 0.01
"""Odds below which a turn is left out of the note."""
NOTE_ROWS = 12
"""Rows of the note's table of prices; the command's report has all of them."""
MEANING = (
    "A price is the payment, in stakes of the type, that would make the odds of the move even, all "
    "else as solved: above zero it would have to be paid so much, below zero it would do it at "
    "such a loss. Ranges are over the assumptions written down."
)
LIMITS = (
    "It can't say what payment would be accepted as one, or kept; a price in the model holds one "
    "move against the mover's other moves as the scenario lists them, and longer lists make every "
    "single move dearer."
)


def section(w: Writer, part: PricesPart) -> Section | None:
    """The note's section: about a page."""
    sentences = _sentences(part)
    blocks: list[Block] = []
    if sentences:
        lead = rich(capital(sentences[0]), w.model_mark("prices from the solved play"))
        blocks.append(Paragraph(lead))
        if sentences[1:]:
            blocks.append(Bullets(tuple(rich(capital(s)) for s in sentences[1:])))
    rows = _worth_showing(part)
    if rows:
        blocks.append(_price_table(rows, note=rich(MEANING)))
    zones = [p for p in part.proposals if p.zone]
    blocks += [_zone_grid(zones, to) for to in dict.fromkeys(p.to for p in zones)]
    if part.charts:
        blocks.append(_figure(part))
    if not blocks:
        return None
    blocks.append(Paragraph(rich(LIMITS)))
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
    failed = f", {found.failed} of which failed the solver check" if found.failed else ""
    opening: list[Block] = [
        Paragraph(
            rich(f"From {found.variants:,} variants{failed}. It is {MODEL_DERIVED} {MEANING}")
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
    return Outline(
        kind="PRICES",
        title=f"What they would take, what we would give: {found.title}",
        language="en",
        marking="",
        heading=(
            ("SUBJECT", found.title),
            ("AS OF", in_words(found.as_of) if found.as_of else "the end of the record"),
        ),
        as_of=found.as_of,
        opening=tuple(opening),
        sections=tuple(sections),
        footnotes=(),
    )


# ---------------------------------------------------------------------------- prices


def _prices(part: PricesPart) -> Section:
    blocks: list[Block] = []
    for actor in dict.fromkeys(c.actor for c in part.counters):
        own = [(c, t) for c in part.counters if c.actor == actor for t in c.turns]
        blocks.append(_price_table(own, note=(), full=True))
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


def _price_table(
    rows: Sequence[tuple[CounterPart, TurnPricePart]], *, note: Rich, full: bool = False
) -> Table:
    columns = (
        Column("Move", 2),
        Column("When", 0.6),
        Column("Type", 1.6),
        Column("Odds", 0.5, number=True),
        Column("Price", 0.6, number=True),
        Column("Range", 1, number=True),
        *((Column("Cost", 0.6, number=True), Column("Payoff", 0.7, number=True)) if full else ()),
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
                    *(
                        (rich(plain(t.cost)), rich("–" if t.payoff is None else plain(t.payoff)))
                        if full
                        else ()
                    ),
                )
            )
            first = False
    caption = "Prices, in stakes of each type"
    if len(whose) == 1:
        caption = f"{capital(whose[0])}: prices in stakes of each type"
    if full:
        note = rich(
            "Odds: in 100, once it comes to choose there. Cost: what it loses if it makes the move "
            "there for certain instead of playing as solved. Payoff: the price in the scenario's "
            "units of payoff."
        )
    return Table(caption, columns, tuple(cells), note)


def _worth_showing(part: PricesPart) -> list[tuple[CounterPart, TurnPricePart]]:
    """As many moves as the note has room for, in the order of the scenario: answers and moves that
    end the crisis before those that only propose, the likeliest first.
    """
    rows = [
        (c, t)
        for c in part.counters
        for t in c.turns
        if max((x.reached for x in t.types), default=0.0) >= LITTLE
    ]
    chosen: list[tuple[CounterPart, TurnPricePart]] = []
    room = NOTE_ROWS
    for row in sorted(rows, key=lambda r: (r[0].role == "propose", -r[1].likely)):
        if len(row[1].types) <= room:
            chosen.append(row)
            room -= len(row[1].types)
    return [row for row in rows if row in chosen]


# ------------------------------------------------------------------------- proposals


def _proposals(part: PricesPart) -> Section | None:
    if not part.proposals:
        return None
    blocks: list[Block] = [Bullets(tuple(rich(s) for s in _proposal_sentences(part.proposals)))]
    zones = [p for p in part.proposals if p.zone]
    if zones:
        blocks.append(_zone_table(zones))
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


def _zone_table(parts: Sequence[ProposalPart]) -> Table:
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


def _zone_grid(parts: Sequence[ProposalPart], to: str) -> Table:
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


def _proposal_sentences(parts: Iterable[ProposalPart]) -> list[str]:
    found = []
    for p in parts:
        odds = list(p.accepted.values())
        who = capital(p.to_label)
        if not odds:
            continue
        told = (
            f"of {percent(odds[0])}"
            if max(odds) - min(odds) < 0.005
            else f"from {compact(min(odds))} to {percent(max(odds))} by type"
        )
        text = f"{capital(p.label)}: {who} would accept it with odds {told}, where it may"
        agree = sum(z.agree for z in p.zone)
        if p.zone:
            text += f"; both sides gain for {agree} of {len(p.zone)} pairs of types"
        found.append(text + ".")
    return found


# --------------------------------------------------------------------- opinion, terms


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
        Bullets(tuple(rich(s) for s in _opinion_sentences(part))),
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


def _figure(part: PricesPart) -> Figure:
    spec = price_chart(part)
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
            rich(f"{x.actor_label}: {x.move}" if i == 0 else ""),
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


# ------------------------------------------------------------------------- sentences


def _sentences(part: PricesPart) -> list[str]:
    """The findings in words, the first ones first."""
    return [
        *_taking(part),
        *_giving_up(part),
        *_proposal_sentences(part.proposals),
        *_separating(part.proposals),
        *_moving_opinion(part.proposals),
        *_opinion_sentences(part),
        *_term_sentences(part.terms),
    ]


def _taking(part: PricesPart) -> list[str]:
    """What the likeliest ending move of the other side would take, by type."""
    rows = [(c, t) for c in part.counters if c.role in ("end", "move") for t in c.turns if t.types]
    theirs = [r for r in rows if r[0].actor != part.observer] or rows
    if not theirs:
        return []
    counter, turn = max(theirs, key=lambda r: r[1].likely)
    told = []
    for t in sorted(turn.types, key=lambda t: t.price):
        who = quoted(t.label) if t.type else "it"
        if t.price >= 0:
            told.append(f"{who} would have to be paid {plain(t.price)} of its stake")
        else:
            told.append(f"{who} would do it at a loss of up to {plain(-t.price)} of its stake")
    return [
        f"{quoted(turn.label)} ({counter.actor_label}, {short(turn.day)}) at even odds: "
        f"{'; '.join(told)}."
    ]


def _separating(parts: Sequence[ProposalPart]) -> list[str]:
    if not parts:
        return []
    found = []
    best = max(parts, key=lambda p: p.bits_answer)
    if len(best.accepted) > 1:
        if best.bits_answer >= TELLS:
            found.append(
                f"the proposal whose answer tells most of {best.to_label} is {quoted(best.label)} "
                f"({best.bits_answer:.2f} bits)."
            )
        else:
            found.append(
                f"no answer to a proposal tells the types of {best.to_label} apart "
                f"({best.bits_answer:.3f} bits at most)."
            )
    made = [p for p in parts if p.bits_proposing is not None and len(p.proposed) > 1]
    if made:
        top = max(made, key=lambda p: p.bits_proposing or 0.0)
        bits = top.bits_proposing or 0.0
        if bits >= TELLS:
            found.append(
                f"making {quoted(top.label)} tells most of {top.by_label} ({bits:.2f} bits)."
            )
        else:
            found.append(
                f"which proposal {top.by_label} makes says little of its type ({bits:.3f} bits at "
                "most)."
            )
    return found


def _moving_opinion(parts: Sequence[ProposalPart]) -> list[str]:
    found = []
    for p in parts:
        moved = [e for e in p.effects if e.audience]
        if not p.refused_by_all:
            continue
        text = f"{quoted(p.label)} would be refused by every type of {p.to_label}"
        if moved:
            told = ", ".join(f"{e.label} ({_signed(e.change)})" for e in moved[:2])
            text += f"; what it moves is opinion: {told}"
        found.append(text + ".")
    return found


def _signed(x: float) -> str:
    return f"+{plain(x)}" if x > 0 else plain(x)


def _opinion_sentences(part: PricesPart) -> list[str]:
    found = []
    for counter, turn, curve in charted(part):
        if not curve.contrasts:
            continue
        words = []
        for x in curve.contrasts:
            label = next((t.label for t in turn.types if t.type == x.type), "")
            who = quoted(label) if x.type else counter.actor_label
            words.append(
                f"{_signed(x.difference)} for {who} (from {plain(x.range90[0])} to "
                f"{plain(x.range90[1])}; that sign in {share(x.share)})"
            )
        signs = {x.difference > 0 for x in curve.contrasts}
        sure = len(signs) == 1 and all(x.share >= SURE for x in curve.contrasts)
        depends = (
            f"depends on {quoted(curve.label)}"
            if sure
            else f"is not settled to depend on {quoted(curve.label)}"
        )
        text = (
            f"the price of {quoted(turn.label)} ({counter.actor_label}) {depends}: at "
            f"{curve.high} against {curve.low} it changes by {'; '.join(words)}."
        )
        if curve.missing:
            text += f" Never reached there, so nothing is said of: {', '.join(curve.missing)}."
        found.append(text)
    return found


def _giving_up(part: PricesPart) -> list[str]:
    """What it would cost the other side to end it now, and at the next turn at which it could."""
    several = [
        c
        for c in part.counters
        if c.role == "end" and len(c.turns) > 1 and c.actor != part.observer
    ]
    found = []
    for counter in several[:1]:
        now, later = counter.turns[:2]
        after = {t.type: t.cost for t in later.types}
        told = [
            f"{plain(t.cost)} and {plain(after[t.type])} for "
            + (quoted(t.label) if t.type else counter.actor_label)
            for t in now.types
            if t.type in after
        ]
        if told:
            found.append(
                f"giving up the counter ({quoted(now.label)}) on {short(now.day)}, and on "
                f"{short(later.day)} if it comes to that, costs in stakes against going on as "
                f"solved: {'; '.join(told)}."
            )
    return found


def _term_sentences(parts: Sequence[TermPart]) -> list[str]:
    """The one term that is worth most to somebody."""
    best = max(parts, key=lambda x: max(abs(w) for w in x.worth.values()), default=None)
    if best is None:
        return []
    told = ", ".join(f"{plain(w)} for {quoted(t)}" for t, w in best.worth.items())
    return [
        f"what is worth most is {quoted(best.with_)} against {quoted(best.without)}, in stakes by "
        f"which it lowers the price of {quoted(best.move)}: {told}."
    ]
