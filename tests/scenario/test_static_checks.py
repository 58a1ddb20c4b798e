"""One test for each static error: its code, what it underlines, and the nearest valid name."""

from __future__ import annotations

import pytest
from small_crisis import TEXT, problems, the_problem

from standoff.errors import ScenarioError
from standoff.scenario import check, load, loads, shipped


def test_the_small_crisis_has_no_problem() -> None:
    assert problems() == []


# code, what is replaced, by what, the text underlined, nearest (or what `found`/`expected` hold)
CASES = [
    # shape
    ("unknown-key", "as_of:", "as_off:", "as_off", "as_of"),
    ("unknown-key", "rounds: last", "round: last", "round", "rounds"),
    ("unknown-key", "{uniform: [0.1, 0.4]}", "{unifrom: [0.1, 0.4]}", "unifrom", "uniform"),
    ("unknown-key", "quiet: true", "silent: true", "silent", None),
    ("wrong-type", "quiet: true", "quiet: maybe", "maybe", "expected:true or false"),
    ("wrong-type", "rank: 0.5", "rank: much", "much", "expected:a number"),
    ("wrong-type", "blue: {}\n  dice", "blue: x\n  dice", "x", "found:'x'"),
    ("wrong-type", "between: [gain.hawk, luck]", "between: [luck]", "[luck]", "found:a list of 1"),
    ("out-of-range", "rank: 0.5", "rank: 1.5", "1.5", "expected:below 1"),
    ("wrong-value", "kind: nature", "kind: natur", "natur", "nature"),
    ("wrong-value", "standoff: 1", "standoff: 2", "2", "expected:1"),
    ("missing-key", "title: A small crisis\n", "", "standoff: 1", "expected:title:"),
    ("missing-key", "    by: red\n", "    bye: red\n", "bye", "by"),
    ("bad-name", "  luck: {", "  good luck: {", "good luck", None),
    ("too-long", "when: tension > 0", "when: " + "1 + " * 600 + "1", "1 + " * 600 + "1", None),
    # names
    ("name-is-two-things", "  press: {}", "  press: {}\n  dice: {}", "dice", None),
    ("duplicate-id", "id: reply", "id: chance", "chance", "found:'chance', as in line 45"),
    ("duplicate-id", '  - {id: war, ask: "P(ending is war)"}',
     "  - {id: war, ask: war}\n  - {id: war, ask: war}", "war", None),
    ("unknown-name", "tension: tension + 1", "tension: tensoin + 1", "tensoin", "tension"),
    ("unknown-name", "hawk: {triangular: [1, 2, 3]}", "hawk: {triangular: [1, limt, 3]}", "limt",
     "limit"),
    ("unknown-name", "heat: tension + limit", "heat: tension + limitt", "limitt", "limit"),
    ("unknown-name", "mood == angry", "mood == angri", "angri", "angry"),
    ("unknown-name", "value: ending is war, w", "value: ending is wars, w", "wars", "war"),
    ("unknown-name", "claim: red is hawk", "claim: red is hawc", "hawc", "hawk"),
    ("unknown-name", "dice did chance.storm", "dice did chance.strom", "chance.strom",
     "chance.storm"),
    ("unknown-actor", "actor: dice", "actor: dise", "dise", "dice"),
    ("unknown-actor", "by: red", "by: rad", "rad", "red"),
    ("unknown-actor", "  blue:\n    calm", "  blew:\n    calm", "blew", "blue"),
    ("unknown-actor", "sees_as: [public, blue]", "sees_as: [publik, blue]", "publik", "public"),
    ("unknown-actor", "seen_by: [red]", "seen_by: [rde]", "rde", "red"),
    ("unknown-actor", "move: red.open", "move: rad.open", "rad.open.threaten", "red.open.threaten"),
    ("unknown-turn", "move: red.open", "move: red.opne", "red.opne.threaten", "red.open.threaten"),
    ("unknown-move", "open.threaten", "open.threten", "red.open.threten", "red.open.threaten"),
    ("unknown-move", "move: red.open.threaten", "move: threaten", "threaten", "found:'threaten'"),
    ("unknown-move", "use: threat", "use: thread", "thread", "threat"),
    ("unknown-player", "actor: blue}", "actor: blu}", "blu", "blue"),
    ("unknown-type", "prior: {hawk: 0.4", "prior: {hawkk: 0.4", "hawkk", "hawk"),
    ("unknown-type", "    dove: {value: 0.5}", "    dov: {value: 0.5}", "dov", "dove"),
    ("unknown-ending", "yield: {ends: peace}", "yield: {ends: piece}", "piece", "peace"),
    ("unknown-ending", "{from: war, to: peace}", "{from: warr, to: peace}", "warr", "war"),
    ("unknown-objective", "serves: [prize]", "serves: [price]", "price", "prize"),
    ("unknown-state-variable", "then: {mood: angry}", "then: {moot: angry}", "moot", "mood"),
    ("unknown-audience", "audience: press", "audience: pres", "pres", "press"),
    ("unknown-source", "source: cable#2", "source: cabel#2", "cabel#2", "cable"),
    ("unknown-parameter", "{gain.hawk: 1}", "{gain.hawq: 1}", "gain.hawq", "gain.hawk"),
    ("unknown-parameter", "[gain.hawk, luck]", "[gain.hawk, lukc]", "lukc", "luck"),
    ("unknown-record-item", "    report: the", "    refines: frist\n    report: the", "frist",
     "first"),
    ("unknown-turn", "    report: the sky darkens\n    odds:\n      - {when: dice did chance.storm,"
     " p: 0.9}\n      - {else: 0.2}", "    unknown: chanse", "chanse", "chance"),
    ("unknown-path", "kind: inference, claim: red is hawk, estimate: 0.7",
     "kind: input, assumed_in: parameters.lukc", "parameters.lukc", "luck"),
    # expressions
    ("expression-syntax", "when: tension > 0", "when: tension > > 0", ">", "found:>"),
    ("expression-syntax", "when: tension > 0", "when: tension.__class__", ".", None),
    ("uncertain-parameter", "when: tension > 0", "when: tension > luck", "luck", None),
    ("uncertain-parameter", "tension: tension + 1", "tension: tension + luck", "luck", None),
    ("uncertain-parameter", "start: 0}", "start: luck}", "luck", None),
    ("uncertain-parameter", "heat: tension + limit", "heat: tension + luck", "heat", None),
    ("define-cycle", "heat: tension + limit", "heat: tension + heat", "heat", None),
    ("not-allowed-here", "each_round: -tension", "each_round: ending is war", "ending is war",
     "expected:state variables"),
    # numbers
    ("one-of", "luck: {uniform: [0.1, 0.4]}", "luck: {uniform: [0, 1], beta: [1, 1]}", "luck",
     None),
    ("bad-distribution", "triangular: [1, 2, 3]", "triangular: [1, 4, 3]", "[1, 4, 3]",
     "found:[1, 4, 3]"),
    ("bad-distribution", "uniform: [0.1, 0.4]", "uniform: [0.4, 0.1]", "[0.4, 0.1]", None),
    ("bad-distribution", "uniform: [0.1, 0.4]", "normal: [0, 0]", "[0, 0]", None),
    ("not-finite", "limit: 2", "limit: 1/0", "1/0", None),
    ("parameter-order", "  luck: {uniform: [0.1, 0.4]}\n  limit: 2",
     "  luck: {uniform: [0.1, limit]}\n  limit: 2", "luck", "found:limit"),
    ("correlate-itself", "[gain.hawk, luck]", "[luck, luck]", "[luck, luck]", None),
    ("correlation", "rank: 0.5}", "rank: 0.5}\n  - {between: [luck, gain.hawk], rank: 0.4}",
     "{between: [luck, gain.hawk], rank: 0.4}", "found:0.5 and 0.4"),
    ("fixed-parameter", "[gain.hawk, luck]", "[gain.hawk, limit]", "limit", None),
    ("odds-sum", "prior: {hawk: 0.4, dove: rest}", "prior: {hawk: 0.4, dove: 0.5}", "prior",
     "found:0.9"),
    ("odds-sum", "prior: {hawk: 0.4, dove: rest}", "prior: {hawk: {uniform: [0, 1]}, dove: 0.5}",
     "prior", "expected:rest"),
    ("odds-sum", "odds: luck", "odds: 1.0}\n      fog: {odds: 0.5", "outcomes", "found:1.5"),
    ("odds-range", "odds: luck", "odds: 2*limit", "2*limit", None),
    ("odds-range", "estimate: 0.7", "estimate: 70", "70", None),
    ("odds-range", "p: 0.9", "p: 9", "9", None),
    ("two-rests", "odds: luck", "odds: rest", "rest", None),
    ("two-rests", "draw: {true: 0.5", "draw: {true: rest", "rest", None),
    ("missing-type", "prior: {hawk: 0.4, dove: rest}", "prior: {hawk: 0.4}", "prior", None),
    ("missing-type", "weight: gain}", "weight: {hawk: 1}}", "weight", None),
    ("out-of-range", "start: 0}", "start: 4}", "4", "expected:from 0 to 3"),
    ("out-of-range", "start: 0}", "start: 0.5}", "0.5", None),
    ("out-of-range", "{tension: tension + 1}", "{tension: 7}", "7", "expected:from 0 to 3"),
    ("out-of-range", "rate: 2", "rate: 0", "0", None),
    ("out-of-range", "dove: {stake: 2}", "dove: {stake: -2}", "-2", None),
    ("out-of-range", "discount: 0.9", "discount: 9", "9", None),
    ("bad-range", "range: [0, 3]", "range: [3, 0]", "[3, 0]", None),
    ("unknown-name", "start: calm", "start: clam", "clam", "calm"),
    ("bad-stake", "{from: war, to: peace}", "{from: war, to: war}", "{from: war, to: war}", None),
    ("not-a-player", "  blue:\n    calm: {value: -(ending is war)", "  dice:\n    calm: {value: 1",
     "dice", None),
    ("missing-key", "{value: -(ending is war), each_round: -tension, discount: 0.9}", "{}", "calm",
     None),
    # play
    ("one-of", "    outcomes:\n      storm: {odds: luck, then: {mood: angry}}\n      sun:"
     " {odds: rest}\n", "", None, "expected:moves, outcomes, together, then"),
    ("wrong-turn", "    outcomes:", "    moves:", "moves", None),
    ("wrong-turn", "wait: {quiet: true}", "wait: {odds: 0.5}", "odds", None),
    ("missing-key", "sun: {odds: rest}", "sun: {}", "sun", "expected:odds"),
    ("bad-rounds", "rounds: last", "rounds: 2-5", "2-5", "expected:1 to 3"),
    ("bad-rounds", "rounds: last", "rounds: often", "often", None),
    ("nested-lottery", "peace: {label: peace}",
     "peace: {lottery: {time: 0.5, calm_: rest}}\n  odd: {lottery: {peace: 1}}", "peace", None),
    # dates
    ("bad-date", "as_of: 2030-01-04", "as_of: 4 January", "4 January", None),
    ("bad-date", "known: 2030-01-04", "known: 2030-02-30", "2030-02-30", None),
    ("bad-zone", "Europe/Vienna", "Europe/Viena", "Europe/Viena", "Europe/Vienna"),
    ("clock-order", "first: 2030-01-03", "first: 2030-01-04", "2030-01-04", "expected:2030-01-03"),
    ("clock-order", "first: 2030-01-03", "first: 2030-01-02", "2030-01-02", "expected:2030-01-03"),
    ("clock-order", "last: 2030-01-09", "last: 2030-01-05", "2030-01-05", None),
    ("outside-clock", "at: 2030-01-01T12:00", "at: 2029-12-31", "2029-12-31", None),
    ("outside-clock", "as_of: 2030-01-04", "as_of: 2029", "2029", None),
    # record
    ("turn-not-played", "at: 2030-01-01T12:00", "at: 2030-01-03T12:00", "red.open.threaten",
     "found:round 2"),
    ("record-order", "    source: cable#2",
     "    source: cable#2\n  - {at: 2030-01-01, unknown: open}",
     "2030-01-01", "found:2030-01-01 after 2030-01-03"),
    ("known-before", "known: 2030-01-04", "known: 2030-01-02", "2030-01-02", None),
    ("one-of", "report: the sky darkens", "report: x\n    unknown: chance", None, None),
    ("record-else", "      - {else: 0.2}\n", "", "odds", None),
    ("missing-key", "observer: {sees_as: [public, blue], actor: blue}\n", "", "record", None),
    ("bad-refines", "    report: the sky darkens\n    odds:\n      - {when: dice did chance.storm,"
     " p: 0.9}\n      - {else: 0.2}", "    move: dice.chance.sun\n    refines: first", "first",
     None),
    ("duplicate-id", "  - at: 2030-01-03\n", "  - id: first\n    at: 2030-01-03\n", "first", None),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "underlined", "near"), CASES)
def test_error(code: str, old: str, new: str, underlined: str | None, near: str | None) -> None:
    if underlined is None:
        assert code in [p.code for p in problems(old, new) if p.severity == "error"]
        return
    problem, text = the_problem(code, old, new)
    assert text == underlined, str(problem)
    assert problem.severity == "error"
    assert problem.path or old.startswith("title")
    if near is None:
        return
    kind, colon, words = near.partition(":")
    if kind == "found" and colon:
        assert words in problem.found
    elif kind == "expected" and colon:
        assert words in problem.expected
    else:
        assert problem.nearest == near, str(problem)


WARNINGS = [
    ("unused", "  limit: 2", "  limit: 2\n  spare: 3", "spare"),
    ("unused", "  heat: tension + limit", "  heat: tension + limit\n  cold: 1", "cold"),
    ("unused", "  mood: {levels", "  idle: {start: false}\n  mood: {levels", "idle"),
    ("unused", "  cable: {title: Cables}",
     "  cable: {title: Cables}\n  book: {title: A book}", "book"),
    ("unused", "moves:\n  threat", "moves:\n  other: {}\n  threat", "other"),
    ("no-stake", "dove: {stake: 2}", "dove: {}", "dove"),
    ("no-objective",
     "  blue:\n    calm: {value: -(ending is war), each_round: -tension, discount: 0.9}\n",
     "", "blue"),
    ("unreachable", "  peace: {label: peace}", "  peace: {label: peace}\n  truce: {label: a truce}",
     "truce"),
    ("no-claim", "claim: red is hawk, estimate: 0.7", "estimate: 0.7", None),
    ("lone-decision", "id: first,", "id: first, same_decision: one,", "one"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "underlined"), WARNINGS)
def test_warning(code: str, old: str, new: str, underlined: str | None) -> None:
    problem, text = the_problem(code, old, new)
    assert problem.severity == "warning"
    assert underlined is None or text == underlined
    loads(TEXT.replace(old, new))  # a warning stops nothing


def test_every_problem_is_told_at_once_and_in_file_order() -> None:
    text = TEXT.replace("limit: 2", "limit: 1/0").replace("mood == angry", "mood == angri")
    text = text.replace("at: 2030-01-03\n", "at: 2031-01-03\n").replace("cable#2", "cabel#2")
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    codes = [p.code for p in caught.value.problems]
    assert codes == [
        "not-finite",
        "unknown-name",
        "outside-clock",
        "known-before",
        "unknown-source",
    ]
    lines = [p.position.line for p in caught.value.problems if p.position]
    assert lines == sorted(lines)


def test_as_of_lists_what_could_not_have_been_written() -> None:
    text = TEXT.replace("wait: {quiet: true}", "wait: {quiet: true, first_known: 2030-01-06}")
    late = [p for p in check(loads(text), as_of="2030-01-05") if p.code == "not-yet-known"]
    assert [p.path for p in late] == ["turns.0.moves.wait"]
    assert not [p for p in check(loads(text), as_of="2030-01-06") if p.code == "not-yet-known"]


@pytest.mark.parametrize("name", shipped())
def test_shipped_crises_have_no_problem(name: str) -> None:
    assert [str(p) for p in check(load(name))] == []


def test_an_error_inside_a_shared_move_points_to_where_it_was_written() -> None:
    problem, text = the_problem("unknown-name", "tension: tension + 1}", "tension: tensoin + 1}")
    assert text == "tensoin"
    assert problem.path == "moves.threat.then.tension"
    assert problem.position is not None
    assert problem.position.line == 37


def test_python_names_are_no_way_out() -> None:
    for spell in ("__class__", "().__class__", "open.__globals__", "exec", "lambda: 0", "a[0]"):
        old = "when: tension > 0"
        found = problems(old, f'when: "{spell}"')
        assert found, spell
        assert {p.code for p in found if p.severity == "error"} <= {
            "expression-syntax", "unknown-name",
        }, spell  # fmt: skip


def test_a_deeply_nested_expression_is_refused() -> None:
    for text in ("(" * 900 + "1" + ")" * 900, "not " * 400 + "1", "-" * 900 + "1"):
        codes = {p.code for p in problems("when: tension > 0", f'when: "{text}"')}
        assert codes & {"expression-too-deep", "expression-syntax"}, text[:10]


def test_a_date_that_is_none_leaves_no_gap_and_stops_no_query() -> None:
    text = TEXT.replace("first: 2030-01-03", "first: soon")
    text = text.replace('"P(ending is war)"', '"P(ending is war by 2030-01-03)"')
    assert [p.code for p in problems(text=text)] == ["bad-date"]


def test_what_can_never_be_is_a_warning() -> None:
    assert [p.code for p in problems("when: tension > 0", "when: limit > 2")] == ["unreachable"]
    assert [p.code for p in problems("prior: {hawk: 0.4", "prior: {hawk: 0")] == ["unreachable"]


def test_a_stake_of_an_actor_without_types() -> None:
    assert problems("  blue: {}", "  blue: {stake: {from: war, to: peace}}") == []
    problem, _ = the_problem(
        "unknown-ending", "  blue: {}", "  blue: {stake: {from: wax, to: peace}}"
    )
    assert problem.nearest == "war"
    old = "prior: {hawk: 0.4, dove: rest}"
    assert [p.code for p in problems(old, f"{old}\n    stake: 2")] == ["one-of"]
