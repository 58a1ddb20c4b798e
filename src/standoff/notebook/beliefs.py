"""Belief in each actor's types: of an assessment, of a chain, of one type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from secrets import token_hex
from typing import NamedTuple

from standoff.assess.beliefs import Beliefs
from standoff.assess.chain import Chain
from standoff.assess.models import Assessment, TypeBelief
from standoff.chart.game_tree import flat
from standoff.chart.svg import svg
from standoff.chart.theme import INK, PALETTE, Spec
from standoff.errors import StandoffError
from standoff.notebook.markup_parts import Html, bar, box, line, table
from standoff.shown import Shown
from standoff.words.numbers import compact, compact_span, count
from standoff.words.sentences import ASSUMPTIONS

LEGEND = f"In 100. Bar: now; line: range {ASSUMPTIONS}; dashed: before the record."


class _Row(NamedTuple):
    """One type of an actor."""

    label: str
    prior: float
    now: float
    span: tuple[float, float]
    word: str


class _Said(NamedTuple):
    """What is shown: lines above, tables by actor, charts below."""

    title: str
    lines: list[str]
    actors: dict[str, list[_Row]]
    charts: list[tuple[str, Spec]] = []  # noqa: RUF012 a tuple's default, never changed


def markup(shown: Shown) -> str:
    """Tables with bars; of an assessment, belief over the record as well."""
    found = _said(shown)
    parts: list[Html] = [line(text) for text in found.lines]
    for actor, rows in found.actors.items():
        words = any(row.word for row in rows)
        heads = ["Type", "Before", "Now", "Range", "Drawn", *(["In words"] if words else [])]
        cells = [
            [
                row.label, compact(row.prior), compact(row.now), compact_span(*row.span),
                bar(row.now, row.span, row.prior, PALETTE[i % len(PALETTE)]),
                *([row.word] if words else []),
            ]
            for i, row in enumerate(rows)
        ]  # fmt: skip
        parts.append(table(actor, heads, cells, [1, 2, 3]))
    if found.actors:
        parts.append(line(LEGEND))
    for description, spec in found.charts:
        parts.append(Html(drawn(spec)))
        parts.append(line(description))
    return box(found.title, *parts)


def plain(shown: Shown) -> str:
    """The same as text."""
    found = _said(shown)
    out = [flat(found.title), *map(flat, found.lines)]
    for actor, rows in found.actors.items():
        out += ["", flat(actor)]
        width = max(len(flat(row.label)) for row in rows)
        for row in rows:
            word = f"  {row.word}" if row.word else ""
            out.append(
                f"  {flat(row.label):{width}}  before {compact(row.prior):>3}, now "
                f"{compact(row.now):>3} ({compact_span(*row.span)}) in 100{word}"
            )
    return "\n".join(out)


def drawn(spec: Spec) -> str:
    """A chart in the page's own ink, with ids that no other output has."""
    picture = svg(spec)
    name = re.search(r'aria-labelledby="t(\w+)', picture)
    if name is not None:
        picture = picture.replace(name[1], name[1] + token_hex(4))
    return picture.replace(INK, "currentColor").replace(
        "<svg ", '<svg style="max-width:100%;height:auto;display:block" ', 1
    )


def _said(shown: Shown) -> _Said:
    if isinstance(shown, Beliefs):
        return _of_assessment(shown.assessment)
    if isinstance(shown, Chain):
        return _of_chain(shown)
    assert isinstance(shown, TypeBelief)
    return _Said("Belief", [], {shown.label: [_row(shown)]})


def _row(belief: TypeBelief) -> _Row:
    return _Row(belief.label, belief.prior, belief.probability, belief.range90, belief.words)


def _of_assessment(a: Assessment) -> _Said:
    from standoff.note.dates import in_words
    from standoff.note.figures import belief
    from standoff.note.judgements import withheld_sentence
    from standoff.note.writer import Writer

    w = Writer(a)
    # A marking goes with whatever is taken out of a note.
    lines = [text for text in (a.heading.marking, f"As of {in_words(a.as_of)}") if text]
    title = f"Beliefs: {a.title}"
    if w.withheld:  # beliefs are shown, but never without saying so
        lines.append(withheld_sentence(a))
    actors = {
        w.actor(actor): [_row(t) for t in types.values()]
        for actor, types in a.belief.items()
        if types
    }
    if not actors:
        lines.append("No actor has types.")
    figures = [figure for actor in a.belief if (figure := belief(w, actor)) is not None]
    return _Said(title, lines, actors, [(f.description, f.spec) for f in figures])


def _of_chain(chain: Chain) -> _Said:
    from standoff.note.dates import in_words

    scenario, solution = chain.scenario, chain.batch.solution
    failed = int((~solution.solved).sum())
    game = chain.batch.compiled.game
    lines = [
        f"{count(game.histories)} histories; {count(len(solution.status))} variants"
        + (f", {count(failed)} of them not solved" if failed else ""),
        f"As of {in_words(chain.as_of.isoformat())}"
        if chain.as_of
        else "Nothing of the record left out",
    ]
    try:
        inference = chain.inference
    except StandoffError as error:
        return _Said(scenario.title, [*lines, *_complaint(error)], {})
    actors = {}
    for name, actor in scenario.actors.items():
        if len(actor.types) > 1:
            actors[actor.name or name] = [
                _Row(
                    actor.types[kind].label or kind, held.prior.value, held.posterior.value,
                    held.posterior.range90, "",
                )
                for kind, held in inference.belief(name).items()
            ]  # fmt: skip
    return _Said(scenario.title, lines, actors)


def _complaint(error: StandoffError) -> Iterable[str]:
    return [line_ for line_ in str(error).splitlines() if line_.strip()]
