"""What the memory gives, in bytes a second, on so many bytes and cores.

McCalpin's STREAM triad ``a = b + s * c``, at the size that a solver's arrays have: small games live
in the caches, large ones in memory, and the limit is another one in each. Counted are the bytes
that the loop names (two reads, one write). A cache reads a line before it is written, which the
triad pays for and an update in place does not; so ``a = a + s * c`` is measured too, and the better
of the two is taken.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np


def _kernels() -> Any:
    """The two loops, and how many arrays each goes through."""
    import numba

    @numba.njit(nogil=True, fastmath=True)
    def triad(a: Any, b: Any, c: Any, times: int) -> float:
        for n in range(times):
            s = 1.0 / (n + 2)  # another factor each time, so that no turn can be left out
            for i in range(len(a)):
                a[i] = b[i] + s * c[i]
            b[n % len(b)] = a[n % len(a)]
        return float(a[0])

    @numba.njit(nogil=True, fastmath=True)
    def update(a: Any, b: Any, c: Any, times: int) -> float:
        for n in range(times):
            s = 1.0 / (n + 2)
            for i in range(len(a)):
                a[i] += s * c[i]
            c[n % len(c)] = a[n % len(a)]
        return float(a[0])

    return (triad, 3), (update, 2)


def bandwidth(size: int, cores: int, *, seconds: float = 0.2, rounds: int = 5) -> float:
    """Bytes a second over arrays of `size` bytes in all, shared out among so many threads: the
    best of the rounds.
    """
    best = 0.0
    for loop, arrays in _kernels():
        n = max(size // (8 * arrays * cores), 64)
        sets = [tuple(np.full(n, 1.0 + i) for i in range(3)) for _ in range(cores)]
        loop(*sets[0], 1)  # compiles
        times = 1
        while (took := _took(loop, sets, times)) < seconds / rounds:
            times = max(2 * times, int(times * seconds / rounds / max(took, 1e-6)))
        for _ in range(rounds):
            best = max(best, 24 * n * cores * times * cores / _took(loop, sets, times))
    return best


def _took(loop: Any, sets: list[tuple[Any, ...]], times: int) -> float:
    """Seconds of the processor over all threads: what else runs here then counts for less."""
    threads = [threading.Thread(target=loop, args=(*own, times)) for own in sets]
    begun = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.process_time() - begun


def main() -> None:
    """Print a line for each size."""
    for size in (32 * 2**10, 2**20, 16 * 2**20, 2**30):
        rates = [f"{bandwidth(size, cores) / 1e9:6.1f} GB/s on {cores}" for cores in (1, 2)]
        print(f"{size / 2**20:9.2f} MiB: {', '.join(rates)}")


if __name__ == "__main__":
    main()
