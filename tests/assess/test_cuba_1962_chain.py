"""The Cuban crisis through the whole chain, on few variants: every day of the replay."""

from __future__ import annotations

import json

import jsonschema
import pytest

from standoff.assess import json_schema
from standoff.assess.assessing import assessed
from standoff.assess.chain import Chain, chain, moment_of
from standoff.assess.models import Assessment

DAYS = [f"1962-10-{day}" for day in range(22, 29)]
NOON = "1962-10-25T12:00"
VARIANTS = 16


@pytest.fixture(scope="module")
def notes() -> dict[str, Assessment]:
    """One solution, seen at the end of each day and at the note's own moment."""
    solved = chain("cuba-1962", variants=VARIANTS)
    assert solved.as_of == moment_of(solved.scenario, NOON)
    moments = {text: moment_of(solved.scenario, text) for text in (*DAYS, NOON)}
    return {text: assessed(Chain(solved.batch, m), form=False) for text, m in moments.items()}


@pytest.mark.parametrize("moment", [*DAYS, NOON])
def test_every_day_has_its_note(notes: dict[str, Assessment], moment: str) -> None:
    note = notes[moment]
    jsonschema.validate(json.loads(note.model_dump_json()), json_schema("assessment"))
    assert note.as_of.startswith(moment) and note.solution.status == "solved"
    assert note.solution.certificate <= 1e-8 and note.variants.n == VARIANTS
    assert note.game.histories >= 50_000
    for kinds in note.belief.values():
        assert sum(k.probability for k in kinds.values()) == pytest.approx(1, abs=1e-6)
        assert all(k.range90[0] <= k.probability <= k.range90[1] for k in kinds.values())
    assert sum(e.probability for e in note.outlook.endings) == pytest.approx(1, abs=1e-6)
    for turn in note.outlook.next:
        assert sum(m.probability for m in turn.moves) == pytest.approx(1, abs=1e-6)
    assert len(note.judgements) >= 14
    for judged in note.judgements:
        if judged.kind not in ("inference", "forecast") or judged.settled is not None:
            assert (judged.probability, judged.range90, judged.words) == (None, None, None)
        if judged.probability is not None:
            assert judged.range90 is not None and judged.words is not None
            assert judged.range90[0] <= judged.probability <= judged.range90[1]


@pytest.mark.parametrize("moment", ["1962-10-25", NOON])
def test_on_the_notes_day_eight_judgements_are_open(
    notes: dict[str, Assessment], moment: str
) -> None:
    judged = [j for j in notes[moment].judgements if j.probability is not None]
    assert len(judged) >= 8 and not notes[moment].variants.withheld
    assert all(j.confidence is not None for j in judged)


def test_nothing_later_is_known(notes: dict[str, Assessment]) -> None:
    """Evidence grows day by day, and holds nothing that became known later."""
    before: set[str] = set()
    for day in DAYS:
        known = {item.id for item in notes[day].evidence}
        assert before <= known
        assert all(item.date <= notes[day].as_of for item in notes[day].evidence)
        before = known
    assert len(before) >= 14
    assert {i.id for i in notes[NOON].evidence} < {i.id for i in notes["1962-10-25"].evidence} | {
        "nothing"
    }


def test_what_is_settled_stays_settled(notes: dict[str, Assessment]) -> None:
    held: dict[str, bool] = {}
    for day in DAYS:
        now = {j.id: j.settled for j in notes[day].judgements if j.settled is not None}
        assert held.items() <= now.items()
        held = now
    assert held  # by the 28th, history had settled some


def test_the_prior_is_the_same_every_day(notes: dict[str, Assessment]) -> None:
    first = notes[DAYS[0]]
    for note in notes.values():
        for actor, kinds in note.belief.items():
            for kind, each in kinds.items():
                assert each.prior == pytest.approx(first.belief[actor][kind].prior, abs=1e-12)
