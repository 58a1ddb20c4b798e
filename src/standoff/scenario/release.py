"""A scenario at a handling level: what is above is left out, and nothing of it remains.

What carries no level is open to all readers, unless it rests on a source above the level: words
that rest on one go, and what rests on nothing else goes with it. A level of its own, at or below
the reader's, clears a thing: its words were written to be read there.

Numbers of parameters, the game and its ids stay: a person has to judge whether they give anything
away (`kept` lists them).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from standoff.errors import Problem, ScenarioError
from standoff.scenario.check_context import parts
from standoff.scenario.editing import edited
from standoff.scenario.expansion import proposal_state
from standoff.scenario.forgetting import without
from standoff.scenario.grades import without_lost_grades
from standoff.scenario.markings import marked, marking_problems, rank
from standoff.scenario.models import (
    Audience,
    Distribution,
    Ending,
    Judgement,
    Move,
    Objective,
    ParameterByType,
    Proposal,
    RecordItem,
    Scenario,
    StateVariable,
    Turn,
    TypeOf,
)
from standoff.scenario.names import record_ids
from standoff.scenario.source_models import Link, Source
from standoff.scenario.supports import Support, by_id, covers, supports

__all__ = ["kept", "released"]

_NAMED = (
    TypeOf,
    Move,
    Turn,
    Ending,
    Proposal,
    StateVariable,
    Objective,
    Distribution,
    ParameterByType,
)
"""What has a label; an audience has a name."""
WITHHELD = "a report whose words are withheld"


def released(scenario: Scenario, level: str) -> Scenario:
    """The scenario for readers at a level. It has no places in any file, and its note is marked
    with the level.

    Record items above it (or that rest on sources above it alone) leave an unknown step, of which
    only the round is told. Raises `ScenarioError` where there is no such level.
    """
    return _Release(scenario, level).run()


def kept(scenario: Scenario, level: str) -> list[Problem]:
    """Warnings: what stays in a release although it rests on sources above the level. The places
    are key paths; of the sources nothing is said.
    """
    work = _Release(scenario, level)
    gone = work.gone()
    found = []
    for owner in work.touched:
        what = _stays(owner)
        if what and owner not in gone:
            alone = "only " if owner in work.bare else ""
            found.append(
                Problem(
                    "rests-above",
                    f"{what} stays, though it rests {alone}on sources above {level!r}",
                    path=owner,
                    expected="a person who judges whether it gives anything away",
                    severity="warning",
                )
            )
    return found


def _stays(owner: str) -> str:
    """What of a part stays whatever it rests on; "" where nothing does."""
    head, *rest = owner.split(".")
    if head in ("record", "judgements", "questions", "sources"):
        return ""
    if head in ("parameters", "grades", "defines", "correlate", "joint", "solve") or (
        head == "actors" and "prior" in rest
    ):
        return "this number"
    if head in ("objectives", "views"):
        return "the model of it"
    return "its part in the game, and its id,"


@dataclass
class _Release:
    """One scenario on its way to one level."""

    scenario: Scenario
    level: str
    sources: set[str] = field(init=False)  # keys of those above
    every: tuple[Support, ...] = field(init=False)
    touched: dict[str, None] = field(init=False)  # owners that rest on one of these, in order
    bare: set[str] = field(init=False)  # those of them that rest on nothing else
    cleared: set[str] = field(init=False)  # owners with a level of their own that is no higher
    above: set[str] = field(init=False)  # owners that go for their own level

    def __post_init__(self) -> None:
        scenario = self.scenario
        problems = list(marking_problems(scenario))
        if problems:
            raise ScenarioError(problems)
        self.most = rank(scenario, self.level)
        own = {owner: model.marking for _, owner, model in marked(scenario) if model.marking}
        self.above = {owner for owner, mark in own.items() if rank(scenario, mark) > self.most}
        self.cleared = own.keys() - self.above
        self.sources = self._sources()
        self.every = supports(scenario, written_out=True)
        on = {s.owner: None for s in self.every if self._covered(s.passage)}
        left = {s.owner for s in self.every if s.counts and not self._covered(s.passage)}
        self.touched = {owner: None for owner in on if not self._is_cleared(owner)}
        self.bare = {owner for owner in self.touched if owner not in left}

    def _sources(self) -> set[str]:
        """Sources above the level, and whatever was made from one of them without a level of its
        own: what is derived is as high as what it comes from.
        """
        gone = {o.removeprefix("sources.") for o in self.above if o.startswith("sources.")}
        while True:
            more = {
                key
                for key, source in self.scenario.sources.items()
                if key not in gone
                and f"sources.{key}" not in self.cleared
                and any(of.partition("#")[0] in gone for of in _made_from(source))
            }
            if not more:
                return gone
            gone |= more

    def _covered(self, passage: str) -> bool:
        return any(covers(key, passage) for key in self.sources)

    def _is_cleared(self, owner: str) -> bool:
        """How a judgement came out is as high as the judgement."""
        return ".".join(owner.split(".")[:2]) in self.cleared

    def _rests_above(self, path: str) -> bool:
        """Whether the thing at a key path, something in it or what it stands in rests on a source
        above the level.
        """
        own = f"{path}."
        return any(own.startswith(f"{t}.") or t.startswith(own) for t in self.touched)

    # -- the way down

    def run(self) -> Scenario:
        scenario = self.scenario
        gone = self.gone()
        items = [id for id in record_ids(scenario) if f"record.{id}" in gone]
        out = self._referring(scenario, gone)
        out = _said_anew(scenario, edited(out, self._edit))
        out = without_lost_grades(scenario, without(out, items, coarse=True))
        out = out.model_copy(
            update={
                "judgements": tuple(
                    j for j in out.judgements if f"judgements.{j.id}" not in gone
                ),
                "questions": tuple(q for q in out.questions if f"questions.{q.id}" not in gone),
                "views": {n: v for n, v in out.views.items() if f"views.{n}" not in gone},
                "markings": scenario.markings[: self.most + 1],
                "note": scenario.note.model_copy(update={"marking": self.level}),
            }
        )  # fmt: skip
        return out.model_copy(update={"sources": self._still_cited(out)})

    def gone(self) -> set[str]:
        """Owners that go: above the level themselves, or with the sources they rest on (items and
        views that rest on nothing else, and judgements and questions that rest on these at all,
        being words through and through).
        """
        alone = {o for o in self.bare if o.split(".")[0] in ("record", "views")}
        words = {
            o for o in self.touched
            if o.split(".")[0] in ("judgements", "questions") and o.count(".") == 1
        }  # fmt: skip
        return self.above | {f"sources.{key}" for key in self.sources} | alone | words

    def _referring(self, scenario: Scenario, gone: set[str]) -> Scenario:
        """Links and `assumed_in` to what goes, and links to sources that go, left out; numbers of
        places in lists, which change, give way to ids.
        """

        def leads(path: str) -> str | None:
            # An item of the record without an id of its own keeps its number: `without` moves it.
            named = by_id(scenario, path)
            if ".".join(named.split(".")[:2]) in gone:
                return None
            return path if path.startswith("record.") else named

        links = []
        for link in scenario.links:
            target = leads(link.rests)
            if target is not None and not self._covered(link.passage):
                links.append(link.model_copy(update={"rests": target}))
        judgements = []
        for judgement in scenario.judgements:
            if judgement.assumed_in is not None:
                target = leads(judgement.assumed_in)
                judgement = judgement.model_copy(update={"assumed_in": target})
            judgements.append(judgement)
        return scenario.model_copy(update={"links": tuple(links), "judgements": tuple(judgements)})

    def _edit(self, path: str, model: BaseModel) -> BaseModel:
        """One part of the scenario without citations of what goes and words that rest on it."""
        update: dict[str, Any] = {}
        if isinstance(model, Source):
            if model.rendering_of in self.sources:
                update["rendering_of"] = None
            update["derives_from"] = self._left(model.derives_from)
        else:
            held: Any = getattr(model, "source", None)
            if isinstance(held, tuple) and not isinstance(model, Link):
                update["source"] = self._left(held)
        named = by_id(self.scenario, path)
        if path and self._rests_above(named):
            update |= self._wordless(named, model)
        changed = {key: value for key, value in update.items() if value != getattr(model, key)}
        return model.model_copy(update=changed) if changed else model

    def _left(self, passages: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(passage for passage in passages if not self._covered(passage))

    def _wordless(self, named: str, model: BaseModel) -> dict[str, Any]:
        """What goes of the words of a part that rests on a source above the level."""
        alone = self._bare(named)
        update: dict[str, Any] = {}
        if hasattr(model, "because"):
            update["because"] = ""
        if isinstance(model, RecordItem):
            update["text"] = ""
            if model.report is not None:
                update["report"] = WITHHELD
        if isinstance(model, Judgement) and f"{named}.resolved" in self.bare:
            update["resolved"] = None
        if alone and isinstance(model, _NAMED):
            update["label"] = ""
        if alone and isinstance(model, Audience):
            update["name"] = ""
        return update

    def _bare(self, named: str) -> bool:
        """Whether a part rests on sources above the level alone."""
        return any(f"{named}.".startswith(f"{owner}.") for owner in self.bare)

    def _still_cited(self, out: Scenario) -> dict[str, Source]:
        """Sources at or below the level that something still cites, or that nothing ever did."""
        before = {s.passage.partition("#")[0] for s in self.every}
        after = {s.passage.partition("#")[0] for s in supports(out)}
        for source in out.sources.values():
            after |= {of.partition("#")[0] for of in _made_from(source)}
        return {
            key: source for key, source in out.sources.items()
            if key not in self.sources and (key in after or key not in before)
        }  # fmt: skip


def _said_anew(full: Scenario, out: Scenario) -> Scenario:
    """Labels that `expand` made from those of proposals, made anew where these have gone."""
    words = {
        name: (held.label or name, out.proposals[name].label or name)
        for name, held in full.proposals.items()
    }
    changed: dict[str, str] = {}
    for name, (old, new) in words.items():
        for verb in ("proposes", "accepts", "refuses"):
            changed[f"{verb} {old}"] = f"{verb} {new}"
        changed[f"{old} lapses"] = f"{new} lapses"
        other = words.get(full.proposals[name].counter or "")
        if other is not None:
            changed[f"answers {old} with {other[0]}"] = f"answers {new} with {other[1]}"
    states = {
        proposal_state(name, held, to): words[name]
        for name, held in full.proposals.items()
        for to in held.to
    }

    labels = {path: m.label for path, m in parts(full) if isinstance(m, (Move, Turn))}

    def edit(path: str, model: BaseModel) -> BaseModel:
        label = getattr(model, "label", "")
        if isinstance(model, StateVariable):
            old, new = states.get(path.partition(".")[2], ("", ""))
            again = new if label == old else label
        elif isinstance(model, (Move, Turn)):
            again = changed.get(labels.get(path, ""), label)
        else:
            return model
        return model if again == label else model.model_copy(update={"label": again})

    return edited(out, edit) if words else out


def _made_from(source: Source) -> tuple[str, ...]:
    rendered = () if source.rendering_of is None else (source.rendering_of,)
    return (*source.derives_from, *rendered)
