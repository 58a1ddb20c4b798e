"""`ripple`: which judgements lose support when a document falls away, and how each number moves.

The record is read again without what rested on the document alone; nothing is solved twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from standoff.assess.ahead import label_of
from standoff.assess.answering import finite, finite_range, unit_range
from standoff.assess.chain import Chain, Crisis, chain, opened
from standoff.assess.labels import labels
from standoff.assess.rereading import Said, choices, numbers, reread
from standoff.assess.ripple_models import (
    ForgottenItem,
    LostSupport,
    Ripple,
    RippleNumber,
    RippleOption,
    RipplePart,
    RippleRow,
)
from standoff.assess.weightless import refuse_weightless
from standoff.errors import ScenarioError
from standoff.infer.options import Options
from standoff.infer.pooling import effective
from standoff.progress import Progress, check
from standoff.scenario.falling import Fallen, fallen, without_sources
from standoff.scenario.grades import trusts
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names, record_ids
from standoff.scenario.roots import document_of
from standoff.scenario.supports import Support, covers, named, supports

SAME = 1e-9
"""Numbers that differ by less are the same."""
MOST_OF_NOTE = 5
"""Documents that a note names."""
_KINDS = {
    "judgements": "judgement",
    "parameters": "parameter",
    "moves": "move",
    "turns": "move",
    "objectives": "objective",
    "proposals": "proposal",
    "views": "view",
    "ends": "ending",
    "state": "state",
    "audiences": "audience",
}


def ripple(
    source: Crisis,
    documents: Sequence[str],
    *,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Ripple:
    """What happens to an assessment when some documents (`frus1961-63v06#d65`) or whole sources
    fall away. Raises `ScenarioError` where nothing in the scenario rests on one.
    """
    scenario = opened(source, settings)
    fallen(scenario, documents)  # a wrong name is told before anything is solved
    ready = chain(scenario, as_of=as_of, variants=variants, seed=seed, progress=progress)
    if progress is not None:
        progress.say("reading the record again")
    return rippled(ready, documents)


def ripples(
    source: Crisis,
    *,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> RipplePart:
    """Which documents carry an assessment: what falls if each of those that it cites falls."""
    ready = chain(
        source, as_of=as_of, variants=variants, seed=seed, settings=settings, progress=progress
    )
    return ripples_of(ready, progress=progress)


def ripples_of(ready: Chain, *, progress: Progress | None = None) -> RipplePart:
    """The same from a chain that is already solved."""
    return _part(ready, progress)


def ripple_of(ready: Chain, *, progress: Progress | None = None) -> RipplePart | None:
    """The documents that carry most of an assessment, for its note; None where the scenario cites
    none.
    """
    part = _part(ready, progress)
    if not part.documents:
        return None
    return part.model_copy(update={"documents": part.documents[:MOST_OF_NOTE]})


def rippled(ready: Chain, documents: Sequence[str]) -> Ripple:
    """The same from a chain that is already solved."""
    base = _Base(ready)
    scenario = ready.scenario
    left, fell = without_sources(scenario, documents)
    after = ready if base.same(left) else _after(ready, left)
    solution = ready.batch.solution
    now = base.numbers
    then = now if after is ready else numbers(after) if after is not None else {}
    pairs = sorted(_pairs(base, now, then, fell), key=lambda n: -_size(n))
    best = base.choices if after is ready else choices(after) if after is not None else {}
    options = _options(base.names, base.choices, best)
    known = {one.id for one in ready.sight.evidence.items}
    return Ripple(
        scenario=scenario.id,
        title=scenario.title,
        as_of=_as_of(ready),
        dropped=list(fell.dropped),
        sources=list(fell.sources),
        forgotten=[
            ForgottenItem(id=name, text=_item_text(item), at=item.at or "", counts=name in known)
            for name, item in zip(record_ids(scenario), scenario.record, strict=True)
            if name in fell.forgotten
        ],
        thinner=list(fell.thinner),
        unsupported=_lost(base, fell.unsupported, fell),
        weakened=_lost(base, fell.weakened, fell),
        unanswerable=_unanswerable(fell, now, then),
        links=fell.links,
        numbers=pairs,
        options=options,
        variants=len(solution.status),
        failed=int((~solution.solved).sum()),
        effective_before=effective(ready.sight.measure().total()),
        effective_after=effective(after.sight.measure().total()) if after is not None else 0.0,
        seed=ready.batch.draws.seed,
    )


Read = tuple[tuple[str, str | None, str], ...]
"""What a record says at a moment: id, decision and odds of each item known by then."""


def _after(ready: Chain, left: Scenario) -> Chain | None:
    """The same solution with what is left of the record; None where that can't have come about:
    play would have ended by a condition, at a step that is now unknown.
    """
    after = reread(ready, left)
    try:
        total = after.sight.measure().total()
    except ScenarioError:
        return None
    return after if total.sum() > 0 else None


@dataclass
class _Base:
    """An assessment as it is, and what one reading is told from another by."""

    chain: Chain
    numbers: dict[str, Said] = field(init=False)
    choices: dict[str, Options] = field(init=False)
    every: tuple[Support, ...] = field(init=False)
    texts: dict[str, str] = field(init=False)
    known: set[str] = field(init=False)
    read: Read = field(init=False)

    def __post_init__(self) -> None:
        solution = self.chain.batch.solution
        refuse_weightless(self.chain.sight, solution.solved, solution.advice)
        self.numbers = numbers(self.chain)
        self.choices = choices(self.chain)
        self.every = supports(self.scenario)
        self.known = {one.id for one in self.chain.sight.evidence.items}
        self.read = self.reading(self.scenario)
        self.texts = labels(self.scenario, self.names)

    @property
    def scenario(self) -> Scenario:
        return self.chain.scenario

    @property
    def names(self) -> Names:
        return self.chain.batch.compiled.names

    def same(self, scenario: Scenario) -> bool:
        """Whether another record reads the same at this moment: nothing known is forgotten, and
        all that is left is as sure as it was.
        """
        return self.reading(scenario) == self.read

    def reading(self, scenario: Scenario) -> Read:
        """What a record says at this moment."""
        rows = zip(record_ids(scenario), scenario.record, trusts(scenario), strict=True)
        return tuple((id, i.same_decision, held.odds) for id, i, held in rows if id in self.known)


def _pairs(
    base: _Base, now: dict[str, Said], then: dict[str, Said], fell: Fallen
) -> Iterator[RippleNumber]:
    gone = set(fell.unanswerable)
    for id, before in now.items():
        after = then.get(id) if id not in gone else None
        # What a comparison or value turns into when the record no longer settles it is no number
        # to subtract.
        alike = after is not None and after.unit == before.unit
        value = finite(before.pooled.value)
        other = finite(after.pooled.value) if after is not None else None
        yield RippleNumber(
            id=id,
            of=before.of,
            text=_text(base, id, before),
            unit=before.unit,
            before=_rounded(value, before),
            before_range90=_range(before),
            after=_rounded(other, after) if after is not None else None,
            after_range90=_range(after) if after is not None else None,
            difference=other - value if alike and other is not None and value is not None else None,
            settled_before=before.settled,
            settled_after=after is not None and after.settled,
        )


def _rounded(value: float | None, said: Said) -> float | None:
    inside = value is not None and said.unit in ("probability", "share")
    return min(max(value, 0.0), 1.0) if inside and value is not None else value


def _range(said: Said) -> tuple[float, float] | None:
    if said.settled or said.unit == "share":
        return None
    of = unit_range if said.unit == "probability" else finite_range
    return of(said.pooled.range90)


def _size(number: RippleNumber) -> float:
    """How far a number moves: in probability or stakes, of a ratio in its logarithm."""
    if number.difference is None:
        return 0.0
    if number.unit == "ratio" and number.before and number.after:
        both = number.before > 0 and number.after > 0
        return abs(log(number.after / number.before)) if both else abs(number.difference)
    return abs(number.difference)


def _text(base: _Base, id: str, said: Said) -> str:
    """Words for a number; of a distribution with the label behind them."""
    own, _, label = id.partition(": ")
    if said.of == "belief":
        actor, _, kind = id.partition(".")
        return f"{base.texts.get(actor) or actor}: {base.texts.get(id) or kind}"
    found = next((j.text for j in base.scenario.judgements if j.id == own), "")
    if not found or said.of == "question":
        found = next((q.text or q.ask for q in base.scenario.questions if q.id == own), found)
    words = " ".join(found.split()) or own
    return f"{words}: {base.texts.get(label) or label}" if label else words


def _options(names: Names, now: dict[str, Options], then: dict[str, Options]) -> list[RippleOption]:
    found = []
    for actor, before in now.items():
        after = then.get(actor)
        if after is not None and after.turn != before.turn:  # options of another choice
            after = None
        best = before.options[0].act
        other = after.options[0].act if after is not None else ""
        found.append(
            RippleOption(
                actor=actor,
                turn=before.turn,
                before=best,
                before_label=label_of(names, best),
                after=other,
                after_label=label_of(names, other) if other else "",
                margin_before=_margin(before),
                margin_after=_margin(after) if after is not None else None,
            )
        )
    return found


def _margin(options: Options) -> float | None:
    """By how much the best option leads the second."""
    values = [o.value.value for o in options.options]
    return finite(values[0] - values[1]) if len(values) > 1 else None


def _lost(base: _Base, targets: Sequence[str], fell: Fallen) -> list[LostSupport]:
    names = (*fell.dropped, *fell.sources)
    found = []
    for target in targets:
        held = [s for s in base.every if s.owner == target and s.counts]
        left = sum(not any(covers(n, s.passage) for n in names) for s in held)
        found.append(
            LostSupport(path=target, kind=_kind(target), text=_words(base, target), left=left)
        )
    return sorted(found, key=lambda one: one.kind != "judgement")


def _kind(target: str) -> str:
    parts = target.split(".")
    if parts[0] == "judgements" and parts[2:3] == ["resolved"]:
        return "resolution"
    if parts[0] == "actors" and len(parts) > 2:
        return {"prior": "prior", "types": "type"}.get(parts[2], "other")
    return _KINDS.get(parts[0], "other")


def _words(base: _Base, target: str) -> str:
    """What a part of the scenario is called in words: its text, label or name."""
    model = named(base.scenario, target)
    for key in ("text", "label", "name", "title"):
        words = getattr(model, key, "")
        if words:
            return " ".join(str(words).split())
    head, _, _ = target.rpartition(".")
    return _words(base, head) if head.count(".") > 0 else target


def _unanswerable(fell: Fallen, now: dict[str, Said], then: dict[str, Said]) -> list[str]:
    lost = [id.partition(": ")[0] for id in now if id not in then and now[id].of != "belief"]
    return list(dict.fromkeys([*fell.unanswerable, *lost]))


def _item_text(item: object) -> str:
    words = getattr(item, "text", "") or getattr(item, "report", "") or ""
    moves = ", ".join(getattr(item, "move", None) or ())
    return " ".join(str(words or moves or getattr(item, "absence", "") or "").split())


def _as_of(ready: Chain) -> str:
    return ready.as_of.isoformat() if ready.as_of else ""


def _part(ready: Chain, progress: Progress | None = None) -> RipplePart:
    """One row a document that the scenario cites, the largest movement first."""
    base = _Base(ready)
    documents = list(dict.fromkeys(document_of(s.passage) for s in base.every))
    if progress is not None:
        progress.say("dropping each document in turn")
    known: dict[Read, tuple[dict[str, Said], list[RippleOption]]] = {base.read: (base.numbers, [])}
    rows = []
    for place, document in enumerate(documents):
        check(progress)
        left, fell = without_sources(base.scenario, [document])
        key = base.reading(left)
        if key not in known:
            after = _after(ready, left)
            then = numbers(after) if after is not None else {}
            changed = choices(after) if after is not None else {}
            moved = _options(base.names, base.choices, changed)
            known[key] = then, [o for o in moved if o.after != o.before]
            if after is not None:
                after.forget()
        then, best = known[key]
        rows.append(_row(base, document, fell, then, best))
        if progress is not None:
            progress.step(place + 1, len(documents))
    rows.sort(
        key=lambda r: (
            -len(r.unanswerable), -_moved(r), -len(r.forgotten), -len(r.unsupported), -r.cited,
        )
    )  # fmt: skip
    solution = ready.batch.solution
    return RipplePart(
        scenario=base.scenario.id,
        title=base.scenario.title,
        as_of=_as_of(ready),
        documents=rows,
        count=len(rows),
        variants=len(solution.status),
        failed=int((~solution.solved).sum()),
        seed=ready.batch.draws.seed,
    )


def _moved(row: RippleRow) -> float:
    return _size(row.moved) if row.moved is not None else 0.0


def _row(
    base: _Base, document: str, fell: Fallen, then: dict[str, Said], best: list[RippleOption]
) -> RippleRow:
    pairs = [
        n for n in _pairs(base, base.numbers, then, fell)
        if n.unit == "probability" and n.difference is not None and abs(n.difference) > SAME
    ]  # fmt: skip
    source = base.scenario.sources.get(document.partition("#")[0])
    mine = [s for s in base.every if covers(document, s.passage)]
    items = [s.owner.removeprefix("record.") for s in mine if s.owner.startswith("record.")]
    return RippleRow(
        document=document,
        title=source.title if source is not None else "",
        cited=len(mine),
        items=list(dict.fromkeys(items)),
        forgotten=[name for name in fell.forgotten if name in base.known],
        unsupported=list(fell.unsupported),
        unanswerable=_unanswerable(fell, base.numbers, then),
        moved=max(pairs, key=_size, default=None),
        best=best,
    )
