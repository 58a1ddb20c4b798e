"""How they would fool us: the note's section, and the report of `standoff deceive`."""

from __future__ import annotations

from standoff.assess.deception_models import DeceptionPart, DisguisePart, HeldUntil
from standoff.chart.disguise import DisguiseLine, disguise_lines
from standoff.note.dates import in_words
from standoff.note.deception_words import Teller, drop_sentence, moves_of
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
from standoff.note.report import report
from standoff.note.writer import Writer
from standoff.words.numbers import compact, plain, ratio
from standoff.words.sentences import ASSUMPTIONS, MODEL_DERIVED, capital, quoted

TOLD = 2
"""Disguises that the note spells out, and the report's with their indicators."""
CHEAP = 0.005
MOSTLY = 0.5
TELLING = 1.5
"""Beyond this an overdone indicator was one that spoke for the genuine type."""
SAME = 0.005
"""Beliefs that are nearer than this are printed alike."""
MOST_TELLS = 14
"""Rows of a table of indicators."""


def section(w: Writer, part: DeceptionPart) -> Section | None:
    """The pairs, the most dangerous disguises turn by turn, and what survives them all."""
    if not part.pairs:
        return None
    t = Teller(part.labels, w.number, w.scale.annex)
    mark = w.model_mark("disguises")
    blocks: list[Block] = [
        Paragraph(rich(_first(part, t), mark)), Paragraph(rich(_meaning(part, t, "note"))),
        _pairs(part, t),
    ]  # fmt: skip
    told = [part.pairs[i] for i in part.dangerous[:TOLD]]
    if told:
        blocks.append(
            Bullets(tuple((*_told(part, p, t, brief=True), *rich(_acting(w, p))) for p in told))
        )
    blocks += [_watch(part, t), Paragraph(rich(_limits(part)))]
    if not w.scale.annex:
        blocks.append(figure(part))
    return Section("deception", "How they would fool us", tuple(blocks))


def render_deception(part: DeceptionPart, format: str = "text") -> str | bytes:
    """How they would fool us as `text`, `md`, `html`, `pdf` or `json`; as `svg` the chart."""
    if format == "json":
        return part.model_dump_json(indent=2) + "\n"
    if format == "svg":
        from standoff.chart import svg

        return svg(chart(part)) + "\n"
    return render_outline(deception_outline(part), format)


def deception_outline(part: DeceptionPart) -> Outline:
    """The report before it is text or a page."""
    t = Teller(part.labels)
    first: list[Block] = [
        Paragraph(rich(_first(part, t))), Paragraph(rich(_meaning(part, t, "report"))),
        _pairs(part, t), figure(part),
    ]  # fmt: skip
    sections = [Section("pairs", "Who could be taken for whom", tuple(first))]
    several = len(part.pairs) > 1
    order = [*part.dangerous, *(i for i in range(len(part.pairs)) if i not in part.dangerous)]
    for i in order:
        p = part.pairs[i]
        blocks: list[Block] = [Paragraph(_told(part, p, t)), _by_day(part, p)]
        if not several or i in part.dangerous[:TOLD]:
            blocks.append(_tells(p, t))
        title = f"{capital(t.actor(p.actor))}: {_as(p, t)}"
        sections.append(Section(f"disguise-{i}", title, tuple(blocks)))
    last: list[Block] = [_faked(part, t)] if part.faked else []
    last += [_watch(part, t), Paragraph(rich(_limits(part)))]
    sections.append(Section("indicators", "What can be faked, and what can't", tuple(last)))
    return report(
        "DECEPTION",
        "How they would fool us",
        part,
        (Paragraph(rich(f"This report is {MODEL_DERIVED}")),),
        sections,
        heading=(("UNTIL", f"the end of {in_words(part.until)}"),),
    )


def chart(part: DeceptionPart) -> dict[str, object]:
    """Belief against stake given up, a line for each pair."""
    t = Teller(part.labels)
    order = [*part.dangerous, *(i for i in range(len(part.pairs)) if i not in part.dangerous)]
    drawn = [
        DisguiseLine(
            f"{t.type(p.actor, p.true)}, taken for: {t.type(p.actor, p.believed)}",
            [x.cost.value for x in p.frontier],
            [x.belief.value for x in p.frontier],
            (p.cost.value, p.reached.value),
        )
        for p in (part.pairs[i] for i in order)
    ]
    title = f"What a disguise costs, and what it earns by {in_words(part.until)}"
    return disguise_lines(drawn, title=title, description=_description(part, t))


def figure(part: DeceptionPart) -> Figure:
    """The chart as a block."""
    spec = chart(part)
    title = f"What a disguise costs, and what it earns by {in_words(part.until)}"
    caption = (
        "Each line: what could be believed of the second type, at best, for a stake given up by "
        "the first; the point is the disguise in the table, which stops in each variant where it "
        "serves, so that it may stand below its line."
    )
    return Figure("deception", title, str(spec["description"]), spec, caption)


def _description(part: DeceptionPart, t: Teller) -> str:
    return " ".join(
        f"{capital(_as(p, t))}: from {100 * p.natural.value:.0f} in 100 for nothing to "
        f"{100 * p.most.belief.value:.0f} in 100 for {plain(p.most.cost.value)} of a stake."
        for p in part.pairs
    )


def _as(p: DisguisePart, t: Teller) -> str:
    return f"{quoted(t.type(p.actor, p.true))} taken for {quoted(t.type(p.actor, p.believed))}"


def _first(part: DeceptionPart, t: Teller) -> str:
    """The most dangerous disguise, and the dearest where there are several."""
    if not part.dangerous:
        return (
            "No type could move "
            + ("our belief" if not part.observer else f"the belief of {t.actor(part.observer)}")
            + " by more than a few in 100 by acting as another."
        )
    p = part.pairs[part.dangerous[0]]
    text = f"The disguise to fear most is {_as(p, t)}: it comes {t.price(p.cost, part.cheap)}"
    text += f", and must drop on {in_words(p.drops)}." if p.drops else "."
    dear = max((part.pairs[i] for i in part.dangerous), key=lambda x: x.cost.value)
    if dear is not p and dear.cost.value >= 2 * part.step:
        text += f" The dearest is {_as(dear, t)}, {t.price(dear.cost, part.cheap)}."
    return text


def _indistinct(p: DisguisePart) -> bool:
    """Whether the two are believed alike as they play: nothing need be, or can be, hidden."""
    return (
        abs(p.genuine.value - p.as_solved.value) < SAME
        and p.reached.value - p.as_solved.value < SAME
    )


def _meaning(part: DeceptionPart, t: Teller, where: str) -> str:
    who = "ours" if not part.observer else f"that of {t.actor(part.observer)}"
    return (
        f"Were a type to act so as to be taken for another by the end of {in_words(part.until)}: "
        f"the inference that it plays on is {who}, as in this {where}, and everybody else plays on "
        "as expected. The price is what it gives up against its best reply, in its own stakes (one "
        "stake is what that type would call the issue). A disguise serves once it is believed "
        f"{100 * part.passing:.0f} per cent of the way from what the type earns as it plays to "
        "what the genuine one would. Behind a move stands in how many of 100 variants, by weight, "
        "the disguise makes it; nothing where in all."
    )


def _pairs(part: DeceptionPart, t: Teller) -> Table:
    rows = []
    for p in part.pairs:
        about = f"{t.type(p.actor, p.believed)}, of {t.type(p.actor, p.true)}"
        rows.append((
            rich(t.type(p.actor, p.true)),
            rich(t.type(p.actor, p.believed)),
            rich(t.cell(f"belief, as it plays: {about}", p.as_solved)),
            rich(
                t.cell(f"belief, in disguise: {about}", p.reached),
                "" if p.in_reach > MOSTLY or _indistinct(p) else "*",
            ),
            rich(t.cell(f"belief, of the genuine type: {about}", p.genuine)),
            rich("–" if _indistinct(p) else t.priced(p.cost, part.cheap)),
            rich(t.day(p.drops) if p.drops else "–"),
        ))  # fmt: skip
    columns = (
        Column("If it means to", 1.7),
        Column("and would be taken for", 1.7),
        Column("As it plays", 0.7, number=True),
        Column("In disguise", 0.7, number=True),
        Column("The genuine one", 0.8, number=True),
        Column("Price", 1.2, number=True),
        Column("Drops", 0.7),
    )
    note = ("Beliefs in 100" if not t.annex else "Beliefs by their lines in the annex") + (
        f", in the second type, by the end of {in_words(part.until)}; prices in stakes, with 90 in "
        f"100 of them {ASSUMPTIONS}. Drops: the first day through which holding it costs over "
        f"{part.step:g} of a stake more than to that day, or is beyond it; – where the clock shows "
        "none."
    )
    if any(_indistinct(p) for p in part.pairs):
        note += " – for a price: the two are believed alike as they play."
    if any(p.in_reach <= MOSTLY and not _indistinct(p) for p in part.pairs):
        note += (
            " * out of reach in half of the variants or more, by weight; there the disguise comes "
            "near the most that can be reached."
        )
    caption = "Disguises: what would be believed, and at what price"
    return Table(caption, columns, tuple(rows), rich(note))


def _told(part: DeceptionPart, p: DisguisePart, t: Teller, *, brief: bool = False) -> Rich:
    """One disguise in sentences."""
    about = f"{t.type(p.actor, p.believed)}, of {t.type(p.actor, p.true)}"
    believed = t.number(f"belief, in disguise: {about}", p.reached.value, None)
    plays = t.number(f"belief, as it plays: {about}", p.as_solved.value, None)
    if _indistinct(p):
        return rich(
            Text(f"{capital(_as(p, t))}: nothing to disguise.", "strong"),
            f" By then both are believed to be the second with {plays}, as they play.",
        )
    lead = f"{capital(_as(p, t))}: believed with {believed} instead of {plays}, "
    lead += t.price(p.cost, part.cheap) + "."
    stops = [s for s in p.stops if not s.afterwards]
    later = [s for s in p.stops if s.afterwards]
    body = [f" {sentence}" for s in stops for sentence in moves_of(s, p.actor, t)]
    body.append(f" {drop_sentence(part, p, t)}")
    if not brief and later:
        body.append(" Once it need not pretend any more:")
        body += [f" {sentence}" for s in later for sentence in moves_of(s, p.actor, t)]
    genuine = [x for x in p.tells if x.verdict == "mark of the genuine"]
    beaten = [
        x for x in p.tells
        if x.verdict == "defeated" or (x.verdict == "overdone" and (x.ratio or 0.0) >= TELLING)
    ]  # fmt: skip
    if beaten:
        names = "; ".join(t.act(x.act) for x in beaten[:4])
        body.append(f" It defeats these indicators: {names}.")
    if genuine:
        names = "; ".join(t.act(x.act) for x in genuine[:3])
        body.append(f" What it does not copy: {names}.")
    for x in p.expected:
        number = t.number(f"belief, disguise expected: {about}", x.belief.value, None)
        of = {0.25: "of a quarter of", 0.5: "of half of", 1.0: "of all of"}[x.share]
        less = x.belief.value < p.as_solved.value
        body.append(
            f" Were it expected {of} that type, it would be believed with {number}"
            + (", less than if it had not pretended" if less else "")
            + f", at {plain(x.cost.value)} of its stake."
        )
    return rich(Text(lead, "strong"), *body)


def _acting(w: Writer, p: DisguisePart) -> str:
    """What the desk's own side would lose by its next choice if it took the disguise for what it
    shows; nothing where its options are not given, or not by that actor's type.
    """
    true, believed = f"{p.actor}.{p.true}", f"{p.actor}.{p.believed}"
    for o in w.assessment.options:
        known = [x for x in o.options if {true, believed} <= x.by_opposing_type.keys()]
        if o.type or not known or o.actor == p.actor:
            continue
        if f"{o.actor}.{o.turn}" in p.before:
            return f" The next choice of {w.actor(o.actor)} comes before any of it can be seen."
        best = max(known, key=lambda x: x.by_opposing_type[believed])
        lost = -best.by_opposing_type[true]
        who = w.actor(o.actor)
        if lost < CHEAP:
            return (
                f" It would not mislead {who} at its next choice: {quoted(best.label)} is best "
                "either way."
            )
        return (
            f" Taking it for what it shows, {who} would choose {quoted(best.label)} next and lose "
            f"{plain(lost)} of its stake."
        )
    return ""


def _by_day(part: DeceptionPart, p: DisguisePart) -> Table:
    def price(h: HeldUntil) -> str:
        apart = abs(h.genuine - h.as_solved) >= SAME
        if _indistinct(p) if h.day == part.until else not apart:
            return "–"
        return "beyond it" if h.cost is None else plain(h.cost)

    rows = tuple(
        (
            rich(in_words(h.day)),
            rich(_belief(h.as_solved)),
            rich(_belief(h.genuine)),
            rich(_belief(h.most)),
            rich(price(h)),
            rich("" if h.afterwards is None else _belief(h.afterwards)),
        )
        for h in p.by_day
    )
    columns = (
        Column("Through", 1.4),
        Column("As it plays", 0.8, number=True),
        Column("The genuine one", 0.9, number=True),
        Column("At most", 0.8, number=True),
        Column("Price", 0.8, number=True),
        Column("Then its own hand", 1, number=True),
    )
    note = (
        "Beliefs in 100, in the type that it would be taken for. Price: least stake given up to be "
        "believed so, in the same sense, through that day; – where the two are believed alike as "
        "they play. Then its own hand: belief "
        "if the disguise is worn to the headline day and its best is played after."
    )
    return Table("The disguise by day", columns, rows, rich(note))


def _tells(p: DisguisePart, t: Teller) -> Table:
    shown = sorted(
        (x for x in p.tells if x.verdict != "tells little"),
        key=lambda x: (_ORDER[x.verdict], -max(x.odds_genuine, x.odds_true)),
    )[:MOST_TELLS]
    rows = tuple(
        (
            rich(t.who_does(x.act)),
            rich(_hundred(x.odds_true)),
            rich(_hundred(x.odds_genuine)),
            rich(_hundred(x.odds_posing)),
            rich("–" if x.ratio is None else ratio(x.ratio)),
            rich("–" if x.ratio_posing is None else ratio(x.ratio_posing)),
            rich(x.verdict),
        )
        for x in shown
    )
    columns = (
        Column("If seen", 2.4),
        Column("True type", 0.6, number=True),
        Column("Genuine", 0.65, number=True),
        Column("In disguise", 0.7, number=True),
        Column("Ratio", 0.5, number=True),
        Column("then", 0.5, number=True),
        Column("Verdict", 1),
    )
    note = (
        "Odds in 100 of seeing it by the headline day: of the true type and of the genuine other "
        "one as expected, and of the true type in disguise. Ratio: how much likelier it is of the "
        "genuine one than of the true type, in the open and then in disguise. Overdone: the "
        "disguise does it more than the genuine type would."
    )
    return Table("Indicators under this disguise", columns, rows, rich(note))


_ORDER = {
    "defeated": 0, "mark of the genuine": 1, "gives it away": 2, "overdone": 3, "tells little": 4,
}  # fmt: skip


def _faked(part: DeceptionPart, t: Teller) -> Table:
    kinds = list(dict.fromkeys(k for f in part.faked for k in f.cost))
    rows = []
    for f in part.faked:
        cells = []
        for kind in kinds:
            if kind not in f.cost:
                cells.append(rich("–"))
                continue
            held = f.cost[kind]
            if held is None:
                cells.append(rich("index"))
            elif held.value < part.cheap:
                cells.append(rich("nothing"))
            else:
                cells.append(rich(plain(held.value)))
        rows.append((rich(t.who_does(f.act)), *cells))
    actor_of = {k: f.act.partition(".")[0] for f in part.faked for k in f.cost}
    columns = (
        Column("Move", 2.2),
        *(Column(t.type(actor_of[k], k), 1, number=True) for k in kinds),
    )
    note = (
        "In the stakes of the type: what it gives up by making the move where it first can, its "
        f"best before and after. Nothing: less than {part.cheap:g} of a stake (cheap talk). Index: "
        "that type can't bring it about. What nature or others do is not its to choose."
    )
    return Table("What each move would cost each type to fake", columns, tuple(rows), rich(note))


def _watch(part: DeceptionPart, t: Teller) -> Paragraph:
    cheap = [
        t.act(f.act) for f in part.faked
        if f.cost and all(c is not None and c.value < part.cheap for c in f.cost.values())
    ]  # fmt: skip
    parts = []
    by_act: dict[str, list[str]] = {}
    for x in part.watch:
        against = " and ".join(quoted(t.type(x.actor, k)) for k in x.against)
        by_act.setdefault(x.act, []).append(
            f"for {quoted(t.type(x.actor, x.marks))} against {against}"
            + (f" ({_odds(x.least_ratio)})" if x.least_ratio else "")
        )
    if by_act:
        marks = "; ".join(
            f"{t.who_does(act)}, which speaks {', and '.join(told)}" for act, told in by_act.items()
        )
        parts.append(f"Watch these, which those who pose as that type do not copy: {marks}.")
    else:
        parts.append("Nothing that may be seen by then speaks for a type when others pose as it.")
    if cheap:
        parts.append(f"Cheap talk, which costs no type anything: {'; '.join(cheap)}.")
    return Paragraph(rich(" ".join(parts)))


def _odds(value: float) -> str:
    return "more than 10 to 1" if value > 10 else f"{ratio(value)} to 1"


def _limits(part: DeceptionPart) -> str:
    expected = any(p.expected for p in part.pairs)
    text = (
        "This says what a disguise would earn against our inference as it is, not that anybody "
        "plans one: the written types play by their payoffs alone."
    )
    if not expected:
        text += " What would be believed if disguises were expected is not worked out here."
    return text


def _belief(p: float) -> str:
    """A belief in a table; never 0 or 100."""
    return compact(min(max(p, 0.0), 1.0))


def _hundred(p: float) -> str:
    """Odds in a table: 0 is said of what is never done."""
    return "0" if p < 1e-9 else _belief(p)
