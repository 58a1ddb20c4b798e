"""A slow and obvious compiler, written from SEMANTICS: one history at a time, by recursion.

Every type is drawn at the root here, whatever it enters; states are dictionaries; what an actor has
seen is the tuple of everything that it saw. It shares only the language's front end (expand, names,
expressions, dates) with the compiler that it checks.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

import numpy as np

from standoff.scenario.dates import calendar, rounds_of
from standoff.scenario.expansion import expand
from standoff.scenario.expressions import bind, evaluate, parse
from standoff.scenario.models import StartByType, StartDraw
from standoff.scenario.names import Names

DESK = ""


@dataclass(frozen=True)
class History:
    state: dict
    types: dict
    path: tuple = ()  # root draws and acts
    odds: object = 1.0  # [V] of nature's part
    seen: dict = field(default_factory=dict)  # viewer -> tuple of sights
    later: dict = field(default_factory=dict)  # viewer -> sights due when the next round begins
    round_states: tuple = ()


@dataclass(frozen=True)
class Point:
    """A place where somebody moves."""

    step: tuple
    actor: str
    player: bool
    path: tuple
    types: dict
    state: dict
    seen: dict
    open: tuple
    rates: tuple  # [V] each


@dataclass(frozen=True)
class End:
    path: tuple
    types: dict
    ending: str
    outcome: str
    odds: object  # [V], a lottery's included
    state: dict
    round: int
    round_states: tuple
    payoff: dict  # player -> [V]
    seen: dict


class Twin:
    def __init__(self, scenario, draws):
        self.s = expand(scenario)
        self.names = Names(self.s)
        self.clock = calendar(self.s.clock)
        self.draws = draws
        self.v = draws.n_variants
        self.players = [n for n, a in self.s.actors.items() if a.kind == "player"]
        self.viewers = [*self.players] + ([DESK] if self.s.observer else [])
        self.points: list[Point] = []
        self.ends: list[End] = []
        rng = np.random.default_rng(99)
        self.wild = {
            k: np.full(5, draws.values[k][0]) if info.fixed else rng.uniform(0.05, 0.45, 5)
            for info in self.names.parameters.values()
            for k in info.keys
        }

    # --- expressions

    def value(self, text, h_state, types, number, *, beside=None, ending=None, values=None):
        expr = bind(parse(text), self.names, beside=beside)
        values = self.draws.values if values is None else values

        def lookup(leaf):
            if leaf.kind == "state":
                return h_state[leaf.name]
            if leaf.kind == "parameter":
                info = self.names.parameters[leaf.name]
                return values[leaf.name if info.by is None else f"{leaf.name}.{types[info.by]}"]
            if leaf.kind == "type":
                return float(types[leaf.actor] == leaf.type)
            if leaf.kind == "ending":
                return float(ending in leaf.endings)
            r = self.clock.rounds[number - 1]
            return {
                "round": number, "day": r.day, "days": r.days,
                "days_left": self.clock.days_left(number),
            }[leaf.word]  # fmt: skip

        return np.asarray(evaluate(expr, lookup), dtype=float)

    def fixed(self, text, state, types, number, beside=None):
        return float(np.ravel(self.value(text, state, types, number, beside=beside))[0])

    def holds(self, text, state, types, number):
        return text is None or self.fixed(text, state, types, number) != 0

    def settled(self, name, value):
        info = self.names.variables[name]
        if info.kind == "number":
            assert np.isfinite(value)
            return value
        value = round(value, 6)
        low, high = info.range
        if info.overflow == "clip":
            value = min(max(value, low), high)
        assert value == int(value) and low <= value <= high
        return float(value)

    # --- the root

    def run(self):
        for types, odds, path in self.type_draws():
            state = {}
            for name, variable in self.s.state.items():
                start = variable.start
                if isinstance(start, StartByType):
                    text = start.by_type[types[start.by]]
                    state[name] = self.settled(name, self.fixed(text, {}, types, 1, name))
                elif isinstance(start, str):
                    state[name] = self.settled(name, self.fixed(start, {}, types, 1, name))
            for drawn, p, labels in self.start_draws(state, types):
                full = {n: {**state, **drawn}[n] for n in self.s.state}
                seen = {}
                for viewer in self.viewers:
                    knows = [
                        (name, full[name])
                        for name, variable in self.s.state.items()
                        if isinstance(variable.start, (StartByType, StartDraw))
                        and self.sees_variable(variable, viewer)
                    ]
                    seen[viewer] = (("start", tuple(knows)),) if knows else ()
                h = History(
                    full, types, path + labels, odds * p, seen, dict.fromkeys(self.viewers, ())
                )
                ending = self.ending_by_condition(h, 1)
                if ending:
                    self.end(h, ending, 1)
                else:
                    self.play(h, 1, 0)
        return self

    def type_draws(self):
        typed = [a for a, actor in self.s.actors.items() if actor.types]
        tied = []
        rows = [({}, np.ones(self.v))]
        if self.s.joint:
            tied = list(self.s.joint[0].types)
            rows = [(row.types, p) for row, p in zip(self.s.joint, self.draws.joint, strict=True)]
        free = [a for a in typed if a not in tied]
        for base, p in rows:
            for combo in itertools.product(*(range(len(self.names.types(a))) for a in free)):
                types = dict(base)
                odds = np.array(p, dtype=float)
                for actor, place in zip(free, combo, strict=True):
                    types[actor] = self.names.types(actor)[place]
                    odds = odds * self.draws.prior[actor][place]
                types = {a: types[a] for a in typed}
                yield types, odds, ()

    def start_draws(self, state, types):
        drawn = [
            (n, v.start.draw) for n, v in self.s.state.items() if isinstance(v.start, StartDraw)
        ]
        for combo in itertools.product(*(d for _, d in drawn)):
            odds, values, labels = np.ones(self.v), {}, []
            for (name, draw), text in zip(drawn, combo, strict=True):
                odds = odds * self.completed(draw, state, types, 1)[text]
                values[name] = self.settled(name, self.fixed(text, {}, types, 1, name))
                labels.append(f"{name} = {text}")
            yield values, odds, tuple(labels)

    def completed(self, odds_of, state, types, number, values=None):
        """name -> [V] with `rest` worked out."""
        values = self.draws.values if values is None else values
        n = len(next(iter(values.values()))) if values else self.v
        out = {
            k: np.broadcast_to(self.value(t, state, types, number, values=values), n)
            for k, t in odds_of.items()
            if t.strip() != "rest"
        }
        left = 1 - sum(out.values(), np.zeros(n))
        return {k: out.get(k, np.where(np.abs(left) < 1e-12, 0, left)) for k in odds_of}

    def lifted(self, odds):
        """1e-9 for what is impossible in some variants only."""
        out = {k: np.where((p <= 1e-15) & np.any(p > 1e-15), 1e-9, p) for k, p in odds.items()}
        total = sum(out.values())
        return {k: p / total for k, p in out.items()}

    # --- sights

    def members(self, viewer):
        return list(self.s.observer.sees_as) if viewer == DESK else [viewer]

    def told(self, seen_by, member):
        """ "now", "next round" or None."""
        if seen_by is None:
            return "now"
        for word in (member, "public", "everyone"):
            if word in seen_by:
                return seen_by[word] if isinstance(seen_by, dict) else "now"
        return None

    def sees_variable(self, variable, viewer):
        return any(self.told(variable.seen_by, m) for m in self.members(viewer))

    def sight(self, viewer, actor, move_id, move, turn):
        """(what it sees now or None, whether the move itself comes later)"""
        best, rank, late = None, 0, False
        for member in self.members(viewer):
            told = "now" if member == actor else self.told(move.seen_by, member)
            if told == "now":
                return move_id, False
            late |= told == "next round"
            if told is None and move.seen_as is not None:
                here = (move.seen_as, 2)
            else:
                here = ("", 1) if turn.turn_seen else (None, 0)
            if here[1] > rank:
                best, rank = here
        return best, late

    # --- play

    def play(self, h, number, index):
        if index == len(self.s.turns):
            h = replace(h, round_states=(*h.round_states, h.state))
            if number == len(self.clock):
                return self.end(replace(h, round_states=h.round_states[:-1]), "time", number)
            seen = {
                v: h.seen[v] + ((("later", number, h.later[v]),) if h.later[v] else ())
                for v in self.viewers
            }
            h = replace(h, seen=seen, later=dict.fromkeys(self.viewers, ()))
            return self.play(h, number + 1, 0)
        turn = self.s.turns[index]
        if number not in rounds_of(turn.rounds, len(self.clock)) or not self.holds(
            turn.when, h.state, h.types, number
        ):
            return self.play(h, number, index + 1)
        if turn.together is not None:
            parts = [(p.actor, p.moves) for p in turn.together]
        elif turn.actor is not None:
            parts = [(turn.actor, turn.moves if turn.moves is not None else turn.outcomes)]
        else:
            parts = []
        return self.choose(h, number, index, parts, [])

    def choose(self, h, number, index, parts, picks):
        turn = self.s.turns[index]
        if len(picks) == len(parts):
            return self.after(h, number, index, parts, picks)
        actor, menu = parts[len(picks)]
        open_ = {m: a for m, a in menu.items() if self.holds(a.when, h.state, h.types, number)}
        player = actor in self.players
        odds = dict.fromkeys(open_, np.ones(self.v))
        if not player:
            texts = {m: a.odds or "1" for m, a in open_.items()}
            wild = self.completed(texts, h.state, h.types, number, values=self.wild or None)
            open_ = {m: a for m, a in open_.items() if np.any(wild[m] != 0)}
            odds = self.lifted(self.completed(texts, h.state, h.types, number))
        assert open_, (turn.id, number)
        rates = []
        for a in open_.values() if player else ():
            rate = np.broadcast_to(self.value(a.rate, h.state, h.types, number), self.v)
            days = self.clock.days[number - 1]
            scaled = any(m.waits for m in menu.values()) and not a.waits
            rates.append(rate * days if scaled else rate)
        self.points.append(Point(
            (number, turn.id, len(picks)), actor, player, h.path + tuple(p[2] for p in picks),
            h.types, h.state, h.seen, tuple(open_), tuple(rates),
        ))  # fmt: skip
        for move_id in open_:
            name = f"{actor}.{turn.id}.{move_id}"
            onward = replace(h, odds=h.odds * odds[move_id])
            self.choose(onward, number, index, parts, [*picks, (actor, move_id, name)])
        return None

    def after(self, h, number, index, parts, picks):
        turn = self.s.turns[index]
        state, ending = dict(h.state), None
        if not parts:
            state.update(self.assigned(turn.then or {}, state, h.types, number))
        for (_, menu), (_, move_id, _) in zip(parts, picks, strict=True):
            move = menu[move_id]
            state.update(self.assigned(move.then, state, h.types, number))
            ending = ending or move.ends
        seen, later = dict(h.seen), dict(h.later)
        for viewer in self.viewers:
            saw, comes = [], []
            for place, ((actor, menu), (_, move_id, _)) in enumerate(
                zip(parts, picks, strict=True)
            ):
                now, late = self.sight(viewer, actor, move_id, menu[move_id], turn)
                if now is not None:
                    saw.append((place, now))
                if late:
                    comes.append((place, move_id))
            for name, variable in self.s.state.items():
                if state[name] != h.state[name] and self.sees_variable(variable, viewer):
                    saw.append((name, state[name]))
            if saw:
                seen[viewer] = (*seen[viewer], ((number, turn.id), tuple(saw)))
            if comes:
                later[viewer] = (*later[viewer], ((number, turn.id), tuple(comes)))
        path = h.path + tuple(p[2] for p in picks)
        h = replace(h, state=state, seen=seen, later=later, path=path)
        ending = ending or self.ending_by_condition(h, number)
        if ending:
            return self.end(h, ending, number)
        return self.play(h, number, index + 1)

    def assigned(self, then, state, types, number):
        return {
            name: self.settled(name, self.fixed(text, state, types, number, name))
            for name, text in then.items()
        }

    def ending_by_condition(self, h, number):
        for name, ending in self.s.ends.items():
            if ending.when is not None and self.holds(ending.when, h.state, h.types, number):
                return name
        return None

    def end(self, h, ending, number):
        states = [*h.round_states]
        states += [h.state] * (len(self.clock) - len(states))
        lottery = self.s.ends[ending].lottery if ending in self.s.ends else None
        outcomes = {ending: np.ones(self.v)}
        if lottery:
            wild = self.completed(lottery, h.state, h.types, number, values=self.wild or None)
            odds = self.lifted(self.completed(lottery, h.state, h.types, number))
            outcomes = {k: odds[k] for k in lottery if np.any(wild[k] != 0)}
        for outcome, odds in outcomes.items():
            payoff = {p: self.payoff(p, h, outcome, number, states) for p in self.players}
            self.ends.append(End(
                h.path, h.types, ending, outcome, h.odds * odds, h.state, number, tuple(states),
                payoff, h.seen,
            ))  # fmt: skip

    def payoff(self, player, h, outcome, number, states):
        total = np.zeros(self.v)
        for term in self.s.objectives.get(player, {}).values():
            text = term.weight
            if isinstance(text, dict):
                text = text.get(h.types[player], "1")
            weight = self.value(text, {}, h.types, 1)
            if term.value is not None:
                total = total + weight * self.value(
                    term.value, h.state, h.types, number, ending=outcome
                )
            if term.each_round is not None:
                last = len(self.clock) if term.to == "horizon" else number
                discount = self.value(term.discount, {}, h.types, 1)
                for r in range(1, last + 1):
                    days = self.clock.days[r - 1] if term.per == "day" else 1
                    each = self.value(term.each_round, states[r - 1], h.types, r)
                    total = total + weight * each * days * discount ** (r - 1)
        return total
