"""What a mediator could bring about: the note's section, and the report of `standoff mediate`."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.assess.mediation_models import MediationPart, ToldTurn, Weighed
from standoff.note.dates import in_words
from standoff.note.formats import render_outline
from standoff.note.mediation_words import (
    Number,
    headline,
    how,
    limits,
    name_of,
    obeys,
    plainly,
    promises,
    secrets,
    stakes,
    threats,
    worth,
)
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
from standoff.note.report import report
from standoff.note.writer import Writer
from standoff.words.numbers import compact, compact_span, plain, signed
from standoff.words.sentences import MODEL_DERIVED, capital, quoted
from standoff.words.standards import Standard, standard

BRIEF = 4
"""Things told, of which the note says what."""
MOST = 24
"""Of which the report does."""
NONE = "\N{EN DASH}"


def section(w: Writer, part: MediationPart) -> Section | None:
    """As solved and as mediated, what is told, and what holds it up; None where nobody could do
    better than what is played and no device was found.
    """
    number = w.number if w.scale.annex else plainly
    blocks: list[Block] = [Paragraph(rich(headline(part, number), w.model_mark("a mediator")))]
    blocks += _table(part, w.scale, w.number if w.scale.annex else None)
    if part.told:
        groups = _grouped(part.told)
        told = sorted(sorted(groups, key=_change)[-BRIEF:], key=groups.index)
        blocks.append(Bullets(tuple(_told(group, part, number) for group in told)))
        more = len(groups) - len(told)
        tail = f" What else is told: standoff mediate {part.scenario}." if more > 0 else ""
        blocks.append(Paragraph(rich(f"{secrets(part)} {threats(part)}{tail}")))
    limits_ = " ".join(filter(None, (worth(part, number), promises(part, number), how(part))))
    blocks.append(Paragraph(rich(limits_)))
    return Section("mediation", "What a mediator could have proposed", tuple(blocks))


def render_mediation(part: MediationPart, format: str = "text") -> str | bytes:
    """What a mediator could bring about as `text`, `md`, `html`, `pdf` or `json`."""
    if format == "json":
        return part.model_dump_json(indent=2) + "\n"
    return render_outline(mediation_outline(part), format)


def mediation_outline(part: MediationPart) -> Outline:
    """The report before it is text or a page."""
    sections = [
        Section("outcome", "As solved and as mediated",
                tuple(_table(part, standard("icd203"), None))),
    ]  # fmt: skip
    if part.told:
        told = [Bullets(tuple(_told(group, part, plainly) for group in _grouped(part.told)[:MOST]))]
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
                (Paragraph(rich(secrets(part))), *_secret_table(part)),
            )
        )  # fmt: skip
        sections.append(
            Section("obedience", "Why both obey", (Paragraph(rich(obeys(part))),
                                                   Paragraph(rich(threats(part)))))
        )  # fmt: skip
    sections.append(
        Section("limits", "What this rests on",
                tuple(Paragraph(rich(text))
                      for text in (worth(part, plainly), promises(part, plainly), how(part),
                                   limits(part)) if text))
    )  # fmt: skip
    return report(
        "MEDIATION",
        "What a mediator could propose",
        part,
        (Paragraph(rich(headline(part, plainly), f" This report is {MODEL_DERIVED}")),),
        sections,
        heading=(("WANTED", capital(part.wanted)),),
    )


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
        whose = capital(name_of(part, s.actor)) + (f", {quoted(s.label)}" if s.type else "")
        rows.append((rich(f"{whose}: worth"), rich(stakes(s.solved)), rich(stakes(s.mediated))))
    note = (
        "Endings: odds in 100. Worth: expected from now on, in stakes of the type. In brackets: "
        f"least and most over the {part.variants} variants solved."
    )
    return [Table("As solved and as mediated", columns, tuple(rows), rich(note))]


Group = tuple[ToldTurn, ...]
"""The types of one actor that are told the same move at one turn; or one type by itself."""


def _grouped(told: Sequence[ToldTurn]) -> list[Group]:
    """In order of play."""
    found: dict[tuple[object, ...], list[ToldTurn]] = {}
    for t in told:
        move: object = t.moves[0].id if len(t.moves) == 1 else t.type
        found.setdefault((t.actor, t.turn, t.round, len(t.moves) == 1, move), []).append(t)
    return [tuple(group) for group in found.values()]


def _change(group: Group) -> float:
    """How much of what is played a recommendation changes, weighed by how often it is made."""
    return sum(
        t.reached * sum(abs(m.odds - (m.solved or 0.0)) for m in t.moves) for t in group
    ) / len(group)  # fmt: skip


def _told(group: Group, part: MediationPart, number: Number) -> Rich:
    """One type (or several that are told the same) at one turn: what it is told, and what it would
    have done.
    """
    t = group[0]
    types = [x.type for x in part.sides if x.actor == t.actor and x.type]
    who = capital(name_of(part, t.actor))
    if t.type and len(group) == len(types):
        who += ", whatever its type"
    elif t.type:
        who += ", " + " or ".join(quoted(one.label) for one in group)
    told = _moves([(m.label, m.odds) for m in t.moves], number)
    usual = ""
    solved = [m.solved for one in group for m in one.moves[:1] if m.solved is not None]
    if solved:
        what = f"{t.moves[0].label}, as solved"
        odds = number(what, min(solved), None)
        if max(solved) - min(solved) >= 0.005:
            odds += f" to {number(what, max(solved), None)}"
        usual = f"; as solved {quoted(t.moves[0].label)} has odds of {odds}"
    rate = [one.reached for one in group]
    reached = "" if min(rate) > 0.995 else f" (reached in {compact(max(rate))} of 100)"
    if max(rate) - min(rate) >= 0.005:
        reached = f" (reached in {compact(min(rate))} to {compact(max(rate))} of 100)"
    several = ", by what it knows" if t.sets > 1 and len(t.moves) > 1 else ""
    return rich(
        Text(f"{who}, at {quoted(t.turn_label)}", "strong"),
        f", {in_words(t.day)}{reached}: told {told}{several}{usual}.",
    )


def _moves(moves: Sequence[tuple[str, float]], number: Number) -> str:
    if len(moves) == 1:
        return quoted(moves[0][0])
    parts = [f"{quoted(label)} {number(f'told: {label}', odds, None)}" for label, odds in moves]
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
            rich(f"{capital(name_of(part, s.actor))}, at {quoted(s.turn_label)}, round {s.round}"),
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
