"""Grades of sources as parameters, roots that count once, and what is wrong with either."""

from __future__ import annotations

from itertools import chain, combinations
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.errors import ScenarioError
from standoff.scenario import check
from standoff.scenario.expansion import expand
from standoff.scenario.grades import graded, trusts, usual
from standoff.scenario.loading import apply_settings, library, load, loads
from standoff.scenario.models import Scenario
from standoff.scenario.positions import positions_of
from standoff.scenario.roots import independent, roots, roots_of, share_a_root
from standoff.scenario.source_models import Link
from standoff.scenario.write import to_yaml

TEXT = """
standoff: 1
id: graded
title: graded
clock: {rounds: [{first: 2031-03-03, last: 2031-03-04}]}
parameters: {sure: {uniform: [0.5, 0.9]}}
actors: {red: {}}
turns: [{id: go, actor: red, moves: {on: {}, off: {}}}]
objectives: {red: {gain: {value: sure}}}
observer: {sees_as: [public]}
record:
  - {id: march, at: 2031-03-03, move: red.go.on, source: cable#1%s}
"""
SOURCES = """
sources:
  cable: {title: A cable}
  paper: {title: A paper made from it, derives_from: cable}
  wire: {title: A wire service}
"""


def written(*links: str, sources: str = SOURCES, more: str = "", item: str = "") -> str:
    listed = "".join(f"\n  - {{rests: record.march, {link}}}" for link in links)
    return TEXT % item + (f"links:{listed}\n" if links else "") + sources + more


def trust(*links: str, **more: str):
    (found,) = trusts(loads(written(*links, **more)))
    return found


def middle(pair: str) -> float:
    return float(usual(pair).pert[1])


def width(pair: str) -> float:
    return float(usual(pair).pert[2]) - float(usual(pair).pert[0])


# --- what a pair means


@pytest.mark.parametrize("letter", "ABCDE")
@pytest.mark.parametrize("figure", "12345")
def test_a_better_source_or_content_is_likelier_right(letter, figure):
    low, mode, high = map(float, usual(letter + figure).pert)
    assert 0 < low < mode < high < 1
    if letter != "E":
        assert mode > middle(chr(ord(letter) + 1) + figure)
    if figure != "5":
        assert mode > middle(letter + chr(ord(figure) + 1))


def test_what_cannot_be_judged_is_not_worst():
    assert middle("A6") > middle("A3") > middle("A5")
    assert middle("F1") > middle("C1") > middle("E1")
    for pair in ("A6", "B6", "C6", "D6", "E6"):
        assert middle(pair) == middle(pair[0] + "6")
        assert width(pair) > width(pair[0] + min("12345", key=lambda f: width(pair[0] + f)))
    assert width("F6") == max(width(a + b) for a in "ABCDEF" for b in "6") > 0.7
    low, mode, high = map(float, usual("F6").pert)
    mean = (low + 4 * mode + high) / 6
    assert mean < 0.2  # of two moves open: 59 to 41, which tells nothing


def test_where_letter_and_figure_lie_apart_readers_differ():
    def apart(pair):
        low, _, high = map(float, usual(pair).pert)
        return log(high / (1 - high)) - log(low / (1 - low))

    for letter, agrees in zip("ABCDE", "12345", strict=True):
        others = [letter + f for f in "12345" if f != agrees]
        assert all(apart(pair) > apart(letter + agrees) - 0.1 for pair in others)
    assert apart("A5") > 2 * apart("A1")


def test_the_figure_leads():
    for one, other in (("A3", "C1"), ("A5", "E1"), ("B4", "D2")):
        assert middle(one) < middle(other)


# --- what grades make of an item


def test_one_grade():
    found = trust("passage: cable#1, grade: B2")
    assert (found.odds, found.grades, found.path) == ("grade_B2", ("B2",), "links.0.grade")


def test_an_item_is_meant_by_name_or_place():
    links = "passage: cable#1, grade: B2"
    by_place = written(links).replace("rests: record.march", "rests: record.0")
    assert trusts(loads(by_place)) == trusts(loads(written(links)))
    part = written(links).replace("rests: record.march", "rests: record.march.at")
    assert trusts(loads(part))[0].odds == "1"  # of the day alone, not of the item


def test_within_one_root_the_best_counts_and_over_roots_they_add():
    assert trust("passage: cable#1, grade: C3", "passage: paper#1, grade: B2").odds == "grade_B2"
    found = trust("passage: cable#1, grade: C3", "passage: wire#1, grade: B2")
    assert found.odds == "1 - (1 - grade_B2) * (1 - grade_C3)"
    found = trust(*(f"passage: {s}#1, grade: C3" for s in ("cable", "paper", "wire")))
    assert found.grades == ("C3", "C3")


def test_documents_of_a_volume_are_roots_of_their_own():
    one = trust("passage: wire#d12/p1, grade: C3", "passage: wire#d12/p4, grade: C3")
    two = trust("passage: wire#d12/p1, grade: C3", "passage: wire#d13/p4, grade: C3")
    assert (len(one.grades), len(two.grades)) == (1, 2)


@pytest.mark.parametrize(
    "link",
    [
        "passage: cable#1",
        "passage: cable#1, grade: B2, as: denied",
        "passage: cable#1, grade: B2, as: deceptive",
    ],
)
def test_what_is_not_graded_or_supports_nothing_changes_nothing(link):
    scenario = loads(written(link))
    assert trusts(scenario)[0].odds == "1"
    assert set(scenario.parameters) == {"sure"}
    both = trust(link, "passage: wire#1, grade: C3, as: inferred")
    assert both.grades == ("C3",)


def test_the_items_own_reliability_wins_and_says_so():
    text = written("passage: cable#1, grade: B2", item=", reliability: sure")
    scenario = loads(text)
    assert trusts(scenario)[0].odds == "sure"
    assert set(scenario.parameters) == {"sure"}
    (warning,) = [p for p in check(scenario) if p.code == "grade-unused"]
    assert warning.severity == "warning"
    assert warning.position.line == 12


@pytest.mark.parametrize("own", ["", ", reliability: sure"])
def test_what_is_unknown_can_not_be_wrong(own):
    text = written("passage: wire#1, grade: B2", item=own).replace("move: red.go.on", "unknown: go")
    scenario = loads(text)
    assert trusts(scenario)[0].odds == "1"
    assert set(scenario.parameters) == {"sure"}
    (warning,) = [p for p in check(scenario) if p.code == "grade-unused"]
    assert warning.severity == "warning"
    assert warning.path == "links.0.grade"


def test_an_item_that_only_a_denial_speaks_of_is_warned_of():
    bare = written("passage: cable#1, as: denied").replace(", source: cable#1", "")
    assert [p.code for p in check(loads(bare)) if p.path == "record.0"] == ["only-denied"]


# --- parameters


def test_a_pair_in_use_is_a_parameter_and_no_other():
    scenario = loads(written("passage: cable#1, grade: C3", "passage: paper#1, grade: B2"))
    assert list(scenario.parameters) == ["sure", "grade_B2"]
    entry = scenario.parameters["grade_B2"]
    assert entry.label == "odds that a source graded B2 is right"
    assert "usually reliable" in entry.because and "probably true" in entry.because
    assert positions_of(scenario).at("parameters.grade_B2.pert").line == 15
    assert expand(scenario) is scenario
    assert not [p for p in check(scenario) if p.severity == "error"]
    assert loads(to_yaml(scenario)) == scenario


def test_the_scenarios_own_odds_replace_a_pairs():
    more = "grades:\n  B2: {uniform: [0.5, 0.6], because: known to us}\n"
    scenario = loads(written("passage: cable#1, grade: B2", more=more))
    assert scenario.parameters["grade_B2"].uniform == ("0.5", "0.6")
    assert scenario.parameters["grade_B2"].label == usual("B2").label
    # C3 is now the better of the two.
    more = "grades:\n  B2: {uniform: [0.1, 0.2]}\n"
    found = trust("passage: cable#1, grade: B2", "passage: paper#1, grade: C3", more=more)
    assert found.grades == ("C3",)


def test_a_grade_is_set_by_hand_like_any_parameter():
    text = written("passage: cable#1, grade: B2")
    scenario = loads(text, settings={"grade_B2": "0.4"})
    assert scenario.parameters["grade_B2"].value == "0.4"
    assert expand(scenario).parameters == scenario.parameters
    assert apply_settings(loads(text), {"grade_B2": "0.4"}).parameters == scenario.parameters
    with pytest.raises(ScenarioError) as raised:
        loads(text, settings={"grade_A1": "0.4"})
    assert raised.value.problems[0].code == "unknown-parameter"


def test_a_reliability_may_name_a_grade():
    scenario = loads(written(item=', reliability: "0.9 * grade_C2"'))
    assert scenario.parameters["grade_C2"] == usual("C2")
    assert expand(scenario) is scenario
    assert positions_of(scenario).at("parameters.grade_C2").line == 12
    assert not check(scenario) or {p.code for p in check(scenario)} == {"unused"}  # sources


def test_a_view_may_set_a_grade():
    more = "views: {doubter: {set: {grade_B2: 0.2}}}\n"
    assert loads(written("passage: cable#1, grade: B2", more=more)).views["doubter"].set


def test_without_its_links_a_scenario_has_no_such_parameters():
    scenario = loads(written("passage: cable#1, grade: B2"))
    bare = expand(scenario.model_copy(update={"links": ()}))
    assert set(bare.parameters) == {"sure"}
    assert trusts(bare)[0].odds == "1"


def test_shipped_crises_without_grades_are_untouched():
    for path in sorted(library().iterdir()):
        scenario = load(path)
        if not any(link.grade for link in scenario.links):
            assert graded(scenario) is scenario


# --- what is wrong


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        (written(item=", reliability: 0"), "odds-range", "record.0.reliability"),
        (written(item=", reliability: 1.2"), "odds-range", "record.0.reliability"),
        (written(item=", reliability: nobody"), "unknown-name", "record.0.reliability"),
        (
            written("passage: cable#1, grade: B2", more="grades: {B2: {uniform: [0.5, 1.5]}}\n"),
            "odds-range",
            "grades.B2",
        ),
        (
            written(
                "passage: cable#1, grade: B2", more="grades: {B2: {choice: {on: 1}}}\n"
            ).replace("on: 1}", "off: 0.5, on: 0.5}"),
            "odds-range",
            "grades.B2",
        ),
        (
            written("passage: cable#1, grade: B2", more="grades: {B2: {value: 0}}\n"),
            "odds-range",
            "grades.B2",
        ),
        (
            written(sources=SOURCES.replace("wire: {", "wire: {rendering_of: cabel, ")),
            "unknown-source",
            "sources.wire.rendering_of",
        ),
        (
            written(sources=SOURCES.replace("cable: {", "cable: {derives_from: paper, ")),
            "source-circle",
            "sources.paper.derives_from.0",
        ),
        (
            written(sources=SOURCES.replace("wire: {", "wire: {rendering_of: wire, ")),
            "source-circle",
            "sources.wire.rendering_of",
        ),
    ],
)
def test_faults_are_said_with_their_place(text, code, path):
    with pytest.raises(ScenarioError) as raised:
        loads(text)
    found = {(p.code, p.path): p for p in raised.value.problems}
    assert (code, path) in found
    assert found[code, path].position is not None


def test_a_long_line_of_descent_is_followed():
    scenario = Scenario.model_validate(
        {
            **loads(written()).model_dump(by_alias=True, exclude_unset=True),
            "sources": {
                f"s{i}": {"title": "x", **({"derives_from": f"s{i + 1}"} if i < 1500 else {})}
                for i in range(1501)
            },
        }
    )
    assert roots(scenario)["s0"] == {"s1500"}


# --- roots, against trying everything


@st.composite
def families(draw):
    """Sources that derive from later ones, and citations of them with worths."""
    count = draw(st.integers(1, 6))
    made = {
        f"s{i}": draw(st.lists(st.integers(i + 1, count), max_size=2, unique=True))
        for i in range(count)
    } | {f"s{count}": []}
    cited = draw(st.lists(st.integers(0, count), min_size=1, max_size=6))
    worth = draw(
        st.lists(st.sampled_from([0.05, 0.3, 0.6, 0.9]), min_size=len(cited), max_size=len(cited))
    )
    return made, [f"s{i}#d{draw(st.integers(1, 2))}/p1" for i in cited], worth


@settings(derandomize=True, deadline=None, max_examples=150)
@given(families())
def test_independent_support_is_the_best_there_is(family):
    made, cited, worth = family
    base = loads(written())
    scenario = base.model_copy(
        update={
            "sources": {
                name: base.sources["wire"].model_copy(
                    update={"derives_from": tuple(f"s{i}" for i in parents)}
                )
                for name, parents in made.items()
            }
        }
    )
    known = roots(scenario)

    def ancestors(name):
        return {name}.union(*(ancestors(f"s{i}") for i in made[name])) if made[name] else {name}

    for name in made:
        assert known[name] == {a for a in ancestors(name) if not made[a]}
    groups = independent(cited, known, worth)
    assert sorted(chain(*groups)) == list(range(len(cited)))

    def support(heads):
        left = 1.0
        for i in heads:
            left *= 1 - worth[i]
        return 1 - left

    def clash(i, j):
        return share_a_root(roots_of(known, cited[i]), roots_of(known, cited[j]))

    best = max(
        support(some)
        for size in range(len(cited) + 1)
        for some in combinations(range(len(cited)), size)
        if not any(clash(i, j) for i, j in combinations(some, 2))
    )
    heads = [group[0] for group in groups]
    assert not any(clash(i, j) for i, j in combinations(heads, 2))
    assert support(heads) == pytest.approx(best, abs=1e-6)
    for head, *others in groups:
        assert all(clash(head, other) for other in others)


def test_many_that_clash_are_taken_best_first():
    base = loads(written())
    cited = [f"wire#d1/p{i}" for i in range(40)]
    (group,) = independent(cited, roots(base), [i / 50 for i in range(40)])
    assert group[0] == 39 and len(group) == 40


def test_thousands_of_links_on_one_item_are_taken_in_stride():
    base = loads(written())
    cited = [f"wire#d{i}/p1" for i in range(9000)] + ["cable#1"] * 9000
    groups = independent(cited, roots(base), [0.5] * 18000)
    assert len(groups) == 9001
    (whole, *_) = independent([*cited, "wire#1"], roots(base), [*[0.1] * 18000, 0.9999])
    assert whole[0] == 18000 and len(whole) == 9001
    links = tuple(
        Link.model_validate({"rests": "record.march", "passage": text, "grade": "C3"})
        for text in cited
    )
    (found,) = trusts(base.model_copy(update={"links": links}))
    assert set(found.grades) == {"C3"} and len(found.odds) < 400


def test_a_grade_is_two_characters_of_the_scale():
    for wrong in ("G1", "A7", "A", "a1", "B22"):
        with pytest.raises(ValueError, match="grade"):
            Link.model_validate({"rests": "record.x", "passage": "a#1", "grade": wrong})
