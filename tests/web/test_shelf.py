"""The library and the files of its crises, and what can't be done to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff.scenario.loading import library, shipped
from standoff.web.crises import Crises, revision
from standoff.web.faults import Refusal
from strategies.workbenches import opened

FILE = "signal.yaml"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Any]:
    with opened(tmp_path / "ws") as found:
        yield found


def text_of(client: Any, crisis: str, name: str = FILE) -> dict[str, Any]:
    page = client.get(f"/api/scenario/{crisis}").json()
    (found,) = [f for f in page["files"] if f["name"] == name]
    return found  # type: ignore[no-any-return]


def copied(client: Any, name: str = "mine") -> dict[str, Any]:
    made = client.post("/api/library/duplicate", json={"crisis": "signal", "as": name})
    assert made.status_code == 201, made.text
    return text_of(client, name)


def test_the_shipped_crises_are_there(client: Any) -> None:
    listed = {c["id"]: c for c in client.get("/api/library").json()["crises"]}
    assert set(listed) == set(shipped())
    signal = listed["signal"]
    assert signal["shipped"] and signal["title"] == "A mobilization on the border"
    assert (signal["first"], signal["last"]) == ("2031-03-03", "2031-03-16")
    assert signal["actors"] == ["the neighbor", "our government"]
    assert signal["size"]["turns"] == 3 and signal["problems"] == 0


def test_a_crisis_has_its_files_sources_and_things_to_try(client: Any) -> None:
    page = client.get("/api/scenario/signal").json()
    assert {f["name"] for f in page["files"]} == {"README.md", FILE}
    assert [s["id"] for s in page["sources"]] == ["attache"]
    assert any(item.startswith("`standoff assess signal`") for item in page["to_try"])
    assert any("P(ending is quiet" in item for item in page["to_try"])
    assert client.get("/api/scenario/nothing").status_code == 404


def test_two_tabs_that_write_one_file(client: Any) -> None:
    held = copied(client)
    where = f"/api/scenario/mine/file/{FILE}"
    one = client.put(where, json={"text": held["text"] + "# one\n", "revision": held["revision"]})
    assert one.status_code == 200
    other = client.put(where, json={"text": held["text"] + "# two\n", "revision": held["revision"]})
    assert other.status_code == 409
    clash = other.json()
    assert clash["theirs"].endswith("# one\n") and clash["yours"].endswith("# two\n")
    assert text_of(client, "mine")["text"].endswith("# one\n")
    again = {"text": clash["yours"], "revision": clash["revision"]}
    assert client.put(where, json=again).status_code == 200
    assert text_of(client, "mine")["text"].endswith("# two\n")


def test_a_draft_survives_until_the_file_is_written(client: Any, tmp_path: Path) -> None:
    held = copied(client)
    where = f"/api/scenario/mine/draft/{FILE}"
    kept = client.put(where, json={"text": "half a li", "revision": held["revision"]})
    assert kept.status_code == 200
    with opened(tmp_path / "ws") as later:  # another server, the same workspace
        found = text_of(later, "mine")
        assert (found["draft"], found["draft_revision"]) == ("half a li", held["revision"])
        assert found["text"] == held["text"]
    body = {"text": held["text"] + "#\n", "revision": held["revision"]}
    client.put(f"/api/scenario/mine/file/{FILE}", json=body)
    assert text_of(client, "mine")["draft"] is None
    client.put(where, json={"text": "more", "revision": ""})
    assert client.delete(where).status_code == 200
    assert text_of(client, "mine")["draft"] is None


def test_shipped_crises_are_only_read(client: Any) -> None:
    before = {p.name: p.read_bytes() for p in (library() / "signal").iterdir()}
    held = text_of(client, "signal")
    body = {"text": "x", "revision": held["revision"]}
    assert client.put(f"/api/scenario/signal/file/{FILE}", json=body).status_code == 403
    assert client.delete("/api/library/signal").status_code == 403
    assert {p.name: p.read_bytes() for p in (library() / "signal").iterdir()} == before


def test_a_duplicate_says_its_own_name_and_is_solvable_text(client: Any) -> None:
    assert "\nid: mine\n" in copied(client)["text"]
    taken = client.post("/api/library/duplicate", json={"crisis": "signal", "as": "mine"})
    assert taken.status_code == 409
    shipped_name = client.post("/api/library/duplicate", json={"crisis": "mine", "as": "signal"})
    assert shipped_name.status_code == 409


def test_what_is_removed_lies_in_the_trash(client: Any, tmp_path: Path) -> None:
    for number in (1, 2):
        held = copied(client)
        assert held["draft"] is None
        client.put(f"/api/scenario/mine/draft/{FILE}", json={"text": "half"})
        found = client.delete("/api/library/mine").json()
        assert found["trash"] == f"mine-{number}"
        kept = tmp_path / "ws" / "trash" / f"mine-{number}" / FILE
        assert kept.read_text() == held["text"]
        assert kept.parent.joinpath("drafts", FILE).read_text().endswith("half")
        assert client.get("/api/scenario/mine").status_code == 404


def test_importing_takes_the_name_from_the_file(client: Any) -> None:
    text = text_of(client, "signal")["text"].replace("id: signal", "id: border-2031")
    made = client.post("/api/library/import", json={"files": {"border.yaml": text}})
    assert made.json() == {"id": "border-2031"}
    assert text_of(client, "border-2031", "border.yaml")["text"] == text
    nameless = client.post("/api/library/import", json={"files": {"a.yaml": "title: x\n"}})
    assert nameless.status_code == 422
    broken = {"files": {"a.yaml": "id: [\n"}, "as": "broken"}
    assert client.post("/api/library/import", json=broken).status_code == 201
    listed = {c["id"]: c for c in client.get("/api/library").json()["crises"]}
    assert listed["broken"]["problems"] > 0  # it can be opened and mended
    assert client.get("/api/scenario/broken").status_code == 200


NAMES = st.one_of(
    st.sampled_from(
        ["../x.yaml", "..", "a/b.yaml", "/etc/passwd", "a\\b.yaml", ".hidden.yaml", "x.py", "",
         "con.yaml\x00", "x.yaml/", "..%2fx.yaml", "x.yaml\n", "~x.yaml", "signal.YAML"]
    ),
    st.text(max_size=40),
    st.from_regex(r"[a-z./\\]{1,12}\.yaml", fullmatch=True),
)  # fmt: skip


@given(name=NAMES, crisis=NAMES)
@settings(
    derandomize=True, deadline=None, max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_no_name_leads_out_of_the_workspace(
    tmp_path_factory: pytest.TempPathFactory, name: str, crisis: str
) -> None:
    root = tmp_path_factory.mktemp("outer")
    shelf = Crises(root / "ws")
    shelf.add("mine", {FILE: "id: mine\n"})
    before = {p for p in root.rglob("*") if p.is_file()}
    tries: list[Any] = [
        lambda: shelf.write("mine", name, "x", ""),
        lambda: shelf.keep_draft("mine", name, "x", ""),
        lambda: shelf.keep_draft(crisis, FILE, "x", ""),
        lambda: shelf.add(crisis, {name: "x"}),
        lambda: shelf.add(crisis, {FILE: "x"}),
        lambda: shelf.remove(crisis),
    ]
    for each in tries:
        try:
            each()
        except Refusal as refusal:
            assert 400 <= refusal.status < 500
    allowed = (root / "ws" / "crises", root / "ws" / "web" / "drafts", root / "ws" / "trash")
    for path in {p for p in root.rglob("*") if p.is_file()} - before:
        assert path.parents[1] in allowed and path.suffix in (".yaml", ".yml", ".md"), path


def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("id: secret\n")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.yaml").write_text("id: outside\n")
    shelf = Crises(tmp_path / "ws")
    shelf.add("mine", {FILE: "id: mine\n"})
    folder = tmp_path / "ws" / "crises"
    (folder / "mine" / "link.yaml").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path / "outside")
    assert set(shelf.files("mine")) == {FILE}
    assert ("linked", False) not in shelf.ids()
    for crisis, name in (("mine", "link.yaml"), ("linked", "a.yaml")):
        with pytest.raises(Refusal):
            shelf.write(crisis, name, "changed", "")
    with pytest.raises(Refusal):
        shelf.add("linked", {FILE: "x"})
    assert secret.read_text() == "id: secret\n"


def test_too_much_is_refused(client: Any) -> None:
    many = {f"f{i}.yaml": "x" for i in range(40)}
    assert client.post("/api/library/import", json={"files": many, "as": "m"}).status_code == 422
    large = {"a.yaml": "x" * 3_000_000, "b.yaml": "x" * 3_000_000}
    assert client.post("/api/library/import", json={"files": large, "as": "m"}).status_code == 422
    assert client.get("/api/scenario/m").status_code == 404


def test_a_revision_is_of_the_text_alone() -> None:
    assert revision("a") == revision("a") != revision("b")


def test_an_unfinished_import_is_no_crisis(tmp_path: Path) -> None:
    shelf = Crises(tmp_path)
    aside = tmp_path / "crises" / ".mine.new"
    aside.mkdir(parents=True)
    (aside / "old.yaml").write_text("half")
    assert shelf.ids() == [(one, True) for one in shipped()]
    shelf.add("mine", {FILE: "id: mine\n"})
    assert set(shelf.files("mine")) == {FILE}
