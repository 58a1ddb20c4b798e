"""Following a branch of logit equilibria: predictor, corrector, folds, arrival.

Pseudo-arclength continuation (Keller 1977, key `keller1977`; Allgower & Georg 1990, key
`allgower1990`; for logit equilibria Turocy 2005, key `turocy2005`) on ``z = (x, w)``: log odds and
scaled precision. The predictor is the polynomial through the last points of the branch, of the
order that would have foretold the last one best; the corrector is Newton's method on the plane
through the prediction, across the polynomial's direction, with GMRES for its linear equations.

A step counts only if Newton's method converges and the correction is small, in log odds and beside
the step itself: so that the next point is on the same branch, and a fold is a bend like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

ORDERS = 4
"""Highest order of the predictor."""
AIM = 0.15
"""Correction, in log odds, that a step is chosen for."""
MOST = 1.0
"""Correction past which a step is not accepted."""
TURN = 0.25
"""The same, beside the length of the step (Euclidean norms)."""
BEND = 0.7
"""Cosine of the angle between two chords below which a step is not accepted, so that no step turns
back on the branch."""
LANDED = 1e-7
"""Residual, or last step, with which a point at the goal is good enough to be polished."""
NOISE = 1e-2
"""Chords below this length have no certain direction."""
NEWTONS = 8
FORCE = 0.1
"""GMRES need not reduce a residual by more than this."""
FIRM = 1e-9
"""The same once steps have failed: directions in which hardly anything pulls count, too."""
DIRECTIONS = 160
"""Directions of GMRES at most."""


@dataclass
class Follower:
    """A walk along one branch. `z` is where it stands; `step` takes it further."""

    map: Any  # Field of kernels.logit_map
    plain_map: Any  # the same, answering the play as it is: the certificate
    n: int
    tolerance: float = 1e-5  # of points on the way
    finest: float = 1e-13  # of points at a goal
    accepted: float = 1e-10  # at a goal, where rounding allows no better
    careful: float = 1.0  # divides what a correction may be

    scale: float = 1.0  # w is the precision times this
    h: float = 0.0
    order: int = 1
    count: int = 0
    sweeps: int = 0
    force: float = FORCE
    worst: float = 0.0  # residual of the last point
    ring: Float = field(init=False)
    places: Float = field(init=False)

    def __post_init__(self) -> None:
        from standoff.kernels import krylov

        self._krylov = krylov
        n, m = self.n, min(self.n + 1, DIRECTIONS)
        self.ring, self.places = np.zeros((ORDERS + 2, n + 1)), np.zeros(ORDERS + 2)
        self._basis, self._hessenberg = np.zeros((m + 1, n + 1)), np.zeros((m + 1, m))
        self._turns, self._weights = np.zeros((4, m + 1)), np.zeros((2, ORDERS + 2))
        self._guess, self._border, self._rhs, self._z = np.zeros((4, n + 1))
        self._errors, self._report = np.zeros(ORDERS + 1), np.zeros(5)

    @property
    def z(self) -> Float:
        """[n + 1] the last point."""
        here: Float = self.ring[self.count - 1]
        return here

    @property
    def precision(self) -> float:
        """Its precision."""
        return float(self.z[-1]) / self.scale

    @property
    def place(self) -> float:
        """Its arclength."""
        return float(self.places[self.count - 1])

    def begin(self, start: Float, goal: float, unit: float) -> bool:
        """Stand at precision zero, whose log odds are `start`, with a second point just ahead.

        `unit` is a precision at which hardly anything has happened yet.
        """
        n = self.n
        guess, border = self._guess, self._border
        border[:], guess[:n] = 0.0, start
        border[n] = 1.0
        self.ring[0] = guess
        guess[n] = near = min(unit, 0.01 * goal)
        if self._newton(MOST, 1e-14, 1e-10) < 0:
            return False
        way = (self._z - self.ring[0]) / near
        largest, length = float(np.abs(way[:n]).max()), float(np.linalg.norm(way[:n]))
        # Precision counts as much as all log odds together, at the start.
        self.scale = length or 1.0
        self.ring[1] = self._z
        self.ring[1, n] *= self.scale
        self.places[1] = np.linalg.norm(self.ring[1] - self.ring[0])
        self.count, self.order = 2, 1
        first = min(goal, AIM / self.careful / largest) if largest else goal
        self.h = self.places[1] * first / near
        return True

    def stand(self, x: Float, precision: float, toward: float) -> bool:
        """Stand at log odds x of an equilibrium at `precision`, looking toward another one."""
        n, near = self.n, precision + 1e-3 * (toward - precision)
        self.scale = 1.0
        guess, border = self._guess, self._border
        border[:], border[n] = 0.0, 1.0
        guess[:n], guess[n] = x, near
        if self._newton(MOST, self.tolerance, self.tolerance) < 0:
            return False
        way = (self._z[:n] - x) / (near - precision)
        self.scale = float(np.linalg.norm(way)) or 1.0
        self.ring[0, :n], self.ring[0, n] = x, precision * self.scale
        self.ring[1, :n], self.ring[1, n] = self._z[:n], near * self.scale
        self.places[0], self.places[1] = 0.0, np.linalg.norm(self.ring[1] - self.ring[0])
        self.count, self.order, self.h = 2, 1, float(self.places[1])
        return True

    def settle(self, x: Float, precision: float, damped: int, step: float) -> Float | None:
        """[n] log odds of an equilibrium, from any x: damped iterations of the map, then Newton's
        method; None where these do not lead to one.
        """
        n, z, guess = self.n, self._z, self._guess
        self.scale = 1.0
        self._border[:], self._border[n] = 0.0, 1.0
        guess[:n], guess[n] = x, precision
        for _ in range(damped):
            self._krylov.newton(
                self.map, 1.0, guess, self._border, MOST, np.inf, z, self._rhs, self._basis,
                self._hessenberg, self._turns, self._report, 0, FORCE,
            )  # fmt: skip
            self.sweeps += 1
            if not self._report[0] < np.inf:
                return None
            guess[:n] -= step * self._rhs[:n]
        if self._newton(np.inf, self.finest, LANDED) < 0:
            return None
        return z[:n].copy()

    def _newton(self, most: float, tolerance: float, accepted: float) -> int:
        """Newton's method from the guess. Returns the number of steps, or -1."""
        report = self._report
        self._krylov.newton(
            self.map, self.scale, self._guess, self._border, most, tolerance, self._z, self._rhs,
            self._basis, self._hessenberg, self._turns, report, NEWTONS, self.force,
        )  # fmt: skip
        worst, steps, moved, far, count = report
        self.worst = float(worst)
        self.sweeps += int(count)
        if not far <= most:
            return -1
        # Exact backward induction enlarges what is lost in rounding: where the residual cannot be
        # small, the last step must have been.
        return int(steps) if worst <= accepted or moved <= accepted else -1

    def distance(self, z: Float, scale: float | None = None, newtons: int = 0) -> float:
        """The certificate at z: how far the play is from its logit response, in log odds.

        After so many steps of Newton's method at the same precision on the certificate's own map,
        which loses less in rounding; then `polished` is the point found.
        """
        n = self.n
        self._border[:], self._border[n] = 0.0, 1.0
        self._krylov.newton(
            self.plain_map, self.scale if scale is None else scale, z, self._border, MOST,
            0.1 * self.accepted, self._z, self._rhs, self._basis, self._hessenberg, self._turns,
            self._report, newtons, FORCE,
        )  # fmt: skip
        self.sweeps += int(self._report[4])
        return float(self._report[0])

    @property
    def polished(self) -> Float:
        """[n] log odds of the point at which `distance` was last measured."""
        return self._z[: self.n].copy()

    def step(self, goal: float | None) -> int:
        """One step, shortened as often as it must be.

        Returns 1 if it ended at precision `goal` (None: wherever it leads), 0 if elsewhere, -1 if
        no step is small enough.
        """
        krylov = self._krylov
        smallest = 1e-10 * (1.0 + abs(self.place))
        aim, most, turn = AIM / self.careful, MOST / self.careful, TURN / self.careful
        side, goal_w = 0.0, 0.0
        if goal is not None:
            goal_w = goal * self.scale
            side = float(np.sign(goal_w - self.z[-1]))
        for attempt in range(100):
            order = min(self.order, self.count - 1) if attempt < 3 else 1
            h = krylov.foretell(
                self.ring, self.places, self.count, order, self.h, goal_w, side, self._guess,
                self._border, self._weights,
            )  # fmt: skip
            landing, h = h < 0.0, abs(h)
            newtons = self._newton(
                most, self.finest if landing else self.tolerance,
                LANDED if landing else 10 * self.tolerance,
            )  # fmt: skip
            if newtons >= 0 and self._near(most, turn):
                passed = side * (self._z[-1] - goal_w) >= 0.0 and not landing
                if side == 0.0 or not passed:
                    break
            self.h = 0.4 * h
            if attempt >= 1:
                self.force = FIRM
            if self.h <= smallest:
                return -1
        else:
            return -1
        if attempt == 0 and self.force < FORCE:
            self.force = min(FORCE, 100.0 * self.force)
        # The length of the chord, not the step asked for: else the polynomials lose their pace, and
        # may turn back on themselves.
        chord = float(np.linalg.norm(self._z - self.z))
        place = self.place + chord
        orders = min(ORDERS, self.count - 1)
        krylov.compare(
            self.ring, self.places, self.count, place, self._z, orders, self._weights, self._errors
        )
        ways = np.arange(2, orders + 2)
        factors = (aim / np.maximum(self._errors[1 : orders + 1], 1e-8)) ** (1.0 / ways)
        best = int(np.argmax(factors))
        factor = min(2.5, max(0.3, 0.85 * float(factors[best])))
        self.h = chord * (min(factor, 1.0) if newtons > 4 else factor)
        self.count = krylov.remember(self.ring, self.places, self.count, place, self._z)
        self.order = best + 1
        return int(landing)

    def _near(self, most: float, turn: float) -> bool:
        """Whether the point found is near enough to the point foretold."""
        off = self._z - self._guess
        far = float(np.abs(off[:-1]).max())
        way, before = self._z - self.z, self.z - self.ring[self.count - 2]
        length, past = float(np.linalg.norm(way)), float(np.linalg.norm(before))
        if min(length, past) > NOISE and float(way @ before) < BEND * length * past:
            return False
        return far <= 1e-3 or (far <= most and float(np.linalg.norm(off)) <= turn * length)
