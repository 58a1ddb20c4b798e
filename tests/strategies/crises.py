"""Random small crises that are asked something: a scenario, a record of the first steps of one of
its histories, statements of every kind to audit, questions and a view.
"""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from standoff.compile import compile_scenario
from standoff.scenario.dates import calendar
from standoff.scenario.models import Judgement, Observer, Question, RecordItem, Scenario, View
from strategies.scenarios import scenarios


@st.composite
def crises(draw: Any, *, most: int = 400) -> Scenario:
    """A valid scenario with a record, judgements, questions and a view."""
    scenario = _plain_weights(draw(scenarios(most=most)))
    compiled = compile_scenario(scenario)
    assume(len(compiled.acts) > 1)
    record = _record(draw, compiled)
    typed = [(a, list(body.types)) for a, body in scenario.actors.items() if body.types]
    acts = [a for a in compiled.acts if a.actor in compiled.game.players]
    moved = draw(st.sampled_from(acts)) if acts else None
    observer = scenario.observer
    if record or draw(st.booleans()):
        sees_as = observer.sees_as if observer is not None else ("public",)
        observer = Observer(sees_as=sees_as, actor=draw(st.sampled_from([None, "ann"])))
    judgements = _judgements(typed, moved, [item.id for item in record])
    questions = [{"id": "how", "ask": "P(ending is time)"}]
    if typed:
        actor, kinds = typed[0]
        questions += [
            {"id": "gap", "ask": f"P(ending is time | {actor} is {kinds[0]}) - P(ending is time)"},
            {"id": "seen", "ask": "P(ending is time)", "as": f"{actor}.{kinds[0]}"},
        ]  # fmt: skip
    return scenario.model_copy(
        update={
            "record": tuple(record),
            "as_of": record[-1].at if record else None,
            "observer": observer,
            "judgements": tuple(Judgement.model_validate(j) for j in judgements),
            "questions": tuple(Question.model_validate(q) for q in questions),
            "views": {"other": View.model_validate({"set": {"q": "0.15"}})},
        }
    )


def _plain_weights(scenario: Scenario) -> Scenario:
    """Weights by type are a mapping; the compiler takes more than the language allows."""
    objectives = {
        actor: {
            name: term.model_copy(update={"weight": "1"}) if " is " in str(term.weight) else term
            for name, term in terms.items()
        }
        for actor, terms in scenario.objectives.items()
    }
    return scenario.model_copy(update={"objectives": objectives})


def _judgements(
    typed: list[tuple[str, list[str]]], moved: Any, items: list[str | None]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"id": "ends", "kind": "forecast", "claim": "ending is time", "estimate": 0.4},
        {"id": "talk", "kind": "attitude"},
        {"id": "known", "kind": "fact", "claim": "ending is time"},
        {"id": "given", "kind": "input", "assumed_in": "parameters.q"},
    ]
    if moved is not None:
        claim = f"{moved.actor} ever {moved.turn}.{moved.move}"
        found.append({"id": "moves", "kind": "forecast", "claim": claim, "estimate": "likely"})
    if typed:
        actor, kinds = typed[0]
        one, two = (f"{actor} is {k}" for k in kinds[:2])
        found.append({"id": "means", "kind": "inference", "claim": one})
        compared = f"P(ending is time | {one}) > P(ending is time | {two})"
        found.append({"id": "compared", "kind": "inference", "claim": compared})
        if items:
            found.append({"id": "told", "kind": "inference", "claim": f"LR({items[-1]}; {one})"})
    return [{"text": each["id"], **each} for each in found]


def _record(draw: Any, compiled: Any) -> list[RecordItem]:
    """Every step of the first part of one history."""
    game, clock = compiled.game, calendar(compiled.scenario.clock)
    node = int(game.end_nodes[draw(st.integers(0, len(game.end_nodes) - 1))])
    path: list[int] = []
    while game.parent[node] >= 0:
        path.append(int(game.parent_edge[node]))
        node = int(game.parent[node])
    found = []
    for edge in reversed(path):
        act = int(compiled.edge_act[edge])
        if act < 0:
            continue  # a draw at the root
        parent = int(game.parent[game.child[edge]])
        level = int((game.level_start <= parent).sum()) - 1
        day = clock.rounds[compiled.steps[level].round - 1].first.isoformat()
        found.append({"id": f"i{level}", "at": f"{day}T12:00", "move": [compiled.acts[act].name]})
    kept = found[: len(found) - draw(st.integers(0, len(found)))]
    if kept and clock.rounds[0].days == 1:
        # A day that is over is accounted for to its end.
        kept += [item for item in found[len(kept) :] if item["at"] == kept[-1]["at"]]
    if kept and draw(st.integers(0, 3)) == 0:
        kept[-1]["reliability"] = "0.8" if len(kept) % 2 else "1 - q"
    return [RecordItem.model_validate(item) for item in kept]
