"""A solved game as a person reads it: what was found, how good it is, a table by player."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.solve.solved import PathPoint, Profile, Solved, Strategies, named

ROOM = 40
"""Information sets that are printed of each profile."""
PROFILES = 8
"""Profiles that are printed."""
POINTS = 24
"""Points of the branch that are printed."""
WIDEST = 48
"""Columns that the name of an information set may take."""
CHECKS = {
    "nash_conv": "NashConv: what the players could gain by best replies, added up",
    "coarse_gap": "the most that a player gains by turning the device down",
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
    title = found.loaded.labels.title or found.loaded.source
    yield title
    yield (
        f"{len(game.players)} players, {game.histories:,} histories, "
        f"{game.information_sets:,} information sets"
    )
    at = "" if found.precision is None else f" at precision {found.precision:g}"
    yield (
        f"{found.concept}{at}: {found.status}, by {found.method} "
        f"({found.iterations:,} iterations, {found.seconds:.2g} s)"
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
            f"{player} {number(low)} to {number(high)}" for player, (low, high) in spans
        )
    if found.advice:
        yield found.advice


def _by_player(found: Solved, values: object) -> str:
    import numpy as np

    pairs = zip(found.players, np.asarray(values).tolist(), strict=True)
    return ", ".join(f"{player} {number(value)}" for player, value in pairs)


def _profiles(found: Solved) -> Iterator[str]:
    many = len(found.profiles) > 1
    for i, profile in enumerate(found.profiles[:PROFILES], start=1):
        if many:
            yield _title(found, profile, i)
        yield from _strategies(named(found.loaded, profile.strategy))
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


def _strategies(strategies: Strategies) -> Iterator[str]:
    left = ROOM
    total = sum(len(sets) for sets in strategies.values())
    for player, sets in strategies.items():
        if not sets or not left:
            continue
        yield player
        shown = list(sets.items())[:left]
        left -= len(shown)
        width = min(max(len(_flat(key)) for key, _ in shown), WIDEST)
        for key, odds in shown:
            play = "  ".join(f"{_flat(action)} {probability(p)}" for action, p in odds.items())
            yield f"  {_cut(_flat(key), width):{width}}  {play}"
    if total > ROOM:
        yield f"... and {total - ROOM:,} more information sets: --json lists them"
    yield ""


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


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
