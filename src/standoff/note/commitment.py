"""What tying one's hands would be worth: a section of the note, and a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from standoff.assess.commitment_models import (
    ActorTies,
    Audience,
    CommitmentPart,
    Gain,
    Signal,
    Tie,
    TiedTypes,
    TurnTies,
    TypeGain,
)
from standoff.chart.going_back import Promise, worth_by_cost
from standoff.note.dates import short
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
from standoff.note.report import report, variants_of
from standoff.note.writer import Writer
from standoff.words.numbers import compact, hundredths, percent, plain, signed
from standoff.words.sentences import MODEL_DERIVED, capital, quoted

TITLE = "What tying our hands would be worth, and theirs"
SMALL = 0.005
"""Below this in stakes a number says nothing: it would be printed as 0.00."""
WHAT = (
    "To tie one's hands is to be bound, in the open and whatever one's type, to a move wherever it "
    "is open at a turn; from now on everybody plays knowing that, and all is solved again. Worth "
    "is in stakes (1 is what the type itself names as the issue), against no tie, on average over "
    "the types as they are believed now. Known: what of it comes of being known; the rest is what "
    "the same move is worth if nobody expects it, for which no tie is needed."
)
LIMITS = (
    "How anybody could be bound is not modeled: only what it would be worth if it were believed. A "
    "tie to what is done anyway gains what slips are worth; a tie can hurt, since whoever ties "
    "itself for all of its types takes the choice from each. Where play has several solutions, "
    "part of a worth may be that the tie brings about another of them."
)


def section(w: Writer, part: CommitmentPart) -> Section | None:
    """The note's section: the best tie of each side's next turns, and what would be made of it."""
    sides = [side for side in part.actors if side.turns]
    if not sides:
        return None
    bare = w.scale.annex
    rows = [_row(w, side, turn, turn.ties[0]) for side in sides for turn in side.turns]
    columns = (Column("Who, and where", 2.2), Column("Tied to", 2.2), *_numbers())
    blocks: list[Block] = [
        Paragraph(rich(WHAT)),
        Table(
            "The tie worth most at each side's next turns", columns, tuple(rows),
            rich(_KEY + _failed(turn.ties[0] for side in sides for turn in side.turns)),
        ),
    ]  # fmt: skip
    for side in sides:
        blocks.append(
            Paragraph(rich(" ".join(_told(side, bare=bare))), lead=f"{capital(side.label)}.")
        )
    blocks += [
        _figure(side, turn.audience)
        for side in sides
        for turn in side.turns
        if turn.audience is not None
    ][:1]
    blocks.append(Paragraph(rich(LIMITS)))
    return Section("commitment", TITLE, tuple(blocks))


def render_commitment(found: CommitmentPart, format: str = "text") -> str | bytes:
    """What commitment is worth as `text`, `md`, `html`, `pdf` or `json`."""
    if format == "json":
        return found.model_dump_json(indent=2) + "\n"
    return render_outline(commitment_outline(found), format)


def commitment_outline(found: CommitmentPart) -> Outline:
    """The report before it is text or a page: every move of every turn."""
    opening = f"From {variants_of(found)}. This report is {MODEL_DERIVED}"
    sections = []
    for side in found.actors:
        blocks: list[Block] = []
        for turn in side.turns:
            blocks += _turn(side, turn)
        sections.append(Section(f"commitment-{side.actor}", capital(side.label), tuple(blocks)))
    if not found.actors:
        nothing = (Paragraph(rich("Nobody has anything left to choose.")),)
        sections.append(Section("commitment", "No turn is left", nothing))
    rests = (Paragraph(rich(WHAT)), Paragraph(rich(LIMITS)))
    sections.append(Section("limits", "What this rests on", rests))
    return report(
        "COMMITMENT",
        "What tying one's hands would be worth",
        found,
        (Paragraph(rich(opening)),),
        sections,
    )


# ---------------------------------------------------------------------------------- tables

_KEY = (
    "Anyway: of 100, how often the move is made there without a tie. Range: 90 per cent of the "
    "variants. Better: of 100 variants, in so many the tie is worth more than none."
)


def _failed(ties: Iterable[Tie]) -> str:
    """Which variants have no weight since they were not solved with a tie."""
    each = [f"{tie.failed} with {quoted(tie.label)}" for tie in ties if tie.failed]
    if not each:
        return ""
    return f" Variants left out, since they failed the solver check: {', '.join(each)}."


def _numbers() -> tuple[Column, ...]:
    return (
        Column("Anyway", 0.7, number=True),
        Column("Worth", 0.7, number=True),
        Column("Range", 1.2, number=True),
        Column("Known", 0.7, number=True),
        Column("Better", 0.7, number=True),
    )


def _cells(tie: Tie) -> tuple[Rich, ...]:
    return (
        rich(compact(tie.anyway)),
        rich(signed(tie.gain.value)),
        rich(_span(tie.gain)),
        rich(signed(tie.known.value)),
        rich(compact(tie.gain.better)),
    )


def _row(w: Writer, side: ActorTies, turn: TurnTies, tie: Tie) -> tuple[Rich, ...]:
    comes = _comes(turn, bare=w.scale.annex)
    where = f"{capital(side.label)}, {turn.label} ({_day(turn)}{comes})"
    anyway, *rest = _cells(tie)
    if w.scale.annex:
        anyway = rich(w.number(f"{side.label}: {quoted(tie.label)} without a tie", tie.anyway))
    return (rich(where), rich(tie.label), anyway, *rest)


def _turn(side: ActorTies, turn: TurnTies) -> list[Block]:
    """Everything about one turn."""
    kinds = [kind for kind in turn.ties[0].by_type if kind.type]
    ties = [*turn.ties, turn.mixed] if turn.mixed is not None else turn.ties
    columns = (Column("Tied to", 2.6), *_numbers(), *(_kind_column(kind) for kind in kinds))
    rows = []
    for tie in ties:
        each = (rich(signed(kind.gain.value)) for kind in tie.by_type if kind.type)
        rows.append((rich(tie.label), *_cells(tie), *each))
    note = _KEY + (" The last columns: worth by type." if kinds else "") + _failed(ties)
    caption = f"{capital(turn.label)} ({_day(turn)}{_comes(turn)})"
    blocks: list[Block] = [Table(caption, columns, tuple(rows), rich(note))]
    items = [_about(tie) for tie in ties if tie.endings]
    if items:
        blocks.append(Bullets(tuple(rich(item) for item in items)))
    if turn.mixed is not None:
        blocks.append(Paragraph(rich(_mixed(turn, turn.mixed))))
    if turn.single:
        blocks.append(Paragraph(rich(_single(turn.single))))
    if turn.signal is not None:
        blocks += [Paragraph(rich(_signal(turn.signal))), _sets(turn.signal)]
    if turn.audience is not None:
        blocks += [
            Paragraph(rich(_audience(turn.audience))), _costs(turn.audience),
            _figure(side, turn.audience),
        ]  # fmt: skip
    return blocks


def _kind_column(kind: TypeGain) -> Column:
    return Column(capital(kind.label), 1, number=True)


def _sets(signal: Signal) -> Table:
    kinds = list(signal.types)
    columns = (
        Column("Who ties itself", 2.4),
        *(Column(capital(signal.types[kind]), 1.2, number=True) for kind in kinds),
        Column("Holds", 0.6),
    )
    rows = tuple(
        (
            rich(_those(signal, one) if one.types else "none"),
            *(rich(signed(one.against[kind])) for kind in kinds),
            rich("yes" if one.holds else "no"),
        )
        for one in signal.sets
    )
    note = (
        "What tying itself is worth to each type against not, if whoever sees either knows which "
        "types do; holds: it is worth something to just those that do. Where all do or none, "
        f"belief stays where it was. From {signal.variants} variants."
    )
    return Table("Who would tie itself", columns, rows, rich(note))


def _costs(audience: Audience) -> Table:
    kinds = list(audience.types)
    columns = (
        Column("Cost", 0.8, number=True),
        Column("Worth", 0.8, number=True),
        *(Column(capital(audience.types[kind]), 1, number=True) for kind in kinds),
        Column("Goes back", 0.9, number=True),
    )
    rows = tuple(
        (
            rich(f"{point.cost:g}"),
            rich(signed(point.gain)),
            *(rich(signed(point.by_type[kind])) for kind in kinds),
            rich(compact(point.backing)),
        )
        for point in audience.points
    )
    note = (
        "Cost of making another move, and worth of the tie with that cost, in stakes; goes back: "
        f"of 100, how often another move is made all the same. From {audience.variants} variants; "
        f"where nobody can go back: {signed(audience.firm)}."
    )
    return Table(f"If going back on {quoted(audience.label)} costs so much", columns, rows,
                 rich(note))  # fmt: skip


def _figure(side: ActorTies, audience: Audience) -> Figure:
    """What a promise is worth by what it costs to go back on it."""
    points = audience.points
    series = [Promise("on average", [0.0, *(p.gain for p in points), audience.firm])]
    series += [
        Promise(label, [0.0, *(p.by_type[kind] for p in points), audience.firm_by_type[kind]])
        for kind, label in audience.types.items()
    ]
    costs = ["none", *(f"{p.cost:g}" for p in points), "bound"]
    title = f"What a promise of {side.label} is worth by what it costs to go back on it"
    each = ", ".join(f"{cost} {signed(worth)}" for cost, worth in zip(costs, series[0].worth,
                                                                      strict=True))  # fmt: skip
    description = f"Worth in stakes of the promise {quoted(audience.label)}, on average: {each}."
    spec = worth_by_cost(series, costs, title=title, description=description)
    return Figure(f"commitment-{side.actor}", title, description, spec)


# ---------------------------------------------------------------------------------- sentences


def _told(side: ActorTies, *, bare: bool = False) -> list[str]:
    """The best tie of one side, in sentences; `bare` without odds, where a standard keeps these
    for an annex.
    """
    turn = max(side.turns, key=lambda t: t.ties[0].gain.value)
    tie = turn.ties[0]
    if tie.gain.value < SMALL:
        return [f"No tie at its next turns is worth {plain(SMALL, 3)} stakes or more to it."]
    told = [
        f"Worth most would be a tie to {quoted(tie.label)} on {_day(turn)}: "
        f"{signed(tie.gain.value)} stakes ({_span(tie.gain)}), {_of_it(tie)}."
    ]
    told += _kinds(tie)
    if tie.endings:
        told.append(_about(tie, named=False, bare=bare))
    if turn.signal is not None:
        told.append(_signal(turn.signal, bare=bare))
    if turn.audience is not None:
        told.append(_audience(turn.audience, bare=bare))
    return told


def _of_it(tie: Tie) -> str:
    """How much of a gain comes of being known."""
    if abs(tie.known.value) < SMALL:
        return "of which nothing comes of being known: to make the move would do"
    if tie.known.value > 0:
        return f"of which {signed(tie.known.value)} comes of being known"
    quietly = signed(tie.gain.value - tie.known.value)
    return f"and the same move {quietly} if nobody knew of it: being known costs"


def _kinds(tie: Tie) -> list[str]:
    """Who gains by a tie and who loses, where the types differ."""
    kinds = [kind for kind in tie.by_type if kind.type]
    if not any(kind.gain.value < -SMALL for kind in kinds):
        return []
    each = [f"{quoted(kind.label)} {signed(kind.gain.value)}" for kind in kinds]
    return [f"By type: {', '.join(each)}."]


def _about(tie: Tie, *, named: bool = True, bare: bool = False) -> str:
    """What a tie does to how the crisis ends."""
    shifts = [
        f"{quoted(end.label)} {'up' if end.after > end.before else 'down'}"
        if bare
        else f"{quoted(end.label)} from {hundredths(end.before)} to {percent(end.after)}"
        for end in tie.endings
    ]
    head = f"{capital(quoted(tie.label))} moves" if named else "It moves"
    return f"{head} {', '.join(shifts)}."


def _mixed(turn: TurnTies, mixed: Tie) -> str:
    best = turn.ties[0]
    more = mixed.gain.value - best.gain.value
    if more < SMALL:
        return f"No mixture of two moves that was tried is worth more than {quoted(best.label)}."
    return (
        f"The mixture {mixed.label} is worth {signed(more)} stakes more than {quoted(best.label)}."
    )


def _single(kinds: Sequence[TypeGain]) -> str:
    each = [f"{quoted(k.label)} {signed(k.gain.value)} ({_span(k.gain)})" for k in kinds]
    return (
        "If only one type were bound, the others choosing and all knowing which, it would be worth "
        f"to that type: {', '.join(each)}."
    )


def _those(signal: Signal, one: TiedTypes) -> str:
    return " and ".join(quoted(signal.types[kind]) for kind in one.types)


def _signal(signal: Signal, *, bare: bool = False) -> str:
    """What the other side would believe of a tie."""
    head = f"Read for who would make it, the tie to {quoted(signal.label)}"
    good = [one for one in signal.sets if one.holds]
    if not good:
        few = "" if len(signal.sets) == 2 ** len(signal.types) else " of those tried"
        return (
            f"{head} settles nothing: whichever types{few} are taken to make it, another would "
            "join them or one of them would not, so that the other side could not tell what to "
            "believe."
        )
    some = [one for one in good if one.types and len(one.types) < len(one.against)]
    told = []
    for one in some:
        now = sum(signal.belief[kind] for kind in one.types)
        told.append(
            f"{head} would be made by {_those(signal, one)} alone: whoever saw it would be sure of "
            f"that{'' if bare else f' (now {percent(now)})'}, and whoever saw none, sure of the "
            "contrary."
        )
    if any(len(one.types) == len(one.against) for one in good):
        told.append(
            f"{head}{' may also' if some else ' would'} be made by every type: it says nothing, "
            "and belief stays where it is."
        )
    if any(not one.types for one in good):
        told.append(f"{head}{' may also' if some else ' would'} be made by no type.")
    if len(good) > 1:
        told.append("More than one reading holds; the model does not choose between them.")
    return " ".join(told)


def _audience(audience: Audience, *, bare: bool = False) -> str:
    """From what cost on a tie that can be gone back on is worth something."""
    head = f"If {quoted(audience.label)} can be gone back on at a cost"
    first, last = audience.points[0], audience.points[-1]
    best = max(audience.points, key=lambda point: point.gain)
    if audience.pays_from is None and best.gain >= SMALL:
        return (
            f"{head}, the tie is worth most at {best.cost:g} stakes ({signed(best.gain)}) and no "
            f"more than none at {last.cost:g} ({signed(last.gain)})."
        )
    if audience.pays_from is None:
        return (
            f"{head}, no cost tried (up to {last.cost:g} stakes) makes the tie worth more than "
            "none."
        )
    worst = min(audience.points, key=lambda point: point.gain)
    if max(best.gain, -worst.gain) < SMALL:
        return f"{head}, the tie is worth less than {plain(SMALL, 3)} stakes whatever the cost."
    worth = "worth more than none" if best.gain >= SMALL else "no longer a loss"
    text = f"{head}, the tie is {worth} from {audience.pays_from:g} stakes"
    if audience.pays_from > first.cost and worst.gain < -SMALL:
        text += (
            f"; a cheaper one hurts, since it is paid: at {worst.cost:g} stakes it is "
            f"{'' if bare else f'gone back on {percent(worst.backing)} and '}"
            f"worth {signed(worst.gain)}"
        )
    if audience.firm_from is not None:
        text += f"; from {audience.firm_from:g} stakes a dearer one makes no difference"
    return text + "."


def _span(gain: Gain) -> str:
    low, high = gain.range90
    return f"{signed(low)} to {signed(high)}"


def _day(turn: TurnTies) -> str:
    return short(turn.day)


def _comes(turn: TurnTies, *, bare: bool = False) -> str:
    often = f" and each time after, {turn.times} rounds at most" if turn.times > 1 else ""
    if bare or turn.reached > 0.99:
        return often
    return f"{often}; it comes to it {percent(turn.reached)}"
