"""Links written into a scenario's own text: all else stays byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.errors import ScenarioError
from standoff.scenario.link_text import added, link_yaml, rewritten
from standoff.scenario.loading import library, loads
from standoff.scenario.reader import read_text
from standoff.scenario.source_models import Link
from standoff.scenario.write import plain

SIGNAL = (library() / "signal" / "signal.yaml").read_text()
NASTY = "words: with \"quotes\", # marks, 'others', \\ and – dashes\nover lines "

words = st.text(
    alphabet=st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufeff\ufffe"),
    max_size=60,
)
LINKS = st.builds(
    Link,
    rests=st.sampled_from(["judgements.intent", "record.0", "parameters.upkeep"]),
    passage=st.sampled_from(["attache#1", "attache#d1/p3/s2"]),
    exact=words | st.just(NASTY) | st.just("x " * 200),
    prefix=words,
    note=words,
    position=st.none() | st.tuples(st.integers(0, 99), st.integers(100, 999)),
    grade=st.sampled_from([None, "B2", "F6"]),
    as_=st.sampled_from(["reported", "denied"]),
)
HOMES = [
    "",
    "id: a",
    "id: a\n",
    "id: a\n\n# the end\n",
    "links:\nid: a\n",
    "links: []\nid: a\n",
    "links: []  # none yet\nid: a\n",
    "links:\n  - {rests: a.b, passage: c#d}  # why\n# after\nid: a\n",
    "links:\n- rests: a.b\n  passage: c#d\n\n\nid: a\n",
    "id: a\nlinks:\n    -   rests: a.b\n        passage: c#d\n        note: >\n          folded\n"
    "          words\n\n# the end\n",
    "links: [{rests: a.b, passage: c#d}]\nid: a\n",
    "id: a\r\nlinks:\r\n  - rests: a.b\r\n    passage: c#d\r\n",
    "id: a\nlinks:\n  - rests: a.b\n    passage: c#d\n    exact: \"on\n      two lines\"",
]  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=120)
@given(st.sampled_from(HOMES), st.lists(LINKS, min_size=1, max_size=3))
def test_what_is_added_is_there_and_all_else_as_it_was(home: str, links: list[Link]) -> None:
    after = added(home, links)
    old = read_text(home).data if home else {}
    data = read_text(after).data
    assert data["links"] == [*(old.get("links") or []), *map(plain, links)]
    assert {k: v for k, v in data.items() if k != "links"} == {
        k: v for k, v in old.items() if k != "links"
    }
    for line in home.splitlines():  # no line went; only a list's key or its bracket may change
        if not line.startswith("links"):
            assert line in after.splitlines()


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.lists(LINKS, min_size=2, max_size=5), LINKS, st.integers(0, 1))
def test_one_is_rewritten_and_the_others_stay(old: list[Link], new: Link, place: int) -> None:
    text = added("id: a  # comment\n", old) + "\n# tail\ntitle: b\n"
    after = rewritten(text, {place: new})
    data = read_text(after).data
    assert data["links"] == [plain(new if i == place else link) for i, link in enumerate(old)]
    assert after.startswith("id: a  # comment\n")
    assert after.endswith("\n# tail\ntitle: b\n")
    other = 1 - place
    assert link_yaml(old[other]) in after


@pytest.mark.parametrize(
    "text",
    [
        "links: [{rests: a.b, passage: c#d}, {rests: e.f, passage: c#d}]\n",
        "links:\n  - {rests: a.b, passage: c#d}  # why\n  - {rests: e.f, passage: c#d}\n",
    ],
)
def test_a_list_in_brackets_is_rewritten(text: str) -> None:
    new = Link(rests="g.h", passage="c#e", exact=NASTY)
    data = read_text(rewritten(text, {0: new})).data["links"]
    assert data == [plain(new), {"rests": "e.f", "passage": "c#d"}]


def test_a_text_into_which_nothing_can_be_put_is_left_alone() -> None:
    with pytest.raises(ScenarioError, match="by hand"):
        added("id: a\n...\n", [Link(rests="a.b", passage="c#d")])


def test_a_scenario_with_an_added_link_loads() -> None:
    link = Link(rests="judgements.intent", passage="attache#2", exact=NASTY.strip(), grade="B2")
    scenario = loads(added(SIGNAL, [link]))
    assert scenario.links == (link,)
    assert added(SIGNAL, [link]).startswith(SIGNAL)
