"""What the answers hang on, in words, tables and pictures, from parts made by hand."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from standoff.assess.driver_models import DriverPart, SensitivityPart, SobolPart
from standoff.assess.sensitivity_models import Sensitivity, SobolDesign
from standoff.note.sensitivity import (
    hangs_on,
    render_sensitivity,
    sensitivity_outline,
    tornado_figure,
    tornado_of,
)


def driver(id: str, low: float, high: float, **more: Any) -> DriverPart:
    return DriverPart(
        id=id, label=f"the {id}", correlation=high - low, delta=0.3, first=0.4,
        first_error=0.1, low_value=-0.5, high_value=1200.0, at_low=low, at_high=high,
        swing=high - low, **{"noise": False, "delta_error": 0.05, **more},
    )  # fmt: skip


def sobol(id: str, total: float, *, noise: bool = False, **more: Any) -> SobolPart:
    return SobolPart(
        id=id, label=f"the {id}", first=total / 2, first_error=0.1, first_noise=noise,
        total=total, total_error=0.02, total_noise=noise, **{"members": [id], **more},
    )  # fmt: skip


def part(id: str = "war", *drivers: DriverPart, **more: Any) -> SensitivityPart:
    rows = list(drivers) or [driver("price", 0.2, 0.7), driver("prior", 0.5, 0.4)]
    return SensitivityPart(
        id=id, **{"text": f"There will be {id}.", "probability": 0.45, "effective": 90.0,
                  "drivers": rows, **more}
    )  # fmt: skip


def found(*parts: SensitivityPart, **more: Any) -> Sensitivity:
    design = SobolDesign(n=0, groups=2, variants=0, note="none was asked for")
    return Sensitivity(
        scenario="x", title="A crisis", as_of="2031-03-05T23:59:00+01:00", seed=0,
        answers=list(parts),
        **{"variants": 100, "failed": 0, "effective": 90.0, "design": design, **more},
    )  # fmt: skip


def test_the_sentence_says_what_and_which_way() -> None:
    assert hangs_on(part()) == (
        "45 in 100. It hangs most on the price: as it rises, the answer rises, from 20 to 70 in "
        "100 (\N{MINUS SIGN}0.5 to 1,200, 10th to 90th percentile). Then on the prior (down)."
    )
    falls = hangs_on(part("war", driver("price", 0.7, 0.2)))
    assert "as it rises, the answer falls, from 70 to 20 in 100" in falls
    assert "No assumption stands out" in hangs_on(part("war", driver("x", 0.4, 0.5, noise=True)))
    assert "the same whatever is assumed" in hangs_on(part(drivers=[]))


def text(*parts: SensitivityPart, **more: Any) -> str:
    return str(render_sensitivity(found(*parts, **more)))


def test_noise_is_called_noise_and_left_out() -> None:
    weak, strong = driver("weak", 0.4, 0.5, noise=True), driver("price", 0.2, 0.7)
    shown = text(part("war", strong, weak))
    assert "the weak" not in shown and "1 more tell little or nothing" in shown
    # What the design finds is shown, though the draws at hand do not tell it.
    indices = [sobol("price", 0.8), sobol("weak", 0.3)]
    shown = text(part("war", strong, weak, sobol=indices))
    row = next(line for line in shown.splitlines() if line.startswith("the weak"))
    assert [cell.strip() for cell in row.split("│")] == [
        "the weak", "40 to 50", "0.10", "noise", "0.15 ± 0.10", "0.30 ± 0.02",
    ]  # fmt: skip
    small = [sobol("price", 0.8), sobol("weak", 0.005), sobol("no", 0.3, noise=True)]
    assert "the weak" not in text(part("war", strong, weak, sobol=small))


def test_a_group_has_a_row_of_its_own() -> None:
    group = sobol("a + b", 0.9, members=["a", "b"])
    shown = text(part("war", driver("a", 0.2, 0.7), driver("b", 0.3, 0.6), sobol=[group]))
    rows = {
        cells[0]: cells[1:]
        for line in shown.splitlines()
        if len(cells := [c.strip() for c in line.split("│")]) == 6
    }
    assert rows["the a"][-2:] == ["", ""] and rows["the b"][-2:] == ["", ""]
    assert rows["the a + b"] == ["", "", "", "0.45 ± 0.10", "0.90 ± 0.02"]


def test_twins_have_a_line_instead_of_a_table() -> None:
    shown = text(part(), part("peace", opposite_of="war"), part("battle", same_as="war"))
    assert shown.count("What it hangs on") == 1
    flat = " ".join(shown.split())
    assert (
        "“There will be peace.” (45 in 100) is one less, in every variant, “There will be war.”"
        in flat
    )
    assert "“There will be battle.” (45 in 100) is the same in every variant as" in flat


@pytest.mark.parametrize("format", ["text", "md", "html"])
def test_what_went_wrong_is_said(format: str) -> None:
    design = SobolDesign(n=64, groups=2, variants=256, failed=9)
    more = {"failed": 3, "withheld": True, "design": design}
    note = "more than 2 in 100 variants of the design have no answer"
    shown = " ".join(str(render_sensitivity(found(part(sobol_note=note), **more), format)).split())
    assert "3 of them failed the solver check" in shown
    assert "256 variants more, of which 9 failed the solver check" in shown
    assert "leaves fewer than 10 in 100 of the variants" in shown
    assert note in shown


def test_markup_in_labels_is_no_markup() -> None:
    nasty = driver("<b>|price*", 0.2, 0.7)
    shown = str(render_sensitivity(found(part("war", nasty)), "html"))
    assert "<b>|price" not in shown and "&lt;b&gt;" in shown


def test_csv_has_every_assumption() -> None:
    group = sobol("a + b", 0.9, members=["a", "b"])
    rows = [driver("a", 0.2, 0.7), driver("b", 0.4, 0.5, noise=True, delta_error=None)]
    lines = list(csv.DictReader(io.StringIO(str(
        render_sensitivity(found(part("war", *rows, sobol=[group])), "csv")))))  # fmt: skip
    assert [line["id"] for line in lines] == ["a", "b"]
    assert [line["noise"] for line in lines] == ["false", "true"]
    assert lines[1]["delta_error"] == "" and lines[1]["sobol_group"] == "a + b"
    assert float(lines[0]["sobol_total"]) == 0.9


def test_the_tornado_shows_what_can_be_seen() -> None:
    narrow = driver("narrow", 0.45, 0.452)
    spec = tornado_of([part("war", driver("price", 0.2, 0.7), narrow), part("peace", narrow)])
    bars = [panel["layer"][1]["data"]["values"] for panel in spec["vconcat"]]
    assert [len(b) for b in bars] == [1, 1]  # of an answer that has but narrow ones, one
    many = [part(f"a{i}") for i in range(9)]
    assert len(tornado_of(many)["vconcat"]) == 6


def test_the_tornado_of_a_note_has_the_widest_first() -> None:
    little, far = driver("x", 0.4, 0.5), driver("x", 0.1, 0.9)
    figure = tornado_figure([part("she.a", little, text="a belief"), part("war", far)])
    assert figure is not None
    assert [p["title"]["text"] for p in figure.spec["vconcat"]] == [
        ["There will be war."], ["a belief"],
    ]  # fmt: skip
    assert tornado_figure([part("war", driver("x", 0.4, 0.5, noise=True))]) is None
    assert tornado_figure([]) is None


def test_one_outline_for_every_format() -> None:
    outline = sensitivity_outline(found(part(), part("peace")))
    assert [section.id for section in outline.sections] == [
        "answer-war", "answer-peace", "meaning",
    ]  # fmt: skip
