"""What the questions about the other side cost: ``python bench/other_side.py [--variants 200]
[--crisis cuba-1962] [--repeats 3]``.

One crisis is solved; then each question is asked as the note asks it, and its headline numbers as
form checks ask for them (on the smaller batch of these). The first asking of each warms up and
counts for nothing. Printed are medians of seconds on the wall and of the processor.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median

from standoff.assess.chain import Chain, chain
from standoff.assess.commitments import commitment_numbers, commitment_of
from standoff.assess.cruxes import crux_numbers, crux_of
from standoff.assess.deception import deception_numbers, deception_of
from standoff.assess.mediation import mediation_numbers, mediation_of
from standoff.assess.prices import prices_numbers, prices_of
from standoff.assess.waiting_worth import waiting_numbers, waiting_of
from standoff.variants.form import small

QUESTIONS: dict[str, tuple[Callable[[Chain], object], Callable[[Chain], object]]] = {
    "deceive": (deception_of, deception_numbers),
    "price": (prices_of, prices_numbers),
    "wait": (waiting_of, waiting_numbers),
    "crux": (crux_of, crux_numbers),
    "mediate": (mediation_of, mediation_numbers),
    "commit": (commitment_of, commitment_numbers),
}


def spent(ask: Callable[[Chain], object], of: Chain, repeats: int) -> tuple[float, float]:
    """Medians of seconds on the wall and of the processor."""
    ask(of)
    walls, processors = [], []
    for _ in range(repeats):
        wall, processor = time.perf_counter(), time.process_time()
        ask(of)
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return median(walls), median(processors)


def main() -> None:
    """Measure and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--crisis", default="cuba-1962")
    arguments.add_argument("--variants", type=int, default=200)
    arguments.add_argument("--repeats", type=int, default=3)
    given = arguments.parse_args()
    whole = chain(given.crisis, variants=given.variants)
    part = Chain(small(whole.batch), whole.as_of)
    for one in (whole, part):
        _ = one.inference
    print(f"{given.crisis}, {given.variants} variants; numbers on {part.batch.draws.n_variants}\n")
    print("| question | wall | processor | numbers, wall | numbers, processor |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, (ask, numbers) in QUESTIONS.items():
        first, second = spent(ask, whole, given.repeats), spent(numbers, part, given.repeats)
        cells = " | ".join(f"{value:.2f} s" for value in (*first, *second))
        print(f"| {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
