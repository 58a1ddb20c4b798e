"""Documents brought in, linked and dropped: over the wire, and on the page."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from standoff.scenario.loading import load
from strategies.workbenches import opened, served

NOTE = """---
title: Report of the attache
date: 2031-03-04
---

Armor on railway cars was seen, moving to the line. Nobody knows who ordered it.

The call-up is said to cost a fifth of the harvest.
"""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Any]:
    with opened(tmp_path / "ws") as found:
        yield found


def sent(client: Any, name: str, content: str | bytes, **query: Any) -> Any:
    return client.post("/api/sources/document", params={"name": name, **query}, content=content)


def mine(client: Any) -> str:
    """A copy of `signal`; its revision."""
    made = client.post("/api/library/duplicate", json={"crisis": "signal", "as": "mine"})
    assert made.status_code == 201
    return revision(client)


def revision(client: Any) -> str:
    return str(client.get("/api/links/mine/linkable").json()["revision"])


def test_a_file_that_is_sent_is_kept_and_read(client: Any, tmp_path: Path) -> None:
    made = sent(client, "../../field report.md", NOTE)
    assert made.status_code == 201, made.text
    kept = Path(made.json()["file"])
    assert kept == tmp_path / "ws" / "documents" / "field-report.md"
    assert kept.read_text() == NOTE
    (change,) = made.json()["report"]["changes"]
    assert change["what"] == "added"
    (listed,) = client.get("/api/sources").json()["documents"]
    assert listed["key"] == change["key"] and listed["file"] == str(kept)
    assert [p.name for p in kept.parent.iterdir()] == ["field-report.md"]
    again = sent(client, "field-report.md", NOTE)
    assert [c["what"] for c in again.json()["report"]["changes"]] == ["same"]


def test_another_file_of_the_same_name_is_not_replaced_unasked(client: Any) -> None:
    assert sent(client, "a.md", NOTE).status_code == 201
    assert sent(client, "a.md", NOTE + "More.\n").status_code == 409
    made = sent(client, "a.md", NOTE + "More.\n", replace=True)
    assert [c["what"] for c in made.json()["report"]["changes"]] == ["changed"]


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.exe", b"MZ", 422),
        (".md", b"x", 422),
        ("a.md", b"", 422),
        ("a.txt", b"\xff\xfe\x00\xd8", 422),
        ("a.xml", b"<TEI><text>", 422),
        ("a.pdf", b"%PDF-1.4 nothing", 422),
        ("a.md", b"x" * 50_000_000, 413),
    ],
)
def test_what_can_t_be_read_leaves_nothing(
    client: Any, tmp_path: Path, name: str, content: bytes, status: int
) -> None:
    refused = sent(client, name, content)
    assert refused.status_code == status, refused.text
    assert refused.json()["message"]
    folder = tmp_path / "ws" / "documents"
    assert not folder.exists() or not list(folder.iterdir())
    assert client.get("/api/sources").json()["documents"] == []


def test_a_link_is_written_into_one_s_own_files(client: Any, tmp_path: Path) -> None:
    key = sent(client, "field.md", NOTE).json()["report"]["changes"][0]["key"]
    at = mine(client)
    words = "a fifth of the harvest"
    asked = {"revision": at, "rests": "parameters.upkeep", "passage": f"{key}/p1", "quote": words}
    unknown = client.post("/api/links/mine", json=asked)
    assert unknown.status_code == 422  # the scenario cites no such source yet
    assert not (tmp_path / "ws/crises/mine/source-field.yaml").exists()
    made = client.post("/api/links/mine", json={**asked, "grade": "B2", "new_source": "A: report"})
    assert made.status_code == 201, made.text
    report = made.json()
    assert report["found"]["links"]["ok"] == 1
    (link,) = load(tmp_path / "ws/crises/mine").links
    # The words stand in the second paragraph, and that is what is written.
    assert (link.passage, link.exact, link.grade) == (f"{key}/p2/s1", words, "B2")
    assert load(tmp_path / "ws/crises/mine").sources["field"].title == "A: report"
    assert client.post("/api/links/mine", json=asked).status_code == 409  # an older revision
    there = client.get("/api/links/mine/passage", params={"passage": f"{key}/p2"}).json()
    assert (there["state"], there["document"], there["place"]) == ("ok", key, "p2")
    away = client.get("/api/links/mine/passage", params={"passage": "attache#d9"}).json()
    assert away["document"] == "" and away["title"]


def test_a_refused_link_leaves_no_source_behind(client: Any, tmp_path: Path) -> None:
    key = sent(client, "field.md", NOTE).json()["report"]["changes"][0]["key"]
    at = mine(client)
    asked = {"revision": at, "rests": "parameters.upkeep", "passage": f"{key}/p1",
             "quote": "words that nobody wrote", "new_source": "Report"}  # fmt: skip
    assert client.post("/api/links/mine", json=asked).status_code == 422
    assert revision(client) == at
    asked.update(quote="", rests="parameters.nothing")
    assert client.post("/api/links/mine", json=asked).status_code == 422
    assert revision(client) == at


def test_a_shipped_crisis_is_not_changed(client: Any) -> None:
    about = client.get("/api/links/signal/linkable").json()
    assert about["shipped"]
    assert {"judgement", "parameter", "record"} <= {t["kind"] for t in about["targets"]}
    asked = {"revision": about["revision"], "rests": "parameters.upkeep", "passage": "attache#d1"}
    assert client.post("/api/links/signal", json=asked).status_code == 403
    asked = {"revision": about["revision"]}
    assert client.post("/api/links/signal/reanchor", json=asked).status_code == 403


def test_words_that_moved_are_found_again(client: Any, tmp_path: Path) -> None:
    key = sent(client, "field.md", NOTE).json()["report"]["changes"][0]["key"]
    at = mine(client)
    asked = {"revision": at, "rests": "parameters.upkeep", "passage": f"{key}/p2",
             "quote": "a fifth of the harvest", "new_source": "Report"}  # fmt: skip
    assert client.post("/api/links/mine", json=asked).status_code == 201
    sent(client, "field.md", NOTE.replace("Armor", "A new paragraph.\n\nArmor"), replace=True)
    held = client.get("/api/links/mine").json()
    assert held["links"]["moved"] == 1
    done = client.post("/api/links/mine/reanchor", json={"revision": revision(client)}).json()
    assert done["found"]["links"] == {"ok": 1, "moved": 0, "lost": 0, "unchecked": 0}
    (link,) = load(tmp_path / "ws/crises/mine").links
    assert link.passage == f"{key}/p3"


def events(client: Any, crisis: str, **query: Any) -> list[tuple[str, Any]]:
    text = client.get(f"/api/ripple/{crisis}/events", params=query).text
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_what_falls_is_the_command_s_answer(client: Any) -> None:
    from standoff.assess.rippling import ripple, ripples

    told = events(client, "signal", variants=8)
    assert told[-1] == ("done", ripples("signal", variants=8).model_dump(mode="json"))
    name = told[-1][1]["documents"][0]["document"]
    one = events(client, "signal", variants=8, document=name)[-1]
    assert one == ("done", ripple("signal", [name], variants=8).model_dump(mode="json"))
    assert events(client, "signal", variants=8, document="nothing#d1")[-1][0] == "failed"


def test_passages_by_meaning(client: Any) -> None:
    pytest.importorskip("wordllama")
    sent(client, "field.md", NOTE + "\nThe tanks were carried by train towards the frontier at "
         "night, and no officer could say on whose authority this had been done.\n")  # fmt: skip
    assert client.get("/api/sources/about").json()["meaning"]
    asked = {"q": "armored vehicles on railroads", "meaning": "true"}
    found = client.get("/api/sources/search", params=asked).json()
    assert found["model"]
    assert any("train" in one["snippet"] for one in found["passages"])
    words = client.get("/api/sources/search", params={"q": asked["q"]}).json()
    assert words["passages"] == []


# --- in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "the tests of pages need Debian's chromium (apt install chromium)"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


def test_words_are_picked_linked_and_taken_away(browser: Any, tmp_path: Path) -> None:
    field = tmp_path / "field.md"
    # A sign of two UTF-16 units before the words: offsets count characters.
    field.write_text(NOTE.replace("Armor", "\N{GRINNING FACE} Armor"))
    with served(tmp_path / "ws") as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        wrong: list[str] = []
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.goto(server.link)
        page.evaluate("""fetch('/api/library/duplicate', {method: 'POST', headers:
            {'content-type': 'application/json'}, body: '{"crisis": "signal", "as": "mine"}'})""")
        page.goto(f"{server.base}/crisis/mine/sources")
        page.set_input_files("input[type=file]", str(field))
        page.get_by_role("link", name="Report of the attache").click()
        words = page.locator("[data-place=p1] [data-words]")
        words.evaluate("""e => { const t = e.firstChild, at = t.data.indexOf('Nobody');
            getSelection().setBaseAndExtent(t, at, t, at + 12); }""")
        page.locator(".picked").get_by_role("button", name="Link to").click()
        dialog = page.get_by_role("dialog")
        assert dialog.get_by_label("Words", exact=True).input_value() == "Nobody knows"
        dialog.get_by_label("What rests on it", exact=True).select_option("judgements.intent")
        dialog.get_by_label("Reliability").select_option("B")
        dialog.get_by_label("What the words do").select_option("inferred")
        dialog.get_by_role("button", name="Link", exact=True).click()
        page.locator("[data-place=p1] mark.ok", has_text="Nobody knows").wait_for()
        (link,) = load(tmp_path / "ws/crises/mine").links
        assert (link.rests, link.exact, link.grade, link.as_) == (
            "judgements.intent", "Nobody knows", "B2", "inferred",
        )  # fmt: skip
        page.reload()  # the address keeps the document
        page.get_by_role("button", name="What if it fell?").click()
        page.get_by_role("heading", name="Without field#d1").wait_for(timeout=120_000)
        page.get_by_role("tab", name="What rests on what").click()
        page.locator("code", has_text="judgements.intent").wait_for()
        assert wrong == []


def test_an_address_leads_to_a_passage(browser: Any, tmp_path: Path) -> None:
    with served(tmp_path / "ws") as server:
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.goto(server.link)
        there = f"{server.base}/crisis/cuba-1962/sources?passage=frus1961-63v06"
        for sign in ("%23", "#"):  # as written into a link, and as typed by hand
            page.goto("about:blank")
            page.goto(f"{there}{sign}d65/p24")
            page.get_by_text("frus1961-63v06#d65/p24").wait_for()
            page.get_by_text("is not in the library").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
        page.get_by_role("tab", name="Documents").click()
        field = tmp_path / "frus1961-63v06.md"
        field.write_text("---\nid: d65\ntitle: Letter\n---\n\n" + "\n\n".join(
            f"Paragraph {n} says its own." for n in range(1, 40)))  # fmt: skip
        # Dropped rather than picked.
        page.evaluate("""text => { const held = new DataTransfer();
            held.items.add(new File([text], 'frus1961-63v06.md'));
            document.querySelector('main').dispatchEvent(
              new DragEvent('drop', {dataTransfer: held, bubbles: true, cancelable: true})); }""",
            field.read_text())  # fmt: skip
        page.get_by_role("link", name="Letter").wait_for()
        key = page.evaluate("fetch('/api/sources').then(r => r.json())")["documents"][0]["key"]
        page.goto(f"{there}%23{key.split('#')[1]}/p24")
        page.locator("[data-place=p24][aria-current]").wait_for()
        assert page.evaluate("""() => { const at = document.querySelector('[data-place=p24]');
            const box = at.getBoundingClientRect();
            return box.top > 0 && box.bottom < innerHeight && document.activeElement === at; }""")


def test_a_remark_is_written_into_the_note(browser: Any, tmp_path: Path) -> None:
    with served(tmp_path / "ws") as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        wrong: list[str] = []
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.goto(server.link)
        page.goto(f"{server.base}/crisis/signal/note")
        page.get_by_text("Your remarks").click(timeout=120_000)
        page.get_by_role("button", name="Add a remark").click()
        remark = page.get_by_role("group", name="Remark 1")
        remark.get_by_label("Where").select_option("outlook|before")
        remark.get_by_label("Words").fill("The harvest decides: ")
        remark.get_by_label("Put in a number").select_option("endings.quiet")
        page.get_by_text("Kept.").wait_for()
        assert remark.get_by_label("Words").input_value() == "The harvest decides: {endings.quiet}"
        note = page.frame_locator("iframe.note-frame")
        note.get_by_text("The harvest decides:").wait_for()
        said = note.locator("p", has_text="The harvest decides:").inner_text()
        assert "in 100" in said and "{" not in said and "analyst" in said.lower()
        page.reload()
        note.get_by_text("The harvest decides:").wait_for(timeout=60_000)
        page.get_by_text("Your remarks (1)").click()
        page.get_by_role("button", name="Take remark 1 away").click()
        page.get_by_text("Kept.").wait_for()
        assert wrong == []
