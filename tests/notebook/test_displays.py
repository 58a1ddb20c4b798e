"""What notebooks are given: complete, harmless, able to stand on one page with anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import lxml.html
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import standoff as so
from standoff.assess.chain import chain
from standoff.game.efg_document import EfgDocument
from standoff.game.efg_read import game_of_efg
from standoff.game.gambit_tokens import decimal
from standoff.game.game import END
from standoff.game.loaded import LoadedGame
from standoff.notebook.naming import FileWords, words_of
from standoff.notebook.trees import Play, branches, payoffs_along
from standoff.shown import Shown
from strategies.assessments import assessments
from strategies.gambit_files import efg_documents

CARDS = """EFG 2 R "Myerson's card game" { "Raiser" "Meeter" }
""

c "" 1 "" { "red" 1/2 "black" 1/2 } 0
p "" 1 1 "red card" { "raise" "fold" } 0
p "" 2 1 "raised" { "meet" "pass" } 0
t "" 1 "red, met" { 2, -2 }
t "" 2 "passed" { 1, -1 }
t "" 2 "passed" { 1, -1 }
p "" 1 2 "black card" { "raise" "fold" } 0
p "" 2 1 "raised" { "meet" "pass" } 0
t "" 3 "black, met" { -2, 2 }
t "" 2 "passed" { 1, -1 }
t "" 4 "folded" { -1, 1 }
"""
SEXES = 'NFG 1 R "Battle of the sexes" { "Row" "Column" } { 2 2 }\n\n2 1 0 0 0 0 1 2\n'
HOSTILE = st.one_of(
    st.text(min_size=1, max_size=40),
    st.text("<>&\"'`/=;:()\\ \n\0\x1b\u202e\ud800漢é", min_size=1, max_size=40),
    st.sampled_from([
        "<script>alert(1)</script>", "</style></svg><img src=x onerror=alert(1)>", "{{ 7 * 7 }}",
        '" onload="alert(1)', "<a href='javascript:alert(1)'>", "<style>*{display:none}</style>",
    ]),
)  # fmt: skip


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> LoadedGame:
    path: Path = tmp_path_factory.mktemp("games") / "cards.efg"
    path.write_text(CARDS, "utf-8")
    return so.open_game(path)


@pytest.fixture(scope="module")
def sexes(tmp_path_factory: pytest.TempPathFactory) -> LoadedGame:
    path: Path = tmp_path_factory.mktemp("games") / "sexes.nfg"
    path.write_text(SEXES, "utf-8")
    return so.open_game(path)


@pytest.fixture(scope="module")
def assessed() -> so.Assessment:
    return so.assess("signal", variants=16, form=False)


@pytest.fixture(scope="module")
def everything(
    cards: LoadedGame, sexes: LoadedGame, assessed: so.Assessment
) -> dict[str, tuple[Shown, list[str]]]:
    """What can be shown, each with words that must stand in it."""
    compiled = so.compile_scenario(so.load("signal"))
    ready = chain("signal", variants=8)
    return {
        "game": (compiled.game, ["neighbor", "set 1"]),
        "compiled": (compiled, ["the neighbor", "marches in", "the province is taken"]),
        "loaded": (cards, ["Raiser", "black .50", "black, met: -2, 2"]),
        "normal form": (sexes, ["Battle of the sexes", "2, 1"]),
        "poker": (so.open_game("openspiel:kuhn_poker"), ["58 histories", "-2, 2"]),
        "solved": (so.solve(cards), ["raise .33", "0.3333", "nash_conv"]),
        "all of them": (so.solve(sexes, equilibria="all"), ["The first of 3 is the one shown."]),
        "device": (so.solve(cards, "cce"), ["cce: solved"]),
        "scenario": (so.solve("signal", "aqre"), ["aqre at precision 3", "our government"]),
        "variants": (ready.batch.solution, ["8 of 8"]),
        "chain": (ready, ["8 variants", "means to take the province"]),
        "beliefs": (assessed.beliefs, ["the neighbor", "5 March 2031"]),
        "belief": (assessed.belief["neighbor"]["seize"], ["means to take the province"]),
        "answer": (so.ask("signal", "P(ending is taken)", variants=8), ["in 100"]),
        "assessment": (assessed, ["The likeliest intention of the neighbor", "[1]"]),
    }


KINDS = [
    "game", "compiled", "loaded", "normal form", "poker", "solved", "all of them", "device",
    "scenario", "variants", "chain", "beliefs", "belief", "answer", "assessment",
]  # fmt: skip


def ids(markup: str) -> list[str]:
    return [str(one) for one in lxml.html.fromstring(markup).xpath("//@id")]


def harmless(markup: str) -> None:
    """No script, nothing from elsewhere, links within, styles that keep to themselves."""
    page = lxml.html.fromstring(f"<div>{markup}</div>")
    own = set(page.xpath("//@id"))
    for element in page.iter():
        assert element.tag not in {
            "script", "link", "iframe", "object", "embed", "img", "base", "meta", "form", "input",
            "image", "use", "a:href", "foreignobject", "html", "body", "head",
        }, element.tag  # fmt: skip
        for key, value in element.attrib.items():
            assert not key.startswith("on"), key
            assert key not in ("src", "srcdoc", "action", "xlink:href"), key
            if key == "href":
                assert value.startswith("#"), value
                assert value[1:] in own
            if key in ("style", "fill", "stroke", "clip-path"):
                assert "url(" not in value or value.startswith("url(#"), value
        if element.tag == "style":
            prefix = page.xpath("//article/@class")[0]
            rules = [r for r in (element.text or "").split("}") if r.strip()]
            chosen = [one for rule in rules for one in rule.partition("{")[0].split(",")]
            assert all(re.match(rf"\s*\.{prefix}\b", one) for one in chosen)
            assert "url(" not in element.text
            assert "@import" not in element.text
    assert len(own) == len(page.xpath("//@id"))


@pytest.mark.parametrize("kind", KINDS)
def test_says_what_it_is_and_does_no_harm(
    kind: str, everything: dict[str, tuple[Shown, list[str]]]
) -> None:
    shown, words = everything[kind]
    bundle = shown._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    harmless(bundle["text/html"])
    seen = " ".join(lxml.html.fromstring(bundle["text/html"]).text_content().split())
    told = " ".join(bundle["text/plain"].split())
    for word in words:
        assert word in seen
        assert word in told
    assert "<" not in bundle["text/plain"].replace("<.01", "").replace("<1", "")


def test_all_kinds_are_tried(everything: dict[str, tuple[Shown, list[str]]]) -> None:
    assert list(everything) == KINDS
    from standoff.notebook import _HOMES

    assert {type(shown).__name__ for shown, _ in everything.values()} == set(_HOMES)


def test_shown_twice_no_id_comes_twice(
    everything: dict[str, tuple[Shown, list[str]]],
) -> None:
    found = [
        id for shown, _ in everything.values() for _ in "12" for id in ids(shown._repr_html_())
    ]
    assert len(found) == len(set(found)) > 4


def test_only_what_was_asked_for(cards: LoadedGame) -> None:
    assert list(cards._repr_mimebundle_(include={"text/plain"})) == ["text/plain"]
    assert list(cards._repr_mimebundle_(exclude={"text/plain"})) == ["text/html"]


def test_charts_have_ids_of_their_own() -> None:
    """The same chart twice on a page: as Vega draws it, its ids would be the same."""
    from standoff.chart import Odds, odds_bars
    from standoff.notebook.beliefs import drawn

    bars = [Odds(name, 0.3, 0.2, 0.4, "30") for name in "abc"]
    spec = odds_bars(bars, title="Odds", description="Three bars")
    first, second = drawn(spec), drawn(spec)
    assert len(ids(first)) > 1
    assert not set(ids(first)) & set(ids(second))
    for markup in (first, second):
        harmless(markup)
        used = re.findall(r'(?:url\(#|aria-labelledby=")([^)"]+)', markup)
        assert {one for each in used for one in each.split()} <= set(ids(markup))


def test_beliefs_that_are_worth_little_say_so(assessed: so.Assessment) -> None:
    """Where judgements are withheld, beliefs are shown with the note's own warning."""
    variants = assessed.variants.model_copy(update={"withheld": True})
    shown = assessed.model_copy(update={"variants": variants}).beliefs
    for said in shown._repr_mimebundle_().values():
        assert "means to take the province" in said
        assert "no judgement is given" in said
    for said in assessed.beliefs._repr_mimebundle_().values():
        assert "no judgement is given" not in said


@settings(max_examples=40, deadline=None)
@given(st.lists(HOSTILE, min_size=7, max_size=7))
def test_hostile_names_of_a_game(cards: LoadedGame, names: list[str]) -> None:
    labels = replace(
        cards.labels, title=names[0], players=names[1:3], sets=names[3:6],
        actions=[names[(3 * i) % 7] for i in range(6)],
    )  # fmt: skip
    harmless(replace(cards, labels=labels)._repr_html_())
    solved = so.solve(cards)
    harmless(replace(solved, loaded=replace(cards, labels=labels))._repr_html_())


@settings(max_examples=15, deadline=None)
@given(st.lists(HOSTILE, min_size=4, max_size=4))
def test_hostile_words_of_an_assessment(assessed: so.Assessment, names: list[str]) -> None:
    belief = assessed.belief["neighbor"]["seize"].model_copy(update={"label": names[0]})
    held = assessed.model_copy(
        update={
            "title": names[1],
            "summary": names[2],
            "labels": dict.fromkeys(assessed.labels, names[3]),
            "belief": {"neighbor": {"seize": belief, "bluff": belief}},
        }
    )
    harmless(held._repr_html_())
    harmless(held.beliefs._repr_html_())
    harmless(belief._repr_html_())


def test_odds_by_type_are_told(everything: dict[str, tuple[Shown, list[str]]]) -> None:
    """A step's odds are those of its mover's types, weighted; the pointer tells them apart."""
    solved = everything["scenario"][0]
    assert isinstance(solved, so.Solved)
    loaded = solved.loaded
    play = Play(loaded.game, loaded.payload, solved.profiles[0].strategy)
    found = branches(play, words_of(loaded))
    own = solved.strategies()["neighbor"]
    prior = loaded.payload.prior[:, 0]
    each = [own[f"1 call_up | {t}"]["advance"] for t in ("seize", "bluff")]
    step = next(b for b in found if b.step == "sends its troops to the line")
    assert step.odds == pytest.approx(float(np.dot(prior, each)), abs=1e-12)
    assert "where means to take the province" in step.more
    assert sum(1 for b in found if b.hidden) == 0


def test_large_trees_are_folded_and_all_is_counted() -> None:
    loaded = so.open_game("openspiel:leduc_poker")
    found = branches(Play(loaded.game, loaded.payload), words_of(loaded), most=30)
    assert len(found) <= 30
    assert len(found) + sum(b.hidden for b in found) == loaded.game.n_nodes


def _steps(words: FileWords, loaded: LoadedGame) -> Iterator[tuple[str, str]]:
    """Each player's step as the labels have it and as the file has it."""
    game, document, original = loaded.game, words.document, words.original
    assert document is not None
    assert original is not None
    for node in range(1, game.n_nodes):
        up = int(game.parent[node])
        if game.actor[up] >= 0:
            edge = int(game.parent_edge[node])
            entry = document.sets[int(document.info[original[up]])]
            yield words.step(up, edge), entry.actions[edge - int(game.edge_start[up])]


def test_steps_of_a_file_have_its_names(cards: LoadedGame) -> None:
    words = words_of(cards)
    assert isinstance(words, FileWords)
    pairs = list(_steps(words, cards))
    assert len(pairs) == 8
    assert all(ours == theirs for ours, theirs in pairs)


@settings(max_examples=60, deadline=None)
@given(efg_documents())
def test_nodes_are_found_again_in_any_file(document: EfgDocument) -> None:
    """The game's nodes stand in another order than the file's: who moves, and what it earns at
    every end, is still the same.
    """
    loaded = game_of_efg(document)
    words = words_of(loaded)
    assert isinstance(words, FileWords)
    assert words.original is not None
    assert sorted(words.original) == list(range(document.n_nodes))
    for node, there in enumerate(words.original):
        assert loaded.game.actor[node] == document.actor[there]
        if loaded.game.actor[node] == END:
            earned = payoffs_along(loaded.game, loaded.payload, node)
            assert earned == pytest.approx(_earned(document, there), rel=1e-9, abs=1e-9)


def _earned(document: EfgDocument, node: int) -> list[float]:
    total = [0.0] * len(document.players)
    while node >= 0:
        row = int(document.outcome[node])
        paid = document.outcomes[row].payoffs if row >= 0 else ["0"] * len(total)
        total = [a + decimal(b) for a, b in zip(total, paid, strict=True)]
        node = int(document.parent[node])
    return total


@settings(max_examples=12, deadline=None)
@given(assessments())
def test_any_assessment_can_be_shown(assessment: so.Assessment) -> None:
    harmless(assessment._repr_html_())
    harmless(assessment.beliefs._repr_html_())
    assert assessment.beliefs._repr_mimebundle_()["text/plain"]
