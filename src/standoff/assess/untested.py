"""Load-bearing parameters without a distribution: numbers held fixed that move an answer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from standoff.assess.chain import Chain
from standoff.assess.judging import Claim, answered
from standoff.compile.draws import Draws
from standoff.errors import ScenarioError
from standoff.variants.batch import Batch, solve_draws
from standoff.variants.drawing import parameter_distributions, reference

NUDGES = (0.2, 0.05, 0.01)
"""Each fixed number is tried this share lower and higher; less where the larger share would carry
odds past one."""
BEARS = 0.05
"""It bears load where that moves an answer's probability by this much."""
MOST = 64
"""Fixed numbers tried; a scenario with more should say what it is unsure of."""


def untested(chain: Chain, claims: Mapping[str, Claim]) -> dict[str, list[str]]:
    """Judgement -> fixed parameters that bear on its answer, each nudged alone at the medians.

    Fixed numbers that shape the tree (guards, effects) and switches (0 and 1) are no estimates and
    are left out.
    """
    fixed = [
        name
        for name, entry in parameter_distributions(chain.scenario).items()
        if entry.fixed and not _switch(chain.batch.draws.values[name])
    ][:MOST]
    if not fixed or not claims:
        return {}
    batch = _solved(chain, fixed)
    if batch is None:
        return {}
    # At the medians the record may have no weight at all: then nothing is said of what bears.
    nudged = Chain(batch, chain.as_of).at(chain.as_of).anchored(chain.anchor)
    found: dict[str, list[str]] = {}
    for id, claim in claims.items():
        raw, _ = answered(nudged, claim.query)
        if raw is None or raw.status != "probability":
            continue
        base, moved = raw.per_variant[0], raw.per_variant[1:]
        shift = np.abs(moved - base).reshape(len(fixed), 2).max(axis=1)
        names = [name for name, by in zip(fixed, shift, strict=True) if by > BEARS]
        if names:
            found[id] = names
    return found


def _switch(values: np.ndarray) -> bool:
    return float(values[0]) in (0.0, 1.0)


def _solved(chain: Chain, fixed: list[str]) -> Batch | None:
    for share in NUDGES:
        try:
            return solve_draws(chain.batch.compiled, _nudged(chain, fixed, share))
        except ScenarioError:
            continue
    return None


def _nudged(chain: Chain, fixed: list[str], share: float) -> Draws:
    """The reference variant, then each fixed number lower and higher."""
    middle = reference(chain.scenario).values
    changed = {name: np.repeat(middle[name], 1 + 2 * len(fixed)) for name in fixed}
    for place, name in enumerate(fixed):
        changed[name][1 + 2 * place] *= 1 - share
        changed[name][2 + 2 * place] *= 1 + share
    return reference(chain.scenario, changed)
