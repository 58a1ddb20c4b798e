import sys
from pathlib import Path

import numpy as np
import pytest
from expression_crisis import NAMES
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "strategies"))
from expression_trees import ALPHABET, expression_trees, slow_value

from standoff.errors import QueryError, ScenarioError
from standoff.scenario.expressions import bind, evaluate, parse, to_text
from standoff.scenario.queries import bind_query, parse_query, query_text

fixed = settings(derandomize=True, deadline=None, max_examples=300)

numbers = st.sampled_from([0.0, 1.0, -1.0, 0.5, 2.0, -2.5, 7.0, 1e3])


@fixed
@given(expression_trees())
def test_print_then_parse_gives_the_same_tree(tree):
    assert parse(to_text(tree)) == tree


@fixed
@given(expression_trees(), st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=4))
def test_arrays_agree_with_one_node_at_a_time(tree, rows):
    columns = dict(zip(ALPHABET, np.array(rows).T, strict=True))
    got = np.broadcast_to(evaluate(tree, lambda leaf: columns[leaf.text]), len(rows))
    with np.errstate(all="ignore"):
        slow = [slow_value(tree, dict(zip(ALPHABET, row, strict=True))) for row in rows]
    np.testing.assert_allclose(
        got.astype(float), np.array(slow, dtype=float), rtol=1e-12, equal_nan=True
    )


TEXT = (
    "tension bases quarantine strict lenient ussr usa hold firm is in not and or if else true "
    "ending war gone round day min( abs( ( ) [ ] , + - * / // % ** < <= == != 1 2.5 .5 1e9 did "
    "will ever at by through within rounds to end 1962-10-24 between P( E( LR( D( | ; : . do( "
    "belief( price( next moves of type as prior line.board ussr.bases strike tactic offer strain "
    "worth __class__ = ! ' \" {} @ é 漢 \x00 \n"
)
WORDS = TEXT.split(" ")


@fixed
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)))
def test_any_text_is_read_or_refused(text):
    try:
        tree = bind(parse(text), NAMES)
        evaluate(tree, lambda leaf: np.array([0.0, 1.0]))
        assert bind(parse(to_text(tree)), NAMES) == tree
    except ScenarioError as error:
        assert all(1 <= p.position.column <= len(text) + 1 for p in error.problems if not p.path)


QUERY_PARTS = st.sampled_from(
    [
        "bases", "tension > 2", "war", "ending is war", "ussr is hold", "usa did strike",
        "line.board", "ussr will tactic offer", "usa did not board", "quarantine is strict",
        "not bases", "tension between 1 and 3", "belief(ussr, usa is firm) >= 0.2",
        "ending in [war, gone]",
    ]
)  # fmt: skip
TIMES = st.sampled_from(["", " at round 2", " by 1962-10-25", " within rounds 1 to 2", " at end"])
EVENTS = st.recursive(
    st.builds("{}{}".format, QUERY_PARTS, TIMES),
    lambda inner: st.one_of(
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("not ({})".format, inner),
        st.builds("({}) through round 2".format, inner),
        st.builds("belief(usa.firm, {}) > 0.5".format, inner),
    ),
    max_leaves=4,
)
QUERIES = st.one_of(
    EVENTS,
    st.builds("P({} | {})".format, EVENTS, EVENTS),
    st.builds("prior P({}) - P({} | do(usa line.board))".format, EVENTS, EVENTS),
    st.builds("E(ussr.bases | {}) > E(tension | {}) > 1".format, EVENTS, EVENTS),
    st.builds("LR(boarded-early; {}) between 0.8 and 1.25".format, EVENTS),
    st.builds("as usa.firm: D(next moves of ussr; {}, {})".format, EVENTS, EVENTS),
    st.builds("next moves of ussr | {}".format, EVENTS),
)


@fixed
@given(QUERIES)
def test_queries_print_as_they_are_read(text):
    try:
        tree = parse_query(text)
        assert parse_query(query_text(tree)) == tree
        bound = bind_query(tree, NAMES)
    except QueryError:
        return
    assert bind_query(parse_query(query_text(bound)), NAMES) == bound


@fixed
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=16).map(" ".join)))
def test_any_query_is_read_or_refused(text):
    try:
        bound = bind_query(parse_query(text), NAMES)
    except QueryError as error:
        assert error.problems
        return
    assert bind_query(parse_query(query_text(bound)), NAMES) == bound


@pytest.mark.parametrize("text", ["(" * 1900, "not " * 490, "P(" * 900, "belief(usa, " * 150])
def test_deep_queries_are_refused(text):
    with pytest.raises(QueryError):
        parse_query(text)
