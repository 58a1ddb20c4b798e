"""What is wrong with a game file is said at its place, and no text brings down a reader."""

from __future__ import annotations

import random
import re
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff.errors import GameFileError
from standoff.game import efg_parse, gambit_tokens, nfg_parse
from standoff.game.efg_parse import parse as parse_efg
from standoff.game.efg_read import game_of_efg, load_efg, read_efg
from standoff.game.gambit_tokens import Source
from standoff.game.game_checks import game_fault
from standoff.game.nfg_parse import parse as parse_nfg
from standoff.game.nfg_read import game_of_nfg, load_nfg, read_nfg
from strategies.gambit_files import (
    broken,
    efg_documents,
    efg_texts,
    nfg_documents,
    nfg_texts,
)

HEAD = 'EFG 2 R "" { "A" "B" }\n'
SET = 'p "" 1 1 "s" { "x" "y" } 0\n'

EFG_ERRORS = {
    # text: code, line, column, what the complaint must mention
    "": ("truncated", 1, 1, "EFG"),
    'efg 2 R "" { "A" } t "" 0': ("syntax", 1, 1, "did you mean 'EFG'"),
    'EFG 3 R "" { "A" } t "" 0': ("syntax", 1, 5, "version 2"),
    'EFG 2 R { "A" } t "" 0': ("syntax", 1, 9, "title"),
    'EFG 2 R "" { } t "" 0': ("syntax", 1, 14, "players"),
    'EFG 2 R "" { "A" t "" 0': ("syntax", 1, 18, "player"),
    'EFG 2 R "never ends { A }': ("unterminated", 1, 9, "closing"),
    HEAD: ("truncated", 2, 1, "no node"),
    HEAD + '"comment"': ("truncated", 2, 10, "no node"),
    HEAD + SET + 't "" 0\n': ("truncated", 4, 1, "action 2 of the node at line 2"),
    HEAD + SET + 't "" 0\nt "" 0\nt "" 0': ("syntax", 5, 1, "end of the file"),
    HEAD + 't "" 0 extra': ("syntax", 2, 8, "extra"),
    HEAD + 'x "" 0': ("syntax", 2, 1, "c, p or t"),
    HEAD + "t 0": ("syntax", 2, 3, "name of the node"),
    HEAD + 't ""': ("truncated", 2, 5, "outcome"),
    HEAD + 't "" -1': ("syntax", 2, 6, "whole number"),
    HEAD + 't "" 1.5': ("syntax", 2, 6, "whole number"),
    HEAD + 't "" 99999999999': ("syntax", 2, 6, "out of bounds"),
    HEAD + 't "" 1': ("undefined", 2, 6, "outcome 1"),
    HEAD + 't "" 0 "none" { 1, 2 }': ("null-outcome", 2, 8, "outcome 0"),
    HEAD + 't "" 1 "o" { 1 }': ("syntax", 2, 16, "payoff of B"),
    HEAD + 't "" 1 "o" { 1, 2, 3 }': ("syntax", 2, 20, "more payoffs"),
    HEAD + 't "" 1 "o" { 1, two }': ("syntax", 2, 17, "payoff of B"),
    HEAD + 't "" 1 "o" { 1/0, 2 }': ("syntax", 2, 14, "represented"),
    HEAD + 't "" 1 "o" { 1e999, 2 }': ("syntax", 2, 14, "represented"),
    HEAD + 't "" 1 "o" { 1e-99999999, 2 }': ("syntax", 2, 14, "represented"),
    HEAD + 't "" 1 "o" { 1, ' + "9" * 401 + " }": ("syntax", 2, 17, "represented"),
    HEAD + 't "" 1 "o" { 1/2/3, 2 }': ("syntax", 2, 14, "payoff of A"),
    HEAD + 't "" 1 "o" { 1.2.3, 2 }': ("syntax", 2, 14, "payoff of A"),
    HEAD + 't "" 1 "o" { 1 2': ("truncated", 2, 17, "}"),
    HEAD + 't "" 1 "o': ("unterminated", 2, 8, "closing"),
    HEAD + 'p "" 3 1 "s" { "x" } 0 t "" 0': ("syntax", 2, 6, "from 1 to 2"),
    HEAD + 'p "" 0 1 "s" { "x" } 0 t "" 0': ("syntax", 2, 6, "from 1 to 2"),
    HEAD + 'p "" 1 0 "s" { "x" } 0 t "" 0': ("syntax", 2, 8, "information set"),
    HEAD + 'p "" 1 1 0 t "" 0': ("undefined", 2, 8, "information set 1 of player 1"),
    HEAD + 'c "" 1 0 t "" 0': ("undefined", 2, 6, "event 1 of chance"),
    HEAD + 'p "" 1 1 "s" { } 0': ("syntax", 2, 16, "name of an action"),
    HEAD + 'p "" 1 1 "s" { "x" 1/2 } 0': ("syntax", 2, 20, "name of an action"),
    HEAD + 'p "" 1 1 "s" { "x", "y" } 0': ("syntax", 2, 19, "name of an action"),
    HEAD + 'c "" 1 "s" { "x" "y" } 0': ("syntax", 2, 18, "probability"),
    HEAD + 'c "" 1 "s" { "x" 3/2 "y" -1/2 } 0': ("negative-odds", 2, 26, "below zero"),
    HEAD + SET + 'p "" 1 1 "other" { "x" "y" } 0': ("inconsistent-set", 3, 10, "another name"),
    HEAD + SET + 'p "" 1 1 "s" { "x" } 0': ("inconsistent-set", 3, 16, "number of actions"),
    HEAD + SET + 'p "" 1 1 "s" { "x" "z" } 0': ("inconsistent-set", 3, 16, "another action"),
    HEAD + SET + 't "" 1 "o" { 1 2 } t "" 1 "o" { 1 3 }': ("inconsistent-outcome", 3, 33, "payoff"),
    HEAD + SET + 't "" 1 "o" { 1 2 } t "" 1 "q" { 1 2 }': ("inconsistent-outcome", 3, 27, "name"),
    HEAD + 'c "" 1 "" { "a" 1/2 "b" 1/2 } 0\nc "" 1 "" { "a" 1/3 "b" 2/3 } 0': (
        "inconsistent-set", 3, 13, "probability",
    ),
}  # fmt: skip

TABLE = 'NFG 1 R "" { "A" "B" } { 2 2 }\n'

NFG_ERRORS = {
    "NFG 2": ("syntax", 1, 5, "version 1"),
    'NFG 1 R "" { "A" "B" } { 2 }': ("syntax", 1, 28, "strategies of B"),
    'NFG 1 R "" { "A" "B" } { 2 2 2 }': ("syntax", 1, 30, "}"),
    'NFG 1 R "" { "A" "B" } { 2 0 }': ("syntax", 1, 28, "out of bounds"),
    'NFG 1 R "" { "A" "B" } { 100000 100000 } 1': ("too-large", 1, 24, "contingencies"),
    'NFG 1 R "" { "A" "B" } { { "a" } { } } 1': ("syntax", 1, 36, "strategy of B"),
    'NFG 1 R "" { "A" "B" } { { "a" } } 1': ("syntax", 1, 34, "{"),
    TABLE: ("truncated", 2, 1, "8 numbers"),
    TABLE + "1 2 3 4 5 6 7": ("truncated", 2, 14, "8 numbers"),
    TABLE + "1 2 3 4 x 6 7 8": ("syntax", 2, 9, "8 numbers"),
    TABLE + "1 2 3 4 5/0 6 7 8": ("syntax", 2, 9, "represented"),
    TABLE + "1 2 3 4 5 6 7 8 9": ("syntax", 2, 17, "more numbers"),
    TABLE + "1 2 3 4 5 6 7 8 end": ("syntax", 2, 17, "end of the file"),
    TABLE + '{ { "" 1 2 } { "" 1 } } 1 1 1 1': ("syntax", 2, 21, "payoff of B"),
    TABLE + '{ { "" 1 2 } { 1 2 } } 1 1 1 1': ("syntax", 2, 16, "name of an outcome"),
    TABLE + '{ { "" 1 2 } "x" } 1 1 1 1': ("syntax", 2, 14, "outcome in braces"),
    TABLE + '{ { "" 1 2 } } 1 2 1 1': ("syntax", 2, 18, "from 0 to 1"),
    TABLE + '{ { "" 1 2 } } 1 -1 1 1': ("syntax", 2, 18, "outcome"),
    TABLE + '{ { "" 1 2 } } 1 1 1': ("truncated", 2, 21, "4 numbers"),
}


@pytest.mark.parametrize("text", EFG_ERRORS, ids=range(len(EFG_ERRORS)))
def test_errors_of_trees_stand_at_their_place(text):
    _complains(parse_efg, text, EFG_ERRORS[text])


@pytest.mark.parametrize("text", NFG_ERRORS, ids=range(len(NFG_ERRORS)))
def test_errors_of_tables_stand_at_their_place(text):
    _complains(parse_nfg, text, NFG_ERRORS[text])


def _complains(parse, text, expected):
    code, line, column, said = expected
    with pytest.raises(GameFileError) as raised:
        parse(Source("<text>", text))
    problem = raised.value.problems[0]
    where = problem.position
    assert (problem.code, where.line, where.column) == (code, line, column), str(problem)
    assert said in str(problem)
    assert problem.text == text


def test_an_error_in_a_file_names_the_file(tmp_path):
    path = tmp_path / "bad.efg"
    path.write_text(HEAD + 't "" oops\n')
    with pytest.raises(GameFileError) as raised:
        load_efg(path)
    assert str(raised.value).startswith(f"{path}:2:6: ")
    assert not raised.value.problems[0].text


def test_lines_end_in_any_way():
    with pytest.raises(GameFileError) as raised:
        read_efg('EFG 2 R ""\r\n{ "A" "\u2028B" }\rt "" oops')
    where = raised.value.problems[0].position
    assert (where.line, where.column) == (4, 6)


def test_a_text_is_never_taken_for_a_path():
    for read in (read_efg, read_nfg):
        with pytest.raises(GameFileError) as raised:
            read("game.efg", "mine")
        assert str(raised.value.problems[0].position) == "mine:1:1"


def test_bounds(monkeypatch, tmp_path):
    monkeypatch.setattr(efg_parse, "MAX_NODES", 2)
    with pytest.raises(GameFileError, match="more than 2 nodes"):
        read_efg(HEAD + SET + 't "" 0 t "" 0')
    monkeypatch.setattr(gambit_tokens, "MAX_CHARACTERS", 10)
    path = tmp_path / "long.efg"
    path.write_text(HEAD + SET)
    with pytest.raises(GameFileError, match="too long"):
        load_efg(path)
    with pytest.raises(GameFileError, match="too long"):
        read_efg(HEAD)
    players = " ".join(['"A"'] * 101)
    with pytest.raises(GameFileError, match="more than 100 players"):
        parse_efg(Source("<text>", f'EFG 2 R "" {{ {players} }} t "" 0'))
    monkeypatch.setattr(nfg_parse, "MAX_CONTINGENCIES", 3)
    with pytest.raises(GameFileError, match="contingencies"):
        parse_nfg(Source("<text>", TABLE + "1 2 3 4 5 6 7 8"))


@pytest.mark.parametrize(
    "text",
    [
        HEAD + SET.replace("\n", " ") * 100_000,  # 100,000 nodes deep
        HEAD + 'p "" 1 1 "' + "\\" * 1_000_001,
        HEAD + 'p "" 1 1 "s" { ' + '"x" ' * 300_000,
        HEAD + 't "" 1 "o" { ' + "1 " * 300_000,
        HEAD + "{" * 1_000_000,
        HEAD + 't "" 1 "o" { ' + "9" * 1_000_000 + " }",
        TABLE + "1 " * 300_000,
        TABLE + "{ " * 300_000,
        TABLE + '{ { "" ' + "1/" * 300_000,
    ],
    ids=range(9),
)
def test_hostile_texts_take_one_pass(text):
    """Long, deep and unbalanced texts are refused in time proportional to their length."""
    start = time.process_time()
    with pytest.raises(GameFileError):
        (parse_nfg if text.startswith("NFG") else parse_efg)(Source("<text>", text))
    assert time.process_time() - start < 4


def test_a_deep_tree_is_read():
    """A thousand times Python's recursion limit would be no use to anybody; ten times is."""
    depth = 10_000
    text = HEAD + "".join(f'p "" {1 + i % 2} {i + 1} "" {{ "x" }} 0\n' for i in range(depth))
    loaded = load_efg(text + 't "" 1 "o" { 1 2 }')
    assert loaded.game.n_nodes == depth + 1
    assert game_fault(loaded.game, loaded.payload) == ""


FUZZ = settings(
    derandomize=True, deadline=None, max_examples=250, suppress_health_check=list(HealthCheck)
)


@FUZZ
@given(broken(st.one_of(efg_documents(depth=2).flatmap(efg_texts), st.sampled_from([*EFG_ERRORS]))))
def test_no_text_brings_down_the_reader_of_trees(text):
    try:
        document = parse_efg(Source("<text>", text))
        assert document.text() == text
        loaded = game_of_efg(document)
    except GameFileError as error:
        _points_into(text, error)
    else:
        assert game_fault(loaded.game, loaded.payload) == ""


@FUZZ
@given(broken(st.one_of(nfg_documents().flatmap(nfg_texts), st.sampled_from([*NFG_ERRORS]))))
def test_no_text_brings_down_the_reader_of_tables(text):
    try:
        document = parse_nfg(Source("<text>", text))
        assert document.text() == text
        loaded = game_of_nfg(document)
    except GameFileError as error:
        _points_into(text, error)
    else:
        assert game_fault(loaded.game, loaded.payload) == ""


@FUZZ
@given(st.text(max_size=40), st.booleans())
def test_no_text_brings_down_the_openers(text, tree):
    """Given as what may be a path or a text, and as a text."""
    with suppress(GameFileError):
        (read_efg if tree else read_nfg)(text)
    try:
        (load_efg if tree else load_nfg)(text)
    except GameFileError:
        pass
    else:
        assert text.lstrip("\ufeff \t\r\n\v\f").startswith("EFG" if tree else "NFG")


def test_random_bytes_are_refused(tmp_path):
    rng = random.Random(4)
    for i in range(50):
        path = tmp_path / f"{i}.efg"
        path.write_bytes(rng.choice([b"", b"EFG 2 R ", b'NFG 1 R "" { "A" }']) + rng.randbytes(60))
        for load in (load_efg, load_nfg):
            with pytest.raises(GameFileError):
                load(path)


def _points_into(text, error):
    where = error.problems[0].position
    # The breaks of lines that excerpts know: a form feed is none.
    lines = re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text)
    assert where is not None
    assert 1 <= where.line <= len(lines)
    assert 1 <= where.column <= len(lines[where.line - 1]) + 1
