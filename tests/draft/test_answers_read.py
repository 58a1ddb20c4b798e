"""What is made of a model's answer: bounded, item by item, never trusted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.draft.answers import Unusable, read_answer
from standoff.draft.asked import KINDS, LARGEST_ANSWER, MOST_ITEMS, AskedClaim

CLAIM = {"text": "They wait.", "kind": "forecast", "quote": "they will wait for the ice"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*KINDS, "quote", "text", "kind", "name"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "wrapped",
    [
        "{}",
        "```json\n{}\n```",
        "Certainly! Here it is:\n\n{}\n\nLet me know.",
        'First {{"x": 1}}, then {}',
        "\ufeff  {}",
        "a brace { alone, then {}",
    ],
)
def test_the_object_is_found_in_whatever_stands_around_it(wrapped: str) -> None:
    text = (
        wrapped.replace("{{", "{").replace("}}", "}").replace("{}", json.dumps({"claims": [CLAIM]}))
    )
    found = read_answer(text)
    ((kind, item),) = found.items
    assert kind == "claims" and isinstance(item, AskedClaim)
    assert (item.text, item.kind, item.quote) == tuple(CLAIM[k] for k in ("text", "kind", "quote"))
    assert not found.misshapen


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("I can't help with that.", "no JSON object"),
        ('{"claims": [', "not JSON"),
        ('{"claims": {"text": "x"}}', "claims is not a list"),
        ('{"answer": []}', "none of the keys"),
        ('["claims"]', "no JSON object"),
        ('{"claims": ' + "[" * 100_000, "nested too deeply"),
        ('{"claims": ' + "[" * 200 + "]" * 200 + "}", "nested too deeply"),
        ('{"claims": [' + "9" * 5000 + "]}", "number in it is too long"),
        ('{"claims": []}' + " " * LARGEST_ANSWER, "longer than"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_an_answer_that_cannot_be_used_says_why(text: str, wrong: str) -> None:
    with pytest.raises(Unusable, match=wrong):
        read_answer(text)


def test_one_bad_item_does_not_take_the_others_with_it() -> None:
    bad = [
        {"text": "x"},
        "words",
        None,
        7,
        {**CLAIM, "kind": "guess"},
        {**CLAIM, "text": "x" * 401},
    ]
    bad += [{**CLAIM, "quote": 5}, {**CLAIM, "quote": ["a"]}, {**CLAIM, "text": ""}]
    found = read_answer(json.dumps({"claims": [bad[0], CLAIM, *bad[1:]], "moves": None}))
    assert [item.quote for _, item in found.items] == [CLAIM["quote"]]
    assert len(found.misshapen) == len(bad)
    assert all(one.kind == "claims" and one.why for one in found.misshapen)
    assert "quote" in found.misshapen[0].why


def test_huge_lists_are_cut_and_that_is_said() -> None:
    found = read_answer(json.dumps({"claims": [CLAIM] * (MOST_ITEMS + 7), "actors": []}))
    assert len(found.items) == MOST_ITEMS
    (cut,) = found.misshapen
    assert cut.said == "7 more claims" and str(MOST_ITEMS) in cut.why


def test_what_was_not_asked_for_is_not_read() -> None:
    more = {"claims": [{**CLAIM, "id": "../../x", "__class__": "os"}], "turns": [], "standoff": 1}
    ((_, item),) = read_answer(json.dumps(more)).items
    assert set(item.model_dump()) == {"quote", "where", "text", "kind", "about", "hedge"}


@settings(derandomize=True, deadline=None, max_examples=150)
@given(JSON, st.text(max_size=10), st.text(max_size=10))
def test_any_answer_is_read_or_refused(data: object, before: str, after: str) -> None:
    text = before + json.dumps(data) + after
    try:
        found = read_answer(text)
    except Unusable as error:
        assert str(error)
        return
    assert all(kind in KINDS and isinstance(item, KINDS[kind]) for kind, item in found.items)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.text(alphabet='{}[]",:\\ actors1e\n', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_answer(text)
    except Unusable as error:
        assert str(error)
