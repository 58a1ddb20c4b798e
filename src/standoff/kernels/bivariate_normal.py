"""The bivariate normal distribution function, to about 1e-15.

The derivative with respect to the correlation is elementary (Plackett 1954, key `plackett1954`), so
that the probability is the product of the two margins plus an integral over the arc from 0 to
asin(r), which Gauss-Legendre nodes get to rounding. Near correlations of one the integrand is
steep; there the integral from r to 1 is taken instead, less the first terms of its series at 1,
which are known in closed form (Drezner & Wesolowsky 1990, key `drezner1990`, as Genz 2004, key
`genz2004`, extends it).
"""

from __future__ import annotations

import math

import numpy as np

from standoff.kernels.compiling import inner, kernel

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_STEEP = 0.925
"""Absolute correlation past which the second form is used."""
_ROOT_2 = math.sqrt(2.0)
_ROOT_2_PI = math.sqrt(2.0 * math.pi)


@inner
def normal_cdf(x):  # type: ignore[no-untyped-def]
    """Standard normal distribution function, accurate in the lower tail."""
    return 0.5 * math.erfc(-x / _ROOT_2)


@inner
def bivariate_cdf(x, y, r):  # type: ignore[no-untyped-def]
    """P(X <= x, Y <= y) for standard normals with correlation r."""
    if math.isnan(x + y + r) and not (math.isinf(x) or math.isinf(y)):
        return math.nan
    if x == -math.inf or y == -math.inf:
        return 0.0
    if x == math.inf:
        return normal_cdf(y)
    if y == math.inf:
        return normal_cdf(x)
    if abs(r) < _STEEP:
        arc = 0.5 * math.asin(r)
        squares, product = 0.5 * (x * x + y * y), x * y
        total = 0.0
        for i in range(len(_NODES)):
            s = math.sin(arc * (1.0 + _NODES[i]))
            total += _WEIGHTS[i] * math.exp((s * product - squares) / (1.0 - s * s))
        found = normal_cdf(x) * normal_cdf(y) + total * arc / (2.0 * math.pi)
        return min(max(found, 0.0), 1.0)
    return _near_one(x, y, r)


@inner
def _near_one(x, y, r):  # type: ignore[no-untyped-def]
    """The same for correlations near one or minus one."""
    if r < 0.0:
        # P(X <= x, Y <= y) = P(X <= x) - P(X <= x, -Y < -y), whose correlation is -r.
        return max(normal_cdf(x) - _near_plus_one(x, -y, -r), 0.0)
    return _near_plus_one(x, y, r)


@inner
def _near_plus_one(x, y, r):  # type: ignore[no-untyped-def]
    """From the limit at 1, P(X <= min(x, y)), less the integral over what lies between.

    With t = sqrt(1 - s^2) the integrand over correlations s is exp(-b/(2 t^2)) times a smooth
    function of t, b the squared distance: exp(-xy/(1 + sqrt(1 - t^2))) / sqrt(1 - t^2). The first
    three terms of that function's series are integrated exactly.
    """
    limit = normal_cdf(min(x, y))
    if r >= 1.0:
        return limit
    b = (x - y) * (x - y)
    distance = abs(x - y)
    product = x * y
    square = (1.0 - r) * (1.0 + r)
    t = math.sqrt(square)
    c = (4.0 - product) / 8.0
    d = (12.0 - product) / 16.0
    between = 0.0
    height = -0.5 * (b / square + product)
    if height > -700.0:
        series = 1.0 - c * (b - square) * (1.0 - d * b / 5.0) / 3.0 + c * d * square * square / 5.0
        between += t * math.exp(height) * series
    if product > -1400.0:
        tail = _ROOT_2_PI * normal_cdf(-distance / t) * distance
        between -= math.exp(-0.5 * product) * tail * (1.0 - c * b * (1.0 - d * b / 5.0) / 3.0)
    half = 0.5 * t
    for i in range(len(_NODES)):
        step = half * (1.0 + _NODES[i])
        square = step * step
        height = -0.5 * (b / square + product)
        if height > -700.0:
            root = math.sqrt(1.0 - square)
            exact = math.exp(-0.5 * product * square / ((1.0 + root) * (1.0 + root))) / root
            kept = 1.0 + c * square * (1.0 + d * square)
            between += half * _WEIGHTS[i] * math.exp(height) * (exact - kept)
    found = limit - between / (2.0 * math.pi)
    return min(max(found, 0.0), 1.0)


@kernel
def fill(x, y, r, out):  # type: ignore[no-untyped-def]
    """The distribution function at each of the points, into `out` [n]."""
    for i in range(len(out)):
        out[i] = bivariate_cdf(x[i], y[i], r[i])
