"""Where the views part, in words, tables and a chart; and the section of a note."""

from __future__ import annotations

import pytest

import standoff as so
from standoff.assess.assessing import assessed
from standoff.assess.chain import Chain, chain, opened
from standoff.assess.crux_models import CruxAnswer, CruxPart, CruxShare
from standoff.assess.cruxes import crux_of
from standoff.chart import svg
from standoff.chart.shares import Step, waterfall
from standoff.note import render_crux
from standoff.note.crux import crux_outline, made_of, section, would_settle
from standoff.note.outline import Bullets, Figure, Outline, Paragraph, words_of
from standoff.note.text import text as as_text
from standoff.note.writer import Writer
from standoff.scenario.models import View
from standoff.words import lint


@pytest.fixture(scope="module")
def solved() -> Chain:
    views = {
        "dove": View(author="the embassy", set={"prize.seize": "0.85", "fight": "1.8"}),
        "hawk": View(author="the attaché", set={"prize.seize": "1.35", "upkeep": "0.03"}),
    }
    return chain(opened("signal").model_copy(update={"views": views}), variants=12)


@pytest.fixture(scope="module")
def part(solved: Chain) -> CruxPart:
    found = crux_of(solved)
    assert found is not None
    return found


def answer(gap: float, *shares: float) -> CruxAnswer:
    made = [
        CruxShare(id=f"p{i}", label=f"thing {i}", first="1", second="2", share=s, error=0.0)
        for i, s in enumerate(shares)
    ]
    return CruxAnswer(
        id="a.b", text="A: b", first=0.4, first_range90=(0.3, 0.5), second=0.4 + gap,
        second_range90=(0.3, 0.9), gap=gap, shares=made, groups=[], settles=None, halves=False,
        tells=None, by_day=[],
    )  # fmt: skip


def test_what_makes_the_gap_in_a_sentence() -> None:
    assert made_of(answer(0.27, 0.18, 0.09)).startswith(
        "Most of the gap (18 of 27 points) is one assumption: “thing 0”, 1 against 2."
    )
    assert "All of the gap and more (30 of 20 points)" in made_of(answer(0.2, 0.3, -0.1))
    assert made_of(answer(-0.2, -0.2)).startswith("All of the gap is one assumption: “thing 0”")
    spread = made_of(answer(-0.3, -0.12, -0.1, -0.08))
    assert spread.startswith("No single assumption makes most of the gap")
    assert "“thing 0”, 1 against 2 (12 of 30)" in spread and "“thing 1”" in spread
    # What is printed alike is not told apart.
    assert "All of the gap (20 of 20 points) is one" in made_of(answer(0.2, 0.204, -0.004))
    assert "All of the gap (20 of 20 points) is one" in made_of(answer(0.2, 0.197, 0.003))
    assert "Most of the gap (19 of 20 points)" in made_of(answer(0.2, 0.19, 0.01))
    # The largest share pulls the other way: it is no part of the gap.
    against = made_of(answer(0.1, -0.3, 0.25, 0.15))
    assert "thing 0" not in against and "thing 1" in against
    assert made_of(answer(0.001, 0.001)) == "The two hardly differ here."
    assert not any(c.isdigit() for c in made_of(answer(0.27, 0.18, 0.09), bare=True).replace(
        "thing 0", ""))  # fmt: skip


def test_the_report_says_what_the_part_says(part: CruxPart) -> None:
    told = " ".join(str(render_crux(part)).split())
    for pair in part.pairs:
        assert pair.second.name.upper() in told
        for one in pair.answers:
            assert made_of(one) in told and would_settle(one) in told
    assert max(map(len, str(render_crux(part)).splitlines())) <= 100


@pytest.mark.parametrize("format", ["text", "md", "html", "pdf", "json", "svg"])
def test_every_format(part: CruxPart, format: str) -> None:
    made = render_crux(part, format)
    assert len(made) > 500
    assert isinstance(made, bytes) == (format == "pdf")


def test_the_section_of_a_note(solved: Chain, part: CruxPart) -> None:
    note = assessed(solved, form=False)
    found = section(Writer(note), part)
    assert found is not None
    assert sum(isinstance(block, Figure) for block in found.blocks) == 1
    items = [item for block in found.blocks if isinstance(block, Bullets) for item in block.items]
    told = [a for pair in part.pairs for a in pair.answers if abs(a.gap) >= 0.01]
    assert len(items) == len(told)
    for item, one in zip(items, told, strict=True):
        assert made_of(one) in words_of(item)
    text = " ".join(words_of(item) for item in items)
    assert not lint(text)


def test_under_a_standard_with_an_annex_numbers_stand_there(solved: Chain, part: CruxPart) -> None:
    w = Writer(assessed(solved, form=False, standard="phia"))
    found = section(w, part)
    assert found is not None and w.annex
    assert not any(isinstance(block, Figure) for block in found.blocks)
    for block in found.blocks:
        if isinstance(block, Bullets):
            assert all(" in 100" not in words_of(item) for item in block.items)
    outline = Outline(
        kind="", title="t", language="en", marking="", heading=(), as_of="", opening=(),
        sections=(found,), footnotes=w.footnotes,
    )  # fmt: skip
    problems = {problem.code for problem in lint(as_text(outline), "phia")}
    assert "judgement-without-source" not in problems


def test_the_report_keeps_numbers_out_of_its_sentences_too(solved: Chain) -> None:
    found = crux_of(solved, standard="phia")
    assert found is not None
    for part_of in crux_outline(found).sections[:-1]:
        for block in part_of.blocks:
            if isinstance(block, Paragraph):
                assert " in 100" not in words_of(block.content)


def test_no_section_where_the_views_part_on_nothing(solved: Chain) -> None:
    alike = opened("signal").model_copy(update={"views": {"same": View(set={})}})
    made = chain(alike, variants=4)
    part = crux_of(made)
    assert part is not None and section(Writer(assessed(made, form=False)), part) is None
    assert "differ in nothing" in str(render_crux(part))
    with pytest.raises(ValueError, match="nothing to draw"):
        render_crux(part, "svg")


def test_each_bar_begins_where_the_last_one_ended() -> None:
    steps = [Step("one", 0.3), Step("two", -0.1), Step("three", 0.00001)]
    spec = waterfall(("here", 0.6), steps, ("there", 0.8), title="T", description="D")
    links, ends, bars, right, left = (layer["data"]["values"] for layer in spec["layer"])
    assert [(b["from"], b["to"], b["text"]) for b in bars] == [
        (60, 90, "+30.0"), (90, 80, "−10.0"), (80, 80.001, "0.0"),
    ]  # fmt: skip
    assert [(e["low"], e["text"]) for e in ends] == [(60, "60"), (80, "80")]
    assert [link["p"] for link in links] == [60, 90, 80, 80.001]
    domain = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert domain == [50, 100]
    # No number runs off the chart.
    assert {r["text"] for r in left} == {"+30.0", "−10.0"}
    assert {r["text"] for r in right} == {"60", "80", "0.0"}
    drawn = svg(spec)
    assert drawn == svg(spec) and drawn.count("+30.0") == 1


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [(0.01, 0.02, [0, 30]), (0.97, 0.99, [70, 100]), (0.1, 0.9, [0, 100]), (0.5, 0.5, [40, 70])],
)
def test_the_axis_has_room_about_what_it_shows(
    first: float, second: float, shown: list[int]
) -> None:
    spec = waterfall(
        ("a", first), [Step("x", second - first)], ("b", second), title="T", description="D"
    )
    low, high = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert low <= 100 * min(first, second) and high >= 100 * max(first, second)
    assert high - low >= 30 and ([low, high] == shown or first == second)


def test_the_chart_ends_at_the_second_view(part: CruxPart) -> None:
    for pair in part.pairs:
        for one in pair.answers:
            assert one.first + sum(s.share for s in one.shares) == pytest.approx(one.second)


def test_so_crux_is_the_same(solved: Chain, part: CruxPart) -> None:
    again = so.crux(solved.scenario, variants=12, budget=480)
    assert again == part


def test_assumptions_that_only_go_together_are_not_called_one() -> None:
    found = answer(0.2, 0.2)
    joined = found.shares[0].model_copy(update={"id": "p0+p1"})
    text = made_of(found.model_copy(update={"shares": [joined]}))
    assert text.startswith("All of the gap is several assumptions that only go together: “thing 0”")


def test_variants_of_a_view_that_failed_are_told(part: CruxPart) -> None:
    failing = [pair.model_copy(update={"failed": 3}) for pair in part.pairs]
    text = str(render_crux(part.model_copy(update={"pairs": failing}))).replace("\n", " ")
    assert "3 variants of this view failed the solver check and have no weight" in text
    assert "of this view failed" not in str(render_crux(part))


def test_an_answer_that_hardly_differs_is_told_in_plain_sentences(part: CruxPart) -> None:
    """Nothing settles it, so nothing is said of that; what is said keeps its spaces."""
    alike = part.pairs[0].answers[0].model_copy(update={"gap": 0.001})
    pair = part.pairs[0].model_copy(update={"answers": [alike]})
    outline = crux_outline(part.model_copy(update={"pairs": [pair]}))
    told = [
        words_of(b.content) for s in outline.sections for b in s.blocks if isinstance(b, Paragraph)
    ]
    assert any("hardly differ here." in text for text in told)
    assert not any("  " in text for text in told)
