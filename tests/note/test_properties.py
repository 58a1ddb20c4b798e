"""Whatever the assessment, the note is true to it, passes its own linter, and lets nothing in."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import HealthCheck, Phase, given, settings

from standoff.assess.models import Assessment
from standoff.note import render
from standoff.note.build import outline
from standoff.note.html import html
from standoff.note.outline import (
    Bullets,
    Figure,
    Outline,
    Paragraph,
    Section,
    Table,
    marks,
    words_of,
)
from standoff.note.pdf import typst_source
from standoff.words import lint, standard
from standoff.words.numbers import hundredths, percent
from standoff.words.sentences import quoted
from strategies.assessments import assessments

QUICK = settings(
    derandomize=True,
    deadline=None,
    max_examples=25,
    # A failing assessment is readable as it is; making it smaller takes minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def flat(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def prose(note: Outline) -> list[str]:
    """Every paragraph and list item."""
    found = []
    for section in note.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                found.append(words_of(block.content))
            elif isinstance(block, Bullets):
                found += [words_of(item) for item in block.items]
    return found


@QUICK
@given(assessments(scale="icd203"))
def test_every_word_is_true_to_the_number_beside_it(a: Assessment) -> None:
    scale = standard("icd203")
    pattern = re.compile(
        rf"({'|'.join(sorted(scale.words, key=len, reverse=True))}) "
        r"\((less than 1|more than 99|(?:just (?:under|over) )?[\d.]+) in 100"
    )
    seen = 0
    for text in prose(outline(a)):
        for word, number in pattern.findall(text):
            seen += 1
            match number.split():
                case ["less", *_]:
                    assert word == scale.words[0]
                case ["more", *_]:
                    assert word == scale.words[-1]
                case ["just", side, edge]:
                    nudge = -1e-6 if side == "under" else 1e-6
                    assert word == scale.word(float(edge) / 100 + nudge)
                case _:
                    assert word == scale.word(float(number) / 100)
    if a.belief:
        assert seen


@QUICK
@given(assessments())
def test_every_key_judgement_says_what_the_assessment_says(a: Assessment) -> None:
    """Beliefs, found by their (unique) labels: right word, right number or right annex line."""
    scale = standard(a.standard)
    note = outline(a)
    key = next(s for s in note.sections if s.id == "key")
    text = " ".join(
        flat(words_of(item))
        for block in key.blocks
        if isinstance(block, Bullets)
        for item in block.items
    )
    annex = annex_numbers(note)
    for types in a.belief.values():
        for b in types.values():
            label = re.escape(flat(quoted(b.label)))
            # Up to the label, without another judgement in between.
            within = r"(?:(?!It is |There is |The likeliest ).)*?"
            found = re.search(
                rf"(?:It is|There is an?|There is) ([a-z ]+?) \(([^;()]+)[;)]{within}{label}"
                rf"|{label}: (?:a )?([a-z ]+?) \(([^;()]+)[;)]",
                text,
            )
            assert found, (label, text)
            word, number = found[1] or found[3], found[2] or found[4]
            assert word == scale.word(b.probability)
            if scale.annex:
                assert annex[number] == hundredths(b.probability, scale).replace(
                    "less than ", "<"
                ).replace("more than ", ">")
            else:
                assert number == percent(b.probability, scale)


def annex_numbers(note: Outline) -> dict[str, str]:
    """Line -> number of the annex."""
    found = {}
    for section in note.annex:
        for block in section.blocks:
            if isinstance(block, Table) and block.columns[0].title == "Line":
                for row in block.rows:
                    found[words_of(row[0])] = flat(words_of(row[2]))
    return found


@QUICK
@given(assessments())
def test_our_notes_pass_our_linter(a: Assessment) -> None:
    note = outline(a)
    without = without_figures(note)
    for text in (render(a, "text"), render(a, "md"), html(without)):
        problems = [str(p) for p in lint(text, a.standard)]
        assert problems == []


def without_figures(note: Outline) -> Outline:
    """Charts are drawn in a test of their own: they take their time."""
    from dataclasses import replace

    def bare(section: Section) -> Section:
        kept = tuple(b for b in section.blocks if not isinstance(b, Figure))
        return replace(section, blocks=kept)

    return replace(
        note,
        sections=tuple(bare(s) for s in note.sections),
        annex=tuple(bare(s) for s in note.annex),
    )


class Page(HTMLParser):
    """Tags and attributes of a page, and whether tags are closed in order."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, k, v or "") for k, v in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


ALLOWED = frozenset(
    # Fewer than a browser knows, and none that fetches or runs anything.
    {"html", "head", "meta", "title", "style", "body", "main", "header", "section", "h1", "h2"}
    | {"h3", "p", "dl", "dt", "dd", "ol", "ul", "li", "span", "sup", "a", "div", "table", "tr"}
    | {"caption", "thead", "tbody", "th", "td", "strong", "em", "br"}
)


@QUICK
@given(assessments())
def test_the_page_lets_nothing_in_and_nothing_out(a: Assessment) -> None:
    page = html(without_figures(outline(a)))
    reader = Page()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    assert set(reader.tags) <= ALLOWED  # so no script, image, frame, link or form
    for tag, name, value in reader.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name != "src"
        if name == "href":
            assert re.fullmatch(r"#note-\d+", value)
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style and "@import" not in style
    ids = [v for _, name, v in reader.attributes if name == "id"]
    assert len(ids) == len(set(ids))


@QUICK
@given(assessments())
def test_footnotes_are_numbered_as_they_are_met(a: Assessment) -> None:
    note = outline(a)
    first = list(dict.fromkeys(marks(note)))
    assert first == list(range(1, len(first) + 1))
    assert [f.number for f in note.footnotes] == first
    assert len({words_of(f.content) for f in note.footnotes}) == len(note.footnotes)


@QUICK
@given(assessments())
def test_typst_reads_no_user_text_as_markup(a: Assessment) -> None:
    """Outside string literals the source holds only what the renderer wrote."""
    source = typst_source(without_figures(outline(a)))
    code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', source)
    for text in ("script", "eval", "alert", "import", "jinja", "comment", "fill", "$", "`", "\\"):
        assert text not in code
    assert "\x1b" not in source and "\u202e" not in source


@QUICK
@given(assessments())
def test_text_is_88_columns_and_drives_no_terminal(a: Assessment) -> None:
    text = render(a, "text")
    for line in text.splitlines():
        words = line.split()
        # One word that is longer than the line can't be broken without changing it.
        assert len(line) <= 88 or max(len(w) for w in words) > 60
        assert all(c.isprintable() for c in line)


@QUICK
@given(assessments())
def test_every_note_carries_its_caveat(a: Assessment) -> None:
    text = flat(render(a, "text"))
    assert (
        "model-derived: it shows what the written actors, moves, types, clock and payoffs imply; "
        "nothing here shows that governments choose this way."
    ) in text
    assert "confidence interval" not in text


@QUICK
@given(assessments())
def test_json_gives_the_assessment_back(a: Assessment) -> None:
    assert Assessment.model_validate_json(render(a, "json")) == a
