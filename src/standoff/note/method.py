"""Method and assumptions, and the sources."""

from __future__ import annotations

from standoff.assess.models import SolutionPart
from standoff.cite import reference
from standoff.note.outline import Block, Bullets, Column, Paragraph, Rich, Section, Table, rich
from standoff.note.tempering import drawn_words
from standoff.note.writer import Writer
from standoff.words.numbers import count, plain
from standoff.words.sentences import MODEL_DERIVED, precision_sentence
from standoff.words.standards import ROUNDING_RULE

CONCEPTS = {"aqre": ("agent quantal response equilibrium", "mckelvey1998")}
"""Concept -> its name and the key of its paper."""


MOST = 12
"""Assumptions printed; they come in order of weight."""


def method(w: Writer) -> Section:
    """How the numbers came about, in words that can be checked."""
    a = w.assessment
    g, s, v = a.game, a.solution, a.variants
    name, key = CONCEPTS.get(s.concept, (s.concept, ""))
    cited = w.mark((), reference(key)) if key else ()
    kish = w.mark((), reference("kish1965"))
    blocks: list[Block] = [
        Paragraph(rich(f"This note is {MODEL_DERIVED}"), lead="What this is."),
        Paragraph(
            rich(
                f"{count(g.histories)} histories, {count(g.information_sets)} information sets, "
                f"{count(g.ends)} ends (types included; {count(g.nodes)} nodes stored)."
            ),
            lead="Game.",
        ),
        Paragraph(
            rich(
                f"{name[:1].upper()}{name[1:]}",
                cited,
                f": {_status(s.status)}. Solver check ({s.certificate_name}): "
                f"{s.certificate:.1e} at worst over the variants counted, after {s.sweeps} passes "
                "at the median; it says how exactly the equations hold and nothing about the "
                f"world. Largest gain from deviating, over {min(v.n - v.failed, 64)} variants: "
                f"{plain(s.largest_gain)} of a stake (play "
                "of this kind makes mistakes by design)."
                + (f" {s.advice.strip().rstrip('.')}." if s.advice.strip() else ""),
            ),
            lead="Solution.",
        ),
        Paragraph(
            rich(f"{precision_sentence(*s.precision)} {_branch(s)}"),
            lead="Precision.",
        ),
        Paragraph(
            rich(
                drawn_words(v),
                kish,
                w.mark((), reference("delmoral2006")) if v.tempering else (),
                f". {_failed(v.failed, v.n)}"
                + (
                    f" In {v.impossible_only_here} an outcome that is possible elsewhere was "
                    "impossible (odds one in a thousand million)."
                    if v.impossible_only_here
                    else ""
                ),
            ),
            lead="Variants.",
        ),
        Paragraph(
            rich(
                "A probability is the weighted mean over the variants. A range runs from the 5th "
                "to the 95th percentile of the answer over the assumptions written down; it says "
                "nothing about what was not written down."
            ),
            lead="Ranges.",
        ),
    ]
    if s.stakes:
        blocks.append(_stakes(w))
    if a.assumptions:
        told = list(a.assumptions.items())
        rest = len(told) - MOST
        note = f"And {rest} more, in the JSON form of this note." if rest > 0 else ""
        blocks.append(
            Table(
                "Assumptions that carry weight",
                (Column("Assumption", 1.4), Column("What is assumed, and why", 3)),
                tuple((rich(w.label(k)), rich(x)) for k, x in told[:MOST]),
                rich(note),
            )
        )
    if a.warnings:
        blocks.append(Paragraph(rich("The program warns:")))
        blocks.append(Bullets(tuple(rich(w.named(x)) for x in a.warnings)))
    return Section("method", "Method and assumptions", (*blocks, *_words(w)))


def _status(status: str) -> str:
    return {
        "solved": "solved in every variant",
        "partly": "solved in part",
        "failed": "not solved",
    }.get(status, status)


def _branch(s: SolutionPart) -> str:
    """What the branch from uniform play is worth, and whether this is its play."""
    text = "The branch of solutions that starts from uniform play is a convention, not evidence"
    if not s.followed:
        return f"{text}."
    where = "variant" if s.followed == 1 else f"{s.followed} variants"
    text += f"; in the {where} in which it was followed step by step"
    if s.elsewhere:
        less = "" if s.elsewhere == s.followed else f" in {s.elsewhere} of them"
        return f"{text} it leads{less} to other play than this note rests on."
    return f"{text} it leads to the play of this note."


def _failed(failed: int, n: int) -> str:
    if not failed:
        return "None failed its solver check."
    return (
        f"{failed} of {n} failed the solver check and carry no weight; if what made them fail "
        "bears on the answer, the answer leaves it out."
    )


def _stakes(w: Writer) -> Table:
    rows: list[tuple[Rich, ...]] = [
        (rich(w.actor(actor)), rich(w.type_label(actor, t) if t else "all"), rich(plain(x)))
        for actor, types in w.assessment.solution.stakes.items()
        for t, x in types.items()
    ]
    return Table(
        "Stakes: the unit of precision, in payoff units of the scenario",
        (Column("Actor", 1.2), Column("Type", 2.4), Column("Stake", 0.7, number=True)),
        tuple(rows),
    )


def _words(w: Writer) -> tuple[Block, ...]:
    """The words of estimate used, with their source."""
    scale = w.scale
    cited = w.mark((), reference(scale.key))
    if scale.annex:
        return (
            Paragraph(
                rich(
                    f"Words of estimate follow the {scale.name}",
                    cited,
                    f"; the numbers stand in the annex. That scale leaves gaps: {ROUNDING_RULE}. "
                    "Nothing is ever put at 0 or at 100 in 100.",
                ),
                lead="Words.",
            ),
        )
    return (
        Paragraph(
            rich(
                f"Words of estimate follow {scale.name}",
                cited,
                "; each band is closed below. Nothing is ever put at 0 or at 100 in 100.",
            ),
            lead="Words.",
        ),
        bands(w),
    )


def bands(w: Writer) -> Table:
    """The scale of words in hundredths."""
    return Table(
        f"Words of {w.scale.name}, in 100",
        (Column("Word", 2), Column("In 100", 1, number=True)),
        tuple((rich(b.word), rich(b.extent)) for b in w.scale.bands),
    )


def sources(w: Writer) -> Section:
    """Documents cited, with what cites them."""
    items = w.assessment.sources
    if not items:
        return Section("sources", "Sources", (Paragraph(rich("No document is cited.")),))
    lines = []
    for s in items:
        by = f" Cited by {_cited(s.cited_by)}." if s.cited_by else ""
        url = f" {s.url}" if s.url else ""
        lines.append(rich(f"{s.id}: {s.title.strip().rstrip('.')}.{url}{by}"))
    return Section("sources", "Sources", (Bullets(tuple(lines)),))


_PARTS = {
    "actors": "actors",
    "audiences": "audiences",
    "judgements": "statements",
    "objectives": "objectives",
    "parameters": "parameters",
    "proposals": "proposals",
    "record": "record items",
    "state": "state",
    "turns": "moves",
}


def _cited(paths: list[str]) -> str:
    """Few citations by name, many by kind: `12 parameters, 9 record items`."""
    if len(paths) <= 4:
        return ", ".join(paths)
    kinds = [_PARTS.get(p.split(".")[0], "others") for p in paths]
    return ", ".join(f"{kinds.count(k)} {k}" for k in dict.fromkeys(kinds))
