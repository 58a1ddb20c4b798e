"""How far the density of an answer moves when an assumption is known: Plischke's estimators.

Plain arrays in and out. The variants are cut into classes of equal weight along each assumption;
the density of the answer inside each class is compared with its density over all
[@plischke2013, eqs 12 and 26]. Densities are weighted sums of Gaussians at evenly spaced points.
"""

from __future__ import annotations

import numpy as np

from standoff.kernels.compiling import inner, kernel

GRID = 100
"""Points at which densities are taken, from the least answer to the largest."""


@inner
def _spread(total, squares, deviation):  # type: ignore[no-untyped-def]
    """Bandwidth of a weighted sample by Silverman's rule: from the sum of its weights, of their
    squares, and of the weighted squared deviations from its mean; 0 where it has no spread.
    """
    effective = total * total / squares
    if effective <= 1.0 + 1e-9 or deviation <= 0.0:
        return 0.0
    variance = deviation / total / (1.0 - 1.0 / effective)
    return np.sqrt(variance) * (0.75 * effective) ** -0.2


@inner
def _add_gaussian(y, weight, first, step, width, density):  # type: ignore[no-untyped-def]
    """Add ``weight * N(y, width)`` at the points ``first + k * step``, in place.

    Neighboring values differ by a factor that itself changes by a constant factor, so that three
    exponentials do for all points; further out than they matter, nothing is added.
    """
    n = len(density)
    middle = min(max(int(np.rint((y - first) / step)), 0), n - 1)
    z = (first + middle * step - y) / width
    ratio = step / width
    top = weight * np.exp(-0.5 * z * z) / (width * np.sqrt(2.0 * np.pi))
    least = top * 1e-17
    fade = np.exp(-ratio * ratio)
    value, factor = top, np.exp(-z * ratio - 0.5 * ratio * ratio)
    density[middle] += top
    for k in range(middle + 1, n):
        value *= factor
        factor *= fade
        density[k] += value
        if value < least:
            break
    value, factor = top, np.exp(z * ratio - 0.5 * ratio * ratio)
    for k in range(middle - 1, -1, -1):
        value *= factor
        factor *= fade
        density[k] += value
        if value < least:
            break


@kernel
def moved_densities(order, y, weights, classes, delta, first):  # type: ignore[no-untyped-def]
    """Fill `delta` and `first` [B, P] for each of B weightings of V variants and P assumptions.

    `order` [P, V]: the variants sorted along each assumption; `y` [V] answers; `weights` [B, V];
    `classes` the number of classes. `delta` is half the mean distance between the density of the
    answer in a class and over all; `first` the share of its variance that lies between classes.
    """
    P, V = order.shape
    low, high = y.min(), y.max()
    step = (high - low) / (GRID - 1)
    overall = np.empty(GRID)
    density = np.empty((classes, GRID))
    place = np.empty(V, dtype=np.int64)
    sums = np.empty((4, classes))  # weight, weight squared, mean, squared deviation
    for b in range(len(weights)):
        w = weights[b]
        total, squares, mean = 0.0, 0.0, 0.0
        for v in range(V):
            total += w[v]
            squares += w[v] * w[v]
            mean += w[v] * y[v]
        mean /= total
        deviation = 0.0
        for v in range(V):
            deviation += w[v] * (y[v] - mean) ** 2
        width = _spread(total, squares, deviation)
        if width <= 0.0 or step <= 0.0:
            delta[b, :] = 0.0
            first[b, :] = 0.0
            continue
        overall[:] = 0.0
        for v in range(V):
            if w[v] > 0.0:
                _add_gaussian(y[v], w[v] / total, low, step, width, overall)
        for p in range(P):
            sums[:] = 0.0
            passed = 0.0
            for j in range(V):
                v = order[p, j]
                c = min(int((passed + 0.5 * w[v]) / total * classes), classes - 1)
                passed += w[v]
                place[v] = c
                sums[0, c] += w[v]
                sums[1, c] += w[v] * w[v]
                sums[2, c] += w[v] * y[v]
            for c in range(classes):
                if sums[0, c] > 0.0:
                    sums[2, c] /= sums[0, c]
            for v in range(V):
                c = place[v]
                sums[3, c] += w[v] * (y[v] - sums[2, c]) ** 2
            between = 0.0
            for c in range(classes):
                between += sums[0, c] * (sums[2, c] - mean) ** 2
                # From here on the row holds the bandwidth of each class.
                if sums[0, c] > 0.0:
                    sums[3, c] = _spread(sums[0, c], sums[1, c], sums[3, c])
            density[:] = 0.0
            for v in range(V):
                c = place[v]
                if w[v] > 0.0 and sums[3, c] > 0.0:
                    _add_gaussian(y[v], w[v] / sums[0, c], low, step, sums[3, c], density[c])
            moved = 0.0
            for c in range(classes):
                if sums[0, c] <= 0.0:
                    continue
                if (
                    sums[3, c] <= 0.0
                ):  # all of a class at one point: nothing in common with a density
                    moved += sums[0, c]
                    continue
                area = 0.0
                for k in range(GRID):
                    ends = 0.5 if k == 0 or k == GRID - 1 else 1.0
                    area += ends * abs(overall[k] - density[c, k])
                moved += sums[0, c] * 0.5 * area * step
            delta[b, p] = moved / total
            first[b, p] = between / deviation
