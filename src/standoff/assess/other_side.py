"""The other side of the table: what a note holds of disguises, prices, waiting, the views' parting,
a mediator and commitments, and the numbers of them that are compared when the model is written
otherwise.

Each part is worked out on the first chunk of variants, by the function that its own command calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from standoff.assess.answering import finite
from standoff.assess.chain import Chain
from standoff.assess.commitment_models import CommitmentPart
from standoff.assess.commitments import commitment_numbers, commitment_of
from standoff.assess.crux_models import CruxPart
from standoff.assess.cruxes import crux_of
from standoff.assess.deception import deception_numbers, deception_of
from standoff.assess.deception_models import DeceptionPart
from standoff.assess.desk import StandardName
from standoff.assess.forming import Form
from standoff.assess.mediation import mediation_numbers, mediation_of
from standoff.assess.mediation_models import MediationPart
from standoff.assess.models import DissentPart, FormNumber
from standoff.assess.prices import prices_numbers, prices_of
from standoff.assess.prices_models import PricesPart
from standoff.assess.waiting_models import WaitingWorth
from standoff.assess.waiting_worth import waiting_numbers, waiting_of
from standoff.errors import Cancelled, StandoffError
from standoff.progress import Progress, check

NUMBERS: tuple[Callable[[Chain], dict[str, float]], ...] = (
    deception_numbers,
    prices_numbers,
    waiting_numbers,
    mediation_numbers,
    commitment_numbers,
)
"""What is worked out again for each change of form. Views are changes of form themselves, and
where they part is left out."""


@dataclass(frozen=True)
class OtherSide:
    """The parts; None where a scenario gives nothing to say."""

    deception: DeceptionPart | None = None
    prices: PricesPart | None = None
    waiting: WaitingWorth | None = None
    crux: CruxPart | None = None
    mediation: MediationPart | None = None
    commitment: CommitmentPart | None = None


def other_side(
    chain: Chain, *, standard: StandardName = "icd203", progress: Progress | None = None
) -> OtherSide:
    """Work all parts out on a solved chunk in whose variants the record has weight."""

    def say(what: str) -> None:
        check(progress)
        if progress is not None:
            progress.say(what)

    say("asking how they would fool us")
    deception = deception_of(chain, standard=standard, progress=progress)
    say("pricing what could be given")
    prices = prices_of(chain, standard=standard, progress=progress)
    say("weighing what waiting is worth")
    waiting = waiting_of(chain, standard=standard, progress=progress)
    say("looking for where the views part")
    crux = crux_of(chain, standard=standard, progress=progress)
    say("asking what a mediator could do")
    mediation = mediation_of(chain, standard=standard, progress=progress)
    say("asking whose hands could be tied")
    commitment = commitment_of(chain, standard=standard, progress=progress)
    return OtherSide(deception, prices, waiting, crux, mediation, commitment)


def numbers(chain: Chain) -> dict[str, float]:
    """The headline numbers of all parts, by id; what a changed model can't answer is left out."""
    found: dict[str, float] = {}
    for ask in NUMBERS:
        try:
            found.update(ask(chain))
        except Cancelled:
            raise
        except StandoffError:
            continue
    return {id: value for id, value in found.items() if finite(value) is not None}


def form_numbers(form: Form) -> list[FormNumber]:
    """How far each number moves when the model is written otherwise."""
    checks = {check.id: check for check in form.checks}
    result = []
    for id, base in form.numbers.items():
        under = {
            c: told[id] for c, told in form.changed_numbers.items() if id in told and c in checks
        }
        if not under:
            continue
        low, high = min(under, key=under.__getitem__), max(under, key=under.__getitem__)
        result.append(
            FormNumber(
                id=id,
                base=base,
                low=under[low],
                low_under=checks[low].what,
                high=under[high],
                high_under=checks[high].what,
                changes=len(under),
                turned=[checks[c].what for c, v in under.items() if v * base < 0],
            )
        )
    return result


def from_crux(dissents: Sequence[DissentPart], crux: CruxPart | None) -> list[DissentPart]:
    """Dissents with the answers that the crux has from the first chunk of variants, in place of
    those from the fewer of the form checks.
    """
    from_written = [pair for pair in crux.pairs if pair.first.id == "written"] if crux else []
    pairs = {pair.second.id: pair for pair in from_written}
    result = []
    for dissent in dissents:
        pair = pairs.get(dissent.view)
        gaps = {} if pair is None else {gap.id: gap for gap in pair.gaps}
        known = [id for id in dissent.answers if id in gaps]
        base = dissent.base | {id: gaps[id].first for id in known}
        answers = dissent.answers | {id: gaps[id].second for id in known}
        result.append(dissent.model_copy(update={"base": base, "answers": answers}))
    return result
