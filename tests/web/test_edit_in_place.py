"""A value changed where it stands: the data are as meant, and no other byte of the text moves."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from standoff.errors import ScenarioError
from standoff.scenario.in_place import renamed, with_value
from standoff.scenario.loading import library
from standoff.scenario.reader import read_texts
from standoff.scenario.write import yaml_of
from strategies.workbenches import opened

SIGNAL = {"signal.yaml": (library() / "signal" / "signal.yaml").read_text("utf-8")}
SPANS = read_texts(SIGNAL).positions.spans
SCALARS = sorted(p for p, s in SPANS.items() if hasattr(s, "value"))
WRITABLE = st.characters(codec="utf-8", exclude_characters="\x00")
VALUES = st.one_of(
    st.text(WRITABLE, max_size=40),
    st.sampled_from(
        ["", "~", "null", "- a", "a: b", "a #b", "*x", "&x", "!t", "{", "[a, b]",'"', "|", ">",
         "clip(a, 0, 1)", "1e3", "yes", "two\nlines", "two\n\nlines\n", " padded ", "x\n", "\n",
         "  led\n by space", "a\tb", "word " * 40, "long " * 30 + "\nlines", "\u2028", "<<", "%a"]
    ),
)  # fmt: skip


def data_of(texts: dict[str, str]) -> dict[str, Any]:
    return read_texts(texts).data


def put(data: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The slow, obvious twin: the value set in the data."""
    found = deepcopy(data)
    head, _, last = path.rpartition(".")
    here = got(found, head)
    here[int(last) if isinstance(here, list) else last] = value
    return found


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SCALARS), VALUES)
def test_only_the_span_of_the_value_changes(path: str, value: str) -> None:
    splice = with_value(SIGNAL, path, value)
    if splice is None:
        assert data_of(SIGNAL) == put(data_of(SIGNAL), path, value)
        return
    after = splice.of(SIGNAL)
    assert data_of(after) == put(data_of(SIGNAL), path, value)
    assert SPANS[path].start <= splice.start <= splice.end <= SPANS[path].end
    old, new = SIGNAL["signal.yaml"], after["signal.yaml"]
    assert new.startswith(old[: SPANS[path].start]) and new.endswith(old[SPANS[path].end :])


NAMES = st.text("abcdefgh_", min_size=1, max_size=6)
PLAIN = st.recursive(
    st.text(WRITABLE, max_size=20),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


def paths(data: Any, head: str = "") -> Iterator[str]:
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, inner in items:
        path = f"{head}.{key}" if head else str(key)
        yield path
        if isinstance(inner, dict | list):
            yield from paths(inner, path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, PLAIN, min_size=1, max_size=4), st.data())
def test_any_text_any_value(data: dict[str, Any], chance: Any) -> None:
    """Replaced, added, taken out: what is read afterwards is what was meant."""
    texts = {"a.yaml": yaml_of(data)}
    try:
        data = data_of(texts)
    except ScenarioError:  # brackets that look like an expression's are refused when read
        assume(False)
    assert texts["a.yaml"]
    path = chance.draw(st.sampled_from(sorted(paths(data))))
    what = chance.draw(st.sampled_from(["replace", "add", "remove"]))
    value: Any = chance.draw(VALUES | st.lists(NAMES, max_size=3) | st.dictionaries(NAMES, NAMES))
    if what == "add":
        home = got(data, path)
        assume(isinstance(home, dict | list))
        path = f"{path}.{len(home)}" if isinstance(home, list) else f"{path}.new key"
    wanted = deepcopy(data)
    head, _, last = path.rpartition(".")
    here = got(wanted, head)
    if what == "remove":
        del here[int(last) if isinstance(here, list) else last]
        value = None
    elif isinstance(here, list):
        here[int(last) : int(last) + 1] = [value]
    else:
        here[last] = value
    assume(wanted)
    splice = with_value(texts, path, value)
    assert data_of(texts if splice is None else splice.of(texts)) == wanted


def got(data: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        data = data[int(part)] if isinstance(data, list) else data[part]
    return data


COMMENTED = """\
# head
standoff: 1   # version
note:
  to: "the chief"   # who reads
  # about the sender
  from: 'desk'

# what is unsure
parameters:
  a: {uniform: [0, 1], because: "guess"}   # keep me
  b: 3
record:
  - at: 2031-01-01   # first
    move: x.y.z
    # between
  - {at: 2031-01-02, move: x.y.w}
# the end
"""


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        ("note.to", "us", '"the chief"', '"us"'),
        ("note.from", "it's me", "'desk'", "'it''s me'"),
        ("note.marking", "SECRET", "'desk'\n", "'desk'\n  marking: SECRET\n"),
        ("note.to", None, '  to: "the chief"   # who reads\n', ""),
        ("parameters.a.uniform.1", "2", "[0, 1]", "[0, 2]"),
        ("parameters.a.because", "we, think", '"guess"', '"we, think"'),
        ("parameters.a.because", None, ', because: "guess"', ""),
        ("parameters.a.label", "A", '"guess"}', '"guess", label: A}'),
        ("parameters.b", {"value": "3", "because": "so"}, "b: 3", "b: {value: 3, because: so}"),
        ("parameters.c", "4", "b: 3\n", "b: 3\n  c: 4\n"),
        ("record.0.text", "seen", "move: x.y.z\n", "move: x.y.z\n    text: seen\n"),
        ("record.0.at", None, "at: 2031-01-01   # first\n    ", ""),
        ("record.1.text", "seen", "x.y.w}", "x.y.w, text: seen}"),
        ("record.1", None, "  - {at: 2031-01-02, move: x.y.w}\n", ""),
        ("record.2", {"at": "2031-01-03", "unknown": "x.y"}, "x.y.w}\n",
         "x.y.w}\n  - {at: 2031-01-03, unknown: x.y}\n"),
        ("title", "T", "standoff: 1   # version\n", "standoff: 1   # version\ntitle: T\n"),
        ("questions.0", {"id": "q", "ask": "P(a, b)"}, "x.y.w}\n",
         'x.y.w}\nquestions:\n  - {id: q, ask: "P(a, b)"}\n'),
    ],
)  # fmt: skip
def test_comments_spacing_and_style_stay(path: str, value: Any, old: str, new: str) -> None:
    assert COMMENTED.count(old) == 1
    splice = with_value({"a.yaml": COMMENTED}, path, value)
    assert splice is not None
    assert splice.of({"a.yaml": COMMENTED})["a.yaml"] == COMMENTED.replace(old, new)


def test_line_ends_and_a_mark_of_byte_order_stay() -> None:
    texts = {"a.yaml": "\ufeff" + COMMENTED.replace("\n", "\r\n")}
    splice = with_value(texts, "note.marking", "SECRET")
    assert splice is not None
    wanted = COMMENTED.replace("'desk'\n", "'desk'\n  marking: SECRET\n").replace("\n", "\r\n")
    assert splice.of(texts)["a.yaml"] == "\ufeff" + wanted


def test_the_file_in_which_it_stands_is_changed() -> None:
    folder = library() / "cuba-1962"
    texts = {p.name: p.read_text("utf-8") for p in sorted(folder.glob("*.yaml"))}
    before = data_of(texts)
    count = len(before["record"])
    for path, value in (("record.3.text", "new words"), (f"record.{count}", {"unknown": "a.b"})):
        splice = with_value(texts, path, value)
        assert splice is not None and splice.file == "record.yaml"
        found = data_of(splice.of(texts))
        assert found["record"][:3] == before["record"][:3]
        assert {k: v for k, v in found.items() if k != "record"} == {
            k: v for k, v in before.items() if k != "record"
        }


@pytest.mark.parametrize(
    ("text", "path", "value", "code"),
    [
        ("a: &x 1\nb: *x\n", "b", "2", "not-in-place"),
        ("a: &x 1\nb: *x\n", "a", "2", "not-in-place"),
        ("a: 1\n", "a.b", "2", "no-such-path"),
        ("a: [1]\n", "a.5", "2", "no-such-path"),
        ("a: [1]\n", "a.first", "2", "no-such-path"),
        ("a: 1\n", "a", [["x", 3]], "wrong-type"),
        ("a: {\n", "a", "2", "yaml"),
    ],
)
def test_what_can_not_be_changed_by_itself_is_refused(
    text: str, path: str, value: Any, code: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        with_value({"a.yaml": text}, path, value)
    assert caught.value.problems[0].code in (code, "quote-it")


def test_a_key_gets_another_name() -> None:
    splice = renamed({"a.yaml": COMMENTED}, "parameters.a.uniform", "beta")
    assert splice is not None
    wanted = COMMENTED.replace("{uniform:", "{beta:")
    assert splice.of({"a.yaml": COMMENTED})["a.yaml"] == wanted
    for path, key in (("parameters.a", "b"), ("parameters.z", "y"), ("record.0", "x")):
        with pytest.raises(ScenarioError):
            renamed({"a.yaml": COMMENTED}, path, key)


def test_asked_of_the_server(tmp_path: Path) -> None:
    with opened(tmp_path) as client:
        changes = [
            {"path": "parameters.fight.triangular", "key": "uniform"},
            {"path": "parameters.fight.uniform", "value": ["1", "2"]},
            {"path": "as_of", "value": "2031-03-06"},
        ]
        found = client.post("/api/edit", json={"files": SIGNAL, "changes": changes}).json()
        assert found["file"] == "signal.yaml" and found["line"] == 10
        after = found["files"]["signal.yaml"]
        old = "{triangular: [0.8, 1.2, 2.0], because"
        assert after == SIGNAL["signal.yaml"].replace(old, "{uniform: [1, 2], because").replace(
            "as_of: 2031-03-05", "as_of: 2031-03-06"
        )
        nothing = {"files": SIGNAL, "changes": [{"path": "as_of", "value": "2031-03-05"}]}
        assert client.post("/api/edit", json=nothing).json() == {"files": {}, "file": "", "line": 0}
        wrong = {"files": SIGNAL, "changes": [*changes, {"path": "title.x", "value": "a"}]}
        assert client.post("/api/edit", json=wrong).status_code == 422

        forms = client.post("/api/forms", json={"files": SIGNAL}).json()
        assert forms["data"]["as_of"] == "2031-03-05" and "turns" not in forms["data"]
        assert forms["places"]["parameters.fight"] == {"file": "signal.yaml", "line": 30}
        assert "neighbor.call_up.advance" in forms["names"]["acts"]
        broken = client.post("/api/forms", json={"files": {"a.yaml": "a: {"}}).json()
        assert broken["data"] == {} and [p["line"] for p in broken["problems"]] == [1]


def test_what_was_last_solved_is_remembered(tmp_path: Path) -> None:
    with opened(tmp_path) as client:
        assert client.get("/api/scenario/signal/solved").json() == {"job": "", "files": {}}
        assert client.get("/api/scenario/nothing/solved").status_code == 404
        job = client.post("/api/solve", json={"crisis": "signal", "variants": 2}).json()["id"]
        assert client.get("/api/scenario/signal/solved").json() == {"job": job, "files": SIGNAL}
