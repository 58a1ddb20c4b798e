"""Where views part, what that hangs on, and what would settle it: in words, tables and a chart."""

from __future__ import annotations

from standoff.assess.crux_models import CruxAnswer, CruxEvent, CruxPair, CruxPart, CruxShare
from standoff.chart.shares import Step, waterfall
from standoff.note.dates import in_words
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
from standoff.words.numbers import compact, percent, plain, signed
from standoff.words.sentences import MODEL_DERIVED, capital, quoted
from standoff.words.standards import Standard, standard

MOST, DRAWN = 8, 5
"""Assumptions named in a table and in a chart; the rest stand together where there are several."""
GAPS = 10
"""Answers in the table of gaps."""
POINT = 0.01
"""Gaps below a point are not told."""
HALF = 0.5
TELLING = 0.05
"""Bits below which an event hardly tells which view is right."""
EXPECTED = (
    "What an event closes is an expectation over what may be seen, at the mean of the two views' "
    "odds; both go on believing their own assumptions and read the event by them."
)


def render_crux(found: CruxPart, format: str = "text") -> str | bytes:
    """Where views part as `text`, `md`, `html`, `pdf` or `json`; as `svg` the chart of the first
    answer.
    """
    if format == "json":
        return found.model_dump_json(indent=2) + "\n"
    if format == "svg":
        from standoff.chart import svg

        first = next(((p, a) for p in found.pairs for a in p.answers), None)
        if first is None:
            raise ValueError("the views part on no answer: there is nothing to draw")
        return svg(_figure(*first).spec) + "\n"
    return render_outline(crux_outline(found), format)


def section(w: Writer, part: CruxPart) -> Section | None:
    """The section of a note: for each view the answers on which it parts most, what makes the gap
    and what would settle it; a chart of the widest. None where no view parts on anything.
    """
    told = [pair for pair in part.pairs if _told(pair)]
    if not told:
        return None
    blocks: list[Block] = []
    for pair in told:
        mark = w.model_mark(f"crux of {pair.first.id} and {pair.second.id}")
        items = [rich(_of_note(w, pair, answer), mark) for answer in _told(pair)]
        blocks.append(
            Paragraph(
                rich(
                    f"parts from {pair.first.name} on {pair.assumptions} "
                    f"assumption{'s' if pair.assumptions > 1 else ''}; the answers on which it "
                    "parts most:",
                ),
                lead=capital(pair.second.name),
            )
        )
        blocks.append(Bullets(tuple(items)))
    blocks.append(Paragraph(rich(EXPECTED)))
    if not w.scale.annex:
        answers = [(pair, answer) for pair in told for answer in _told(pair)]
        blocks.append(_figure(*max(answers, key=lambda each: abs(each[1].gap))))
    return Section("crux", "Where the views part", tuple(blocks))


def crux_outline(found: CruxPart) -> Outline:
    """The command's own report."""
    scale = standard(found.standard)
    opening: list[Block] = [Paragraph(rich(f"This report is {MODEL_DERIVED}"))]
    sections = [
        Section(f"pair-{n}", _title(pair), tuple(_pair(pair, scale)))
        for n, pair in enumerate(found.pairs)
    ]
    sections.append(Section("how", "How this was found", (Paragraph(rich(_how(found))),)))
    return report(
        "CRUX",
        "Where the views part",
        found,
        opening,
        sections,
    )


def _told(pair: CruxPair) -> list[CruxAnswer]:
    return [answer for answer in pair.answers if abs(answer.gap) >= POINT]


def _title(pair: CruxPair) -> str:
    return f"{capital(pair.second.name)} against {pair.first.name}"


# --- one pair in the report


def _pair(pair: CruxPair, scale: Standard) -> list[Block]:
    bare = scale.annex  # numbers stand in the tables
    blocks: list[Block] = []
    if pair.second.because:
        blocks.append(Paragraph(rich(f"{capital(pair.second.because).rstrip('.')}.")))
    if pair.note:
        return [*blocks, Paragraph(rich(f"{capital(pair.note)}."))]
    for n, answer in enumerate(pair.answers):
        blocks.append(
            Paragraph(
                rich(
                    " ".join(
                        each
                        for each in (
                            _both(pair, answer, scale),
                            made_of(answer, bare=bare),
                            would_settle(answer, bare=bare),
                            which_is_right(answer),
                        )
                        if each
                    )
                ),
                lead=f"{_about(answer)}.",
            )
        )
        if abs(answer.gap) >= POINT:
            blocks.append(_shares(pair, answer))
            event = answer.settles or answer.tells
            if event is not None:
                blocks.append(_cases(pair, answer, event))
            if n == 0:
                blocks.append(_figure(pair, answer))
    blocks.append(_gaps(pair))
    return blocks


def _about(answer: CruxAnswer) -> str:
    return quoted(answer.text.rstrip("."))


def _both(pair: CruxPair, answer: CruxAnswer, scale: Standard) -> str:
    first, second = (
        scale.word(p) if scale.annex else percent(p, scale) for p in (answer.first, answer.second)
    )
    return f"{capital(pair.first.name)}: {first}; {pair.second.name}: {second}."


def _of_note(w: Writer, pair: CruxPair, answer: CruxAnswer) -> str:
    name = _about(answer)
    here, there = (
        _likelihood(w, f"{name} ({view.name})", p)
        for view, p in ((pair.second, answer.second), (pair.first, answer.first))
    )
    text = f"{name}: {here} against {there}. {made_of(answer, bare=w.scale.annex)} "
    return text + would_settle(answer, bare=w.scale.annex)


def _likelihood(w: Writer, what: str, p: float) -> str:
    number = w.number(what, p)
    return f"{w.scale.word(p)} ({number})" if w.scale.annex else number


def made_of(answer: CruxAnswer, *, bare: bool = False) -> str:
    """Which assumptions make the gap, in a sentence; `bare` without numbers."""
    if not answer.shares or abs(answer.gap) < POINT:
        return "The two hardly differ here."
    whole = 100 * abs(answer.gap)

    def points(share: CruxShare, unit: str = " points") -> str:
        along = 100 * share.share * (1 if answer.gap > 0 else -1)
        return "" if bare else f" ({plain(along, 0)} of {whole:.0f}{unit})"

    along = [s for s in answer.shares if (s.share > 0) == (answer.gap > 0)]
    first = along[0]
    if first is answer.shares[0] and abs(first.share) >= HALF * abs(answer.gap):
        if len(answer.shares) == 1:
            kind = "several assumptions that only go together" if "+" in first.id else (
                "one assumption"
            )  # fmt: skip
            return f"All of the gap is {kind}: {_assumed(first, bare)}."
        part, all_ = round(100 * abs(first.share)), round(whole)  # as they are printed
        lead = "Most of the gap" if part < all_ else "All of the gap"
        if part > all_:
            lead += " and more"
        text = f"{lead}{points(first)} is one assumption: {_assumed(first, bare)}."
        return f"{text} Others take some of it back." if part > all_ else text
    text = "No single assumption makes most of the gap; the largest shares are "
    text += " and ".join(f"{_assumed(s, bare)}{points(s, '')}" for s in along[:2])
    return f"{text}."


def _assumed(share: CruxShare, bare: bool) -> str:
    values = "" if bare else f", {share.first} against {share.second}"
    return f"{quoted(share.label)}{values}"


def would_settle(answer: CruxAnswer, *, bare: bool = False) -> str:
    """What that can be seen would settle the gap, in a sentence or two."""
    if abs(answer.gap) < POINT:
        return ""
    if answer.unseen:
        return f"What would settle it was not looked for: {answer.unseen}."
    event = answer.settles
    if event is None:
        text = (
            "Nothing that can be seen at one turn ahead would bring the two together: whatever it "
            "is, each reads it by its own assumptions."
        )
        return text + _together(answer, 0.0, bare)
    closes = f"{100 * event.closed:.0f} per cent of the gap"
    if answer.halves and event.decides:
        return f"{_seen(event)} decides it."
    if answer.halves:
        how = "half of the gap or more" if bare else closes
        text = f"{_seen(event)} would settle it: to see it closes {how} in expectation."
        sooner = next((d for d in answer.by_day if d.closed >= HALF), None)
        if sooner is not None and sooner.last_day < event.first_day and not bare:
            text += f" All that is seen by {in_words(sooner.last_day)} together would close half."
        return text
    how = "" if bare else f": {closes}"
    text = "Nothing that can be seen at one turn would close half of it; "
    return f"{text}{_seen(event)} closes most{how}.{_together(answer, event.closed, bare)}"


def which_is_right(answer: CruxAnswer) -> str:
    """How well anything ahead tells which view is right, in a sentence."""
    event = answer.tells
    if answer.unseen:
        return ""
    if event is None:
        return "The two expect the very same to be seen, so nothing ahead tells which is right."
    if event.bits < TELLING:
        return (
            "Hardly anything ahead tells which of the two is right: the most telling, "
            f"{_seen(event)}, gives {event.bits:.2g} bits, where 1 would tell for certain."
        )
    return (
        f"What tells most of which of the two is right is {_seen(event)}: "
        f"{event.bits:.2g} bits, where 1 would tell for certain."
    )


def _together(answer: CruxAnswer, alone: float, bare: bool) -> str:
    """What all that will be seen does: by the first day on which it closes half, or at its best."""
    if not answer.by_day or bare:
        return ""
    best = max(answer.by_day, key=lambda day: round(day.closed, 6))
    day = next((d for d in answer.by_day if d.closed >= HALF), best)
    if day.closed < alone + POINT:
        return " All that will be seen together closes no more."
    return (
        f" All that is seen by {in_words(day.last_day)} together closes {100 * day.closed:.0f} per "
        "cent of it."
    )


def _seen(event: CruxEvent) -> str:
    day = in_words(event.first_day)
    when = day if event.first_day == event.last_day else f"{day} to {in_words(event.last_day)}"
    return f"{quoted(event.label)} ({when})"


def _shares(pair: CruxPair, answer: CruxAnswer) -> Table:
    rows: list[tuple[Rich, ...]] = []
    most = MOST if len(answer.shares) > MOST + 1 else MOST + 1
    for share in answer.shares[:most]:
        rows.append(
            (
                rich(share.label),
                rich(share.first),
                rich(share.second),
                rich(signed(100 * share.share, 1)),
                rich(_error(share.error)),
            )
        )
    rest = answer.shares[most:]
    if rest:
        rows.append(
            (
                rich(f"the other {len(rest)}"), rich(""), rich(""),
                rich(signed(100 * sum(s.share for s in rest), 1)), rich(""),
            )
        )  # fmt: skip
    rows.append(
        (rich("all of it"), rich(""), rich(""), rich(signed(100 * answer.gap, 1)), rich(""))
    )
    note = "Points in 100."
    if answer.groups:
        told = "; ".join(f"{g.label} {signed(100 * g.share, 1)}" for g in answer.groups)
        note += f" For all types together: {told}."
    return Table(
        f"What makes the gap: {answer.text.rstrip('.')}",
        (
            Column("Assumption", 2.6),
            Column("First view", 1.4),
            Column("Second view", 1.2),
            Column("Points", 0.7, number=True),
            Column("±", 0.5, number=True),
        ),
        tuple(rows),
        rich(note),
    )


def _error(error: float | None) -> str:
    return "" if not error else f"{100 * error:.1f}"


def _cases(pair: CruxPair, answer: CruxAnswer, event: CruxEvent) -> Table:
    rows = tuple(
        (
            rich(case.label),
            rich(compact(case.first_odds)),
            rich(compact(case.second_odds)),
            rich("–" if case.first is None else compact(case.first)),
            rich("–" if case.second is None else compact(case.second)),
        )
        for case in event.cases
    )
    return Table(
        f"{event.label}, {in_words(event.first_day)}: what either view expects, and would answer",
        (
            Column("What is seen", 2.6),
            Column("Odds, first", 0.7, number=True),
            Column("Odds, second", 0.8, number=True),
            Column("Then, first", 0.7, number=True),
            Column("Then, second", 0.8, number=True),
        ),
        rows,
        rich(
            f"In 100. Then: the answer to {_about(answer)} once that has been seen. At the mean of "
            f"the two odds the first view is expected to move by {_moves(event.first_moves)}, the "
            f"second by {_moves(event.second_moves)}."
        ),
    )


def _moves(shift: float) -> str:
    """A shift towards the other view, or away from it, in points."""
    points = f"{abs(100 * shift):.1f} points"
    return f"{points} {'towards' if shift >= 0 else 'away from'} the other"


def _gaps(pair: CruxPair) -> Table:
    rows = tuple(
        (
            rich(gap.text),
            rich(compact(gap.first)),
            rich(compact(gap.second)),
            rich(signed(100 * (gap.second - gap.first), 1)),
        )
        for gap in pair.gaps[:GAPS]
    )
    more = len(pair.gaps) - GAPS
    return Table(
        "All answers, the widest gap first",
        (
            Column("Answer", 3.4),
            Column("First", 0.6, number=True),
            Column("Second", 0.6, number=True),
            Column("Gap", 0.6, number=True),
        ),
        rows,
        rich(f"And {more} more, in the JSON form." if more > 0 else ""),
    )


def _figure(pair: CruxPair, answer: CruxAnswer) -> Figure:
    few = DRAWN if len(answer.shares) > DRAWN + 1 else DRAWN + 1
    steps = [Step(s.label, s.share) for s in answer.shares[:few]]
    rest = answer.shares[few:]
    if rest:
        steps.append(Step(f"the other {len(rest)}", sum(s.share for s in rest)))
    title = f"From {pair.first.name} to {pair.second.name}: {answer.text.rstrip('.')}"
    description = (
        f"{capital(pair.first.name)}: {percent(answer.first)}; {pair.second.name}: "
        f"{percent(answer.second)}. Between them, in points: "
        + "; ".join(f"{s.assumption} {signed(100 * s.share, 1)}" for s in steps)
        + "."
    )
    spec = waterfall(
        (pair.first.name, answer.first), steps, (pair.second.name, answer.second),
        title=title, description=description,
    )  # fmt: skip
    return Figure(f"crux-{pair.second.id}-{answer.id}".replace(".", "-"), title, description, spec)


def _how(found: CruxPart) -> str:
    parts = [
        f"Both views were solved in the same {variants_of(found)}: what neither "
        "view fixes is drawn alike in both. An assumption's share is what it adds to those "
        "exchanged before it, averaged over the orders in which they may be exchanged (Shapley): "
        "the shares add up to the gap."
    ]
    for pair in found.pairs:
        if pair.mixtures:
            parts.append(_solved(pair, found.variants))
    parts.append(EXPECTED)
    return " ".join(parts)


def _solved(pair: CruxPair, variants: int) -> str:
    orders = (
        "every order counts"
        if pair.every_order
        else f"{pair.orders} orders count, each with its reverse, which is exact wherever "
        "assumptions act in twos at most"
    )
    text = f"{capital(pair.second.name)}: {pair.mixtures} mixtures of the two views, {orders}"
    if pair.variants_between < variants:
        text += (
            f"; those between were solved in {pair.variants_between} variants, weighted to give "
            "both views' answers, and ± is the standard error that comes with it"
        )
    if pair.failed:
        text += f"; {pair.failed} variants of this view failed the solver check and have no weight"
    return f"{text}."
