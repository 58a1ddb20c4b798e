"""Newton's method without a matrix, and what else continuation does with whole vectors.

The point is ``z = (x, w)``: log odds and scaled precision. The linear equations are those of
pseudo-arclength continuation, whose bordered matrix is regular on the branch also where it folds
back. They are solved by GMRES (Saad & Schultz 1986, key `saad1986`) from derivatives in single
directions. What moves the map is mostly a few signaling subgames: a handful of directions will do.
"""

from __future__ import annotations

import math

from standoff.kernels.compiling import inner, kernel
from standoff.kernels.logit_map import d_respond, respond

NEAR = 0.02
"""Last Newton step after which a small residual is believed."""


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


@inner
def gmres(f, scale, z, border, rhs, relative, basis, hessenberg, turns):  # type: ignore[no-untyped-def]
    """Solve the bordered equations ``[derivative; border] answer = rhs``, at the point of the last
    `respond`, and subtract the answer from z.

    `basis` ``[m + 1, n + 1]``, `hessenberg` ``[m + 1, m]`` and `turns` ``[4, m + 1]`` are room.
    Stops at `relative` times the norm of `rhs`, or when m directions are used up. Returns the
    number of directions.
    """
    size = len(rhs)
    g, cosine, sine, y = turns[0], turns[1], turns[2], turns[3]
    precision = z[size - 1] / scale
    norm = math.sqrt(dot(rhs, rhs))
    if not (norm > 0.0 and norm < math.inf):
        return 0
    for k in range(size):
        basis[0, k] = rhs[k] / norm
    g[0] = norm
    used = 0
    for j in range(hessenberg.shape[1]):
        v, new = basis[j], basis[j + 1]
        d_respond(f, v, precision, v[size - 1] / scale, new)
        new[size - 1] = dot(border, v)
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
            break
        used = j + 1
        cosine[j], sine[j] = a / length, after / length
        hessenberg[j, j] = length
        g[j + 1] = -sine[j] * g[j]
        g[j] = cosine[j] * g[j]
        if abs(g[j + 1]) <= relative * norm or not after > 1e-14 * before:
            break
        for k in range(size):
            new[k] /= after
    for i in range(used - 1, -1, -1):
        total = g[i]
        for j in range(i + 1, used):
            total -= hessenberg[i, j] * y[j]
        y[i] = total / hessenberg[i, i]
    for i in range(used):
        part = y[i]
        for k in range(size):
            z[k] -= part * basis[i, k]
    return used


@kernel
def newton(  # type: ignore[no-untyped-def]
    f, scale, guess, border, most, tolerance, z, rhs, basis, hessenberg, turns, report, limit,
    force,
):  # fmt: skip
    """Newton's method from `guess` on the plane across `border`, into z.

    Stops when the residual is at most `tolerance`, when it no longer falls, when z is further than
    `most` from the guess, or after `limit` steps. ``report`` is: residual, steps taken, length of
    the last step, distance from the guess, applications of the map or its
    derivative.
    """
    size = len(guess)
    for k in range(size):
        z[k] = guess[k]
    before, moved, far, count = math.inf, math.inf, 0.0, 0
    steps = 0
    while True:
        worst = respond(f, z, z[size - 1] / scale, rhs)
        count += 1
        falls = worst < 0.5 * before or (steps < 2 and worst < math.inf)
        # Where the equations are nearly singular, a small residual alone may be far away.
        near = worst <= tolerance and (moved <= NEAR or worst <= 1e-3 * tolerance or limit == 0)
        if near or not falls or steps == limit or not far <= most:
            break
        before = worst
        rest = 0.0
        for k in range(size):
            rest += border[k] * (z[k] - guess[k])
        rhs[size - 1] = rest
        # Newton's own error is about the square of what is left: no use in being finer.
        relative = max(min(force, max(worst, 1e-5)), 0.3 * tolerance / worst)
        if force < 1e-3:
            relative = force  # what is nearly singular must be solved to the end
        used = gmres(f, scale, z, border, rhs, relative, basis, hessenberg, turns)
        count += used
        steps += 1
        moved, far = 0.0, 0.0
        for i in range(used):
            moved += turns[3, i] ** 2
        moved = math.sqrt(moved)
        for k in range(size - 1):
            far = max(far, abs(z[k] - guess[k]))
    report[0], report[1], report[3], report[4] = worst, steps, far, count
    report[2] = moved


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
