"""`use:` and `proposals` written out as plain moves, state and drifts; grades as parameters.

Later rooms see only plain turns. What the user wrote in a generated move's place (`accept_p:
{then: {standstill: true}}`) is kept and joined with what is generated, so expanding twice changes
nothing. Key paths of expanded things lead back to the user's text.
"""

from __future__ import annotations

from typing import Any

from standoff.errors import Problem, ScenarioError, nearest
from standoff.scenario.dates import calendar
from standoff.scenario.grades import graded
from standoff.scenario.models import Choice, Move, Proposal, Scenario, StateVariable, Together, Turn
from standoff.scenario.positions import attach, positions_of

__all__ = ["LEVELS", "expand", "expanded", "proposal_state"]

LEVELS = ("none", "open", "accepted", "refused", "countered", "expired")
"""What can become of a proposal."""


def proposal_state(name: str, proposal: Proposal, addressee: str) -> str:
    """The state variable that says what became of a proposal at one addressee."""
    return name if len(proposal.to) == 1 else f"{name}_{addressee}"


def expand(scenario: Scenario) -> Scenario:
    """The scenario in plain turns; idempotent. `ScenarioError` on names that lead nowhere."""
    out, problems = expanded(scenario)
    if problems:
        raise ScenarioError(problems)
    return out


def expanded(scenario: Scenario) -> tuple[Scenario, list[Problem]]:
    """What could be written out, and what could not: so that the rest can still be checked."""
    scenario = graded(scenario)
    work = _Expansion(scenario)
    work.run()
    if not work.changed:
        return scenario, work.problems
    update: dict[str, Any] = {"turns": tuple(work.turns), "state": work.state}
    out = scenario.model_copy(update=update)
    return attach(out, positions_of(scenario).with_origins(work.origins)), work.problems


class _Expansion:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.turns: list[Turn] = []
        self.state = dict(scenario.state)
        self.origins: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.changed = False
        self.shift = 0

    def run(self) -> None:
        self._states()
        drifts = self._expiries()
        self.shift = len(drifts)
        for index, turn in enumerate(self.scenario.turns):
            if self.shift:
                self.origins[f"turns.{index + self.shift}"] = f"turns.{index}"
            self.turns.append(self._turn(turn, index))
        self.turns[:0] = drifts
        self.changed = self.changed or bool(drifts)

    # --- proposals

    def _states(self) -> None:
        for name, proposal in self.scenario.proposals.items():
            for to in proposal.to:
                variable = proposal_state(name, proposal, to)
                held = self.state.get(variable)
                if held is None:
                    self.state[variable] = StateVariable(
                        levels=LEVELS, start="none", label=proposal.label or name
                    )
                    self.origins[f"state.{variable}"] = f"proposals.{name}"
                    self.changed = True
                elif held.levels != LEVELS:
                    self._add(
                        "name-clash",
                        f"the proposal {name!r} needs the state variable {variable!r} for itself",
                        f"state.{variable}",
                    )

    def _expiries(self) -> list[Turn]:
        known = {t.id for t in self.scenario.turns}
        drifts: list[Turn] = []
        for name, proposal in self.scenario.proposals.items():
            if proposal.expires is None or f"expire_{name}" in known:
                continue
            try:
                clock = calendar(self.scenario.clock)
                after = clock.rounds_over(clock.moment(proposal.expires)) + 1
            except ScenarioError:
                continue  # the clock or the date is wrong; `check` says so
            if after > len(clock):
                continue
            variables = [proposal_state(name, proposal, to) for to in proposal.to]
            self.origins[f"turns.{len(drifts)}"] = f"proposals.{name}.expires"
            drifts.append(
                Turn(
                    id=f"expire_{name}",
                    label=f"{proposal.label or name} lapses",
                    rounds=(str(after),),
                    then={v: f"expired if {v} == open else {v}" for v in variables},
                )
            )
        return drifts

    def _generated(self, turn: Turn, index: int) -> dict[str, Move]:
        """The moves that a turn's `proposes` and `answers` add, by id."""
        out: dict[str, Move] = {}
        proposals = self.scenario.proposals
        for key in ("proposes", "answers"):
            for place, name in enumerate(getattr(turn, key)):
                proposal = proposals.get(name)
                path = f"turns.{index}.{key}.{place}"
                if proposal is None:
                    self._add(
                        "unknown-proposal",
                        f"there is no proposal {name!r}",
                        path,
                        nearest(name, proposals),
                    )
                elif turn.actor is None or turn.together is not None:
                    self._add(
                        "wrong-turn", "proposals are made and answered in one actor's turn", path
                    )
                elif key == "proposes":
                    self._proposes(out, turn, name, proposal, path)
                else:
                    self._answers(out, turn, name, proposal, path)
        return out

    def _proposes(
        self, out: dict[str, Move], turn: Turn, name: str, proposal: Proposal, path: str
    ) -> None:
        if turn.actor != proposal.by:
            self._add(
                "wrong-actor", f"{name!r} is made by {proposal.by!r}, not by {turn.actor!r}", path
            )
            return
        variables = [proposal_state(name, proposal, to) for to in proposal.to]
        out[f"propose_{name}"] = Move(
            label=f"proposes {proposal.label or name}",
            when=" and ".join(f"{v} == none" for v in variables),
            then=dict.fromkeys(variables, "open"),
            channel=proposal.channel,
            tactic=proposal.tactic,
            serves=proposal.serves,
            source=proposal.source,
            first_known=proposal.first_known,
        )

    def _answers(
        self, out: dict[str, Move], turn: Turn, name: str, proposal: Proposal, path: str
    ) -> None:
        if turn.actor not in proposal.to:
            self._add(
                "wrong-actor",
                f"{name!r} is not addressed to {turn.actor!r}",
                path,
                nearest(str(turn.actor), proposal.to),
            )
            return
        variable = proposal_state(name, proposal, str(turn.actor))
        words = proposal.label or name
        shared = {"when": f"{variable} == open", "channel": proposal.channel}
        for verb, past, level in (
            ("accept", "accepts", "accepted"),
            ("refuse", "refuses", "refused"),
        ):
            out[f"{verb}_{name}"] = Move(label=f"{past} {words}", then={variable: level}, **shared)
        if proposal.counter is not None:
            other = self.scenario.proposals.get(proposal.counter)
            if other is None:
                self._add(
                    "unknown-proposal",
                    f"there is no proposal {proposal.counter!r}",
                    f"proposals.{name}.counter",
                    nearest(proposal.counter, self.scenario.proposals),
                )
                return
            opened = {proposal_state(proposal.counter, other, to): "open" for to in other.to}
            out[f"counter_{proposal.counter}"] = Move(
                label=f"answers {words} with {other.label or proposal.counter}",
                then={variable: "countered", **opened},
                tactic=other.tactic,
                serves=other.serves,
                **shared,
            )

    # --- turns and moves

    def _turn(self, turn: Turn, index: int) -> Turn:
        update: dict[str, Any] = {}
        generated = self._generated(turn, index)
        here = f"turns.{index + self.shift}"
        user = f"turns.{index}"
        for key in ("moves", "outcomes"):
            menu: Choice | None = getattr(turn, key)
            if key == "moves" and generated:
                menu = self._joined(menu or {}, generated, here, user)
            if menu is not None:
                plain = self._menu(menu, f"{here}.{key}", f"{user}.{key}")
                if plain != getattr(turn, key):
                    update[key] = plain
        if turn.together is not None:
            seats = tuple(
                self._seat(seat, f"{here}.together.{i}", f"{user}.together.{i}")
                for i, seat in enumerate(turn.together)
            )
            if seats != turn.together:
                update["together"] = seats
        if not update:
            return turn
        self.changed = True
        return turn.model_copy(update=update)

    def _joined(
        self, written: Choice, generated: dict[str, Move], here: str, user: str
    ) -> dict[str, Move]:
        menu = dict(written)
        for name, move in generated.items():
            own = written.get(name)
            if own is None:
                menu[name] = move
                proposal = name.partition("_")[2]
                self.origins[f"{here}.moves.{name}"] = f"proposals.{proposal}"
                continue
            given = {k: getattr(own, k) for k in own.model_fields_set}
            given["then"] = {**move.then, **own.then}
            if own.when is not None and own.when != move.when:
                given["when"] = _both(move.when, own.when)
            menu[name] = move.model_copy(update=given)
        return menu

    def _seat(self, seat: Together, here: str, user: str) -> Together:
        menu = self._menu(seat.moves, f"{here}.moves", f"{user}.moves")
        return seat if menu == seat.moves else seat.model_copy(update={"moves": menu})

    def _menu(self, menu: Choice, here: str, user: str) -> dict[str, Move]:
        return {name: self._move(m, f"{here}.{name}", f"{user}.{name}") for name, m in menu.items()}

    def _move(self, move: Move, here: str, user: str) -> Move:
        if move.use is None:
            return move
        shared = self.scenario.moves.get(move.use)
        if shared is None:
            self._add(
                "unknown-move",
                f"there is no shared move {move.use!r}",
                f"{user}.use",
                nearest(move.use, self.scenario.moves),
            )
            return move
        if shared.use is not None:
            self._add("use-chain", "a shared move can't use another one", f"moves.{move.use}.use")
            return move
        own = move.model_fields_set - {"use"}
        for key in shared.model_fields_set - own:
            self.origins[f"{here}.{key}"] = f"moves.{move.use}.{key}"
        return shared.model_copy(update={k: getattr(move, k) for k in own})

    def _add(self, code: str, message: str, path: str, near: str = "") -> None:
        where = positions_of(self.scenario).at(path)
        self.problems.append(Problem(code, message, where, path, nearest=near))


def _both(first: str | None, second: str) -> str:
    """Both conditions. Told apart from an earlier expansion, which already holds the first."""
    if first is None:
        return second
    return second if second.startswith(f"{first} and (") else f"{first} and ({second})"
