"""Whatever `check` accepts compiles, solves and assesses, and what comes out makes sense."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, settings

from standoff.assess import assess, backtest, check_all, json_schema
from standoff.assess.models import Assessment
from standoff.note import render
from standoff.scenario.models import Scenario
from strategies.crises import crises

CHECKED = settings(
    derandomize=True,
    deadline=None,
    # A crisis that fails is readable as it is; making it smaller takes minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                           HealthCheck.filter_too_much],
)  # fmt: skip
SCHEMA = jsonschema.Draft202012Validator(json_schema("assessment"))


def accepted(scenario: Scenario) -> bool:
    return not any(p.severity == "error" for p in check_all(scenario))


def probabilities(found: Assessment) -> Iterator[tuple[str, float, tuple[float, float] | None]]:
    """Everything in an assessment that is called a probability, with its range."""
    for actor, kinds in found.belief.items():
        for kind, held in kinds.items():
            yield f"{actor}.{kind}", held.probability, held.range90
            yield f"prior {actor}.{kind}", held.prior, held.prior_range90
    for turn in found.outlook.next:
        for move in turn.moves:
            yield move.id, move.probability, move.range90
            yield from ((f"{move.id} {t}", p, None) for t, p in move.by_type.items())
    for ending in found.outlook.endings:
        yield ending.id, ending.probability, ending.range90
    for part in (*found.judgements, *found.questions):
        if part.probability is not None:
            yield part.id, part.probability, part.range90
        if part.prior is not None:
            yield f"prior {part.id}", part.prior, None
        if part.share is not None:
            yield f"share {part.id}", part.share, None
    for one in found.indicators:
        yield one.id, one.probability, None
        yield from ((f"{one.id} {t}", p, None) for t, p in one.if_seen.items())
    for point in found.belief_over_time:
        for actor, by in point.belief.items():
            yield from ((f"{actor}.{t}", p, point.range90[actor][t]) for t, p in by.items())
    for check in found.form:
        yield from ((id, p, None) for id, p in check.answers.items())
        yield from ((id, p, None) for id, p in check.base.items())
    for viewed in found.views_of.values():
        for by in viewed.values():
            yield from ((t, p, None) for t, p in by.items())


def sums(found: Assessment) -> Iterator[tuple[str, float]]:
    """Sums of what excludes one another and leaves nothing out."""
    for actor, kinds in found.belief.items():
        yield actor, sum(k.probability for k in kinds.values())
        yield f"prior {actor}", sum(k.prior for k in kinds.values())
    yield "endings", sum(e.probability for e in found.outlook.endings)
    for turn in found.outlook.next:
        yield turn.turn, sum(m.probability for m in turn.moves)
        for kind in turn.moves[0].by_type:
            yield f"{turn.turn} {kind}", sum(m.by_type[kind] for m in turn.moves)
    for point in found.belief_over_time:
        yield from ((actor, sum(by.values())) for actor, by in point.belief.items())


def sound(found: Assessment) -> None:
    """The JSON is what the schema promises; probabilities are some; ranges hold them."""
    SCHEMA.validate(json.loads(found.model_dump_json()))
    for what, number, range90 in probabilities(found):
        assert 0 <= number <= 1, what
        if range90 is not None:
            low, high = range90
            assert 0 <= low <= number + 1e-12 and number - 1e-12 <= high <= 1, what
    for what, total in sums(found):
        assert total == pytest.approx(1, abs=1e-6), what
    for judged in found.judgements:
        if judged.kind not in ("inference", "forecast") or judged.settled is not None:
            assert (judged.probability, judged.range90, judged.words) == (None, None, None)
            assert (judged.share, judged.value, judged.confidence) == (None, None, None)
    assert all(math.isfinite(i.bits) and i.bits >= 0 for i in found.indicators)
    assert found.solution.certificate <= 1e-8 or found.variants.failed == found.variants.n


def told(scenario: Scenario, found: Assessment) -> None:
    """What Hypothesis met, for its statistics."""
    event(f"record: {min(len(scenario.record), 3)}")
    event(f"beliefs: {bool(found.belief)}")
    event(f"failed: {found.variants.failed}")
    event(f"withheld: {found.variants.withheld}")


@settings(CHECKED, max_examples=30)
@given(scenario=crises())
def test_whatever_check_accepts_is_assessed(scenario: Scenario) -> None:
    assume(accepted(scenario))
    found = assess(scenario, variants=8, form=False, seed=1)
    told(scenario, found)
    sound(found)
    assert found.form == [] and {j.form for j in found.judgements} == {"not checked"}
    if scenario.record:
        for day in backtest(scenario, variants=8, seed=1).days:
            assert sum(day.endings.values()) == pytest.approx(1, abs=1e-6)
            for kinds in day.belief.values():
                assert sum(k.probability for k in kinds.values()) == pytest.approx(1, abs=1e-6)


@settings(CHECKED, max_examples=6)
@given(scenario=crises(most=150))
def test_so_it_is_with_form_checks_and_as_a_note(scenario: Scenario) -> None:
    assume(accepted(scenario))
    found = assess(scenario, variants=8, form=True, seed=2, standard="phia")
    told(scenario, found)
    sound(found)
    assert {c.id for c in found.form} >= {"round-more", "round-fewer", "stakes-halved"}
    for check in found.form:
        assert check.note or check.answers, check.id
    assert render(found, "text").strip() and render(found, "md").strip()


def test_most_random_crises_are_accepted() -> None:
    """Else the tests above would test nothing."""
    counted: list[bool] = []

    @settings(CHECKED, max_examples=40)
    @given(scenario=crises())
    def count(scenario: Scenario) -> None:
        counted.append(accepted(scenario))

    count()
    assert sum(counted) > 0.8 * len(counted) and len(counted) >= 30


def test_null_numbers_are_caught() -> None:
    """The check of the schema can fail: a number that is none is null in JSON."""
    found: dict[str, Any] = json.loads(assess("signal", variants=8, form=False).model_dump_json())
    SCHEMA.validate(found)
    found["solution"]["certificate"] = None
    with pytest.raises(jsonschema.ValidationError):
        SCHEMA.validate(found)
