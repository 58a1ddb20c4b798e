"""The short note: the same numbers in two to four pages."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from standoff.assess.models import Assessment
from standoff.note import render
from standoff.note.build import outline
from standoff.note.outline import Figure, Table
from standoff.words import lint
from strategies.assessments import assessments
from strategies.example import sample

QUICK = settings(
    derandomize=True,
    deadline=None,
    max_examples=15,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def flat(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_it_opens_with_judgements_and_ends_with_trust() -> None:
    short = outline(sample(), short=True)
    ids = [s.id for s in short.sections]
    assert ids[0] == "key" and ids[-1] == "trust"
    assert {"audit", "method", "form", "evidence"}.isdisjoint(ids)
    blocks = [b for s in short.sections for b in s.blocks]
    assert not [b for b in blocks if isinstance(b, Figure)]
    assert all(len(b.rows) <= 4 for b in blocks if isinstance(b, Table))


def test_a_table_that_was_cut_says_so() -> None:
    a = sample()
    first = a.outlook.next[0]
    move = first.moves[0]
    many = [move.model_copy(update={"id": f"{move.id}{i}"}) for i in range(7)]
    longer = first.model_copy(update={"moves": many})
    a = a.model_copy(update={"outlook": a.outlook.model_copy(update={"next": [longer]})})
    assert "4 more in the full note." in render(a, short=True)
    assert "more in the full note" not in render(a)


@pytest.mark.parametrize("standard", ["icd203", "phia"])
def test_every_format(standard: str) -> None:
    a = sample(standard)
    for format in ("text", "md", "html"):
        short = render(a, format, short=True)
        assert isinstance(short, str) and not lint(short, standard)
        assert len(short) < len(str(render(a, format)))
    assert render(a, "json", short=True) == render(a, "json")
    page = render(a, "pdf", short=True)
    assert isinstance(page, bytes)
    if standard == "icd203":
        assert len(pypdf.PdfReader(io.BytesIO(page)).pages) <= 3


def test_withheld_judgements_stay_withheld() -> None:
    short = outline(sample(withheld=True), short=True)
    text = flat(render(sample(withheld=True), short=True))
    assert "Withheld." in text and "It is likely" not in text.split("OUTLOOK")[0]
    assert short.sections[0].id == "key"


@QUICK
@given(assessments(scale="icd203"))
def test_no_number_that_the_full_note_does_not_have(a: Assessment) -> None:
    full, short = flat(render(a)), flat(render(a, short=True))
    told = re.findall(r"([<>]?\d+(?:\.\d+)?) in 100", short)
    assert set(told) <= set(re.findall(r"[<>]?\d+(?:\.\d+)?", full))  # there it may be in a table
