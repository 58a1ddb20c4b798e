"""The picture in README.md: belief in what Moscow wants, item by item, made by Standoff itself.

python bench/picture.py        # writes docs/pictures/cuba-1962-belief.svg
"""

from __future__ import annotations

import argparse
from pathlib import Path

import standoff as so
from standoff.chart import svg
from standoff.note import figures
from standoff.note.writer import Writer
from standoff.workspace import write_atomically

TARGET = Path(__file__).resolve().parents[1] / "docs/pictures/cuba-1962-belief.svg"


def picture(variants: int) -> str:
    """The chart of a note written at the end of 28 October, on white."""
    # The chart needs neither the audit nor the questions, which take most of the time.
    crisis = so.load("cuba-1962").model_copy(update={"judgements": (), "questions": ()})
    found = so.assess(crisis, as_of="1962-10-28", variants=variants, form=False)
    figure = figures.belief(Writer(found), "ussr")
    if figure is None:
        raise SystemExit("the record gives no chart")
    return svg({**figure.spec, "background": "white"}) + "\n"


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--variants", type=int, default=200)
    write_atomically(TARGET, picture(arguments.parse_args().variants))
    print(f"wrote {TARGET}")
