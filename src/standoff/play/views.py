"""What each seat at the table is shown."""

from __future__ import annotations

from standoff.play.play_models import NewsLine, OpenMove, SeatView, WantedEnding
from standoff.play.seeing import EVERYTHING, Seeing
from standoff.play.session import Session
from standoff.play.wants import endings_for, objectives_of
from standoff.scenario.dates import calendar

FACILITATOR = "facilitator"

__all__ = ["FACILITATOR", "view"]


def view(session: Session, seat: str) -> SeatView:
    """What a seat (a player, or the facilitator) is shown of a game now.

    A player's view depends on its type and on what it has seen, on nothing else: not even on
    whether others have moved where it can't see that. The clock is everybody's: the round is that
    in which play stands.
    """
    all_seen = seat == FACILITATOR
    board = session.board
    seeing = Seeing(board)
    lines, values = seeing.lines(EVERYTHING if all_seen else seat, session.node)
    actor = board.scenario.actors.get(seat)
    kind = "" if all_seen else session.type_of(seat)
    mine = session.waits_for == seat
    step = _step(session)
    clock = calendar(board.scenario.clock)
    number = min(max(step, 1), len(clock.rounds))
    days = clock.rounds[number - 1]
    date = f"{days.first:%-d %B %Y}" if days.first == days.last else (
        f"{days.first:%-d %B} to {days.last:%-d %B %Y}"
    )  # fmt: skip
    found = SeatView(
        seat=seat,
        name=(actor.name if actor else "") or seat,
        type=kind,
        type_text=(actor.types[kind].label or kind) if actor and kind else "",
        objectives=[] if all_seen else objectives_of(board, seat, kind),
        endings=[] if all_seen else _endings(session, seat),
        round=number,
        rounds=len(clock.rounds),
        date=days.label or date,
        news=[NewsLine(round=x.round, kind=x.kind, actor=x.actor, text=x.text) for x in lines],
        values={seeing.label_of_variable(name): value for name, value in values.items()},
        turn=_turn(session) if mine else "",
        moves=_moves(session, seeing) if mine else [],
        over=session.over,
        ending=seeing.label_of_ending(session.ending) if session.over else "",
    )
    if not all_seen:
        return found
    wait = session.waits_for or ""
    open_ = [] if session.over or wait not in ("", FACILITATOR) else _moves(session, seeing)
    return found.model_copy(
        update={
            "waits_for": wait,
            "turn": "" if session.over else _turn(session),
            "types": {p: t for p in board.players if (t := session.type_of(p))},
            "injectable": open_,
            "odds": {} if not open_ else odds_now(session),
        }
    )


def _endings(session: Session, seat: str) -> list[WantedEnding]:
    board, player = session.board, session.board.players.index(seat)
    return endings_for(board, player, board.kind(player, session.node, session.profile))


def odds_now(session: Session) -> dict[str, float]:
    """Move -> odds with which nature or the model makes it now."""
    odds = session.board.odds
    return {act: float(odds[edge, session.profile]) for act, edge in session.menu().items()}


def _step(session: Session) -> int:
    """The round in which history stands."""
    board = session.board
    if session.over:
        return int(board.compiled.end_round[board.compiled.end_row[session.node]])
    return board.compiled.steps[int(board.level[session.node])].round


def _turn(session: Session) -> str:
    compiled = session.board.compiled
    turn = compiled.steps[int(session.board.level[session.node])].turn
    for each in compiled.scenario.turns:
        if each.id == turn:
            return each.label or turn
    return turn


def _moves(session: Session, seeing: Seeing) -> list[OpenMove]:
    return [OpenMove(act=act, text=seeing.label_of_act(act)) for act in session.menu()]
