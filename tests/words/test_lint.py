import pytest

from standoff.words import lint

GOOD = """\
KEY JUDGEMENTS

It is likely (67 in 100; from 55 to 78 in 100) that the bases stay. [1] Confidence in this is
moderate.
"""


def codes(text: str, scale: str = "icd203") -> list[str]:
    return [p.code for p in lint(text, scale)]


def test_a_good_note_passes() -> None:
    assert lint(GOOD) == []


def test_likelihood_and_confidence_in_one_sentence() -> None:
    text = "We judge with high confidence that it is likely (70%) that they stay. [1]"
    assert codes(text) == ["likelihood-and-confidence"]
    assert codes("We judge with high confidence that they stay. It is likely (70%). [1]") == []


def test_the_place_is_told() -> None:
    text = "All is well.\n\nThe ships\nare highly likely (85%) to turn. [1]\n"
    (problem,) = lint(text, file="note.txt")
    assert problem.code == "mixed-standards"
    assert str(problem.position) == "note.txt:4:5"
    assert problem.position is not None
    assert problem.position.width == len("highly likely")


@pytest.mark.parametrize(
    ("text", "scale", "code"),
    [
        ("It is highly likely (85%) so. [1]", "icd203", "mixed-standards"),
        ("There is a realistic possibility (45%). [1]", "icd203", "mixed-standards"),
        ("It is very likely (A1) so. [1]\n\nAnnex\n\nA1 85", "phia", "mixed-standards"),
        ("A roughly even chance (A1). [1]\n\nAnnex\n\nA1 50", "phia", "mixed-standards"),
        ("It is likely so. [1]", "icd203", "estimate-without-number"),
        ("It is likely or probable so. [1]", "phia", "estimate-without-number"),
        ("It is unlikely (A2) so. [1]\n\nAnnex\n\nA1 30", "phia", "estimate-without-number"),
        ("It is unlikely (A1) so. [1]\n\nAnnex\n\nA1 none", "phia", "estimate-without-number"),
        ("It is unlikely (30%, A1). [1]\n\nAnnex\n\nA1 30", "phia", "number-in-text"),
        ("It is likely (67 in 100) so.", "icd203", "judgement-without-source"),
        ("It is likely (60%). [1]\n\nIt is probable (60%). [1]", "icd203", "mixed-rows"),
    ],
)
def test_each_fault_is_found_alone(text: str, scale: str, code: str) -> None:
    assert codes(text, scale) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "They say “it is likely” and mean it.",
        'They say "it is highly likely" and mean it.',
        "> It is likely, wrote the other service.",
        "More likely than not is no estimate here: it is more likely than rain.",
        "An unlikelihood and a likelihood are no estimates.",
        "# Highly plausible and likely outcomes",
        "It is likely (67%), said Mr. Rusk in No. 5. [1]",
        "It is likely (0.67) that it holds.[^3]",
        "It is likely (between 60 and 70 per cent) to end.¹",
        "Sources\n\nA study of what is likely (5 in 100).",
    ],
)
def test_what_is_no_fault(text: str) -> None:
    assert codes(text) == []


def test_an_estimate_that_runs_over_lines_is_one_sentence() -> None:
    assert codes("It is very\nlikely that this\nholds (90 in\n100).\n[1]") == []


def test_tables() -> None:
    assert codes("| what | word | in 100 |\n| --- | --- | --- |\n| war | likely | 60 |") == []
    assert codes("| what | word |\n| --- | --- |\n| war | likely |") == ["estimate-without-number"]
    assert codes("war │ highly likely │ 85") == ["mixed-standards"]
    drawn = "1. “it is  │ likely │ 60\nprobably”  │        │"
    assert codes(drawn) == []
    assert codes("war │ highly │ 85\n    │ likely │") == ["mixed-standards"]
    annexed = "| war | unlikely | A1 |\n\n# Annex\n\n| A1 | war | 30 |"
    assert codes(annexed, "phia") == []


def test_html_is_read_as_text() -> None:
    page = "<!doctype html><title>likely</title><p>It is <b>likely</b> so.</p><p>A [1]</p>"
    assert codes(page) == ["estimate-without-number", "judgement-without-source"]
    good = "<html><p>It is likely (67 in 100) so.<sup>[1]</sup></p><script>likely</script>"
    assert codes(good) == []


def test_the_note_of_1962_would_not_pass(shared) -> None:  # type: ignore[no-untyped-def]
    """Somebody else's note: its estimates are "may" and "will", so nothing is found in it; with
    the words of a standard put in by hand, it is."""
    text = (shared / "sources" / "frus1961-63v10-12mSupp-d403.txt").read_text(encoding="utf-8")
    assert codes(text) == []
    bolder = text.replace("may not have given up", "are likely not to have given up")
    assert bolder != text
    assert set(codes(bolder)) == {"estimate-without-number", "judgement-without-source"}
