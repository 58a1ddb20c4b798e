"""A single answer (`standoff ask`) and a table of options, for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from standoff.assess.models import Answer, Assessment, OptionsOf
from standoff.note.outline import Column, Mark, Paragraph, Table, rich
from standoff.note.text import WIDTH, block_lines, wrapped
from standoff.words.numbers import NOTHING, compact, percent, plain, ratio, share, span
from standoff.words.sentences import ASSUMPTIONS
from standoff.words.standards import Standard, standard


def render_answer(
    answer: Answer,
    scale: str = "icd203",
    labels: Mapping[str, str] | None = None,
    width: int = WIDTH,
) -> str:
    """An answer as lines: the number, its range, what it was before, what it hangs on.

    On a terminal the number stands beside the word under either standard: an annex to one line
    would only hide it.
    """
    words, labels = standard(scale), labels or {}
    out = wrapped(answer.text or answer.query, width)
    if answer.text and answer.text != answer.query:
        out += wrapped(answer.query, width, "  ", "  ")
    if answer.as_:
        out += wrapped(f"as {labels.get(answer.as_, answer.as_)} sees it", width, "  ", "  ")
    out.append("")
    for line in _lines(answer, words):
        out += wrapped(line, width, "  ", "  ")
    if answer.distribution:
        rows = sorted(answer.distribution.items(), key=lambda kv: -kv[1])
        table = Table(
            "",
            (Column("Outcome", 3), Column("In 100", 0.6, number=True)),
            tuple((rich(labels.get(k, k)), rich(compact(v))) for k, v in rows),
        )
        out += ["", *block_lines(table, width)]
    if answer.drivers:
        strongest = sorted(answer.drivers.items(), key=lambda kv: -abs(kv[1]))[:5]
        table = Table(
            "Hangs on (rank correlation over the variants)",
            (Column("Parameter", 3), Column("Correlation", 0.6, number=True)),
            tuple((rich(labels.get(k, k)), rich(plain(v))) for k, v in strongest),
        )
        out += ["", *block_lines(table, width)]
    if answer.rests_on:
        named = ", ".join(labels.get(r, r) for r in answer.rests_on)
        out += ["", *wrapped(f"Rests on {named}.", width)]
    return "\n".join(line.replace("\N{NO-BREAK SPACE}", " ").rstrip() for line in out) + "\n"


def _lines(a: Answer, words: Standard) -> list[str]:
    out: list[str] = []
    if a.status == "observed":
        told = "" if a.value is None else ": it holds" if a.value else ": it does not hold"
        out.append(f"Observed{told}. What the record settles has no probability.")
        return out
    if a.status == "probability" and a.probability is not None:
        out.append(f"{percent(a.probability, words)}: {words.word(a.probability)}")
        if a.range90:
            out.append(f"{span(*a.range90)} {ASSUMPTIONS} (5th to 95th percentile)")
        if a.prior is not None:
            out.append(f"before the record: {percent(a.prior)}")
    elif a.status == "comparison" and a.share is not None:
        out.append(f"holds in {share(a.share)} (by weight)")
        if a.difference is not None:
            out.append(f"median difference {plain(a.difference, 3)}")
    elif a.value is not None:
        shown = ratio(a.value) if a.status == "ratio" else plain(a.value, 3)
        near = a.status == "ratio" and NOTHING[0] <= a.value <= NOTHING[1]
        out.append(shown + (": tells you nothing" if near else ""))
        if a.range90:
            low, high = (ratio(v) if a.status == "ratio" else plain(v, 3) for v in a.range90)
            out.append(f"from {low} to {high} {ASSUMPTIONS} (5th to 95th percentile)")
    elif not a.distribution:
        why = "what the query supposes is impossible in all of them"
        if a.status != "probability":
            why += ", or its value is not a finite number"
        out.append(f"No variant can answer: {why}.")
    if a.effective is not None:
        out.append(f"effective variants: {a.effective:.0f}")
    return out


def render_options(assessment: Assessment, options: OptionsOf, width: int = WIDTH) -> str:
    """The options of one actor as text: the sentence and tables of the note."""
    from standoff.note.ahead import options_blocks
    from standoff.note.writer import Writer

    out: list[str] = []
    for block in options_blocks(Writer(assessment), options):
        if isinstance(block, Paragraph):  # its footnote is not printed here
            unmarked = tuple(part for part in block.content if not isinstance(part, Mark))
            block = replace(block, content=unmarked)
        out += [*block_lines(block, width), ""]
    return "\n".join(line.replace("\N{NO-BREAK SPACE}", " ").rstrip() for line in out)
