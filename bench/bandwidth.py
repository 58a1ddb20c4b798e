"""What the memory gives: bytes a second of ``a = b + s * c`` on so many bytes and cores.

McCalpin's STREAM triad, at the size that a solver's arrays have: small games live in the caches,
large ones in memory, and the limit is another one in each. Counted are the bytes that the loop
names (two reads, one write), not what caches add to them.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np


def _kernel() -> Any:
    import numba

    @numba.njit(nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
    def triad(a: Any, b: Any, c: Any, times: int) -> float:
        for n in range(times):
            s = 1.0 / (n + 2)  # another factor each time, so that no turn can be left out
            for i in range(len(a)):
                a[i] = b[i] + s * c[i]
            b[n % len(b)] = a[n % len(a)]
        return float(a[0])

    return triad


def bandwidth(size: int, cores: int, *, seconds: float = 0.2, rounds: int = 5) -> float:
    """Bytes a second over arrays of `size` bytes in all, shared out among so many threads: the
    best of the rounds.
    """
    triad = _kernel()
    n = max(size // (24 * cores), 64)
    sets = [tuple(np.full(n, 1.0 + i) for i in range(3)) for _ in range(cores)]
    triad(*sets[0], 1)
    begun = time.perf_counter()
    triad(*sets[0], 3)
    each = (time.perf_counter() - begun) / 3
    times = max(int(seconds / rounds / max(each, 1e-8)), 1)
    best = 0.0
    for _ in range(rounds):
        threads = [threading.Thread(target=triad, args=(*arrays, times)) for arrays in sets]
        # Seconds of the processor, all threads', so that what else runs here counts for less.
        begun = time.process_time()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        best = max(best, 24 * n * cores * times / ((time.process_time() - begun) / cores))
    return best


def main() -> None:
    """Print a line for each size."""
    for size in (32 * 2**10, 2**20, 16 * 2**20, 2**30):
        rates = [f"{bandwidth(size, cores) / 1e9:6.1f} GB/s on {cores}" for cores in (1, 2)]
        print(f"{size / 2**20:9.2f} MiB: {', '.join(rates)}")


if __name__ == "__main__":
    main()
