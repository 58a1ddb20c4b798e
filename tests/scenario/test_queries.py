import pytest
from expression_crisis import NAMES

from standoff.errors import QueryError
from standoff.scenario.expressions import (
    Both,
    Compare,
    Either,
    EndingIs,
    Not,
    Number,
    Parameter,
    TypeIs,
    Variable,
    evaluate,
)
from standoff.scenario.queries import (
    Belief,
    Dependence,
    Distribution,
    Do,
    Expectation,
    Likelihood,
    Mark,
    Moved,
    NextMoves,
    Payoff,
    Probability,
    Timed,
    TurnOf,
    TypeOf,
    View,
    When,
    bind_event,
    bind_query,
    parse_event,
    parse_query,
)

AT_2 = When("at", Mark(2))
BY_2 = When("by", Mark(2))
BOARD = "usa.line.board"
STRIKES = ("usa.line.strike", "usa.both.strike")


def bound(text):
    return bind_query(parse_query(text), NAMES)


def event(text):
    query = bound(text)
    assert query.kind == "probability"
    assert query.body.given is None
    return query.body.event


def problems(text):
    with pytest.raises(QueryError) as caught:
        bound(text)
    return caught.value.problems


# Events ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bases", Variable("bases")),
        ("P(bases)", Variable("bases")),
        ("war", EndingIs(("war",))),
        ("ending is war", EndingIs(("war",))),
        ("ending in [war, time]", EndingIs(("war", "time"))),
        ("ussr is hold", TypeIs("ussr", "hold")),
        ("usa did strike", Moved("usa", "did", STRIKES)),
        ("usa did line.strike", Moved("usa", "did", STRIKES[:1])),
        ("usa will [strike, board]", Moved("usa", "will", (BOARD, *STRIKES))),
        ("usa ever both.strike", Moved("usa", "ever", STRIKES[1:])),
        ("ussr will tactic offer", Moved("ussr", "will", ("ussr.letter.pledge", "ussr.both.talk"))),
        ("ussr did tactic [delay]", Moved("ussr", "did", ("ussr.both.talk",))),
        ("usa did not board", Not(Moved("usa", "did", (BOARD,)))),
        ("board", Moved(None, "ever", (BOARD,))),
        ("line.board", Moved(None, "ever", (BOARD,))),
        ("usa.line.board", Moved(None, "ever", (BOARD,))),
        ("chance did shot", Moved("chance", "did", ("chance.u2.shot",))),
        ("bases at round 2", Timed(Variable("bases"), AT_2)),
        ("bases at 1962-10-25", Timed(Variable("bases"), When("at", Mark(2, "1962-10-25")))),
        ("bases at end", Timed(Variable("bases"), When("at", Mark(3, end=False, date=None)))),
        ("bases through round 2", Timed(Variable("bases"), When("through", Mark(2)))),
        ("war by round 2", Timed(EndingIs(("war",)), BY_2)),
        ("ending is not war by round 2", Not(Timed(EndingIs(("war",)), BY_2))),
        ("usa did board by round 2", Moved("usa", "did", (BOARD,), BY_2)),
        ("usa will not board by round 2", Not(Moved("usa", "will", (BOARD,), BY_2))),
        (
            "bases within rounds 2 to 3",
            Timed(Variable("bases"), When("within", Mark(3), Mark(2))),
        ),
        (
            "usa will board within 1962-10-22 to 1962-10-24",
            Moved(
                "usa",
                "will",
                (BOARD,),
                When("within", Mark(2, "1962-10-24"), Mark(1, "1962-10-22")),
            ),
        ),
        (
            "(usa did board or usa did ease) by round 2",
            Either(
                (
                    Moved("usa", "did", (BOARD,), BY_2),
                    Moved("usa", "did", ("usa.line.ease",), BY_2),
                )
            ),
        ),
        (
            "belief(ussr, usa is firm) >= 0.2",
            Compare((Belief(View("ussr", None), TypeIs("usa", "firm")), Number(0.2)), (">=",)),
        ),
        (
            "belief(ussr.hold, war) > 0.2 at round 2",
            Timed(
                Compare((Belief(View("ussr", "hold"), EndingIs(("war",))), Number(0.2)), (">",)),
                AT_2,
            ),
        ),
    ],
)
def test_events(text, expected):
    if text == "bases at end":
        expected = Timed(Variable("bases"), When("at", Mark(3, end=True)))
    assert event(text) == expected


def test_a_time_holds_tighter_than_not_and_or():
    inner = Timed(Compare((Variable("tension"), Number(2.0)), (">",)), AT_2)
    assert event("not tension > 2 at round 2") == Not(inner)
    assert event("bases and tension > 2 at round 2") == Both((Variable("bases"), inner))
    through = When("through", Mark(2))
    assert event("(not bases) through round 2") == Timed(Not(Variable("bases")), through)
    assert event("not (bases through round 2)") == Not(Timed(Variable("bases"), through))
    (only,) = problems("not bases through round 2")
    assert "two ways" in only.found


def test_words_of_queries_may_be_names_elsewhere():
    # `next`, `type`, `at` and the like are words only where what follows shows it.
    tree = parse_event("next + type > at and P == by or prior")
    assert len(tree.operands) == 2


def test_events_evaluate_leaf_by_leaf():
    tree = bind_event(parse_event("(usa did board or war) and not bases at round 2"), NAMES)
    asked = []

    def lookup(leaf):
        asked.append(type(leaf))
        return {Moved: [True, False, False], EndingIs: [False, True, False]}.get(
            type(leaf), [False, False, True]
        )

    assert evaluate(tree, lookup).tolist() == [True, True, False]
    assert asked == [Moved, EndingIs, Timed]  # a `Timed` is asked for as a whole


# Values ------------------------------------------------------------------------------------------


HOLD = TypeIs("ussr", "hold")


@pytest.mark.parametrize(
    ("text", "kind", "body"),
    [
        ("P(war | ussr is hold)", "probability", Probability(EndingIs(("war",)), HOLD)),
        ("prior P(war)", "probability", Probability(EndingIs(("war",)), prior=True)),
        ("E(usa)", "value", Expectation(Payoff("usa"))),
        ("E(ussr.bases | ussr is hold)", "value", Expectation(Payoff("ussr", "bases"), HOLD)),
        ("prior E(tension)", "value", Expectation(Variable("tension"), prior=True)),
        ("E(tension at round 2)", "value", Expectation(Timed(Variable("tension"), AT_2))),
        ("E(world)", "value", Expectation(Variable("world"))),
        ("LR(boarded-early; ussr is hold)", "ratio", Likelihood("boarded-early", HOLD)),
        ("LR(usa board; ussr is hold)", "ratio", Likelihood("usa board", HOLD, (BOARD,))),
        ("LR(usa.line.board; ussr is hold)", "ratio", Likelihood(BOARD, HOLD, (BOARD,))),
        (
            "D(next moves of ussr; usa did board, usa did ease)",
            "value",
            Dependence(
                NextMoves("ussr"),
                Moved("usa", "did", (BOARD,)),
                Moved("usa", "did", ("usa.line.ease",)),
            ),
        ),
        (
            "D(ussr letter; usa did board)",
            "value",
            Dependence(TurnOf("ussr", "letter"), Moved("usa", "did", (BOARD,))),
        ),
        ("next move of ussr", "distribution", Distribution(NextMoves("ussr"))),
        ("next moves of usa | ussr is hold", "distribution", Distribution(NextMoves("usa"), HOLD)),
        ("prior type of ussr", "distribution", Distribution(TypeOf("ussr"), prior=True)),
        (
            "P(war) / P(struck)",
            "ratio",
            None,
        ),
        ("P(war) - prior P(war)", "value", None),
        ("P(war) > P(struck)", "comparison", None),
        ("0.1 < P(war) <= half", "comparison", None),
        ("P(war) > 0.1 and not P(struck) > 0.2", "comparison", None),
    ],
)
def test_values(text, kind, body):
    query = bound(text)
    assert query.kind == kind
    if body is not None:
        assert query.body == body


def test_between_is_a_chain():
    query = bound("LR(boarded-early; ussr is hold) between 0.8 and 1.25")
    assert query.body == Compare(
        (Number(0.8), Likelihood("boarded-early", HOLD), Number(1.25)), ("<=", "<=")
    )
    assert query == bound("0.8 <= LR(boarded-early; ussr is hold) <= 1.25")


def test_do_is_taken_out_of_the_condition():
    do = Do("usa", (BOARD,))
    war = EndingIs(("war",))
    assert bound("P(war | do(usa line.board))").body == Probability(war, None, (do,))
    assert bound("P(war | do(usa.line.board))").body == Probability(war, None, (do,))
    given = bound("P(war | ussr is hold and do(usa board) and bases)").body
    assert given == Probability(war, Both((HOLD, Variable("bases"))), (do,))
    assert problems("P(do(usa board))")[0].code == "not-allowed-here"
    assert problems("P(war | not do(usa board))")[0].code == "not-allowed-here"
    assert problems("P(war | do(chance shot))")[0].code == "wrong-kind"


def test_point_of_view():
    assert bound("as usa.firm: P(ussr is hold)").view == View("usa", "firm")
    assert bound("as usa: next moves of ussr").view == View("usa", None)
    assert problems("as usa.hold: war")[0].position.column == 8
    assert problems("as chance: war")[0].code == "wrong-kind"


def test_values_evaluate_over_variants():
    query = bound("P(war) - 2*P(war | ussr is hold)")
    got = evaluate(query.body, lambda leaf: [0.5, 0.25] if leaf.given is None else [0.1, 0.1])
    assert got.tolist() == pytest.approx([0.3, 0.05])
    assert bound("P(war) > odds_of_war").body.operands[1] == Parameter("odds_of_war")


# Errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "column", "near"),
    [
        ("P(usa did strke)", "unknown-name", 11, "strike"),
        ("P(usq did strike)", "unknown-name", 3, "usa"),
        ("P(ussr did strike)", "unknown-name", 12, ""),
        ("P(usa did line.strke)", "unknown-name", 11, "line.strike"),
        ("P(ussr will tactic ofer)", "unknown-name", 20, "offer"),
        ("P(wra)", "unknown-name", 3, "war"),
        ("P(hold)", "unknown-name", 3, ""),
        ("P(lenient)", "unknown-name", 3, ""),
        ("P(ussr)", "unknown-name", 3, ""),
        ("E(ussr.basis)", "unknown-name", 8, "bases"),
        ("P(ussr.bases)", "wrong-kind", 3, ""),
        ("P(ussr.hold)", "unknown-name", 3, ""),
        ("LR(boarded-erly; war)", "unknown-name", 4, "boarded-early"),
        ("D(ussr line; war)", "unknown-name", 8, ""),
        ("type of chance", "wrong-kind", 9, ""),
        ("E(chance)", "wrong-kind", 3, ""),
        ("price(ussr, deal)", "unknown-name", 13, ""),
        ("price(ussr.hopd, wait)", "unknown-name", 12, "hold"),
        ("price(usa, strike | wra)", "unknown-name", 21, "war"),
        ("E(removal)", "unknown-name", 3, "usa.removal"),
        ("P(gone)", "name-is-two-things", 3, ""),
        ("P(P(war) > 0.5)", "not-allowed-here", 5, ""),
        ("P(war) > tension", "wrong-kind", 10, ""),
        ("P(war) and P(struck) > 0.5", "wrong-kind", 3, ""),
        ("P(tension)", "wrong-kind", 3, ""),
        ("1 + 2", "wrong-kind", 1, ""),
        ("ussr is hold at round 2", "wrong-kind", 1, ""),
        ("usa did board through round 2", "wrong-kind", 1, ""),
        ("(bases and usa did board) by round 2", "wrong-kind", 12, ""),
        ("(bases at round 1) by round 2", "wrong-kind", 2, ""),
        ("war at round 9", "outside-the-clock", 14, ""),
        ("war at round 0", "outside-the-clock", 14, ""),
        ("war by 1963-01-01", "outside-the-clock", 8, ""),
        ("war by 1962-10-99", "bad-date", 8, ""),
        ("bases within rounds 3 to 2", "bad-date", 21, ""),
        ("P(war", "expression-syntax", 6, ""),
        ("usa did", "expression-syntax", 8, ""),
        ("prior war", "expression-syntax", 7, ""),
        ("p(war)", "unknown-name", 1, "P"),
        ("P(blief(usa, war) > 0.2)", "unknown-name", 3, "belief"),
        ("mni(1, 2) > 0", "unknown-name", 1, "min"),
        ("P(war given struck)", "expression-syntax", 7, ""),
        ("P(war | struck | bases)", "expression-syntax", 16, ""),
        ("bases at round 2 at round 3", "expression-syntax", 18, ""),
        ("P(__class__)", "unknown-name", 3, ""),
        ("usa.__class__", "unknown-name", 1, ""),
        ("usa.line.board.__class__", "expression-syntax", 4, ""),
    ],
)
def test_errors_point_at_the_place(text, code, column, near):
    (only,) = problems(text)
    assert (only.code, only.position.column, only.nearest) == (code, column, near)
    assert only.position.file == "query"
    assert only.text == text  # so that it can be shown with a caret


def test_hints_say_what_to_write():
    assert problems("P(hold)")[0].expected == "`ussr is hold`"
    assert problems("P(gone)")[0].expected == "`ending is gone` or `ussr ever gone`"
    assert problems("P(ussr.bases)")[0].expected == "`E(ussr.bases)`"
    assert "`|`" in problems("P(war given struck)")[0].expected
    assert "P(...)" in problems("prior war")[0].expected


def test_an_event_is_no_question():
    with pytest.raises(QueryError):
        parse_event("P(war)")
    with pytest.raises(QueryError):
        parse_event("as usa: war")
    with pytest.raises(QueryError):
        bind_event(parse_event("tension + 1"), NAMES)


def test_place_is_kept():
    with pytest.raises(QueryError) as caught:
        parse_query("P(war", NAMES.place("questions.0.ask"))
    assert str(caught.value).startswith("questions.0.ask:1:6: ")
