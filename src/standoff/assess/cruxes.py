"""Where two views of a crisis part, what that hangs on, and what would settle it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from standoff.assess.answering import finite_range, unit
from standoff.assess.chain import Chain, Crisis, chain, opened
from standoff.assess.crux_answers import in_both, named, widest
from standoff.assess.crux_events import settling
from standoff.assess.crux_models import (
    CruxAnswer,
    CruxGap,
    CruxPair,
    CruxPart,
    CruxShare,
    CruxView,
)
from standoff.assess.crux_shares import Held, divided, read
from standoff.assess.crux_values import Values, groups
from standoff.assess.headlines import headlines
from standoff.assess.labels import answer_text, labels
from standoff.assess.turned import Target
from standoff.errors import Cancelled, Problem, ScenarioError, StandoffError, nearest
from standoff.infer.pooling import pool
from standoff.progress import Progress, check
from standoff.scenario.models import Scenario
from standoff.variants.form import reason
from standoff.variants.mixing import Mixing, of_files, of_views, renumbered
from standoff.variants.points import Method

StandardName = Literal["icd203", "phia"]
WRITTEN = "written"
AS_WRITTEN = ("-", WRITTEN)
"""Names of the scenario as written."""
ANSWERS = 3
"""Answers that are explained where none is named: those on which the views part most."""
BUDGET = 720
"""Variants of mixtures that are solved for all pairs of views together, about."""
OF_NOTE = 480
"""The same for a note."""


def crux(
    source: Crisis,
    what: str | None = None,
    *,
    other: Crisis | None = None,
    views: tuple[str, str] | None = None,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    standard: StandardName = "icd203",
    settings: Mapping[str, str] | None = None,
    budget: int = BUDGET,
    progress: Progress | None = None,
) -> CruxPart:
    """Where two views of a crisis part: which assumption makes how much of the gap between their
    answers, and what could be seen that would settle it.

    `views` names two views of the scenario (`written` or `-` is the scenario as written), every
    view against the scenario as written where left out; `other` is a second scenario of the same
    crisis instead. `what` names one answer; the three on which they part most otherwise. About
    `budget` mixtures by variants are solved, for all pairs together. Raises `ScenarioError`
    for names that are none, and where the two are not the same crisis.
    """
    scenario = opened(source, settings)
    pairs = _named(scenario, views)
    if other is not None and views is not None:
        raise ScenarioError(
            Problem("two-pairs", "two scenarios or two views are compared, not both",
                    found=" and ".join(views))
        )  # fmt: skip
    if other is None and not pairs:
        raise ScenarioError(
            Problem("no-views", f"{scenario.id} has no views to compare", path="views",
                    expected="`views:` in the scenario, or a second scenario")
        )  # fmt: skip
    second = None if other is None else opened(other, settings)
    made = chain(
        scenario, as_of=as_of, variants=variants, seed=seed, method=method, progress=progress
    )
    wanted = None if what is None else named(made, what)
    if second is not None:
        mixing = of_files(made.batch, second, progress)
        apart = scenario.id != second.id
        names = _file(scenario, "first", apart), _file(second, "second", apart)
        found = [_pair(made, mixing, names, wanted, budget, progress)]
    else:
        found = _pairs(made, pairs, wanted, budget, progress, strict=views is not None)
    return _part(made, found, standard)


def crux_of(
    chain: Chain, *, standard: StandardName = "icd203", progress: Progress | None = None
) -> CruxPart | None:
    """Every view of a solved crisis against the crisis as written; None where there is none."""
    pairs = _named(chain.scenario, None)
    if not pairs:
        return None
    return _part(chain, _pairs(chain, pairs, None, OF_NOTE, progress), standard)


def crux_numbers(chain: Chain) -> dict[str, float]:
    """Of each view: the widest gap to the scenario as written (`crux.VIEW.gap`), and the share of
    it that the best event closes in expectation (`crux.VIEW.closed`). Mixtures are not solved.
    Empty where the numbers of the tree were changed after it was made (a move split in place).
    """
    if renumbered(chain.batch):
        return {}
    numbers = {}
    known = labels(chain.scenario, chain.batch.compiled.names)
    for first, second in _named(chain.scenario, None):
        mixing = _mixing(chain, first, second, None)
        if not mixing.items:
            continue
        other = Chain(mixing.solved(mixing.whole), chain.as_of)
        first_of = widest(chain, in_both(chain, other), 1)
        if not first_of:
            continue
        here, there = headlines(chain), headlines(other)
        id = first_of[0].id
        numbers[f"crux.{second}.gap"] = abs(there[id].value - here[id].value)
        (told,) = settling(chain, other, first_of, known)
        numbers[f"crux.{second}.closed"] = 0.0 if told.settles is None else told.settles.closed
    return numbers


# --- which views


def _named(scenario: Scenario, views: tuple[str, str] | None) -> list[tuple[str, str]]:
    """Pairs of views by name, the scenario as written being `written`."""
    if views is None:
        return [(WRITTEN, name) for name in scenario.views]
    for name in views:
        if name not in scenario.views and name not in AS_WRITTEN:
            raise ScenarioError(
                Problem("unknown-view", "there is no such view", found=name, path="views",
                        expected="one of " + ", ".join([*scenario.views, WRITTEN]),
                        nearest=nearest(name, [*scenario.views, WRITTEN]))
            )  # fmt: skip
    first, second = (WRITTEN if name in AS_WRITTEN else name for name in views)
    return [(first, second)]


def _mixing(chain: Chain, first: str, second: str, progress: Progress | None) -> Mixing:
    views = chain.scenario.views
    one, other = ({} if name == WRITTEN else dict(views[name].set) for name in (first, second))
    return of_views(chain.batch, one, other, progress)


def _view(scenario: Scenario, name: str) -> CruxView:
    if name == WRITTEN:
        return CruxView(id=WRITTEN, name="the scenario as written")
    held = scenario.views[name]
    return CruxView(
        id=name, name=held.author or f"the view “{name}”", because=" ".join(held.because.split())
    )


def _file(scenario: Scenario, which: str, named: bool) -> CruxView:
    name = f"the {which} scenario"
    return CruxView(id=scenario.id, name=f"{name} ({scenario.id})" if named else name)


def _pairs(
    chain: Chain,
    pairs: Sequence[tuple[str, str]],
    wanted: Target | None,
    budget: int,
    progress: Progress | None,
    *,
    strict: bool = False,
) -> list[CruxPair]:
    """Every pair; of one that can't be solved why, unless `strict`."""
    found = []
    for first, second in pairs:
        check(progress)
        names = (_view(chain.scenario, first), _view(chain.scenario, second))
        try:
            mixing = _mixing(chain, first, second, progress)
            found.append(_pair(chain, mixing, names, wanted, budget // len(pairs), progress))
        except Cancelled:
            raise
        except StandoffError as error:
            if strict:
                raise
            found.append(_nothing(names, reason(error)))
    return found


def _nothing(names: tuple[CruxView, CruxView], why: str) -> CruxPair:
    return CruxPair(
        first=names[0], second=names[1], assumptions=0, every_order=True, orders=0, mixtures=0,
        variants_between=0, failed=0, answers=[], gaps=[], note=why,
    )  # fmt: skip


# --- one pair


def _pair(
    made: Chain,
    mixing: Mixing,
    names: tuple[CruxView, CruxView],
    wanted: Target | None,
    budget: int,
    progress: Progress | None,
) -> CruxPair:
    scenario = made.scenario
    if progress is not None:
        progress.say(f"solving {names[1].name}")
    as_is = mixing.one is scenario
    one = made if as_is else Chain(mixing.solved(0, progress), made.as_of)
    other = Chain(mixing.solved(mixing.whole, progress), made.as_of) if mixing.items else one
    both = in_both(one, other)
    known = labels(scenario, made.batch.compiled.names)
    gaps = [
        CruxGap(id=id, text=answer_text(scenario, known, id), first=unit(a.value),
                second=unit(b.value))
        for id, (a, b) in both.items()
    ]  # fmt: skip
    gaps.sort(key=lambda g: (-round(abs(g.second - g.first), 9), g.id))
    empty = _nothing(names, "" if mixing.items else "the two differ in nothing").model_copy(
        update={"assumptions": len(mixing.items), "failed": _failed(other), "gaps": gaps}
    )
    if not mixing.items:
        return empty
    targets = widest(one, both, ANSWERS) if wanted is None else [wanted]
    targets = [each.settled(one.inference) for each in targets]
    ends, held = [], []
    for each in targets:
        edges = tuple(read(c.inference, c.anchor, each) for c in (one, other))
        first, second = edges
        if first is not None and second is not None and _known(first, second):
            ends.append((first, second))
            held.append(each)
    if not held:
        why = "the record has settled this" if wanted is not None else "no answer differs"
        return empty.model_copy(update={"note": why})
    seed = made.batch.draws.seed
    work = divided(mixing, one, other, held, ends, budget=budget, seed=seed, progress=progress)
    if work is None:
        # Between the views there are no answers: what differs only goes together.
        mixing = mixing.together()
        work = divided(mixing, one, other, held, ends, budget=budget, seed=seed, progress=progress)
        assert work is not None
    if progress is not None:
        progress.say("looking for what would settle it")
    told = settling(one, other, held, known)
    values = Values(scenario, known, one.batch.draws, other.batch.draws)
    answers = []
    for each, edge, shared, settled in zip(held, ends, work.shares, told, strict=True):
        shares = [
            CruxShare(
                id=item.id, label=values.label(item), first=values.text(item, 0),
                second=values.text(item, 1), share=float(s), error=float(e),
            )
            for item, s, e in zip(mixing.items, shared.share, shared.error, strict=True)
        ]  # fmt: skip
        a, b = edge
        answers.append(
            CruxAnswer(
                id=each.id,
                text=answer_text(scenario, known, each.id) if each.id in both else each.text,
                first=a.value,
                first_range90=_range(a),
                second=b.value,
                second_range90=_range(b),
                gap=b.value - a.value,
                groups=groups(scenario, known, shares),
                shares=sorted(shares, key=lambda s: (-round(abs(s.share), 12), s.id)),
                settles=settled.settles,
                halves=settled.halves,
                tells=settled.tells,
                by_day=list(settled.by_day),
                unseen=settled.unseen,
            )
        )
    return empty.model_copy(
        update={
            "assumptions": len(mixing.items),
            "every_order": work.plan.orders is None,
            "orders": 0 if work.plan.orders is None else len(work.plan.orders),
            "mixtures": len(work.plan.sets),
            "variants_between": work.variants,
            "answers": answers,
        }
    )


def _known(first: Held, second: Held) -> bool:
    return bool(np.isfinite(first.value) and np.isfinite(second.value))


def _range(held: Held) -> tuple[float, float]:
    low, high = finite_range(pool(held.joint, held.base).range90) or (0.0, 1.0)
    return unit(low), unit(high)


def _failed(chain: Chain) -> int:
    return int((~chain.batch.solution.solved).sum())


def _part(made: Chain, pairs: list[CruxPair], standard: StandardName) -> CruxPart:
    return CruxPart(
        scenario=made.scenario.id,
        title=made.scenario.title,
        as_of=made.as_of.isoformat() if made.as_of else "",
        standard=standard,
        variants=made.batch.draws.n_variants,
        failed=_failed(made),
        seed=made.batch.draws.seed,
        pairs=pairs,
    )
