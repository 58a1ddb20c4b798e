"""What the server says and is told, as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from standoff.assess.part import Part

CrisisId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.(yaml|yml|md)$")]
FileText = Annotated[str, Field(max_length=5_000_000)]
Files = Annotated[dict[FileName, FileText], Field(max_length=32)]
Settings = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=200)],
        Annotated[str, Field(min_length=1, max_length=100)],
    ],
    Field(max_length=500),
]
Revision = Annotated[str, Field(max_length=64)]
Moment = Annotated[str, Field(max_length=40)]


class Asked(BaseModel):
    """Base of what the server is told: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


# --- what goes wrong


class ProblemPart(Part):
    """One thing that is wrong with a scenario, or doubtful."""

    code: str
    """A stable short name."""
    severity: Literal["error", "warning"]
    message: str
    """What is wrong."""
    path: str
    """Key path in the scenario."""
    found: str
    expected: str
    nearest: str
    """The nearest valid name."""
    file: str
    """Empty where the problem has no place."""
    line: int
    """From 1; 0 where there is no place."""
    column: int
    width: int


class Fault(Part):
    """Why a request got no answer."""

    code: str
    """A stable short name."""
    message: str
    """In words."""
    problems: list[ProblemPart]
    """Where it is the scenario that is wrong: everything that was found."""


class Conflict(Part):
    """Somebody else has written the file since it was read: both texts, to choose from."""

    code: Literal["conflict"] = "conflict"
    message: str
    problems: list[ProblemPart] = []
    """Always empty."""
    revision: str
    """Of the text that stands there now."""
    theirs: str
    """The text that stands there now."""
    yours: str
    """The text that was sent."""


# --- library


class Size(Part):
    """How large a scenario is, as written."""

    actors: int
    turns: int
    rounds: int
    parameters: int
    record: int
    """Items of the record."""
    judgements: int


class CrisisPart(Part):
    """A crisis in the list."""

    id: str
    title: str
    summary: str
    shipped: bool
    """Whether it comes with Standoff and can only be read; duplicate it to change it."""
    actors: list[str]
    """Names in words."""
    first: str
    """First day of the clock, as written."""
    last: str
    """Last day."""
    as_of: str
    size: Size
    problems: int
    """Errors that keep it from being read; 0 says nothing of its game."""


class Library(Part):
    """The shipped crises and the user's own."""

    crises: list[CrisisPart]


class FilePart(Part):
    """A file of a crisis."""

    name: str
    text: str
    revision: str
    """Changes with the text; a write has to name it."""
    draft: str | None
    """Text that was being written when it was last kept, where that is another."""
    draft_revision: str | None
    """Revision that the draft was begun from."""


class SourcePart(Part):
    """A source that a crisis names."""

    id: str
    title: str
    kind: str


class CrisisPage(Part):
    """A crisis to open: its files, and what is said about it."""

    id: str
    shipped: bool
    about: CrisisPart
    files: list[FilePart]
    revision: str
    """Of all files together."""
    readme: str
    """Markdown: what it is, how it works."""
    to_try: list[str]
    """Things to try, from the README's list of that name, as Markdown."""
    sources: list[SourcePart]
    views: dict[str, dict[str, str]]
    """Named sets of settings, for presets."""


class Written(Part):
    """What was written."""

    name: str
    revision: str


class WriteFile(Asked):
    """A file's new text."""

    text: FileText
    revision: Revision
    """Of the text that it was made from; empty for a file that is new."""


class KeepDraft(Asked):
    """A text that is being written."""

    text: FileText
    revision: Revision = ""
    """Of the file that it was begun from."""


class Duplicate(Asked):
    """Copy a crisis."""

    crisis: CrisisId
    as_: Annotated[CrisisId, Field(alias="as")]
    """Id of the copy."""


class Import(Asked):
    """Bring in a crisis from files."""

    files: Files
    """Name -> text. Only YAML and Markdown; names are plain, without folders."""
    as_: Annotated[CrisisId | None, Field(alias="as")] = None
    """Its id; from the scenario's own `id:` where nothing is said."""


class Made(Part):
    """A crisis that is there now."""

    id: str


class Removed(Part):
    """A crisis that was put into the trash folder of the workspace."""

    id: str
    trash: str
    """Name of its folder there."""


# --- editing


class Check(Asked):
    """Check a scenario that is being written."""

    files: Files
    whole: bool = False
    """Also build its game and follow its record."""
    as_of: Moment | None = None
    """Also list what nobody could have written on that day."""


class Checked(Part):
    """What is wrong with a scenario."""

    problems: list[ProblemPart]
    errors: int


class Complete(Asked):
    """Ask what could be written at a place."""

    files: Files
    file: FileName
    """The one that is being written."""
    line: Annotated[int, Field(ge=1, le=5_000_000)]
    """From 1."""
    column: Annotated[int, Field(ge=1, le=5_000_000)]
    """From 1: the place before which the cursor stands."""


class Completion(Part):
    """Something that could be written."""

    label: str
    kind: Literal["key", "value", "name"]
    detail: str
    """What it is, in words."""
    insert: str
    """The text to put in place of `typed`."""


class Completions(Part):
    """What could be written at a place."""

    path: str
    """Key path of the place."""
    typed: str
    """What stands there already and would be replaced."""
    items: list[Completion]


# --- parameters


class ParameterPart(Part):
    """Something that can be set: a parameter, the prior of a type, or the precision."""

    key: str
    """Name in `settings`: `name`, `name.type`, `prior.actor.type`, `precision`."""
    label: str
    kind: Literal["parameter", "prior", "precision"]
    group: str
    """Parameters that belong together: the name that they share."""
    distribution: str
    """As written: `triangular 0.8, 1, 1.4`."""
    low: float
    """Where a slider begins."""
    high: float
    """Where it ends."""
    median: float
    fixed: bool
    """Whether the scenario gives one number."""
    structural: bool
    """Whether the tree of the game depends on it: setting it takes longer."""
    because: str
    source: list[str]
    because_path: str
    """Key path in the scenario."""


class ParameterList(Part):
    """Everything that can be set."""

    parameters: list[ParameterPart]


class Labels(Part):
    """What a scenario calls its names: actors, types, moves, endings, parameters..."""

    labels: dict[str, str]
    """Id (`ussr`, `ussr.trade`, `ussr.letter.wait`) -> words; those without words are left out."""
    answers: dict[str, str]
    """Id of a judgement or question -> its text."""
    actors: list[str]
    """Ids of the players in the order of the scenario: the order of their marks."""


class AskParameters(Asked):
    """Ask what can be set."""

    files: Files


# --- solving


class Source(Asked):
    """What is to be solved: a crisis of the library, or the text of one that is being written."""

    crisis: CrisisId | None = None
    revision: Revision | None = None
    """Of the crisis; refused where its files have another by now."""
    files: Files | None = None
    """In place of a crisis: name -> text."""


class Solve(Source):
    """Ask for an assessment."""

    as_of: Moment | None = None
    for_: Annotated[str | None, Field(alias="for", max_length=130)] = None
    """Whose options: `ACTOR` or `ACTOR.TYPE`."""
    variants: Annotated[int, Field(ge=1, le=20_000)] = 200
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    settings: Settings = {}
    """Parameters that are fixed."""
    standard: Literal["icd203", "phia"] = "icd203"
    form: bool = False
    """Check how the model was written (takes longer)."""
    tipping: bool = False
    """Look for what would turn each judgement."""
    concepts: bool = False
    """Ask other equilibria and concepts."""
    other_side: bool = False
    """Ask about disguises, prices, waiting, where views part, a mediator and commitments."""
    slot: Annotated[str, Field(max_length=64)] = ""
    """A newer request with the same slot stops the one before."""


State = Literal["waiting", "running", "done", "failed", "stopped"]


class JobPart(Part):
    """A solve that was asked for."""

    id: str
    """The same for the same question: it can be asked again under it."""
    state: State
    scenario: str
    stage: str
    """What is being done."""
    done: int
    total: int
    """How much of the stage is done; 0 where that isn't counted."""
    fault: Fault | None
    """Why it failed."""
    command: str
    """The command line that gives the same."""
    python: str
    """The Python that gives the same."""
    last: int
    """Number of the last event."""


class JobList(Part):
    """The solves of this server, the latest first."""

    jobs: list[JobPart]


# --- charts


class ChartPart(Part):
    """A chart of an assessment."""

    id: str
    title: str
    description: str


class ChartList(Part):
    """The charts of an assessment."""

    charts: list[ChartPart]


class Version(Part):
    """What is running."""

    name: Literal["standoff"] = "standoff"
    version: str
    api: int = 1
    """Grows when something that was there goes away."""
