"""Real volumes in a library: nothing is lost on the way in, and what is in them is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from standoff.sources.adding import add
from standoff.sources.citing import citation
from standoff.sources.library import Library
from standoff.sources.models import FileReport
from standoff.sources.narrowing import Narrowing
from standoff.sources.reading import read
from standoff.sources.searching import search

NAMES = (
    "frus1961-63v06.xml",
    "frus1961-63v10-12mSupp.xml",
    "frus1961-63v10-12mSupp-d403.txt",
)


@pytest.fixture(scope="module")
def files(shared: Path) -> list[Path]:
    files = [shared / "sources" / name for name in NAMES]
    if not all(file.exists() for file in files):
        pytest.skip("the volumes of ../shared/sources are not here")
    return files


@pytest.fixture(scope="module")
def library(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library(tmp_path_factory.mktemp("space"))
    for report in add(library, files):
        assert isinstance(report, FileReport) and report.count("added") == len(report.changes) > 0
    return library


def test_what_goes_in_comes_out(library: Library, files: list[Path]) -> None:
    kept = {(one.key, one.rendering): one for one in library.read()}
    given = {(one.key, one.rendering): one for file in files for one in read(file)}
    assert kept == given and len(given) == 120 + 746 + 1
    listed = library.documents()
    assert [(one.key, one.rendering) for one in listed if one.volume == "frus1961-63v06"] == [
        key for key, one in given.items() if one.volume.id == "frus1961-63v06"
    ]
    for one in listed:
        held = given[one.key, one.rendering]
        assert (one.number, one.date, one.heading) == (held.number, held.date, held.heading)
        assert one.paragraphs == len(held.paragraphs)


def test_the_same_again(library: Library, files: list[Path]) -> None:
    for report in add(library, files):
        assert isinstance(report, FileReport) and report.count("same") == len(report.changes)


def test_the_note_of_25_october_is_found(library: Library) -> None:
    best = search(library, '"bargaining counter"', Narrowing(sender="Hilsman")).passages[0]
    assert (best.document.key, best.document.rendering, best.page) == (
        "frus1961-63v10-12mSupp#d403", "text", "1",
    )  # fmt: skip
    heading = search(library, '"UN discussions of Cuba" strategy').passages
    assert ("frus1961-63v10-12mSupp#d403", "tei", "heading") in {
        (one.document.key, one.document.rendering, one.place) for one in heading
    }


def test_letters_of_a_week(library: Library) -> None:
    week = Narrowing(volume="frus1961-63v06", since="1962-10-22", until="1962-10-28")
    numbers = [one.number for one in library.documents(week)]
    assert {"60", "65", "66", "68"} <= set(numbers)
    assert all(
        "1962-10-22" <= (one.best_date or "") < "1962-10-29" for one in library.documents(week)
    )


def test_documents_without_a_year_are_found_by_day(library: Library) -> None:
    """The supplement's headings say `October 25`; its volume covers 1961 to 1963."""
    day = Narrowing(since="1962-10-25", until="1962-10-25")
    found = {(one.key, one.rendering) for one in library.documents(day)}
    note = "frus1961-63v10-12mSupp#d403"
    assert {(note, "tei"), (note, "text")} <= found
    assert ("frus1961-63v10-12mSupp#d434", "tei") not in found, "October 27"


def test_citation_of_a_volume(library: Library) -> None:
    assert citation(library.get("frus1961-63v06#d65")) == (
        "Foreign Relations of the United States, 1961–1963, Volume VI, Kennedy-Khrushchev "
        "Exchanges, ed. Charles S. Sampson (Washington: Government Printing Office, 1996), "
        "Document 65."
    )
