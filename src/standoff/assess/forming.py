"""Form checks and dissents: the headline answers when the model is written a little differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from standoff.assess.answering import finite, unit
from standoff.assess.chain import Chain
from standoff.assess.headlines import headline, headlines
from standoff.assess.models import DissentPart, FormCheck
from standoff.errors import Cancelled, StandoffError
from standoff.infer.pooling import pool_values
from standoff.progress import Progress, check
from standoff.variants.columns import Columns
from standoff.variants.form import Change, changes, reason, small, switched, tried, views
from standoff.words import standard as standard_of

if TYPE_CHECKING:
    from standoff.variants.store import Store

WITH_WORDS = 0.005
"""A word that changes while the answer moves less than this changes only at a band's edge."""
AT_ONCE = 2
"""Changes that are worked out at the same time: while one is solved another is compiled."""


Numbers = Callable[[Chain], dict[str, float]]
"""Further numbers of a solved crisis, by id."""


@dataclass(frozen=True)
class Form:
    """What the form checks found."""

    checks: list[FormCheck]
    dissents: list[DissentPart]
    numbers: dict[str, float] = field(default_factory=dict)
    """Other numbers that were asked for, by id, without any change."""
    changed_numbers: dict[str, dict[str, float]] = field(default_factory=dict)
    """Id of a check -> the same numbers under the change."""

    def changed(self, answer: str) -> bool | None:
        """Whether some check changed the word of an answer; None where none could be made."""
        seen = [c for c in self.checks if answer in c.answers]
        return any(answer in c.changed for c in seen) if seen else None


@dataclass(frozen=True)
class _Found:
    """The answers under one change."""

    answers: dict[str, float]
    variants: int
    note: str
    numbers: dict[str, float] = field(default_factory=dict)


def form(
    chain: Chain,
    split: Iterable[str],
    *,
    standard: str,
    numbers: Numbers | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Form:
    """Run every form check and every view on a subsample of the variants; `numbers` asks for more
    than the headline answers.

    A `store` keeps the answers under each change as the table ``form/ID``; what is there is not
    worked out again.
    """
    batch = small(chain.batch)
    less = Chain(batch, chain.as_of)
    base = headline(less)
    ways = [*changes(batch, list(split), base, chain.as_of), *switched(batch)]
    seen = list(views(batch))
    found = _all(chain, [*ways, *seen], numbers, store, progress)
    checks = [
        _check(way, one, base, standard)
        for way, one in zip(ways, found, strict=False)
        if one.answers or not way.optional
    ]
    told = {way.id: one.numbers for way, one in zip(ways, found, strict=False)}
    dissents = []
    for way, one in zip(seen, found[len(ways) :], strict=True):
        dissents.append(_dissent(chain, way, one, base))
        checks.append(_as_check(dissents[-1], one, base, standard))
        told[checks[-1].id] = one.numbers
    return Form(checks, dissents, {} if numbers is None else numbers(less), told)


# --- the answers under each change


def _all(
    chain: Chain,
    ways: Sequence[Change],
    numbers: Numbers | None,
    store: Store | None,
    progress: Progress | None,
) -> list[_Found]:
    """The answers under every change, in order."""
    # With further numbers it is another table: one without them would do for neither.
    more = "" if numbers is None else "+numbers"
    names = [table_name(way) + more for way in ways]
    if store is not None:
        store.expect(names)
    kept = [None if store is None else store.get(name) for name in names]
    missing = [i for i, columns in enumerate(kept) if columns is None]
    if missing and progress is not None:
        progress.say("form: the crisis written otherwise")
    for done, (i, columns) in enumerate(_worked(chain, ways, missing, numbers, progress)):
        kept[i] = columns
        if store is not None:
            store.put(names[i], columns)
        if progress is not None:
            progress.step(done + 1, len(missing))
    return [_read(columns or {}) for columns in kept]


def table_name(change: Change) -> str:
    """Name of the table that keeps the answers under a change."""
    return "form/" + "".join(c if c.isalnum() or c in "._+=-" else "=" for c in change.id)


def _worked(
    chain: Chain,
    ways: Sequence[Change],
    which: Sequence[int],
    numbers: Numbers | None,
    progress: Progress | None,
) -> Iterator[tuple[int, Columns]]:
    """The columns of each change with its place, as they are done. What is asked of `progress` by
    the workers is only whether to stop; it is told by whoever reads.
    """
    if not which:
        return
    asked = _Stop(progress)
    pool = ThreadPoolExecutor(min(AT_ONCE, len(which)), thread_name_prefix="standoff-form")
    todo = {pool.submit(_columns, chain, ways[i], numbers, asked): i for i in which}
    pending: set[Future[Columns]] = set(todo)
    try:
        while pending:
            done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda f: todo[f]):
                yield todo[future], future.result()
            check(progress)
    except BaseException:
        asked.stopped = True
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


class _Stop:
    """A `Progress` for work in another thread: nothing is told, only whether to stop."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self.stopped = False

    def say(self, what: str) -> None:
        """Nothing."""

    def step(self, done: int, total: int) -> None:
        """Nothing."""

    @property
    def cancelled(self) -> bool:
        """Whether the user, or whoever waits for this work, wants it stopped."""
        return self.stopped or (self._progress is not None and self._progress.cancelled)


def _columns(
    chain: Chain, change: Change, numbers: Numbers | None, progress: Progress | None
) -> Columns:
    """What is kept of a change: by variant whether it was solved, and each answer with its weight;
    each number, the same for all variants; or why there is none.
    """
    batch, why = tried(change, progress)
    if batch is None:
        return {"why": np.array([why])}
    try:
        changed = Chain(batch, chain.as_of)
        found = headlines(changed)
        more = {} if numbers is None else numbers(changed)
    except Cancelled:
        raise
    except StandoffError as error:
        return {"why": np.array([reason(error)])}
    columns: Columns = {"solved": np.array(batch.solution.solved)}
    for id, pooled in found.items():
        columns[f"answer/{id}"] = np.asarray(pooled.per_variant)
        columns[f"weight/{id}"] = np.asarray(pooled.weight)
    for id, value in more.items():
        columns[f"number/{id}"] = np.full(len(columns["solved"]), value)
    return columns


def _read(columns: Columns) -> _Found:
    if "solved" not in columns:
        why = columns.get("why")
        return _Found({}, 0, str(why[0]) if why is not None and len(why) else "")
    answers, numbers = {}, {}
    for name, values in columns.items():
        kind, _, id = name.partition("/")
        if kind == "number" and len(values):
            numbers[id] = float(values[0])
        elif kind == "answer":
            pooled = finite(pool_values(values, columns[f"weight/{id}"]).value)
            if pooled is not None:
                answers[id] = unit(pooled)
    solved = columns["solved"]
    failed = int((~solved).sum())
    lost = f"{failed} of {len(solved)} variants failed the solver check" if failed else ""
    return _Found(answers, len(solved), lost, numbers)


# --- beside those without it


def _check(change: Change, found: _Found, base: Mapping[str, float], standard: str) -> FormCheck:
    both = _both(found.answers, base, change.means)
    return FormCheck(
        id=change.id,
        what=change.what,
        variants=found.variants,
        answers={id: found.answers[id] for id in both},
        base=both,
        changed=reworded(both, found.answers, standard),
        note=found.note,
    )


def _both(
    answers: Mapping[str, float],
    base: Mapping[str, float],
    means: Mapping[str, tuple[str, ...]],
) -> dict[str, float]:
    """What the answers that there are under the change are without it."""
    found = {}
    for id in answers:
        same = means.get(id, (id,))
        if all(one in base for one in same):
            found[id] = unit(sum(base[one] for one in same)) if len(same) > 1 else base[id]
    return found


def _dissent(chain: Chain, change: Change, found: _Found, base: Mapping[str, float]) -> DissentPart:
    view = chain.scenario.views[change.id]
    both = _both(found.answers, base, {})
    return DissentPart(
        view=change.id,
        author=view.author,
        because=view.because or ("" if found.answers else found.note),
        settings=dict(view.set),
        answers={id: found.answers[id] for id in both},
        base=both,
        source=list(view.source),
    )


def _as_check(
    dissent: DissentPart, found: _Found, base: Mapping[str, float], standard: str
) -> FormCheck:
    who = dissent.author or dissent.view
    return FormCheck(
        id=f"view:{dissent.view}",
        what=f"the view of {who} is taken",
        variants=found.variants,
        answers=dissent.answers,
        base=dissent.base,
        changed=reworded(dissent.base, dissent.answers, standard),
        note=found.note,
    )


def reworded(base: Mapping[str, float], answers: Mapping[str, float], standard: str) -> list[str]:
    """Ids of the answers whose word is another one."""
    scale = standard_of(standard)
    return [
        id
        for id, before in base.items()
        if scale.word(before) != scale.word(answers[id]) and abs(before - answers[id]) > WITH_WORDS
    ]
