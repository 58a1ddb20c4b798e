"""One call for every format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args, overload

from standoff.assess.models import Assessment
from standoff.note.outline import Outline

if TYPE_CHECKING:
    from standoff.note.remarks import Remark

Format = Literal["text", "md", "html", "pdf", "docx", "json"]
TextFormat = Literal["text", "md", "html", "json"]
FORMATS: tuple[str, ...] = get_args(Format)


@overload
def render(
    assessment: Assessment, format: TextFormat = "text", *, short: bool = False,
    remarks: Sequence[Remark] = (),
) -> str: ...  # fmt: skip
@overload
def render(
    assessment: Assessment, format: Literal["pdf", "docx"], *, short: bool = False,
    remarks: Sequence[Remark] = (),
) -> bytes: ...  # fmt: skip
@overload
def render(
    assessment: Assessment, format: str, *, short: bool = False, remarks: Sequence[Remark] = ()
) -> str | bytes: ...
def render(
    assessment: Assessment,
    format: str = "text",
    *,
    short: bool = False,
    remarks: Sequence[Remark] = (),
) -> str | bytes:
    """The note of an assessment: `text`, `md`, `html` and `json` as text, `pdf` and `docx`
    (Word) as bytes.

    `json` is the assessment itself, the others are one outline in different dress; `short` is two
    to four pages of it, `remarks` are what the analyst adds (not to `json`). Renderers are imported
    when they are asked for: text needs neither Jinja2 nor Typst.
    """
    if format == "json":
        return assessment.model_dump_json(indent=2, by_alias=True) + "\n"
    if format not in FORMATS:
        raise ValueError(f"no format {format!r}; there are {', '.join(FORMATS)}")
    from standoff.note.build import outline

    return render_outline(outline(assessment, short=short, remarks=remarks), format)


def render_outline(note: Outline, format: str) -> str | bytes:
    """An outline in one of the formats (not `json`, which is the assessment's)."""
    if format == "text":
        from standoff.note.text import text

        return text(note)
    if format == "md":
        from standoff.note.markdown import markdown

        return markdown(note)
    if format == "html":
        from standoff.note.html import html

        return html(note)
    if format == "pdf":
        from standoff.note.pdf import pdf

        return pdf(note)
    if format == "docx":
        from standoff.note.docx import docx

        return docx(note)
    raise ValueError(f"no format {format!r} for an outline")
