"""A solved game as a person reads it: what was found, how good it is, a table by player."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from standoff.solve.solved import PathPoint, Profile, Solved, named

ROOM = 36
"""Information sets that are printed of each profile."""
PROFILES = 8
"""Profiles that are printed."""
POINTS = 24
"""Points of the branch that are printed."""
MENU = 4
"""Actions up to which those of probability zero are printed too."""
WIDEST = 48
"""Columns that the name of an information set may take beside its play; a longer one has a line."""
CHECKS = {
    "nash_conv": "NashConv: what the players could gain by best replies, added up",
    "coarse_gap": "the most that a player gains by turning the device down",
    "efce_gap": "the most that a player gains by disobeying what it has been told",
    "efcce_gap": "the most that a player gains by disobeying before it is told",
    "nfcce_gap": "the most that a player gains by turning the mediator down",
    "subgame_gap": "the most that one deviation gains in any subgame",
    "logit_residual": "the largest |log strategy - log logit response|",
}


def solved_text(found: Solved) -> str:
    """The whole answer, cut where it is long."""
    return "\n".join([*_head(found), "", *_profiles(found), *_path(found)])


def number(value: float, digits: int = 4) -> str:
    """A figure of the game: four decimals, or as many digits where it is very small or large."""
    if value and not 1e-3 <= abs(value) < 1e6:
        return f"{value:.{digits}g}"
    return f"{value + 0.0:.{digits}f}"


def probability(value: float) -> str:
    """Four decimals; what would be printed as 0 or 1 without being so keeps its digits."""
    shown = f"{value:.4f}"
    if shown == "0.0000" and value > 0:
        return f"{value:.1e}"
    return shown


def _head(found: Solved) -> Iterator[str]:
    game = found.loaded.game
    yield _flat(found.loaded.labels.title) or found.loaded.source
    yield (
        f"{_count(len(game.players), 'player')}, {_count(game.histories, 'history', 'histories')}, "
        f"{_count(game.information_sets, 'information set')}"
    )
    at = "" if found.precision is None else f" at precision {found.precision:g}"
    yield (
        f"{found.concept}{at}: {found.status}, by {found.method} "
        f"({_count(found.iterations, 'iteration')}, {found.seconds:.2g} s)"
    )
    if found.certificate in CHECKS:
        sign = "at most" if found.status == "solved" else "not yet"
        yield (
            f"check: {found.check:.2g} ({CHECKS[found.certificate]}); {sign} {found.tolerance:.2g}"
        )
    if found.exploitability is not None:
        yield f"exploitability: {found.exploitability:.2g}"
    yield f"values: {_by_player(found, found.values)}"
    if found.ranges is not None and bool((found.ranges[:, 0] < found.ranges[:, 1]).any()):
        spans = zip(found.players, found.ranges.tolist(), strict=True)
        yield "over all of them: " + ", ".join(
            f"{_flat(player)} {number(low)} to {number(high)}" for player, (low, high) in spans
        )
    if found.advice:
        yield found.advice


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _by_player(found: Solved, values: object) -> str:
    pairs = zip(found.players, np.asarray(values).tolist(), strict=True)
    return ", ".join(f"{_flat(player)} {number(value)}" for player, value in pairs)


def _profiles(found: Solved) -> Iterator[str]:
    many = len(found.profiles) > 1
    for i, profile in enumerate(found.profiles[:PROFILES], start=1):
        if many:
            yield _title(found, profile, i)
        yield from _strategies(found, profile)
    if len(found.profiles) > PROFILES:
        yield f"... and {len(found.profiles) - PROFILES} more profiles: --json lists them"


def _title(found: Solved, profile: Profile, i: int) -> str:
    parts = [
        profile.label or ("profile" if profile.weight is not None else "equilibrium") + f" {i}"
    ]
    if profile.weight is not None:
        parts.append(f"weight {number(profile.weight)}")
    if profile.certificate is not None:
        parts.append(f"check {profile.certificate:.2g}")
    return f"{', '.join(parts)}; values: {_by_player(found, profile.values)}"


def _strategies(found: Solved, profile: Profile) -> Iterator[str]:
    game = found.loaded.game
    sizes = np.bincount(
        game.cell_player, weights=game.n_types[game.cell_player], minlength=len(found.players)
    )
    shares = shared(ROOM, sizes.astype(int).tolist())
    strategies = named(found.loaded, profile.strategy, shares)
    for (player, sets), size in zip(strategies.items(), sizes.astype(int).tolist(), strict=True):
        if not sets:
            continue
        yield _flat(player)
        shown = [(_flat(key), _play(odds)) for key, odds in sets.items()]
        width = max((len(key) for key, _ in shown if len(key) <= WIDEST), default=0)
        for key, play in shown:
            if len(key) <= WIDEST:
                yield f"  {key:{width}}  {play}"
            else:
                yield f"  {key}\n      {play}"
        if len(shown) < size:
            yield f"  ... and {size - len(shown):,} more information sets: --json lists them"
    yield ""


def _play(odds: dict[str, float]) -> str:
    """Actions with their odds; of a long menu, those that are played."""
    shown = {a: p for a, p in odds.items() if p > 0} if len(odds) > MENU else odds
    text = "  ".join(f"{_flat(action)} {probability(p)}" for action, p in shown.items())
    return text if len(shown) == len(odds) else f"{text}  ({len(odds) - len(shown)} others 0)"


def shared(room: int, sizes: Sequence[int]) -> list[int]:
    """How much each may take of `room`: what it needs, or an equal part of what others leave."""
    shares = [0] * len(sizes)
    needy = sorted((i for i, size in enumerate(sizes) if size), key=sizes.__getitem__)
    for done, i in enumerate(needy):
        shares[i] = min(sizes[i], max(room // (len(needy) - done), 1))
        room -= shares[i]
    return shares


def _path(found: Solved) -> Iterator[str]:
    if found.path is None:
        return
    yield "The branch from uniform play"
    yield f"  {'precision':>12}  {'length':>10}  {'residual':>9}"
    step = max(1, -(-len(found.path) // POINTS))
    for i, point in enumerate(found.path):
        if i % step == 0 or point.fold or i == len(found.path) - 1:
            yield _point(point)


def _point(point: PathPoint) -> str:
    fold = "  turns back" if point.fold else ""
    return f"  {point.precision:12.6g}  {point.arclength:10.4g}  {point.residual:9.1e}{fold}"


def _flat(text: str) -> str:
    """On one line, without what would move the cursor."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
