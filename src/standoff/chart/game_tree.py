"""A game's tree as one SVG element, and as lines of text, from plain data.

The tree grows from left to right; each player has a color and a shape, information sets are joined
by dashed lines, and what is folded says how many nodes it hides. Text and lines take the color of
the page (`currentColor`), so that one drawing serves light and dark. There are no ids, styles or
links in it: any number of drawings can stand on a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from unicodedata import east_asian_width

from standoff.chart.theme import PALETTE

CHANCE, END = -1, -2
"""Movers that are no players."""
ROW, CHARACTER, RADIUS = 34, 6.6, 7
"""Pixels: from one leaf to the next, a character of 12 pixels at its widest, half a mark."""
LONGEST = 30
"""Characters of a label; wide ones count twice."""
MARGIN = 16
GREY = "#808080"
"""For what belongs to no player; as dark against white as light against black."""
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
SHAPES = ("circle", "square", "triangle", "diamond", "pentagon")
"""With six colors these tell thirty players apart."""


@dataclass(frozen=True)
class Branch:
    """A node with the step that leads to it. Parents stand before their children."""

    parent: int  # place; -1 at the root
    mover: int  # place among the players, CHANCE or END
    step: str = ""  # what led here
    here: str = ""  # what is chosen here, or how play ended
    odds: float | None = None  # of the step
    alike: int = -1  # information set
    hidden: int = 0  # nodes below that are not drawn
    more: str = ""  # told by the pointer: the odds by type


def game_tree(branches: Sequence[Branch], players: Sequence[str], title: str) -> str:
    """The drawing: an SVG element with its own size, named by `title`."""
    if not branches:
        raise ValueError("a tree has a root")
    depth = _depths(branches)
    columns = _columns(branches, depth)
    rows = _rows(branches)
    x = [columns[d] for d in depth]
    y = [MARGIN + 40 + ROW * r for r in rows]
    ends = max(
        (x[i] + RADIUS + 8 + CHARACTER * _size(_tail(b)) for i, b in enumerate(branches)),
        default=0.0,
    )
    legend, across = _legend(branches, players)
    width, height = max(ends, across) + MARGIN, max(y) + MARGIN + 6
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{_safe(title)}" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'font-family="{FONT}" font-size="12" fill="currentColor">',
        *legend,
        *_sets(branches, x, y),
    ]
    for i, branch in enumerate(branches):
        if branch.parent >= 0:
            parts += _edge(branch, x[branch.parent], y[branch.parent], x[i], y[i])
    for i, branch in enumerate(branches):
        parts += _node(branch, players, x[i], y[i])
    return "".join([*parts, "</svg>"])


def tree_lines(branches: Sequence[Branch], players: Sequence[str]) -> list[str]:
    """The same tree as text, a line for each node."""
    kids = _kids(branches)
    out: list[str] = []
    waiting: list[tuple[int, str, str]] = [(0, "", "")]
    while waiting:
        i, lead, below = waiting.pop()
        out.append(
            lead + " ".join(filter(None, [_step(branches[i], 200), _told(branches[i], players)]))
        )
        own = kids[i]
        for kid in reversed(own):
            last = kid == own[-1]
            waiting.append(
                (kid, below + ("└ " if last else "├ "), below + ("  " if last else "│ "))
            )
    return out


def flat(text: str) -> str:
    """On one line, without characters that can't be seen or that XML does not allow."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def cut(text: str, most: int = LONGEST) -> str:
    """A label on one line that takes at most so many narrow characters."""
    said = flat(text)
    if _size(said) <= most:
        return said
    kept, room = "", most - 1
    for c in said:
        room -= _size(c)
        if room < 0:
            break
        kept += c
    return kept.rstrip() + "…"


def odds_text(odds: float) -> str:
    """Odds of play: two decimals, and 0 or 1 only where they are exactly that."""
    if odds <= 0 or odds >= 1:
        return f"{odds:.0f}"
    return "<.01" if odds < 0.005 else ">.99" if odds > 0.995 else f"{odds:.2f}"[1:]


def _size(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _safe(text: str) -> str:
    return escape(flat(text))


def _step(branch: Branch, most: int = LONGEST) -> str:
    said = cut(branch.step, most)
    return said if branch.odds is None else f"{said} {odds_text(branch.odds)}".strip()


def _told(branch: Branch, players: Sequence[str]) -> str:
    """What happens at a node, for the text."""
    hidden = _folded(branch)
    if branch.mover == END:
        return f"■ {flat(branch.here)}".rstrip() + hidden
    who = "chance" if branch.mover == CHANCE else flat(players[branch.mover])
    return (
        ("→ " if branch.parent >= 0 else "")
        + ": ".join(filter(None, [who, flat(branch.here)]))
        + hidden
    )


def _folded(branch: Branch) -> str:
    if not branch.hidden:
        return ""
    return f" (+ {branch.hidden:,} {'node' if branch.hidden == 1 else 'nodes'})"


def _tail(branch: Branch) -> str:
    """Text to the right of a node."""
    if branch.mover == END:
        return cut(branch.here, LONGEST + 8)
    return _folded(branch).strip(" ()")


def _kids(branches: Sequence[Branch]) -> list[list[int]]:
    kids: list[list[int]] = [[] for _ in branches]
    for i, branch in enumerate(branches):
        if branch.parent >= 0:
            kids[branch.parent].append(i)
    return kids


def _depths(branches: Sequence[Branch]) -> list[int]:
    depth: list[int] = []
    for branch in branches:
        depth.append(depth[branch.parent] + 1 if branch.parent >= 0 else 0)
    return depth


def _columns(branches: Sequence[Branch], depth: Sequence[int]) -> list[float]:
    """Where each depth stands: room for the longest step that leads there."""
    longest = [0] * (max(depth) + 1)
    for branch, d in zip(branches, depth, strict=True):
        longest[d] = max(longest[d], _size(_step(branch)))
    columns = [float(MARGIN + RADIUS)]
    for room in longest[1:]:
        columns.append(columns[-1] + 44 + CHARACTER * room)
    return columns


def _rows(branches: Sequence[Branch]) -> list[float]:
    """Row of each node: leaves one after another, all others in the middle of their children."""
    kids = _kids(branches)
    rows = [0.0] * len(branches)
    waiting, leaf = [0], 0
    while waiting:
        i = waiting.pop()
        waiting += reversed(kids[i])
        if not kids[i]:
            rows[i] = float(leaf)
            leaf += 1
    for i in range(len(branches) - 1, -1, -1):
        if kids[i]:
            rows[i] = (rows[kids[i][0]] + rows[kids[i][-1]]) / 2
    return rows


def _color(mover: int) -> str:
    return PALETTE[mover % len(PALETTE)] if mover >= 0 else GREY


def _legend(branches: Sequence[Branch], players: Sequence[str]) -> tuple[list[str], float]:
    """Who moves, at the top; and how far that reaches."""
    parts, at = [], float(MARGIN)
    movers = {b.mover for b in branches}
    shown = [(m, players[m]) for m in range(len(players)) if m in movers]
    if CHANCE in movers:
        shown.append((CHANCE, "chance"))
    for mover, name in shown:
        said = cut(name)
        parts.append(_mark(mover, at + RADIUS, MARGIN))
        parts.append(f'<text x="{at + 2 * RADIUS + 6:.1f}" y="{MARGIN + 4}">{escape(said)}</text>')
        at += 2 * RADIUS + 24 + CHARACTER * _size(said)
    return parts, at


def _mark(mover: int, x: float, y: float) -> str:
    """The shape of whoever moves; a short bar where play has stopped."""
    r = float(RADIUS)
    look = f'fill="{_color(mover)}" stroke="currentColor" stroke-width="1"'
    if mover == END:
        return f'<rect x="{x - 2:.1f}" y="{y - 6:.1f}" width="4" height="12" fill="currentColor"/>'
    if mover == CHANCE:
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r - 2:.1f}" fill="none" '
            'stroke="currentColor" stroke-width="1.5"/>'
        )
    shape = SHAPES[mover % len(SHAPES)]
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {look}/>'
    if shape == "square":
        return f'<rect x="{x - 6:.1f}" y="{y - 6:.1f}" width="12" height="12" {look}/>'
    outline = {
        "triangle": ((0, -r), (r, r - 1), (-r, r - 1)),
        "diamond": ((0, -r - 1), (r + 1, 0), (0, r + 1), (-r - 1, 0)),
        "pentagon": ((0, -r), (r, -1.5), (4.5, r), (-4.5, r), (-r, -1.5)),
    }[shape]
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in outline)
    return f'<polygon points="{points}" {look}/>'


def _edge(branch: Branch, x0: float, y0: float, x1: float, y1: float) -> Iterator[str]:
    """A step: the likelier, the thicker; never taken, dotted."""
    odds = branch.odds
    thick = 1.2 if odds is None else 0.8 + 2.4 * min(max(odds, 0.0), 1.0)
    dots = ' stroke-dasharray="1 4"' if odds == 0 else ""
    turn = x0 + 22
    yield (
        f'<path d="M{x0:.1f} {y0:.1f}C{turn:.1f} {y0:.1f} {x0 + 4:.1f} {y1:.1f} '
        f'{turn:.1f} {y1:.1f}H{x1:.1f}" fill="none" stroke="{GREY}" '
        f'stroke-width="{thick:.2f}"{dots}/>'
    )
    said = escape(_step(branch))
    if said:
        title = (
            f"<title>{_safe(branch.step)}</title>" if flat(branch.step) != cut(branch.step) else ""
        )
        yield f'<text x="{turn + 4:.1f}" y="{y1 - 5:.1f}">{said}{title}</text>'


def _node(branch: Branch, players: Sequence[str], x: float, y: float) -> Iterator[str]:
    who = {CHANCE: "chance", END: "the end"}.get(branch.mover) or players[branch.mover]
    told = ": ".join(filter(None, [flat(who), flat(branch.here)]))
    yield f"<g><title>{escape(' – '.join(filter(None, [told, flat(branch.more)])))}</title>"
    yield _mark(branch.mover, x, y)
    tail = _tail(branch)
    if tail:
        look = ' font-style="italic" fill-opacity="0.8"' if branch.mover != END else ""
        yield f'<text x="{x + RADIUS + 5:.1f}" y="{y + 4:.1f}"{look}>{escape(tail)}</text>'
    yield "</g>"


def _sets(branches: Sequence[Branch], x: Sequence[float], y: Sequence[float]) -> Iterator[str]:
    """Dashed lines between the nodes that their owner can't tell apart."""
    own: dict[int, list[int]] = {}
    for i, branch in enumerate(branches):
        if branch.alike >= 0 and branch.mover >= 0:
            own.setdefault(branch.alike, []).append(i)
    for places in own.values():
        places.sort(key=lambda i: y[i])
        for a, b in pairwise(places):
            out = min(x[a], x[b]) - 14
            yield (
                f'<path d="M{x[a]:.1f} {y[a]:.1f}C{out:.1f} {y[a] + 14:.1f} {out:.1f} '
                f'{y[b] - 14:.1f} {x[b]:.1f} {y[b]:.1f}" fill="none" '
                f'stroke="{_color(branches[a].mover)}" stroke-width="2" stroke-dasharray="5 4"/>'
            )
