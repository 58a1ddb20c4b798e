"""What a round of waiting is worth, and until when: a section of the note, and a report."""

from __future__ import annotations

import datetime as dt

from standoff.assess.waiting_models import (
    RARE,
    ActorWaiting,
    InStakes,
    MustChoose,
    WaitingChoice,
    WaitingOfType,
    WaitingStop,
    WaitingWorth,
)
from standoff.chart.waiting import WorthAt, worth_by_day
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
    Text,
    rich,
)
from standoff.note.report import report, variants_of
from standoff.note.writer import Writer
from standoff.words.numbers import NOTHING, compact, percent, plain, share
from standoff.words.sentences import MODEL_DERIVED, capital, quoted

TITLE = "What waiting is worth, and until when"
KNOWN = {
    "waits": "",
    "quiet": ", taken as waiting since it leaves no trace",
    "named": ", named as waiting",
}
NOTE = (
    "In stakes of each type, against the best of its other moves. Accrues: what the rounds until "
    "its next choice pay, less what they would pay after acting. Learned: what would be lost if it "
    "saw nothing of what comes before that choice and the others knew it (solved again), less what "
    "acting would teach it. The rest: what others and accident may do meanwhile, and what is left "
    "then. Range: 90 per cent of the variants. Pays: of 100 variants, in so many no other move is "
    "worth more."
)
COLUMNS = 7
"""Choices in the table by day; more of them would leave no room for the numbers."""
SMALL = 0.005
"""Below this in stakes a number says nothing: it would be printed as 0.00."""
LIMITS = (
    "It cannot say what is not written: an actor can wait only where a move is written for that, "
    "and learn only from turns that come before its next choice. Waiting is weighed as if it were "
    "chosen once; what the others make of it is what they make of it in the solution."
)


def section(w: Writer, part: WaitingWorth) -> Section | None:
    """The note's section: each side's next choice, the days after, one chart of an adversary's."""
    told = [a for a in part.actors if a.choices]
    if not told:
        return None
    blocks: list[Block] = []
    for place, actor in enumerate(told):
        blocks += _next(w, actor, rich(NOTE) if not place else ())
        if len(actor.choices) > 1:
            blocks.append(_by_day(actor))
    figure = next((f for a in told if (f := _figure(a)) is not None), None)
    if figure is not None:
        blocks.append(figure)
    silent = [a.note for a in part.actors if not a.choices and a.note]
    if silent:
        blocks.append(Paragraph(rich(capital("; ".join(silent)) + ".")))
    blocks.append(Paragraph(rich(LIMITS)))
    return Section("waiting-worth", TITLE, tuple(blocks))


def render_waiting(found: WaitingWorth, format: str = "text") -> str | bytes:
    """What waiting is worth as `text`, `md`, `html`, `pdf` or `json`."""
    if format == "json":
        return found.model_dump_json(indent=2) + "\n"
    return render_outline(waiting_outline(found), format)


def waiting_outline(found: WaitingWorth) -> Outline:
    """The report before it is text or a page: every choice of every actor."""
    opening = f"From {variants_of(found)}. This report is {MODEL_DERIVED}"
    sections = []
    for actor in found.actors:
        blocks: list[Block] = []
        for choice in actor.choices:
            blocks += _choice(choice)
        if len(actor.choices) > 1:
            blocks.append(_by_day(actor))
        if actor.stops:
            blocks.append(Paragraph(rich("Until when:")))
            blocks.append(Bullets(tuple(_stop(actor, s) for s in actor.stops)))
        figure = _figure(actor)
        if figure is not None:
            blocks.append(figure)
        if actor.without and actor.choices:
            text = "It must choose, and no move waits, at: " + "; ".join(
                _named_day(x) for x in actor.without
            )
            blocks.append(Paragraph(rich(f"{text}. There it plays as solved.")))
        if not actor.choices:
            blocks.append(Paragraph(rich(f"{capital(actor.note)}.")))
        sections.append(Section(f"waiting-{actor.actor}", capital(actor.label), tuple(blocks)))
    sections.append(Section("limits", "What this rests on", (Paragraph(rich(NOTE)),
                                                             Paragraph(rich(LIMITS)))))  # fmt: skip
    return report(
        "WAITING",
        TITLE,
        found,
        (Paragraph(rich(opening)),),
        sections,
    )


# ---------------------------------------------------------------------------------- one choice


def _next(w: Writer, actor: ActorWaiting, note: Rich) -> list[Block]:
    """The next choice of an actor, in a table."""
    choice = actor.choices[0]
    return [
        Paragraph(
            rich(
                f"At {quoted(choice.label)} ({_span(choice)}) {_about(choice)}"
                f"{_tells(choice, bare=w.scale.annex)}{_before(actor)}"
            ),
            lead=f"{capital(actor.label)}.",
        ),
        _table(choice, note),
    ]


def _tells(choice: WaitingChoice, *, bare: bool = False) -> str:
    """What waiting says of the type that waits; `bare` without numbers."""
    odds = [t.odds for t in choice.types]
    if len(odds) < 2 or min(odds) <= 0:
        return ""
    told = "; ".join(f"{quoted(t.label)} {percent(t.odds)}" for t in choice.types)
    ratio = max(odds) / min(odds)
    most, least = (by(choice.types, key=lambda t: t.odds) for by in (max, min))
    how = "weakly for" if ratio < 2 else "for"
    tells = f"that it waits speaks {how} {quoted(most.label)} against {quoted(least.label)}"
    if ratio <= NOTHING[1]:
        tells = "that it waits tells next to nothing of its type"
    return f" {capital(tells)}." if bare else f" Odds with which it waits: {told}; {tells}."


def _about(choice: WaitingChoice) -> str:
    until = (
        f"its next choice after that is {quoted(choice.until_label)} on {_day(choice.until)}"
        if choice.until_turn
        else "after that it does not choose again"
    )
    text = f"to wait is {quoted(choice.waits_label)}{KNOWN[choice.marked]}; {until}. "
    return text + " ".join(_verdict(t) for t in choice.types)


def _before(actor: ActorWaiting) -> str:
    """Where it must choose before it can wait."""
    first = actor.choices[0]
    told = [_named_day(x) for x in actor.without if x.step < first.step]
    return f" Before that it must choose at {'; '.join(told)}, where no move waits." if told else ""


def _verdict(t: WaitingOfType) -> str:
    best = next((o for o in t.others if o.best > 0), None)
    against = f"best other move: {best.label}" if best is not None else "it has no other move"
    if abs(t.whole.value) < SMALL:
        return f"For {_who(t)} it makes next to no difference ({against})."
    worth = "worth while" if t.whole.value > 0 else "not worth while"
    return f"For {_who(t)} it is {worth}, by {plain(abs(t.whole.value))} of its stake ({against})."


def _who(t: WaitingOfType) -> str:
    """A type in quotes; an actor without types by its name."""
    return quoted(t.label) if t.type else t.label


def _table(choice: WaitingChoice, note: Rich) -> Table:
    columns = (
        Column("Type", 2.2),
        Column("Accrues", 0.8, number=True),
        Column("Learned", 0.8, number=True),
        Column("The rest", 0.8, number=True),
        Column("Whole", 0.8, number=True),
        Column("Range", 1.3, number=True),
        Column("Pays", 0.6, number=True),
    )
    rows = tuple(
        (
            rich(t.label),
            rich(plain(t.accrues.value)),
            rich(_number(t.learned)),
            rich(_number(t.risked)),
            rich(Text(plain(t.whole.value), "strong")),
            rich(_range(t.whole)),
            rich(compact(t.pays)),
        )
        for t in choice.types
    )
    caption = f"Worth of waiting at {quoted(choice.label)}, {_span(choice)}"
    return Table(caption, columns, rows, note)


def _choice(choice: WaitingChoice) -> list[Block]:
    """One choice with all that is known of it."""
    came = [t.reached for t in choice.types]
    head = rich(Text(f"{capital(choice.label)}, {_span(choice)}.", "strong"))
    blocks: list[Block] = [Paragraph(rich(head, f" {capital(_about(choice))}{_tells(choice)}"))]
    if min(came) < 0.995:
        odds = "; ".join(f"{_who(t)} {percent(t.reached)}" for t in choice.types)
        blocks.append(Paragraph(rich(f"Odds of coming to it, had it waited until then: {odds}.")))
    blocks.append(_table(choice, ()))
    blocks.append(Bullets(tuple(_more(choice, t) for t in choice.types)))
    if choice.failed:
        text = (
            f"{choice.failed} variants could not be solved again with less to see; they count in "
            "nothing here."
        )
        blocks.append(Paragraph(rich(text), warning=True))
    return blocks


def _more(choice: WaitingChoice, t: WaitingOfType) -> Rich:
    """What stands behind one row."""
    parts = []
    flows = [f"{x.label} {plain(x.value)}" for x in t.by_objective if abs(x.value) >= SMALL]
    if flows:
        parts.append(f"Accrues by objective: {', '.join(flows)}.")
    parts.append(_learned(choice, t))
    if t.meanwhile:
        told = "; ".join(
            f"{quoted(e.label)}, {percent(e.probability)}, {_moves(e.change)}"
            for e in t.meanwhile[:3]
        )
        before = " before its next choice" if choice.until_turn else ""
        parts.append(f"What may happen{before} if it waits: {told}.")
    others = [f"{quoted(o.label)} ({percent(o.best)})" for o in t.others if o.best >= 0.05]
    if others:
        parts.append(f"Best other move: {', '.join(others)}.")
    return rich(Text(f"{capital(t.label)}.", "strong"), " " + " ".join(parts))


def _learned(choice: WaitingChoice, t: WaitingOfType) -> str:
    if not choice.hidden and not choice.until_turn:
        return "It does not choose again: nothing that it could learn would be of use to it."
    if not choice.hidden:
        return "All that it can see before its next choice is that it comes to it."
    if t.learned is None or t.learned_by_waiting is None:
        return f"The information alone: {plain(t.learned_alone.value)}."
    acting = t.learned_by_waiting.value - t.learned.value
    seen = (t.learned_by_waiting.value, acting, t.learned_alone.value)
    if all(abs(x) < SMALL for x in seen):
        return f"What it could see before its next choice is worth less than {SMALL} either way."
    text = (
        f"Waiting would teach it {plain(t.learned_by_waiting.value)}, acting {plain(acting)}; with "
        f"everybody else's play as it is the difference is {plain(t.learned_alone.value)}"
    )
    if t.unseen and abs(t.unseen[0].learned.value) >= SMALL:
        first = t.unseen[0]
        text += f", most of it from {quoted(first.label)} ({plain(first.learned.value)})"
    return text + "."


def _moves(change: InStakes) -> str:
    if abs(change.value) < SMALL:
        return f"which changes the worth by less than {SMALL}"
    word = "adds" if change.value > 0 else "takes away"
    return f"which {word} {plain(abs(change.value))}"


# ------------------------------------------------------------------------------------ by day


def _stop(actor: ActorWaiting, stop: WaitingStop) -> Rich:
    name = rich(Text(f"{capital(stop.label)}.", "strong"))
    own = [c for c in actor.choices if _comes(c, stop.type) is not None]
    if not stop.turn and len(own) == 1:
        return rich(name, f" Worth while on {_day(own[0].first)}, the one choice weighed here.")
    if not stop.turn:
        last = own[-1]
        return rich(
            name, f" Waiting stays worth while at every choice, to {_day(last.first)} at least."
        )
    label = next(c.label for c in actor.choices if c.turn == stop.turn and c.first == stop.day)
    place = next(i for i, c in enumerate(own) if c.turn == stop.turn and c.first == stop.day)
    text = (
        f" Not worth while from {_day(stop.day)} on"
        if place and not stop.again
        else f" Not worth while on {_day(stop.day)}"
    )
    text += f" ({quoted(label)}; it still pays in {share(stop.pays or 0.0)})"
    if stop.again:
        days = ", ".join(_day(d) for d in stop.again)
        text += f"; had it waited all the same, worth while again on {days}"
    return rich(name, text + ".")


def _by_day(actor: ActorWaiting) -> Table:
    """Worth of waiting at each choice, had it waited until then, by type; where they are many at
    the first, the last, those at which it stops and some in between.
    """
    choices = _shown(actor)
    days = [short(c.first) for c in choices]
    columns = (
        Column("Type", 2.2),
        *(Column(day, 0.8, number=True) for day in days),
        Column("Stops", 0.9),
    )
    rows = []
    for stop in actor.stops:
        cells = []
        for choice in choices:
            own = _comes(choice, stop.type)
            cells.append(rich("–" if own is None else plain(own.whole.value)))
        last = short(stop.day) if stop.turn else "not by then"
        rows.append((rich(stop.label), *cells, rich(last)))
    told = "; ".join(f"{day} {quoted(c.label)}" for day, c in zip(days, choices, strict=True))
    note = (
        f"The choices: {told}. In stakes of each type, against the best other move. Stops: the "
        "first of these days on which another move is worth as much."
    )
    if any(_comes(c, s.type) is None for s in actor.stops for c in choices):
        note += " –: it hardly ever comes to that choice."
    if len(choices) < len(actor.choices):
        note += f" Shown are {len(choices)} of {len(actor.choices)} choices."
    return Table(f"Worth of waiting had {actor.label} waited until then", columns, tuple(rows),
                 rich(note))  # fmt: skip


def _shown(actor: ActorWaiting) -> list[WaitingChoice]:
    """The choices that find room in one table."""
    every = actor.choices
    if len(every) <= COLUMNS:
        return every
    stops = {(s.turn, s.day) for s in actor.stops if s.turn}
    where = [i for i, c in enumerate(every) if (c.turn, c.first) in stops]
    # In order of what must not be missing; then evenly between the first and the last.
    spread = [round(i * (len(every) - 1) / (COLUMNS - 1)) for i in range(COLUMNS)]
    wanted = [0, len(every) - 1, *where, *(i - 1 for i in where if i), *spread]
    kept = list(dict.fromkeys(wanted))[:COLUMNS]
    return [every[i] for i in sorted(kept)]


def _comes(choice: WaitingChoice, kind: str) -> WaitingOfType | None:
    """A type at a choice, if it may well come to it."""
    return next((t for t in choice.types if t.type == kind and t.reached > RARE), None)


def _figure(actor: ActorWaiting) -> Figure | None:
    points = [
        WorthAt(dt.date.fromisoformat(c.first), t.label, t.whole.value, *t.whole.range90)
        for c in actor.choices
        for t in c.types
        if t.reached >= 0.01
    ]
    if len({p.day for p in points}) < 2:
        return None
    title = f"What waiting is worth by day: {actor.label}"
    told = []
    for name in dict.fromkeys(p.series for p in points):
        own = [f"{short(p.day.isoformat())} {plain(p.value)}" for p in points if p.series == name]
        told.append(f"{name}: {', '.join(own)}")
    description = (
        "Worth of waiting at each choice, had it waited until then, against the best other move, "
        "in stakes of each type, with the range of 90 per cent of the variants; above the dashed "
        f"line waiting is worth more. {'; '.join(told)}."
    )
    spec = worth_by_day(points, title=title, description=description)
    return Figure(f"waiting-{actor.actor}", title, description, spec)


def _span(choice: WaitingChoice) -> str:
    if choice.first == choice.last:
        return _day(choice.first)
    return f"{_day(choice.first)} to {_day(choice.last)}"


def _day(iso: str) -> str:
    """`27 October 1962` without its year."""
    return in_words(iso).rsplit(" ", 1)[0]


def _named_day(x: MustChoose) -> str:
    return f"{quoted(x.label)} ({_day(x.first)})"


def _number(number: InStakes | None) -> str:
    return "–" if number is None else plain(number.value)


def _range(number: InStakes) -> str:
    low, high = number.range90
    return f"{plain(low)} to {plain(high)}"
