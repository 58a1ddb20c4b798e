"""What the process that solves can be asked. Each answers with text or bytes, ready to be sent.

Arguments are plain data that says everything: whatever is kept between calls (`warm`) can be made
again, so that an answer never depends on what was asked before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.progress import Progress
from standoff.web.warm import Warm

if TYPE_CHECKING:
    from standoff.play.board import Board

_warm = Warm()
_noting = threading.Lock()


def versions(*, progress: Progress) -> dict[str, str]:
    """What the bytes of a result depend on besides the question."""
    from standoff.variants.store.manifest import versions as found

    return found()


def ready(*, progress: Progress) -> str:
    """Load what solving needs, by solving something small."""
    from standoff.assess.chain import chain

    chain("signal", variants=2).inference.endings()
    return ""


def assess(
    *,
    files: Mapping[str, str],
    settings: Mapping[str, str],
    workspace: str,
    as_of: str | None,
    for_: str | None,
    variants: int,
    seed: int,
    standard: Any,
    form: bool,
    tipping: bool,
    concepts: bool,
    other_side: bool,
    progress: Progress,
) -> str:
    """An assessment as JSON. Long ones keep what they have solved in the workspace, as the command
    does: stopped anywhere, the same question goes on from there, whoever asks it.
    """
    from standoff.assess import assess as assessed
    from standoff.scenario.loading import loads_files
    from standoff.sources.library import Library
    from standoff.variants.store import open_run
    from standoff.variants.store.manifest import manifest

    progress.say("reading the scenario")
    scenario = loads_files(files, settings=settings)
    asked: dict[str, Any] = {
        "as_of": as_of, "for_": for_, "form": form, "variants": variants, "seed": seed,
        "standard": standard,
    }  # fmt: skip
    more: dict[str, Any] = {
        "tipping": tipping, "concepts": concepts, "other_side": other_side,
        "library": Library(Path(workspace)),
    }  # fmt: skip
    if not (form or tipping or concepts or other_side):
        return assessed(scenario, **asked, **more, progress=progress).model_dump_json(by_alias=True)
    run = manifest(scenario, **asked, options={"other_side": str(other_side)})
    with open_run(Path(workspace), run, tell=progress.say, progress=progress) as folder:
        try:
            found = assessed(scenario, **asked, **more, store=folder, progress=progress)
        finally:
            if not folder.names():
                folder.drop()
    return found.model_dump_json(by_alias=True)


def quick(*, progress: Progress, **asked: Any) -> str:
    """Headline numbers under some settings, as JSON."""
    from standoff.web.quick import quick as answered

    return answered(_warm, progress=progress, **asked).model_dump_json(by_alias=True)


def parameters(*, files: Mapping[str, str], progress: Progress) -> str:
    """Everything that can be set, as JSON."""
    from standoff.web.parameters import parameters as listed

    return listed(_warm, files, progress).model_dump_json(by_alias=True)


def labels(*, files: Mapping[str, str], progress: Progress) -> str:
    """The scenario's words for its names, as JSON."""
    from standoff.assess.labels import answer_text
    from standoff.assess.labels import labels as worded
    from standoff.scenario.names import Names
    from standoff.web.models import Labels

    scenario = _warm.base(files, progress).scenario
    known = worded(scenario, Names(scenario))
    ids = [one.id for one in scenario.judgements] + [one.id for one in scenario.questions]
    answers = {id: answer_text(scenario, known, id) for id in ids}
    players = [name for name, actor in scenario.actors.items() if actor.kind == "player"]
    return Labels(labels=known, answers=answers, actors=players).model_dump_json()


def tree(*, progress: Progress, **asked: Any) -> str:
    """A part of the game's tree, as JSON."""
    from standoff.web.tree import tree as drawn

    return drawn(_warm, progress=progress, **asked).model_dump_json(by_alias=True)


def node(*, progress: Progress, **asked: Any) -> str:
    """What is known at one node of the tree, as JSON."""
    from standoff.web.tree_node import node as known

    return known(_warm, progress=progress, **asked).model_dump_json(by_alias=True)


def check(*, files: Mapping[str, str], as_of: str | None, whole: bool, progress: Progress) -> str:
    """What is wrong with a scenario, its game and its record, as JSON."""
    from standoff.web.checking import checked

    return checked(files, as_of=as_of, whole=whole).model_dump_json()


def note(
    *, assessment: str, format: str, short: bool, remarks: str = "[]", progress: Progress
) -> bytes:
    """A note in one of the formats, with what the analyst has added to it."""
    from standoff.assess.models import Assessment
    from standoff.note import render
    from standoff.note.remarks import read_remarks

    found = Assessment.model_validate_json(assessment)
    with _noting:
        made = render(found, format, short=short, remarks=read_remarks(remarks))
    return made.encode() if isinstance(made, str) else made


def remarkable(*, assessment: str, progress: Progress) -> str:
    """Where remarks can stand in a note, and which of its numbers they can name; as JSON."""
    from standoff.assess.models import Assessment
    from standoff.note.build import outline
    from standoff.note.remarks import bound
    from standoff.web.remark_models import NumberPart, PlacePart, Remarkable

    found = Assessment.model_validate_json(assessment)
    with _noting:
        made = outline(found)
    places = [PlacePart(at=s.id, title=s.title) for s in made.sections]
    return Remarkable(
        places=places,
        judgements=[PlacePart(at=f"judgements.{j.id}", title=j.text) for j in found.judgements],
        numbers=[
            NumberPart(name=name, what=one.what, probability=one.probability)
            for name, one in bound(found).items()
        ],
    ).model_dump_json()


def charts(*, assessment: str, progress: Progress) -> str:
    """The charts of a note, as JSON: id, title, description and specification of each."""
    import json

    from standoff.assess.models import Assessment
    from standoff.note.build import outline
    from standoff.note.outline import Figure

    made = outline(Assessment.model_validate_json(assessment))
    blocks = [b for s in (*made.sections, *made.annex) for b in s.blocks]
    return json.dumps(
        [
            {"id": b.id, "title": b.title, "description": b.description, "spec": b.spec}
            for b in blocks
            if isinstance(b, Figure)
        ]
    )


def ripple(
    *,
    files: Mapping[str, str],
    documents: list[str],
    as_of: str | None,
    variants: int,
    seed: int,
    progress: Progress,
) -> str:
    """What falls if some documents fall, or each of all in turn where none is named; as JSON."""
    from standoff.assess.chain import chain
    from standoff.assess.rippling import rippled, ripples_of
    from standoff.scenario.falling import fallen
    from standoff.scenario.loading import loads_files
    from standoff.web.warm import key_of

    scenario = loads_files(files)
    if documents:
        fallen(scenario, documents)  # a wrong name is told before anything is solved
    ready = _warm.chain(
        "ripple",
        (key_of(files), as_of, variants, seed),
        lambda: chain(scenario, as_of=as_of, variants=variants, seed=seed, progress=progress),
    )
    progress.say("reading the record again")
    if documents:
        return rippled(ready, documents).model_dump_json(by_alias=True)
    return ripples_of(ready, progress=progress).model_dump_json(by_alias=True)


def add_document(*, workspace: str, staged: str, home: str, progress: Progress) -> str:
    """Read a file that was sent, keep its documents as those of `home`, and move it there; what
    became of each, as JSON.
    """
    from standoff.sources.library import Library
    from standoff.sources.reading import read

    progress.say("reading")
    made = Library(Path(workspace)).keep(read(Path(staged), progress), Path(home), progress)
    Path(staged).replace(home)
    return made.model_dump_json(by_alias=True)


def search_meaning(
    *, workspace: str, query: str, narrowing: Mapping[str, str | None], most: int,
    progress: Progress,
) -> str:  # fmt: skip
    """Passages that say something like it, as JSON."""
    from standoff.sources.library import Library
    from standoff.sources.meaning_search import search_meaning as searched
    from standoff.sources.narrowing import Narrowing

    found = searched(
        Library(Path(workspace)), query, Narrowing(**narrowing), most, progress=progress
    )
    return found.model_dump_json(by_alias=True)


def board(*, model: str, precision: float | None, progress: Progress) -> Board:
    """A scenario as JSON, solved for play. Arrays and rules, no text: the server keeps it."""
    from standoff.play.hall import solved

    return solved(model, precision, progress)


TASKS: dict[str, Callable[..., Any]] = {
    "add_document": add_document, "ripple": ripple, "search_meaning": search_meaning,
    "assess": assess, "board": board, "charts": charts, "check": check, "labels": labels,
    "node": node,
    "note": note, "parameters": parameters, "quick": quick, "ready": ready,
    "remarkable": remarkable, "tree": tree, "versions": versions,
}  # fmt: skip
"""By name."""
