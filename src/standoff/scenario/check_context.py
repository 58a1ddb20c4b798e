"""What the static checks share: the names, the clock, a list of problems, and what was used."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from standoff.errors import Problem, ScenarioError, Severity, nearest
from standoff.scenario.annotations import keys_of
from standoff.scenario.dates import Calendar
from standoff.scenario.expressions import (
    FIXED,
    Expr,
    Parameter,
    Variable,
    bind,
    evaluate,
    leaves,
    names_in,
    parse,
)  # fmt: skip
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names
from standoff.scenario.positions import Positions

__all__ = ["CONSTANT", "ODDS", "PAYOFF", "WEIGHT", "Context", "parts"]

CONSTANT = frozenset({"fixed"})
"""Numbers and fixed parameters only."""
WEIGHT = frozenset({"parameter", "fixed"})
"""Numbers and parameters: priors, weights, stakes, the odds of a report."""
ODDS = frozenset({"state", "parameter", "fixed", "type", "clock"})
"""Odds of an outcome and rates: everything but the ending."""
PAYOFF = ODDS | {"ending"}
SLACK = 1e-9
"""How far odds that are written as decimals may be from one."""


@dataclass
class Context:
    """One check of one scenario. Problems are gathered, never raised."""

    scenario: Scenario
    names: Names
    positions: Positions
    calendar: Calendar | None
    problems: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    """Names that some expression or query reads: parameters, defines, state variables."""
    cited: set[str] = field(default_factory=set)

    def add(
        self,
        code: str,
        message: str,
        path: str,
        *,
        found: str = "",
        expected: str = "",
        near: str = "",
        severity: Severity = "error",
        key: bool = False,
    ) -> None:
        """Note a problem at a key path (at the key itself with `key`)."""
        place = self.positions.key(path) if key else self.positions.at(path)
        self.problems.append(Problem(code, message, place, path, found, expected, near, severity))

    def warn(self, code: str, message: str, path: str, **more: Any) -> None:
        """Note a warning."""
        self.add(code, message, path, severity="warning", **more)

    def unknown(
        self, what: str, name: str, known: Collection[str], path: str, *, key: bool = False
    ) -> None:
        """Complain of a name that is none of `known`."""
        near = nearest(name, known)
        listed = ", ".join(known) if len(known) <= 12 else ""
        expected = (
            f"one of {listed}" if listed and not near else "" if listed else f"no {what} is defined"
        )
        if near:
            expected = ""
        self.add(
            f"unknown-{what.replace(' ', '-')}",
            f"there is no {what} {name!r}",
            path,
            found=repr(name),
            expected=expected,
            near=near,
            key=key,
        )

    def known(self, what: str, name: str, known: Collection[str], path: str) -> bool:
        """Whether `name` is one of `known`; complains where it isn't."""
        if name in known:
            return True
        self.unknown(what, name, known, path)
        return False

    # --- expressions

    def expression(
        self, text: str, path: str, allow: Collection[str], beside: str | None = None
    ) -> Expr | None:
        """The bound expression at a key path, or None where it has faults (noted)."""
        place = self.names.place(path)
        try:
            tree = parse(text, place)
            self.uses(names_in(tree))
            bound = bind(tree, self.names, beside=beside, allow=allow, where=place)
        except ScenarioError as error:
            self.problems.extend(error.problems)
            return None
        self.uses(n.name for n in leaves(bound) if isinstance(n, (Parameter, Variable)))
        return bound

    def one_number(self, expr: Expr | None, path: str, owner: str = "") -> None:
        """Complain of parameters by type where no type is at hand (but `owner`'s own)."""
        for leaf in leaves(expr) if expr is not None else ():
            by = self.names.parameters[leaf.name].by if isinstance(leaf, Parameter) else None
            if isinstance(leaf, Parameter) and by is not None and by != owner:
                self.problems.append(
                    self.names.place(path).problem(
                        "wrong-kind",
                        f"{leaf.name!r} differs by type of {by}, and is no one number here",
                        leaf.column,
                        len(leaf.name),
                        found=f"`{leaf.name}`",
                        expected="a parameter that is the same for all types",
                    )
                )

    def uses(self, names: Any) -> None:
        """Note names as used, and through a define what stands in it."""
        for name in names:
            if name in self.used:
                continue
            self.used.add(name)
            text = self.names.defines.get(name)
            if text is not None:
                try:
                    self.uses(names_in(parse(text)))
                except ScenarioError:
                    continue  # told where the define is bound

    def guard(self, text: str | None, path: str) -> None:
        """A condition on which the tree depends."""
        if text is not None:
            number = self.constant(self.expression(text, path, FIXED))
            if number is not None and not math.isfinite(number):
                self.add("not-finite", "a condition must be finite", path, found=text)
            if number == 0:
                self.warn("unreachable", "this never holds", path, found=text)

    def constant(self, expr: Expr | None) -> float | None:
        """The number that a bound expression is in every variant and state, or None."""
        if expr is None or any(not isinstance(n, Parameter) for n in leaves(expr)):
            return None
        values: dict[str, float] = {}
        for leaf in leaves(expr):
            assert isinstance(leaf, Parameter)
            number = self.fixed(leaf.name)
            if number is None:
                return None
            values[leaf.name] = number
        return float(evaluate(expr, lambda leaf: values[leaf.name]))

    def fixed(self, name: str, depth: int = 0) -> float | None:
        """The value of a fixed parameter that is the same for all types, or None."""
        info = self.names.parameters.get(name)
        if info is None or not info.fixed or info.by is not None or depth > 20:
            return None
        text = info.distributions[""].value or ""
        try:
            tree = bind(parse(text), self.names, allow=CONSTANT)
        except ScenarioError:
            return None
        found = [n for n in leaves(tree) if isinstance(n, Parameter)]
        values = {n.name: self.fixed(n.name, depth + 1) for n in found}
        if any(v is None for v in values.values()) or len(found) != len(leaves(tree)):
            return None
        numbers = {k: v for k, v in values.items() if v is not None}
        return float(evaluate(tree, lambda leaf: numbers[leaf.name]))

    # --- odds

    def odds(
        self,
        entries: Mapping[str, str],
        path: str,
        allow: Collection[str],
        *,
        what: str = "odds",
        total: bool = True,
        paths: Mapping[str, str] | None = None,
        single: bool = False,
    ) -> None:
        """Odds by name, one of them possibly `rest`: each from 0 to 1, together 1.

        `total`: whether all of them are always open, so that the sum can be judged here. `single`:
        no type is at hand that would choose among the numbers of a parameter by type.
        """
        sum_, vary, rests = 0.0, False, []
        for name, text in entries.items():
            place = paths[name] if paths else f"{path}.{name}"
            if text.strip() == "rest":
                rests.append(place)
                continue
            expr = self.expression(text, place, allow)
            if single:
                self.one_number(expr, place)
            number = self.constant(expr)
            if number is None:
                vary = True
                continue
            if not math.isfinite(number) or not 0 <= number <= 1:
                self.add("odds-range", f"{what} are numbers from 0 to 1", place, found=text)
            sum_ += number
        for extra in rests[1:]:
            self.add(
                "two-rests",
                "only one of them can be `rest`",
                extra,
                found="a second `rest`",
                expected="a number",
            )
        if not total:
            return
        if rests and sum_ > 1 + SLACK:
            self.add(
                "odds-sum",
                f"the {what} leave less than nothing for `rest`",
                path,
                found=f"{sum_:.6g} without it",
                expected="at most 1",
                key=True,
            )
        if not rests and not vary and abs(sum_ - 1) > SLACK and math.isfinite(sum_):
            self.add(
                "odds-sum",
                f"the {what} don't sum to one",
                path,
                found=f"{sum_:.6g}",
                expected="1 (one of them may be `rest`)",
                key=True,
            )


def parts(model: BaseModel, path: str = "") -> Iterator[tuple[str, BaseModel]]:
    """Every model inside `model`, itself first, with its key path."""
    yield path, model
    keys = keys_of(type(model))
    entries = {k.name: getattr(model, k.field) for k in keys.values()}
    entries |= model.model_extra or {}
    for name, value in entries.items():
        yield from _inside(value, f"{path}.{name}" if path else name)


def _inside(value: Any, path: str) -> Iterator[tuple[str, BaseModel]]:
    if isinstance(value, BaseModel):
        yield from parts(value, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _inside(item, f"{path}.{key}")
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _inside(item, f"{path}.{index}")
