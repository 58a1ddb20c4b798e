"""Many people playing at once over the network: ``python bench/play_load.py``.

Starts `standoff serve` as a process, brings in a crisis of five players who hide most of what they
do, and plays games on it with five people each (fifty in ten games by default), every one a guest
who came in by the game's code, beside a facilitator. With `--kill` the server is killed in the
middle and started again.

Every answer that anybody got is kept. Afterwards each is compared with the views that the engine
computes along the game as it was logged: an answer that is none of its seat's own views is a leak,
and so is a word of a move or a type that the seat can't know. Everybody also tries doors that
should be shut. Prints JSON; the exit code is 1 where anything was seen that should not have been.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

PLAYERS = ("ada", "ben", "cem", "dov", "eve")
NEXT = dict(zip(PLAYERS, (*PLAYERS[1:], PLAYERS[0]), strict=True))
PATIENCE = 60.0


def crisis() -> str:
    """Five players in a ring, each with a move that arms and one that rests, which nobody else can
    tell apart; two may whisper to the next in the ring instead, which shows alike to the others.
    The last two of each round move at once.
    """

    def moves(who: str, every: bool) -> str:
        hidden = "seen_by: nobody, seen_as: noise"
        lines = [
            f"      hide: {{label: secretly arms {who}, then: {{{who}_armed: true}}, {hidden}}}",
            f"      rest: {{label: quietly rests {who}, {hidden}}}",
        ]
        if every:
            lines.append(
                f"      whisper: {{label: whispers of {who}, seen_by: [{NEXT[who]}], "
                "seen_as: noise}"
            )
        return "\n".join(lines)

    def together(*both: str) -> str:
        parts = "\n".join(
            f"      - actor: {who}\n        moves:\n"
            + "\n".join("    " + line for line in moves(who, False).splitlines())
            for who in both
        )
        return f"  - id: at_once\n    together:\n{parts}"

    ada, ben, cem, dov, eve = PLAYERS
    turns = "\n".join(
        f"  - id: {who}_moves\n    label: what {who} does\n    actor: {who}\n    moves:\n"
        f"{moves(who, who in (ada, ben))}"
        for who in (ada, ben, cem)
    )
    actors = "\n".join(
        f"  {who}: {{name: {who.title()}, types: {{{who}_bold: {{label: {who} the bold}}, "
        f"{who}_meek: {{label: {who} the meek}}}}}}"
        if who in (ada, eve)
        else f"  {who}: {{name: {who.title()}}}"
        for who in PLAYERS
    )
    state = "\n".join(
        f"  {who}_armed: {{start: false, seen_by: [{who}], label: arsenal of {who}}}"
        for who in PLAYERS
    )
    objectives = "\n".join(
        f"  {who}:\n    arms: {{label: arms of {who}, value: {who}_armed, weight: "
        + (f"{{{who}_bold: 1, {who}_meek: 0.2}}" if who in (ada, eve) else "0.5")
        + f"}}\n    calm: {{label: calm of {who}, value: -0.6 * {NEXT[who]}_armed}}"
        for who in PLAYERS
    )
    return f"""standoff: 1
id: ring
title: Five in a ring
summary: Each may arm in secret.
clock: {{start: 2031-03-03, step: 1, rounds: 2}}
actors:
{actors}
state:
{state}
turns:
{turns}
{together(dov, eve)}
objectives:
{objectives}
"""


class Server:
    """`standoff serve` as a process that may be killed and comes back at the same port."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.port = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-c", "from standoff.cli.main import run; run()", "serve"]
        more = ["--no-browser", "--workspace", str(self.workspace), "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, *more], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        parts = urlsplit(self.process.stdout.readline().strip())
        self.port = parts.port or 0
        self.base = f"http://127.0.0.1:{self.port}"
        self.token = parse_qs(parts.query)["token"][0]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@dataclass
class Kept:
    """What was measured and seen."""

    answers: list[tuple[str, str, str]] = field(default_factory=list)
    """(Code, seat, text) of every view that anybody got."""
    choices: list[float] = field(default_factory=list)
    """Seconds that each choice took."""
    open_doors: list[str] = field(default_factory=list)
    """What should have been refused."""
    shut_doors: int = 0
    broken: int = 0
    """Requests that found no server, and were made again."""
    other: list[str] = field(default_factory=list)
    """Answers that nobody expected."""
    moves: int = 0


@dataclass
class Person:
    """Somebody at the table."""

    base: str
    code: str
    seat: str
    kept: Kept
    token: str = ""
    client: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.AsyncClient(base_url=self.base, timeout=PATIENCE)

    async def ask(self, method: str, what: str, **more: Any) -> httpx.Response:
        """Ask until there is an answer: the server may be gone for a while."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                found = await self.client.request(
                    method, f"/api/play/{self.code}{what}", headers={"x-seat": self.token}, **more
                )
            except httpx.TransportError:
                self.kept.broken += 1
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.3)
                continue
            if found.status_code == 503:
                await asyncio.sleep(0.3)
                continue
            return found

    async def sit(self) -> None:
        """Come in by the code and take the seat, as a guest."""
        found = await self.client.get(f"/join/{self.code}")
        assert found.status_code == 303, found.text
        place = await self.ask("POST", "/join", json={"seat": self.seat})
        assert place.status_code == 201, place.text
        self.token = place.json()["token"]

    async def play(self, rng: random.Random) -> None:
        """Watch, and choose when it is one's turn, until play is over."""
        mark = ""
        while True:
            found = await self.ask("GET", "/events", params={"mark": mark})
            seen = self._keep(found)
            mark = seen["mark"]
            while seen["view"]["moves"] and self.seat != "facilitator":
                act = rng.choice(seen["view"]["moves"])["act"]
                begun = time.perf_counter()
                found = await self.ask("POST", "/choose", json={"act": act, "mark": mark})
                if found.status_code == 409:  # made before the server was killed, answer lost
                    seen = self._keep(await self.ask("GET", "/view"))
                else:
                    self.kept.choices.append(time.perf_counter() - begun)
                    self.kept.moves += 1
                    seen = self._keep(found)
                mark = seen["mark"]
            if seen["view"]["over"]:
                break
        review = await self.ask("GET", "/review")
        if review.status_code != 200:
            self.kept.other.append(review.text)

    async def snoop(self, elsewhere: str) -> None:
        """Try what a player, and a guest, must not."""
        tries = [
            ("GET", f"/api/play/{self.code}/review", {}),
            ("GET", f"/api/play/{self.code}/log", {}),
            ("POST", f"/api/play/{self.code}/step", {}),
            ("POST", f"/api/play/{self.code}/undo", {}),
            ("POST", f"/api/play/{self.code}/inject", {"json": {"act": "x"}}),
            ("POST", f"/api/play/{self.code}/join", {"json": {"seat": "facilitator"}}),
            ("POST", f"/api/play/{self.code}/free", {"json": {"seat": "ada"}}),
            ("POST", f"/api/play/{self.code}/record", {"json": {"as": "stolen"}}),
            ("DELETE", f"/api/play/{self.code}", {}),
            ("GET", f"/api/play/{elsewhere}/view", {}),
            ("GET", f"/api/play/{elsewhere}", {}),
            ("GET", "/api/play", {}),
            ("GET", "/api/library", {}),
            ("GET", "/api/scenario/ring", {}),
        ]
        for method, path, more in tries:
            found = await self.client.request(method, path, headers={"x-seat": self.token}, **more)
            if found.status_code in (401, 403, 409):
                self.kept.shut_doors += 1
            else:
                self.kept.open_doors.append(f"{method} {path}: {found.status_code}")

    def _keep(self, found: httpx.Response) -> dict[str, Any]:
        if found.status_code != 200:
            self.kept.other.append(f"{found.status_code} {found.text}")
            raise RuntimeError(found.text)
        self.kept.answers.append((self.code, self.seat, found.text))
        seen: dict[str, Any] = found.json()
        return seen


async def load(server: Server, games: int, kept: Kept, *, kill: bool, seed: int) -> list[str]:
    """Play the games all at once; their codes."""
    host = httpx.AsyncClient(
        base_url=server.base, timeout=120, headers={"authorization": f"Bearer {server.token}"}
    )
    made = await host.post("/api/library/import", json={"files": {"ring.yaml": crisis()}})
    assert made.status_code == 201, made.text
    people: list[Person] = []
    codes = []
    for _ in range(games):
        found = await host.post(
            "/api/play", json={"crisis": "ring", "people": list(PLAYERS), "facilitator": True}
        )
        assert found.status_code == 201, found.text
        game = found.json()
        codes.append(game["code"])
        people += [Person(server.base, game["code"], seat, kept) for seat in PLAYERS]
        watcher = Person(server.base, game["code"], "facilitator", kept, game["facilitator"])
        watcher.client.headers.update(host.headers)
        people.append(watcher)
    players = [p for p in people if p.seat != "facilitator"]
    await asyncio.gather(*(p.sit() for p in players))
    await asyncio.gather(*(p.snoop(codes[(codes.index(p.code) + 1) % games]) for p in players))
    tasks = [
        asyncio.ensure_future(p.play(random.Random(f"{seed} {i}"))) for i, p in enumerate(people)
    ]
    if kill:
        while kept.moves < games * 3 and not all(t.done() for t in tasks):
            await asyncio.sleep(0.01)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
    await asyncio.gather(*tasks)
    for p in people:
        await p.client.aclose()
    await host.aclose()
    return codes


def leaks(workspace: Path, codes: list[str], kept: Kept) -> list[str]:
    """Answers that say more than their seat's own view, by the log and the engine."""
    from standoff.play.hall import Hall
    from standoff.play.session import Session
    from standoff.play.views import view

    hall, found = Hall(workspace), []
    for code in codes:
        session = hall.table(code).session
        events = [told.event for told in hall.log.events(code)]
        own: dict[str, list[Any]] = {seat: [] for seat in (*PLAYERS, "facilitator")}
        for length in range(len(events) + 1):
            # One at a time: a session of no events would run on by itself.
            session.events, session.node = [], 0
            session._settle_roots()
            for event in events[:length]:
                session._take(event)
            for seat, views in own.items():
                views.append(json.loads(view(session, seat).model_dump_json()))
        assert isinstance(session, Session) and session.over
        hidden = {e: i for i, e in enumerate(_acts(hall, code))}
        for at, seat, text in kept.answers:
            if at != code:
                continue
            said = json.loads(text)["view"]
            if said not in own[seat]:
                found.append(f"{code} {seat}: no view of its own: {text[:300]}")
            if seat != "facilitator":
                found += [f"{code} {seat}: {w}" for w in _words(seat, text, said, hidden)]
    return found


def _acts(hall: Any, code: str) -> list[str]:
    return [told.act for told in hall.log.events(code)]


def _words(seat: str, text: str, said: dict[str, Any], made: dict[str, int]) -> list[str]:
    """Words in an answer that the seat can't know, by the crisis as it is written: independent of
    how the engine decides what is seen.
    """
    found = []
    for other in PLAYERS:
        if other == seat:
            continue
        forbidden = [
            f"secretly arms {other}", f"quietly rests {other}", f"arsenal of {other}",
            f"{other} the bold", f"{other} the meek", f"{other}.", f"arms of {other}",
        ]  # fmt: skip
        if NEXT[other] != seat:
            forbidden.append(f"whispers of {other}")
        found += [word for word in forbidden if word in text]
    for line in said["news"]:
        if line["kind"] == "move" and line["actor"] not in PLAYERS:
            found.append(f"a move of nobody: {line}")
    return found


def measured(games: int, *, kill: bool, seed: int) -> dict[str, Any]:
    """Play, look for leaks, say what was found."""
    kept = Kept()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            begun = time.perf_counter()
            codes = asyncio.run(load(server, games, kept, kill=kill, seed=seed))
            took = time.perf_counter() - begun
            seen = leaks(Path(folder), codes, kept)
        finally:
            server.kill()
    tenth = statistics.quantiles(kept.choices, n=20)
    return {
        "games": games, "people": games * len(PLAYERS), "killed": kill, "seconds": round(took, 1),
        "moves": kept.moves, "answers": len(kept.answers), "lost_connections": kept.broken,
        "choice_ms_median": round(1000 * statistics.median(kept.choices), 1),
        "choice_ms_95": round(1000 * tenth[-1], 1),
        "doors_that_stayed_shut": kept.shut_doors, "doors_that_opened": kept.open_doors,
        "unexpected": kept.other, "leaks": seen,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=10, help="with five people each")
    parser.add_argument("--kill", action="store_true", help="kill the server in the middle")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    found = measured(given.games, kill=given.kill, seed=given.seed)
    print(json.dumps(found, indent=1))
    raise SystemExit(
        1 if found["leaks"] or found["doors_that_opened"] or found["unexpected"] else 0
    )


if __name__ == "__main__":
    main()
