"""What a model proposed, as a part of the scenario in which everything is a comment.

A person accepts an item by taking away the first `#` of its lines. Lines with two are for reading:
they become comments. All words come in through the scenario's own writer, on lines that begin with
a mark each, so that nothing a model or a document says can become a key by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from standoff.draft.proposal_models import KeptItem, ModelReport
from standoff.scenario.write import yaml_of
from standoff.sources.anchoring import quote
from standoff.sources.document import Document

__all__ = ["proposals_text"]

_WIDTH = 96


def proposals_text(
    report: ModelReport,
    document: Document,
    *,
    actors: Collection[str],
    source: str,
    marking: str = "",
) -> str:
    """YAML of `proposals.yaml`: empty sections, and what goes in them as comments.

    `actors` are the ids that the scenario has already, each with objectives; `source` is the key in
    its `sources:` under which the document stands, `marking` the document's handling level.
    """
    new = [one for one in report.kept if not one.found_by_rules]
    by_rules = len(report.kept) - len(new)
    lines = list(_head(report, document, len(new), by_rules))
    citing = _Citing(document, source)
    sections = (
        ("judgements", _judgements(new, citing, report.model, marking)),
        ("actors", _actors(new, citing, actors)),
        ("objectives", _objectives(new, citing, actors)),
        ("moves", _moves(new, citing)),
        ("links", _links(new, citing)),
    )
    for name, section in sections:
        found = list(section)
        if found or name == "links":  # a part of a scenario must hold some key
            lines += ["", f"{name}:", *found]
    relations = [one for one in new if one.about == "relation"]
    if relations:
        lines += ["", "## Relations, which the language has no key for:"]
        for one in relations:
            lines += _about(one)
    return "\n".join(lines) + "\n"


class _Citing:
    """How the scenario names places in the document."""

    def __init__(self, document: Document, source: str) -> None:
        self.document = document
        self._source = source

    def passage(self, one: KeptItem) -> str:
        """`frus1961-63v06#d65/p19/s2`"""
        return f"{self._source}#{self.document.id}/{one.passage}"

    def link(self, rests: str, one: KeptItem) -> dict[str, Any]:
        """A link with the exact words and what stands around them."""
        found = quote(self.document, one.start, one.end)
        words = (
            {"exact": found.exact, "prefix": found.prefix, "suffix": found.suffix}
            if found.exact
            else {"start": found.start, "end": found.end}
        )
        return {
            "rests": rests,
            "passage": self.passage(one),
            **{key: value for key, value in words.items() if value},
            "position": [str(one.start), str(one.end)],
            "text_hash": self.document.text_hash,
            "reader": self.document.reader,
            "rendering": self.document.rendering,
            "as": "inferred" if one.about in ("type", "objective") else "reported",
        }


def _head(report: ModelReport, document: Document, new: int, by_rules: int) -> Iterator[str]:
    version = f"prompt version {report.prompt_version}, {report.prompt_hash[:12]}"
    yield from _told(f"Proposals of {report.model} about {document.key} ({version}).")
    yield from _told(
        f"Proposals whose quotes stand in the document: {new}. Dropped: {len(report.dropped)}. "
        f"Left out, since the rules had found them: {by_rules}."
    )
    yield from _told(
        "Nothing here counts. To accept an item, read it beside its words, then take away the "
        "first # of its lines. That the words stand in the document has been looked up; that "
        "they bear the item out has not."
    )


def _judgements(new: list[KeptItem], citing: _Citing, model: str, marking: str) -> Iterator[str]:
    for one in new:
        if one.about == "claim":
            yield from _about(one)
            data = {
                "id": one.id,
                "text": one.label,
                "kind": one.kind,
                "where": one.where,
                "marking": marking,
                "source": citing.passage(one),
            }
            yield from _entry({key: value for key, value in data.items() if value})
            yield from _told(f"    proposed by {model}")


def _actors(new: list[KeptItem], citing: _Citing, known: Collection[str]) -> Iterator[str]:
    named = {one.id: one for one in new if one.about == "actor"}
    types = [one for one in new if one.about == "type"]
    order = dict.fromkeys([*named, *(one.actor for one in types)])
    for actor in order:
        mine = [one for one in types if one.actor == actor]
        if actor in known and not mine:
            continue
        if actor in known:
            yield from _told(f"Put these under the types of {actor}, which stands elsewhere.")
        elif actor in named:
            yield from _about(named[actor])
        data: dict[str, Any] = {}
        if actor not in known:
            data["name"] = named[actor].label if actor in named else actor
        for one in mine:
            yield from _about(one)
        if mine:
            data["types"] = {
                one.id: {"label": one.label, "source": citing.passage(one)} for one in mine
            }
        yield from _marked({actor: data})


def _objectives(new: list[KeptItem], citing: _Citing, known: Collection[str]) -> Iterator[str]:
    wanted = [one for one in new if one.about == "objective"]
    for actor in dict.fromkeys(one.actor for one in wanted):
        mine = [one for one in wanted if one.actor == actor]
        for one in mine:
            yield from _about(one)
        if actor in known:
            yield from _told(f"Put these under the objectives of {actor}, which stand elsewhere.")
        yield from _told("BLANK: what each is worth, over the final state (`value`).")
        data = {
            one.id: {"label": one.label, "value": "0", "source": citing.passage(one)}
            for one in mine
        }
        yield from _marked({actor: data})


def _moves(new: list[KeptItem], citing: _Citing) -> Iterator[str]:
    for one in new:
        if one.about == "move":
            yield from _about(one)
            yield from _told(f"A turn of {one.actor} takes it up with `use: {one.id}`.")
            yield from _marked({one.id: {"label": one.label, "source": citing.passage(one)}})


def _links(new: list[KeptItem], citing: _Citing) -> Iterator[str]:
    paths = {
        "claim": "judgements.{id}",
        "type": "actors.{actor}.types.{id}",
        "objective": "objectives.{actor}.{id}",
        "move": "moves.{id}",
    }
    for one in new:
        if one.about in paths:
            rests = paths[one.about].format(id=one.id, actor=one.actor)
            yield from _entry(citing.link(rests, one))


def _about(one: KeptItem) -> Iterator[str]:
    """What a person reads before accepting an item."""
    exactly = one.score >= 100 and not one.said
    found = "" if exactly else f", found with score {one.score:g}"
    said = f"{one.label}: " if one.about == "relation" else ""
    place = f"{one.where} " if one.where else ""
    yield from _told(f"{one.about} {one.id}: {said}{place}“{one.quote}”{found}")
    if one.about == "claim" and one.hedge:
        yield from _told(f"  hedged by: {one.hedge}")
    for doubt in one.doubts:
        yield from _told(f"  LOOK: {doubt}")


def _entry(data: Mapping[str, Any]) -> Iterator[str]:
    """An item of a list."""
    inner = yaml_of(data).splitlines()
    for number, line in enumerate(inner):
        yield f"#  {'- ' if number == 0 else '  '}{line}"


def _marked(data: Mapping[str, Any]) -> Iterator[str]:
    """An entry of a mapping."""
    yield from (f"#  {line}" for line in yaml_of(data).splitlines())


def _told(words: str) -> Iterator[str]:
    """Words on lines of their own, each with two marks."""
    from textwrap import wrap

    plain = "".join(c if c.isprintable() and c != "\ufeff" else " " for c in words)
    indent = re.match(r" *", plain)
    space = indent[0] if indent else ""
    for line in wrap(
        plain, _WIDTH - 3, initial_indent=space, subsequent_indent=space, break_on_hyphens=False
    ):
        yield f"## {line}"
