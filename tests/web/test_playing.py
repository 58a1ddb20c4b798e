"""Games over the network: two browsers play one to its end, guests get no further than their game,
many play at once and the server is killed in the middle, and nobody sees what it should not.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import jsonschema
import pytest
from playwright.sync_api import Page, expect

from standoff.play.hall import Hall
from standoff.play.session import Seats
from standoff.play.views import view
from standoff.scenario import loads
from standoff.web.app import ENDPOINTS
from standoff.web.openapi import description
from standoff.web.reachable import addresses
from strategies.browsers import chromium, faults, sideways, watched
from strategies.workbenches import Served, opened, served

expect.set_options(timeout=60_000)  # a slow machine takes long to solve a game
DOCUMENT = description(ENDPOINTS, "0")
BOTH = {"crisis": "signal", "people": ["neighbor", "us"]}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with opened(tmp_path_factory.mktemp("playing")) as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("table")) as found:
        yield found


def described(path: str, method: str, found: Any) -> Any:
    """An answer, held against what the interface says of itself."""
    about = DOCUMENT["paths"][path][method.lower()]["responses"][str(found.status_code)]
    schema = about["content"]["application/json"]["schema"]
    jsonschema.validate(found.json(), {**schema, "components": DOCUMENT["components"]})
    return found.json()


def start(client: Any, **more: Any) -> dict[str, str]:
    found = client.post("/api/play", json={**BOTH, **more})
    assert found.status_code == 201, found.text
    said: dict[str, str] = described("/api/play", "POST", found)
    return said


def sit(client: Any, code: str, seat: str) -> dict[str, str]:
    """What a seat sends with everything."""
    found = client.post(f"/api/play/{code}/join", json={"seat": seat})
    place = described("/api/play/{code}/join", "POST", found)
    return {"x-seat": place["token"]}


def seen(client: Any, code: str, seat: dict[str, str]) -> dict[str, Any]:
    found = client.get(f"/api/play/{code}/view", headers=seat)
    said: dict[str, Any] = described("/api/play/{code}/view", "GET", found)
    return said


def choose(client: Any, code: str, seat: dict[str, str], **more: str) -> Any:
    now = seen(client, code, seat)
    body = {"act": now["view"]["moves"][0]["act"], "mark": now["mark"], **more}
    return client.post(f"/api/play/{code}/choose", headers=seat, json=body)


# --- in browsers


def make_move(page: Page) -> None:
    page.locator(".turn.mine .move").first.click()
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_two_browsers_play_one_game_to_its_end(server: Served) -> None:
    with (
        chromium() as browser,
        watched(browser, server) as hosts,
        watched(browser, server, width=390, theme="dark") as guests,
    ):
        host = hosts.enter()
        hosts.go(host, "/crisis/signal/play")
        host.get_by_role("group", name="our government").get_by_label("Who plays").select_option(
            label="another person"
        )
        host.get_by_role("button", name="Start", exact=True).click()
        code = host.locator(".big-code").inner_text()

        guest = guests.context.new_page()
        guests.go(guest, f"/join/{code}")
        guest.get_by_role("button", name="Take the seat of our government").click()
        expect(guest.get_by_role("heading", name="Waiting for the others")).to_be_visible()
        host.get_by_role("button", name="Go to the table").click()
        secret = host.locator(".self strong").nth(1).inner_text()
        assert secret in ("means to take the province", "wants to be taken seriously")

        host.get_by_role("button", name="sends its troops to the line").click()
        host.get_by_role("button", name="Not yet").click()  # thought better of it: nothing is sent
        expect(guest.get_by_role("heading", name="Waiting for the others")).to_be_visible()
        make_move(host)
        # The other side is told, aloud too, and what it is told is not who sent the troops.
        expect(guest.get_by_role("heading", name="Your turn: our answer")).to_be_visible()
        expect(guest.get_by_role("log", name="News")).to_contain_text(
            "the neighbor: sends its troops to the line."
        )
        assert guest.title().startswith("Your turn")
        assert secret not in guest.content()
        assert sideways(guest) == 0 and not faults(guest) and not faults(host)
        guest.reload()
        expect(guest.get_by_text("You are")).to_contain_text("our government")
        # By keyboard alone: a move, the question whether it is meant, what follows.
        guest.locator(".turn.mine .move").first.focus()
        guest.keyboard.press("Enter")
        expect(guest.get_by_role("button", name="Not yet")).to_be_focused()
        guest.keyboard.press("Tab")
        guest.keyboard.press("Enter")
        expect(guest.get_by_role("heading", name="Waiting for the others")).to_be_focused()
        expect(host.get_by_role("heading", name="Your turn: at the line")).to_be_visible()
        make_move(host)

        for page in (host, guest):
            expect(page.get_by_role("heading", name="The path taken")).to_be_visible()
            expect(page.locator(".path > li")).to_have_count(3)
            expect(page.get_by_role("cell", name=secret)).to_be_visible()
            expect(page.locator(".beliefs svg[role=img]")).to_have_count(1)
            assert not faults(page)
        with guest.expect_download() as download:
            guest.get_by_role("button", name="Export as CSV").click()
        rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
        assert [row["actor"] for row in rows] == ["neighbor", "us", "neighbor"]
        assert {row["chosen_by"] for row in rows} == {"person"}
        expect(guest.get_by_role("button", name="Use as record…")).to_have_count(0)
        host.get_by_role("button", name="Use as record…").click()
        host.get_by_label("Name of the copy").fill("played")
        host.get_by_role("button", name="Make it").click()
        host.wait_for_url("**/crisis/played/assessment")
        hosts.none_wrong()
        guests.none_wrong()
        # Whoever came in as a guest is a guest at every other door.
        assert guest.request.get(f"{server.base}/api/library").status == 401
        assert guest.request.get(f"{server.base}/static/../app.js").status == 401


def test_the_facilitator_lets_go_on_decides_and_takes_back(server: Served) -> None:
    with chromium() as browser, watched(browser, server) as held:
        page = held.enter()
        held.go(page, "/crisis/signal/play")
        page.get_by_role("group", name="the neighbor").get_by_label("Who plays").select_option(
            label="the model"
        )
        page.get_by_role("group", name="our government").get_by_label("Who plays").select_option(
            label="another person"
        )
        page.get_by_label("Nature and the model wait").check()
        page.get_by_role("button", name="Start", exact=True).click()
        page.get_by_role("button", name="Go to the table").click()
        expect(page.get_by_role("heading", name="where their troops go")).to_be_visible()
        assert not faults(page)
        page.locator(".move", has_text="sends its troops to the line").click()
        page.get_by_role("button", name="Do it").click()
        expect(page.get_by_text("Waiting for")).to_contain_text("our government")
        page.get_by_role("button", name="Take back…").click()
        page.get_by_role("button", name="Do it").click()
        expect(page.get_by_role("heading", name="where their troops go")).to_be_visible()
        page.get_by_role("button", name="Go on").click()
        expect(page.locator(".news li.move")).to_have_count(1)
        held.none_wrong()


def test_the_table_goes_on_after_the_server_was_killed(tmp_path: Path) -> None:
    with served(tmp_path) as first, chromium() as browser, watched(browser, first) as held:
        held.expected.append("Failed to load resource: net::ERR_")  # wherever the kill meets it
        page = held.enter()
        held.go(page, "/crisis/signal/play")
        page.get_by_role("button", name="Start", exact=True).click()
        page.get_by_role("button", name="sends its troops to the line").click()
        page.get_by_role("button", name="Do it").click()
        expect(page.get_by_role("heading", name="Your turn: at the line")).to_be_visible()
        first.end(signal.SIGKILL)
        expect(page.get_by_text("this page tries again")).to_be_visible()
        with served(tmp_path, port=first.port):
            again = page.get_by_text("this page tries again")
            expect(again).to_have_count(0, timeout=60_000)
            make_move(page)
            expect(page.get_by_role("heading", name="The path taken")).to_be_visible()
        held.none_wrong()


# --- at the door


def as_guest(client: Any, method: str, path: str, **more: Any) -> Any:
    headers = {"authorization": "", **more.pop("headers", {})}
    return client.request(method, path, headers=headers, **more)


def test_a_guest_gets_no_further_than_its_game(client: Any) -> None:
    code, other = start(client)["code"], start(client)["code"]
    client.cookies.clear()
    assert as_guest(client, "GET", f"/api/play/{code}").status_code == 401
    found = as_guest(client, "GET", f"/join/{code}")
    assert (found.status_code, found.headers["location"]) == (303, f"/play/{code}")
    assert "HttpOnly" in found.headers["set-cookie"]

    for path in (f"/play/{code}", f"/api/play/{code}", "/static/app.js"):
        assert as_guest(client, "GET", path).status_code == 200
    about = described("/api/play/{code}", "GET", as_guest(client, "GET", f"/api/play/{code}"))
    assert not about["host"] and not about["join"]
    shut = ["/", "/api/library", "/api/play", "/api/players/signal", "/api/version", "/elements",
            f"/play/{other}", f"/api/play/{other}", f"/api/play/{other}/view", "/crisis/signal",
            f"/api/play/{code}/../../library", f"/static/../play/{other}",
            f"/api/play/{code}/view/x"]  # fmt: skip
    for path in shut:
        assert as_guest(client, "GET", path).status_code in (401, 404), path
    assert as_guest(client, "POST", "/api/play", json=BOTH).status_code == 401
    for what, body in (("free", {"seat": "us"}), ("record", {"as": "stolen"}),
                       ("join", {"seat": "facilitator"})):  # fmt: skip
        answer = as_guest(client, "POST", f"/api/play/{code}/{what}", json=body)
        assert answer.status_code == 403, what
    assert as_guest(client, "DELETE", f"/api/play/{code}").status_code == 403
    # A seat of one game is none of another, even where the door of both is open.
    mine = as_guest(client, "POST", f"/api/play/{code}/join", json={"seat": "us"}).json()["token"]
    as_guest(client, "GET", f"/join/{other}")
    elsewhere = as_guest(client, "GET", f"/api/play/{other}/view", headers={"x-seat": mine})
    assert elsewhere.status_code == 403
    client.cookies.clear()


def test_codes_cannot_be_found_by_trying(tmp_path: Path) -> None:
    with opened(tmp_path, password="a long password") as client:
        code = start(client)["code"]
        access = client.app.access
        access.slow.wrong = 5
        assert as_guest(client, "GET", f"/join/{code}").status_code == 303
        assert access.slow.wrong == 5  # whoever knows a code guesses passwords no faster
        client.cookies.clear()
        answers = [
            as_guest(client, "GET", f"/join/{'ab' * 3 if i % 2 else 'x' * i}").status_code
            for i in range(1, 60)
        ]
        assert answers[0] == 404 and answers[-1] == 429
        refused = as_guest(client, "GET", f"/join/{code}")
        assert refused.status_code == 429 and "set-cookie" not in refused.headers
        access.codes.seconds = 0.0
        assert as_guest(client, "GET", f"/join/{code}").status_code == 303


def test_other_machines_are_told_where_to_come_in(tmp_path: Path) -> None:
    assert addresses("127.0.0.1", 8000) == addresses("::1", 8000) == ()
    assert addresses("desk.example", 8000) == ("http://desk.example:8000",)
    with opened(tmp_path, host="0.0.0.0") as client:
        code = start(client)["code"]
        told = client.get(f"/api/play/{code}").json()["join"]
        assert told == [f"{base}/join/{code}" for base in addresses("0.0.0.0", 8000)]
    token = "a-token-of-ones-own-1234"
    with served(tmp_path, "--host", "0.0.0.0", "--token", token) as server:
        found = addresses("0.0.0.0", server.port)
        for base in found:  # none where this machine has no network at all
            assert "127." not in base
            assert httpx.get(f"{base}/join/abcdef", trust_env=False, timeout=60).status_code == 404
        _, said = server.end()
        assert [line for line in said.splitlines() if "on other machines" in line] == [
            f"on other machines: {base}/?token={token}" for base in found
        ]


# --- at the table


def test_a_move_that_is_sent_twice_is_made_once(client: Any) -> None:
    code = start(client)["code"]
    seat = sit(client, code, "neighbor")
    before = seen(client, code, seat)
    body = {"act": before["view"]["moves"][0]["act"], "mark": before["mark"]}
    first, second = (
        client.post(f"/api/play/{code}/choose", headers=seat, json=body) for _ in range(2)
    )
    assert first.status_code == 200
    assert second.status_code == 409 and "look again" in second.json()["message"]
    described("/api/play/{code}/choose", "POST", second)


def test_each_may_do_what_its_seat_may(client: Any) -> None:
    game = start(client, people=["us"], stepped=True)
    code, facilitator = game["code"], {"x-seat": game["facilitator"]}
    us = sit(client, code, "us")
    for what in ("step", "undo"):
        assert client.post(f"/api/play/{code}/{what}", headers=us).status_code == 403
    assert client.get(f"/api/play/{code}/review", headers=us).status_code == 409
    assert client.get(f"/api/play/{code}/log", headers=us).status_code == 409
    act = seen(client, code, facilitator)["view"]["injectable"][0]["act"]
    # The model's move is not made in a person's name.
    made = client.post(f"/api/play/{code}/choose", headers=facilitator, json={"act": act})
    assert made.status_code == 403
    found = client.post(f"/api/play/{code}/inject", headers=facilitator, json={"act": act})
    assert found.status_code == 200
    assert ",facilitator" in client.get(f"/api/play/{code}/log", headers=facilitator).text
    assert choose(client, code, us).status_code == 200
    assert client.post(f"/api/play/{code}/undo", headers=facilitator).status_code == 200
    review = client.get(f"/api/play/{code}/review", headers=facilitator)
    assert described("/api/play/{code}/review", "GET", review)["points"]


def test_whoever_loses_a_seat_sees_no_more(client: Any) -> None:
    code = start(client)["code"]
    lost = sit(client, code, "us")
    assert client.post(f"/api/play/{code}/join", json={"seat": "us"}).status_code == 409
    assert client.post(f"/api/play/{code}/free", json={"seat": "us"}).status_code == 200
    for what in ("view", "events", "log", "review"):
        assert client.get(f"/api/play/{code}/{what}", headers=lost).status_code == 403
    new = sit(client, code, "us")
    assert seen(client, code, new)["view"]["seat"] == "us"


def test_games_are_listed_and_forgotten(client: Any) -> None:
    code = start(client, facilitator=False)["code"]
    seats = client.get(f"/api/play/{code}").json()["seats"]
    assert [s["seat"] for s in seats] == ["neighbor", "us"]
    listed = described("/api/play", "GET", client.get("/api/play"))["games"]
    assert code in [g["code"] for g in listed]
    gone = client.delete(f"/api/play/{code}")
    assert described("/api/play/{code}", "DELETE", gone)["code"] == code
    assert client.get(f"/api/play/{code}").status_code == 404
    assert client.delete(f"/api/play/{code}").status_code == 404


def test_what_can_be_chosen_before_a_game(client: Any) -> None:
    found = client.get("/api/players/signal")
    players = described("/api/players/{crisis}", "GET", found)["players"]
    assert [p["player"] for p in players] == ["neighbor", "us"]
    assert [t["type"] for t in players[0]["types"]] == ["seize", "bluff"]
    code = start(client, types={"neighbor": "bluff"})["code"]
    assert seen(client, code, sit(client, code, "neighbor"))["view"]["type"] == "bluff"
    wrong = client.post("/api/play", json={**BOTH, "types": {"neighbor": "bluf"}})
    assert wrong.status_code == 409 and "did you mean 'bluff'" in wrong.json()["message"]


# --- many at once


@pytest.fixture(scope="module")
def play_load() -> ModuleType:
    path = Path(__file__).parents[2] / "bench" / "play_load.py"
    spec = importlib.util.spec_from_file_location("play_load", path)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["play_load"] = made
    spec.loader.exec_module(made)
    return made


def test_ten_play_at_once_the_server_is_killed_and_nobody_sees_too_much(
    play_load: ModuleType,
) -> None:
    """The bench of fifty players in ten games, smaller."""
    found = play_load.measured(2, kill=True, seed=1)
    assert found["moves"] == 2 * 2 * 5 or found["lost_connections"]
    assert found["answers"] > 60 and found["doors_that_stayed_shut"] == 140
    assert found["leaks"] == found["doors_that_opened"] == found["unexpected"] == []


def test_the_search_for_leaks_finds_one(tmp_path: Path, play_load: ModuleType) -> None:
    """What one seat saw, given to another: by the engine, and by words alone."""
    hall = Hall(tmp_path)
    table = hall.start(loads(play_load.crisis()), Seats(people=play_load.PLAYERS, seed=4))
    while not table.session.over:
        table.choose(table.session.waits_for, next(iter(table.session.menu())))
        if len(table.session.events) == 2:  # before the end, which shows itself to all alike
            views = {s: view(table.session, s) for s in (*play_load.PLAYERS, "facilitator")}
    texts = {s: json.dumps({"view": json.loads(v.model_dump_json())}) for s, v in views.items()}

    def search(seat: str, text: str) -> list[str]:
        kept = play_load.Kept(answers=[(table.code, seat, text)])
        found: list[str] = play_load.leaks(tmp_path, [table.code], kept)
        return found

    for seat in play_load.PLAYERS:
        assert search(seat, texts[seat]) == []
        assert any("no view of its own" in line for line in search(seat, texts["facilitator"]))
    assert any("secretly arms ada" in line for line in search("ben", texts["ada"]))
