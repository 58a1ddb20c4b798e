"""Every round of two days or more cut in two: the same crisis in half steps.

What a finer step must not change is kept: days, and all that is counted by them (`per: day`, rates
beside `waits: true`, dates of the record); payoffs per round, which the pieces of a round share by
days; a discount per round, which becomes its root; what nature does and what drifts, which happens
once a round as before; and decisions that belong to one round, which are taken once.

What a finer step does change is how often an actor may choose. A turn that lets time pass (it has a
move with `waits: true`) is played in both pieces: whoever acts in the first only waits in the
second. A turn that comes back round after round without such a move is played in both pieces too,
as written: nothing in it says how its odds scale with time, and that is what the check finds out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from standoff.scenario.dates import Calendar, calendar, rounds_of
from standoff.scenario.models import (
    Choice,
    Clock,
    Objective,
    RecordItem,
    Round,
    Scenario,
    StateVariable,
    Turn,
)
from standoff.scenario.names import record_ids
from standoff.variants.renaming import (
    clock_word,
    round_numbers,
    with_expressions,
    with_queries,
)

ADDED = "-piece-"
"""Stands in the ids of record items that say of a piece what the record says of its round."""


@dataclass(frozen=True)
class Cut:
    """How old rounds became new ones. Rounds count from 1."""

    old: tuple[int, ...]
    """The old round of each new one."""
    days: tuple[int, ...]
    """Days of each new round."""
    clock: Clock

    def pieces(self, number: int) -> tuple[int, ...]:
        """The new rounds of an old one."""
        return tuple(new + 1 for new, old in enumerate(self.old) if old == number)

    @property
    def whole(self) -> dict[int, int]:
        """Days of each old round."""
        found: dict[int, int] = {}
        for old, days in zip(self.old, self.days, strict=True):
            found[old] = found.get(old, 0) + days
        return found

    @property
    def shares(self) -> list[Fraction]:
        """The part of its old round that each new one is, by days."""
        return [Fraction(d, self.whole[o]) for o, d in zip(self.old, self.days, strict=True)]

    @property
    def begun(self) -> list[Fraction]:
        """Old rounds that have passed when each new one begins."""
        found, shares = [], self.shares
        for new, old in enumerate(self.old):
            before = (s for s, o in zip(shares[:new], self.old, strict=False) if o == old)
            found.append(old - 1 + sum(before, Fraction(0)))
        return found


def halved(scenario: Scenario) -> Scenario | None:
    """The scenario with every round cut in two; None where no round is longer than a day."""
    cut = _cut(scenario)
    if cut is None:
        return None
    number = by_round([Fraction(old) for old in cut.old])
    update = with_expressions(scenario, clock_word("round", number))
    firsts = {old: cut.pieces(old)[0] for old in cut.old}
    lasts = {old: cut.pieces(old)[-1] for old in cut.old}
    update |= with_queries(scenario, round_numbers(number, firsts, lasts))
    update["clock"] = cut.clock
    out = scenario.model_copy(update=update)
    out = _flows(out, cut)
    return _Turns(scenario, out, cut).run()


def playable(scenario: Scenario, played: Container[tuple[str, int]]) -> Scenario:
    """A halved scenario without the items that `halved` added at steps (turn, round) that no
    history plays, because a condition on the clock closes them; the same object where all are
    played.
    """
    clock = calendar(scenario.clock)
    kept = tuple(
        item
        for item in scenario.record
        if ADDED not in (item.id or "") or (_turn_of(item), clock.round_of(item.at or "")) in played
    )
    if len(kept) == len(scenario.record):
        return scenario
    return scenario.model_copy(update={"record": kept})


def by_round(values: Sequence[Fraction]) -> str:
    """An expression that has ``values[r - 1]`` in round r."""
    if all(value == Fraction(place // 2 + 1) for place, value in enumerate(values)):
        return "(round + 1)//2"
    runs: list[tuple[int, Fraction]] = []  # (last round, value)
    for place, value in enumerate(values):
        if runs and runs[-1][1] == value:
            runs[-1] = (place + 1, value)
        else:
            runs.append((place + 1, value))
    return _either(runs)


def _either(runs: Sequence[tuple[int, Fraction]]) -> str:
    """A balanced tree of conditions, so that many rounds are not many levels deep."""
    if len(runs) == 1:
        value = runs[0][1]
        return str(value.numerator) if value.denominator == 1 else f"({value})"
    half = len(runs) // 2
    return f"({_either(runs[:half])} if round <= {runs[half - 1][0]} else {_either(runs[half:])})"


def _cut(scenario: Scenario) -> Cut | None:
    rounds, old, days = [], [], []
    for each in calendar(scenario.clock).rounds:
        first = (each.days + 1) // 2
        spans = [(each.first, each.last)]
        if each.days > 1:
            middle = each.first + dt.timedelta(days=first - 1)
            spans = [(each.first, middle), (middle + dt.timedelta(days=1), each.last)]
        for place, (begins, ends) in enumerate(spans):
            label = each.label
            if label and len(spans) > 1:
                label += (", first half", ", second half")[place]
            rounds.append(Round(first=begins.isoformat(), last=ends.isoformat(), label=label))
            old.append(each.number)
            days.append((ends - begins).days + 1)
    if len(rounds) == max(old, default=0):
        return None
    clock = scenario.clock.model_copy(update={"rounds": tuple(rounds), "start": None})
    return Cut(tuple(old), tuple(days), clock)


def _flows(scenario: Scenario, cut: Cut) -> Scenario:
    """Payoffs by round are shared among the pieces, and discounted by the part that has passed."""
    share, begun = by_round(cut.shares), by_round(cut.begun)

    def paid(term: Objective) -> Objective:
        if term.each_round is None:
            return term
        text = term.each_round
        if term.per == "round":
            text = f"({text})*{share}"
        if term.discount.strip() != "1":
            text = f"({text})*({term.discount})**{begun}"
        return term.model_copy(update={"each_round": text, "discount": "1"})

    terms = {
        actor: {name: paid(term) for name, term in of.items()}
        for actor, of in scenario.objectives.items()
    }
    return scenario.model_copy(update={"objectives": terms})


def comes_back(turn: Turn, rounds: int) -> bool:
    """Whether a turn is played in every piece of its rounds (see the module)."""
    if waiting(turn):
        return True
    players = turn.moves is not None or turn.together is not None
    return players and (turn.rounds is None or len(rounds_of(turn.rounds, rounds)) > 1)


def waiting(turn: Turn) -> dict[str, tuple[str, ...]]:
    """The moves that let time pass, by actor, of those who have some."""
    found = {
        actor: tuple(name for name, move in menu.items() if move.waits)
        for actor, menu in _menus(turn)
    }
    return {actor: moves for actor, moves in found.items() if moves}


def _menus(turn: Turn) -> Iterable[tuple[str, Choice]]:
    if turn.moves is not None:
        yield turn.actor or "", turn.moves
    for part in turn.together or ():
        yield part.actor, part.moves


class _Turns:
    """The turns and the record, placed in the pieces of their rounds."""

    def __init__(self, before: Scenario, after: Scenario, cut: Cut) -> None:
        self.before, self.after, self.cut = before, after, cut
        self.old: Calendar = calendar(before.clock)
        self.new: Calendar = calendar(after.clock)
        self.back = {t.id: comes_back(t, len(self.old)) for t in before.turns}
        self.dated = {
            (turn, number): piece
            for item in before.record
            if (turn := _turn_of(item)) and (number := self.old.round_of(item.at or "")) is not None
            and (piece := self.new.round_of(item.at or "")) is not None
        }  # fmt: skip
        self.place: dict[tuple[str, int], int] = {}
        """(turn, old round) -> the new round in which a turn that is played once stands"""

    def run(self) -> Scenario:
        for number in range(1, len(self.old) + 1):
            self._place(number)
        turns: list[Turn] = []
        resets: list[Turn] = []
        flags: dict[str, StateVariable] = {}
        for turn in self.after.turns:
            played = rounds_of(turn.rounds, len(self.old))
            new = tuple(sorted(n for r in played for n in self._pieces(turn.id, r)))
            update: dict[str, Any] = {"rounds": tuple(map(str, new))}
            if self.back[turn.id] and turn.rounds is None:
                update = {}
            changed = turn.model_copy(update=update)
            if self.back[turn.id]:
                for actor, moves in waiting(turn).items():
                    if all(m.waits or m.ends for m in dict(_menus(turn))[actor].values()):
                        continue  # whoever acts is out of play: no second act to forbid
                    flag = self._name(f"acted_{turn.id}", flags)
                    if turn.together:
                        flag = self._name(f"acted_{turn.id}_{actor}", flags)
                    flags[flag] = StateVariable(start="false", seen_by=("nobody",))
                    changed = _once(changed, actor, moves, flag)
                    over = tuple(str(self.cut.pieces(r)[-1]) for r in played)
                    resets.append(Turn(id=f"over_{flag}", rounds=over, then={flag: "false"}))
            turns.append(changed)
        return self.after.model_copy(
            update={
                "turns": (*turns, *resets),
                "state": {**self.after.state, **flags},
                "record": self._record(),
            }
        )

    def _name(self, wanted: str, taken: Mapping[str, object]) -> str:
        name, count = wanted[:50], 1
        while name in self.after.state or name in taken:
            count += 1
            name = f"{wanted[:50]}_{count}"
        return name

    def _pieces(self, turn: str, number: int) -> tuple[int, ...]:
        if self.back[turn]:
            return self.cut.pieces(number)
        return (self.place[turn, number],)

    def _place(self, number: int) -> None:
        """Where the turns of a round that are played once stand: where the record has them, else
        in the first piece, but in the last once a turn of both pieces has come before; always in
        the order of the round.
        """
        here = [t for t in self.before.turns if number in rounds_of(t.rounds, len(self.old))]
        pieces = self.cut.pieces(number)
        once = [t.id for t in here if not self.back[t.id]]
        late, since = set(), False
        for turn in here:
            since |= self.back[turn.id]
            if since:
                late.add(turn.id)
        latest = pieces[-1]
        bound: dict[str, int] = {}
        for id in reversed(once):
            latest = min(latest, self.dated.get((id, number), latest))
            bound[id] = latest
        reached = pieces[0]
        for id in once:
            due = pieces[-1] if id in late else pieces[0]
            due = self.dated.get((id, number), min(due, bound[id]))
            reached = max(reached, due)
            self.place[id, number] = reached

    # -- the record

    def _record(self) -> tuple[RecordItem, ...]:
        """The items where their turns now stand; one of a turn of both pieces says what happened in
        the other piece as well.
        """
        ids = record_ids(self.before)
        listed: list[tuple[dt.datetime, RecordItem]] = []
        for id, item in zip(ids, self.after.record, strict=True):
            turn, number = _turn_of(item), self.old.round_of(item.at or "") if item.at else None
            if turn is None or number is None or len(self.cut.pieces(number)) == 1:
                listed.append((self._moment(item), item))
                continue
            item = item.model_copy(update={"id": id})
            if not self.back[turn]:
                listed.append((self._moment(item), self._moved(item, self.place[turn, number])))
                continue
            listed += [(self._moment(each), each) for each in self._spread(item, turn, number)]
        # An item of a later piece comes after everything that is dated before it.
        order = sorted(range(len(listed)), key=lambda i: (self._at_least(listed, i), i))
        return tuple(listed[i][1] for i in order)

    def _at_least(self, listed: list[tuple[dt.datetime, RecordItem]], place: int) -> dt.datetime:
        """An item's moment; where the author listed it after later ones, theirs."""
        moment, own = listed[place]
        if ADDED in (own.id or ""):
            return moment
        return max(m for m, item in listed[: place + 1] if ADDED not in (item.id or ""))

    def _moment(self, item: RecordItem) -> dt.datetime:
        return self.old.moment(item.at or item.last or item.known or "").first

    def _moved(self, item: RecordItem, piece: int) -> RecordItem:
        """The item within a piece, known when it was."""
        if self.new.round_of(item.at or "") == piece:
            return item
        day = self.new.rounds[piece - 1].first.isoformat()
        return item.model_copy(update={"at": day, "known": item.known or item.at})

    def _spread(self, item: RecordItem, turn: str, number: int) -> Iterable[RecordItem]:
        own = self.new.round_of(item.at or "")
        for piece in self.cut.pieces(number):
            if piece == own:
                yield item
            elif item.refines is None:
                yield self._other(item, turn, piece, earlier=own is not None and piece < own)

    def _other(self, item: RecordItem, turn: str, piece: int, *, earlier: bool) -> RecordItem:
        """What an item says of the piece of its round in which it does not stand."""
        model = next(t for t in self.before.turns if t.id == turn)
        actor = (item.move or ("",))[0].partition(".")[0]
        idle = tuple(f"{actor}.{turn}.{move}" for move in waiting(model).get(actor, ()))
        day = self.new.rounds[piece - 1].last
        at = item.known or item.at or ""
        known = at
        if not earlier and self.new.moment(at).cut < self.new.end(piece):
            known = day.isoformat()
        waited = bool(item.move) and set(item.move or ()) <= set(idle)
        kept: dict[str, Any] = {"id": f"{item.id}{ADDED}{piece}", "at": day.isoformat()}
        kept |= {"known": known, "text": item.text, "source": item.source}
        if idle and item.move and (waited or (earlier and not set(item.move) & set(idle))):
            return RecordItem(move=item.move if waited else idle, **kept)
        return RecordItem(unknown=turn, **kept)


def _turn_of(item: RecordItem) -> str | None:
    """The turn that an item documents."""
    if item.move:
        return item.move[0].split(".")[1]
    return None if item.unknown is None else item.unknown.split(".")[-1]


def _once(turn: Turn, actor: str, waits: Iterable[str], flag: str) -> Turn:
    """The turn in which whoever has acted since the flag was last taken down only waits."""

    def menu(moves: Choice) -> Choice:
        found = {}
        for name, move in moves.items():
            if name in waits:
                found[name] = move
                continue
            guard = f"not {flag}" if move.when is None else f"({move.when}) and not {flag}"
            update = {"when": guard, "then": {**move.then, flag: "true"}}
            found[name] = move.model_copy(update=update)
        return found

    if turn.moves is not None:
        return turn.model_copy(update={"moves": menu(turn.moves)})
    return turn.model_copy(
        update={
            "together": tuple(
                part.model_copy(update={"moves": menu(part.moves)}) if part.actor == actor else part
                for part in turn.together or ()
            )
        }
    )
