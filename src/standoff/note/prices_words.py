"""The findings on prices in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from standoff.assess.prices_models import CounterPrice, PricesPart, ProposalPart, TurnPricePart
from standoff.assess.prices_words import MINUS
from standoff.note.dates import short
from standoff.note.prices_chart import charted
from standoff.words.numbers import hundredths, percent, plain, share
from standoff.words.sentences import quoted
from standoff.words.standards import Standard

TELLS = 0.05
"""Bits below which an answer separates no types."""
SURE = 0.9
"""Weighted share of variants in which a difference must have one sign to be called settled."""


def sentences(part: PricesPart, *, brief: bool = False, scale: Standard | None = None) -> list[str]:
    """The findings in words, the first ones first; `brief` with one on opinion. Odds are words
    where the `scale` keeps numbers for an annex.
    """
    return [
        *_taking(part),
        *_ending_it(part),
        *bargain_sentences(part.proposals, scale),
        *opinion_sentences(part)[: 1 if brief else None],
        *_term_sentences(part),
    ]


def _taking(part: PricesPart) -> list[str]:
    """What the likeliest ending move of the other side would take, by type."""
    chosen = _likeliest_end(part)
    if chosen is None:
        return []
    counter, turn = chosen
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


def _likeliest_end(part: PricesPart) -> tuple[CounterPrice, TurnPricePart] | None:
    """The likeliest ending move of the other side; of anybody where it has none."""
    rows = [(c, t) for c in part.counters if c.role in ("end", "move") for t in c.turns if t.types]
    theirs = [r for r in rows if r[0].actor != part.observer] or rows
    return max(theirs, key=lambda r: r[1].likely, default=None)


def _ending_it(part: PricesPart) -> list[str]:
    """What it would cost the other side to end it now, and at the next turn at which it could: by
    giving way or by war, which the model does not tell apart.
    """
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
        days = [f"on {short(turn.day)}" for turn in (now, later)]
        if days[0] == days[1]:
            days = [
                f"{d} at {quoted(x.turn_label)}" for d, x in zip(days, (now, later), strict=True)
            ]
        other = f"{quoted(later.label)} " if later.label != now.label else ""
        if told:
            found.append(
                f"to make the move {quoted(now.label)} for certain {days[0]}, or {other}{days[1]} "
                f"if it comes to that, costs in stakes against going on as solved: "
                f"{'; '.join(told)}."
            )
    return found


def bargain_sentences(parts: Sequence[ProposalPart], scale: Standard | None = None) -> list[str]:
    """Who would accept what, what separates, and what only moves opinion."""
    return [*_accepting(parts, scale), *_separating(parts), *_moving_opinion(parts)]


def _accepting(parts: Iterable[ProposalPart], scale: Standard | None) -> list[str]:
    found = []
    for p in parts:
        odds = list(p.accepted.values())
        who = p.to_label
        if not odds:
            continue
        if scale is not None and scale.annex:
            told = ""  # numbers of likelihood stand in an annex, and these odds are by type
        elif max(odds) - min(odds) < 0.005:
            told = f"{who} would accept it with odds of {percent(odds[0])}"
        else:
            span = f"from {hundredths(min(odds))} to {percent(max(odds))}"
            told = f"{who} would accept it with odds {span} by type"
        said = [f"{told}, where it may"] if told else []
        if p.zone:
            agree = sum(z.agree for z in p.zone)
            said.append(f"both sides gain for {agree} of {len(p.zone)} pairs of types")
        if said:
            found.append(f"{quoted(p.label)}: {'; '.join(said)}.")
    return found


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


def opinion_sentences(part: PricesPart) -> list[str]:
    """How the charted prices move with the state of an audience."""
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
            f"the price of {quoted(turn.label)} ({counter.actor_label}) {depends}: "
            f"{curve.high} rather than {curve.low} changes it by {'; '.join(words)}."
        )
        rests = dict.fromkeys(d.label for x in curve.contrasts for d in x.drivers[:1])
        if rests and sure:
            text += f" How far it does goes most with {' and '.join(quoted(r) for r in rests)}."
        if curve.missing:
            text += f" Never reached there, so nothing is said of: {', '.join(curve.missing)}."
        found.append(text)
    return found


def _term_sentences(part: PricesPart) -> list[str]:
    """By what each term lowers the price of the likeliest move that hangs on terms."""
    chosen = _likeliest_end(part)
    if chosen is None:
        return []
    counter, turn = chosen
    own = [
        x
        for x in part.terms
        if (x.actor, x.move, x.turn_label, x.day)
        == (counter.actor, turn.label, turn.turn_label, turn.day)
    ]
    if not own:
        return []
    types = list(dict.fromkeys(t for x in own for t in x.worth))
    told = "; ".join(
        f"{quoted(x.with_)} after {quoted(x.without)} "
        + ", ".join(plain(x.worth[t]) if t in x.worth else "–" for t in types)
        for x in own
    )
    whose = f" (for {', '.join(quoted(t) for t in types)})" if len(types) > 1 else ""
    sign = " (below zero: raises it)" if MINUS in told else ""
    return [
        f"each term lowers the price of {quoted(turn.label)} by{sign}, in stakes{whose}: {told}."
    ]


def _signed(x: float) -> str:
    return f"+{plain(x)}" if x > 0 else plain(x)
