"""The scenario's own words for its names, so that a note need not show an id."""

from __future__ import annotations

from standoff.scenario.models import ParameterByType, Scenario
from standoff.scenario.names import Names


def labels(scenario: Scenario, names: Names) -> dict[str, str]:
    """Id -> words: actors, `actor.type`, `actor.objective`, `actor.turn`, `actor.turn.move`,
    endings, parameters, state variables and audiences. Ids without words are left out.
    """
    found: dict[str, str] = {}
    for name, held in scenario.actors.items():
        found[name] = held.name
        found.update({f"{name}.{t}": kind.label for t, kind in held.types.items()})
    found.update({name: audience.name for name, audience in scenario.audiences.items()})
    for actor, terms in scenario.objectives.items():
        found.update({f"{actor}.{name}": term.label for name, term in terms.items()})
    for turn in scenario.turns:
        for actor in names.turns[turn.id].actors:
            found[f"{actor}.{turn.id}"] = turn.label
    found.update({act.name: act.model.label for act in names.acts.values()})
    found.update({name: ending.label for name, ending in scenario.ends.items()})
    found.update({name: variable.label for name, variable in scenario.state.items()})
    for name, parameter in scenario.parameters.items():
        found[name] = parameter.label
        if isinstance(parameter, ParameterByType):
            for kind, entry in parameter.by_type.items():
                label = entry.label or parameter.label
                if label:
                    whose = scenario.actors[parameter.by].types[kind].label or kind
                    found[f"{name}.{kind}"] = f"{label} ({whose})"
    found["precision"] = "precision of play"
    return {key: words for key, words in found.items() if words}


def assumption_label(scenario: Scenario, known: dict[str, str], id: str) -> str:
    """Words for something uncertain: a parameter's label, or what a prior is the prior of."""
    if known.get(id):
        return known[id]
    first, _, rest = id.partition(".")
    if first == "prior":
        actor, _, kind = rest.partition(".")
        whose = known.get(actor) or actor
        if not kind:
            return f"prior odds of the types of {whose}"
        return f"prior odds of “{known.get(rest) or kind}” ({whose})"
    if rest:  # a parameter by type, without words for the type
        whose = known.get(first) or first
        return f"{whose} ({rest})"
    return id


def answer_text(scenario: Scenario, known: dict[str, str], id: str) -> str:
    """Words for a headline answer: a judgement's text, a question's, a type's, move's or ending's
    label.
    """
    for judgement in scenario.judgements:
        if judgement.id == id:
            return " ".join(judgement.text.split()) or id
    for question in scenario.questions:
        if question.id == id:
            return " ".join((question.text or question.ask).split())
    first, _, rest = id.partition(".")
    own = known.get(rest if first == "endings" else id) or rest or id
    if first == "endings":
        return f"ending: {own}"
    if first in scenario.actors:
        return f"{known.get(first) or first}: {own}"
    return own
