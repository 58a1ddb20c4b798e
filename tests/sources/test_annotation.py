"""Links as Web Annotations: written, read back without loss, refused where they are none."""

from __future__ import annotations

import json
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.errors import SourceError
from standoff.sources.anchoring import Selector
from standoff.sources.annotation import LARGEST, Annotation, json_ld, read_annotations

TEXT = st.text(max_size=40)
SOME = st.text(min_size=1, max_size=40)
PLACED = {
    "position": st.none() | st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
    "text_hash": st.sampled_from(["", "ab" * 32]),
    "reader": st.sampled_from(["", "tei/1"]),
}
SELECTORS = (
    st.builds(Selector, exact=SOME, prefix=TEXT, suffix=TEXT, **PLACED)
    | st.builds(Selector, start=SOME, end=SOME, prefix=TEXT, suffix=TEXT, **PLACED)
    | st.builds(Selector, **PLACED)
)
ANNOTATIONS = st.builds(
    Annotation,
    rests=SOME,
    passage=SOME,
    selector=SELECTORS,
    rendering=st.sampled_from(["", "tei"]),
    grade=st.sampled_from(["", "B2"]),
    mark=st.sampled_from(["reported", "denied"]),
    note=TEXT,
    address=st.sampled_from(["", "https://history.state.gov/x/d65"]),
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(ANNOTATIONS, max_size=4))
def test_what_is_written_is_read_back(found: list[Annotation]) -> None:
    text = json_ld(found, "signal")
    assert read_annotations(text) == found
    assert read_annotations(text.encode()) == found
    assert json_ld(read_annotations(text), "signal") == text


def test_it_is_a_web_annotation() -> None:
    one = Annotation(
        "judgements.hope",
        "frus1961-63v06#d65/p19",
        Selector("", "the bases", "hold ", ".", "", "", (9, 18), "c" * 64, "tei/1"),
        grade="B2", mark="inferred", note="after the gloss",
        address="https://history.state.gov/historicaldocuments/frus1961-63v06/d65",
    )  # fmt: skip
    page = json.loads(json_ld([one]))
    assert page["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    (item,) = page["items"]
    assert item["type"] == "Annotation"
    assert item["motivation"] == "linking"
    assert item["body"][0]["standoff:rests"] == "judgements.hope"
    assert item["body"][1]["value"] == "after the gloss"
    assert item["target"]["source"] == one.address
    assert item["target"]["selector"] == [
        {"type": "TextQuoteSelector", "exact": "the bases", "prefix": "hold ", "suffix": "."},
        {"type": "TextPositionSelector", "start": 9, "end": 18},
    ]
    ours = {key for part in (item, item["target"], *item["body"]) for key in part if ":" in key}
    assert ours <= set(page["@context"][1])


def test_a_range_ends_where_its_end_selector_begins() -> None:
    one = Annotation("record.a", "s#d1", Selector(start="He said", end="the end.", suffix=" Then"))
    (item,) = json.loads(json_ld([one]))["items"]
    (selector,) = item["target"]["selector"]
    assert selector["type"] == "RangeSelector"
    assert selector["startSelector"] == {"type": "TextQuoteSelector", "exact": "He said"}
    assert selector["endSelector"] == {
        "type": "TextQuoteSelector", "exact": "", "prefix": "the end.", "suffix": " Then",
    }  # fmt: skip
    selector["endSelector"] = {"type": "TextQuoteSelector", "exact": "Then he left"}
    with pytest.raises(SourceError, match="what stands before"):
        read_annotations(json.dumps(item))


def test_other_shapes_of_the_same() -> None:
    one = Annotation("record.a", "s#d1", Selector(exact="words"))
    page = json.loads(json_ld([one, one]))
    assert len(read_annotations(json.dumps(page["items"]))) == 2
    assert read_annotations(json.dumps(page["items"][0])) == [one]
    collection = {"type": "AnnotationCollection", "total": 2, "first": page}
    assert read_annotations(json.dumps(collection)) == [one, one]
    foreign = page["items"][0] | {"body": page["items"][0]["body"][0]}
    foreign["target"] = [foreign["target"] | {"source": {"id": "https://e.org/1", "type": "Text"}}]
    assert read_annotations(json.dumps(foreign))[0].address == "https://e.org/1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[" * 200_000, "no JSON"),
        ("1" * 6000, "no JSON"),
        ("null", "no Web Annotations"),
        ("3", "no Web Annotations"),
        ('{"type": "Person"}', "no Web Annotations"),
        ('{"type": "AnnotationCollection", "first": "https://e.org/1"}', "no Web Annotations"),
        ("[3]", "no Web Annotation"),
        ('[{"type": "Annotation"}]', "one target"),
        ('[{"type": "Annotation", "target": "https://e.org/1"}]', "one target"),
        ('[{"type": "Annotation", "target": {"source": "x"}}]', "what rests"),
        ('[{"type": "Annotation", "target": {"source": 3}}]', "an address"),
        (
            '[{"type": "Annotation", "target": {"selector": [{"type": "TextPositionSelector", '
            '"start": -1, "end": 1e999}]}}]',
            "whole numbers",
        ),
        (
            '[{"type": "Annotation", "target": {"selector": {"type": "TextQuoteSelector", '
            '"exact": ["x"]}}}]',
            "is text",
        ),
        ('[{"type": "Annotation", "target": {"selector": [7]}}]', "is an object"),
        ('[{"type": "Annotation", "target": {"selector": {"type": "RangeSelector"}}}]', "a range"),
    ],
)
def test_what_is_none_is_refused_kindly(text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_annotations(text)


def test_too_much_is_refused() -> None:
    with pytest.raises(SourceError, match="too large"):
        read_annotations(" " * (LARGEST + 1))
    with pytest.raises(SourceError, match="too many"):
        read_annotations("[" + "3," * 10_000 + "3]")
    long = json_ld([Annotation("record.a", "s#d1", Selector(exact="x" * 30_000))])
    with pytest.raises(SourceError, match="too long"):
        read_annotations(long)


def test_a_context_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refused)
    page = json.loads(json_ld([Annotation("record.a", "s#d1")]))
    page["@context"] = ["https://evil.example/context.jsonld"]
    assert read_annotations(json.dumps(page))[0].rests == "record.a"


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "target", "body", "selector", "items", "source", "exact"])
                | st.text(max_size=5),
                inner | st.sampled_from(["Annotation", "AnnotationPage", "TextQuoteSelector"]),
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_anything_else_is_refused_and_nothing_breaks(data: object) -> None:
    try:
        found = read_annotations(json.dumps(data))
    except SourceError:
        return
    assert all(isinstance(one, Annotation) for one in found)
