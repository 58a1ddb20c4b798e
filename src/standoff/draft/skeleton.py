"""The scenario's files: what was found as keys and values, the rest as blanks that are marked.

`ID.yaml` has heading, actors and a skeleton of a game; `judgements.yaml` the clauses with the links
that hold them to the document, `proposals.yaml` what a language model proposed, as comments. Every
comment that begins with BLANK is something to decide; ids that begin with `blank` are there because
the language needs something at their place, and `check` warns of each. All words of the note come
in through the scenario's own writer, so that none becomes a key.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from standoff.draft.models import Clause, FoundActor
from standoff.scenario.models import Scenario
from standoff.scenario.write import yaml_of
from standoff.sources.anchoring import quote
from standoff.sources.document import Document

if TYPE_CHECKING:
    from standoff.draft.drafting import Draft

__all__ = ["files", "marking_of", "source_key"]

_WIDTH = 96
_STANDARDS = {"icd203": "ICD 203", "phia": "PHIA"}


def files(draft: Draft) -> Mapping[str, str]:
    """Name -> text of the scenario's files."""
    found = {f"{draft.report.id}.yaml": "\n".join(_main(draft)) + "\n"}
    if draft.report.clauses:
        found["judgements.yaml"] = "\n".join(_judgements(draft)) + "\n"
    if draft.report.advice is not None:
        from standoff.draft.proposals_text import proposals_text

        found["proposals.yaml"] = proposals_text(
            draft.report.advice,
            draft.document,
            actors=[id for id, _ in _players(draft.report.actors)],
            source=source_key(draft.document),
            marking=marking_of(draft.report.facts.marking),
        )
    return found


def source_key(document: Document) -> str:
    """The key under `sources:` at which the document's volume stands: its short name, in letters
    that a key may have.
    """
    from unicodedata import normalize

    plain = normalize("NFKD", document.volume.id).encode("ascii", "ignore").decode()
    made = re.sub(r"[^A-Za-z0-9_-]+", "-", plain).strip("-")[:80]
    return made if made[:1].isalpha() else f"source-{made}".strip("-")[:80]


def marking_of(said: str) -> str:
    """The handling level of the language's own list that a marking begins with, else nothing.

    The highest that is named: `Top Secret; Eyes Only` is not `secret`.
    """
    low = said.casefold()
    levels = Scenario.model_fields["markings"].default
    return next((level for level in reversed(levels) if re.search(rf"\b{level}\b", low)), "")


def _main(draft: Draft) -> Iterator[str]:
    report, facts = draft.report, draft.report.facts
    yield "# yaml-language-server: $schema=scenario-1.json"
    yield from _told(
        f"Drafted from {facts.document}: what the note says stands as found; what it doesn't say "
        "is marked BLANK. Decide it, write it in, and take the mark away. Names that begin with "
        "blank are placeholders; `standoff check` warns of each."
    )
    heading: dict[str, Any] = {
        "from": facts.sender,
        "to": facts.recipient,
        "marking": facts.marking,
    }
    heading = {key: value for key, value in heading.items() if value}
    top: dict[str, Any] = {"standoff": "1", "id": report.id, "title": facts.title}
    yield from _lines(top)
    if heading:
        yield from _lines({"note": heading})
    for blank in (() if facts.sender else ("from",)) + (() if facts.recipient else ("to",)):
        yield from _told(
            f"The note doesn't say {'who signs' if blank == 'from' else 'who reads it'}."
        )
    yield from _as_of(draft)
    yield from _clock(draft)
    yield from _actors(report.actors)
    yield from _game(draft)
    yield from _record(draft)
    yield from _sources(draft)
    yield from _sections(draft)


def _as_of(draft: Draft) -> Iterator[str]:
    date = draft.report.facts.date
    if not date.day:
        said = f"The note says “{date.words}”. " if date.words else "The note has no date. "
        years = f"The volume covers {date.years[0]} to {date.years[-1]}. " if date.years else ""
        yield from _told(f"BLANK: the day of the note. {said}{years}Example: as_of: 1962-10-25")
        return
    yield from _lines({"as_of": date.day})
    if date.year_from:
        yield from _told(f"{date.year_from[:1].upper()}{date.year_from[1:]}.")


def _clock(draft: Draft) -> Iterator[str]:
    date = draft.report.facts.date
    yield ""
    yield "clock:"
    first, label = date.day, "the day of the note"
    if date.day:
        yield from _told(
            "BLANK: until when play goes on, and in which rounds. One is there beside the day of "
            "the note. Example: {first: 1962-10-26, last: 1962-10-27, label: the letters}",
            "  ",
        )
    else:
        yield from _told(
            "BLANK: the days of play. The note's own isn't known: these are not it.", "  "
        )
        year = date.years[0] if date.years else 2000
        known = re.fullmatch(r"--(\d\d)-(\d\d)", date.when)
        month, day = (known[1], known[2]) if known else ("01", "01")
        first = f"{year:04}-{month}-{'28' if (month, day) == ('02', '29') else day}"
        label = "blank_round"
    rounds = [
        {"first": first, "label": label},
        {"first": _next_day(first), "label": "blank_round" if date.day else "blank_next_round"},
    ]
    yield from _lines({"rounds": rounds}, "  ")


def _next_day(day: str) -> str:
    return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()


def _players(actors: Iterable[FoundActor]) -> list[tuple[str, str]]:
    """(id, name) of the two players; placeholders where the note names fewer."""
    found = [(actor.id, actor.name) for actor in actors if actor.player]
    for missing in ("blank_actor", "blank_other_actor"):
        if len(found) < 2:
            found.append((missing, "BLANK: who is this?"))
    return found


def _actors(actors: tuple[FoundActor, ...]) -> Iterator[str]:
    yield ""
    yield "actors:"
    known = {actor.id: actor for actor in actors}
    for id, name in _players(actors):
        yield from _lines({id: {"name": name}}, "  ")
        actor = known.get(id)
        if actor is not None:
            yield from _told(
                f"Named {_times(len(actor.mentions))}; {_clauses(actor.clauses)} about it, the "
                f"subject of {actor.subject}.", "    ",
            )  # fmt: skip
            if actor.doubt:
                yield from _told(f"LOOK: {actor.doubt}.", "    ")
        yield from _told(
            "BLANK: what it may secretly be after, and at what odds; nothing where it has no "
            "secrets. Example:", "    ",
        )  # fmt: skip
        yield from _commented(
            {
                "types": {
                    "keeps": {"label": "means to keep it", "stake": {"from": "kept", "to": "lost"}},
                    "trades": {
                        "label": "means to trade it",
                        "stake": {"from": "kept", "to": "lost"},
                    },
                },
                "prior": {"keeps": "0.5", "trades": "rest"},
            },
            "    ",
        )
    others = [actor for actor in actors if not actor.player]
    if others:
        yield from _told(
            "Also named. Take the mark off who moves (a player chooses and needs objectives; "
            "`kind: nature` follows odds):", "  ",
        )  # fmt: skip
    for actor in others:
        yield from _commented({actor.id: {"name": actor.name}}, "  ")
        said = [f"{_times(len(actor.mentions))} named, {_clauses(actor.clauses)} about it"]
        said += [f"stands for {known[actor.of].name}"] if actor.of in known else []
        said += [actor.gloss] if actor.gloss else []
        said += [actor.doubt] if actor.doubt else []
        yield from _told("    " + "; ".join(said), "  ")


def _game(draft: Draft) -> Iterator[str]:
    players = _players(draft.report.actors)
    yield ""
    yield "turns:"
    yield from _told(
        "BLANK: who moves when, what the moves do (`then`), what they bring about (`ends`), what "
        "they are for (`serves`). The turn below only makes the file one that can be read.", "  ",
    )  # fmt: skip
    turn = {
        "id": "blank_turn",
        "actor": players[0][0],
        "rounds": "last",
        "moves": {
            "blank_move": {"label": "BLANK: what it may do"},
            "blank_other_move": {"label": "BLANK: what it may do instead"},
        },
    }
    yield from (f"  {line}" for line in _item(turn))
    yield ""
    yield "ends:"
    yield from _told("BLANK: how it can end. Example: settled: {when: accepted}", "  ")
    yield from _lines({"time": {"label": "the clock has run out"}}, "  ")
    yield ""
    yield "objectives:"
    yield from _told(
        "BLANK: what each side gains and loses, over the final state and the ending; a number that "
        "you are unsure of is a parameter. What the note says of aims and wishes stands in "
        "judgements.yaml.", "  ",
    )  # fmt: skip
    for id, _ in players:
        yield from _lines({id: {"blank_objective": {"value": "0"}}}, "  ")


def _record(draft: Draft) -> Iterator[str]:
    date = draft.report.facts.date
    yield ""
    yield from _told("BLANK: what was seen, when it happened and when it was known. Example:")
    first = _players(draft.report.actors)[0][0]
    yield from _commented(
        {"record": [{"at": date.day or "1962-10-25", "move": f"{first}.blank_turn.blank_move"}]}, ""
    )
    facts = [clause for clause in draft.report.clauses if clause.kind == "fact"]
    for clause in facts:
        yield from _told(f"  a candidate, {clause.where}: {clause.text}")
    yield from _told("BLANK: whose desk the note is written at, and what it sees. Example:")
    yield from _commented({"observer": {"desk": "our desk", "sees_as": ["public"]}}, "")


def _sources(draft: Draft) -> Iterator[str]:
    facts, document = draft.report.facts, draft.document
    source: dict[str, Any] = {"title": facts.volume or facts.heading or facts.title}
    if document.volume.id != facts.document:
        source["volume"] = document.volume.id
    if facts.address:
        source["url"] = facts.address.removesuffix(f"/{document.id}")
    if facts.kind:
        source["kind"] = facts.kind
    if marking_of(facts.marking):
        source["marking"] = marking_of(facts.marking)
    yield ""
    whole = {"sources": {source_key(document): source}}
    # Where nothing rests on the document, `check` would warn that nothing cites it.
    yield from (_lines(whole) if draft.report.clauses else _commented(whole, ""))
    if facts.heading:
        yield from _told(f"The document: {facts.heading}", "  ")
    if facts.source_note:
        yield from _told(f"Where it is kept: {facts.source_note}", "  ")


def _sections(draft: Draft) -> Iterator[str]:
    report = draft.report
    if report.sections:
        yield ""
        yield from _told("Sections of the note:")
        for section in report.sections:
            yield from _told(f"  {section.where} {section.title}".replace("  ", " "))
    if report.left_out:
        yield ""
        yield from _told(
            "Not taken, since a question or another's words is no estimate of the note's:"
        )
        for found in report.left_out:
            yield from _told(f"  {found.where}: {found.quote}")


def _judgements(draft: Draft) -> Iterator[str]:
    yield from _told(
        f"What {draft.report.facts.document} estimates, in its own words, clause by clause; what a "
        "clause takes over from the one before stands in square brackets. The kind is chosen by "
        "rules that see words only: change it where they are wrong."
    )
    yield "judgements:"
    level = marking_of(draft.report.facts.marking)
    for clause in draft.report.clauses:
        data: dict[str, Any] = {"id": clause.id, "text": clause.text, "kind": clause.kind}
        if clause.where:
            data["where"] = clause.where
        if level:
            data["marking"] = level
        yield from (f"  {line}" for line in _item(data))
        yield from _told("; ".join(_of(clause)), "    ")
        if clause.kind in ("inference", "forecast"):
            yield from _told(
                "BLANK: claim: a query that says the same, once there are types and moves", "    "
            )
            suggested = next((b.word for b in clause.bands if b.standard == "icd203"), "")
            if suggested:
                yield from _told(
                    f"The writer's own words, if you read them so: estimate: {suggested}", "    "
                )
        elif clause.kind == "input":
            yield from _told("BLANK: assumed_in: the key path that assumes it", "    ")
    yield ""
    yield "links:"
    for clause in draft.report.clauses:
        yield from (f"  {line}" for line in _item(_link(draft.document, clause)))


def _of(clause: Clause) -> Iterator[str]:
    """What a reader should know of a clause, in words."""
    yield f"{clause.kind}: {clause.why}"
    if clause.about:
        yield f"about {', '.join(clause.about)}"
    if clause.hedges:
        yield f"hedges: {', '.join(f'“{hedge.quote}”' for hedge in clause.hedges)}"
    if clause.bands:
        said = [
            f"{band.low:.0%} to {band.high:.0%} after {_STANDARDS[band.standard]}"
            for band in clause.bands
        ]
        yield f"which suggest {' or '.join(said)}"
        if clause.negated:
            yield "the clause denies something: the odds are of the denial"
    elif clause.hedges:
        yield "no standard has a band for them"
    for condition in clause.conditions:
        yield f"on the condition: {condition.quote}"


def _link(document: Document, clause: Clause) -> dict[str, Any]:
    """The clause's words in the document, with what stands around them."""
    held = quote(document, clause.start, clause.end)
    place = f"/{held.place}" if held.place else ""
    words = {
        "exact": held.exact, "prefix": held.prefix, "suffix": held.suffix,
        "start": held.start, "end": held.end,
    }  # fmt: skip
    return {
        "rests": f"judgements.{clause.id}",
        "passage": f"{source_key(document)}#{document.id}{place}",
        **{key: value for key, value in words.items() if value},
        "position": [str(clause.start), str(clause.end)],
        "text_hash": document.text_hash,
        "reader": document.reader,
        "rendering": document.rendering,
        "as": "reported",
    }


def _lines(data: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    yield from (f"{indent}{line}" if line else "" for line in yaml_of(data).splitlines())


def _item(data: Mapping[str, Any]) -> Iterator[str]:
    for number, line in enumerate(yaml_of(data).splitlines()):
        yield f"{'- ' if number == 0 else '  '}{line}"


def _commented(data: Mapping[str, Any], indent: str) -> Iterator[str]:
    yield from (f"{indent}# {line}" for line in yaml_of(data).splitlines())


def _told(words: str, indent: str = "") -> Iterator[str]:
    """Words as comments; what can't be printed becomes a space, so that nothing ends a comment."""
    plain = "".join(c if c.isprintable() and c != "\ufeff" else " " for c in words)
    lead = plain[: len(plain) - len(plain.lstrip())]
    made = wrap(
        plain.strip(), max(40, _WIDTH - len(indent) - 2 - len(lead)), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    yield from (f"{indent}# {lead}{line}" for line in made)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _clauses(number: int) -> str:
    return "1 clause" if number == 1 else f"{number} clauses"
