"""Proposals weighed from both sides, and what a term of them is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from standoff.assess.chain import Chain
from standoff.assess.prices_models import AgreementZone, ProposalEffect, ProposalPart, TermWorth
from standoff.assess.prices_words import level_words
from standoff.infer.price_counters import Counter
from standoff.infer.price_deals import Move, moves_at_once
from standoff.infer.price_table import Contrast, Curve, TurnPrice
from standoff.scenario.expansion import proposal_state

if TYPE_CHECKING:
    from standoff.scenario.models import Proposal, Scenario
    from standoff.scenario.names import Names

ACCEPTED = "accepted"
REFUSED = 0.2
"""Odds of acceptance below which a type refuses."""
MOVED = 0.01
"""Effects below this share of a variable's range are left out."""


def proposals(
    chain: Chain, known: Mapping[str, str], deals: Sequence[Counter]
) -> list[ProposalPart]:
    """Every proposal that may still be accepted, once for each addressee."""
    scenario, names = chain.scenario, chain.batch.compiled.names
    players = chain.batch.compiled.game.players
    accepting = [c for c in deals if c.role == "accept"]
    if not accepting:
        return []
    asked: list[tuple[Counter, str]] = []
    for counter in deals:
        proposal = scenario.proposals[counter.what]
        if counter.role == "accept":
            asked.append((counter, proposal.by if proposal.by in players else ""))
        elif counter.role == "propose":
            asked.append((counter, ""))
    states = _states(scenario, names)
    found = moves_at_once(chain.inference, asked, players, states)
    made = {
        move.counter.what: move
        for move in found
        if move.counter.role == "propose" and move.mass.sum() > 0
    }
    return [
        _proposal(chain, known, move, made.get(move.counter.what), states)
        for move in found
        if move.counter.role == "accept" and move.mass.sum() > 0
    ]


def _states(scenario: Scenario, names: Names) -> list[str]:
    """State variables that a proposal might move: those of audiences and those that count."""
    status = {
        proposal_state(id, proposal, to)
        for id, proposal in scenario.proposals.items()
        for to in proposal.to
    }
    return [
        name
        for name, model in scenario.state.items()
        if name not in status
        and (model.audience is not None or names.variables[name].kind == "integer")
    ]


def _proposal(
    chain: Chain, known: Mapping[str, str], answer: Move, made: Move | None, states: Sequence[str]
) -> ProposalPart:
    id, to = answer.counter.what, answer.counter.actor
    model: Proposal = chain.scenario.proposals[id]
    odds = {name: answer.odds(t) for t, name in enumerate(answer.types)}
    odds = {name: p for name, p in odds.items() if np.isfinite(p.value)}
    return ProposalPart(
        id=id,
        label=model.label or id,
        by=model.by,
        by_label=known.get(model.by, model.by),
        to=to,
        to_label=known.get(to, to),
        accepted={name: p.value for name, p in odds.items()},
        accepted_range90={name: p.range90 for name, p in odds.items()},
        proposed={}
        if made is None
        else {
            name: p.value
            for t, name in enumerate(made.types)
            if np.isfinite((p := made.odds(t)).value)
        },
        bits_answer=answer.bits,
        bits_proposing=None if made is None else made.bits,
        zone=_zone(chain, known, answer, model.by, to),
        refused_by_all=all(p.value < REFUSED for p in odds.values()),
        effects=[] if made is None else _effects(chain, known, made, states),
    )


def _zone(
    chain: Chain, known: Mapping[str, str], answer: Move, by: str, to: str
) -> list[AgreementZone]:
    players = chain.batch.compiled.game.players
    if by not in players:
        return []
    first, second = players.index(by), players.index(to)
    found = []
    for o, proposer in enumerate(answer.others):
        for t, addressee in enumerate(answer.types):
            theirs, ours = answer.gain(first, t, o), answer.gain(second, t, o)
            if not (np.isfinite(theirs.value) and np.isfinite(ours.value)):
                continue
            found.append(
                AgreementZone(
                    by=proposer,
                    by_label=known.get(f"{by}.{proposer}", proposer) or known.get(by, by),
                    to=addressee,
                    to_label=known.get(f"{to}.{addressee}", addressee) or known.get(to, to),
                    gain_by=theirs.value,
                    gain_by_range90=theirs.range90,
                    gain_to=ours.value,
                    gain_to_range90=ours.range90,
                    both=answer.both(first, second, t, o),
                    agree=theirs.value > 0 and ours.value > 0,
                )
            )
    return found


def _effects(
    chain: Chain, known: Mapping[str, str], made: Move, states: Sequence[str]
) -> list[ProposalEffect]:
    names, scenario = chain.batch.compiled.names, chain.scenario
    skip = len(chain.batch.compiled.game.players)
    found: list[tuple[float, ProposalEffect]] = []
    for place, name in enumerate(states):
        change = made.effect(skip + place)
        span = names.variables[name].range
        width = float(span[1] - span[0]) if span is not None and span[1] > span[0] else 1.0
        if not np.isfinite(change.value) or abs(change.value) < MOVED * width:
            continue
        effect = ProposalEffect(
            variable=name,
            label=known.get(name, name),
            audience=scenario.state[name].audience is not None,
            change=change.value,
            range90=change.range90,
        )
        found.append((abs(change.value) / width, effect))
    return [effect for _, effect in sorted(found, key=lambda f: (-round(f[0], 12), f[1].variable))]


def terms(chain: Chain, known: Mapping[str, str], rows: Sequence[TurnPrice]) -> list[TermWorth]:
    """What each term is worth to whoever would move under it: of a move that ends the crisis, how
    far the price falls from one level of what stands to the next; of proposals that differ in their
    terms, how far the price of accepting rises.
    """
    found = []
    for row in rows:
        if row.counter.role in ("end", "move"):
            for curve in row.curves:
                if not curve.audience:
                    found += _steps(chain, known, row, curve)
    return found + _between(chain, known, [r for r in rows if r.counter.role == "accept"])


def _steps(chain: Chain, known: Mapping[str, str], row: TurnPrice, curve: Curve) -> list[TermWorth]:
    names, actor = chain.batch.compiled.names, row.counter.actor
    told = _proposal_of(chain.scenario, known, curve.variable)
    found = []
    for place in range(1, len(curve.levels)):
        # What became of a proposal is no ladder of terms: accepted, it stands; that is all.
        if told and names.variables[curve.variable].levels[int(curve.levels[place])] != ACCEPTED:
            continue
        with_it = np.arange(len(curve.levels)) == place
        without = np.arange(len(curve.levels)) == place - 1
        pairs = {
            _type_label(known, actor, name): curve.between(with_it, without, t)
            for t, name in enumerate(row.types)
        }
        words = [level_words(names, curve.variable, curve.levels[i]) for i in (place - 1, place)]
        if told:
            words[1] = f"{told}: {words[1]}"
        part = _term(known, row, pairs, words[0], words[1], names)
        if part is not None:
            found.append(part)
    return found


def _proposal_of(scenario: Scenario, known: Mapping[str, str], variable: str) -> str:
    """The proposal of which a state variable says what became of it; empty of any other."""
    for id, proposal in scenario.proposals.items():
        for to in proposal.to:
            if proposal_state(id, proposal, to) == variable:
                label = proposal.label or id.replace("_", " ")
                return label if len(proposal.to) == 1 else f"{label} ({known.get(to, to)})"
    return ""


def _between(chain: Chain, known: Mapping[str, str], rows: Sequence[TurnPrice]) -> list[TermWorth]:
    """Proposals of one addressee and turn of which one asks for all that the other does, and more:
    what the additional terms cost it.
    """
    scenario, found = chain.scenario, []
    for one in rows:
        for more in rows:
            first, second = (scenario.proposals[r.counter.what] for r in (one, more))
            same = (one.counter.actor, one.step) == (more.counter.actor, more.step)
            if not same or not set(first.terms.items()) < set(second.terms.items()):
                continue
            added = [f"{k}: {v}".replace("_", " ") for k, v in second.terms.items()
                     if k not in first.terms]  # fmt: skip
            pairs = {
                _type_label(known, one.counter.actor, name): Contrast(
                    more.price(t), one.price(t), one.total[t]
                )
                for t, name in enumerate(one.types)
            }
            part = _term(
                known, more, pairs, first.label or one.counter.what,
                f"the same with {', '.join(added)}", chain.batch.compiled.names,
            )  # fmt: skip
            if part is not None:
                found.append(part)
    return found


def _term(
    known: Mapping[str, str], row: TurnPrice, pairs: Mapping[str, Contrast], without: str,
    with_: str, names: Names,
) -> TermWorth | None:  # fmt: skip
    told = {t: c.difference for t, c in pairs.items() if np.isfinite(c.difference.value)}
    if not told:
        return None
    act = next(a for a in row.counter.acts if names.acts[a].turn == row.turn)
    return TermWorth(
        actor=row.counter.actor,
        actor_label=known.get(row.counter.actor, row.counter.actor),
        move=known.get(act, names.acts[act].move),
        turn_label=known.get(f"{row.counter.actor}.{row.turn}", row.turn),
        day=names.rounds[row.round - 1].first.isoformat(),
        without=without,
        with_=with_,
        worth={t: d.value for t, d in told.items()},
        range90={t: d.range90 for t, d in told.items()},
    )


def _type_label(known: Mapping[str, str], actor: str, name: str) -> str:
    return known.get(f"{actor}.{name}", name) if name else known.get(actor, actor)
