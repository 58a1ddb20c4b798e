import warnings

import numpy as np
import pytest
from expression_crisis import CRISIS, NAMES

from standoff.errors import ScenarioError
from standoff.scenario.expressions import (
    FIXED,
    MAX_DEPTH,
    MAX_LENGTH,
    Clock,
    Compare,
    EndingIs,
    Number,
    Parameter,
    TypeIs,
    Variable,
    bind,
    evaluate,
    is_uncertain,
    leaves,
    names_in,
    parameters_in,
    parse,
    to_text,
    types_in,
    variables_in,
)
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names


def value(text, **names):
    """Value of an expression over plain names."""
    return evaluate(parse(text), lambda leaf: names[leaf.text])


def problem(text, **keys):
    """The one problem of an expression."""
    with pytest.raises(ScenarioError) as caught:
        bind(parse(text), NAMES, **keys)
    (only,) = caught.value.problems
    return only


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2*3", 7),
        ("(1 + 2)*3", 9),
        ("2**3**2", 512),
        ("(2**3)**2", 64),
        ("-2**2", -4),
        ("2**-1", 0.5),
        ("10 - 3 - 2", 5),
        ("7 // 2 * 2", 6),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("12 / 4 / 3", 1),
        ("1 + 1 == 2", True),
        ("not 1 == 2", True),
        ("not 0 and 0", False),
        ("not (0 and 0)", True),
        ("1 or 0 and 0", True),
        ("(1 or 0) and 0", False),
        ("1 if 0 else 2 if 0 else 3", 3),
        ("1 if 1 or 0 else 2", 1),
        ("1 < 2 < 3", True),
        ("3 > 2 > 2", False),
        ("1 < 3 > 2", True),
        ("1 == 1 != 2 < 3", True),
        ("(1 < 2) + (2 < 3)", 2),
        ("-(1 < 2)", -1),
        ("true*3 + false", 3),
        ("2 in [1, 2]", True),
        ("2 not in [1, 2,]", False),
        ("min(3, 1, 2)", 1),
        ("max(3, 1, 2)", 3),
        ("clip(7, 0, 5) + clip(-7, 0, 5)", 5),
        ("abs(-2) + rint(2.6) + sqrt(16)", 9),
        ("exp(0) + log(1)", 1),
        (".5 + 1. + 1e2 + 2E-1", 101.7),
        ("1\n  + 2", 3),
    ],
)
def test_precedence_and_values(text, expected):
    assert value(text) == pytest.approx(expected)


def test_whole_arrays_at_once():
    x, y = np.array([0.0, 1.0, 2.0]), np.array([[1.0], [0.0]])
    got = value("x*10 + y if x > 0 and y else -1", x=x, y=y)
    assert got.tolist() == [[-1, 11, 21], [-1, -1, -1]]
    assert value("x < 2", x=x).dtype == bool
    assert value("x + (x < 2)", x=x).tolist() == [1, 2, 2]


def test_booleans_are_0_and_1_in_arithmetic():
    flag = np.array([True, False])
    assert value("flag + flag", flag=flag).tolist() == [2, 0]
    assert value("1 - flag", flag=flag).tolist() == [0, 1]
    assert value("-flag*3", flag=flag).tolist() == [-3, 0]
    assert value("flag == 1", flag=flag).tolist() == [True, False]


def test_not_finite_is_silent_and_bounded():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isinf(value("1/0"))
        assert np.isnan(value("0/0 + log(-1)"))
        assert np.isinf(value("9**9**9**9"))
        assert np.isnan(value("(-8)**0.5"))
        assert np.isnan(value("1 % 0"))
        x = np.array([0.0, 4.0])
        assert value("1/x if x > 0 else 0", x=x).tolist() == [0, 0.25]


def test_lookup_is_asked_once_a_leaf():
    asked = []
    evaluate(parse("a + a*a + b"), lambda leaf: asked.append(leaf.text) or 1.0)
    assert asked == ["a", "b"]


# Names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "leaf"),
    [
        ("tension", Variable("tension")),
        ("odds_of_war", Parameter("odds_of_war")),
        ("days_left", Clock("days_left")),
        ("ussr is hold", TypeIs("ussr", "hold")),
        ("ending is war", EndingIs(("war",))),
        ("ending in [war, gone, time]", EndingIs(("war", "gone", "time"))),
        ("ending is destroyed", EndingIs(("destroyed",))),
    ],
)
def test_leaves(text, leaf):
    assert leaves(bind(parse(text), NAMES)) == (leaf,)


def test_levels_beside_their_variable():
    def bound(text, **keys):
        return bind(parse(text), NAMES, **keys)

    strict = Number(2.0)
    assert bound("quarantine == strict") == Compare((Variable("quarantine"), strict), ("==",))
    assert bound("quarantine is strict") == bound("quarantine == strict")
    assert bound("strict > quarantine >= lenient").operands[0] == strict
    assert bound("quarantine in [lenient, strict]").members == (Number(1.0), strict)
    assert bound("none == offer").operands[0] == Number(0.0)
    assert bound("(lenient if bases else strict) == quarantine").operands[0].otherwise == strict
    assert bound("strict if bases else none", beside="quarantine").then == strict
    assert bound("max(quarantine, lenient)", beside="quarantine").arguments[1] == Number(1.0)
    assert bound("answered", beside="quarantine").otherwise == strict
    assert to_text(bound("answered", beside="quarantine")) == ("lenient if tension < 2 else strict")
    # A level means nothing away from its variable, nor inside another comparison.
    assert problem("lenient").expected.startswith("`quarantine == lenient`")
    assert problem("offer == lenient").position.column == 10
    assert problem("lenient + 1", beside="quarantine").position.column == 1


def test_defines_are_written_out():
    bound = bind(parse("worth > 1"), NAMES)
    assert variables_in(bound) == ("tension", "quarantine")
    assert parameters_in(bound) == ("half", "odds_of_war")
    assert is_uncertain(bound, NAMES)
    assert not is_uncertain(bind(parse("strain"), NAMES), NAMES)
    assert is_uncertain(bind(parse("keep"), NAMES), NAMES)
    assert types_in(bind(parse("ussr in [hold, trade] or usa is firm"), NAMES)) == (
        ("ussr", "hold"),
        ("ussr", "trade"),
        ("usa", "firm"),
    )
    assert names_in(parse("a + b*a")) == ("a", "b")


def test_what_may_stand_where():
    uncertain = problem("tension > odds_of_war", allow=FIXED)
    assert (uncertain.code, uncertain.position.column) == ("uncertain-parameter", 11)
    through = problem("tension > worth", allow=FIXED)
    assert through.code == "uncertain-parameter"
    assert "through the define 'worth'" in through.message
    assert through.position.column == 11
    assert problem("ending is war", allow=FIXED).code == "not-allowed-here"
    bind(parse("tension > half and ussr is hold and round < 3"), NAMES, allow=FIXED)


# Errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column", "found", "expected"),
    [
        ("1 +", 4, "the end", "a value"),
        ("tension = 1", 9, "`=`", "`==`"),
        ("(1 + 2", 7, "the end", "`)`"),
        ("1 + 2)", 6, "`)`", "the end"),
        ("tension bases", 9, "`bases`", "`and`"),
        ("tension orange", 9, "`orange`", "`or`"),
        ("bases && struck", 7, "`&`", "`and`"),
        ("tension ^ 2", 9, "`^`", "`**`"),
        ("quarantine == 'strict'", 15, "`'`", "quotes"),
        ("bases.x", 6, "`.`", "names have no parts"),
        ("1 + and", 5, "`and`", "a name"),
        ("min(1)", 1, "min with 1 argument", "2 to 50"),
        ("clip(1, 2)", 1, "clip with 2 arguments", "3 arguments"),
        ("1e999", 1, "`1e999`", "1.8e308"),
        ("usa did strike", 5, "`did`", "`is`"),
        ("   ", 1, "nothing", "an expression"),
        ("tension in 3", 12, "`3`", "`[`"),
    ],
)
def test_syntax_errors_say_where_what_and_what_instead(text, column, found, expected):
    with pytest.raises(ScenarioError) as caught:
        parse(text)
    (only,) = caught.value.problems
    assert only.code == "expression-syntax"
    assert only.position.column == column
    assert only.found == found
    assert expected in only.expected


@pytest.mark.parametrize(
    ("text", "column", "near"),
    [
        ("1 + tensoin", 5, "tension"),
        ("ussr is hodl", 9, "hold"),
        ("usr is hold", 1, "ussr"),
        ("ending is wra", 11, "war"),
        ("quarantine == strct", 15, "strict"),
        ("round(3)", 1, "rint"),
        ("mni(1, 2)", 1, "min"),
        ("__class__", 1, ""),
        ("tension + __import__", 11, ""),
    ],
)
def test_unknown_names_come_with_the_nearest(text, column, near):
    only = problem(text)
    assert only.code == "unknown-name"
    assert only.position.column == column
    assert only.nearest == near


def test_every_problem_is_told():
    with pytest.raises(ScenarioError) as caught:
        bind(parse("tensoin + odds_of_wra*hlaf"), NAMES)
    assert [p.position.column for p in caught.value.problems] == [1, 11, 23]


@pytest.mark.parametrize(
    "text", ["bases.__class__", "().__class__", "x.y", "f'{x}'", "x[0]", "lambda: 1"]
)
def test_nothing_like_attribute_access_passes(text):
    with pytest.raises(ScenarioError):
        bind(parse(text), NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 900 + "1" + ")" * 900,
        "-" * 1000 + "1",
        "not " * 400 + "1",
        "+".join(["1"] * 900),
        "1 if 1 else " * 150 + "1",
        "2" + "**2" * 600,
        "[" * 1500,
        "1 in [" * 300,
        "abs(" * 300 + "1" + ")" * 300,
    ],
    ids=lambda t: t[:12],
)
def test_nesting_is_bounded(text):
    with pytest.raises(ScenarioError) as caught:
        parse(text)
    assert caught.value.problems[0].code == "expression-too-deep"


def test_a_sum_of_many_terms_is_fine():
    assert value("+".join(["1"] * MAX_DEPTH)) == MAX_DEPTH
    assert value(" and ".join(["1"] * 300))  # flat, so not deep


def test_length_is_bounded():
    with pytest.raises(ScenarioError) as caught:
        parse("1 + " * (MAX_LENGTH // 4) + "1")
    assert caught.value.problems[0].code == "expression-too-long"


def test_place_names_file_and_path():
    with pytest.raises(ScenarioError) as caught:
        parse("1 +", "turns.3.when")
    assert str(caught.value).startswith("turns.3.when:1:4: ")
    assert caught.value.problems[0].path == "turns.3.when"


def test_lark_is_loaded_only_when_needed():
    import subprocess
    import sys

    code = (
        "import sys, standoff.scenario.expressions, standoff.scenario.queries;"
        "print('lark' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def crowded(defines):
    """Names of the small crisis with these defines."""
    return Names(Scenario.model_validate({**CRISIS, "defines": defines}))


def codes(text, names):
    with pytest.raises(ScenarioError) as caught:
        bind(parse(text), names)
    return {p.code for p in caught.value.problems}


def test_defines_that_need_each_other_are_told():
    names = crowded({"a": "b + 1", "b": "c*2", "c": "a", "d": "d"})
    with pytest.raises(ScenarioError) as caught:
        bind(parse("a"), names)
    (only,) = caught.value.problems
    assert (only.code, only.path) == ("define-cycle", "defines.c")
    assert "a -> b -> c -> a" in only.message
    assert codes("d", names) == {"define-cycle"}


def test_defines_are_bounded_too():
    chain = {f"d{n}": f"d{n + 1} + 1" for n in range(2000)}
    assert codes("d0", crowded({**chain, "d2000": "1"})) == {"expression-too-deep"}
    deep = {f"d{n}": "-" * 90 + f"d{n + 1}" for n in range(50)}
    assert codes("d0", crowded({**deep, "d50": "1"})) == {"expression-too-deep"}
    wide = {f"d{n}": f"d{n + 1} + d{n + 1}" for n in range(60)}  # 2**60 parts
    assert codes("d0", crowded({**wide, "d60": "1"})) == {"expression-too-deep"}
    some = {f"d{n}": f"d{n + 1} + d{n + 1}" for n in range(10)}
    tree = bind(parse("d0"), crowded({**some, "d10": "1"}))
    assert evaluate(tree, lambda leaf: 0.0) == 1024


def test_a_mistake_in_a_define_is_told_at_the_define():
    with pytest.raises(ScenarioError) as caught:
        bind(parse("1 + a"), crowded({"a": "tension + tensoin"}))
    (only,) = caught.value.problems
    assert (only.path, only.position.column) == ("defines.a", 11)
