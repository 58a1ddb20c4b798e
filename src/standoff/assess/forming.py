"""Form checks and dissents: the headline answers when the model is written a little differently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from standoff.assess.chain import Chain
from standoff.assess.headlines import headline
from standoff.assess.models import DissentPart, FormCheck
from standoff.errors import StandoffError
from standoff.progress import Progress, check
from standoff.variants.batch import Batch
from standoff.variants.form import Change, changes, small, tried, views
from standoff.words import standard as standard_of

WITH_WORDS = 0.005
"""A word that changes while the answer moves less than this changes only at a band's edge."""


@dataclass(frozen=True)
class Form:
    """What the form checks found."""

    checks: list[FormCheck]
    dissents: list[DissentPart]

    def changed(self, answer: str) -> bool | None:
        """Whether some check changed the word of an answer; None where none could be made."""
        seen = [c for c in self.checks if answer in c.answers]
        return any(answer in c.changed for c in seen) if seen else None


def form(
    chain: Chain,
    split: Iterable[str],
    *,
    standard: str,
    seed: int,
    progress: Progress | None = None,
) -> Form:
    """Run every form check and every view on a subsample of the variants."""
    batch = small(chain.batch)
    base = headline(Chain(batch, chain.as_of))
    checks = []
    for change in changes(batch, list(split)):
        _tell(progress, f"form: {change.what}")
        checks.append(_check(chain, change, base, standard))
    dissents = []
    for change in views(batch, chain.batch.draws.n_variants, seed):
        _tell(progress, f"view: {change.id}")
        dissents.append(_dissent(chain, change, base))
        checks.append(_as_check(chain, dissents[-1], base, standard, batch.draws.n_variants))
    return Form(checks, dissents)


def _tell(progress: Progress | None, what: str) -> None:
    check(progress)
    if progress is not None:
        progress.say(what)


def _check(chain: Chain, change: Change, base: Mapping[str, float], standard: str) -> FormCheck:
    batch, why = tried(change)
    answers, note = _answers(chain, batch, why)
    both = {id: base[id] for id in answers if id in base}
    return FormCheck(
        id=change.id,
        what=change.what,
        variants=batch.draws.n_variants if batch is not None else 0,
        answers={id: answers[id] for id in both},
        base=both,
        changed=reworded(both, answers, standard),
        note=note,
    )


def _answers(chain: Chain, batch: Batch | None, why: str) -> tuple[dict[str, float], str]:
    if batch is None:
        return {}, why
    try:
        found = headline(Chain(batch, chain.as_of))
    except StandoffError as error:
        return {}, str(error).splitlines()[0]
    failed = int((~batch.solution.solved).sum())
    lost = (
        f"{failed} of {batch.draws.n_variants} variants failed the solver check" if failed else ""
    )
    return found, lost


def _dissent(chain: Chain, change: Change, base: Mapping[str, float]) -> DissentPart:
    view = chain.scenario.views[change.id]
    batch, why = tried(change)
    answers, _ = _answers(chain, batch, why)
    both = {id: base[id] for id in answers if id in base}
    return DissentPart(
        view=change.id,
        author=view.author,
        because=view.because or why,
        settings=dict(view.set),
        answers={id: answers[id] for id in both},
        base=both,
        source=list(view.source),
    )


def _as_check(
    chain: Chain, dissent: DissentPart, base: Mapping[str, float], standard: str, n: int
) -> FormCheck:
    who = dissent.author or dissent.view
    return FormCheck(
        id=f"view:{dissent.view}",
        what=f"the view of {who} is taken",
        variants=n if dissent.answers else 0,
        answers=dissent.answers,
        base=dissent.base,
        changed=reworded(dissent.base, dissent.answers, standard),
        note="" if dissent.answers else dissent.because,
    )


def reworded(base: Mapping[str, float], answers: Mapping[str, float], standard: str) -> list[str]:
    """Ids of the answers whose word is another one."""
    scale = standard_of(standard)
    return [
        id
        for id, before in base.items()
        if scale.word(before) != scale.word(answers[id]) and abs(before - answers[id]) > WITH_WORDS
    ]
