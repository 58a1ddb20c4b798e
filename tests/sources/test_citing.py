"""Citations have the form that the Office of the Historian asks for, and go to CSL-JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest

from standoff.sources.citing import citation, csl_item, csl_items
from standoff.sources.document import Date, Volume
from strategies.documents import HARBOR, a_document

# The example of https://history.state.gov/historicaldocuments/citing-frus, as data.
KOREA = Volume(
    id="frus1969-76v19p1",
    title="Foreign Relations of the United States, 1969–1976, Volume XIX, Part 1, Korea, 1969–1972",
    series="Foreign Relations of the United States",
    subseries="1969–1976",
    number="Volume XIX, Part 1",
    name="Korea, 1969–1972",
    editors=("Daniel J. Lawler", "Erin R. Mahan"),
    general_editors=("Edward C. Keefer",),
    publisher="United States Government Printing Office",
    place="Washington",
    year="2010",
)


def test_the_example_of_the_office() -> None:
    assert citation(a_document("75", volume=KOREA)) == (
        "Foreign Relations of the United States, 1969–1976, Volume XIX, Part 1, Korea, 1969–1972, "
        "eds. Daniel J. Lawler and Erin R. Mahan (Washington: Government Printing Office, 2010), "
        "Document 75."
    )


@pytest.mark.parametrize(
    ("editors", "said"),
    [
        ((), "The Strait (Wash"),
        (("Ada Quay",), "The Strait, ed. Ada Quay (Wash"),
        (("A. Quay", "B. Pier"), "The Strait, eds. A. Quay and B. Pier (Wash"),
        (("A. Quay", "B. Pier", "C. Mole"), "The Strait, eds. A. Quay, B. Pier, and C. Mole (Wash"),
    ],
)
def test_editors(editors: tuple[str, ...], said: str) -> None:
    assert said in citation(a_document(volume=replace(HARBOR, editors=editors)))


def test_the_order_is_the_forms_even_where_the_title_has_another() -> None:
    """`1955–1957, China, Volume II` is how the title pages of the time have it."""
    turned = replace(HARBOR, title="Papers of the Harbor Office, 1901–1903, The Strait, Volume II")
    assert "1901–1903, Volume II, The Strait, ed." in citation(a_document(volume=turned))
    partly = replace(turned, subseries="")
    assert "The Strait, Volume II, ed." in citation(a_document(volume=partly)), (
        "as the title has it"
    )


def test_what_is_in_no_volume() -> None:
    loose = a_document(
        volume=Volume("memo"), heading="Note to the Mayor", archive="City Archive, 4"
    )
    dated = replace(loose, dates=(Date("4 May 1902", when="1902-05-04"),))
    assert citation(dated) == "“Note to the Mayor,” 4 May 1902, City Archive, 4."
    bare = a_document(volume=Volume("memo"), heading="", when="")
    assert citation(bare) == "memo#d1, memo."
    again = replace(dated, heading="Note, 4 May 1902")
    assert citation(again) == "“Note, 4 May 1902,” City Archive, 4."
    unnumbered = replace(a_document(), number="")
    assert citation(unnumbered).endswith("1950), “Telegram From Consul Berg to the Harbor Office.”")


def test_csl_of_a_volume() -> None:
    document = replace(a_document("273A"), address="https://example.org/d273A")
    assert csl_item(document) == {
        "id": "harbor01v02#d273A",
        "type": "chapter",
        "title": "Telegram From Consul Berg to the Harbor Office",
        "author": [{"literal": "Consul Berg"}],
        "recipient": [{"literal": "Harbor Office"}],
        "genre": "telegram",
        "URL": "https://example.org/d273A",
        "container-title": "Papers of the Harbor Office, 1901–1903, Volume II, The Strait",
        "editor": [{"literal": "Ada Quay"}],
        "publisher": "Government Printing Office",
        "publisher-place": "Washington",
        "chapter-number": "273A",
        "issued": {"date-parts": [[1950]]},
        "original-date": {"date-parts": [[1902, 5, 4]]},
    }


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (Date("1902", when="1902", precision="year"), {"date-parts": [[1902]]}),
        (Date("May 1902", when="1902-05", precision="month"), {"date-parts": [[1902, 5]]}),
        (Date("", when="1902-05-04T23:30:00-05:00", precision="minute"),
         {"date-parts": [[1902, 5, 4]]}),
        (Date("4-6 May", first="1902-05-04", last="1902-05-06", precision="day"),
         {"date-parts": [[1902, 5, 4], [1902, 5, 6]]}),
        (Date("October 25", when="--10-25", precision="day"), {"literal": "October 25"}),
    ],
)  # fmt: skip
def test_csl_dates(date: Date, expected: dict[str, object]) -> None:
    loose = replace(a_document(volume=Volume("memo")), dates=(date,))
    found = csl_item(loose)
    assert found["type"] == "document" and found["issued"] == expected


def test_renderings_are_one_item() -> None:
    documents = [a_document("1"), a_document("1", rendering="text"), a_document("2")]
    assert [item["id"] for item in csl_items(documents)] == ["harbor01v02#d1", "harbor01v02#d2"]
