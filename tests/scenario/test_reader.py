"""Reading YAML: everything stays text, everything has a place, nothing blows up."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_crisis import TEXT

from standoff.errors import Problem, ScenarioError
from standoff.scenario import load, loads, positions_of
from standoff.scenario.reader import MAX_BYTES, MAX_NODES, read, read_text


def fault(text: str) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        read_text(text, name="f.yaml")
    assert len(caught.value.problems) == 1, caught.value
    return caught.value.problems[0]


def place(text: str, path: str) -> tuple[int, int, int]:
    where = read_text(text).positions.at(path)
    assert where is not None
    return where.line, where.column, where.width


def test_every_scalar_stays_text() -> None:
    text = "a: 1962-10-25\nb: 1992\nc: yes\nd: 1_000\ne: 0x10\nf: .5\ng: 12:30:45\n'1': on\n"
    assert read_text(text).data == {
        "a": "1962-10-25", "b": "1992", "c": "yes", "d": "1_000", "e": "0x10", "f": ".5",
        "g": "12:30:45", "1": "on",
    }  # fmt: skip


def test_empty_values_are_none() -> None:
    assert read_text("a:\nb: ~\nc: null\nd: ''\ne: 'null'\n").data == {
        "a": None, "b": None, "c": None, "d": "", "e": "null",
    }  # fmt: skip


def test_positions_of_keys_values_and_items() -> None:
    text = "a:\n  b: [x, {c: yy}]\n  dd: 'zz'\n"
    document = read_text(text, name="f.yaml")
    assert place(text, "a.b.0") == (2, 7, 1)
    assert place(text, "a.b.1.c") == (2, 14, 2)
    assert place(text, "a.dd") == (3, 7, 4)
    key = document.positions.key("a.dd")
    assert key is not None
    assert (str(key), key.width) == ("f.yaml:3:3", 2)
    # what is not there leads to what encloses it
    assert document.positions.at("a.b.1.nothing.here") == document.positions.at("a.b.1")


@pytest.mark.parametrize(
    ("text", "column", "want"),
    [
        ("e: tension + heat", 11, (1, 14, 4)),
        ("e: 'tension + heat'", 11, (1, 15, 4)),
        ('e: "tension \\u002b heat"', 11, None),  # an escape can't be aligned: the scalar's place
        ("e: >\n  tension +\n  heat\n", 11, (3, 3, 4)),
        ("e: tension +\n   heat", 11, (2, 4, 4)),
        ("e: |\n  tension +\n  heat\n", 11, (3, 3, 4)),
        ("é: 'ü''s heat'", 5, (1, 10, 4)),
        ("e: tension +", 14, (1, 13, 1)),  # past the end: where something is missing
    ],
)
def test_places_inside_an_expression(
    text: str, column: int, want: tuple[int, int, int] | None
) -> None:
    positions = read_text(text).positions
    path = text[0]
    found = positions.inside(path, column, 4 if want is None or want[2] == 4 else 1)
    assert found is not None
    if want is None:
        assert found == positions.at(path)
    else:
        assert (found.line, found.column, found.width) == want


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028"])
def test_lines_are_counted_as_yaml_counts_them(newline: str) -> None:
    text = newline.join(["a: 1", "# é", "b:", "  c: 2", ""])
    assert place(text, "b.c")[:2] == (4, 6)


@pytest.mark.parametrize(
    ("text", "code", "where", "words"),
    [
        ("a: 1\nbb: 2\na: 3\n", "duplicate-key", (3, 1, 1), "line 1"),
        ("x: {b: 1, b: 2}\n", "duplicate-key", (1, 11, 1), "line 1"),
        ("a: !!int 3\n", "yaml-tag", (1, 4, 7), "!!int"),
        ("a: !move strike\n", "yaml-tag", (1, 4, 12), "!move"),
        ("a: !!python/object/apply:os.system [ls]\n", "yaml-tag", (1, 4, 33), "!!python"),
        ("b: &x {c: 1}\na: {<<: *x}\n", "merge-key", (2, 5, 2), "use:"),
        ("a: 1\n---\nb: 2\n", "second-document", (2, 1, 3), "one document"),
        ("", "empty", (1, 1, 1), ""),
        ("# only words\n", "empty", (1, 1, 1), ""),
        ("- a\n", "wrong-type", (1, 1, 3), "a list"),
        ("words", "wrong-type", (1, 1, 5), "text"),
        ("a: b\x00c\n", "unreadable", (1, 5, 1), "U+0000"),
        ("a: b\ud800c\n", "unreadable", (1, 5, 1), "U+D800"),
        ("a: *x\n", "yaml", (1, 4, 2), "'x'"),
        ("a: &x [1, *x]\n", "too-deep", (1, 11, 2), "never ends"),
        ("a: [1, , 2]\n", "quote-it", (1, 8, 1), "brackets"),
        ("a: @x\n", "quote-it", (1, 4, 1), "quotation marks"),
        ("a: 'x\n", "yaml", (2, 1, 1), "quotation mark"),
        ("a:\n  - 1\n b: 2\n", "yaml", (3, 2, 1), "indented"),
        ("a: b: c\n", "quote-it", (1, 5, 1), "quote it"),
        ("? [a, b]\n: 1\n", "quote-it", (1, 3, 6), "quote it"),
        ("a:\n  - \n  - 1\n", "empty-item", (2, 4, 1), ""),
    ],
)
def test_fault(text: str, code: str, where: tuple[int, int, int], words: str) -> None:
    problem = fault(text)
    assert problem.code == code, problem
    assert problem.position is not None
    found = (problem.position.line, problem.position.column, problem.position.width)
    assert found == where, problem
    assert words in f"{problem.message} {problem.found} {problem.expected}"


@pytest.mark.parametrize(
    ("text", "column", "quoted"),
    [
        ("a: {odds: clip(a, 0, 1)}", 11, '"clip(a, 0, 1)"'),
        ("a: {x: 1, odds: min(a, b), y: 2}", 17, '"min(a, b)"'),
        ("a: {when}", 5, '"when"'),
        ("a: [clip(a, 0, 1), 2]", 5, '"clip(a, 0, 1)"'),
        ("a: {value: ending in [a, b]}", 22, "quote it"),
        ("a: {when: a: b}", 12, "quote it"),
        ("a: [x, y] == z", 11, "quote it"),
        ("a: {b: [c}", 10, "quote it"),
        ("{{x}}: 1", 1, "quote it"),
    ],
)
def test_brackets_that_yaml_swallowed(text: str, column: int, quoted: str) -> None:
    problem = fault(text)
    assert problem.code == "quote-it", problem
    assert problem.position is not None
    assert problem.position.column == column
    assert quoted in problem.expected


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("each_round: -tension,", "each_round: [tension],", 49),
        ("value: ending is war,", "value: {ending is war: 1},", 20),
    ],
)
def test_brackets_where_an_expression_is_wanted(old: str, new: str, column: int) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(TEXT.replace(old, new))
    (problem,) = caught.value.problems
    assert problem.code == "quote-it"
    assert "quote it" in problem.expected
    assert problem.position is not None
    assert problem.position.column == column


def test_an_ordinary_list_is_not_taken_for_a_broken_expression() -> None:
    text = "a: [(x, y), 2]\n"  # broken
    assert fault(text).code == "quote-it"
    assert read_text("a: [f(x), g(y)]\nb: {c: d, e: }\nc: {d: null}\n").data == {
        "a": ["f(x)", "g(y)"], "b": {"c": "d", "e": None}, "c": {"d": None},
    }  # fmt: skip


# --- bombs


def test_aliases_are_shared_text() -> None:
    assert read_text("a: &x [1, 2]\nb: *x\n").data == {"a": ["1", "2"], "b": ["1", "2"]}


def test_alias_bomb() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    problem = fault("\n".join(lines))
    assert problem.code == "too-many"
    assert f"{MAX_NODES:,}" in problem.expected
    assert problem.position is not None
    assert problem.position.line == 6


def test_too_many_values_without_aliases() -> None:
    assert fault("a: [" + "1," * (MAX_NODES + 10) + "1]").code == "too-many"


@pytest.mark.parametrize("text", ["[" * 100_000, "a: {" * 30_000, "- " * 100_000, "? " * 10_000])
def test_deep_nesting(text: str) -> None:
    assert fault(text).code == "too-deep"


def test_nesting_through_aliases() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 60)]
    assert fault("\n".join(lines)).code == "too-deep"


def test_a_file_of_100_mb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)  # sparse: takes no room on disk
    with pytest.raises(ScenarioError) as caught:
        load(path)
    (problem,) = caught.value.problems
    assert problem.code == "too-big"
    assert problem.found == "100.0 MB"
    assert problem.expected == "at most 5 MB"


def test_a_folder_that_is_too_big_is_refused_unread(tmp_path: Path) -> None:
    for name in "ab":
        with (tmp_path / f"{name}.yaml").open("wb") as stream:
            stream.truncate(MAX_BYTES - 10)
    with pytest.raises(ScenarioError, match="too big"):
        read(tmp_path)


def test_text_that_is_too_big() -> None:
    with pytest.raises(ScenarioError, match="too big"):
        read_text("a" * (MAX_BYTES + 1))


# --- files


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: é\nb: ok\ncd: café\n".encode() + "e: café\n".encode("latin-1"))
    with pytest.raises(ScenarioError) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert problem.code == "unreadable"
    assert problem.found == "byte 0xE9"
    assert problem.position is not None
    assert (problem.position.line, problem.position.column) == (4, 7)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert load(path).id == "small"
    assert str(positions_of(load(path)).at("id")) == f"{path}:2:5"


def test_a_folder_is_one_scenario(tmp_path: Path) -> None:
    head, record = TEXT.split("record:\n")
    (tmp_path / "a.yaml").write_text(head)
    (tmp_path / "b.yml").write_text("standoff: 1\nrecord:\n" + record)
    (tmp_path / "notes.txt").write_text("not: [read")
    scenario = load(tmp_path)
    assert scenario == loads(TEXT)
    where = positions_of(scenario).at("record.1.known")
    assert str(where) == f"{tmp_path / 'b.yml'}:5:12"


def test_lists_of_a_folder_are_appended_with_their_places(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("r: [x, y]\nm: {a: 1}\n")
    (tmp_path / "b.yaml").write_text("r:\n  - k: z\nm: {b: 2}\n")
    document = read(tmp_path)
    assert document.data == {"r": ["x", "y", {"k": "z"}], "m": {"a": "1", "b": "2"}}
    assert str(document.positions.at("r.2.k")) == f"{tmp_path / 'b.yaml'}:2:8"
    assert str(document.positions.at("r.0")) == f"{tmp_path / 'a.yaml'}:1:5"
    assert str(document.positions.key("m.b")) == f"{tmp_path / 'b.yaml'}:3:5"


def test_a_key_written_in_two_files_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("id: x\nm: {a: 1}\n")
    (tmp_path / "b.yaml").write_text("id: y\nm: {a: 2}\n")
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path)
    assert [(p.code, p.path) for p in caught.value.problems] == [
        ("duplicate-key", "id"),
        ("duplicate-key", "m.a"),
    ]
    assert "a.yaml, line 1" in caught.value.problems[0].found
    assert str(caught.value.problems[1].position) == f"{tmp_path / 'b.yaml'}:2:5"


def test_faults_of_all_files_of_a_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: [\n")
    (tmp_path / "b.yaml").write_text("b: @\n")
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path)
    assert [Path(p.position.file).name for p in caught.value.problems if p.position] == [
        "a.yaml",
        "b.yaml",
    ]


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no YAML file"):
        load(tmp_path)
    with pytest.raises(ScenarioError) as caught:
        load("signl")
    assert caught.value.problems[0].nearest == "signal"
    for bad in ("\0", "x" * 5000, str(tmp_path / "none.yaml")):
        with pytest.raises(ScenarioError, match="there is no file"):
            load(bad)


# --- nothing but ScenarioError, quickly


ALPHABET = st.one_of(
    st.sampled_from(list("{}[]:,-&*!|>'\"%@`#?~ \n\t<=()")), st.characters(max_codepoint=0x2030)
)


def survives(text: str) -> None:
    try:
        loads(text)
    except ScenarioError as error:
        assert error.problems
        assert all(str(p) for p in error.problems)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(ALPHABET, max_size=200))
def test_arbitrary_text(text: str) -> None:
    survives(text)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.data())
def test_mutated_scenarios(data: st.DataObject) -> None:
    text = TEXT
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        cut = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(st.text(ALPHABET, max_size=6)) + text[at + cut :]
    survives(text)


LINES = TEXT.splitlines()


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(st.integers(0, len(LINES) - 1), max_size=3), st.integers(0, len(LINES) - 1))
def test_scenarios_with_lines_moved_and_lost(lost: list[int], moved: int) -> None:
    lines = [line for i, line in enumerate(LINES) if i not in lost]
    lines.insert(0, lines.pop(moved % len(lines)))
    survives("\n".join(lines))


VALUES = st.recursive(
    st.one_of(st.none(), st.sampled_from(["1", "rest", "true", "red", "war", "x + 1", "2030"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["by", "from", "to", "when", "value", "a"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.data())
def test_values_of_another_shape(data: st.DataObject) -> None:
    """Any key may hold anything: complaints, never a crash."""
    from standoff.scenario import build
    from standoff.scenario.reader import read_text as plain

    tree = plain(TEXT).data
    here = tree
    while True:
        key = data.draw(
            st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here)))
        )
        inner = here[key]
        if not isinstance(inner, (dict, list)) or not inner or data.draw(st.booleans()):
            here[key] = data.draw(VALUES)
            break
        here = inner
    try:
        build(tree)
    except ScenarioError as error:
        assert all(str(p) for p in error.problems)
