"""The documents of the workspace, and what rests on them, over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from standoff.sources.adding import add
from standoff.sources.library import Library
from strategies.workbenches import opened

NOTE = """---
title: Report of the attache
date: 2031-03-04
from: Attache
to: Desk
---

Armor on railway cars was seen, moving to the line.

The call-up is said to cost a fifth of the harvest.
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("papers")
    file = folder / "attache.md"
    file.write_text(NOTE)
    list(add(Library(folder / "ws"), [file]))
    with opened(folder / "ws") as found:
        yield found


def test_listed_searched_and_shown(client: Any) -> None:
    (listed,) = client.get("/api/sources").json()["documents"]
    assert (listed["from"], listed["to"], listed["date"]) == ("Attache", "Desk", "2031-03-04")
    assert client.get("/api/sources", params={"from": "Consul"}).json()["documents"] == []
    (found,) = client.get("/api/sources/search", params={"q": "harvest"}).json()["passages"]
    assert found["place"] == "p2"
    assert "harvest" in [found["snippet"][a:b] for a, b in found["matches"]]
    key = listed["key"]
    shown = client.get("/api/sources/document", params={"key": key}).json()
    assert shown["passage"] is None and "railway cars" in shown["document"]["text"]
    passage = client.get("/api/sources/document", params={"key": f"{key}/p2"}).json()["passage"]
    assert passage == "The call-up is said to cost a fifth of the harvest."
    assert client.get("/api/sources/document", params={"key": f"{key}/p9"}).status_code == 404
    assert client.get("/api/sources/document", params={"key": "nothing#d1"}).status_code == 422
    assert client.get("/api/sources/search").status_code == 422


def test_what_rests_on_what(client: Any) -> None:
    found = client.get("/api/links/signal").json()
    assert found
    assert client.get("/api/links/nothing").status_code == 404


def test_a_workspace_without_documents_has_none(tmp_path: Path) -> None:
    with opened(tmp_path / "ws") as client:
        assert client.get("/api/sources").json()["documents"] == []
        assert client.get("/api/sources/search", params={"q": "x"}).json()["passages"] == []
