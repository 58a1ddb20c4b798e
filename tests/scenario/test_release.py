"""A scenario at a level: nothing above it is left, everything else is."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from standoff.assess import release
from standoff.errors import ScenarioError
from standoff.scenario import load, to_yaml
from standoff.scenario.building import build
from standoff.scenario.checking import check
from standoff.scenario.falling import without_sources
from standoff.scenario.loading import library, loads, written
from standoff.scenario.release import WITHHELD, kept, released
from standoff.scenario.write import plain

LEVELS = ("unclassified", "restricted", "confidential", "secret", "top secret")
ADVANCE = "neighbor.call_up.advance"


def signal(**more: Any) -> dict[str, Any]:
    """The small crisis as plain data, without record and statements unless they are named."""
    data = plain(load("signal"))
    for key in ("record", "judgements", "questions", "links", "views"):
        data.pop(key, None)
    data["sources"] = {}
    return {**data, **more}


class Writer:
    """Writes marked elements, every text of which holds a mark of its own."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.count = itertools.count()
        self.texts: dict[str, list[str]] = {}  # owner -> marks

    def mark(self, owner: str) -> str:
        """Words that stand nowhere else."""
        word = f"MARK{next(self.count):04d}X"
        self.texts.setdefault(owner, []).append(word)
        return word

    def marking(self) -> dict[str, str]:
        level = self.draw(st.sampled_from(("", *LEVELS[1:4])))
        return {"marking": level} if level else {}

    def passages(self, sources: list[str], least: int = 0) -> list[str]:
        some = self.draw(st.lists(st.sampled_from(sources), min_size=least, max_size=2))
        return [f"{name}#p1" for name in dict.fromkeys(some)]

    def whole(self) -> dict[str, Any]:
        """The data of a scenario that `check` accepts."""
        names = [f"src{i}-{self.mark(f'sources.{i}')}" for i in range(3)]
        self.names = names
        sources: dict[str, Any] = {}
        for i, name in enumerate(names):
            own = f"sources.{i}"
            earlier = self.draw(st.lists(st.sampled_from(names[:i]), max_size=1)) if i else []
            sources[name] = {
                "title": self.mark(own), "volume": self.mark(own), "url": self.mark(own),
                "rendering": self.mark(own), "kind": self.mark(own),
                **({"derives_from": earlier} if earlier else {}), **self.marking(),
            }  # fmt: skip
        record = [self.item(i) for i in range(3)]
        judgements = [self.judgement(i, record) for i in range(2)]
        questions = [self.question(i, record) for i in range(2)]
        views = {}
        for i in range(2):
            own = f"views.{i}"
            views[f"view_{self.mark(own)}"] = {
                "author": self.mark(own), "because": self.mark(own), "set": {"upkeep": "0.03"},
                "source": self.passages(names), **self.marking(),
            }  # fmt: skip
        targets = [f"record.{item['id']}" for item in record] + [f"views.{name}" for name in views]
        links = []
        for i in range(2):
            own = f"links.{i}"
            links.append({
                "rests": self.draw(st.sampled_from([*targets, "parameters.fight"])),
                "passage": self.passages(names, 1)[0], "exact": self.mark(own),
                "prefix": self.mark(own), "suffix": self.mark(own), "note": self.mark(own),
            })  # fmt: skip
        data = signal(
            sources=sources, record=record, judgements=judgements, questions=questions,
            views=views, links=links,
        )  # fmt: skip
        data["parameters"]["upkeep"] = {
            "uniform": ["0.02", "0.10"], "because": self.mark("parameters.upkeep"),
            "source": self.passages(names),
        }  # fmt: skip
        return data

    def item(self, i: int) -> dict[str, Any]:
        own = f"record.{i}"
        common = {
            "id": f"item-{self.mark(own)}", "text": self.mark(own),
            "source": self.passages(self.names), **self.marking(),
        }  # fmt: skip
        if i == 0:
            return {**common, "move": ADVANCE, "at": "2031-03-04T06:17",
                    "known": "2031-03-05T09:13"}  # fmt: skip
        odds = [{"when": "neighbor is seize", "p": "0.7"}, {"else": "0.4"}]
        return {**common, "report": self.mark(own), "odds": odds, "at": "2031-03-05"}

    def judgement(self, i: int, record: list[dict[str, Any]]) -> dict[str, Any]:
        own = f"judgements.{i}"
        about = self.draw(st.sampled_from(record))["id"]
        claim = self.draw(
            st.sampled_from(["neighbor is seize", f"LR({about}; neighbor is seize) > 1"])
        )
        return {
            "id": f"said-{self.mark(own)}", "text": self.mark(own), "kind": "inference",
            "where": self.mark(own), "claim": claim, "twin": self.mark(own + ".twin"),
            "resolves": {"criterion": self.mark(own), "day": "2031-03-16"},
            "resolved": {"value": "partly", "because": self.mark(own + ".resolved"),
                         "source": self.passages(self.names)},
            "source": self.passages(self.names), **self.marking(),
        }  # fmt: skip

    def question(self, i: int, record: list[dict[str, Any]]) -> dict[str, Any]:
        own = f"questions.{i}"
        about = self.draw(st.sampled_from(record))["id"]
        ask = self.draw(st.sampled_from(["neighbor is seize", f"LR({about}; neighbor is seize)"]))
        return {"id": f"asked-{self.mark(own)}", "ask": ask, "text": self.mark(own),
                **self.marking()}  # fmt: skip


def above(marking: str, level: str) -> bool:
    return bool(marking) and LEVELS.index(marking) > LEVELS.index(level)


def visible(data: dict[str, Any], level: str) -> dict[str, bool]:
    """The slow twin: whether the words of each owner may be read at a level."""
    gone: set[str] = set()
    for name, source in data["sources"].items():  # written after what they derive from
        own = source.get("marking", "")
        made = any(parent in gone for parent in source.get("derives_from", ()))
        if above(own, level) or (not own and made):
            gone.add(name)

    def high(passages: list[str]) -> list[str]:
        return [p for p in passages if p.partition("#")[0] in gone]

    linked: dict[str, list[str]] = {}
    for link in data["links"]:
        linked.setdefault(link["rests"], []).append(link["passage"])
    said = {f"sources.{i}": name not in gone for i, name in enumerate(data["sources"])}
    ids = {}
    for i, item in enumerate(data["record"]):
        rests = item["source"] + linked.get(f"record.{item['id']}", [])
        own = item.get("marking", "")
        bare = bool(rests) and len(high(rests)) == len(rests)
        ids[item["id"]] = not above(own, level) and (bool(own) or not bare)
        said[f"record.{i}"] = ids[item["id"]] and (bool(own) or not high(rests))
        said[f"record.{i}.id"] = ids[item["id"]]
    for i, judgement in enumerate(data["judgements"]):
        own = judgement.get("marking", "")
        there = not above(own, level) and (bool(own) or not high(judgement["source"]))
        said[f"judgements.{i}"] = there
        about = next((id for id in ids if id in judgement["claim"]), None)
        said[f"judgements.{i}.twin"] = there and (about is None or ids[about])
        resolved = judgement["resolved"]["source"]
        said[f"judgements.{i}.resolved"] = there and (bool(own) or not high(resolved))
    for i, question in enumerate(data["questions"]):
        about = next((id for id in ids if id in question["ask"]), None)
        there = not above(question.get("marking", ""), level)
        said[f"questions.{i}"] = there and (about is None or ids[about])
    there_views = {}
    for i, (name, view) in enumerate(data["views"].items()):
        rests = view["source"] + linked.get(f"views.{name}", [])
        own = view.get("marking", "")
        bare = bool(rests) and len(high(rests)) == len(rests)
        there_views[name] = not above(own, level) and (bool(own) or not bare)
        said[f"views.{i}.name"] = there_views[name]
        said[f"views.{i}"] = there_views[name] and (bool(own) or not high(rests))
    for i, link in enumerate(data["links"]):
        head, _, target = link["rests"].partition(".")
        there = {"record": ids, "views": there_views}.get(head, {}).get(target, True)
        said[f"links.{i}"] = bool(there) and not high([link["passage"]])
    said["parameters.upkeep"] = not high(data["parameters"]["upkeep"]["source"])
    return said


@settings(derandomize=True, deadline=None, max_examples=60, phases=[Phase.generate])
@given(st.data(), st.sampled_from(LEVELS[:4]))
def test_what_is_above_is_gone_and_what_is_not_is_there(data: st.DataObject, level: str) -> None:
    writer = Writer(data.draw)
    written = writer.whole()
    full = build(written)
    out = released(full, level)
    text = to_yaml(out) + out.model_dump_json()
    said = visible(written, level)
    for owner, marks in writer.texts.items():
        there = [mark for mark in marks if mark in text]
        if owner.startswith("record.") and said[f"{owner}.id"] and not said[owner]:
            assert there == marks[:1], owner  # the id alone: what another source reports stays
        elif owner.startswith("views.") and said[f"{owner}.name"] and not said[owner]:
            assert there == marks[:2], owner  # name and author
        elif owner.startswith("sources.") and said[owner]:
            assert there in ([], marks), owner  # a source that nothing cites any more goes
        else:
            assert there == (marks if said[owner] else []), owner
    if not said["record.0.id"]:
        assert "06:17" not in text and "09:13" not in text
    assert not [p for p in check(out) if p.severity == "error"]
    assert loads(to_yaml(out)).note.marking == level
    assert released(out, level) == out  # nothing is left to leave out


@settings(derandomize=True, deadline=None, max_examples=15, phases=[Phase.generate])
@given(st.data())
def test_a_lower_level_shows_no_more(data: st.DataObject) -> None:
    writer = Writer(data.draw)
    full = build(writer.whole())
    marks = [mark for marks in writer.texts.values() for mark in marks]
    texts = [to_yaml(released(full, level)) for level in LEVELS]
    shown = [{mark for mark in marks if mark in text} for text in texts]
    for lower, higher in itertools.pairwise(shown):
        assert lower <= higher
    assert shown[-1] == set(marks)


# -- by hand


def test_a_dropped_item_leaves_its_round_and_nothing_else() -> None:
    item = {"id": "rails", "move": ADVANCE, "at": "2031-03-04T06:17", "known": "2031-03-04T07:11",
            "marking": "secret", "text": "seen", "same_decision": "it"}  # fmt: skip
    out = released(build(signal(record=[item])), "confidential")
    assert plain(out)["record"] == [{"unknown": "call_up", "at": "2031-03-05"}]


def test_a_report_keeps_its_odds_where_others_report_it_too() -> None:
    item = {"id": "word", "report": "a spy says so", "text": "he was there", "at": "2031-03-04",
            "odds": [{"else": "0.4"}], "source": ["spy#1", "press#1"]}  # fmt: skip
    sources = {"spy": {"title": "a spy", "marking": "secret"}, "press": {"title": "the press"}}
    (left,) = released(build(signal(record=[item], sources=sources)), "restricted").record
    assert (left.report, left.text, left.source) == (WITHHELD, "", ("press#1",))
    cleared = {**item, "marking": "restricted"}
    (left,) = released(build(signal(record=[cleared], sources=sources)), "restricted").record
    assert (left.report, left.text) == ("a spy says so", "he was there")


def test_structure_that_rests_on_nothing_else_loses_its_words_and_is_listed() -> None:
    data = signal(sources={"spy": {"title": "a spy", "marking": "secret"}})
    data["parameters"]["upkeep"]["source"] = ["spy#1"]
    data["parameters"]["prize"]["bluff"]["source"] = ["spy#1"]
    data["turns"][0]["moves"]["advance"]["source"] = ["spy#1"]
    data["actors"]["neighbor"]["prior"]["source"] = ["spy#1"]
    full = build(data)
    out = released(full, "restricted")
    upkeep = out.parameters["upkeep"]
    assert upkeep.uniform == ("0.02", "0.10") and not upkeep.because  # type: ignore[union-attr]
    moves = out.turns[0].moves
    assert moves is not None and moves["advance"].label == "" and moves["wait"].label
    assert out.actors["neighbor"].prior and not out.actors["neighbor"].prior.because
    told = {p.path: p.message for p in kept(full, "restricted")}
    assert list(told) == [
        "parameters.prize.bluff", "parameters.upkeep", "actors.neighbor.prior",
        "turns.call_up.moves.advance",
    ]  # fmt: skip
    assert "this number stays" in told["parameters.upkeep"]
    assert "spy" not in str(kept(full, "restricted"))


def test_words_of_a_proposal_go_from_the_moves_made_of_it() -> None:
    data = signal(sources={"spy": {"title": "a spy", "marking": "secret"}})
    data["proposals"] = {
        "deal": {"by": "neighbor", "to": "us", "label": "a MARKED deal", "source": "spy#1"}
    }
    data["turns"][0]["proposes"] = ["deal"]
    data["turns"][1]["answers"] = ["deal"]
    full = build(data)
    assert "MARKED" in to_yaml(full)
    assert "MARKED" not in to_yaml(released(full, "restricted"))
    data["proposals"]["deal"]["counter"] = "other"
    data["proposals"]["other"] = {"by": "us", "to": "neighbor", "label": "another deal"}
    data["turns"][0]["answers"] = ["other"]
    full = build(data)
    out = to_yaml(released(full, "restricted"))
    assert "answers a MARKED deal with another deal" in to_yaml(full)
    assert "MARKED" not in out and "answers deal with another deal" in out


@pytest.mark.parametrize("key", ["frus1961-63v06", "frus1961-63v10-12mSupp"])
def test_the_scenario_as_written_and_as_loaded_are_released_alike(key: str) -> None:
    def marked(scenario: Any) -> Any:
        sources = dict(scenario.sources)
        sources[key] = sources[key].model_copy(update={"marking": "secret"})
        return scenario.model_copy(update={"sources": sources})

    one = release(marked(written(library() / "cuba-1962")), "restricted")
    other = release(marked(load("cuba-1962")), "restricted")
    assert to_yaml(one) == to_yaml(other)
    assert key not in to_yaml(one)


def test_a_level_that_is_none_is_told_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="did you mean 'secret'"):
        release("signal", "secrt")
    item = {"id": "rails", "move": ADVANCE, "at": "2031-03-04", "marking": "segret"}
    with pytest.raises(ScenarioError, match=r"record.0.marking.*did you mean 'secret'"):
        build(signal(record=[item]))
    with pytest.raises(ScenarioError, match="the levels are all different"):
        build(signal(markings=["open", "open"]))
    own = build(signal(markings=["open", "closed"], record=[{**item, "marking": "closed"}]))
    assert released(own, "open").markings == ("open",)


def test_faults_of_the_full_scenario_are_not_told(tmp_path: Any) -> None:
    file = tmp_path / "crisis.yaml"
    text = to_yaml(load("signal")).replace("claim: neighbor is bluff", "claim: MARKED is bluff")
    file.write_text(text, encoding="utf-8")
    for words in (text, "MARKED: [", "MARKED: 1"):
        file.write_text(words, encoding="utf-8")
        with pytest.raises(ScenarioError, match="can't be released") as caught:
            release(file, "secret")
        assert "MARKED" not in str(caught.value) and "crisis" not in str(caught.value)
        assert all(p.position is None for p in caught.value.problems)


def graded() -> dict[str, Any]:
    """The call-up on a secret source and an open one, and views and odds of both grades."""
    rests = "record.move"
    return signal(
        record=[{"id": "move", "move": ADVANCE, "at": "2031-03-04T06:00"}],
        sources={"agent": {"title": "a", "marking": "secret"}, "post": {"title": "p"}},
        links=[
            {"rests": rests, "passage": "agent#1", "grade": "B2"},
            {"rests": rests, "passage": "post#1", "grade": "C3"},
        ],
        grades={"B2": {"beta": [34, 6]}, "C3": {"beta": [6, 4]}},
        views={
            "both": {"set": {"grade_B2": 0.3, "grade_C3": 0.4}},
            "one": {"set": {"grade_B2": 0.3}},
            "none": {"set": {"upkeep": 0.05}},
        },
        correlate=[
            {"between": ["grade_B2", "upkeep"], "rank": 0.5},
            {"between": ["grade_C3", "upkeep"], "rank": 0.5},
        ],
    )


@pytest.mark.parametrize("by", ["release", "drop"])
def test_a_grade_that_goes_takes_along_what_names_it(by: str) -> None:
    scenario = build(graded())
    assert not [p for p in check(scenario) if p.severity == "error"]
    out = (
        released(scenario, "restricted")
        if by == "release"
        else without_sources(scenario, ["agent"])[0]
    )
    assert not [p for p in check(out) if p.severity == "error"]
    assert "B2" not in to_yaml(out)
    assert list(out.views) == ["both", "none"]
    assert list(out.views["both"].set) == ["grade_C3"]
    assert list(out.grades) == ["C3"]
    assert [one.between for one in out.correlate] == [("grade_C3", "upkeep")]


def test_nothing_that_names_a_grade_goes_while_the_grade_stays() -> None:
    scenario = build(graded())
    out = released(scenario, "secret")
    assert (out.views, out.grades, out.correlate) == (
        scenario.views, scenario.grades, scenario.correlate,
    )  # fmt: skip
