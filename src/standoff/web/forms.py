"""Forms over a scenario's text: what it says, and a value of it changed in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from standoff.errors import ScenarioError
from standoff.scenario.in_place import renamed, with_value
from standoff.scenario.positions import Span
from standoff.scenario.reader import read_texts
from standoff.web.completing import names_in
from standoff.web.editing_models import Change, Edited, Forms, Standing
from standoff.web.faults import problem_part

_WITH_FORMS = (
    "title", "summary", "as_of", "note", "parameters", "actors", "record", "questions",
)  # fmt: skip
_NAMED = ("acts", "sources", "actors")


def forms(files: Mapping[str, str]) -> Forms:
    """What the text says; where it can't be read, why: that is common while somebody types."""
    texts = _yaml(files)
    try:
        document = read_texts(texts)
    except ScenarioError as error:
        problems = [problem_part(one) for one in error.problems]
        return Forms(data={}, places={}, names={}, problems=problems)
    names = names_in(texts)
    return Forms(
        data={key: document.data[key] for key in _WITH_FORMS if key in document.data},
        places={
            path: _place(span)
            for path, span in document.positions.spans.items()
            if path and (path.count(".") < 2 or path.startswith("actors."))
        },
        names={kind: names.get(kind, []) for kind in _NAMED},
        problems=[],
    )


def edited(files: Mapping[str, str], changes: Sequence[Change]) -> Edited:
    """The texts with all the changes made. Raises `ScenarioError` where one can't be."""
    texts = _yaml(files)
    before = dict(texts)
    file, line = "", 0
    for change in changes:
        if change.key is not None:
            splice = renamed(texts, change.path, change.key)
        else:
            splice = with_value(texts, change.path, change.value)
        if splice is None:
            continue
        texts = splice.of(texts)
        skipped = len(splice.insert) - len(splice.insert.lstrip("\r\n"))
        file = splice.file
        line = texts[file].count("\n", 0, splice.start + skipped) + 1
    changed = {name: text for name, text in texts.items() if text != before[name]}
    return Edited(files=changed, file=file if changed else "", line=line if changed else 0)


def _yaml(files: Mapping[str, str]) -> dict[str, str]:
    """The files that make the scenario, in the order in which a folder is read."""
    return {n: t for n, t in sorted(files.items()) if not n.endswith(".md")}


def _place(span: Span) -> Standing:
    at = span.text.position(span.key_start if span.key_start >= 0 else span.start)
    return Standing(file=at.file, line=at.line)
