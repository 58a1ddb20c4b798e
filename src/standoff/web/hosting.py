"""Games as their host handles them: started, listed, forgotten, made records. Guests may not."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from anyio import to_thread

from standoff.play.play_models import GameRow, PlayedGames
from standoff.web.endpoint import Call, Endpoint
from standoff.web.faults import Refusal
from standoff.web.models import Made
from standoff.web.play_models import (
    GameAsRecord,
    GamePart,
    JoinGame,
    PlayerPart,
    PlayersPart,
    StartedGame,
    StartGame,
    TypeChoice,
)
from standoff.web.playing import FACILITATOR, get_game, host_only, in_thread

if TYPE_CHECKING:
    from standoff.play.log import KeptGame

MOST_GAMES = 500


async def post_play(call: Call) -> StartedGame:
    """Start a game."""
    host_only(call)
    ask: StartGame = call.body
    files = await to_thread.run_sync(call.bench.crises.yaml, ask.crisis)

    def start() -> StartedGame:
        from standoff.play.session import Seats
        from standoff.scenario.loading import loads_files

        hall = call.bench.hall
        if len(hall.log.games()) >= MOST_GAMES:
            raise Refusal("full", f"there are {MOST_GAMES} games already: remove some", 409)
        # Long enough that nobody finds out what was drawn by trying all seeds.
        seed = secrets.randbits(96) if ask.seed is None else ask.seed
        seats = Seats(
            people=tuple(dict.fromkeys(ask.people)), policy=dict(ask.policy),
            types=dict(ask.types), stepped=ask.stepped, seed=seed,
            facilitator=ask.facilitator or ask.stepped,
        )  # fmt: skip
        scenario = loads_files(files)
        if FACILITATOR in scenario.actors:  # its seat would be taken for the one that sees all
            raise Refusal("refused", f"an actor called {FACILITATOR} can't be played", 409)
        table = hall.start(scenario, seats, precision=ask.precision)
        token = hall.join(table.code, FACILITATOR).token if seats.facilitator else ""
        return StartedGame(code=table.code, facilitator=token)

    return await in_thread(start)


async def get_players(call: Call) -> PlayersPart:
    """Who can be played in a crisis."""
    host_only(call)
    crisis = call.place("crisis")
    files = await to_thread.run_sync(call.bench.crises.yaml, crisis)

    def look() -> PlayersPart:
        from standoff.scenario.dates import calendar
        from standoff.scenario.loading import loads_files
        from standoff.scenario.names import Names

        scenario = loads_files(files)
        return PlayersPart(
            crisis=crisis,
            title=scenario.title,
            summary=scenario.summary,
            rounds=len(calendar(scenario.clock).rounds),
            players=[
                PlayerPart(
                    player=player,
                    name=scenario.actors[player].name or player,
                    types=[
                        TypeChoice(type=kind, name=about.label or kind)
                        for kind, about in scenario.actors[player].types.items()
                    ],
                    objectives=[
                        one.label or name.replace("_", " ")
                        for name, one in scenario.objectives.get(player, {}).items()
                    ],
                )
                for player in Names(scenario).players
            ],
        )

    return await in_thread(look)


async def get_play(call: Call) -> PlayedGames:
    """Games that are kept."""
    host_only(call)

    def look() -> PlayedGames:
        return PlayedGames(games=[_row(kept) for kept in call.bench.hall.log.games()])

    return await in_thread(look)


async def delete_game(call: Call) -> GameRow:
    """Forget a game, also one that can't be picked up any more."""
    host_only(call)

    def remove() -> GameRow:
        found = _row(call.bench.hall.log.game(call.place("code")))
        call.bench.hall.remove(found.code)
        return found

    return await in_thread(remove)


async def post_free(call: Call) -> GamePart:
    """Let somebody else have a seat: whoever sat there loses it."""
    host_only(call)
    ask: JoinGame = call.body
    await to_thread.run_sync(call.bench.hall.log.free, call.place("code"), ask.seat)
    return await get_game(call)


async def post_record(call: Call) -> Made:
    """A copy of the crisis whose record is the game."""
    host_only(call)
    ask: GameAsRecord = call.body

    def make() -> Made:
        from standoff.play.record import with_record
        from standoff.scenario.write import to_yaml

        table = call.bench.hall.table(call.place("code"))
        with table.lock:
            scenario = with_record(table.session)
        text = to_yaml(scenario.model_copy(update={"id": ask.as_}))
        call.bench.crises.add(ask.as_, {f"{ask.as_}.yaml": text})
        return Made(id=ask.as_)

    return await in_thread(make)


def _row(kept: KeptGame) -> GameRow:
    return GameRow(
        code=kept.code, scenario=kept.scenario, started=kept.started, moves=kept.moves,
        over=bool(kept.ending), ending=kept.ending,
    )  # fmt: skip


ENDPOINTS = (
    Endpoint("POST", "/api/play", post_play, "Start a game", StartedGame, StartGame,
             faults=(404, 409), status=201),
    Endpoint("GET", "/api/players/{crisis}", get_players, "Who can be played", PlayersPart,
             faults=(409, 422)),
    Endpoint("GET", "/api/play", get_play, "Games that are kept", PlayedGames, faults=(409,)),
    Endpoint("DELETE", "/api/play/{code}", delete_game, "Forget a game", GameRow,
             faults=(409, 422)),
    Endpoint("POST", "/api/play/{code}/free", post_free, "Free a seat", GamePart, JoinGame,
             faults=(409,)),
    Endpoint("POST", "/api/play/{code}/record", post_record, "A crisis with the game as its record",
             Made, GameAsRecord, faults=(409,), status=201),
)  # fmt: skip
