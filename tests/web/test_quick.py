"""Quick answers are those of a scenario into which the settings have been written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.assess.ahead import whose
from standoff.assess.chain import Chain, moment_of
from standoff.compile import compile_scenario
from standoff.compile.drawn import reference
from standoff.errors import ScenarioError
from standoff.scenario.loading import apply_settings, loads_files
from standoff.variants.batch import solve_draws
from standoff.variants.drawing import draw
from standoff.web.crises import Crises
from standoff.web.parameters import parameters
from standoff.web.quick import quick, read
from standoff.web.quick_models import Quick
from standoff.web.warm import Warm
from strategies.workbenches import opened

FILES = Crises(Path("nowhere")).yaml("signal")
WARM = Warm()


def asked(changed: dict[str, str], files: dict[str, str] = FILES, **more: Any) -> Quick:
    given_: dict[str, Any] = {
        "as_of": None, "for_": None, "variants": 8, "seed": 0, "standard": "icd203", **more,
    }  # fmt: skip
    return quick(WARM, files=files, settings=changed, **given_)


def afresh(changed: dict[str, str], files: dict[str, str] = FILES) -> Quick:
    """The slow way: settings written in, the game built again, the rest drawn where it was."""
    base = loads_files(files)
    scenario = apply_settings(base, changed) if changed else base
    draws = draw(scenario, 8, 0, like=base)
    batch = solve_draws(compile_scenario(scenario), draws)
    return read(Chain(batch, moment_of(scenario, scenario.as_of)), whose(scenario, None), "icd203")


def close(one: Any, other: Any) -> bool:
    """Whether two nested results agree to 1e-9."""
    if isinstance(one, dict):
        return set(one) == set(other) and all(close(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(close(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, float):
        return bool(abs(one - other) < 1e-9)
    return bool(one == other)


@given(
    prize=st.floats(0.5, 2.0), fight=st.floats(0.1, 3.0), upkeep=st.floats(0.0, 0.5),
    which=st.sets(st.sampled_from(["prize.seize", "fight", "upkeep"])),
)  # fmt: skip
@settings(derandomize=True, deadline=None, max_examples=15)
def test_a_slider_gives_what_a_scenario_written_so_gives(
    prize: float, fight: float, upkeep: float, which: set[str]
) -> None:
    values = {"prize.seize": f"{prize:.4f}", "fight": f"{fight:.4f}", "upkeep": f"{upkeep:.4f}"}
    changed = {k: v for k, v in values.items() if k in which}
    assert close(asked(changed).model_dump(), afresh(changed).model_dump())


def test_a_prior_set_is_the_prior() -> None:
    changed = asked({"prior.neighbor.seize": "0.8"})
    belief = changed.belief["neighbor"]
    assert belief["seize"].prior == pytest.approx(0.8) and belief["bluff"].prior == pytest.approx(
        0.2
    )
    before = asked({}).belief["neighbor"]["seize"].probability
    assert belief["seize"].probability > before
    written = {
        name: text.replace("seize: {triangular: [0.1, 0.3, 0.5]}", "seize: 0.8")
        for name, text in FILES.items()
    }
    assert written != FILES
    # Nothing else may move: the written scenario leaves one number fewer to draw.
    base, scenario = loads_files(FILES), loads_files(written)
    draws = draw(scenario, 8, 0, like=base)
    chain = Chain(solve_draws(compile_scenario(scenario), draws), moment_of(base, base.as_of))
    assert close(changed.model_dump(), read(chain, whose(base, None), "icd203").model_dump())


def test_precision_can_be_set() -> None:
    sharp, blunt = asked({"precision": "8"}), asked({"precision": "0.1"})
    odds = [max(m.probability for t in q.next if t.actor == "us" for m in t.moves)
            for q in (sharp, blunt)]  # fmt: skip
    assert odds[0] > 0.9 and odds[1] < 0.6


@pytest.mark.parametrize(
    "changed", [{"prior.neighbor.sieze": "0.5"}, {"prior.neighbor.seize": "1.5"},
                {"precision": "nan"}, {"precision": "-1"}, {"nothing": "1"},
                {"prior.neighbor.seize": "0.9", "prior.neighbor.bluff": "0.9"}],
)  # fmt: skip
def test_what_cannot_be_set_is_told(changed: dict[str, str]) -> None:
    with pytest.raises(ScenarioError):
        asked(changed)


def test_a_fixed_number_in_a_condition_builds_another_tree() -> None:
    switched = {
        name: text.replace("parameters:\n", "parameters:\n  open: {value: 1, because: a switch}\n")
        .replace("        then: {reinforced: true}", "        when: open == 1\n"
                 "        then: {reinforced: true}")
        for name, text in FILES.items()
    }  # fmt: skip
    (part,) = [p for p in parameters(Warm(), switched).parameters if p.key == "open"]
    assert part.structural and part.fixed and (part.low, part.high) == (0.0, 1.0)
    changed = {"open": "0"}
    found = asked(changed, switched)
    assert close(found.model_dump(), afresh(changed, switched).model_dump())
    assert found.answers["no-crossing"].value < asked({}, switched).answers["no-crossing"].value


def test_every_parameter_has_its_slider() -> None:
    found = {p.key: p for p in parameters(Warm(), FILES).parameters}
    assert set(found) == {
        "prize.seize", "prize.bluff", "fight", "upkeep", "clash_for_us", "deploying",
        "prior.neighbor.seize", "prior.neighbor.bluff", "precision",
    }  # fmt: skip
    assert (found["fight"].low, found["fight"].high) == (0.8, 2.0)
    middle = reference(loads_files(FILES))
    for key, part in found.items():
        assert part.low <= part.median <= part.high, key
        asked({key: f"{part.median}"})
    assert found["fight"].median == pytest.approx(float(middle.values["fight"][0]))
    assert np.isclose(
        found["prior.neighbor.seize"].median + found["prior.neighbor.bluff"].median, 1
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with opened(tmp_path_factory.mktemp("quick")) as found:
        yield found


def test_over_the_wire(client: Any) -> None:
    body = {"crisis": "signal", "variants": 8, "settings": {"fight": "1.1"}, "slot": "s"}
    one = client.post("/api/quick", json=body)
    assert one.status_code == 200
    assert close(one.json(), asked({"fight": "1.1"}).model_dump(mode="json"))
    assert client.post("/api/quick", json=body).json() == one.json()
    wrong = client.post("/api/quick", json={**body, "settings": {"figth": "1"}})
    assert wrong.status_code == 422 and wrong.json()["problems"][0]["nearest"] == "fight"
    listed = client.get("/api/parameters/signal").json()
    assert listed == client.post("/api/parameters", json={"files": FILES}).json()


def test_a_newer_request_in_the_slot_stops_the_older(client: Any) -> None:
    slots = client.app.app.state.bench._slots
    long = {"crisis": "cuba-1962", "variants": 400, "settings": {"precision": "5"}, "slot": "page"}
    with ThreadPoolExecutor(1) as pool:
        older = pool.submit(client.post, "/api/quick", json=long)
        while "page" not in slots and not older.done():
            time.sleep(0.01)
        short = {"crisis": "signal", "variants": 4, "settings": {"fight": "1.3"}, "slot": "page"}
        newer = client.post("/api/quick", json=short)
        stopped = older.result()
    assert newer.status_code == 200
    assert stopped.status_code == 409 and stopped.json()["code"] == "superseded"
    assert not slots
