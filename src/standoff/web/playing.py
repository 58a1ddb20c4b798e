"""Games that people play: joined by a code, each seat with its own sight. What the host alone may
do with them stands in `hosting`.

A guest (who has a game's code, not the workbench's token) gets no further than its game: see
`Guard._guest`. What a seat may see is decided in `standoff.play.views` alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from standoff.play.play_models import Review
from standoff.web.endpoint import Call, Endpoint
from standoff.web.faults import Refusal
from standoff.web.play_models import (
    ChooseMove,
    GamePart,
    JoinedGame,
    JoinGame,
    SeatPart,
    SeenGame,
    SinceMark,
)
from standoff.web.reachable import addresses

if TYPE_CHECKING:
    from standoff.play.hall import Hall, Table
    from standoff.web.access import Access

FACILITATOR = "facilitator"
PATIENCE = 20.0
"""Seconds that a question for news waits."""
LOOK = 0.1
"""Seconds between two looks at whether something happened."""
WAITING = 4
"""Questions for news that one seat may have open at once: a few tabs."""
_AT_ONCE = CapacityLimiter(16)
"""Threads of games, so that players who wait for a game to be solved don't hold up other pages."""
T = TypeVar("T")


async def get_game(call: Call) -> GamePart:
    """What everybody who has the code may know."""
    access: Access = call.request.scope["standoff.access"]
    host = not call.request.scope.get("standoff.guest")

    def look() -> GamePart:
        hall = call.bench.hall
        table = hall.table(call.place("code"))
        scenario = table.session.board.scenario
        return GamePart(
            code=table.code,
            crisis=scenario.id,
            title=scenario.title,
            summary=scenario.summary,
            seats=[
                SeatPart(
                    seat=seat,
                    name=(scenario.actors[seat].name or seat) if seat in scenario.actors else seat,
                    taken=taken,
                )
                for seat, taken in hall.seats(table.code).items()
            ],
            over=table.session.over,
            actors={name: one.name or name for name, one in scenario.actors.items()}
            | {name: one.name or name for name, one in scenario.audiences.items()},
            types={
                name: {kind: about.label or kind for kind, about in actor.types.items()}
                for name, actor in scenario.actors.items()
                if actor.types
            },
            host=host,
            join=[f"{base}/join/{table.code}" for base in addresses(access.host, access.port)]
            if host
            else [],
        )

    return await in_thread(look)


async def post_join(call: Call) -> JoinedGame:
    """Take a free seat."""
    ask: JoinGame = call.body
    if ask.seat == FACILITATOR:
        host_only(call)

    def join() -> JoinedGame:
        place = call.bench.hall.join(call.place("code"), ask.seat)
        return JoinedGame(code=place.code, seat=place.seat, token=place.token)

    return await in_thread(join)


async def get_view(call: Call) -> SeenGame:
    """What a seat sees now."""
    table, seat = await _seat(call)
    return await in_thread(lambda: _seen(table, seat))


async def get_events(call: Call) -> SeenGame:
    """What a seat sees as soon as that is something else than what it knows, or after a while."""
    table, seat = await _seat(call)
    if table.waiting[seat] >= WAITING:
        raise Refusal("busy", "this seat waits in too many pages", 503)
    closing: Any = call.request.scope.get("standoff.closing")
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    table.waiting[seat] += 1
    try:
        changes = table.changes
        found = await in_thread(lambda: _seen(table, seat))
        while found.mark == call.query.mark and loop.time() < until:
            if (closing is not None and closing.is_set()) or await call.request.is_disconnected():
                break
            await asyncio.sleep(LOOK)
            if table.changes != changes:
                await _seat(call)  # it may have been given to somebody else
                changes = table.changes
                found = await in_thread(lambda: _seen(table, seat))
    finally:
        table.waiting[seat] -= 1
    return found


async def post_choose(call: Call) -> SeenGame:
    """Make a move."""
    ask: ChooseMove = call.body

    def choose(table: Table, seat: str) -> None:
        if seat == FACILITATOR:  # in a stepped game it would pass for a player
            raise Refusal("players-only", "the facilitator makes things happen instead", 403)
        table.choose(seat, ask.act, ask.mark)

    return await _done(call, choose)


async def post_step(call: Call) -> SeenGame:
    """Let nature or the model go on."""
    return await _done(call, lambda table, seat: table.step(), facilitator=True)


async def post_inject(call: Call) -> SeenGame:
    """Decide what nature or the model does."""
    ask: ChooseMove = call.body
    return await _done(call, lambda table, seat: table.inject(ask.act, ask.mark), facilitator=True)


async def post_undo(call: Call) -> SeenGame:
    """Take back the last choice."""
    return await _done(call, lambda table, seat: table.undo(), facilitator=True)


async def get_review(call: Call) -> Review:
    """The game looked back upon."""
    table, seat = await _seat(call)
    return await in_thread(lambda: table.review(seat))


async def get_log(call: Call) -> Response:
    """The game as a table."""
    table, seat = await _seat(call)
    if seat != FACILITATOR and not table.session.over:
        raise Refusal("not-yet", "the log is for when the game is over", 409)
    text = await to_thread.run_sync(call.bench.hall.log.as_csv, table.code)
    headers = {"content-disposition": f'attachment; filename="game-{table.code}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


async def join_by_code(request: Request) -> Response:
    """The address that players are given: it lets them into their game and nowhere else."""
    access: Access = request.scope["standoff.access"]
    hall: Hall = request.app.state.bench.hall
    code = str(request.path_params["code"]).strip().lower()
    known = code.isascii() and code.isalnum() and len(code) == 6
    plain = "text/plain; charset=utf-8"
    if not access.codes.room:  # right ones too, or the answer would tell them from wrong ones
        words = "Too many wrong codes were tried. Wait a minute, then try again."
        return Response(words, 429, {"retry-after": "60"}, plain)
    if known:
        known = await to_thread.run_sync(hall.log.has, code)
    if not known:
        access.codes.told_wrong()
        return Response("There is no game with this code.", 404, media_type=plain)
    found = RedirectResponse(f"/play/{code}", 303)
    # Lax: whoever follows a link in a mail or a chat comes from another site, and is sent on.
    found.set_cookie(
        access.guest_cookie(code), access.guest(code), httponly=True, samesite="lax", path="/"
    )
    return found


# --- how


def host_only(call: Call) -> None:
    """Refuse what guests may not."""
    if call.request.scope.get("standoff.guest"):
        raise Refusal("host-only", "only the host of the workbench can do this", 403)


async def _seat(call: Call) -> tuple[Table, str]:
    """The game, and whose seat the request holds."""
    token = call.request.headers.get("x-seat", "")
    code = call.place("code")

    def look() -> tuple[Table, str]:
        from standoff.play.session import PlayError

        hall = call.bench.hall
        table = hall.table(code)
        try:
            return table, hall.seat_of(code, token)
        except PlayError as error:
            raise Refusal("no-seat", str(error), 403) from None

    return await in_thread(look)


async def _done(
    call: Call, act: Callable[[Table, str], object], *, facilitator: bool = False
) -> SeenGame:
    table, seat = await _seat(call)
    if facilitator and seat != FACILITATOR:
        raise Refusal("facilitator-only", "only the facilitator can do this", 403)

    def do() -> SeenGame:
        act(table, seat)
        return _seen(table, seat)

    return await in_thread(do)


def _seen(table: Table, seat: str) -> SeenGame:
    from standoff.play.hall import mark

    found = table.view(seat)
    return SeenGame(mark=mark(found), view=found)


async def in_thread(work: Callable[[], T]) -> T:
    """Do something with a game aside; what the game refuses is a refusal."""
    from standoff.play.session import PlayError

    try:
        return await to_thread.run_sync(work, limiter=_AT_ONCE)
    except PlayError as error:
        missing = str(error).startswith("there is no game")
        raise Refusal("no-game" if missing else "refused", str(error),
                      404 if missing else 409) from None  # fmt: skip


ENDPOINTS = (
    Endpoint("GET", "/api/play/{code}", get_game, "A game, for who has its code", GamePart,
             faults=(409, 422)),
    Endpoint("POST", "/api/play/{code}/join", post_join, "Take a seat", JoinedGame, JoinGame,
             faults=(409,), status=201),
    Endpoint("GET", "/api/play/{code}/view", get_view, "What a seat sees", SeenGame,
             faults=(403, 409, 422)),
    Endpoint("GET", "/api/play/{code}/events", get_events, "What a seat sees next", SeenGame,
             query=SinceMark, faults=(403, 409, 422)),
    Endpoint("POST", "/api/play/{code}/choose", post_choose, "Make a move", SeenGame, ChooseMove,
             faults=(409,)),
    Endpoint("POST", "/api/play/{code}/step", post_step, "Go on", SeenGame, faults=(409,)),
    Endpoint("POST", "/api/play/{code}/inject", post_inject, "Make something happen", SeenGame,
             ChooseMove, faults=(409,)),
    Endpoint("POST", "/api/play/{code}/undo", post_undo, "Take back", SeenGame, faults=(409,)),
    Endpoint("GET", "/api/play/{code}/review", get_review, "The review", Review,
             faults=(403, 409, 422)),
    Endpoint("GET", "/api/play/{code}/log", get_log, "The game as a table", media=("text/csv",),
             faults=(403, 409, 422)),
)  # fmt: skip
