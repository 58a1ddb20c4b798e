"""How they would fool us, in words, tables and a chart, and as a command."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Literal

import pytest

from standoff.assess.assessing import assess
from standoff.assess.deception import deceive
from standoff.assess.deception_models import DeceptionPart, Ranged
from standoff.chart.disguise import DisguiseLine, disguise_lines
from standoff.cli import main
from standoff.note import render_deception
from standoff.note.deception import section
from standoff.note.deception_words import Teller, drop_sentence, moves_of
from standoff.note.outline import Figure, Outline, Table, rich
from standoff.note.text import text
from standoff.note.writer import Writer
from standoff.scenario import loads
from standoff.words import lint


@pytest.fixture(scope="module")
def part() -> DeceptionPart:
    return deceive("signal", variants=24)


def test_the_report_in_words(part: DeceptionPart) -> None:
    told = str(render_deception(part))
    flat = " ".join(told.split())
    assert "“means to take the province” taken for “wants to be taken seriously”" in flat
    assert f"at {part.pairs[1].cost.value:.2f} (" in flat
    assert "sends its troops home" in flat and "16 March, at the line" in flat
    assert "What each move would cost each type to fake" in flat
    for p in part.pairs:
        for h in p.by_day:
            assert f"{100 * h.genuine:.0f}" in flat
    assert "neighbor.crossing" not in flat and "bluff" not in flat  # labels, not ids
    assert max(map(len, told.splitlines())) <= 100


@pytest.mark.parametrize("format", ["md", "html", "pdf", "json", "svg"])
def test_every_format(part: DeceptionPart, format: str) -> None:
    made = render_deception(part, format)
    if format == "pdf":
        assert isinstance(made, bytes) and made.startswith(b"%PDF")
    elif format == "json":
        assert DeceptionPart.model_validate_json(str(made)) == part
    else:
        assert "disguise" in str(made)


@pytest.mark.parametrize("standard", ["icd203", "phia"])
def test_a_section_of_the_note(part: DeceptionPart, standard: Literal["icd203", "phia"]) -> None:
    w = Writer(assess("signal", variants=24, form=False, standard=standard))
    made = section(w, part)
    assert made is not None
    tables = [b for b in made.blocks if isinstance(b, Table)]
    figures = [b for b in made.blocks if isinstance(b, Figure)]
    assert len(tables) == 1 and len(tables[0].rows) == len(part.pairs)
    page = text(
        Outline(kind="", title="t", language="en", marking="", heading=(), as_of="", opening=(),
                sections=(made,), footnotes=w.footnotes)
    )  # fmt: skip
    problems = lint(page, standard)
    assert [p for p in problems if p.code != "judgement-without-source"] == []
    if standard == "phia":
        assert w.annex and not figures
        assert f"{100 * part.pairs[0].reached.value:.0f} in 100" not in page
    else:
        assert len(figures) == 1
    assert section(w, part.model_copy(update={"pairs": [], "dangerous": []})) is None


def test_types_that_play_alike_have_nothing_to_disguise() -> None:
    text = """
standoff: 1
id: alike
title: Two of a kind
clock: {rounds: [{first: 2001-01-01, last: 2001-01-03}, {first: 2001-01-04}]}
parameters: {w: {uniform: [0.9, 1.1]}}
actors: {ann: {name: Ann, types: {a: {stake: 1}, b: {stake: 1}}, prior: {a: 0.5, b: rest}}}
state: {red: {start: false}}
turns:
  - {id: call, actor: ann, label: the call, rounds: 1, moves: {red: {then: {red: true}}, blue: {}}}
  - {id: more, actor: ann, rounds: 2, moves: {red: {then: {red: true}}, blue: {}}}
objectives:
  ann: {right: {value: red, weight: w}}
observer: {sees_as: [public]}
"""
    told = " ".join(str(render_deception(deceive(loads(text), variants=2))).split())
    assert "“a” taken for “b”: nothing to disguise." in told
    assert "with 50 in 100, as they play" in told
    assert "of its stake" not in told and "instead of" not in told
    assert "as in this report" in told and "this note" not in told


def test_days_and_prices_as_they_are_said(part: DeceptionPart) -> None:
    p = part.pairs[1]
    t = Teller(part.labels)
    stop = p.stops[0].model_copy(update={"since": "2031-03-06", "day": "2031-03-16"})
    assert moves_of(stop, p.actor, t)[0].startswith("6 March to 16 March, ")
    one = stop.model_copy(update={"since": "2031-03-16"})
    assert moves_of(one, p.actor, t)[0].startswith("16 March, ")
    assert t.priced(Ranged(value=0.22, range90=(0.2199, 0.2201)), 0.005) == "0.22"
    assert t.priced(Ranged(value=0.22, range90=(0.20, 0.25)), 0.005) == "0.22 (0.20 to 0.25)"
    less = p.model_copy(update={
        "drops": None,
        "by_day": [*p.by_day[:-1], p.by_day[-1].model_copy(update={"cost": p.cost.value - 0.05})],
    })  # fmt: skip
    assert "would do with less" in drop_sentence(part, less, t)
    assert "could be kept up to the end" in drop_sentence(
        part, p.model_copy(update={"drops": None}), t
    )


def test_no_belief_is_put_at_0_or_at_100(part: DeceptionPart) -> None:
    p = part.pairs[0]
    sure = [h.model_copy(update={"as_solved": 1e-7, "genuine": 1.0, "most": 1.0}) for h in p.by_day]
    tells = [x.model_copy(update={"odds_genuine": 1.0, "odds_posing": 0.0}) for x in p.tells]
    one = p.model_copy(update={"by_day": sure, "tells": tells})
    told = str(render_deception(part.model_copy(update={"pairs": [one], "dangerous": [0]}), "md"))
    rows = [line for line in told.splitlines() if "| \\<1 | \\>99 | \\>99 |" in line]
    assert len(rows) == len(sure)
    assert "| 100 |" not in told and "| 0 |" in told  # what a disguise never does


def test_what_our_side_would_lose_by_its_next_choice(part: DeceptionPart) -> None:
    """Our answer comes before they could pretend; were it later, it would be weighed."""
    w = Writer(assess("signal", variants=8, form=False))

    def page(whole: DeceptionPart) -> str:
        made = section(w, whole)
        assert made is not None
        outline = Outline(
            kind="", title="t", language="en", marking="", heading=(), as_of="", opening=(),
            sections=(made,), footnotes=w.footnotes,
        )  # fmt: skip
        return " ".join(text(outline).split())

    told = len(part.dangerous[:2])
    assert told > 0 and all("us.answer" in part.pairs[i].before for i in part.dangerous[:2])
    flat = page(part)
    assert (
        flat.count("The next choice of our government comes before any of it can be seen.") == told
    )
    assert "at its next choice" not in flat and "for what it shows" not in flat
    later = [p.model_copy(update={"before": []}) for p in part.pairs]
    flat = page(part.model_copy(update={"pairs": later}))
    assert flat.count("at its next choice") + flat.count("for what it shows") == told
    assert "before any of it" not in flat


def test_lines_end_where_the_axis_does() -> None:
    line = DisguiseLine("it's “x”", [0.0, 0.1, 2.1], [0.2, 0.4, 0.8], (0.1, 0.4))
    spec = disguise_lines([line], title="t", description="d")
    points = [(v["x"], v["y"]) for v in spec["data"]["values"]]
    assert points[:2] == [(0.0, 20.0), (0.1, 40.0)]
    assert points[-1] == (0.16, pytest.approx(41.2))
    assert rich("x")


def test_as_a_person_types_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["standoff", "deceive", *arguments])
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    monkeypatch.chdir(tmp_path)
    asked = ("signal", "--as", "bluff", "--believed", "seize", "--variants", "8")
    code, out, _ = run(*asked, "--json")
    found = DeceptionPart.model_validate_json(out)
    assert code == 0 and len(found.pairs) == 1 and json.loads(out)["until"] == "2031-03-16"
    assert run(*asked, "-o", "d.svg")[0] == 0
    assert "<svg" in Path("d.svg").read_text()
    code, _, err = run("signal", "--as", "bluf", "--variants", "4")
    assert code == 2 and "bluff" in err
    code, _, err = run("signal", "--until", "2040-01-01", "--variants", "4")
    assert code == 2 and "2031-03-06" in err
