"""The note's section on the documents that carry it: numbers, or words with lines of the annex."""

from __future__ import annotations

import re

import pytest

from standoff.assess import assess
from standoff.assess.chain import chain
from standoff.assess.rippling import ripple_of
from standoff.note.outline import Paragraph, words_of
from standoff.note.ripple import section
from standoff.note.writer import Writer
from standoff.words.numbers import compact


@pytest.mark.parametrize("standard", ["icd203", "phia"])
def test_the_first_document_is_named_with_what_it_moves(standard: str) -> None:
    found = assess("signal", variants=6, form=False, standard=standard)  # type: ignore[arg-type]
    part = ripple_of(chain("signal", variants=6))
    assert part is not None
    w = Writer(found)
    made = section(w, part)
    assert made is not None
    opening = made.blocks[0]
    assert isinstance(opening, Paragraph)
    text = words_of(opening.content)
    moved = part.documents[0].moved
    assert moved is not None and moved.before is not None and moved.after is not None
    assert "attache" in text and moved.text in text
    if standard == "icd203":
        assert f"from {compact(moved.before)} to {compact(moved.after)} in 100" in text
        assert not w.annex
    else:
        assert "in 100" not in text
        lines = [int(n) for n in re.findall(r"\(A(\d+)\)", text)]
        assert [w.annex[n - 1][1] for n in lines] == [moved.before, moved.after]


def test_nothing_cited_is_no_section() -> None:
    found = assess("signal", variants=6, form=False)
    part = ripple_of(chain("signal", variants=6))
    assert part is not None
    assert section(Writer(found), part.model_copy(update={"documents": [], "count": 0})) is None


def test_a_document_that_moves_nothing_is_said_to() -> None:
    found = assess("signal", variants=6, form=False)
    part = ripple_of(chain("signal", variants=6))
    assert part is not None
    row = part.documents[0].model_copy(update={"moved": None})
    for count, words in ((1, "moves no probability"), (3, "Of the 3 documents cited, none")):
        made = section(Writer(found), part.model_copy(update={"documents": [row], "count": count}))
        assert made is not None and isinstance(made.blocks[0], Paragraph)
        assert words in words_of(made.blocks[0].content)
