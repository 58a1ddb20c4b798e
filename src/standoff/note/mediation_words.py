"""Sentences on what a mediator could bring about."""

from __future__ import annotations

from collections.abc import Callable

from standoff.assess.mediation_models import MediationPart, Weighed
from standoff.assess.part import Range
from standoff.words.numbers import compact_span, percent, plain
from standoff.words.sentences import quoted

WHEN = {
    "efce": "on hearing any recommendation",
    "efcce": "before hearing any recommendation",
    "nfcce": "once, before anything is recommended",
}
NOTHING = 5e-4
"""Less than this is no improvement."""

WORTH = 5e-3
"""Stakes; less is not told as a loss."""

Number = Callable[[str, float, Range | None], str]
"""A probability with its range, as a standard wants it: what it is of, value, range."""


def plainly(what: str, probability: float, range90: Range | None) -> str:
    """With the range in brackets."""
    return odds(probability, range90)


def odds(value: float, spread: Range | None = None) -> str:
    """`5 in 100 (4 to 6)`."""
    if spread is None or spread[1] - spread[0] < 0.005:
        return percent(value)
    return f"{percent(value)} ({compact_span(*spread)})"


def stakes(x: Weighed) -> str:
    """`0.25 (0.20 to 0.31)`."""
    if x.range[1] - x.range[0] < 0.005:
        return plain(x.value)
    return f"{plain(x.value)} ({plain(x.range[0])} to {plain(x.range[1])})"


def headline(part: MediationPart, number: Number) -> str:
    """How much the mediator could change."""

    def said(x: Weighed, what: str) -> str:
        return number(what, x.value, x.range) if part.unit == "odds" else f"{stakes(x)} stakes"

    since = "from the start of play" if part.start else "from now on"
    aim = f"A mediator who wanted the {part.wanted.removeprefix('the ')}"
    solved = said(part.solved, f"{part.wanted}, as solved")
    if part.mediated is None:
        bound = said(part.bound, f"{part.wanted}, at best")
        return (
            f"{aim} could not, {since}, have done better than {bound} "
            f"(as solved: {solved}). No device that reaches it was made: {status(part)}"
        )
    reached = said(part.mediated, f"{part.wanted}, mediated")
    sign = 1.0 if part.unit == "odds" else -1.0
    if sign * (part.mediated.value - part.solved.value) > -NOTHING:
        text = (
            f"{aim} could not, {since}, have improved on what is played as solved ({solved}): the "
            f"best proposal that both sides would have obeyed has {reached}"
        )
        if part.mediated.value != part.solved.value:
            text += ". Play as solved makes mistakes, which may serve; obedience makes none"
        return f"{text}."
    text = f"{aim} could {since} have brought it from {solved} to {reached} with proposals that "
    text += "both sides would have obeyed"
    none = "no mediator"
    if part.turns < part.turns_ahead:
        none += " who speaks no later"
    if part.exact:
        text += f"; {none} could have done better."
    elif part.unit == "odds" and percent(part.mediated.value) == percent(part.bound.value):
        text += f"; {none} could have done noticeably better."
    else:
        bound = said(part.bound, f"{part.wanted}, at best")
        text += f". {none.capitalize()} could have done better than {bound}: what the best one "
        text += "reaches lies between."
    return " ".join(filter(None, [text, _losers(part)]))


def _losers(part: MediationPart) -> str:
    """Who would be worse off than as solved: to obey is best for it once the mediator is there."""
    lost = [side for side in part.sides if side.gain.value < -WORTH]
    if not lost:
        return ""
    named = []
    for side in lost:
        actor = part.labels.get(side.actor, side.actor)
        whose = f"{actor}, {quoted(side.label)}," if side.type else actor
        named.append(f"{whose} by {plain(-side.gain.value)} of its stake")
    listed = " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
    return f"It would leave worse off than as solved: {listed}."


def status(part: MediationPart) -> str:
    """The solver's words, as the end of a sentence."""
    text = part.status.strip().rstrip(".")
    return f"{text[:1].lower()}{text[1:]}."


def worth(part: MediationPart, number: Number) -> str:
    """Beside equilibria without a mediator, and with everything read out."""
    if part.equilibrium is None:
        return (
            "Equilibria without a mediator were not looked for: the game ahead is too large for "
            "that."
        )
    value = f"{plain(part.equilibrium)} stakes"
    if part.unit == "odds":
        value = number(f"{part.wanted}, in an equilibrium", part.equilibrium, None)
        if part.mediated and percent(part.equilibrium) == percent(part.mediated.value):
            value += " too"
    found = (
        "the one equilibrium without a mediator that was found"
        if part.equilibria == 1
        else f"the best of {part.equilibria} equilibria without a mediator that were found"
    )
    text = f"In {found}, where nobody makes mistakes, it is {value}: so much a lottery that "
    text += "everybody watches could reach too"
    if part.mediated is not None and part.public == part.mediated.value:
        return f"{text}, and so is what the mediator proposes, since nothing of it need be secret."
    return f"{text}; what is better than that takes private advice."


def promises(part: MediationPart, number: Number) -> str:
    """What promising more would allow; nothing where that would be no better."""
    words = {"efcce": "before hearing each recommendation", "nfcce": "before anything is told"}
    said = []
    for one in part.promised:
        if abs(one.bound - part.bound.value) <= NOTHING:
            continue
        value = f"{plain(one.bound)} stakes"
        if part.unit == "odds":
            value = number(f"{part.wanted}, had more been promised", one.bound, None)
        said.append(f"{value} had both to promise obedience {words[one.concept]}")
    if not said:
        return ""
    return f"At best it would be {', and '.join(said)}."


def how(part: MediationPart) -> str:
    """Where it was solved, and up to which turn."""
    where = "Solved with every uncertain number at its median"
    if not part.medians:
        where = "Solved in one drawn variant (at the medians the record can't have come about)"
    if part.variants > 1:
        where += f" and in {part.variants - 1} drawn variants, which give the ranges"
    gap = "nothing" if part.gap <= 0 else f"{part.gap:.1g} stakes"
    text = f"{where}; by separate code a side gains {gap} by disobeying."
    if not part.told:
        text = f"{where}."
    if part.until:
        text += (
            f" The mediator speaks at the next {part.turns} of the {part.turns_ahead} turns at "
            f"which somebody chooses, up to: {part.until}; past that all play as solved "
            f"(standoff mediate --pairs takes in more)."
        )
    return text


def obeys(part: MediationPart) -> str:
    """What disobedience gains."""
    gains = ", ".join(
        f"{name_of(part, d.actor)} {plain(d.gain, 6) if d.gain else 'nothing'}"
        for d in part.disobedience
    )
    return (
        f"A side may stop obeying {WHEN[part.concept]}, and is told nothing after that. What each "
        f"would gain by it at most, in stakes, checked by code that shares nothing with the "
        f"solver: {gains}."
    )


def threats(part: MediationPart) -> str:
    """Whether obedience is held up by what nobody would do once it came to it."""
    afraid = [d for d in part.disobedience if d.unthreatened > 0.005]
    if not afraid:
        return (
            "Obedience needs no threats: it would hold if the other side met disobedience by what "
            "it plays as solved."
        )
    who = " and ".join(
        f"{name_of(part, d.actor)} would gain {plain(d.unthreatened)} of a stake" for d in afraid
    )
    return (
        f"Obedience rests on threats: were disobedience met by what is played as solved, {who} by "
        "disobeying. Whether a mediator could make such threats believed is not in the model."
    )


def secrets(part: MediationPart) -> str:
    """Whether it works only in secret, and where that matters most."""
    if part.concept != "efce":
        return "What would have to stay secret is worked out for efce only."
    telling = [s for s in part.secrets if s.gain > 1e-6]
    if all(s.hidden_bits < 0.005 for s in part.secrets):
        return (
            "Nothing need be kept secret but the envelopes not yet opened: what a side has been "
            "told shows as soon as it obeys."
        )
    if not telling:
        return (
            "Nothing need be kept secret: every recommendation could be read out to both sides as "
            "it is made."
        )
    most = max(telling, key=lambda s: s.gain)
    return (
        f"It works only in secret: at {quoted(most.turn_label)} (round {most.round}) "
        f"{name_of(part, most.actor)} must not learn what {name_of(part, most.of)} has been told; "
        f"had it overheard, it would gain {plain(most.gain)} stakes by disobeying."
    )


def limits(part: MediationPart) -> str:
    """What is taken for granted."""
    words = (
        "The record is taken as known to both sides. Worth is in stakes of each type: the "
        "difference that it would call the issue itself. A mediator who could bind both sides "
        "would do better; one whose word is doubted, worse."
    )
    if part.chosen and part.least:
        words = f"The mediator's aim was chosen so: {part.chosen}. {words}"
    return words


def name_of(part: MediationPart, actor: str) -> str:
    """An actor's name."""
    return part.labels.get(actor, actor)
