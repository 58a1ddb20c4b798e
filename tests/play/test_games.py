"""Games from start to end: seats, events, taking back, picking up again, the review, the record."""

from __future__ import annotations

import csv
import io
import os
import signal as signals
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff.assess.chain import chain
from standoff.errors import Unfinished
from standoff.game.game import CHANCE
from standoff.play.board import Board, board
from standoff.play.hall import Hall, mark
from standoff.play.record import as_record, with_record
from standoff.play.reviewing import review
from standoff.play.session import PlayError, Seats, Session
from standoff.play.views import FACILITATOR, view
from standoff.scenario import load
from strategies.crises import crises


@pytest.fixture(scope="module")
def cuba() -> Board:
    return board(load("cuba-1962"))


@pytest.fixture(scope="module")
def small() -> Board:
    return board(load("signal"))


def play_out(session: Session, seed: int = 0) -> None:
    rng = np.random.default_rng(seed)
    while not session.over:
        waits = session.waits_for
        if waits == FACILITATOR:
            session.step()
            continue
        assert waits is not None
        menu = list(session.menu())
        session.choose(waits, menu[rng.integers(len(menu))])


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(crises(most=200), st.integers(0, 5), st.booleans())
def test_any_game_ends_is_the_same_again_and_makes_a_record(scenario, seed, stepped) -> None:
    try:
        made = board(scenario)
    except Unfinished:
        return
    seats = Seats(people=made.players[:1], stepped=stepped, seed=seed)
    session = Session(made, seats)
    play_out(session, seed)
    again = Session(made, seats, session.events)
    assert (again.node, again.profile, again.over) == (session.node, session.profile, True)
    found = review(session)
    assert all(p.cost is None or p.cost >= 0 for p in found.points)
    for point in found.points:
        np.testing.assert_allclose(sum(a.odds for a in point.alternatives), 1.0, atol=1e-9)
        assert point.act in [a.act for a in point.alternatives]
    try:
        sight = chain(with_record(session), variants=4).sight
    except (Unfinished, PlayError):
        return
    # The history that was played is among those that its record leaves.
    node, reached = session.node, set()
    while node >= 0:
        reached.add(node)
        node = int(made.game.parent[node])
    standing, mass = sight.standing(sight.present)
    here = np.isin(standing, list(reached))
    assert here.any()
    assert (mass[here].sum(axis=0)[session.profile] > 0).any()


def test_the_same_seed_gives_the_same_game_and_others_differ(cuba: Board) -> None:
    def ends(seed: int) -> tuple[int, int]:
        session = Session(cuba, Seats(people=(), seed=seed))
        return session.node, session.profile

    assert ends(3) == ends(3)
    assert len({ends(seed) for seed in range(12)}) > 6


def test_the_model_plays_the_equilibrium(small: Board) -> None:
    """Frequencies of the first move over many games, against the solution."""
    session = Session(small, Seats(people=("us",)))
    first = session.events[0].edge
    node = int(small.owner[first])
    edges = list(small.edges(node))
    counts = np.zeros((len(edges), small.game.n_profiles))
    for seed in range(3000):
        session = Session(small, Seats(people=("us",), seed=seed))
        counts[edges.index(session.events[0].edge), session.profile] += 1
    shares = counts.sum(axis=0) / counts.sum()
    np.testing.assert_allclose(shares, small.prior, atol=0.03)
    np.testing.assert_allclose(counts / counts.sum(axis=0), small.odds[edges], atol=0.05)


def test_a_named_type_is_kept_and_the_others_drawn(cuba: Board) -> None:
    kinds = set()
    for seed in range(20):
        session = Session(cuba, Seats(people=("usa",), types={"ussr": "trade"}, seed=seed))
        assert session.type_of("ussr") == "trade"
        kinds.add(session.type_of("usa"))
    assert kinds == {"firm", "cautious"}


def test_a_best_response_never_does_worse_than_the_equilibrium_expects(cuba: Board) -> None:
    session = Session(cuba, Seats(people=("usa",), policy={"ussr": "response"}, seed=1))
    play_out(session, 1)
    assert {e.who for e in session.events} >= {"person"}
    made = [e for e in session.events if e.who == "response"]
    for event in made:
        row = cuba.rows(np.array([event.edge]))[0, session.profile]
        assert cuba.response(cuba.players.index("ussr"))[row] == 1.0


def test_undo_goes_back_to_before_the_last_choice(cuba: Board) -> None:
    session = Session(cuba, Seats(people=("usa", "ussr"), seed=2))
    nodes = [session.node]
    for _ in range(4):
        menu = list(session.menu())
        session.choose(session.waits_for, menu[0])
        nodes.append(session.node)
    for expected in nodes[-2::-1]:
        session.undo()
        assert session.node == expected
    with pytest.raises(PlayError, match="nothing to take back"):
        session.undo()


def test_the_facilitator_steps_and_injects(cuba: Board) -> None:
    session = Session(cuba, Seats(people=("usa",), stepped=True, seed=5))
    assert session.waits_for == "usa"
    session.choose("usa", "quarantine")
    assert session.waits_for == FACILITATOR
    with pytest.raises(PlayError, match="isn't this player's turn"):
        session.choose("usa", "quarantine")
    shown = view(session, FACILITATOR)
    assert len(shown.injectable) > 1
    np.testing.assert_allclose(sum(shown.odds.values()), 1.0)
    rare = min(shown.odds, key=shown.odds.__getitem__)
    before = session.node
    session.inject(rare)
    path = [e for e in session.events if int(cuba.owner[e.edge]) == before]
    assert path[0].who == "facilitator"
    assert cuba.compiled.acts[cuba.compiled.edge_act[path[0].edge]].name == rare
    with pytest.raises(PlayError, match="did you mean"):
        session.inject(view(session, FACILITATOR).injectable[0].act + "x")


def test_complaints_name_what_would_do(cuba: Board) -> None:
    with pytest.raises(PlayError, match="did you mean 'ussr'"):
        Session(cuba, Seats(people=("usrr",)))
    with pytest.raises(PlayError, match="trade"):
        Session(cuba, Seats(people=("usa",), types={"ussr": "tradee"}))
    session = Session(cuba, Seats(people=("usa",)))
    with pytest.raises(PlayError, match="quarantine"):
        session.choose("usa", "quarantin")


def test_the_best_choices_cost_nothing_and_the_worst_most(cuba: Board) -> None:
    def cost(pick) -> float:
        session = Session(cuba, Seats(people=("usa",), seed=9))
        while not session.over:
            worth = cuba.worth(session.node, session.profile)
            edge = pick(worth, key=worth.__getitem__)
            names = {e: name for name, e in session.menu().items()}
            session.choose("usa", names[edge])
        return review(session).cost["usa"]

    assert cost(max) == 0.0
    assert cost(min) > 0.1


def test_the_review_knows_what_was_done_in_1962(cuba: Board) -> None:
    session = Session(cuba, Seats(people=("usa", "ussr"), seed=0))
    recorded = {a for acts in cuba.recorded.values() for a in acts}
    while not session.over and len(session.events) < 8:
        menu = session.menu()
        known = [a for a in menu if a in recorded]
        session.choose(session.waits_for, (known or list(menu))[0])
    points = review(session).points
    assert points[0].as_recorded is True
    assert points[0].record


def test_a_hall_keeps_games_over_a_restart(tmp_path: Path) -> None:
    scenario = load("cuba-1962")
    hall = Hall(tmp_path)
    table = hall.start(scenario, Seats(people=("usa", "ussr"), seed=3))
    mine, theirs = hall.join(table.code, "usa"), hall.join(table.code, "ussr")
    with pytest.raises(PlayError, match="taken"):
        hall.join(table.code, "usa")
    with pytest.raises(PlayError, match="no seat"):
        hall.join(table.code, "cuba")
    assert hall.seat_of(table.code, mine.token) == "usa"
    assert hall.seat_of(table.code, theirs.token) == "ussr"
    with pytest.raises(PlayError, match="doesn't hold a seat"):
        hall.seat_of(table.code, "guess")
    table.choose("usa", "quarantine")
    with pytest.raises(PlayError, match="when the game is over"):
        table.review("usa")
    shown = table.view("ussr")

    later = Hall(tmp_path)
    again = later.table(table.code.upper())
    assert again.view("ussr") == shown
    assert later.seat_of(table.code, mine.token) == "usa"
    assert later.seats(table.code) == {"usa": True, "ussr": True, "facilitator": False}
    play_out(again.session)
    # What is not written has not happened: the log knows the moves made through the table alone.
    assert len(later.log.events(table.code)) < len(again.session.events)


def test_what_cannot_be_kept_has_not_happened(tmp_path: Path, monkeypatch) -> None:
    table = Hall(tmp_path).start(load("signal"), Seats(people=("neighbor", "us")))
    before = table.view("neighbor")

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(table.log, "update", full)
    with pytest.raises(sqlite3.OperationalError):
        table.choose("neighbor", before.moves[0].act)
    assert table.view("neighbor") == before


def test_a_mark_stays_while_others_do_what_cannot_be_seen(cuba: Board) -> None:
    """Marks follow the view, so that an update says no more than the view does."""
    session = Session(cuba, Seats(people=("usa", "ussr"), seed=1))
    one = mark(view(session, "ussr"))
    session.choose("usa", "quarantine")
    assert mark(view(session, "ussr")) != one
    assert mark(view(session, "ussr")) == mark(view(session, "ussr"))


def test_csv_and_record(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    table = hall.start(load("signal"), Seats(people=("neighbor", "us"), seed=1))
    while not table.session.over:
        seat = table.session.waits_for
        table.choose(seat, next(iter(table.session.menu())))
    rows = list(csv.DictReader(io.StringIO(hall.log.as_csv(table.code))))
    assert [r["number"] for r in rows] == [str(i + 1) for i in range(len(rows))]
    assert {r["chosen_by"] for r in rows} <= {"person", "chance", "model"}
    items = as_record(table.session)
    assert items
    assert hall.log.games()[0].ending == table.session.ending
    hall.log.remove(table.code)
    assert not hall.log.games()
    with pytest.raises(PlayError, match="no game"):
        hall.log.game(table.code)


def test_another_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "play.sqlite") as db:
        db.execute("CREATE TABLE mine (x)")
    with pytest.raises(PlayError, match="no file of games"):
        Hall(tmp_path).log.remove("abcdef")
    (tmp_path / "play.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(PlayError, match="can't be used"):
        Hall(tmp_path).log.games()


def test_killed_in_the_middle_of_a_game(tmp_path: Path) -> None:
    """A process that plays on and on is killed; the game goes on where it stood."""
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from standoff.play.hall import Hall
        from standoff.play.session import Seats
        from standoff.scenario import load
        hall = Hall(Path(sys.argv[1]))
        table = hall.start(load("signal"), Seats(people=("neighbor", "us")))
        print(table.code, flush=True)
        while True:
            while not table.session.over:
                table.choose(table.session.waits_for, list(table.session.menu())[0])
            for _ in range(3):
                try:
                    table.undo()
                except Exception:
                    break
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    code = process.stdout.readline().strip()
    while not Hall(tmp_path).log.events(code):
        pass
    os.kill(process.pid, signals.SIGKILL)
    process.wait()
    hall = Hall(tmp_path)
    with sqlite3.connect(hall.log.path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    table = hall.table(code)
    while not table.session.over:
        table.choose(table.session.waits_for, next(iter(table.session.menu())))
    assert hall.log.game(code).ending == table.session.ending


def test_chance_is_drawn_by_its_odds(cuba: Board) -> None:
    seen: dict[int, list[int]] = {}
    for seed in range(400):
        session = Session(cuba, Seats(people=(), seed=seed))
        for event in session.events:
            node = int(cuba.owner[event.edge])
            if cuba.game.actor[node] == CHANCE and len(cuba.edges(node)) > 1:
                seen.setdefault(node, []).append(event.edge)
    node, edges = max(seen.items(), key=lambda one: len(one[1]))
    assert len(edges) > 60
    for edge in cuba.edges(node):
        share = edges.count(edge) / len(edges)
        assert abs(share - cuba.odds[edge, 0]) < 0.2
