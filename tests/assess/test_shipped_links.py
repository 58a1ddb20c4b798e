"""The links of the shipped crises: short selectors, and each found in ../shared where that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from standoff.assess.links import found_at, links_of
from standoff.scenario import load
from standoff.scenario.models import Scenario
from standoff.scenario.supports import supports
from standoff.sources.cited import Cited
from standoff.sources.library import Library

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "sources"
FILES = ("frus1961-63v06.xml", "frus1961-63v10-12mSupp.xml", "frus1961-63v10-12mSupp-d403.txt",
         "frus1961-63v12-d102.xml")  # fmt: skip
needs_sources = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the documents of ../shared are not here"
)


@pytest.fixture(scope="module")
def crisis() -> Scenario:
    return load("cuba-1962")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    found = Library(tmp_path_factory.mktemp("workspace"))
    for name in FILES:
        found.add(SHARED / name)
    return found


def test_no_more_of_a_document_is_shipped_than_two_ends(crisis: Scenario) -> None:
    assert len(crisis.links) > 40
    for link in crisis.links:
        assert not link.exact and not link.prefix and not link.suffix, link
        assert 0 < len(link.start.split()) <= 8 and 0 < len(link.end.split()) <= 8, link
        assert link.grade is None, link  # a grade would change the numbers


def test_every_clause_of_the_note_has_its_words(crisis: Scenario) -> None:
    linked = {link.rests for link in crisis.links}
    assert {f"judgements.{one.id}" for one in crisis.judgements} <= linked


def test_links_repeat_citations(crisis: Scenario) -> None:
    """They say more exactly what is cited; nothing rests on a passage that isn't."""
    cited = {(s.owner, s.passage.partition("/s")[0]) for s in supports(crisis) if s.link < 0}
    for link in crisis.links:
        assert (link.rests, link.passage) in cited, link


@needs_sources
def test_every_link_is_found_where_it_says(crisis: Scenario, library: Library) -> None:
    cited = Cited(library)
    for link in crisis.links:
        found = found_at(crisis, link, cited)
        assert (found.state, found.score, found.why) == ("ok", 100, ""), link
        assert found.document is not None
        assert found.anchor is not None
        words = found.document.text[found.anchor.start : found.anchor.end]
        assert len(words) < 600
        assert words.startswith(link.start)
        assert words.endswith(link.end)
        assert found.place.partition("/")[0] == link.passage.rpartition("/")[2]


@needs_sources
def test_no_citation_is_lost(crisis: Scenario, library: Library) -> None:
    part = links_of(crisis, library)
    assert part is not None
    assert part.links == {"ok": len(crisis.links), "moved": 0, "lost": 0, "unchecked": 0}
    assert part.citations["lost"] == part.citations["moved"] == 0
    assert part.citations["ok"] > 100
    assert not any(target.unsupported for target in part.targets)
