"""The JSON form of a solved game: what ``standoff solve --json`` prints, with a published schema.

Players, information sets and actions go by the names that they have where the game came from.
Every information set and action is listed, those of probability zero too.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Base: frozen, no unknown keys, docstrings reach the schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class CertificateShown(Part):
    """How good the answer is, measured by code that shares nothing with the solver."""

    name: str
    """`nash_conv` (nash): the sum of what each player could gain by its best reply, in payoffs.
    `efce_gap`, `efcce_gap`, `nfcce_gap`: the most that one player gains by disobeying a mediator
    (having seen a recommendation; before it sees it; before play begins), in payoffs.
    `coarse_gap` (cce): the most that one player gains by turning the device down, in payoffs.
    `logit_residual` (aqre): the largest |log strategy - log logit response|. `subgame_gap` (spe):
    the most that one deviation gains in any subgame, in payoffs. `none` (level_k,
    cognitive_hierarchy): no equilibrium is claimed."""
    value: float | None
    """Largest over the equilibria; `null` where nothing is claimed."""
    tolerance: float | None = None
    """What it had to be at most."""
    exploitability: float | None = None
    """nash: `value` over the number of players."""


class EquilibriumShown(Part):
    """One strategy profile."""

    strategies: dict[str, dict[str, dict[str, float]]]
    """player -> information set -> action -> probability."""
    values: dict[str, float]
    """player -> what it expects, in the game's payoffs, before anything is drawn or played."""
    certificate: float | None = None
    """The check of this profile by itself; `null` where only all of them together are checked."""
    gains: dict[str, float] | None = None
    """player -> what it could gain by its best reply (nash, level_k, cognitive_hierarchy)."""
    weight: float | None = None
    """Odds with which a device draws this profile (cce), or the share of a level."""
    label: str = ""
    """What this profile is, where that is not told by the concept (`level 2`)."""


class PairShown(Part):
    """What both players may have been told, and how likely that is."""

    first: tuple[str, str] | None
    """Information set and action at which the first player's sequence ends; `null` where it has
    been told nothing yet."""
    second: tuple[str, str] | None
    """The second player's."""
    weight: float
    """Odds that the mediator's plan holds both sequences, chance aside."""


class DeviceShown(Part):
    """A mediator's device (efce, efcce, nfcce)."""

    value: float
    """Of the objective, if all obey."""
    bound: float
    """No device does better than this."""
    exact: bool
    """Whether every plan that the program admits is a device's: `value` is then the best."""
    is_a_device: bool
    """False where only the bound means anything."""
    pairs: list[PairShown]
    """The plan: relevant pairs of sequences that have any odds."""


class PathPointShown(Part):
    """A point of the branch of AQRE that starts at uniform play."""

    precision: float
    arclength: float
    """Length of the branch up to here."""
    residual: float
    """The largest |log strategy - log logit response| here."""
    fold: bool
    """Whether the branch turned back in precision since the point before."""
    strategies: dict[str, dict[str, dict[str, float]]] | None
    """As in an equilibrium; `null` where the whole branch would be too much to keep."""


class SolvedGame(Part):
    """A game and its solution."""

    game: str
    """Its title, where it has one, else where it came from."""
    source: str
    """`efg`, `nfg`, `openspiel`, `sgame` or `scenario`."""
    histories: int
    information_sets: int
    concept: str
    method: str
    """The algorithm that found it."""
    status: Literal["solved", "unfinished", "stopped"]
    """`solved`: the certificate holds to the tolerance. `stopped`: by the user."""
    advice: str
    """What to know about the answer, and what to do where it is unfinished."""
    certificate: CertificateShown
    precision: float | None
    """Precision of the logit; `null` where the concept has none."""
    iterations: int
    seconds: float
    values: dict[str, float]
    """player -> what it expects: of the first equilibrium, or of the whole device."""
    ranges: dict[str, tuple[float, float]] | None = None
    """player -> the least and the most that it expects in any pure equilibrium (spe)."""
    complete: bool
    """Whether the list is known to hold every equilibrium of its kind."""
    equilibria: list[EquilibriumShown]
    device: DeviceShown | None = None
    """What a mediator would draw from, where one is meant; `equilibria` then holds the odds of each
    recommendation by itself, or the profiles that the device mixes."""
    path: list[PathPointShown] | None = None
    """The branch, with `--path`."""
