"""From a note to a draft: everything that is found in it, and the scenario that is written of that.

Nothing is added: what the text doesn't say is a blank with a mark on it. `Draft` holds the
document and the report of what was found.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from standoff.draft.models import (
    Blank,
    Clause,
    DraftReport,
    Found,
    FoundActor,
    FoundDate,
    FoundPage,
    NoteFacts,
)
from standoff.draft.opening import Opened, date_of, open_note
from standoff.errors import Problem, ScenarioError
from standoff.progress import Progress
from standoff.sources.document import Document, Person

__all__ = ["Draft", "draft", "found_in"]


@dataclass(frozen=True)
class Draft:
    """A first scenario: `files()` are its texts, `write(folder)` writes them."""

    document: Document
    """The note as read: offsets in the report count its `text`."""
    report: DraftReport
    """What was found."""

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The estimative clauses, in the order of the text."""
        return self.report.clauses

    @property
    def actors(self) -> tuple[FoundActor, ...]:
        """The actors, players first."""
        return self.report.actors

    def files(self) -> Mapping[str, str]:
        """Name -> YAML of the scenario's files."""
        from standoff.draft.skeleton import files

        return files(self)

    def write(self, folder: Path | str, *, force: bool = False) -> Draft:
        """Write the scenario into a folder, which is made; the draft with `report.files` set.

        Each file is written whole or not at all. Raises `ScenarioError` where one of them, or
        another YAML file that would be read with them, is there already (unless `force`, which
        writes over those of the same names).
        """
        from standoff.workspace import write_atomically

        folder = Path(folder)
        texts = self.files()
        self.refuse(folder, texts, force=force)
        written = []
        for name, text in texts.items():
            write_atomically(folder / name, text)
            written.append(str(folder / name))
        return replace(self, report=self.report.model_copy(update={"files": tuple(written)}))

    def refuse(self, folder: Path, names: Collection[str], *, force: bool = False) -> None:
        """Raise `ScenarioError` where files of these names can't be written, as `write` would: a
        model is not asked for what can't be kept.
        """
        there = sorted(p.name for p in folder.glob("*.y*ml")) if folder.is_dir() else []
        if folder.exists() and not folder.is_dir():
            raise ScenarioError(
                Problem("exists", f"{folder} is a file", expected="a folder to write into")
            )
        strange = [name for name in there if name not in names]
        if strange or (there and not force):
            held = ", ".join(strange or there)
            raise ScenarioError(
                Problem(
                    "exists", f"{folder} holds YAML already, and is left as it is", found=held,
                    expected="another folder" if strange else "another folder, or --force",
                )
            )  # fmt: skip


def draft(
    source: Path | str,
    *,
    date: str | None = None,
    workspace: Path | None = None,
    progress: Progress | None = None,
) -> Draft:
    """What a note says, as the beginning of a scenario.

    `source` is a file, `PATH#d403` for one document of a volume, a document of the library, or `-`
    for standard input; `date` the day of the note where it can't be had from it.
    """
    return found_in(open_note(source, workspace, progress), date)


def found_in(opened: Opened, date: str | None = None) -> Draft:
    """The draft of a document that was read."""
    from standoff.draft.actors import cast
    from standoff.draft.clauses import clauses
    from standoff.draft.gazetteer import gazetteer
    from standoff.draft.prose import places_of, prose

    document = opened.document
    text = document.text
    prosaic = prose(document)
    place = places_of(document)
    met = clauses(text, prosaic.statements, place)
    begins = [statement.start for statement in prosaic.statements]

    def found(start: int, end: int) -> Found:
        index = bisect_right(begins, start) - 1
        near = prosaic.statements[index] if index >= 0 else None
        where = near.where if near is not None and start < near.end else ""
        return Found(
            quote=text[start:end],
            start=start,
            end=end,
            passage=place(start),
            where=where,
        )

    people = [p for d in (document, *opened.others) for p in _people(d)]
    named = cast(text, met.taken, gazetteer(document, people), found)
    when = date_of(opened, date)
    facts = _facts(opened, when)
    report = DraftReport(
        id=_id(facts.title, document),
        facts=facts,
        sections=prosaic.sections,
        actors=named.actors,
        clauses=named.clauses,
        left_out=met.left_out,
        blanks=_blanks(named.actors, named.clauses, when),
    )
    return Draft(document, report)


def _people(document: Document) -> list[Person]:
    return [
        *document.persons, *document.speakers, *document.spoken_to,
        *document.senders, *document.recipients,
    ]  # fmt: skip


def _facts(opened: Opened, when: FoundDate) -> NoteFacts:
    from standoff.draft.prose import title_of

    document = opened.document
    all_of = (document, *opened.others)
    note = next((d.source_note for d in all_of if d.source_note), None)
    volume = next((d.volume.title for d in all_of if d.volume.title), "")
    return NoteFacts(
        document=document.key,
        rendering=document.rendering,
        reader=document.reader,
        text_hash=document.text_hash,
        volume=volume or document.volume.id,
        address=next((d.address for d in all_of if d.address), ""),
        number=document.number,
        kind=document.kind,
        heading=document.heading,
        title=_cased(title_of(document)),
        sender=_names(document.senders),
        recipient=_names(document.recipients),
        marking=next((d.marking for d in all_of if d.marking), ""),
        source_note=note.text if note else "",
        date=when,
        pages=tuple(FoundPage(label=p.label, medium=p.medium, at=p.at) for p in document.pages),
        words=len(document.text.split()),
        remarks=document.remarks,
    )


def _names(people: tuple[Person, ...]) -> str:
    return "; ".join(person.name or person.words for person in people)


def _cased(title: str) -> str:
    """A title in capitals in the case of a sentence, names as names."""
    if title.upper() != title:
        return title
    from standoff.draft.gazetteer import proper_names

    cased = title.lower()
    for name in proper_names():
        if name.lower() in cased:
            cased = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", name, cased, flags=re.IGNORECASE)
    return cased[:1].upper() + cased[1:]


def _id(title: str, document: Document) -> str:
    """A short name for the scenario, of letters, digits and hyphens."""
    from unicodedata import normalize

    plain = normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    made = "-".join(words[:6])[:48].strip("-")
    if not made[:1].isalpha() or made.startswith("blank"):
        made = f"note-{made or document.id}".lower()
    return re.sub(r"[^a-z0-9-]", "", made)


def _blanks(
    actors: tuple[FoundActor, ...], clauses: tuple[Clause, ...], when: FoundDate
) -> tuple[Blank, ...]:
    """What a scenario needs and the note doesn't say."""
    players = [actor for actor in actors if actor.player]
    found = []
    if not when.day:
        possible = f" (the volume covers {when.years[0]} to {when.years[-1]})" if when.years else ""
        found.append(
            Blank(path="as_of", what=f"the day of the note{possible}", example="--date 1962-10-25")
        )
    found.append(
        Blank(
            path="clock.rounds", what="until when play goes on, and in which rounds",
            example="{first: 1962-10-26, last: 1962-10-27, label: the letters}",
        )
    )  # fmt: skip
    if len(players) < 2:
        found.append(
            Blank(path="actors", what="who the two sides are", example="ussr: {name: Soviet Union}")
        )
    for actor in players:
        found.append(
            Blank(
                path=f"actors.{actor.id}.types",
                what=f"what {actor.name} may secretly be after, and at what odds",
                example="{hold: {label: means to keep it}, trade: {label: means to trade it}}",
            )
        )
        found.append(
            Blank(
                path=f"objectives.{actor.id}", what=f"what {actor.name} gains and loses",
                example="bases: {value: ending is kept, weight: 2}",
            )
        )  # fmt: skip
    found += [
        Blank(path="turns", what="who moves when, and what the moves do",
              example="{id: reply, actor: ussr, rounds: 2, moves: {accept: {}, refuse: {}}}"),
        Blank(path="ends", what="how it can end", example="settled: {when: accepted}"),
        Blank(path="record", what="what was seen, and when it was known",
              example="{at: 1962-10-25, move: ussr.reply.accept}"),
        Blank(path="observer", what="whose desk the note is written at, and what it sees",
              example="{desk: our desk, sees_as: [public, usa], actor: usa}"),
    ]  # fmt: skip
    asked = [clause for clause in clauses if clause.kind in ("inference", "forecast")]
    if asked:
        found.append(
            Blank(
                path="judgements", what=f"claims of {len(asked)} inferences and forecasts",
                example="claim: ussr is hold",
            )
        )  # fmt: skip
    assumed = [clause for clause in clauses if clause.kind == "input"]
    if assumed:
        found.append(
            Blank(
                path="judgements", what=f"what assumes each of {len(assumed)} inputs",
                example="assumed_in: parameters.base_value",
            )
        )  # fmt: skip
    return tuple(found)
