"""GMRES one direction at a time (Saad & Schultz 1986, key `saad1986`), and what else continuation
does with whole vectors. The matrix is only known by what it does to a direction, which is for the
caller to find out.
"""

from __future__ import annotations

import math

from standoff.kernels.compiling import inner, kernel


@inner
def dot(a, b):  # type: ignore[no-untyped-def]
    """Inner product, in four parts so that the additions need not wait for each other."""
    n = len(a)
    s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
    i = 0
    while i + 4 <= n:
        s0 += a[i] * b[i]
        s1 += a[i + 1] * b[i + 1]
        s2 += a[i + 2] * b[i + 2]
        s3 += a[i + 3] * b[i + 3]
        i += 4
    while i < n:
        s0 += a[i] * b[i]
        i += 1
    return (s0 + s1) + (s2 + s3)


@kernel
def start(rhs, basis, turns):  # type: ignore[no-untyped-def]
    """The first direction of the basis: `rhs` with length one. Returns its length."""
    norm = math.sqrt(dot(rhs, rhs))
    scale = 1.0 / norm if norm > 0.0 else 0.0
    for k in range(len(rhs)):
        basis[0, k] = scale * rhs[k]
    for i in range(turns.shape[1]):
        turns[0, i] = 0.0
    turns[0, 0] = norm
    return norm


@kernel
def grow(j, border, basis, hessenberg, turns):  # type: ignore[no-untyped-def]
    """Take in ``basis[j + 1]``, what the matrix made of ``basis[j]``.

    Its last entry, the border's row, is filled in here; the direction is made orthogonal to those
    before it, and the least-squares problem brought up to date (``turns`` ``[4, m + 1]`` holds its
    right-hand side and the rotations). Returns the residual that is left, and whether the basis can
    grow further.
    """
    size = len(border)
    g, cosine, sine = turns[0], turns[1], turns[2]
    new = basis[j + 1]
    new[size - 1] = dot(border, basis[j])
    before = math.sqrt(dot(new, new))
    after = before
    for sweep in range(2):
        for i in range(j + 1):
            old = basis[i]
            h = dot(old, new)
            hessenberg[i, j] = h if sweep == 0 else hessenberg[i, j] + h
            for k in range(size):
                new[k] -= h * old[k]
        after = math.sqrt(dot(new, new))
        if after > 0.1 * before:
            break
    for i in range(j):
        a, b = hessenberg[i, j], hessenberg[i + 1, j]
        hessenberg[i, j] = cosine[i] * a + sine[i] * b
        hessenberg[i + 1, j] = cosine[i] * b - sine[i] * a
    a = hessenberg[j, j]
    length = math.sqrt(a * a + after * after)
    if not length > 0.0:
        return abs(g[j]), False
    cosine[j], sine[j] = a / length, after / length
    hessenberg[j, j] = length
    g[j + 1] = -sine[j] * g[j]
    g[j] = cosine[j] * g[j]
    if not after > 1e-14 * before:
        return abs(g[j + 1]), False
    for k in range(size):
        new[k] /= after
    return abs(g[j + 1]), True


@kernel
def step_back(used, z, guess, border, basis, hessenberg, turns, rhs):  # type: ignore[no-untyped-def]
    """Subtract from z the answer in the first `used` directions.

    Returns how far the first n entries of z are from `guess`; the last entry of `rhs` becomes the
    residual of the border.
    """
    y, g = turns[3], turns[0]
    size = len(z)
    for i in range(used - 1, -1, -1):
        total = g[i]
        for j in range(i + 1, used):
            total -= hessenberg[i, j] * y[j]
        y[i] = total / hessenberg[i, i]
    for i in range(used):
        part = y[i]
        for k in range(size):
            z[k] -= part * basis[i, k]
    far, rest = 0.0, 0.0
    for k in range(size):
        d = z[k] - guess[k]
        rest += border[k] * d
        if k < size - 1 and not abs(d) <= far:
            far = abs(d)
    rhs[size - 1] = rest
    return far


@inner
def _lagrange(places, low, high, s, value, slope):  # type: ignore[no-untyped-def]
    """Weights of points ``low : high`` in the polynomial through them and in its slope, at s."""
    for i in range(low, high):
        whole, sums, under = 1.0, 0.0, 1.0
        for j in range(low, high):
            if j == i:
                continue
            under *= places[i] - places[j]
            part = 1.0
            for k in range(low, high):
                if k != i and k != j:
                    part *= s - places[k]
            sums += part
            whole *= s - places[j]
        value[i] = whole / under
        slope[i] = sums / under


@inner
def _last(ring, places, low, high, s, value, slope):  # type: ignore[no-untyped-def]
    """The last coordinate of the polynomial through points ``low : high``, at s."""
    _lagrange(places, low, high, s, value, slope)
    total = 0.0
    for i in range(low, high):
        total += value[i] * ring[i, ring.shape[1] - 1]
    return total


@kernel
def foretell(ring, places, count, order, h, goal, side, guess, border, weights):  # type: ignore[no-untyped-def]
    """The polynomial of `order` through the last of `count` points, a step h on.

    If within the step its last coordinate reaches `goal` from below (`side` 1) or above (-1; 0:
    no goal), the step ends where it first does. `guess` becomes the prediction, `border` its
    direction with length one, or on reaching the goal the last axis. Returns the step, negative if
    the goal is reached. `weights` ``[2, depth]`` is room.
    """
    value, slope = weights[0], weights[1]
    size = len(guess)
    low = count - 1 - order
    here = places[count - 1]
    landing = False
    if side != 0.0:
        pieces = 8
        for i in range(pieces):
            right = here + h * (i + 1) / pieces
            if side * (_last(ring, places, low, count, right, value, slope) - goal) < 0.0:
                continue
            left = here + h * i / pieces
            for _ in range(60):
                middle = 0.5 * (left + right)
                if side * (_last(ring, places, low, count, middle, value, slope) - goal) < 0.0:
                    left = middle
                else:
                    right = middle
            h = max(right - here, 1e-14 * (1.0 + abs(here)))
            landing = True
            break
    _lagrange(places, low, count, here + h, value, slope)
    for k in range(size):
        guess[k] = 0.0
        border[k] = 0.0
    for i in range(low, count):
        a, b = value[i], slope[i]
        for k in range(size):
            guess[k] += a * ring[i, k]
            border[k] += b * ring[i, k]
    if landing:
        for k in range(size):
            border[k] = 0.0
        border[size - 1] = 1.0
        guess[size - 1] = goal
        return -h
    norm = math.sqrt(dot(border, border))
    for k in range(size):
        border[k] /= norm
    return h


@kernel
def compare(ring, places, count, place, z, orders, weights, errors):  # type: ignore[no-untyped-def]
    """``errors[k]``: how far the polynomial of order k would have foretold z (its first n entries)
    at `place`, for k from 1 to `orders`.
    """
    value, slope = weights[0], weights[1]
    for order in range(1, orders + 1):
        low = count - 1 - order
        _lagrange(places, low, count, place, value, slope)
        error = 0.0
        for k in range(len(z) - 1):
            total = -z[k]
            for i in range(low, count):
                total += value[i] * ring[i, k]
            error = max(error, abs(total))
        errors[order] = error


@kernel
def remember(ring, places, count, place, z):  # type: ignore[no-untyped-def]
    """Put a point behind the others, dropping the first if there is no room. Returns the count."""
    if count == len(places):
        for i in range(count - 1):
            places[i] = places[i + 1]
            for k in range(len(z)):
                ring[i, k] = ring[i + 1, k]
        count -= 1
    places[count] = place
    for k in range(len(z)):
        ring[count, k] = z[k]
    return count + 1
