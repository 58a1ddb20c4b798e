"""Solves that were asked for: one for each question, whoever asks and however often.

A job's id is made from the question, so that a page can ask again after a reload or a restart and
finds what is there. Everything here runs in the event loop; the work is the worker's.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anyio import to_thread

from standoff.errors import Cancelled
from standoff.web.faults import Refusal, fault_of
from standoff.web.models import Fault, JobPart, Solve, State
from standoff.web.worker import Ticket, Worker
from standoff.workspace import write_atomically

MOST_JOBS = 100
"""Jobs whose state is remembered."""
MOST_BYTES = 64_000_000
"""Of results in memory."""
MOST_KEPT = 200
"""Results kept in the workspace; the oldest go first."""


@dataclass(eq=False)
class Job:
    """A question, and how far its answer is."""

    id: str
    files: dict[str, str]
    ask: Solve
    scenario: str
    workspace: Path
    state: State = "waiting"
    stage: str = ""
    done: int = 0
    total: int = 0
    fault: Fault | None = None
    ticket: Ticket | None = None
    last: int = 0
    """Grows with each change: the number of the last event."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    slots: set[str] = field(default_factory=set)

    @property
    def over(self) -> bool:
        """Whether nothing more will change by itself."""
        return self.state in ("done", "failed", "stopped")

    def tell(self, **news: Any) -> None:
        """Something has changed: whoever follows is woken."""
        for name, value in news.items():
            setattr(self, name, value)
        self.last += 1
        self.changed.set()
        self.changed = asyncio.Event()

    def part(self) -> JobPart:
        """As it is told."""
        return JobPart(
            id=self.id,
            state=self.state,
            scenario=self.scenario,
            stage=self.stage,
            done=self.done,
            total=self.total,
            fault=self.fault,
            command=command_of(self),
            python=python_of(self),
            last=self.last,
        )


class Jobs:
    """The jobs of a workspace."""

    def __init__(self, workspace: Path, worker: Worker) -> None:
        self.workspace = workspace
        self.folder = workspace / "web" / "jobs"
        self.worker = worker
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._slots: dict[str, str] = {}
        self._results: OrderedDict[str, str] = OrderedDict()
        self._versions: str | None = None
        self._keeping: set[asyncio.Future[None]] = set()

    async def ask(self, files: Mapping[str, str], ask: Solve) -> Job:
        """Ask a question. Raises `ScenarioError` where the scenario can't be read."""
        if self._versions is None:
            found = await asyncio.wrap_future(self.worker.ask("quick", "versions").future)
            self._versions = json.dumps(found, sort_keys=True)
        scenario, id = await to_thread.run_sync(_identified, files, ask, self._versions)
        job = await self._known(id) or self._jobs.get(id)
        if job is None:
            job = Job(id, dict(files), ask, scenario, self.workspace)
            self._remember(job)
        self._take_slot(ask.slot, job)
        if job.state in ("waiting", "running") and job.ticket is not None:
            return job
        if job.state == "done":
            return job
        await self._start(job)
        return job

    async def again(self, id: str) -> Job:
        """Ask the same question again."""
        job = await self.get(id)
        if job.over and job.state != "done":
            await self._start(job)
        return job

    async def get(self, id: str) -> Job:
        """A job of this server, or one that an earlier one has left in the workspace."""
        job = await self._known(id)
        if job is None:
            raise Refusal("not-found", f"there is no job {id}", 404)
        return job

    def all(self) -> list[Job]:
        """The jobs of this server, the latest first."""
        return list(reversed(self._jobs.values()))

    def stop(self, job: Job) -> None:
        """Stop a job. What it has kept in the workspace stays for the next time."""
        if not job.over:
            if job.ticket is not None:
                job.ticket.cancel()
            job.tell(state="stopped", stage="stopped", ticket=None)

    async def result(self, id: str) -> str:
        """The assessment, as JSON. Raises `Refusal` where there is none (yet)."""
        job = await self.get(id)
        if job.state != "done":
            words = "it is not solved yet" if not job.over else f"it was not solved: {job.stage}"
            raise Refusal("no-result", words, 409)
        if id not in self._results:
            try:
                text = await to_thread.run_sync((self.folder / f"{id}.json").read_text, "utf-8")
            except OSError:
                job.tell(state="stopped", stage="its result is gone: ask again")
                raise Refusal("no-result", "its result is gone: ask again", 409) from None
            self._hold(id, text)
        self._results.move_to_end(id)
        return self._results[id]

    # -- inside

    async def _start(self, job: Job) -> None:
        loop = asyncio.get_running_loop()

        def told(what: str, done: int, total: int) -> None:
            loop.call_soon_threadsafe(self._told, ticket, job, what, done, total)

        ask = job.ask
        ticket = self.worker.ask(
            "solve", "assess", tell=told, files=job.files, settings=dict(ask.settings),
            workspace=str(self.workspace), as_of=ask.as_of, for_=ask.for_, variants=ask.variants,
            seed=ask.seed, standard=ask.standard, form=ask.form, tipping=ask.tipping,
            concepts=ask.concepts, other_side=ask.other_side,
        )  # fmt: skip
        job.ticket = ticket
        job.tell(state="waiting", stage="waiting for its turn", fault=None, done=0, total=0)

        def over(future: Any) -> None:
            error = future.exception()
            text = None if error is not None else future.result()
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._over, ticket, job, text, error)

        ticket.future.add_done_callback(over)
        said = job.ask.model_dump(by_alias=True, exclude={"files"})
        text = json.dumps({"files": job.files, "ask": said, "scenario": job.scenario})
        await to_thread.run_sync(write_atomically, self.folder / f"{job.id}.ask.json", text)

    def _told(self, ticket: Ticket, job: Job, what: str, done: int, total: int) -> None:
        if job.ticket is ticket and not job.over:
            job.tell(state="running", stage=what, done=done, total=total)

    def _over(self, ticket: Ticket, job: Job, text: str | None, error: Exception | None) -> None:
        if text is not None:
            self._hold(job.id, text)
            keeping = asyncio.ensure_future(self._keep(ticket, job, text))
            self._keeping.add(keeping)
            keeping.add_done_callback(self._keeping.discard)
        elif job.ticket is ticket:
            if isinstance(error, Cancelled):
                job.tell(state="stopped", stage="stopped", ticket=None)
            else:
                fault = fault_of(error or RuntimeError("nothing came"))
                job.tell(state="failed", stage=fault.message, fault=fault, ticket=None)

    async def _keep(self, ticket: Ticket, job: Job, text: str) -> None:
        """Write a result before it is said to be there. It was worked out to the end, even if
        somebody has asked to stop it meanwhile.
        """
        try:
            await to_thread.run_sync(write_atomically, self.folder / f"{job.id}.json", text)
            await to_thread.run_sync(self._sweep, {one.id for one in self.all() if not one.over})
        except OSError as error:
            found = fault_of(error)
            if job.ticket is ticket:
                job.tell(state="failed", stage=found.message, fault=found, ticket=None)
            return
        if job.ticket in (ticket, None):
            job.tell(state="done", stage="done", done=0, total=0, ticket=None, fault=None)

    async def _known(self, id: str) -> Job | None:
        job = self._jobs.get(id)
        if job is None:
            job = await to_thread.run_sync(self._left, id)
            if job is not None and id in self._jobs:  # another request was as fast
                return self._jobs[id]
            if job is not None:
                self._remember(job)
        return job

    def _left(self, id: str) -> Job | None:
        """A job that an earlier server has left."""
        try:
            held = json.loads((self.folder / f"{id}.ask.json").read_text("utf-8"))
            ask = Solve.model_validate(held["ask"])
            job = Job(id, dict(held["files"]), ask, str(held["scenario"]), self.workspace)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if (self.folder / f"{id}.json").is_file():
            job.state, job.stage = "done", "done"
        else:
            job.state, job.stage = "stopped", "the server was stopped; ask again"
        job.last = 1
        return job

    def _remember(self, job: Job) -> None:
        self._jobs[job.id] = job
        for id in [one.id for one in self._jobs.values() if one.over]:
            if len(self._jobs) <= MOST_JOBS:
                break
            if id != job.id:
                del self._jobs[id]

    def _take_slot(self, slot: str, job: Job) -> None:
        """What was asked before in this slot is stopped, unless another slot waits for it too."""
        if not slot:
            return
        earlier = self._jobs.get(self._slots.get(slot, ""))
        self._slots[slot] = job.id
        while len(self._slots) > 4 * MOST_JOBS:
            self._slots.pop(next(iter(self._slots)))
        job.slots.add(slot)
        if earlier is not None and earlier is not job:
            earlier.slots.discard(slot)
            if not earlier.slots:
                self.stop(earlier)

    def _hold(self, id: str, text: str) -> None:
        self._results[id] = text
        while len(self._results) > 1 and sum(map(len, self._results.values())) > MOST_BYTES:
            self._results.popitem(last=False)

    def _sweep(self, open_: set[str]) -> None:
        """Forget the oldest results on the disk, but for those that are being worked on."""
        kept = sorted(self.folder.glob("*.ask.json"), key=lambda p: p.stat().st_mtime)
        for path in kept[:-MOST_KEPT]:
            id = path.name.removesuffix(".ask.json")
            if id not in open_:
                path.unlink(missing_ok=True)
                (self.folder / f"{id}.json").unlink(missing_ok=True)


def _identified(files: Mapping[str, str], ask: Solve, versions: str) -> tuple[str, str]:
    """The scenario's id, and the id of the question: what decides the bytes of the answer."""
    from standoff.scenario.loading import loads_files
    from standoff.variants.store.manifest import scenario_hash

    scenario = loads_files(files, settings=ask.settings)
    chosen = ask.model_dump(exclude={"slot", "crisis", "revision", "files", "settings"})
    text = json.dumps([scenario_hash(scenario), chosen, versions], sort_keys=True)
    return scenario.id, hashlib.sha256(text.encode()).hexdigest()[:24]


def command_of(job: Job) -> str:
    """The command line that gives the same."""
    ask = job.ask
    words = ["standoff assess", _quoted(_place(job))]
    if ask.as_of:
        words.append(f"--as-of {_quoted(ask.as_of)}")
    if ask.for_:
        words.append(f"--for {_quoted(ask.for_)}")
    words += [f"--set {_quoted(f'{k}={v}')}" for k, v in ask.settings.items()]
    if ask.variants != 200:
        words.append(f"--variants {ask.variants}")
    if ask.seed:
        words.append(f"--seed {ask.seed}")
    if ask.standard != "icd203":
        words.append(f"--standard {ask.standard}")
    for name in ("form", "tipping", "concepts", "other_side"):
        option = name.replace("_", "-")
        words.append(f"--{option}" if getattr(ask, name) else f"--no-{option}")
    return " ".join(words)


def python_of(job: Job) -> str:
    """The Python that gives the same."""
    ask = job.ask
    given = [repr(_place(job))]
    if ask.as_of:
        given.append(f"as_of={ask.as_of!r}")
    if ask.for_:
        given.append(f"for_={ask.for_!r}")
    if ask.settings:
        given.append(f"settings={dict(ask.settings)!r}")
    if ask.variants != 200:
        given.append(f"variants={ask.variants}")
    if ask.seed:
        given.append(f"seed={ask.seed}")
    if ask.standard != "icd203":
        given.append(f"standard={ask.standard!r}")
    for name in ("form", "tipping", "concepts", "other_side"):
        given.append(f"{name}={getattr(ask, name)}")
    return f"import standoff as so\nnote = so.assess({', '.join(given)})"


def _place(job: Job) -> str:
    """Where the scenario stands, as a person at the server's folder would name it."""
    from standoff.scenario.loading import shipped

    crisis = job.ask.crisis
    if crisis is None:
        return next(iter(sorted(job.files)), "crisis.yaml")
    if crisis in shipped():
        return crisis
    folder = job.workspace / "crises" / crisis
    here = Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)


def _quoted(text: str) -> str:
    import shlex

    return text if re.fullmatch(r"[\w.=:/+-]+", text) else shlex.quote(text)
