"""The structural choices of `cuba-1962`, each as a function that switches it off."""

from __future__ import annotations

from collections.abc import Callable

from standoff.scenario import load
from standoff.scenario.models import Scenario, Turn

Switch = Callable[[Scenario], Scenario]


def held(scenario: Scenario, stakes: dict[tuple[str, str], float]) -> Scenario:
    """The scenario with its stakes as numbers, so that a switch does not also change the unit."""
    actors = {
        name: actor.model_copy(update={
            "types": {
                t: k.model_copy(update={"stake": repr(stakes[name, t])})
                for t, k in actor.types.items()
            }
        })
        for name, actor in scenario.actors.items()
    }  # fmt: skip
    return scenario.model_copy(update={"actors": actors})


def turn(scenario: Scenario, name: str, edit: Callable[[Turn], Turn | None]) -> Scenario:
    """The scenario with one turn rewritten, or left out."""
    turns = [edit(t) if t.id == name else t for t in scenario.turns]
    return scenario.model_copy(update={"turns": tuple(t for t in turns if t is not None)})


def without(name: str) -> Switch:
    """Leave a turn out, and what the record says of it."""

    def apply(scenario: Scenario) -> Scenario:
        kept = tuple(
            item for item in scenario.record
            if item.unknown != name and not any(f".{name}." in move for move in item.move or ())
        )  # fmt: skip
        return turn(scenario.model_copy(update={"record": kept}), name, lambda _: None)

    return apply


def guard(name: str, when: str) -> Switch:
    """Another `when:` for a turn."""
    return lambda s: turn(s, name, lambda t: t.model_copy(update={"when": when}))


def letter_first(scenario: Scenario) -> Scenario:
    """Moscow's step of the 26th comes before Washington has shown how it runs the line."""
    by_id = {t.id: t for t in scenario.turns}
    order = [t.id for t in scenario.turns if t.id not in ("letter", "escort")]
    at = order.index("inspection")
    order[at:at] = ["letter", "escort"]
    return scenario.model_copy(update={"turns": tuple(by_id[i] for i in order)})


def supplies(scenario: Scenario) -> Scenario:
    """The line does not stop the build-up."""
    drift = {"build": "build if halted else build + 1"}
    return turn(scenario, "work_needs_supplies", lambda t: t.model_copy(update={"then": drift}))


def by_round(scenario: Scenario) -> Scenario:
    """Flows count by the round, not by the day."""
    objectives = {
        actor: {n: o.model_copy(update={"per": "round"}) for n, o in terms.items()}
        for actor, terms in scenario.objectives.items()
    }
    return scenario.model_copy(update={"objectives": objectives})


def same_stakes(scenario: Scenario) -> Scenario:
    """One stake for all: three units."""
    return held(scenario, {(a, t): 3.0 for a, one in scenario.actors.items() for t in one.types})


def fixed(**values: str) -> Switch:
    """Parameters set, as `--set` does; a name with types is set for each."""

    def apply(scenario: Scenario) -> Scenario:
        settings: dict[str, str] = {}
        for name, value in values.items():
            entry = scenario.parameters[name]
            kinds = getattr(entry, "by_type", None)
            settings |= {f"{name}.{t}": value for t in kinds} if kinds else {name: value}
        return load("cuba-1962", settings=settings)

    return apply


def flows(factor: float) -> Switch:
    """All flows at their modes times a factor."""
    names = ("presence", "strain", "impatience", "softness", "edge", "heed")

    def apply(scenario: Scenario) -> Scenario:
        settings = {}
        for name in names:
            for kind, entry in scenario.parameters[name].by_type.items():  # type: ignore[union-attr]
                assert entry.triangular is not None
                settings[f"{name}.{kind}"] = repr(factor * float(entry.triangular[1]))
        return load("cuba-1962", settings=settings)

    return apply


SWITCHES: dict[str, Switch] = {
    "as written": lambda s: s,
    "no flows (nothing accrues by the day)": flows(0.0),
    "flows three times": flows(3.0),
    "flows by the round, not the day": by_round,
    "no reversal cost": fixed(reversal="0"),
    "no last choice of Moscow's in November": without("november"),
    "Moscow's step before the line is shown": letter_first,
    "the line does not stop the build-up": supplies,
    "no verdict of opinion": without("verdict"),
    "no aircraft lost": without("u2"),
    "no word in private on the 24th": without("aside"),
    "the Council scene is played whatever came of the standstill": guard(
        "evidence", "ships == held and hemisphere == behind and admission < public"
    ),
    "a second letter also after pressing the work on": guard(
        "second_letter", "not halted and ships == held"
    ),
    "one stake for all": same_stakes,
}
