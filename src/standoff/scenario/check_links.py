"""Static checks of links: what they lead to, and how they name the words.

Whether the words still stand in the document can't be seen from here: `standoff.assess.links` asks
the library.
"""

from __future__ import annotations

from standoff.errors import nearest
from standoff.scenario.check_context import Context
from standoff.scenario.key_paths import leads_nowhere
from standoff.scenario.source_models import Link
from standoff.scenario.supports import by_id

__all__ = ["MOST_WORDS", "check_links"]

MOST_WORDS = 8
"""Words that the start or the end of a range may have."""
_SHAPE = "a source, # and the document or place: frus1961-63v06#d65/p19"


def check_links(context: Context) -> None:
    """Every link rests on a known source, under something that is written, and once."""
    seen: dict[tuple[object, ...], int] = {}
    for index, link in enumerate(context.scenario.links):
        path = f"links.{index}"
        _rests(context, link, path)
        _passage(context, link, path)
        _words(context, link, path)
        if link.position is not None and not 0 <= link.position[0] < link.position[1]:
            context.add(
                "bad-span",
                "a position is where the words begin and where they have ended",
                f"{path}.position",
                found=f"{link.position[0]} to {link.position[1]}",
                expected="two offsets, the first the smaller",
            )
        same = (
            by_id(context.scenario, link.rests), link.passage,
            link.exact, link.start, link.end, link.prefix, link.suffix,
        )  # fmt: skip
        if same in seen:
            context.add(
                "duplicate-link",
                f"{link.rests} rests on these words already",
                path,
                found=f"the same as the link in place {seen[same] + 1}",
                expected="one link for the same words",
            )
        seen.setdefault(same, index)


def _rests(context: Context, link: Link, path: str) -> None:
    wrong = leads_nowhere(context.scenario, link.rests)
    if wrong is not None:
        context.add(
            "unknown-path",
            f"there is no {wrong.part!r} in {wrong.home}",
            f"{path}.rests",
            found=link.rests,
            expected=""
            if wrong.nearest
            else "record.ID, judgements.ID, parameters.NAME, actors.NAME.prior, moves.NAME, "
            "turns.ID.moves.NAME, questions.ID or another key path",
            near=wrong.nearest,
        )


def _passage(context: Context, link: Link, path: str) -> None:
    source, mark, locator = link.passage.partition("#")
    context.cited.add(source)
    known = context.scenario.sources
    if source not in known:
        near = nearest(source, known)
        context.add(
            "unknown-source",
            f"there is no source {source!r}",
            f"{path}.passage",
            found=repr(link.passage),
            near=near,
            expected="" if near else "a key of `sources:`, then # and the place",
        )
    if mark and (not locator or "#" in locator or any(c.isspace() for c in locator)):
        context.add(
            "bad-passage",
            "this names no place in a document",
            f"{path}.passage",
            found=repr(link.passage),
            expected=_SHAPE,
        )


def _words(context: Context, link: Link, path: str) -> None:
    if link.exact and (link.start or link.end):
        context.add(
            "two-selectors",
            "the words are either quoted, or named by how they begin and end",
            path,
            found="exact: and start:, end:",
            expected="one of the two",
        )
    if bool(link.start) != bool(link.end):
        missing = "end" if link.start else "start"
        context.add(
            "half-a-range",
            f"it is said how the words {'begin' if link.start else 'end'}, and not {missing}:",
            path,
            found=f"{'start' if link.start else 'end'}: alone",
            expected="start: and end:, or exact:",
        )
    for key in ("start", "end"):
        count = len(getattr(link, key).split())
        if count > MOST_WORDS:
            context.add(
                "too-many-words",
                f"the {key} of a range has at most {MOST_WORDS} words",
                f"{path}.{key}",
                found=f"{count} words",
                expected=f"the {'first' if key == 'start' else 'last'} few; exact: quotes in full",
            )
    if (link.prefix or link.suffix) and not (link.exact or link.start or link.end):
        context.add(
            "no-words",
            "what stands around the words is said, and not the words",
            path,
            found="prefix: or suffix: alone",
            expected="exact:, or start: and end:",
        )
