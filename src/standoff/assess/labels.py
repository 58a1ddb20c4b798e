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
