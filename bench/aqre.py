"""How fast AQRE is solved, and how often: ``python bench/aqre.py [cuba-1962 | crisis SEED]``.

Prints sweeps a second (of blocks of eight variants), the share of variants solved by precision,
and seconds, from a warm cache.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from crisis import crisis

from standoff.game.game import Game, Payload
from standoff.solve import aqre, logit_residual


def shipped(name: str, variants: int) -> tuple[Game, Payload]:
    from standoff.compile import compile_scenario, payload
    from standoff.scenario import load
    from standoff.variants import draw

    scenario = load(name)
    compiled = compile_scenario(scenario)
    return compiled.game, payload(compiled, draw(scenario, variants, 0))


def measure(name: str, game: Game, payload: Payload, threads: int | None) -> None:
    aqre(game, payload.take(slice(0, 1)), budget=2)  # loads the kernels
    wall, used = time.perf_counter(), time.process_time()
    solution = aqre(game, payload, threads=threads)
    wall, used = time.perf_counter() - wall, time.process_time() - used
    some = slice(0, min(8, payload.n_variants))
    residual = logit_residual(game, payload.take(some), solution.strategy[:, some])
    print(
        f"{name}: {game.n_nodes:,} nodes, {game.n_profiles} profiles ({game.histories:,} histories)"
    )
    print(f"  {len(game.cell_player):,} cells, {game.information_sets:,} information sets")
    print(f"  {wall:.2f} s, {used:.2f} s of processor for {payload.n_variants} variants")
    lanes = solution.sweeps.sum() / used
    print(f"  {lanes:,.0f} sweeps of one variant a second of processor")
    quantiles = np.percentile(solution.sweeps, [50, 90, 100]).astype(int)
    print(f"  sweeps: median {quantiles[0]}, nine in ten below {quantiles[1]}, most {quantiles[2]}")
    print(f"  solved {solution.solved.mean():.1%}, largest check {solution.check.max():.1e}")
    print(f"  certificate of the first {len(residual)} by separate code: {residual.max():.1e}")
    whole = np.floor(payload.precision).astype(int)
    for p in np.unique(whole):
        here = whole == p
        share = solution.solved[here].mean()
        median = np.median(solution.sweeps[here])
        print(
            f"    precision {p} to {p + 1}: {share:.1%} of {here.sum()}, median {median:.0f} sweeps"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=["cuba-1962"])
    parser.add_argument("--variants", type=int, default=200)
    parser.add_argument("--precision", type=float, nargs=2, default=(2.0, 6.0))
    parser.add_argument("--threads", type=int)
    given = parser.parse_args()
    if given.what[0] == "crisis":
        for seed in given.what[1:] or ["0", "1", "2", "3"]:
            game, payload = crisis(
                int(seed), variants=given.variants, precision=tuple(given.precision)
            )
            measure(f"crisis {seed}", game, payload, given.threads)
    else:
        game, payload = shipped(given.what[0], given.variants)
        measure(given.what[0], game, payload, given.threads)


if __name__ == "__main__":
    main()
