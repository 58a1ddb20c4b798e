"""One note, looked at closely, in every format."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest

from standoff.assess.models import Assessment, SourcePart
from standoff.note import render, render_answer, render_options
from standoff.note.build import outline
from standoff.note.dates import in_words, short
from standoff.note.outline import Bullets, Figure, words_of
from standoff.note.pdf import pdf
from standoff.words import lint
from strategies.assessments import NASTY
from strategies.example import sample

STANDARDS = ("icd203", "phia")


def flat(text: str) -> str:
    return " ".join(text.split())


def section(text: str, title: str) -> str:
    """A section of the plain text, by its heading."""
    start = text.index(f"\n{title.upper()}\n")
    following = re.search(r"\n\n([A-Z][A-Z ]{5,})\n\n", text[start + len(title) + 2 :])
    end = start + len(title) + 2 + (following.start() if following else len(text))
    return flat(text[start:end])


def pages(content: bytes) -> list[str]:
    import pypdf

    return [flat(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def test_the_sections_stand_in_order() -> None:
    ids = [s.id for s in outline(sample()).sections]
    assert ids == [
        "key", "evidence", "objectives", "tactics", "waiting", "outlook", "options", "indicators",
        "other", "since", "change", "audit", "dissents", "form", "method", "sources",
    ]  # fmt: skip


def test_there_are_no_dissents_without_views() -> None:
    a = sample().model_copy(update={"dissents": []})
    assert "dissents" not in [s.id for s in outline(a).sections]


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("format", ["text", "md", "html"])
def test_the_note_passes_the_linter(standard: str, format: str) -> None:
    text = render(sample(standard), format)
    assert isinstance(text, str)
    assert [str(p) for p in lint(text, standard)] == []


def test_a_posterior_stands_beside_its_prior_and_its_range() -> None:
    key = section(render(sample()), "Key judgements")
    assert (
        "The likeliest intention of the Soviet Union is “use them as a counter”: a roughly even "
        "chance (47 in 100; from 28 to 66 in 100 over the assumptions written down). Before the "
        "record it stood at 33 in 100 (from 12 to 59 in 100); the record has moved it up by 14 "
        "points."
    ) in key


def test_a_judgement_that_hangs_on_form_says_so() -> None:
    key = section(render(sample()), "Key judgements")
    assert (
        "This judgement depends on how the model was written: its word changes under “one round "
        "more”."
    ) in key
    assert key.count("depends on how the model was written") == 1


def test_a_likelihood_ratio_near_one_tells_nothing() -> None:
    text = flat(render(sample()))
    assert "0.92 (from 0.7 to 1.2 over the assumptions written down), which tells you nothing" in (
        text
    )


def test_the_precision_is_in_words_and_the_check_under_its_name() -> None:
    method = section(render(sample()), "Method and assumptions")
    assert "a move worth a tenth of the stake less is chosen between 0.68 and 0.81 times as" in (
        method
    )
    assert "Solver check (largest log ratio to the logit response): 3.2e-09" in method
    assert "304,290 histories, 41,835 information sets" in method
    assert "3 of 200 failed the solver check and carry no weight" in method


def test_withheld_judgements() -> None:
    a = sample(withheld=True)
    text = render(a)
    key, audit = section(text, "Key judgements"), section(text, "Audit of the judgements")
    assert "Only 12 of 200 variants carry the weight of the record" in key
    assert "Marked (too few effective variants):" in key
    assert "Will there be war" not in key and "the next choice" not in key
    assert "The model's answer is withheld" in audit
    assert "It is unlikely" not in audit and "Confidence" not in audit
    assert lint(text) == []


def test_kinds_that_are_not_judged_and_what_happened() -> None:
    audit = section(render(sample()), "Audit of the judgements")
    assert "an assumption of the scenario: not tested by it" in audit
    assert "What happened (28 October 1962): it did not come true: dismantling was" in audit
    assert "In the model the comparison holds in 83 of 100 variants (by weight)" in audit


def test_what_changed_since_the_day_before() -> None:
    part = section(render(sample()), "What changed since the day before")
    assert "Khrushchev accepts U Thant's bid for a standstill [" in part
    assert re.search(r"│ unlikely │ 44 │ roughly even chance │ 47 │ yes", part)
    first = sample().model_copy(update={"since": None})
    assert "since" not in [s.id for s in outline(first).sections]


def test_settled_statements_have_no_probability() -> None:
    a = sample()
    first = a.judgements[0].model_copy(
        update={"settled": False, "probability": None, "range90": None, "words": None}
    )
    text = section(render(a.model_copy(update={"judgements": [first]})), "Audit of the judgements")
    assert "The record has settled it: it does not hold." in text
    assert "31 in 100" not in text


def test_phia_keeps_numbers_in_the_annex() -> None:
    text = render(sample("phia"))
    body, annex = text[: text.index("\nANNEX")], flat(text[text.index("\nANNEX") :])
    key = section(body + "\n\nNOTES OF THE TEST\n\n", "Key judgements")
    assert (
        "The likeliest intention of the Soviet Union is “use them as a counter”: a realistic"
        in (key)
    )
    assert "47" not in key
    assert re.search(r"A1 │ the Soviet Union’s intention is “use them as a counter” │ 47", annex)
    note = outline(sample("phia"))
    assert not [b for s in note.sections for b in s.blocks if isinstance(b, Figure)]
    assert [b for s in note.annex for b in s.blocks if isinstance(b, Figure)]


def test_footnotes_lead_to_documents_or_to_the_model() -> None:
    note = outline(sample())
    notes = {f.number: words_of(f.content) for f in note.footnotes}
    assert (
        "Foreign Relations of the United States, 1961-1963, Volume VI (frus1961-63v06), "
        "document 61, paragraph 2."
    ) in notes.values()
    assert "frus1961-63v10-12mSupp, document 403, paragraph 1, sentence 1." in notes.values()
    key = next(s for s in note.sections if s.id == "key")
    for block in key.blocks:
        if isinstance(block, Bullets):
            for item in block.items:
                assert getattr(item[-1], "numbers", ()), words_of(item)


def test_the_page_is_whole_and_closed() -> None:
    page = render(sample(), "html")
    assert "<script" not in page.lower()
    assert page.count("<svg") >= 5
    assert not re.search(r"""(?:src|srcset|action|data)\s*=\s*["']""", page)
    assert set(re.findall(r'href="([^"]*)"', page)) <= {
        f"#note-{f.number}" for f in outline(sample()).footnotes
    }
    assert not re.search(r"url\(\s*['\"]?(?!#)", page)
    assert "default-src 'none'" in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_pdf_is_reproducible_and_dated_by_the_note() -> None:
    import pypdf

    first = render(sample(), "pdf")
    assert isinstance(first, bytes)
    assert first.startswith(b"%PDF-")
    assert render(sample(), "pdf") == first
    info = pypdf.PdfReader(io.BytesIO(first)).metadata
    assert info is not None
    assert info.title == "Soviet strategy over Cuba, 22 October to 8 November 1962"
    assert str(info.get("/CreationDate", "")).startswith("D:19621025")


def test_every_page_of_the_pdf_carries_the_marking_twice_and_its_number() -> None:
    content = render(sample(), "pdf")
    assert isinstance(content, bytes)
    texts = pages(content)
    assert len(texts) > 3
    for number, text in enumerate(texts, 1):
        assert text.replace(" ", "").count("CONFIDENTIAL") == 2
        assert f"page {number} of {len(texts)}" in text


def test_pdf_prints_what_looks_like_markup() -> None:
    """Every nasty text stands in the PDF as its own characters (charts left out: they break
    lines)."""
    from dataclasses import replace

    sources = [SourcePart(id=f"s{i}", title=t, url="", cited_by=[]) for i, t in enumerate(NASTY)]
    note = outline(sample().model_copy(update={"sources": sources}))
    bare = replace(
        note,
        sections=tuple(
            replace(s, blocks=tuple(b for b in s.blocks if not isinstance(b, Figure)))
            for s in note.sections
        ),
    )
    text = "".join(pages(pdf(bare))).replace(" ", "")
    for nasty in NASTY:
        if nasty.isprintable() and nasty.isascii() and len(nasty) < 60:
            assert nasty.replace(" ", "").rstrip(".") in text


@pytest.mark.parametrize("standard", STANDARDS)
def test_phia_and_icd_pdfs_compile(standard: str) -> None:
    texts = " ".join(pages(render(sample(standard), "pdf")))  # type: ignore[arg-type]
    assert ("ANNEX: THE NUMBERS" in texts) == (standard == "phia")


def test_json_is_the_assessment() -> None:
    assert Assessment.model_validate_json(render(sample(), "json")) == sample()


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(ValueError, match="text, md, html, pdf, docx, json"):
        render(sample(), "odt")


def test_markdown_escapes() -> None:
    a = sample().model_copy(update={"summary": "*bold* [link](http://e.org) <b> | # $x$"})
    assert r"\*bold\* \[link\](http://e.org) \<b\> \| \# \$x\$" in render(a, "md")


def test_an_answer_for_the_terminal() -> None:
    a = sample()
    text = render_answer(a.questions[0], labels=a.labels)
    assert "15 in 100: very unlikely" in text
    assert "from 4 to 33 in 100 over the assumptions written down" in text
    assert re.search(r"odds that a strike widens +│ +0\.80", text)
    observed = render_answer(a.questions[-1])
    assert "Observed: it holds." in observed
    assert "in 100" not in observed


def test_options_for_the_terminal() -> None:
    a = sample()
    text = render_options(a, a.options[0])
    assert "“screen and let through” is worth most in the model; it is best in 78 of 100" in (
        flat(text)
    )
    assert "[" not in text  # no footnote marks without footnotes


@pytest.mark.parametrize(
    ("moment", "long", "brief"),
    [
        ("1962-10-25T12:00-04:00", "25 October 1962, 12:00 (UTC-04:00)", "25 Oct 12:00"),
        ("1962-10-25", "25 October 1962", "25 Oct"),
        ("1962-10-25T23:59:59", "25 October 1962, 23:59", "25 Oct"),
        ("1962-10-25T12:00Z", "25 October 1962, 12:00 (UTC)", "25 Oct 12:00"),
        ("some day", "some day", "some day"),
    ],
)
def test_dates(moment: str, long: str, brief: str) -> None:
    assert in_words(moment) == long
    assert short(moment) == brief


def test_plain_text_loads_no_engine() -> None:
    code = (
        "import sys\n"
        f"sys.path.insert(0, {str(__import__('pathlib').Path(__file__).parents[1])!r})\n"
        "from strategies.example import sample\n"
        "from standoff.note import render\n"
        "render(sample())\n"
        "heavy = {'typst', 'vl_convert', 'jinja2', 'numba', 'scipy', 'rich'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
