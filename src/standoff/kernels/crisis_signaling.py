"""All equilibria of crisis signaling games with normal private shocks: one game after the other.

Letters as in `standoff.solve.private_shocks`. An equilibrium is a fixed point of the map that takes
the odds p that B resists to the odds with which it resists those who challenge on that expectation:

    c = V_A + (S_A - V_A) / p            what A must expect from a conflict in order to challenge
    q = P(W > X | max(W, X) > c)         B's belief that a challenger fights, where W and X are
                                         normal with means W_A and a
    F(p) = Phi(W_B - C_B + (V_B - C_B) (1 - q) / q)

Conditional on max(W, X) = c, W is the larger with odds pi(c) that rise in c if W_A > a and fall if
W_A < a (the reversed hazard phi/Phi falls, and falls the faster in proportion the further right);
q is the mean of pi above c, and does the same. So F is monotone. Falling, it has one fixed point.
Rising, F maps an interval onto [F(low), F(high)]; the search throws away what that excludes or what
a bound on the slope excludes, stops at intervals in which F(p) - p is monotone, and halves the
others.
"""

from __future__ import annotations

import math

import numpy as np

from standoff.kernels.bivariate_normal import normal_cdf
from standoff.kernels.compiling import inner, kernel

MOST = 16
"""Equilibria of one game that are kept."""
ALL, TANGENT, UNFINISHED = 0, 1, 2
FALLING, RISING = 0, 1
_NARROW = 1e-7
"""Relative width of an interval that is not halved again."""
_STACK = 512
_ROOT_2 = math.sqrt(2.0)
_LOG_ROOT_2_PI = 0.5 * math.log(2.0 * math.pi)
_EPS = 2.3e-16
_LOOSE = 4e-13
"""Relative error of the odds of fighting, at most."""
_FAR = 1e150
"""Thresholds past this count as infinite: their squares would be."""

_X, _W = np.polynomial.legendre.leggauss(24)
_ARC = math.pi / 8.0 * (1.0 + _X)
_SIN = np.sin(_ARC)
_INVERSE = 1.0 / np.cos(_ARC) ** 2
_TAIL_X, _TAIL_W = np.polynomial.legendre.leggauss(64)


@inner
def _reversed_hazard(x):  # type: ignore[no-untyped-def]
    """phi(x) / Phi(x)."""
    if x > -30.0:
        return math.exp(-0.5 * x * x - _LOG_ROOT_2_PI) / normal_cdf(x)
    s = 1.0 / (x * x)
    return -x / (1.0 - s * (1.0 - s * (3.0 - s * (15.0 - s * (105.0 - s * 945.0)))))


@inner
def _tail(low, d, mode):  # type: ignore[no-untyped-def]
    """Integral of phi(x) Phi(x + d) from `low` up, over ``exp(-low^2 / 2)``; the integrand, which
    is log-concave, is largest at `mode`, or at `low` if that is higher.
    """
    if low > 1e8:
        return normal_cdf(low + d) / (low * math.sqrt(2.0 * math.pi))
    # Past its largest value it falls at least like a normal density.
    before = max(mode - low, 0.0)
    slope = 0.0 if before > 0.0 else max(low - _reversed_hazard(low + d), 0.0)
    reach = before + 76.0 / (slope + math.sqrt(slope * slope + 76.0))
    total = 0.0
    for i in range(len(_TAIL_X)):
        t = 0.5 * reach * (1.0 + _TAIL_X[i])
        total += _TAIL_W[i] * math.exp(-t * (low + 0.5 * t)) * normal_cdf(low + t + d)
    return 0.5 * reach * total / math.sqrt(2.0 * math.pi)


@inner
def larger_and_above(v, d):  # type: ignore[no-untyped-def]
    """P(Z > v, Z + d > Y) for independent standard normals, to a small relative error."""
    if v < -40.0:
        return normal_cdf(d / _ROOT_2)
    x, y = -v, d / _ROOT_2
    squares, product = 0.5 * (x * x + y * y), x * y
    total = 0.0
    for i in range(len(_X)):
        total += _W[i] * math.exp((_SIN[i] * product - squares) * _INVERSE[i])
    found = normal_cdf(x) * normal_cdf(y) + total / 16.0
    if found > 1e-3:
        return found
    # Where the integrand is largest: x = phi/Phi(x + d).
    mode = max(0.0, -0.5 * d)
    for _ in range(6):
        r = _reversed_hazard(mode + d)
        mode -= (mode - r) / (1.0 + r * (r + mode + d))
    low = max(v, mode - 9.0)
    return math.exp(-0.5 * low * low) * _tail(low, d, mode)


@inner
def margins(c, W_A, a):  # type: ignore[no-untyped-def]
    """What a threshold c implies: the odds that a challenger fights as ``(1 - q) / q`` (they may be
    infinite), the log of the odds p_C of a challenge, pi(c), and the density of max(W, X) at c over
    p_C.
    """
    d = W_A - a
    if c < -_FAR:
        return normal_cdf(-d / _ROOT_2) / normal_cdf(d / _ROOT_2), 0.0, 0.5, 0.0
    if c > _FAR:
        if d == 0.0:
            return 1.0, -math.inf, 0.5, math.inf
        return (0.0 if d > 0.0 else math.inf), -math.inf, (1.0 if d > 0.0 else 0.0), math.inf
    v, w = c - W_A, c - a
    if v > 5.0 and w > 5.0:
        # Both over the larger of two factors, so that nothing underflows however far out.
        war, back = _tail(v, d, v), _tail(w, -d, w)
        ratio = math.exp(-0.5 * abs(d) * (v + w))
        if d >= 0.0:
            back *= ratio
            scale = -0.5 * v * v
        else:
            war *= ratio
            scale = -0.5 * w * w
    else:
        war, back = larger_and_above(v, d), larger_and_above(w, -d)
        scale = 0.0
    total = war + back
    log_challenge = scale + math.log(total) if total > 0.0 else -math.inf
    odds = back / war if war > 0.0 else math.inf
    if v > -5.0 and w > -5.0:
        t = math.exp(-0.5 * d * (v + w)) * normal_cdf(v) / normal_cdf(w)
        pi = 1.0 / (1.0 + t)
    else:
        r, s = _reversed_hazard(v), _reversed_hazard(w)
        pi = r / (r + s)
    density = math.exp(-0.5 * v * v - _LOG_ROOT_2_PI - log_challenge) * normal_cdf(w)
    density += math.exp(-0.5 * w * w - _LOG_ROOT_2_PI - log_challenge) * normal_cdf(v)
    return odds, log_challenge, pi, density


@inner
def _threshold(p, S_A, V_A):  # type: ignore[no-untyped-def]
    if S_A == V_A:
        return V_A
    return V_A + (S_A - V_A) / p


@inner
def respond(p, S_A, V_A, C_B, W_A, W_B, a, V_B):  # type: ignore[no-untyped-def]
    """F(p), z with F = Phi(z), F'(p), a bound on the rounding error of F, and the margins."""
    c = _threshold(p, S_A, V_A)
    odds, log_challenge, pi, density = margins(c, W_A, a)
    B = V_B - C_B
    z = W_B - C_B
    if B != 0.0:
        z += B * odds
    q = 1.0 / (1.0 + odds)
    value = normal_cdf(z)
    height = math.exp(-0.5 * z * z - _LOG_ROOT_2_PI)
    slope, error = 0.0, 4.0 * _EPS * value
    if height > 0.0 and q > 0.0:
        slope = height * (-B / (q * q)) * density * (q - pi) * (V_A - S_A) / (p * p)
        # Rounding of the shifts counts the more, the further out they lead.
        shifts = abs(W_A) + abs(a)
        far = abs(W_A - a) + max(min(c - W_A, 1e9), 0.0) + max(min(c - a, 1e9), 0.0)
        loose = _LOOSE + 4.0 * _EPS * shifts * far
        error += height * (abs(B) * odds * loose + 4.0 * _EPS * (abs(W_B) + abs(C_B)))
    if math.isnan(slope):
        slope = 0.0
    if slope != 0.0:
        moved = p + (abs(V_A) + abs(W_A) + abs(a)) * p * p / abs(V_A - S_A)
        error += 4.0 * _EPS * abs(slope) * moved
    return value, z, slope, error, odds, log_challenge, pi


@inner
def _highest(low, high):  # type: ignore[no-untyped-def]
    """Largest and smallest log of the normal density on an interval."""
    near = 0.0
    if low > 0.0:
        near = low
    elif high < 0.0:
        near = high
    far = max(abs(low), abs(high))
    return -0.5 * near * near - _LOG_ROOT_2_PI, -0.5 * far * far - _LOG_ROOT_2_PI


@inner
def factors(low, high, at_low, at_high, S_A, V_A, W_A, a):  # type: ignore[no-untyped-def]
    """Bounds over [low, high] on what F' is made of, from what `respond` gave at the ends: least
    and largest phi(z), 1 / q^2, |q - pi|, and the density of max(W, X) at c over p_C (nothing is
    said of the last for low = 0).
    """
    _, z1, _, _, odds1, log1, pi1 = at_low
    _, z2, _, _, odds2, log2, pi2 = at_high
    c1, c2 = _threshold(low, S_A, V_A), _threshold(high, S_A, V_A)
    q1, q2 = 1.0 / (1.0 + odds1), 1.0 / (1.0 + odds2)
    if c1 > c2:
        c1, c2, log1, log2 = c2, c1, log2, log1
    z_top, z_bottom = _highest(min(z1, z2), max(z1, z2))
    q_low, q_high = min(q1, q2), max(q1, q2)
    pi_low, pi_high = min(pi1, pi2), max(pi1, pi2)
    # The mean above c lies beyond the value at c: on the side towards which pi moves.
    if a < W_A:
        gap_high, gap_low = q_high - pi_low, max(q_low - pi_high, 0.0)
    else:
        gap_high, gap_low = pi_high - q_low, max(pi_low - q_high, 0.0)
    density_low, density_top = 0.0, math.inf
    if low > 0.0:
        v1, v2, w1, w2 = c1 - W_A, c2 - W_A, c1 - a, c2 - a
        first, first_low = _highest(v1, v2)
        second, second_low = _highest(w1, w2)
        density_top = math.exp(first - log2) * normal_cdf(w2)
        density_top += math.exp(second - log2) * normal_cdf(v2)
        density_low = math.exp(first_low - log1) * normal_cdf(w1)
        density_low += math.exp(second_low - log1) * normal_cdf(v1)
        if math.isnan(density_top) or math.isnan(density_low):
            density_low, density_top = 0.0, math.inf
    least = math.exp(z_bottom), 1.0 / (q_high * q_high), gap_low, density_low
    most = math.exp(z_top), 1.0 / (q_low * q_low), gap_high, density_top
    return least, most


@inner
def slopes(low, high, at_low, at_high, S_A, V_A, C_B, W_A, a, V_B):  # type: ignore[no-untyped-def]
    """Bounds on F' over [low, high] for a rising F."""
    A, B = V_A - S_A, abs(V_B - C_B)
    least, most = factors(low, high, at_low, at_high, S_A, V_A, W_A, a)
    if not most[1] < math.inf:
        return 0.0, math.inf
    top = most[0] * most[1] * most[2] * B
    bottom = least[0] * least[1] * least[2] * B
    if low == 0.0:
        # The density over p^2 falls to nothing as p does, once u (u - m) > 2 for both shocks,
        # u = V_A - c: u^2 phi(u - m) is past its peak.
        c = _threshold(high, S_A, V_A)
        u, m = V_A - c, V_A - min(W_A, a)
        if A > 0.0 and u > 0.0 and u > m and u * (u - m) > 2.0:
            far = math.exp(-0.5 * (c - W_A) * (c - W_A) - _LOG_ROOT_2_PI - at_high[5])
            far += math.exp(-0.5 * (c - a) * (c - a) - _LOG_ROOT_2_PI - at_high[5])
            return 0.0, top * far * u * u / A
        return 0.0, math.inf
    top *= most[3] * abs(A) / (low * low)
    bottom *= least[3] * abs(A) / (high * high)
    if math.isnan(top):
        top = math.inf
    if math.isnan(bottom):
        bottom = 0.0
    return bottom * (1.0 - 1e-9), top * (1.0 + 1e-9)


@inner
def _zero(low, high, sign, S_A, V_A, C_B, W_A, W_B, a, V_B):  # type: ignore[no-untyped-def]
    """The fixed point between `low` and `high`, where ``sign * (F(p) - p)`` falls from one end to
    the other: Newton steps, halving where they leave the bracket.
    """
    p = 0.5 * (low + high)
    for _ in range(300):
        value, _, slope, _, _, _, _ = respond(p, S_A, V_A, C_B, W_A, W_B, a, V_B)
        gap = value - p
        if gap == 0.0:
            return p
        if sign * gap > 0.0:
            low = p
        else:
            high = p
        if high - low <= 2.0 * _EPS * high:
            break
        new = p - gap / (slope - 1.0) if slope != 1.0 else -1.0
        if abs(new - p) <= _EPS * p:
            return new
        if not low < new < high:
            if low > 0.0:
                new = math.sqrt(low) * math.sqrt(high) if high > 4.0 * low else 0.5 * (low + high)
            else:
                new = 1e-3 * high
            if not low < new < high:
                break
        p = new
    return p


@inner
def _keep(p, close, found, tangent, count):  # type: ignore[no-untyped-def]
    """Add a fixed point to the sorted ones, those that cannot be told apart as one."""
    for i in range(count):
        near = abs(found[i] - p) <= 4.0 * _NARROW * max(found[i], p)
        if near and (close or tangent[i]):
            tangent[i] = True
            return count
    if count == MOST:
        return count + 1
    at = count
    while at > 0 and found[at - 1] > p:
        found[at] = found[at - 1]
        tangent[at] = tangent[at - 1]
        at -= 1
    found[at] = p
    tangent[at] = close
    return count + 1


@inner
def _rising(S_A, V_A, C_B, W_A, W_B, a, V_B, budget, found, tangent, lows, highs):  # type: ignore[no-untyped-def]
    """Fixed points of a rising F, into `found`; how many, whether the search was finished, and the
    intervals looked at.
    """
    lows[0], highs[0] = 0.0, 1.0
    depth, count, steps = 1, 0, 0
    while depth > 0:
        steps += 1
        if steps > budget or count > MOST:
            return min(count, MOST), False, steps
        depth -= 1
        low, high = lows[depth], highs[depth]
        at_low = respond(low, S_A, V_A, C_B, W_A, W_B, a, V_B)
        at_high = respond(high, S_A, V_A, C_B, W_A, W_B, a, V_B)
        # Neighbors share an end and what is computed there, so that each crossing counts once.
        bottom, top = low, high
        above = at_low[0] >= low
        crosses = above != (at_high[0] >= high and high < 1.0)
        sign = 1.0 if above else -1.0
        empty = False
        for _ in range(4):
            width = high - low
            new_low = max(low, at_low[0] - at_low[3])
            new_high = min(high, at_high[0] + at_high[3])
            if new_low > new_high:
                empty = True
                break
            if new_low > low:
                low = new_low
                at_low = respond(low, S_A, V_A, C_B, W_A, W_B, a, V_B)
            if new_high < high:
                high = new_high
                at_high = respond(high, S_A, V_A, C_B, W_A, W_B, a, V_B)
            if high - low > 0.5 * width:
                break
        if empty:
            continue
        error = max(at_low[3], at_high[3])
        least, most = slopes(low, high, at_low, at_high, S_A, V_A, C_B, W_A, a, V_B)
        gap = max(abs(at_low[0] - low), abs(at_high[0] - high))
        if gap > max(abs(most - 1.0), abs(least - 1.0)) * (high - low) + error:
            continue
        # No more room than rounding, or F(p) - p is monotone: one fixed point or none.
        settled = high - low <= 4.0 * _EPS * high + 8.0 * error or most < 1.0 or least > 1.0
        if settled or high - low <= _NARROW * high:
            if crosses:
                p = _zero(bottom, top, sign, S_A, V_A, C_B, W_A, W_B, a, V_B)
                count = _keep(p, not settled, found, tangent, count)
            elif not settled:
                # Slope 1 and gap 0 as far as can be told: two fixed points nearly one, or none.
                count = _keep(0.5 * (low + high), True, found, tangent, count)
            continue
        if depth + 2 > _STACK:
            return min(count, MOST), False, steps
        if low > 0.0:
            cut = math.sqrt(low) * math.sqrt(high) if high > 4.0 * low else 0.5 * (low + high)
        else:
            cut = 0.25 * high
        lows[depth], highs[depth] = low, cut
        lows[depth + 1], highs[depth + 1] = cut, high
        depth += 2
    return min(count, MOST), True, steps


@kernel
def every(games, budget, resists, tangent, count, status, shape, steps):  # type: ignore[no-untyped-def]
    """Fixed points of each game, ``games`` [D, 7] in the order S_A, V_A, C_B, W_A, W_B, a, V_B.

    Into `resists` ``[D, MOST]`` (rising), `tangent` of the same shape, and for each game `count`,
    `status`, `shape` and `steps`.
    """
    lows, highs = np.empty(_STACK), np.empty(_STACK)
    for i in range(len(games)):
        S_A, V_A, C_B, W_A, W_B, a, V_B = games[i]
        rising = np.sign(V_A - S_A) * np.sign(V_B - C_B) * np.sign(a - W_A)
        steps[i] = 1
        if rising <= 0.0:
            shape[i] = FALLING
            p = _zero(0.0, 1.0, 1.0, S_A, V_A, C_B, W_A, W_B, a, V_B)
            resists[i, 0] = p
            count[i], status[i] = 1, ALL
            continue
        shape[i] = RISING
        number, finished, steps[i] = _rising(
            S_A, V_A, C_B, W_A, W_B, a, V_B, budget, resists[i], tangent[i], lows, highs
        )
        count[i] = number
        status[i] = ALL if finished else UNFINISHED
        for j in range(number):
            if finished and tangent[i, j]:
                status[i] = TANGENT


@kernel
def describe(games, index, resists, odds, log_challenge, z, residual):  # type: ignore[no-untyped-def]
    """What each fixed point implies; `index` says to which game it belongs."""
    for i in range(len(resists)):
        S_A, V_A, C_B, W_A, W_B, a, V_B = games[index[i]]
        p = resists[i]
        value, z[i], _, _, odds[i], log_challenge[i], _ = respond(
            p, S_A, V_A, C_B, W_A, W_B, a, V_B
        )
        residual[i] = abs(value - p)
