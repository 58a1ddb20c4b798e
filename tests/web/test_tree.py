"""The tree that is drawn: its odds add up, what is folded is counted, each sees what it can."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.assess.chain import Chain
from standoff.infer.belief import belief, belief_as
from standoff.web.crises import Crises
from standoff.web.tree import chain_of, tree
from standoff.web.tree_models import TreePart
from standoff.web.tree_node import node
from standoff.web.warm import Warm
from strategies.workbenches import finished, opened

WARM = Warm()
SHELF = Crises(Path("nowhere"))


def crisis(name: str) -> dict[str, Any]:
    return {"files": SHELF.yaml(name), "settings": {}, "as_of": None, "variants": 8, "seed": 0}


def drawn(name: str = "signal", **more: Any) -> TreePart:
    asked = {"root": 0, "most": 400, "depth": 1000, "reach": 0.0, "as_": "", "given": "prior"}
    return tree(WARM, crisis=crisis(name), **{**asked, **more})


def chain(name: str = "signal") -> Chain:
    return chain_of(WARM, **crisis(name))


def test_a_small_tree_is_shown_whole() -> None:
    found = drawn()
    assert found.nodes_in_all == len(found.node) == 11
    assert found.hidden == [0] * 11
    for place, parent in enumerate(found.parent):
        assert parent < place
    for place in range(11):
        below = [i for i, p in enumerate(found.parent) if p == place]
        assert len(below) == found.children[place]
        if below:
            assert sum(found.reach[i] for i in below) == pytest.approx(found.reach[place])
            assert sum(found.odds[i] for i in below) == pytest.approx(1.0)
    ends = [i for i, a in enumerate(found.actor) if a == -2]
    assert sum(found.reach[i] for i in ends) == pytest.approx(1.0)
    assert sum(found.now[i] for i in ends) == pytest.approx(1.0)
    assert [found.labels[a] for a in found.act if a >= 0].count("marches in") == 1


def test_endings_have_the_odds_that_the_note_gives_them() -> None:
    found = drawn(given="record")
    for name, odds in chain().inference.endings().items():
        here = sum(
            p for p, e in zip(found.now, found.ending, strict=True) if e >= 0 and
            found.endings[e] == name
        )  # fmt: skip
        assert here == pytest.approx(odds.value, abs=1e-9)


def test_the_present_is_where_the_record_has_led() -> None:
    found = drawn()
    assert found.present == [1] and found.way == [0, 1]
    assert found.labels[found.act[found.node.index(1)]] == "sends its troops to the line"
    assert found.now[found.node.index(1)] == 1.0


@given(
    most=st.integers(1, 600), depth=st.integers(1, 30), reach=st.floats(0, 0.2),
    root=st.integers(0, 400), by=st.sampled_from(["prior", "record"]),
)  # fmt: skip
@settings(derandomize=True, deadline=None, max_examples=15)
def test_what_is_folded_is_counted(most: int, depth: int, reach: float, root: int, by: str) -> None:
    found = drawn("cuba-1962", most=most, depth=depth, reach=reach, root=root, given=by)
    game = chain("cuba-1962").batch.compiled.game
    assert found.node[0] == root and len(found.node) <= most
    assert len(set(found.node)) == len(found.node)
    shown = set(found.node)
    for place, one in enumerate(found.node[1:], 1):
        assert found.node[found.parent[place]] == game.parent[one]
    below = list(range(int(game.n_nodes)))
    for one in found.node[:5]:
        inside = {one}
        for other in below[one + 1 :]:
            if int(game.parent[other]) in inside:
                inside.add(other)
        place = found.node.index(one)
        assert found.hidden[place] == len(inside - shown)
    weight = found.now if by == "record" else found.reach
    assert all(w >= reach - 1e-9 for w in weight[1:])


def test_seen_as_a_type_only_its_own_histories_count() -> None:
    plain = drawn()
    seize, bluff = drawn(as_="neighbor.seize"), drawn(as_="neighbor.bluff")
    prior = belief(chain().inference, "neighbor")["seize"].prior.value
    for place in range(len(plain.node)):
        mixed = prior * seize.reach[place] + (1 - prior) * bluff.reach[place]
        assert mixed == pytest.approx(plain.reach[place])
    assert seize.view == "neighbor.seize"
    for viewer in ("", "us", "neighbor"):
        assert len(drawn(as_=viewer).seen) == len(plain.node)


def test_who_believes_what_at_a_node() -> None:
    here = node(WARM, crisis=crisis("signal"), number=1)
    inference = chain().inference
    wanted = belief(inference, "neighbor")
    assert here.belief["neighbor"]["seize"] == pytest.approx(wanted["seize"].posterior.value)
    theirs = belief_as(inference, "us", "")["neighbor"]["seize"].value
    assert here.owner_believes[""]["neighbor"]["seize"] == pytest.approx(theirs)
    assert {s.name: s.value for s in here.state} == {"forward": "true", "reinforced": "false"}
    assert [a.act for a in here.alternatives] == ["us.answer.reinforce", "us.answer.hold"]
    for move in here.alternatives:
        assert sum(move.by_objective[""].values()) == pytest.approx(move.value[""])
    start = node(WARM, crisis=crisis("signal"), number=0)
    assert set(start.owner_believes) == {"seize", "bluff"}
    end = node(WARM, crisis=crisis("signal"), number=10)
    assert end.ending == "nothing happens" and not end.alternatives


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with opened(tmp_path_factory.mktemp("tree")) as found:
        yield found


def test_over_the_wire(client: Any) -> None:
    job = client.post("/api/solve", json={"crisis": "signal", "variants": 8}).json()["id"]
    where = f"/api/game/{job}"
    found = client.get(where, params={"as": "us", "given": "record"})
    assert TreePart.model_validate_json(found.text) == drawn(as_="us", given="record")
    assert client.get(f"{where}/node/1").json()["actor"] == "us"
    assert client.get(f"{where}/node/11").status_code == 422
    assert client.get(where, params={"as": "nobody"}).status_code == 422
    assert client.get(where, params={"most": "0"}).status_code == 422
    finished(client, job)
