"""Key judgements: what the model says of intent, of the next moves, of the end, and its answers to
the scenario's questions. Each is a likelihood sentence, its prior, then confidence apart.
"""

from __future__ import annotations

import math

from standoff.assess.models import Answer, Assessment, NextMoves, TypeBelief
from standoff.note.outline import Block, Break, Bullets, Paragraph, Rich, Section, Text, rich
from standoff.note.tempering import tempered_in_vain
from standoff.note.writer import Writer
from standoff.words.numbers import NOTHING, compact, plain, ratio, share
from standoff.words.sentences import ASSUMPTIONS, capital, quoted


def key_judgements(w: Writer) -> Section:
    """Numbered paragraphs; withheld, saying so, where the variants are worth too little."""
    a = w.assessment
    blocks: list[Block] = []
    if w.withheld:
        blocks.append(Paragraph(rich(withheld_sentence(a)), lead="Withheld.", warning=True))
        items = [belief_judgement(w, actor, marked=True) for actor in a.belief]
    else:
        items = [belief_judgement(w, actor) for actor in a.belief]
        items += [next_judgement(w, n) for n in a.outlook.next if n.moves]
        if a.outlook.endings:
            items.append(ending_judgement(w))
        items += [question_answer(w, q) for q in a.questions]
    blocks.append(Bullets(tuple(i for i in items if i), numbered=True))
    return Section("key", "Key judgements", tuple(blocks))


def withheld_sentence(a: Assessment) -> str:
    """Why judgements are withheld."""
    v = a.variants
    return tempered_in_vain(v) or (
        f"Only {v.effective:.0f} of {v.n} variants carry the weight of the record (less than one "
        "in ten), so no judgement is given. Beliefs are shown, marked, for what they are worth."
    )


def type_clause(w: Writer, actor: str, type_: str) -> str:
    """`the Soviet Union's intention is "get out without war"`."""
    name = w.actor(actor)
    own = f"{name}’" if name.endswith("s") else f"{name}’s"
    return f"{own} intention is {quoted(w.type_label(actor, type_))}"


def leading(types: dict[str, TypeBelief]) -> str:
    """The likeliest type; the first written wins a tie."""
    return max(types, key=lambda t: types[t].probability)


def belief_judgement(w: Writer, actor: str, *, marked: bool = False) -> Rich:
    """The likeliest intention of an actor, the others, the prior, the strongest evidence."""
    types = w.assessment.belief[actor]
    if not types:
        return ()
    first = leading(types)
    top = types[first]
    clause = type_clause(w, actor, first)
    name = quoted(w.type_label(actor, first))
    what = f"intention of {w.actor(actor)}"
    sentences = [w.leading(clause, what, name, top.probability, top.range90)]
    if marked:
        sentences.insert(0, "Marked (too few effective variants):")
    sentences.append(w.prior(clause, top.prior, top.prior_range90, top.probability))
    others = [
        w.estimate(type_clause(w, actor, t), b.probability, b.range90, brief=True)
        for t, b in types.items()
        if t != first
    ]
    evidence = [_strongest(w, actor)]
    trust = ""
    if not marked:
        evidence.append(w.form_sentence("", f"{actor}.{first}"))
        trust = w.confidence(w.assessment.confidence.get(f"belief.{actor}"))
    return rich(joined(sentences, others, evidence, [trust]), belief_mark(w, actor))


def belief_mark(w: Writer, actor: str) -> Rich:
    """Marks for what tells of an actor's intention: items of the record, or all of them."""
    telling = [e.id for e in w.assessment.evidence if _tells(e.likelihood_ratio.get(actor, {}))]
    return w.record_mark(telling or _all_items(w), f"prior of {actor}")


def _tells(ratios: dict[str, float]) -> bool:
    return any(not NOTHING[0] <= r <= NOTHING[1] for r in ratios.values())


def _all_items(w: Writer) -> list[str]:
    return [e.id for e in w.assessment.evidence]


def _strongest(w: Writer, actor: str) -> str:
    """The item of the record that tells most of an actor's type, or that none does."""
    told = [
        (_log(ratio_), number, item, type_, ratio_)
        for number, item in enumerate(w.assessment.evidence, 1)
        for type_, ratio_ in item.likelihood_ratio.get(actor, {}).items()
    ]
    if not told:
        return ""
    _, number, item, type_, value = max(told, key=lambda t: t[0])
    if not _tells({type_: value}):
        return "No item of the record tells of it by itself."
    return (
        f"Of the record, item {number} tells most ({quoted(item.text)}): its likelihood ratio for "
        f"{quoted(w.type_label(actor, type_))} is {ratio(value)}."
    )


def _log(value: float) -> float:
    """Size of a ratio either way; an impossible item is as strong as one can be."""
    if not value > 0:
        return 7.0 if value == 0 else 0.0  # impossible: as strong as it gets; NaN tells nothing
    return min(abs(math.log(value)), 7.0) if math.isfinite(value) else 7.0


def move_clause(w: Writer, n: NextMoves, label: str) -> str:
    """`the next choice of the Soviet Union ("letter") is "removal for a pledge"`."""
    turn = quoted(w.turn(n.actor, n.turn))
    return f"the next choice of {w.actor(n.actor)} ({turn}) is {quoted(label)}"


def next_judgement(w: Writer, n: NextMoves) -> Rich:
    """The likeliest next move of one actor."""
    top = max(n.moves, key=lambda m: m.probability)
    what = f"next choice of {w.actor(n.actor)} ({quoted(w.turn(n.actor, n.turn))})"
    clause = move_clause(w, n, top.label)
    sentences = [w.leading(clause, what, quoted(top.label), top.probability, top.range90)]
    sentences.append(_by_type(w, n.actor, top.by_type))
    sentences.append(w.form_sentence("", top.id))
    trust = w.confidence(w.assessment.confidence.get(f"next.{n.actor}.{n.turn}"))
    return rich(joined(sentences, [trust]), next_mark(w, n))


def next_mark(w: Writer, n: NextMoves) -> Rich:
    """A mark for the odds of an actor's next choice."""
    return w.model_mark(f"turn {n.actor}.{n.turn}, given the record")


def _by_type(w: Writer, actor: str, by_type: dict[str, float]) -> str:
    """Which type would do so most and least often; nothing where they don't differ."""
    if len(by_type) < 2 or w.scale.annex:
        return ""
    low = min(by_type, key=lambda t: by_type[t])
    high = max(by_type, key=lambda t: by_type[t])
    if compact(by_type[high]) == compact(by_type[low]):
        return ""
    return (
        f"Of the types, {quoted(w.type_label(actor, high))} would do so in "
        f"{share(by_type[high], 'cases')}, {quoted(w.type_label(actor, low))} in "
        f"{share(by_type[low], 'cases')}."
    )


def ending_clause(label: str) -> str:
    """`the crisis ends as "withdrawn for a pledge"`."""
    return f"the crisis ends as {quoted(label)}"


def ending_judgement(w: Writer) -> Rich:
    """The likeliest ending."""
    top = max(w.assessment.outlook.endings, key=lambda e: e.probability)
    sentences = [
        w.leading(
            ending_clause(top.label), "ending", quoted(top.label), top.probability, top.range90
        ),
        w.form_sentence("", f"endings.{top.id}"),
    ]
    trust = w.confidence(w.assessment.confidence.get("endings"))
    return rich(joined(sentences, [trust]), endings_mark(w))


def endings_mark(w: Writer) -> Rich:
    """A mark for the odds of the endings."""
    return w.model_mark("endings, given the record")


def question_answer(w: Writer, q: Answer) -> Rich:
    """The answer to one question, in the form that its kind allows."""
    text, sentences = q.text or q.query, []
    own = f" (as {w.desk(q.as_)} sees it)" if q.as_ else ""
    if q.status == "probability" and q.probability is not None:
        clause = f"the answer to {quoted(text)} is yes{own}"
        sentences.append(w.estimate(clause, q.probability, q.range90))
        if q.prior is not None:
            sentences.append(w.prior(clause, q.prior, None, q.probability))
    elif q.status == "observed":
        # What the record settles is never a probability.
        said = "" if q.value is None else (" It holds." if q.value else " It does not hold.")
        sentences.append(f"{quoted(text)}: the record already answers this{own}.{said}")
    elif q.status == "comparison" and q.share is not None:
        sentences.append(
            f"{quoted(text)}{own}: holds in {share(q.share)} (by weight)"
            + (f"; the median difference is {plain(q.difference, 3)}" if q.difference is not None
               else "")
            + "."
        )  # fmt: skip
    elif q.status == "distribution" and q.distribution:
        ranked = sorted(q.distribution.items(), key=lambda kv: -kv[1])
        named = [(_outcome(w, q, k), v) for k, v in ranked[:5]]
        if len(ranked) > 6:
            named.append(("all others", min(1.0, sum(v for _, v in ranked[5:]))))
        else:
            named += [(_outcome(w, q, k), v) for k, v in ranked[5:]]
        listed = ", ".join(f"{k} {w.number(f'{text}: {k}', v)}" for k, v in named)
        sentences.append(f"{quoted(text)}{own}: {listed}.")
    elif q.value is not None:
        shown = ratio(q.value) if q.status == "ratio" else plain(q.value, 3)
        extent = ""
        if q.range90 is not None:
            low, high = (ratio(v) if q.status == "ratio" else plain(v, 3) for v in q.range90)
            extent = f" (from {low} to {high} {ASSUMPTIONS})"
        near = q.status == "ratio" and 0.8 <= q.value <= 1.25
        sentences.append(
            f"{quoted(text)}{own}: {shown}{extent}{', which tells you nothing' if near else ''}."
        )
    else:
        one = " Name one of its types." if q.as_ and "." not in q.as_ else ""
        sentences.append(f"{quoted(text)}{own}: no answer.{one}")
    hangs = hangs_on(w, q.rests_on, q.drivers)
    sentences += [hangs, w.form_sentence(q.form, q.id)]
    return rich(joined(sentences, [w.confidence(q.confidence)]), question_mark(w, q))


def question_mark(w: Writer, q: Answer) -> Rich:
    """Marks for the answer to a question: its sources, or its query."""
    return w.mark(q.source, f"Model: scenario {w.assessment.scenario}, query {q.query}.")


def _outcome(w: Writer, q: Answer, key: str) -> str:
    """An outcome of a distribution in words: a type of the actor asked about, or a label."""
    for actor, types in w.assessment.belief.items():
        if set(q.distribution or ()) <= set(types):
            return quoted(w.type_label(actor, key))
    return quoted(w.label(key))


def hangs_on(w: Writer, rests_on: list[str], drivers: dict[str, float]) -> str:
    """What an answer hangs on: the strongest parameters with their rank correlations, then what
    else it rests on.
    """
    told = [f"{w.label(k)} ({plain(v)})" for k, v in strongest(drivers)]
    sentences = []
    if told:
        sentences.append(f"It hangs most on {', '.join(told)} (rank correlation with the answer).")
    items, others = w.items([r for r in rests_on if r not in drivers])
    sentences += [capital(r).rstrip(".") + "." for r in others if " " in r]  # already in words
    named = [w.label(r) for r in others if " " not in r]
    more = [f"{len(named) - 5} more"] if len(named) > 6 else []
    listed = [x for x in [items, *(named[:5] if more else named), *more] if x]
    if listed:
        sentences.append(f"It rests on {', '.join(listed)}.")
    return " ".join(sentences)


def strongest(drivers: dict[str, float], most: int = 3) -> list[tuple[str, float]]:
    """The parameters that an answer follows most, by size of rank correlation.

    A prior that moves exactly as a parameter does is that parameter: it is left out.
    """
    ranked = sorted(drivers.items(), key=lambda kv: -abs(kv[1]))
    own = {f"{abs(v):.2f}" for k, v in ranked if not k.startswith("prior.")}
    seen: set[str] = set()
    found = []
    for name, value in ranked:
        size = f"{abs(value):.2f}"
        if abs(value) < 0.1 or (name.startswith("prior.") and (size in own or size in seen)):
            continue
        if name.startswith("prior."):
            seen.add(size)  # of two types, one prior is the other's complement
        found.append((name, value))
    return found[:most]


def joined(*groups: list[str]) -> Rich:
    """Sentences, each group on a line of its own; empty ones are left out."""
    texts = [" ".join(s for s in group if s) for group in groups]
    out: list[Text | Break] = []
    for text in (t for t in texts if t):
        out += [Break(), Text(text)] if out else [Text(text)]
    return tuple(out)
