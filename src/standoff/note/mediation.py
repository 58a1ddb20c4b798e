"""What a mediator could bring about: the note's section, and the report of `standoff mediate`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from standoff.assess.mediation_models import MediationPart, ToldTurn, Weighed
from standoff.assess.part import Range
from standoff.note.dates import in_words
from standoff.note.formats import render_outline
from standoff.note.outline import (
    Block,
    Bullets,
    Column,
    Outline,
    Paragraph,
    Rich,
    Section,
    Table,
    Text,
    rich,
)
from standoff.note.writer import Writer
from standoff.words.numbers import compact, compact_span, percent, plain, signed
from standoff.words.sentences import MODEL_DERIVED, capital, quoted
from standoff.words.standards import Standard, standard

BRIEF = 4
"""Turns of which the note says what is told."""
NOTHING = 5e-4
"""Less than this is no improvement."""
MOST = 24
"""Turns of which the report does."""
WHEN = {
    "efce": "on hearing any recommendation",
    "efcce": "before hearing any recommendation",
    "nfcce": "once, before anything is recommended",
}
NONE = "\N{EN DASH}"

Number = Callable[[str, float, Range | None], str]


def section(w: Writer, part: MediationPart) -> Section | None:
    """As solved and as mediated, what is told, and what holds it up; None where nobody could do
    better than what is played and no device was found.
    """
    blocks: list[Block] = [Paragraph(rich(_headline(part, w.number), w.model_mark("a mediator")))]
    blocks += _table(part, w.scale, w.number if w.scale.annex else None)
    if part.told:
        told = tuple(_told(t, part) for t in _telling(part)[:BRIEF])
        blocks.append(Bullets(told))
        more = len(part.told) - len(told)
        tail = f" {more} more turns are in the full report." if more > 0 else ""
        blocks.append(Paragraph(rich(f"{_secrets(part)} {_threats(part)}{tail}")))
    blocks.append(Paragraph(rich(f"{_worth(part)} {_how(part)}")))
    return Section("mediation", "What a mediator could have proposed", tuple(blocks))


def render_mediation(part: MediationPart, format: str = "text") -> str | bytes:
    """What a mediator could bring about as `text`, `md`, `html`, `pdf` or `json`."""
    if format == "json":
        return part.model_dump_json(indent=2) + "\n"
    return render_outline(mediation_outline(part), format)


def mediation_outline(part: MediationPart) -> Outline:
    """The report before it is text or a page."""

    def number(what: str, probability: float, range90: Range | None) -> str:
        return _odds(probability, range90)

    sections = [
        Section("outcome", "As solved and as mediated",
                tuple(_table(part, standard("icd203"), None))),
    ]  # fmt: skip
    if part.told:
        told = [Bullets(tuple(_told(t, part) for t in part.told[:MOST]))]
        sections.append(
            Section(
                "told", "What each side is told",
                (
                    Paragraph(
                        rich(
                            "In sealed envelopes, one for each turn and each thing that a side may "
                            "know by then: who comes there opens its own and reads one move. The "
                            "mediator need not know anybody's type, since each type opens its own."
                        )
                    ),
                    *told,
                ),
            )
        )  # fmt: skip
        sections.append(
            Section(
                "secret", "What must stay secret",
                (Paragraph(rich(_secrets(part))), *_secret_table(part)),
            )
        )  # fmt: skip
        sections.append(
            Section("obedience", "Why both obey", (Paragraph(rich(_obeys(part))),
                                                   Paragraph(rich(_threats(part)))))
        )  # fmt: skip
    sections.append(
        Section("limits", "What this rests on",
                (Paragraph(rich(_worth(part))), Paragraph(rich(_how(part))),
                 Paragraph(rich(_limits(part)))))
    )  # fmt: skip
    return Outline(
        kind="MEDIATION",
        title=f"What a mediator could propose: {part.title}",
        language="en",
        marking="",
        heading=(
            ("SUBJECT", part.title),
            ("AS OF", in_words(part.as_of) if part.as_of else "the end of the record"),
            ("WANTED", capital(part.wanted)),
        ),
        as_of=part.as_of,
        opening=(Paragraph(rich(_headline(part, number), f" It is {MODEL_DERIVED}")),),
        sections=tuple(sections),
        footnotes=(),
    )


# -- sentences


def _odds(value: float, spread: Range | None = None) -> str:
    if spread is None or spread[1] - spread[0] < 0.005:
        return percent(value)
    return f"{percent(value)} ({compact_span(*spread)})"


def _stakes(x: Weighed) -> str:
    if x.range[1] - x.range[0] < 0.005:
        return plain(x.value)
    return f"{plain(x.value)} ({plain(x.range[0])} to {plain(x.range[1])})"


def _headline(part: MediationPart, number: Number) -> str:
    """How much the mediator could change."""

    def said(x: Weighed, what: str) -> str:
        return number(what, x.value, x.range) if part.unit == "odds" else f"{_stakes(x)} stakes"

    since = "from the start of play" if part.start else "from now on"
    aim = f"A mediator who wanted the {part.wanted.removeprefix('the ')}"
    solved = said(part.solved, f"{part.wanted}, as solved")
    if part.mediated is None:
        return (
            f"{aim} could not, {since}, have done better than {said(part.bound, 'no mediator')} "
            f"(as solved: {solved}). No device that reaches it was made: {_status(part)}"
        )
    reached = said(part.mediated, f"{part.wanted}, mediated")
    sign = 1.0 if part.unit == "odds" else -1.0
    if sign * (part.mediated.value - part.solved.value) > -NOTHING:
        text = (
            f"{aim} could not, {since}, have improved on what is played as solved ({solved}): the "
            f"best proposal that both sides would have obeyed has {reached}"
        )
        if part.mediated.value != part.solved.value:
            text += ", since play as solved makes mistakes and obedience makes none"
        return f"{text}."
    text = f"{aim} could {since} have brought it from {solved} to {reached} with proposals that "
    text += "both sides would have obeyed"
    if part.exact:
        return f"{text}; no mediator could have done better."
    return (
        f"{text}. No mediator could have done better than {said(part.bound, 'no mediator')}: what "
        "the best one reaches lies between."
    )


def _status(part: MediationPart) -> str:
    text = part.status.strip().rstrip(".")
    return f"{text[:1].lower()}{text[1:]}."


def _worth(part: MediationPart) -> str:
    """Beside equilibria without a mediator, and with everything read out."""
    if part.equilibrium is None:
        return (
            "Equilibria without a mediator were not looked for: the game ahead is too large for "
            "that."
        )
    value = (
        percent(part.equilibrium) if part.unit == "odds" else f"{plain(part.equilibrium)} stakes"
    )
    found = (
        "the one equilibrium without a mediator that was found"
        if part.equilibria == 1
        else f"the best of {part.equilibria} equilibria without a mediator that were found"
    )
    text = f"In {found}, where nobody makes mistakes, it is {value}: so much a lottery that "
    text += "everybody watches could reach too"
    if part.mediated is not None and part.public == part.mediated.value:
        return f"{text}, and so is what the mediator proposes, since nothing of it need be secret."
    return f"{text}; what is better than that takes private advice."


def _how(part: MediationPart) -> str:
    """Where it was solved, and up to which turn."""
    where = "Solved with every uncertain number at its median"
    if part.variants > 1:
        where += f" and in {part.variants - 1} drawn variants, which give the ranges"
    gap = "nothing" if part.gap <= 0 else f"{part.gap:.1g} stakes"
    text = f"{where}; by separate code a side gains {gap} by disobeying."
    if not part.told:
        text = f"{where}."
    if part.until:
        text += (
            f" The mediator speaks at the next {part.turns} of the {part.turns_ahead} turns at "
            f"which somebody chooses, up to: {part.until}; past that all play as solved "
            f"(standoff mediate --pairs takes in more)."
        )
    return text


def _obeys(part: MediationPart) -> str:
    gains = ", ".join(
        f"{_name(part, d.actor)} {plain(d.gain, 6) if d.gain else 'nothing'}"
        for d in part.disobedience
    )
    return (
        f"A side may stop obeying {WHEN[part.concept]}, and is told nothing after that. What each "
        f"would gain by it at most, in stakes, checked by code that shares nothing with the "
        f"solver: {gains}."
    )


def _threats(part: MediationPart) -> str:
    """Whether obedience is held up by what nobody would do once it came to it."""
    afraid = [d for d in part.disobedience if d.unthreatened > 0.005]
    if not afraid:
        return (
            "Obedience needs no threats: it would hold if the other side met disobedience by what "
            "it plays as solved."
        )
    who = " and ".join(
        f"{_name(part, d.actor)} would gain {plain(d.unthreatened)} of a stake" for d in afraid
    )
    return (
        f"Obedience rests on threats: were disobedience met by what is played as solved, {who} by "
        "disobeying. Whether a mediator could make such threats believed is not in the model."
    )


def _secrets(part: MediationPart) -> str:
    if part.concept != "efce":
        return "What would have to stay secret is worked out for efce only."
    telling = [s for s in part.secrets if s.gain > 1e-6]
    if all(s.hidden_bits < 0.005 for s in part.secrets):
        return (
            "Nothing need be kept secret but the envelopes not yet opened: what a side has been "
            "told shows as soon as it obeys."
        )
    if not telling:
        return (
            "Nothing need be kept secret: every recommendation could be read out to both sides as "
            "it is made."
        )
    most = max(telling, key=lambda s: s.gain)
    return (
        f"It works only in secret: at {quoted(most.turn_label)} (round {most.round}) "
        f"{_name(part, most.actor)} must not learn what {_name(part, most.of)} has been told; had "
        f"it overheard, it would gain {plain(most.gain)} stakes by disobeying."
    )


def _limits(part: MediationPart) -> str:
    words = (
        "The record is taken as known to both sides. Worth is in stakes of each type: the "
        "difference that it would call the issue itself. A mediator who could bind both sides "
        "would do better; one whose word is doubted, worse."
    )
    if part.chosen and part.least:
        words = f"The mediator's aim was chosen so: {part.chosen}. {words}"
    return words


def _name(part: MediationPart, actor: str) -> str:
    return part.labels.get(actor, actor)


# -- tables and lists


def _table(part: MediationPart, scale: Standard, number: Number | None) -> list[Block]:
    """Endings and sides, as solved and as mediated."""
    if part.mediated is None:
        return []
    columns = (
        Column("", 2.4), Column("As solved", 1.2, number=True), Column("Mediated", 1.2, number=True)
    )  # fmt: skip
    rows: list[tuple[Rich, ...]] = []

    def odds(x: Weighed, what: str) -> Rich:
        if number is not None:
            return rich(number(what, x.value, x.range))
        spread = x.range if x.range[1] - x.range[0] >= 0.005 else None
        return rich(compact(x.value, scale) + (f" ({compact_span(*spread)})" if spread else ""))

    for e in part.endings:
        label = Text(capital(e.label), "strong" if e.avoided else "plain")
        rows.append(
            (rich(label), odds(e.solved, f"{e.label}, as solved"),
             odds(e.mediated, f"{e.label}, mediated"))
        )  # fmt: skip
    for s in part.sides:
        whose = capital(_name(part, s.actor)) + (f", {quoted(s.label)}" if s.type else "")
        rows.append((rich(f"{whose}: worth"), rich(_stakes(s.solved)), rich(_stakes(s.mediated))))
    note = (
        "Endings: odds in 100. Worth: expected from now on, in stakes of the type. In brackets: "
        f"least and most over the {part.variants} variants solved."
    )
    return [Table("As solved and as mediated", columns, tuple(rows), rich(note))]


def _telling(part: MediationPart) -> list[ToldTurn]:
    """Turns at which most changes first, each weighed by how likely it is reached; then in order
    of play.
    """

    def change(t: ToldTurn) -> float:
        moved = sum(abs(m.odds - (m.solved or 0.0)) for m in t.moves)
        return t.reached * moved

    kept = sorted(part.told, key=change, reverse=True)[:BRIEF]
    return [t for t in part.told if t in kept]


def _told(t: ToldTurn, part: MediationPart) -> Rich:
    """One type at one turn: what it is told, and what it would have done."""
    who = capital(_name(part, t.actor)) + (f", {quoted(t.label)}" if t.type else "")
    told = _moves([(m.label, m.odds) for m in t.moves])
    first = t.moves[0]
    usual = (
        ""
        if first.solved is None
        else f"; as solved {quoted(first.label)} has odds of {percent(first.solved)}"
    )
    reached = "" if t.reached > 0.995 else f" (reached in {compact(t.reached)} of 100)"
    several = ", by what it knows" if t.sets > 1 and len(t.moves) > 1 else ""
    return rich(
        Text(f"{who}, at {quoted(t.turn_label)}", "strong"),
        f", {in_words(t.day)}{reached}: told {told}{several}{usual}.",
    )


def _moves(moves: Sequence[tuple[str, float]]) -> str:
    if len(moves) == 1:
        return quoted(moves[0][0])
    parts = [f"{quoted(label)} {compact(odds)} in 100" for label, odds in moves]
    return ", ".join(parts[:-1]) + f" and {parts[-1]}"


def _secret_table(part: MediationPart) -> list[Block]:
    if all(s.hidden_bits < 0.005 for s in part.secrets):
        return []
    columns = (
        Column("Who may not overhear, and when", 2.6), Column("Hidden, bits", 0.8, number=True),
        Column("Told, bits", 0.8, number=True), Column("Gain, stakes", 0.9, number=True),
    )  # fmt: skip
    rows = tuple(
        (
            rich(f"{capital(_name(part, s.actor))}, at {quoted(s.turn_label)}, round {s.round}"),
            rich(plain(s.hidden_bits)), rich(plain(s.told_bits)),
            rich(signed(s.gain) if s.gain else NONE),
        )
        for s in part.secrets
    )  # fmt: skip
    note = (
        "Hidden: how much of what the other side has been told stays unknown to it there. Told: "
        "how much its own envelope gives away of that. Gain: what it would gain by disobeying "
        "there had it overheard all."
    )
    return [Table("Secrets", columns, rows, rich(note))]
