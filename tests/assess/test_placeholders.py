"""No confidence in what rests on placeholders."""

from __future__ import annotations

from standoff.assess import assess
from standoff.scenario import build, load
from standoff.scenario.write import plain


def renamed(value: object) -> object:
    """The scenario's data with the type `seize` under a placeholder's name."""
    if isinstance(value, dict):
        return {str(renamed(k)): renamed(v) for k, v in value.items()}
    if isinstance(value, list):
        return [renamed(v) for v in value]
    return value.replace("seize", "blank_seize") if isinstance(value, str) else value


def test_a_draft_gets_no_confidence() -> None:
    whole = assess("signal", variants=16, form=False)
    draft = assess(build(renamed(plain(load("signal")))), variants=16, form=False)
    assert any(c.level != "low" for c in whole.confidence.values())
    said = [*draft.confidence.values(), *(j.confidence for j in draft.judgements if j.confidence)]
    said += [q.confidence for q in draft.questions if q.confidence]
    assert said
    assert {c.level for c in said} == {"low"}
    assert all("placeholders" in c.range_why for c in said)
