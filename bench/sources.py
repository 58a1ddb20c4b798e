"""The library of documents, adding and searching it: ``python bench/sources.py``.

Volumes are made up by this script: TEI as *Foreign Relations* has it, with persons, notes, page
breaks and telegrams, and words drawn from a vocabulary by Zipf's law, so that common words stand in
most passages and rare ones in few. Everything is measured through the same functions that the
commands call, each stage in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).parent / "results"
COMMON = [
    "the",
    "of",
    "to",
    "and",
    "in",
    "that",
    "a",
    "is",
    "for",
    "on",
    "it",
    "be",
    "as",
    "with",
    "was",
    "by",
    "this",
    "have",
    "not",
    "at",
    "from",
    "are",
    "which",
    "would",
    "they",
    "has",
    "or",
    "will",
    "we",
    "an",
    "i",
    "he",
    "had",
    "but",
    "if",
    "been",
    "their",
    "there",
    "were",
    "you",
    "our",
    "all",
    "any",
    "should",
    "no",
    "more",
]
SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "qui",
    "ro",
    "su",
    "ta",
    "ve",
    "wi",
    "xa",
    "zo",
    "bral",
    "ster",
    "ton",
    "ment",
]


@cache
def vocabulary(size: int) -> tuple[list[str], list[float]]:
    """Words, common ones first, and the running sums of their shares."""
    chance = random.Random(0)
    made = dict.fromkeys(COMMON)
    while len(made) < size:
        made["".join(chance.choices(SYLLABLES, k=chance.randint(2, 5)))] = None
    return list(made), list(accumulate(1 / (rank + 2.7) for rank in range(size)))


def volume(number: int, documents: int, paragraphs: int, words: int) -> Iterator[str]:
    """A volume, piece by piece; the same number gives the same one."""
    chance = random.Random(number)
    known, shares = vocabulary(30_000)
    people = [f"p_{n}" for n in range(60)]
    yield (
        '<?xml version="1.0"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc>'
        f'<titleStmt><title type="complete">Papers, Volume {number}</title></titleStmt>'
        f'<publicationStmt><date>1950</date><idno type="frus">made{number:03}</idno>'
        '</publicationStmt></fileDesc></teiHeader><text><front><div xml:id="persons"><list>'
    )
    for one in people:
        yield f'<item><persName xml:id="{one}">Name {one}</persName>, an office</item>\n'
    yield "</list></div></front><body><div><head>Part</head>\n"
    for n in range(1, documents + 1):
        day = f"19{50 + number % 20}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        yield (
            f'<div type="document" n="{n}" xml:id="d{n}"><head>{n}. Telegram From '
            f'<gloss type="from">the Embassy in {known[100 + n % 50]}</gloss> to '
            f'<gloss type="to">the Department</gloss><note n="1" type="source">Source: Box {n}. '
            f"Secret.</note></head>\n<opener><dateline><placeName>Ys</placeName>, "
            f'<date when="{day}">{day}</date></dateline></opener>\n'
        )
        for p in range(paragraphs):
            drawn = chance.choices(
                known, cum_weights=shares, k=max(8, int(chance.gauss(1, 0.5) * words))
            )
            sentences = [drawn[i : i + 18] for i in range(0, len(drawn), 18)]
            text = " ".join(" ".join(s).capitalize() + "." for s in sentences)
            named = f'<persName corresp="#{chance.choice(people)}">Name</persName> said: '
            broken = f'<pb n="{n * 3 + p}"/>' if p % 4 == 0 else ""
            noted = f'<note n="{p}">See <ref target="#d{n}">{n}</ref>.</note>' if p % 5 == 0 else ""
            yield f"<p>{named}{text}{broken}{noted}</p>\n"
        yield "<closer><signed>Name</signed></closer></div>\n"
    yield "</div></body></text></TEI>\n"


def peak() -> float:
    """Megabytes that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def add_one(folder: Path, megabytes: float) -> dict[str, float]:
    """A volume of so many megabytes: seconds and memory."""
    from standoff.sources.library import Library

    path = folder / "one.xml"
    per_document = 7_600
    count = int(megabytes * 1e6 / per_document)
    path.write_text("".join(volume(0, count, 10, 90)), "utf-8")
    library = Library(folder / "one")
    before = peak()
    start, busy = time.perf_counter(), time.process_time()
    report = library.add(path)
    return {
        "megabytes": path.stat().st_size / 1e6, "documents": len(report.changes),
        "seconds": time.perf_counter() - start, "processor": time.process_time() - busy,
        "peak_mb": peak(), "peak_mb_before": before,
    }  # fmt: skip


def add_many(folder: Path, volumes: int) -> dict[str, object]:
    """Volumes of 200 documents one after the other: seconds, and the peak of memory after each."""
    from standoff.sources.library import Library

    library, peaks, seconds, busy = Library(folder / "many"), [], [], 0.0
    passages = 0
    for number in range(volumes):
        path = folder / f"made{number:03}.xml"
        path.write_text("".join(volume(number, 200, 6, 60)), "utf-8")
        start, begun = time.perf_counter(), time.process_time()
        report = library.add(path)
        seconds.append(time.perf_counter() - start)
        busy += time.process_time() - begun
        peaks.append(round(peak(), 1))
        passages += len(report.changes)
        path.unlink()
        print(
            f"volume {number + 1} of {volumes}: {seconds[-1]:.1f} s, {peaks[-1]:.0f} MB",
            file=sys.stderr,
        )
    return {
        "volumes": volumes, "documents": passages, "seconds": sum(seconds), "processor": busy,
        "slowest_volume": max(seconds), "first_volume": seconds[0], "last_volume": seconds[-1],
        "peak_mb_first": peaks[0], "peak_mb_tenth": peaks[min(9, volumes - 1)],
        "peak_mb_last": peaks[-1], "library_mb": library.path.stat().st_size / 1e6,
    }  # fmt: skip


def timed(ask: Callable[[str], object], queries: list[str], rounds: int = 5) -> dict[str, object]:
    """Milliseconds of the median query and of the worst one, each the best of some rounds.

    Milliseconds are the processor's, since other work on the machine would count otherwise; a
    search does nothing but compute, what it reads being in the memory of the file system.
    """
    took = {}
    for query in queries:
        found = []
        for _ in range(rounds):
            start = time.process_time()
            ask(query)
            found.append(1000 * (time.process_time() - start))
        took[query] = min(found)
    worst = max(took, key=lambda query: took[query])
    return {"median_ms": median(took.values()), "worst_ms": took[worst], "worst": worst}


def searching(folder: Path) -> dict[str, object]:
    """Searches in what `add_many` left: rare words, words of half of the passages, phrases."""
    from standoff.sources.library import Library
    from standoff.sources.narrowing import Narrowing
    from standoff.sources.searching import search

    library = Library(folder / "many")
    known, _ = vocabulary(30_000)
    chance = random.Random(1)
    rare = [" ".join(chance.sample(known[200:5_000], chance.choice([1, 1, 2]))) for _ in range(40)]
    mixed = [f"{chance.choice(known[:5])} {chance.choice(known[300:3_000])}" for _ in range(20)]
    phrases = [f'"{known[n]} {known[n + 1]}"' for n in range(0, 10, 2)]
    total = search(library, known[0]).total
    return {
        "passages_with_the_commonest_word": total,
        "rare": timed(lambda q: search(library, q), rare),
        "common and rare": timed(lambda q: search(library, q), mixed),
        "common": timed(lambda q: search(library, q), known[:8]),
        "common phrases": timed(lambda q: search(library, q), phrases),
        "narrowed to a volume": timed(
            lambda q: search(library, q, Narrowing(volume="made003")), rare[:10] + known[:5]
        ),
    }


def meaning(folder: Path) -> dict[str, object]:
    """The first search by meaning, which works out the vectors, and those after it."""
    from standoff.sources.library import Library
    from standoff.sources.meaning_search import search_meaning

    library = Library(folder / "many")
    known, _ = vocabulary(30_000)
    chance = random.Random(2)
    before = library.path.stat().st_size
    start, begun = time.perf_counter(), time.process_time()
    compared = search_meaning(library, "ships in the harbor").total
    first, busy = time.perf_counter() - start, time.process_time() - begun
    queries = [" ".join(chance.sample(known[:3_000], 9)) for _ in range(20)]
    return {
        "passages": compared, "first_seconds": first, "first_processor": busy,
        "vectors_mb": (library.path.stat().st_size - before) / 1e6, "peak_mb": peak(),
        **timed(lambda q: search_meaning(library, q), queries, 2),
    }  # fmt: skip


STAGES: dict[str, Callable[..., object]] = {
    "add_one": add_one, "add_many": add_many, "searching": searching, "meaning": meaning,
}  # fmt: skip


def stage(name: str, folder: Path, *rest: float) -> object:
    """A stage in a process of its own."""
    command = [sys.executable, __file__, "--stage", name, str(folder), *map(str, rest)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def main() -> None:
    """All stages, for a small library and a large one; results as JSON."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--stage", nargs="+", help=argparse.SUPPRESS)
    wanted.add_argument("--volumes", type=int, nargs="+", default=[9, 100])
    asked = wanted.parse_args()
    if asked.stage:
        name, folder, *rest = asked.stage
        found = STAGES[name](Path(folder), *(int(one) for one in rest))
        print(json.dumps(found))
        return
    results: dict[str, object] = {}
    for volumes in asked.volumes:
        folder = Path(tempfile.mkdtemp(prefix="standoff-bench-"))
        try:
            if "add a 4 MB volume" not in results:
                results["add a 4 MB volume"] = stage("add_one", folder, 4)
            results[f"{volumes} volumes"] = {
                "add": stage("add_many", folder, volumes),
                "search": stage("searching", folder),
                "meaning": stage("meaning", folder),
            }
        finally:
            shutil.rmtree(folder)
        print(json.dumps(results, indent=2), flush=True)
    (RESULTS / "sources.json").write_text(json.dumps(results, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
