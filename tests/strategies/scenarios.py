"""Random small scenarios that are valid: they check, compile, solve.

`scenarios()` covers the language except records and questions: types that enter payoffs only and
types that open moves, every kind of state variable and start, skipped turns, nature, `together`,
drift, every kind of sight, endings by move, condition, clock and lottery, flows with discounts and
horizons, proposals, hidden draws, rates. Guards of moves read only what their actor sees, so that
no scenario is refused for what an actor can't know.
"""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from standoff.compile.estimating import estimate
from standoff.scenario.models import Scenario

PLAYERS = ("ann", "bob", "cy")
LEVELS = ("low", "mid", "high")


def some(draw: Any, share: float) -> bool:
    """True about that often; shrinks to False."""
    return draw(st.integers(0, 99)) >= 100 * (1 - share)


class _Writer:
    """Writes one scenario, remembering what is visible to whom."""

    def __init__(self, draw: Any, structure: bool) -> None:
        self.draw = draw
        self.structure = structure  # whether types may enter more than payoffs
        self.rounds = draw(st.sampled_from([1, 2, 2, 3]))
        self.players = list(PLAYERS[: draw(st.integers(1, 3))])
        self.types: dict[str, list[str]] = {}
        self.state: dict[str, Any] = {}
        self.seen_by: dict[str, list[str] | None] = {}
        self.kind: dict[str, str] = {}

    def pick(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    # --- who and what

    def actors(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for player in self.players:
            actor: dict[str, Any] = {}
            if some(self.draw, 0.6):
                kinds = [f"{player}_{k}" for k in ("x", "y", "z")[: self.pick(2, 2, 3)]]
                self.types[player] = kinds
                actor["types"] = {k: {} for k in kinds}
                if some(self.draw, 0.5):
                    actor["prior"] = {k: {"uniform": ["0.1", "0.4"]} for k in kinds[:-1]}
                    actor["prior"][kinds[-1]] = "rest"
            out[player] = actor
        out["fate"] = {"kind": "nature"}
        return out

    def joint(self) -> list[dict[str, str]] | None:
        typed = list(self.types)
        if len(typed) < 2 or not some(self.draw, 0.2):
            return None
        a, b = typed[:2]
        pairs = [(x, y) for x in self.types[a] for y in self.types[b]]
        rows = [{a: x, b: y, "p": f"{i + 1}/{2 * sum(range(len(pairs) + 1))}"}
                for i, (x, y) in enumerate(pairs)]  # fmt: skip
        rows[-1]["p"] = "rest"
        return rows

    def variables(self) -> dict[str, Any]:
        kinds = self.draw(st.lists(
            st.sampled_from(["boolean", "levels", "integer", "number"]), min_size=1, max_size=4
        ))  # fmt: skip
        for i, kind in enumerate(kinds):
            name = f"v{i}"
            values, body = {
                "boolean": (["false", "true"], {}),
                "levels": (list(LEVELS), {"levels": list(LEVELS)}),
                "integer": (["0", "1"], {"range": [0, 2], "overflow": "clip"}),
                "number": (["0", "0.5"], {}),
            }[kind]
            body = dict(body)
            seen_by: list[str] | None = None
            if some(self.draw, 0.35):
                seen_by = self.pick(["nobody"], [self.pick(*self.players)], ["public"])
                body["seen_by"] = seen_by
            start: Any = values[0]
            if some(self.draw, 0.2):
                odds = self.pick("0.3", "q", "f")
                start = {"draw": {values[0]: odds, values[1]: "rest"}}
            elif self.types and self.structure and some(self.draw, 0.15):
                owner = self.pick(*self.types)
                start = {"by": owner} | {
                    t: values[j % 2] for j, t in enumerate(self.types[owner])
                }  # fmt: skip
            body["start"] = start
            self.state[name] = body
            self.kind[name], self.seen_by[name] = kind, seen_by
        return self.state

    # --- expressions

    def condition(self, names: list[str], types: list[str]) -> str:
        options = ["round == 1", "days_left > 2"]
        for name in names:
            options += {
                "boolean": [name, f"not {name}"],
                "levels": [f"{name} == low", f"{name} >= mid"],
                "integer": [f"{name} > 0", f"{name} in [0, 2]"],
                "number": [f"{name} < 1"],
            }[self.kind[name]]
        for owner in types:
            options.append(f"{owner} is {self.types[owner][0]}")
        one = self.pick(*options)
        if some(self.draw, 0.2):
            return f"{one} {self.pick('and', 'or')} {self.pick(*options)}"
        return one

    def visible(self, actor: str) -> list[str]:
        return [
            n for n, seen in self.seen_by.items()
            if seen is None or actor in seen or "public" in seen
        ]  # fmt: skip

    def effects(self, most: int = 2) -> dict[str, str]:
        out = {}
        names = self.draw(st.lists(st.sampled_from(list(self.state)), max_size=most, unique=True))
        for name in names:
            if some(self.draw, 0.25):  # what one variable does to another can give it away
                one, other = {
                    "boolean": ("true", "false"), "levels": ("high", "mid"),
                    "integer": ("2", "1"), "number": ("1", "0.25"),
                }[self.kind[name]]  # fmt: skip
                out[name] = f"{one} if {self.condition(list(self.state), [])} else {other}"
                continue
            out[name] = {
                "boolean": lambda n: self.pick("true", "false", f"not {n}"),
                "levels": lambda n: self.pick("mid", "high", f"high if {n} == mid else low"),
                "integer": lambda n: self.pick(f"{n} + 1", f"{n} - 1", "2 * round - 1"),
                "number": lambda n: self.pick(f"{n} + 0.5", f"{n} / 2", "f"),
            }[self.kind[name]](name)
        return out

    # --- moves and turns

    def sights(self, menu: dict[str, Any]) -> None:
        for name, move in menu.items():
            if some(self.draw, 0.35):
                one = self.pick(*self.players)
                move["seen_by"] = self.pick(
                    [one], "nobody", ["public"], {one: "next round"}, {"public": "next round"},
                    {one: "now", "everyone": "next round"},
                )  # fmt: skip
                if some(self.draw, 0.4):
                    move["seen_as"] = self.pick("noise", "smoke", *(m for m in menu if m != name))
            if some(self.draw, 0.2):
                move["quiet"] = "true"

    def menu(self, actor: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for i in range(self.draw(st.integers(1, 3))):
            move: dict[str, Any] = {"then": self.effects()}
            if i and some(self.draw, 0.45):
                own = [actor] * 2 if actor in self.types and self.structure else []
                move["when"] = self.condition(self.visible(actor), own)
            if i and some(self.draw, 0.2):
                move["ends"] = self.pick("quit", "gamble")
            if some(self.draw, 0.2):
                move["rate"] = self.pick("0.5", "days", "1 + q")
            if not i and some(self.draw, 0.2):
                move["waits"] = "true"
            out[f"m{i}"] = move
        self.sights(out)
        return out

    def outcomes(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        n = self.draw(st.integers(1, 3))
        for i in range(n - 1):
            odds = self.pick("0.25", "q", "q/2") if some(self.draw, 0.5) else self.odds_of_state()
            out[f"o{i}"] = {"odds": odds, "then": self.effects()}
            if some(self.draw, 0.25):
                out[f"o{i}"]["ends"] = self.pick("quit", "gamble")
        out["rest_"] = {"odds": "rest", "then": self.effects(1)}
        self.sights(out)
        return out

    def odds_of_state(self) -> str:
        owners = list(self.types) if self.structure else []
        test = self.condition(list(self.state), owners)
        return self.pick(
            f"0.4 if {test} else 0.1", f"q * ({test})", f"0 if {test} else q", "max(0, q - 0.25)"
        )

    def turn(self, i: int) -> dict[str, Any]:
        owners = list(self.types) if self.structure else []
        turn: dict[str, Any] = {"id": f"t{i}"}
        kinds = ["player", "player", "player", "nature", "nature", "drift"]
        kinds += ["together"] * (len(self.players) > 1)
        kind = self.pick(*kinds)
        if some(self.draw, 0.25):
            turn["rounds"] = [self.pick("1", "last", f"1-{self.rounds}")]
        if some(self.draw, 0.3):
            turn["when"] = self.condition(list(self.state), owners)
        if kind != "drift" and some(self.draw, 0.25):
            turn["turn_seen"] = "false"
        if kind == "player":
            turn["actor"] = self.pick(*self.players)
            turn["moves"] = self.menu(turn["actor"])
        elif kind == "nature":
            turn["actor"] = "fate"
            turn["outcomes"] = self.outcomes()
        elif kind == "together":
            turn["together"] = [{"actor": p, "moves": self.menu(p)} for p in self.players[:2]]
        else:
            turn["then"] = self.effects() or {"v0": "v0"}
        return turn

    def turns(self) -> list[dict[str, Any]]:
        return [self.turn(i) for i in range(self.draw(st.integers(1, 4)))]

    def proposal(self, turns: list[dict[str, Any]]) -> dict[str, Any]:
        if len(self.players) < 2 or not some(self.draw, 0.25):
            return {}
        a, b = self.players[:2]
        pact: dict[str, Any] = {"by": a, "to": [b]}
        if some(self.draw, 0.5):
            pact["expires"] = "1962-10-23"
        turns += [
            {"id": "put", "actor": a, "proposes": ["pact"], "moves": {"hush": {}}},
            {"id": "reply", "actor": b, "answers": ["pact"], "moves": {"stall": {}}},
        ]
        self.kind["pact"] = "proposal"
        return {"pact": pact}

    # --- endings and payoffs

    def ends(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "quit": {}, "gamble": {"lottery": {"boom": self.pick("q", "0.2", "f"), "luck": "rest"}},
        }  # fmt: skip
        if some(self.draw, 0.4):
            owners = list(self.types) if self.structure else []
            test = self.condition(list(self.state), owners)
            out["done"] = {"when": self.pick(f"round > 1 and {test}", f"day >= 0 and {test}")}
        return out

    def number(self, name: str) -> str:
        return {"levels": f"({name} == high)"}.get(self.kind[name], name)

    def objectives(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for player in self.players:
            terms: dict[str, Any] = {}
            for i in range(self.draw(st.integers(1, 2))):
                name = self.pick(*self.state)
                extra = self.pick("0", "(ending is boom)", "(ending in [quit, time])", "q", "round")
                term: dict[str, Any] = {}
                flow = some(self.draw, 0.45)
                if not flow or some(self.draw, 0.3):
                    term["value"] = f"2 * {self.number(name)} - {extra}"
                if flow:
                    term["each_round"] = f"{self.number(self.pick(*self.state))} + 0.1 * day"
                    term["per"] = self.pick("round", "day")
                    term["discount"] = self.pick("1", "0.9", "1 - q")
                    term["to"] = self.pick("end", "horizon")
                if player in self.types:
                    kinds = self.types[player]
                    term["weight"] = self.pick(
                        "1", f"k_{player}", {t: str(j + 1) for j, t in enumerate(kinds)},
                        f"1 + ({player} is {kinds[0]})",
                    )  # fmt: skip
                else:
                    term["weight"] = self.pick("1", "q", "2")
                terms[f"w{i}"] = term
            out[player] = terms
        if self.structure and len(self.types) and some(self.draw, 0.2):
            other = self.pick(*self.types)
            first = self.players[0]
            out[first]["envy"] = {"value": f"-({other} is {self.types[other][0]})"}
        return out

    def whole(self) -> dict[str, Any]:
        actors = self.actors()
        joint = self.joint()
        state = self.variables()
        turns = self.turns()
        proposals = self.proposal(turns)
        out: dict[str, Any] = {
            "standoff": 1, "id": "random", "title": "random",
            "clock": {"rounds": self.rounds, "start": "1962-10-22", "step": self.pick(1, 3)},
            "parameters": {
                "q": {"uniform": ["0.1", "0.4"]},
                "f": {"value": "0.3"},
                **{f"k_{p}": {"by": p} | {
                    t: {"uniform": [str(j + 1), str(j + 2)]} for j, t in enumerate(kinds)
                } for p, kinds in self.types.items()},
            },
            "actors": actors, "state": state, "turns": turns, "ends": self.ends(),
            "objectives": self.objectives(), "proposals": proposals,
        }  # fmt: skip
        if joint:
            out["joint"] = joint
        if some(self.draw, 0.4):
            out["observer"] = {"sees_as": self.pick(["public"], ["public", "ann"], ["ann"])}
        return out


@st.composite
def scenarios(draw: Any, *, structure: bool | None = None, most: int = 2000) -> Scenario:
    """A valid scenario of at most `most` histories; with ``structure=False`` types enter payoffs
    and priors only."""
    writer = _Writer(draw, draw(st.booleans()) if structure is None else structure)
    scenario = Scenario.model_validate(writer.whole())
    assume(estimate(scenario).histories <= most)
    return scenario
