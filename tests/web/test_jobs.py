"""Solves as jobs: asked once, followed, superseded, stopped, found again after a restart."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from standoff.assess import assess
from standoff.assess.models import Assessment
from standoff.scenario.loading import load
from standoff.web.crises import Crises
from strategies.workbenches import Served, finished, opened, served

QUICK = {"crisis": "signal", "variants": 8}
LONG = {"crisis": "signal", "variants": 20_000, "form": True}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with opened(tmp_path_factory.mktemp("jobs")) as found:
        yield found


def solve(client: Any, **more: Any) -> dict[str, Any]:
    made = client.post("/api/solve", json={**QUICK, **more})
    assert made.status_code == 202, made.text
    return made.json()  # type: ignore[no-any-return]


def test_what_a_job_finds_is_what_the_command_finds(client: Any) -> None:
    job = solve(client, settings={"fight": "0.5"}, seed=3)
    assert finished(client, job["id"])["state"] == "done"
    found = Assessment.model_validate_json(client.get(f"/api/assessment/{job['id']}").text)
    same = assess("signal", variants=8, seed=3, settings={"fight": "0.5"}, form=False)
    assert found == same
    assert job["command"].startswith("standoff assess signal --set fight=0.5 --variants 8 --seed 3")
    space: dict[str, Any] = {}
    exec(job["python"], space)
    assert space["note"] == same


def test_the_same_question_is_the_same_job(client: Any) -> None:
    job = solve(client)
    finished(client, job["id"])
    again = solve(client)
    assert (again["id"], again["state"]) == (job["id"], "done")
    text = Crises(Path("nowhere")).yaml("signal")
    commented = {name: f"# only a comment\n{held}" for name, held in text.items()}
    other = client.post("/api/solve", json={"files": commented, "variants": 8}).json()
    assert other["id"] == job["id"]
    assert solve(client, seed=1)["id"] != job["id"]
    assert solve(client, settings={"fight": "1"})["id"] != job["id"]


def test_the_command_of_ones_own_crisis_names_its_folder(client: Any) -> None:
    client.post("/api/library/duplicate", json={"crisis": "signal", "as": "mine"})
    job = client.post("/api/solve", json={"crisis": "mine", "variants": 4}).json()
    assert finished(client, job["id"])["state"] == "done"
    place = job["command"].split()[2]
    assert load(Path(place)).id == "mine"


def test_a_scenario_with_errors_is_told_at_once(client: Any) -> None:
    broken = client.post("/api/solve", json={"files": {"a.yaml": "standoff: 1\nid: a\n"}})
    assert broken.status_code == 422
    assert any(p["code"] == "missing-key" for p in broken.json()["problems"])
    unknown = client.post("/api/solve", json={**QUICK, "settings": {"figth": "1"}})
    assert unknown.status_code == 422 and unknown.json()["problems"][0]["nearest"] == "fight"
    stale = client.post("/api/solve", json={**QUICK, "revision": "old"})
    assert stale.status_code == 409
    both = client.post("/api/solve", json={**QUICK, "files": {"a.yaml": ""}})
    assert both.status_code == 422


def test_what_can_only_be_seen_while_solving_fails_the_job(client: Any) -> None:
    job = solve(client, **{"for": "nobody"})
    found = finished(client, job["id"])
    assert found["state"] == "failed"
    assert found["fault"]["problems"][0]["code"] == "unknown-actor"
    assert client.get(f"/api/assessment/{job['id']}").status_code == 409


def test_a_newer_request_in_the_slot_stops_the_older(client: Any) -> None:
    older = solve(client, **LONG, slot="page")
    newer = solve(client, seed=11, slot="page")
    assert client.get(f"/api/jobs/{older['id']}").json()["state"] == "stopped"
    assert finished(client, newer["id"])["state"] == "done"
    assert client.get(f"/api/jobs/{older['id']}").json()["state"] == "stopped"


def test_a_job_that_two_slots_wait_for_goes_on(client: Any) -> None:
    shared = solve(client, **{**LONG, "seed": 5}, slot="one")
    assert solve(client, **{**LONG, "seed": 5}, slot="two")["id"] == shared["id"]
    solve(client, seed=12, slot="one")
    assert client.get(f"/api/jobs/{shared['id']}").json()["state"] in ("waiting", "running")
    solve(client, seed=13, slot="two")
    assert client.get(f"/api/jobs/{shared['id']}").json()["state"] == "stopped"


def test_a_stopped_job_can_be_asked_again(client: Any) -> None:
    job = solve(client, **LONG, slot="")
    assert client.delete(f"/api/jobs/{job['id']}").json()["state"] == "stopped"
    assert client.get(f"/api/assessment/{job['id']}").status_code == 409
    assert client.post(f"/api/jobs/{job['id']}").json()["state"] in ("waiting", "running")
    assert client.delete(f"/api/jobs/{job['id']}").json()["state"] == "stopped"
    listed = client.get("/api/jobs").json()["jobs"]
    assert job["id"] in [one["id"] for one in listed]


def test_note_and_charts_of_a_job(client: Any) -> None:
    job = solve(client, variants=16)["id"]
    finished(client, job)
    page = client.get(f"/api/note/{job}.html")
    assert page.headers["content-type"].startswith("text/html")
    assert "A mobilization on the border" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "script-src" not in policy
    assert page.headers["content-security-policy"].count("frame-ancestors 'self'") == 1
    assert client.get(f"/api/note/{job}.pdf").content.startswith(b"%PDF")
    kept = client.get(f"/api/note/{job}.md?download=true&short=true")
    assert kept.headers["content-disposition"] == 'attachment; filename="signal.md"'
    assert len(kept.text) < len(client.get(f"/api/note/{job}.md").text)
    charts = client.get(f"/api/charts/{job}").json()["charts"]
    assert charts
    for chart in charts:
        spec = client.get(f"/api/charts/{job}/{chart['id']}").json()
        assert "vega-lite" in spec["$schema"]
    assert client.get(f"/api/charts/{job}/nothing").status_code == 404
    assert client.get("/api/note/" + "0" * 24 + ".html").status_code == 404


def test_a_worker_that_is_killed_takes_nobody_along(client: Any) -> None:
    job = solve(client, **{**LONG, "seed": 21})
    app = client.app.app
    process = app.state.bench.worker.process
    assert process is not None
    os.kill(process, signal.SIGKILL)
    found = finished(client, job["id"])
    assert found["state"] == "failed" and "stopped" in found["fault"]["message"]
    after = solve(client, seed=22)
    assert finished(client, after["id"])["state"] == "done"
    assert app.state.bench.worker.process not in (None, process)


# --- events, from a real process


def events(
    server: Served, job: str, after: int | None = None, most: int = 1000
) -> list[dict[str, Any]]:
    """The events of a job until its stream ends, or the first few."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = dict(server.bearer)
    if after is not None:
        headers["last-event-id"] = str(after)
    line.request("GET", f"/api/jobs/{job}/events", headers=headers)
    response = line.getresponse()
    assert response.headers["content-type"].startswith("text/event-stream")
    found: list[dict[str, Any]] = []
    number = -1
    for raw in response:
        text = raw.decode().rstrip("\n")
        if text.startswith("id: "):
            number = int(text[4:])
        elif text.startswith("data: "):
            found.append({**json.loads(text[6:]), "number": number})
            if len(found) >= most:
                break
    line.close()
    return found


def call(server: Served, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {**server.bearer, "content-type": "application/json"}
    line.request(method, path, body=None if body is None else json.dumps(body), headers=headers)
    found = json.loads(line.getresponse().read())
    line.close()
    return found


def waited(server: Served, job: str) -> dict[str, Any]:
    while (found := call(server, "GET", f"/api/jobs/{job}"))["state"] in ("waiting", "running"):
        time.sleep(0.05)
    return found  # type: ignore[no-any-return]


def test_events_go_on_after_a_reload_and_results_after_a_restart(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        job = call(server, "POST", "/api/solve", {"crisis": "signal", "variants": 64})["id"]
        first = events(server, job, most=2)  # then the page is reloaded
        rest = events(server, job, after=first[-1]["number"])
        numbers = [e["number"] for e in (*first, *rest)]
        assert numbers == sorted(set(numbers))
        assert rest[-1]["state"] == "done"
        stages = {e["stage"] for e in (*first, *rest)}
        assert len(stages) > 2
        # Who asks again after the end is told the end, and does not ask for ever.
        assert [e["state"] for e in events(server, job, after=rest[-1]["number"])] == ["done"]
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        line.request("HEAD", f"/api/jobs/{job}/events", headers=server.bearer)
        head = line.getresponse()
        assert (head.status, head.read()) == (200, b"")
        line.close()
        long = call(server, "POST", "/api/solve", dict(LONG))["id"]
        port, text = server.port, call(server, "GET", f"/api/assessment/{job}")
        server.end(signal.SIGKILL)
    with served(tmp_path, port=port) as server:
        assert call(server, "GET", f"/api/assessment/{job}") == text
        for number in (0, 1, 2, 500):  # a number of the server before may be ours by chance
            assert [e["state"] for e in events(server, job, after=number)] == ["done"]
        left = call(server, "GET", f"/api/jobs/{long}")
        assert left["state"] == "stopped" and "ask again" in left["stage"]
        # A page that had followed it under a larger number is told where things stand.
        assert events(server, long, after=500)[0]["state"] == "stopped"
        assert call(server, "POST", f"/api/jobs/{long}")["state"] in ("waiting", "running")
        call(server, "DELETE", f"/api/jobs/{long}")
        assert waited(server, long)["state"] == "stopped"


def test_an_open_stream_does_not_keep_the_server_from_stopping(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        job = call(server, "POST", "/api/solve", dict(LONG))["id"]
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        line.request("GET", f"/api/jobs/{job}/events", headers=server.bearer)
        response = line.getresponse()
        assert response.readline()
        code, said = server.end(signal.SIGINT)
        response.read()  # ended, not cut
        line.close()
    assert code == 130 and "Traceback" not in said


def test_the_process_that_solves_ends_with_the_server(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        call(server, "POST", "/api/solve", dict(LONG))
        children = [
            int(p.name)
            for p in Path("/proc").iterdir()
            if p.name.isdigit() and parent_of(p) == server.process.pid
        ]
        server.end(signal.SIGKILL)
    if not children:
        pytest.skip("processes are found in /proc")
    for _ in range(200):
        if not any(alive(child) for child in children):
            return
        time.sleep(0.05)
    raise AssertionError("a process is left behind")


def parent_of(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return -1


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
