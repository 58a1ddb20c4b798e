"""The note of 25 October 1962 and the estimates of the volumes that lie beside the project."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import standoff as so
from standoff.draft import draft
from standoff.draft.drafting import found_in
from standoff.draft.models import Clause
from standoff.draft.opening import Opened
from standoff.errors import SourceError
from standoff.scenario.loading import loads
from standoff.sources.anchoring import Selector, anchor
from standoff.sources.library import Library
from standoff.sources.reading import read

SOURCES = Path(__file__).resolve().parents[2].parent / "shared" / "sources"
NOTE = SOURCES / "frus1961-63v10-12mSupp-d403.txt"
VOLUME = SOURCES / "frus1961-63v10-12mSupp.xml"

pytestmark = pytest.mark.skipif(not NOTE.exists(), reason="the documents of ../shared are not here")

CLAIMS = {
    "J1": "raises the question",
    "J2": "for the time being",
    "J3": "prime Soviet objective",
    "J4": "not have given up hope",
    "J5": "lose its strategic value",
    "J6": "establish its legitimacy",
    "J7": "as a bargaining counter",
    "J8": "maximum political pressure",
    "J9": "inhibit further US actions",
    "J10": "procrastinating in order to determine",
    "J11": "will depend on the outcome",
    "J12": "waiting to see exactly how",
    "J13": "focus the attention",
    "J14": "has refused to admit",
    "J15": "create the impression",
    "J16": "willing to negotiate",
    "J17": "will seek to promote",
    "J18": "undercut the US position",
}
"""The claims that a reader listed by hand, each by a few words of the clause that makes it."""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No library lies in the folder in which the tests run."""
    monkeypatch.chdir(tmp_path)


@cache
def seed() -> so.Draft:
    return draft(NOTE, workspace=Path("nowhere"))


def shortest(words: str) -> Clause | None:
    fits = [clause for clause in seed().clauses if words in clause.quote]
    return min(fits, key=lambda clause: len(clause.quote), default=None)


def test_heading_date_pages_and_sections() -> None:
    facts = seed().report.facts
    assert (facts.sender, facts.recipient, facts.number) == ("Hilsman", "Rusk", "403")
    assert facts.date.when == "--10-25"
    assert facts.date.years == (1961, 1962, 1963)
    assert [(page.label, page.medium) for page in facts.pages] == [
        ("1", "facsimile"), ("2", "facsimile"),
    ]  # fmt: skip
    assert facts.marking == "Confidential"
    assert "Countries Series" in facts.source_note
    assert [section.title for section in seed().report.sections] == ["Objectives", "Tactics"]


def test_at_least_twelve_clauses_and_every_claim_of_the_list() -> None:
    assert len(seed().clauses) >= 12
    assert {claim for claim, words in CLAIMS.items() if shortest(words) is None} == set()
    # Two claims are made by one clause only where the note makes them so (J2 and J3).
    assert len({shortest(words).id for words in CLAIMS.values() if shortest(words)}) == 17  # type: ignore[union-attr]


def test_the_two_sides() -> None:
    assert [actor.id for actor in seed().actors if actor.player] == ["ussr", "usa"]
    assert {"cuba", "un", "khrushchev", "u_thant"} <= {actor.id for actor in seed().actors}


def test_the_volume_gives_the_year(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    Library(workspace).add(VOLUME)
    from_text = draft(NOTE, workspace=workspace)
    assert from_text.report.facts.date.day == "1962-10-25"
    assert from_text.report.facts.volume.startswith("Foreign Relations of the United States")
    with pytest.raises(SourceError, match="no text"):  # the volume prints a heading and pictures
        draft(f"{VOLUME}#d403", workspace=tmp_path / "none")
    Library(workspace).add(NOTE)
    for name in ("frus1961-63v10-12mSupp#d403", f"{VOLUME}#d403"):
        found = draft(name, workspace=workspace)
        assert found.report.facts.date.day == "1962-10-25"
        assert found.clauses == from_text.clauses


def test_the_draft_is_accepted_and_its_links_lead_to_the_words(tmp_path: Path) -> None:
    found = draft(NOTE, date="1962-10-25").write(tmp_path / "out")
    problems = so.check(str(tmp_path / "out"))
    assert {problem.code for problem in problems} == {"blank", "no-claim"}
    scenario = loads("\n".join(found.files().values()))
    for link in scenario.links:
        selector = Selector(
            place=link.passage.partition("/")[2], exact=link.exact, prefix=link.prefix,
            suffix=link.suffix, position=link.position, text_hash=link.text_hash,
        )  # fmt: skip
        assert anchor(found.document, selector).state == "ok"


@pytest.mark.parametrize(
    ("name", "id", "at_least"),
    [
        ("frus1958-60v19.xml", "d47", 18),
        ("frus1964-68v29p1.xml", "d206", 18),
        ("frus1961-63v12-d102.xml", "d102", 9),
    ],
)
def test_estimates_of_the_volumes(name: str, id: str, at_least: int) -> None:
    if not (SOURCES / name).exists():
        pytest.skip(f"{name} is not here")
    document = next(d for d in read(SOURCES / name) if d.id == id)
    found = found_in(Opened(document))
    assert len(found.clauses) >= at_least
    assert found.report.facts.date.day
    scenario = loads("\n".join(found.files().values()))
    for judgement, clause in zip(scenario.judgements, found.clauses, strict=True):
        assert re.sub(r"^\[.*?\] ", "", judgement.text) == clause.quote
