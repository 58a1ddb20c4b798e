"""The library keeps what it was given, says what changed, and can be narrowed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.errors import Cancelled, ScenarioError
from standoff.sources.document import Date, Document, Volume
from standoff.sources.library import Library
from standoff.sources.library_tables import FILE, VERSION, LibraryError, connected
from standoff.sources.models import FileReport
from standoff.sources.narrowing import Narrowing, folded
from strategies.documents import HARBOR, a_document

VOLUME = Path("harbor01v02.xml")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "space")


def what(report: FileReport) -> list[tuple[str, str]]:
    return [(change.key.partition("#")[2], change.what) for change in report.changes]


def sound(library: Library) -> int:
    """SQLite's own checks of file and index; how many passages there are."""
    with closing(sqlite3.connect(library.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO passage_words (passage_words) VALUES ('integrity-check')")
        count = connection.execute("SELECT count(*) FROM passage").fetchone()[0]
        orphans = "SELECT count(*) FROM passage WHERE document NOT IN (SELECT id FROM document)"
        assert connection.execute(orphans).fetchone() == (0,)
    return int(count)


def test_nothing_is_made_by_looking(library: Library) -> None:
    assert library.documents() == [] and list(library.read()) == []
    for ask in (library.find, library.remove):
        with pytest.raises(ScenarioError, match="holds no document"):
            ask("harbor01v02#d1")
    assert not library.path.parent.exists()


def test_what_goes_in_comes_out(library: Library) -> None:
    given_ = [a_document(str(n), [f"Paper {n}.", "Söme wörds…"], notes=["ibid."]) for n in (1, 2)]
    library.keep(given_, VOLUME)
    assert [library.get(one.key) for one in given_] == given_ == list(library.read())
    assert [one.key for one in library.documents()] == ["harbor01v02#d1", "harbor01v02#d2"]
    assert sound(library) == 8


def test_the_same_again_changes_nothing(library: Library) -> None:
    documents = [a_document(str(n)) for n in range(1, 4)]
    assert what(library.keep(documents, VOLUME)) == [(f"d{n}", "added") for n in (1, 2, 3)]
    before = library.path.read_bytes(), library.documents()
    assert what(library.keep(documents, VOLUME)) == [(f"d{n}", "same") for n in (1, 2, 3)]
    assert library.documents() == before[1] and sound(library) == 6


def test_what_changed_is_said_document_by_document(library: Library) -> None:
    library.keep([a_document(n) for n in ("1", "2", "273A")], VOLUME)
    changed = [a_document("1"), a_document("2", ["Other words."]), a_document("4")]
    report = library.keep(changed, VOLUME)
    assert what(report) == [
        ("d1", "same"),
        ("d2", "changed"),
        ("d4", "added"),
        ("d273A", "removed"),
    ]
    assert [report.count(w) for w in ("added", "changed", "same", "removed")] == [1, 1, 1, 1]
    assert [one.number for one in library.documents()] == ["1", "2", "4"]
    assert library.get("harbor01v02#d2").text == "Other words." and sound(library) == 6


def files(folder: Path, *names: str) -> list[Path]:
    """Files that are there; what they hold is said to the library."""
    made = [folder / name for name in names]
    for one in made:
        one.parent.mkdir(exist_ok=True)
        one.touch()
    return made


def test_files_are_apart(library: Library, tmp_path: Path) -> None:
    """A document that two files hold is removed when neither does any longer."""
    volume, alone, other_file = files(tmp_path, "harbor01v02.xml", "alone.xml", "other.xml")
    library.keep([a_document("1"), a_document("2")], volume)
    assert what(library.keep([a_document("2")], alone)) == [("d2", "same")]
    assert what(library.keep([a_document("1")], volume)) == [("d1", "same")], "alone has d2"
    assert what(library.keep([a_document("1"), a_document("2")], volume)) == [
        ("d1", "same"), ("d2", "same"),
    ]  # fmt: skip
    assert what(library.keep([a_document("3")], alone)) == [("d3", "added")], "volume has d2"
    assert library.find("harbor01v02#d2")[0].file == str(volume.resolve())
    assert what(library.keep([a_document("1")], volume)) == [("d1", "same"), ("d2", "removed")]
    other = library.keep([a_document("1", ["Else."])], other_file)
    (change,) = other.changes
    assert change.what == "changed" and "takes the place of" in change.remarks[0]
    assert "harbor01v02.xml" in change.remarks[0]


def test_a_file_that_moved_is_the_same(library: Library, tmp_path: Path) -> None:
    (old,) = files(tmp_path, "old/harbor01v02.xml")
    library.keep([a_document("1"), a_document("2")], old)
    (new,) = files(tmp_path, "new/harbor01v02.xml")
    old.unlink()
    report = library.keep([a_document("1"), a_document("2", ["Else."])], new)
    assert what(report) == [("d1", "same"), ("d2", "changed")]
    assert all("which is gone" in change.remarks[-1] for change in report.changes)
    assert {one.file for one in library.documents()} == {str(new.resolve())}
    # The old path holds nothing now, so that what the new one loses is gone.
    assert what(library.keep([a_document("1")], new)) == [("d1", "same"), ("d2", "removed")]


def in_no_volume(name: str, words: str = "The fleet has left.") -> Document:
    """A document of a file without a volume's title: the file's name names it."""
    return a_document("", [words], volume=Volume(name), rendering="text")


def test_a_file_that_was_renamed_is_the_same(library: Library, tmp_path: Path) -> None:
    old, new, third = files(tmp_path, "old/note.txt", "new/berg.txt", "third.txt")
    library.keep([in_no_volume("note")], old)
    copy = library.keep([in_no_volume("third")], third)
    assert copy.count("added") == 1, "a copy is another document while the first file is there"
    library.remove("third#d")
    old.unlink()
    changed = library.keep([in_no_volume("third", "Other words.")], third)
    assert changed.count("added") == 1, "the words differ"
    (change,) = library.keep([in_no_volume("berg")], new).changes
    assert (change.key, change.what) == ("berg#d", "moved")
    assert change.remarks == [f"was note#d, read from {old.resolve()}, which is gone"]
    assert [one.key for one in library.documents()] == ["berg#d", "third#d"]
    assert library.keep([in_no_volume("berg")], new).count("same") == 1
    sound(library)


FILES = ("a.xml", "b.xml", "c.xml")
KEPT = st.tuples(
    st.just("keep"),
    st.sampled_from(FILES),
    st.dictionaries(st.sampled_from("123"), st.sampled_from(["One.", "Two."]), max_size=3),
)
REMOVED = st.tuples(st.just("remove"), st.sampled_from("123"), st.just({}))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.one_of(KEPT, KEPT, REMOVED), max_size=12))
def test_files_and_documents_against_a_slow_twin(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, dict[str, str]]]
) -> None:
    """Against a table of what each file held last, and the words of who was read last."""
    folder = tmp_path_factory.mktemp("twin")
    paths = dict(zip(FILES, files(folder, *FILES), strict=True))
    library = Library(folder / "space")
    held: dict[str, set[str]] = {name: set() for name in FILES}
    words: dict[str, str] = {}
    for step, name, documents in steps:
        if step == "remove":
            if name in words:
                library.remove(f"harbor01v02#d{name}")
                held = {file: numbers - {name} for file, numbers in held.items()}
                del words[name]
            continue
        report = library.keep([a_document(n, [t]) for n, t in documents.items()], paths[name])
        expected = {
            n: "added" if n not in words else "same" if words[n] == t else "changed"
            for n, t in documents.items()
        }
        before, held[name] = held[name], set(documents)
        words |= documents
        for number in before - set(documents):
            if not any(number in numbers for numbers in held.values()):
                expected[number] = "removed"
                del words[number]
        assert {n[1:]: change for n, change in what(report)} == expected
        assert {one.number: library.get(one.key).text for one in library.documents()} == words
    if words:
        assert sound(library) == 2 * len(words)


def test_a_library_of_the_first_version_is_brought_up(library: Library) -> None:
    library.keep([a_document("1"), a_document("2")], VOLUME)
    with connected(library.path, make=False) as connection:
        for statement in (
            "DROP TABLE holding", "DROP TABLE meaning", "DROP INDEX document_content",
            "ALTER TABLE document DROP COLUMN content", "PRAGMA user_version = 1",
        ):  # fmt: skip
            connection.execute(statement)
    assert len(library.documents()) == 2
    assert what(library.keep([a_document("1")], VOLUME)) == [("d1", "same"), ("d2", "removed")]
    sound(library)


def test_renderings_stand_side_by_side(library: Library) -> None:
    library.keep([a_document("1")], VOLUME)
    library.keep([a_document("1", rendering="text")], Path("d1.txt"))
    with pytest.raises(ScenarioError) as caught:
        library.get("harbor01v02#d1")
    assert caught.value.problems[0].expected == "harbor01v02#d1@tei or harbor01v02#d1@text"
    assert library.get("harbor01v02#d1@text").rendering == "text"
    assert [one.rendering for one in library.remove("harbor01v02#d1@tei")] == ["tei"]
    assert library.get("harbor01v02#d1").rendering == "text"
    with pytest.raises(ScenarioError) as caught:
        library.get("harbor01v02#d1@tei")
    assert caught.value.problems[0].nearest == "harbor01v02#d1@text"


def test_remove(library: Library) -> None:
    library.keep([a_document(str(n)) for n in range(1, 13)], VOLUME)
    assert [one.number for one in library.remove("harbor01v02#d3")] == ["3"]
    with pytest.raises(ScenarioError) as caught:
        library.remove("harbor01v2#d3")
    assert caught.value.problems[0].nearest == "harbor01v02"
    with pytest.raises(ScenarioError) as caught:
        library.get("harbor01v02#d111")
    assert caught.value.problems[0].nearest == "harbor01v02#d11"
    assert len(library.remove("harbor01v02")) == 11
    assert library.documents() == [] and sound(library) == 0


def test_a_volume_of_one_document_names_it(library: Library) -> None:
    library.keep([a_document("1")], VOLUME)
    assert library.get("harbor01v02").number == "1"
    library.keep([a_document("1", rendering="pdf")], Path("d1.pdf"))
    assert library.get("harbor01v02@pdf").rendering == "pdf"
    library.keep([a_document("2", rendering="text")], Path("d2.txt"))
    with pytest.raises(ScenarioError, match="no document of this name"):
        library.get("harbor01v02@pdf")


def test_what_is_no_text_is_refused(library: Library) -> None:
    with pytest.raises(ScenarioError, match="holds what is no text"):
        library.keep([a_document("1", ["half a pair: \ud800"])], VOLUME)
    assert not library.path.exists()


def test_a_file_is_the_same_by_any_way_to_it(library: Library, tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    library.keep([a_document("1"), a_document("2")], tmp_path / "volume.xml")
    report = library.keep([a_document("2")], tmp_path / "inside" / ".." / "volume.xml")
    assert what(report) == [("d2", "same"), ("d1", "removed")]


def test_two_documents_of_one_name_are_refused(library: Library) -> None:
    with pytest.raises(ScenarioError, match="two documents of a file"):
        library.keep([a_document("1"), a_document("1", ["Other."])], VOLUME)
    assert not library.path.exists()


def test_the_list_says_what_the_document_says(library: Library) -> None:
    full = a_document(
        "273A", ["One.", "Two."], when="1902-05-04T22:00:00+03:00", senders=["Berg", "Dahl"],
        pages=["7", "8"],
    )  # fmt: skip
    bare = a_document("4", [], when="", senders=[], recipients=[], pages=[], heading="")
    library.keep([full, bare], VOLUME)
    first, second = (json.loads(one.model_dump_json()) for one in library.documents())
    assert first == {
        "key": "harbor01v02#d273A", "rendering": "tei", "volume": "harbor01v02", "number": "273A",
        "kind": "telegram", "date": "1902-05-04T22:00:00+03:00",
        "best_date": "1902-05-04T22:00:00+03:00", "from": "Berg; Dahl", "to": "Harbor Office",
        "heading": "Telegram From Consul Berg to the Harbor Office", "pages": ["7", "8"],
        "paragraphs": 2, "file": str(VOLUME.resolve()),
    }  # fmt: skip
    assert (second["date"], second["from"], second["to"]) == (None, None, None)
    assert (second["pages"], second["paragraphs"], second["heading"]) == ([], 0, "")


# --- narrowing, beside a slow twin

NAMES = ("Berg", "Dahl", "Khrushchëv")
dates = st.sampled_from(["", "1901", "1902-05", "1902-05-04", "1903-01-01T00:30:00Z", "--05-04"])
bounds = st.sampled_from([None, "1901", "1902", "1902-05", "1902-05-04", "1902-05-05", "1903-01"])
name = st.sampled_from([None, "berg", "DAHL", "khrushchev", "e"])
narrowings = st.builds(Narrowing, st.sampled_from([None, "harbor01v02", "other"]), bounds, bounds,
                       name, name, name)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    found = []
    for number in range(1, draw(st.integers(2, 6))):
        who = st.lists(st.sampled_from(NAMES), max_size=2, unique=True)
        found.append(
            a_document(
                str(number), when=draw(dates), senders=draw(who), recipients=draw(who),
                speakers=draw(who), persons=draw(who),
                volume=draw(st.sampled_from([HARBOR, replace(HARBOR, id="other")])),
            )
        )  # fmt: skip
    return found


def meets(one: Document, wanted: Narrowing) -> bool:
    """The slow twin: by eye."""
    when = one.dates[0].when if one.dates else ""
    if when.startswith("--") and one.volume.subseries == "1901–1903":
        years = [replace(one, dates=(Date("", f"{y}{when[1:]}"),)) for y in (1901, 1902, 1903)]
        return any(meets(dated, wanted) for dated in years)
    day = when[:10] if when[:1].isdigit() else ""

    def among(part: str | None, people: object) -> bool:
        words = [folded(p.words) for p in people]  # type: ignore[attr-defined]
        return part is None or any(folded(part) in text for text in words)

    # A month or a year meets all that lies inside it.
    late, early = wanted.since or day, wanted.until or day
    return (
        (wanted.volume in (None, one.volume.id))
        and (wanted.since is wanted.until is None or day != "")
        and (day >= late or late[: len(day)] == day)
        and (day <= early or day[: len(early)] == early)
        and among(wanted.sender, (*one.senders, *one.speakers))
        and among(wanted.recipient, one.recipients)
        and among(wanted.person, (*one.persons, *one.speakers))
    )  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=40)
@given(documents(), st.lists(narrowings, min_size=5, max_size=5))
def test_narrowing(
    tmp_path_factory: pytest.TempPathFactory, held: list[Document], asked: list[Narrowing]
) -> None:
    library = Library(tmp_path_factory.mktemp("space"))
    library.keep(held, VOLUME)
    for wanted in asked:
        found = {one.key for one in library.documents(wanted)}
        assert found == {one.key for one in held if meets(one, wanted)}, wanted


def test_a_range_meets_every_day_in_it(library: Library) -> None:
    library.keep([a_document("1", when="", first="1902-05-04", last="1902-05-09")], VOLUME)
    for since, until, there in (
        ("1902-05-09", None, True), ("1902-05-10", None, False), (None, "1902-05-04", True),
        (None, "1902-05-03", False), ("1902-05-06", "1902-05-06", True),
    ):  # fmt: skip
        assert bool(library.documents(Narrowing(since=since, until=until))) == there


@pytest.mark.parametrize(
    ("id", "subseries", "years"),
    [
        ("harbor01v02", "1901–1903", (1901, 1902, 1903)),
        ("frus1961-63v10-12mSupp", "", (1961, 1962, 1963)),
        ("frus1951v01", "", (1951,)),
        ("frus1999-2001v01", "", (1999, 2000, 2001)),
        ("notes1961", "", ()),
        ("frus1963-61v01", "", ()),
        ("x", "1801–1999", ()),
    ],
)
def test_a_date_without_a_year_is_of_any_year_of_its_volume(
    library: Library, id: str, subseries: str, years: tuple[int, ...]
) -> None:
    volume = replace(HARBOR, id=id, subseries=subseries)
    library.keep([a_document("1", when="--10-25", volume=volume)], VOLUME)
    for year in (1900, *range(1901, 1905), *range(1950, 1966), *range(1998, 2003)):
        for day, there in (("24", False), ("25", year in years), ("26", False)):
            bound = f"{year}-10-{day}"
            assert bool(library.documents(Narrowing(since=bound, until=bound))) == there
        around = Narrowing(since=f"{year}-10-26", until=f"{year + 1}-10-24")
        assert library.documents(around) == [], "between two of the days"
    assert bool(library.documents(Narrowing(since="1700"))) == bool(years)


def test_29_february_is_of_leap_years_only(library: Library) -> None:
    volume = replace(HARBOR, subseries="1963–1965")
    library.keep([a_document("1", when="--02-29", volume=volume)], VOLUME)
    assert library.documents(Narrowing(since="1964-02-29", until="1964-02-29"))
    assert not library.documents(Narrowing(since="1964-03")), "1965 had none"


@pytest.mark.parametrize("given_", ["May", "1902-13", "1902-02-30", "02", "", "1902-5"])
def test_a_date_that_is_none_is_told(library: Library, given_: str) -> None:
    with pytest.raises(ScenarioError, match="--since can't be read"):
        library.documents(Narrowing(since=given_))


# --- files that are no library, and stopping


def test_what_is_no_library_is_left_alone(library: Library) -> None:
    library.path.parent.mkdir()
    library.path.write_text("some text that is no database at all, and long enough\n" * 40)
    with pytest.raises(LibraryError, match="damaged or no library"):
        library.documents()
    library.path.unlink()
    with closing(sqlite3.connect(library.path)) as other:
        other.execute("CREATE TABLE theirs (x)")
    before = library.path.read_bytes()
    with pytest.raises(LibraryError, match="no library of Standoff's"):
        library.keep([a_document()], VOLUME)
    assert library.path.read_bytes() == before


def test_a_later_version_is_refused(library: Library) -> None:
    library.keep([a_document()], VOLUME)
    with connected(library.path, make=False) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(LibraryError, match="written by a later Standoff"):
        library.documents()


def test_a_damaged_body_is_told(library: Library) -> None:
    library.keep([a_document()], VOLUME)
    with connected(library.path, make=False) as connection:
        connection.execute("UPDATE document SET body = x'00'")
    with pytest.raises(LibraryError, match="add its file again"):
        library.get("harbor01v02#d1")


def test_a_reader_that_fails_leaves_the_library_as_it_was(library: Library) -> None:
    library.keep([a_document("1")], VOLUME)

    def breaks() -> Iterator[Document]:
        yield a_document("1", ["Other."])
        raise ScenarioError([])

    with pytest.raises(ScenarioError):
        library.keep(breaks(), VOLUME)
    assert list(library.read()) == [a_document("1")]


def test_adding_can_be_stopped(library: Library) -> None:
    class Wish:
        asked = 0

        def say(self, what: str) -> None: ...

        def step(self, done: int, total: int) -> None: ...

        @property
        def cancelled(self) -> bool:
            self.asked += 1
            return self.asked == 3  # in the transaction, when all is written

    library.keep([a_document("1")], VOLUME)
    with pytest.raises(Cancelled):
        library.keep([a_document("2")], VOLUME, Wish())
    assert [one.number for one in library.documents()] == ["1"] and library.path.name == FILE
