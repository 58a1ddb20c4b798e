"""The shipped crisis `cuba-1962`: it loads, is large enough, and what it cites exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from standoff.scenario import check, load
from standoff.scenario.dates import calendar
from standoff.scenario.models import Scenario

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "sources"
VOLUMES = {
    "frus1961-63v06": "frus1961-63v06.xml",
    "frus1961-63v10-12mSupp": "frus1961-63v10-12mSupp.xml",
    "frus1961-63v12": "frus1961-63v12-d102.xml",
}
NOTE = "frus1961-63v10-12mSupp-d403.txt"
CITATION = re.compile(r"(?P<source>[\w.-]+)(#d(?P<document>\d+)(/p(?P<p>\d+)(/s(?P<s>\d+))?)?)?")
needs_sources = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"the FRUS volumes are not at {SHARED}"
)


@pytest.fixture(scope="module")
def crisis() -> Scenario:
    return load("cuba-1962")


def citations(part: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(key path, citation) of everything below `part` that has a `source`."""
    if isinstance(part, BaseModel):
        for place in getattr(part, "source", ()) or ():
            yield path, place
        for name in type(part).model_fields:
            if name not in ("source", "sources"):
                yield from citations(getattr(part, name), f"{path}.{name}")
        for name, value in (part.__pydantic_extra__ or {}).items():
            yield from citations(value, f"{path}.{name}")
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from citations(value, f"{path}.{name}")
    elif isinstance(part, (list, tuple)):
        for index, value in enumerate(part):
            yield from citations(value, f"{path}.{index}")


def test_loads_without_errors(crisis: Scenario) -> None:
    assert [p for p in check(crisis) if p.severity == "error"] == []


def test_is_what_the_issue_asks_for(crisis: Scenario) -> None:
    assert len(crisis.record) >= 14
    assert len(crisis.judgements) >= 14
    assert len(crisis.actors["ussr"].types) >= 3
    assert len(crisis.actors["usa"].types) >= 2
    assert len(crisis.audiences) >= 2
    assert crisis.as_of == "1962-10-25T12:00"
    lengths = {r.last is None or r.last == r.first for r in crisis.clock.rounds}  # type: ignore[union-attr]
    assert lengths == {True, False}  # unequal rounds
    assert any(i.known and i.at and i.known[:10] != i.at[:10] for i in crisis.record)


def test_largest_file_holds_the_game() -> None:
    import standoff.scenario

    folder = Path(standoff.scenario.__file__).parent / "library" / "cuba-1962"
    largest = max(folder.glob("*.yaml"), key=lambda f: f.stat().st_size)
    text = largest.read_text(encoding="utf-8")
    for key in ("standoff: 1", "actors:", "turns:", "when:"):
        assert re.search(rf"^\s*{key}", text, re.MULTILINE), key
    assert (folder / "README.md").stat().st_size > 2000


def test_every_item_and_judgement_cites_a_known_source(crisis: Scenario) -> None:
    for item in crisis.record:
        assert item.source, item.id
    for one in crisis.judgements:
        assert one.source, one.id
        assert one.where
    for path, place in citations(crisis):
        found = CITATION.fullmatch(place)
        assert found, (path, place)
        assert found["source"] in crisis.sources, (path, place)


def test_forecasts_say_how_they_resolve(crisis: Scenario) -> None:
    for one in crisis.judgements:
        if one.kind in ("inference", "forecast"):
            assert one.claim, one.id
            assert one.resolved or one.resolves, one.id
        if one.kind == "attitude":
            assert one.twin, one.id
        if one.kind == "input":
            assert one.assumed_in, one.id


def test_every_visible_move_is_dated(crisis: Scenario) -> None:
    """`check --as-of` needs the day from which a move could have been thought of."""
    for turn in crisis.turns:
        for name, move in (turn.moves or turn.outcomes or {}).items():
            shared = crisis.moves.get(move.use or "", move)
            generated = name.startswith("propose_")
            assert move.quiet or generated or shared.first_known or name == "silent", (
                turn.id, name,
            )  # fmt: skip


@lru_cache
def _documents(name: str) -> dict[str, Any]:
    from lxml import etree

    tree = etree.parse(str(SHARED / name))
    found = tree.xpath("//*[local-name()='div' and @type='document']")
    return {d.get("{http://www.w3.org/XML/1998/namespace}id"): d for d in found}


def _note_paragraphs() -> list[str]:
    """Body paragraphs of document 403, without marks, title and footnote."""
    text = (SHARED / NOTE).read_text(encoding="utf-8")
    blocks = [b.strip() for b in text.split("\n\n")]
    return [
        b for b in blocks[1:] if b and not b.startswith("[Facsimile") and not b.isupper()
        and not re.match(r"\d+\. ", b)
    ]  # fmt: skip


@needs_sources
def test_cited_documents_and_paragraphs_exist(crisis: Scenario) -> None:
    checked = 0
    for path, place in citations(crisis):
        found = CITATION.fullmatch(place)
        assert found
        if found["source"] not in VOLUMES or found["document"] is None:
            continue
        documents = _documents(VOLUMES[found["source"]])
        document = documents.get(f"d{found['document']}")
        assert document is not None, (path, place)
        checked += 1
        if found["p"] is None:
            continue
        if found["document"] == "403":
            paragraphs = _note_paragraphs()
            assert int(found["p"]) <= len(paragraphs), (path, place)
            text = re.sub(r"^(Objectives|Tactics)\. ", "", paragraphs[int(found["p"]) - 1])
            sentences = re.findall(r"[^.]+\.", text)
            assert int(found["s"] or 1) <= len(sentences), (path, place)
            continue
        inside = document.xpath(".//*[local-name()='p'][not(ancestor::*[local-name()='note'])]")
        assert int(found["p"]) <= len(inside), (path, place)
    assert checked > 60


@needs_sources
def test_where_agrees_with_the_citation(crisis: Scenario) -> None:
    """`p2 ¶1 s3` (facsimile page) and `#d403/p5/s3` (paragraph of the body) are one place."""
    on_first_page = 4
    for one in crisis.judgements:
        where = re.fullmatch(r"p(\d) ¶(\d) s(\d)", one.where)
        assert where, one.id
        page, paragraph, sentence = (int(x) for x in where.groups())
        body = paragraph if page == 1 else on_first_page + paragraph
        assert f"frus1961-63v10-12mSupp#d403/p{body}/s{sentence}" in one.source, one.id


@needs_sources
def test_paraphrased_not_copied(crisis: Scenario) -> None:
    """No run of nine words of the note stands in a judgement."""
    words = re.findall(r"[a-z']+", (SHARED / NOTE).read_text(encoding="utf-8").lower())
    runs = {tuple(words[i : i + 9]) for i in range(len(words) - 8)}
    for one in crisis.judgements:
        own = re.findall(r"[a-z']+", one.text.lower())
        assert not runs & {tuple(own[i : i + 9]) for i in range(len(own) - 8)}, one.id


def test_size(crisis: Scenario) -> None:
    from standoff.compile import compile_scenario

    game = compile_scenario(crisis).game
    assert game.histories >= 50_000
    assert game.n_profiles == 6  # types stay axes: they touch only payoffs and priors
    assert 6 * game.n_nodes == game.histories


def test_every_day_of_the_replay_is_accounted_for(crisis: Scenario) -> None:
    """No step before the present is silent, and the present moves on, day by day."""
    from standoff.compile import compile_scenario
    from standoff.infer.evidence import Evidence

    compiled = compile_scenario(crisis)
    clock = calendar(crisis.clock)
    days = ["1962-10-22", "1962-10-23", "1962-10-24", "1962-10-25T12:00", "1962-10-25"]
    days += ["1962-10-26", "1962-10-27", "1962-10-28"]
    before = 0
    for day in days:
        evidence = Evidence(compiled, as_of=clock.moment(day).cut)
        assert not evidence.problems
        assert len(evidence.frontier)
        assert evidence.present >= before
        before = evidence.present
        for step, status in evidence.status.items():
            quiet = [a.quiet for a in compiled.acts if a.turn == compiled.steps[step].turn]
            skipped = compiled.steps[step].turn in ("at_the_line", "escort")
            assert status != "silent" or any(quiet) or skipped, (day, compiled.steps[step])


def test_at_the_end_of_the_25th_eight_claims_are_open(crisis: Scenario) -> None:
    """Inferences and forecasts whose claim is a probability and not yet settled."""
    from standoff.infer.evidence import Evidence
    from standoff.infer.inference import Inference
    from standoff.variants.batch import solve_batch

    batch = solve_batch(crisis, 8, 0)
    clock = calendar(crisis.clock)
    at = {
        day: Evidence(batch.compiled, as_of=clock.moment(day).cut)
        for day in (str(crisis.as_of), "1962-10-25")
    }
    evening = Inference(
        batch.compiled, batch.payload, batch.draws, batch.solution, at["1962-10-25"],
        at[str(crisis.as_of)].present,
    )  # fmt: skip
    open_, settled = [], []
    for one in crisis.judgements:
        if one.claim is None or one.kind not in ("inference", "forecast"):
            continue
        found = evening.ask(one.claim)
        if found.observed is not None:
            settled.append(one.id)
        elif found.status == "probability":
            open_.append(one.id)
    assert len(open_) >= 8, open_
    assert settled == ["threat-to-peace"]
