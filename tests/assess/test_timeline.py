"""The timeline: what happened, what was known when, and how well each is dated."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import standoff as so
from standoff.assess.chain import chain
from standoff.assess.timeline import timeline_of
from standoff.scenario.models import RecordItem, Source
from standoff.sources.library import Library

ATTACHE = """---
title: Telegram from the attache
date: {date}
from: the attache
---

Armor on railway cars.
"""


def crisis(*more, sources=(), **first):
    known = so.load("signal")
    record = (known.record[0].model_copy(update=first), *map(RecordItem.model_validate, more))
    held = {**known.sources, **{name: Source(title=name) for name in sources}}
    return chain(known.model_copy(update={"record": record, "sources": held}), variants=4)


def report(id, **more):
    return {"id": id, "report": f"a {id}", "odds": [{"else": 0.5}], **more}


@pytest.fixture
def library(tmp_path: Path):
    """A library with documents `berg#d1`... of the dates given."""
    kept = Library(tmp_path / "space")

    def add(**dates: str) -> Library:
        for name, date in dates.items():
            path = tmp_path / f"{name}.md"
            path.write_text(ATTACHE.format(date=date), "utf-8")
            kept.add(path)
        return kept

    return add


def test_the_delay_is_between_event_and_knowledge():
    part = timeline_of(crisis())
    (item,) = part.items
    assert item.at.precision == item.known.precision == "minute"
    assert item.delay == pytest.approx(27.0) and item.late
    assert dt.datetime.fromisoformat(item.at.first) == dt.datetime.fromisoformat(item.at.last)
    assert part.zone == "Europe/Vienna" and part.as_of.startswith("2031-03-05T23:59")


def test_a_day_is_a_stretch_and_delays_are_the_least_they_can_be():
    day = {"at": "2031-03-04", "known": "2031-03-05"}
    same = {"at": "2031-03-04", "known": "2031-03-04T15:00"}
    part = timeline_of(
        crisis(report("a", **day), report("b", **same), report("c", at="2031-03-05"))
    )
    _, a, b, c = part.items
    assert a.at.precision == "day" and not a.late
    assert a.delay == pytest.approx(0.0, abs=1e-3)  # from midnight to midnight
    assert (b.delay, b.late) == (0.0, False)  # it may have been known at once
    assert c.at == c.known and c.delay == 0.0
    two = timeline_of(crisis(report("d", at="2031-03-03", known="2031-03-05"))).items[1]
    assert two.delay == pytest.approx(24.0, abs=1e-3) and two.late


def test_zones_of_their_own_are_converted_and_kept():
    part = timeline_of(crisis(report("a", at="2031-03-05T06:00-05:00")))
    at = part.items[1].at
    assert at.zone == "-05:00" and dt.datetime.fromisoformat(at.first).hour == 12
    assert part.items[0].at.zone == ""


def test_an_absence_is_its_days():
    part = timeline_of(
        crisis({"absence": "forward", "first": "2031-03-03", "last": "2031-03-03", "id": "none",
                "reliability": 0.5})
    )  # fmt: skip
    at = next(item for item in part.items if item.id == "none").at
    assert at.first.startswith("2031-03-03T00:00") and at.last.startswith("2031-03-03T23:59")


def test_nothing_that_was_known_later_is_in_it(library):
    late = report("a", at="2031-03-04", known="2031-03-09", source="berg#d1")
    part = timeline_of(crisis(late, sources=["berg"]), library(berg="2031-03-04"))
    assert [item.number for item in part.items] == [1]
    assert "berg" not in part.model_dump_json()
    known = so.load("signal")
    assert timeline_of(chain(known, as_of="2031-03-03", variants=4)) is None


def test_belief_follows_what_became_known():
    ready = crisis(report("cable", at="2031-03-05T12:00", odds=[
        {"when": "neighbor is seize", "p": 0.9}, {"else": 0.1}]))  # fmt: skip
    part = timeline_of(ready)
    assert [b.items for b in part.belief] == [[], [1], [2]]
    assert part.belief[0].moment == ""
    now = ready.inference.belief("neighbor")["seize"].posterior.value
    assert part.belief[-1].belief["neighbor"]["seize"] == pytest.approx(now)
    again = timeline_of(ready, moments=ready.inference.over_time())
    assert again == part


def test_days_by_which_statements_are_settled():
    (due,) = timeline_of(crisis()).due
    assert due.judgement == "no-crossing" and due.day.precision == "day"


# --- documents


def test_documents_are_dated_by_the_library_with_their_precision(library):
    ready = crisis(
        report("a", at="2031-03-05", source=["berg#d1/p1", "dahl#d1", "lost#d4"]),
        source=("eld#d1",),
        sources=["berg", "dahl", "eld", "lost"],
    )
    held = library(berg="2031-03-04", dahl="2031-03", eld="2031-03-05T09:30:00+03:00")
    part = timeline_of(ready, held)
    by_key = {d.key: d for d in part.documents}
    assert by_key["berg#d1"].written.precision == "day"
    assert by_key["berg#d1"].written.first.startswith("2031-03-04T00:00")
    assert by_key["dahl#d1"].written.precision == "month"
    assert by_key["dahl#d1"].written.last.startswith("2031-03-31T23:59")
    eld = by_key["eld#d1"].written
    assert (eld.precision, eld.zone) == ("minute", "+03:00")
    assert dt.datetime.fromisoformat(eld.first).hour == 7  # Vienna's
    lost = by_key["lost#d4"]
    assert not lost.held and lost.written is None and lost.items == [2]
    assert part.documents[-1] == lost and by_key["eld#d1"].items == [1]
    assert part.documents[0].heading == "Telegram from the attache"


def test_an_hour_without_a_zone_is_only_a_day(library):
    ready = crisis(source=("berg#d1",), sources=["berg"])
    written = timeline_of(ready, library(berg="2031-03-04T17:00:00")).documents[0].written
    assert written.precision == "day" and written.zone == ""
    assert (written.first[:16], written.last[:16]) == ("2031-03-04T00:00", "2031-03-04T23:59")


def test_what_the_library_does_not_hold_is_said_and_nothing_is_made_up():
    part = timeline_of(crisis(report("a", at="2031-03-05", source="berg#d1"), sources=["berg"]))
    (document,) = part.documents  # `attache#1` is no document of a volume
    assert (document.key, document.held, document.written) == ("berg#d1", False, None)


def test_a_volume_that_gives_no_year(shared: Path, tmp_path: Path):
    source = shared / "sources" / "frus1961-63v10-12mSupp.xml"
    if not source.exists():
        pytest.skip("the supplement is not here")
    kept = Library(tmp_path)
    kept.add(source)
    part = timeline_of(chain("cuba-1962", variants=2, as_of="1962-10-25T12:00"), kept)
    by_key = {d.key: d for d in part.documents}
    ships = by_key["frus1961-63v10-12mSupp#d396"].written
    assert ships.year_assumed and ships.first.startswith("1962-10-25T00:00")
    assert all(d.written is None for d in part.documents if not d.held)
    delays = {item.id: item.delay for item in part.items if item.late}
    assert delays == {"ships-turn": pytest.approx(42.0)}
