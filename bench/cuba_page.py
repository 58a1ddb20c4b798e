"""The measured half of the page beside `cuba-1962`: every table by one command.

    python bench/cuba_page.py [--variants 200] [--few 64] [--write]

Prints Markdown; `--write` puts it after the mark in the scenario's README.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from cuba_switches import SWITCHES, held, same_stakes
from numpy.typing import NDArray

import standoff.scenario
from standoff.compile import compile_scenario, payload
from standoff.errors import StandoffError
from standoff.game.game import CHANCE
from standoff.infer.belief import belief
from standoff.infer.diagnosticity import diagnosticity
from standoff.infer.evidence import Evidence
from standoff.infer.inference import Inference
from standoff.infer.reach import blocks, descend, whole
from standoff.scenario import load
from standoff.scenario.dates import calendar
from standoff.scenario.models import Scenario
from standoff.solve import aqre
from standoff.variants.batch import Batch, solve_batch
from standoff.variants.drawing import draw, reference
from standoff.variants.form import changes, small, tried, views

Float = NDArray[np.float64]
CRISIS = "cuba-1962"
MARK = "<!-- measured -->"
DAYS = ("1962-10-22", "1962-10-23", "1962-10-24", "1962-10-25T12:00", "1962-10-25", "1962-10-26",
        "1962-10-27", "1962-10-28")  # fmt: skip
HEADLINES = {
    "hold": "P(ussr is hold)",
    "trade": "P(ussr is trade)",
    "exit": "P(ussr is exit)",
    "firm": "P(usa is firm)",
    "offer by 28th": "P(ussr will tactic offer by 1962-10-28)",
    "strike": "P(usa will strike)",
    "war": "P(ending is war)",
    "Turkey in the price": "P(ending in [open_trade, quiet_deal] | settled)",
    "D(letter; line)": "D(ussr letter; usa will inspection.board, usa will inspection.screen)",
}


# --- small tables ------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def number(x: float) -> str:
    """Two figures, without a leading zero."""
    if x != x:
        return "-"
    text = f"{x:.2f}"
    return text.replace("0.", ".", 1) if abs(x) < 1 else text


def spread(pooled: Any) -> str:
    """A pooled answer with its 5th and 95th percentile."""
    low, high = pooled.range90
    return f"{number(pooled.value)} [{number(low)} {number(high)}]"


# --- asking ------------------------------------------------------------------------------------


def inference(batch: Batch, day: str | None, anchor: int | None = None) -> Inference:
    """The record as known on a day, in the light of a batch."""
    scenario = batch.scenario
    as_of = calendar(scenario.clock).moment(day).cut if day else None
    found = Evidence(batch.compiled, as_of=as_of)
    return Inference(
        batch.compiled, batch.payload, batch.draws, batch.solution, found, anchor
    )  # fmt: skip


def anchor_of(batch: Batch) -> int:
    """The step at which the audited note was written."""
    as_of = calendar(batch.scenario.clock).moment(batch.scenario.as_of or "").cut
    return Evidence(batch.compiled, as_of=as_of).present


def asked(of: Inference, query: str) -> str:
    """The pooled answer to a query, or what the record says."""
    raw = of.ask(query)
    if raw.observed is not None:
        return "seen" if raw.observed else "ruled out"
    if raw.status == "comparison":
        return f"holds in {number(raw.share or 0.0)}"
    return number(raw.value)


# --- the tables --------------------------------------------------------------------------------


def size(batch: Batch) -> Iterator[str]:
    """Size of the game and how it was solved."""
    game, solution = batch.compiled.game, batch.solution
    profiles = game.n_profiles
    yield (
        f"{game.n_nodes:,} public nodes, of which {len(game.end_nodes):,} ends: "
        f"{game.n_nodes * profiles:,} histories and "
        f"{int(game.n_types[game.cell_player].sum()):,} information sets with the {profiles} type "
        f"profiles. {batch.draws.n_variants} variants: median {int(np.median(solution.sweeps))} "
        f"sweeps, at most {int(solution.sweeps.max())}; {int((~solution.solved).sum())} failed; "
        f"largest residual of the others {solution.check[solution.solved].max():.1e}."
    )
    yield ""
    stakes = [
        f"{actor} {label} {number(float(stake))}"
        for (actor, label), stake in zip(pairs(batch), batch.payload.stake, strict=True)
    ]
    yield "Stakes, in units of payoff: " + ", ".join(stakes) + "."
    yield ""


def pairs(batch: Batch) -> list[tuple[str, str]]:
    """(actor, type) in the order of the game."""
    game = batch.compiled.game
    return [
        (p, t) for p, kinds in zip(game.players, game.types, strict=True) for t in (kinds or ("",))
    ]


def information(batch: Batch) -> dict[str, float]:
    """Turn and day -> expected information about the mover's type in bits, without the record."""
    game = batch.compiled.game
    tree = whole(game)
    place = batch.draws.prior
    prior = np.ones((game.n_profiles, batch.draws.n_variants))
    for p, actor in enumerate(game.players):
        if actor in place:
            prior *= place[actor][game.profile_type[:, p]]
    level = np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start))
    solved = batch.solution.solved
    bits: dict[int, float] = {}
    for block in blocks(tree, batch.draws.n_variants):
        mass = descend(tree, batch.payload, batch.solution.strategy, prior[None, :, block], block)
        keep = solved[block]
        for step in range(len(batch.compiled.steps)):
            nodes = np.flatnonzero(level == step)
            nodes = nodes[game.actor[nodes] != CHANCE]
            if not len(nodes) or not batch.compiled.steps[step].turn:
                continue
            child = np.flatnonzero(np.isin(game.parent, nodes))
            gained = np.zeros(mass.shape[2])
            for player in np.unique(game.actor[nodes]):
                if player < 0:
                    continue
                own = child[game.actor[game.parent[child]] == player]
                types = game.profile_type[:, player]
                kinds = [types == t for t in range(game.n_types[player])]
                joint = np.stack([mass[own][:, k].sum(1) for k in kinds])
                above = np.stack([mass[game.parent[own]][:, k].sum(1) for k in kinds])
                ratio = joint * above.sum(0) / np.maximum(above * joint.sum(0), 1e-300)
                gained += (joint * np.log2(np.maximum(ratio, 1e-300))).sum((0, 1))
            bits[step] = bits.get(step, 0.0) + float(gained[keep].sum())
    rounds = calendar(batch.scenario.clock).rounds
    named: dict[str, float] = {}
    for at, total in bits.items():
        played = batch.compiled.steps[at]
        day = rounds[played.round - 1].first.strftime("%-d %b")
        named[f"{played.actor}.{played.turn}, {day}"] = total / int(solved.sum())
    return named


def informations(batch: Batch) -> Iterator[str]:
    """The table of bits."""
    yield "### Information about the mover's type, by turn"
    yield ""
    yield (
        "Expected bits over all histories, before any record (the prior holds at most 1.6 bits "
        "about Moscow and 1 about Washington). Under .05 a turn does not separate types."
    )
    yield ""
    found = information(batch)
    yield from table(("turn", "bits"), [(k, f"{v:.3f}") for k, v in found.items()])


def items(batch: Batch) -> Iterator[str]:
    """Diagnosticity of each item."""
    yield "### What each item of the record says of a type"
    yield ""
    yield (
        "Likelihood ratio of the item for the type against the actor's others, given the items "
        "before it, with its 5th and 95th percentile over the variants. A range that spans 1 means "
        "that the sign depends on the assumptions. Of one decision only one item counts."
    )
    yield ""
    rows = []
    for one in diagnosticity(inference(batch, DAYS[-1])):
        row = [one.id + ("" if one.counted else " (not counted)")]
        for actor, kinds in (("ussr", ("hold", "trade", "exit")), ("usa", ("firm",))):
            row += [spread(one.ratios[actor][t].pooled) for t in kinds]
        rows.append(row)
    yield from table(("item", "hold", "trade", "exit", "firm"), rows)


def days(batch: Batch) -> Iterator[str]:
    """Belief beside prior, by day."""
    yield "### Belief beside prior, by day"
    yield ""
    yield "Probability and range; the prior stands in the first row."
    yield ""
    endings = ("bare_withdrawal", "pledge_deal", "quiet_deal", "open_trade", "war")
    rows: list[list[str]] = []
    for day in DAYS:
        of = inference(batch, day)
        held, seen = belief(of, "ussr"), belief(of, "usa")
        if not rows:
            rows.append(
                ["prior"] + [spread(held[t].prior) for t in ("hold", "trade", "exit")]
                + [spread(seen["firm"].prior)] + [""] * (len(endings) + 1)
            )  # fmt: skip
        rows.append(
            [day[5:].replace("T", " ")]
            + [spread(held[t].posterior) for t in ("hold", "trade", "exit")]
            + [spread(seen["firm"].posterior)]
            + [asked(of, f"P(ending is {e})") for e in endings]
            + [f"{of.ask('P(ussr is hold)').pooled.effective:.0f}"]  # type: ignore[union-attr]
        )
    yield from table(("day", "hold", "trade", "exit", "firm", *endings, "effective variants"), rows)


def claims(batch: Batch) -> Iterator[str]:
    """Each claim: prior, noon and evening of the 25th, spread, and whether anything moves it."""
    yield "### The claims, and those that the structure can't move"
    yield ""
    yield (
        "`per variant` is the range of the answer over all variants, weights aside; of a "
        "comparison the difference of its two sides, of a ratio its value. A claim is called stuck "
        "where that range is under .02, or where a comparison comes out one way in every variant."
    )
    yield ""
    anchor = anchor_of(batch)
    noon, evening = (inference(batch, day, anchor) for day in DAYS[3:5])
    rows = []
    for one in batch.scenario.judgements:
        if one.claim is None:
            continue
        raw = noon.ask(one.claim)
        values = raw.per_variant[np.isfinite(raw.per_variant)]
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
        stuck = high - low < 0.02 or (raw.status == "comparison" and raw.share in (0.0, 1.0))
        try:
            prior = asked(noon.prior, one.claim)
        except StandoffError:
            prior = "-"
        rows.append((
            one.id, one.kind, prior, asked(noon, one.claim), asked(evening, one.claim),
            f"{number(low)} to {number(high)}", "stuck" if stuck else "",
            one.resolved.value if one.resolved else "",
        ))  # fmt: skip
    yield from table(
        ("claim", "kind", "prior", "noon 25th", "evening", "per variant", "", "came out"), rows
    )


def failures(scenario: Scenario, few: int) -> Iterator[str]:
    """Solver failures by precision."""
    yield "### Solver failures by precision"
    yield ""
    compiled = compile_scenario(scenario)
    draws = draw(scenario, few, 0)
    central = reference(scenario)
    rows = []
    for precision in (2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0):
        fixed = replace(draws, precision=np.full(few, precision))
        numbers = payload(compiled, fixed, reference=central)
        found = aqre(compiled.game, numbers)
        rows.append((
            f"{precision:g}", f"{int((~found.solved).sum())} of {few}",
            f"{np.median(found.sweeps):.0f}", f"{found.sweeps.max()}",
        ))  # fmt: skip
    yield from table(("precision", "failed", "median sweeps", "most"), rows)


def switches(batch: Batch, few: int) -> Iterator[str]:
    """Headline answers at noon of the 25th, with each structural choice switched off."""
    yield "### Each structural choice switched off"
    yield ""
    yield (
        f"Noon of the 25th, {few} variants each; bits are the sum over Moscow's turns. Stakes are "
        "held at those of the scenario as written."
    )
    yield ""
    scenario = batch.scenario
    stakes = dict(zip(pairs(batch), map(float, batch.payload.stake), strict=True))
    rows = []
    for name, switch in SWITCHES.items():
        switched = switch(scenario)
        if switch is not same_stakes:
            switched = held(switched, stakes)
        try:
            batch = solve_batch(switched, few, 0)
            of = inference(batch, scenario.as_of, anchor_of(batch))
        except StandoffError as error:
            rows.append([name, str(error).splitlines()[0]] + [""] * len(HEADLINES))
            continue
        bits = sum(v for k, v in information(batch).items() if k.startswith("ussr."))
        answers = []
        for query in HEADLINES.values():
            try:
                answers.append(asked(of, query))
            except StandoffError:
                answers.append("-")
        rows.append([
            name, f"{batch.compiled.game.histories:,}",
            f"{int((~batch.solution.solved).sum())}", *answers, f"{bits:.2f}",
        ])  # fmt: skip
    yield from table(("switched", "histories", "failed", *HEADLINES, "bits"), rows)


def form(batch: Batch, few: int) -> Iterator[str]:
    """Form checks and dissents on the headline answers."""
    yield "### Form checks and dissents"
    yield ""
    yield f"Noon of the 25th, on the first {few} variants."
    yield ""
    base = small(batch, few)
    split = ("usa.speech.strike", "ussr.letter.wait", "ussr.letter.propose_guarantee")
    of = inference(base, batch.scenario.as_of)
    rows = [["as written", *(asked(of, q) for q in HEADLINES.values())]]
    for change in (*changes(base, split), *views(base)):
        solved, why = tried(change)
        if solved is None:
            rows.append([change.what, why] + [""] * (len(HEADLINES) - 1))
            continue
        of = inference(solved, batch.scenario.as_of)
        what = f"view `{change.id}`" if change.id in batch.scenario.views else change.what
        rows.append([what, *(asked(of, q) for q in HEADLINES.values())])
    yield from table(("change", *HEADLINES), rows)


def page(variants: int, few: int) -> Iterator[str]:
    """The measured half of the page."""
    scenario = load(CRISIS)
    started = time.process_time()
    batch = solve_batch(scenario, variants, 0)
    print(f"solved in {time.process_time() - started:.1f} CPU-seconds", file=sys.stderr)
    yield "## What was measured"
    yield ""
    yield f"By `python bench/cuba_page.py --variants {variants} --few {few}`, seed 0."
    yield ""
    yield from size(batch)
    yield from informations(batch)
    yield from items(batch)
    yield from days(batch)
    yield from claims(batch)
    yield from failures(scenario, few)
    yield from switches(batch, few)
    yield from form(batch, few)


def main() -> None:
    """Print the tables, or write them into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=200)
    parser.add_argument("--few", type=int, default=64)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    text = "\n".join(page(options.variants, options.few)).rstrip() + "\n"
    if not options.write:
        print(text)
        return
    found = Path(standoff.scenario.__file__).parent / "library" / CRISIS / "README.md"
    kept = found.read_text(encoding="utf-8").partition(MARK)[0]
    found.write_text(f"{kept}{MARK}\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
