"""Problems with the line they stand on and a caret under the place, through Rich."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.errors import Position, Problem

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text as RichText

__all__ = ["excerpt", "print_problems"]

_WIDEST = 5_000_000  # bytes of a file that is read for an excerpt; scenarios are no larger
_TAB = "    "


def print_problems(
    problems: Sequence[Problem], *, err: bool = False, console: Console | None = None
) -> None:
    """Print each problem: where, what, the excerpt, and what would mend it."""
    from rich.console import Console

    out = console or Console(stderr=err, highlight=False, soft_wrap=True)
    for problem in problems:
        out.print(_rich(problem, out.width), soft_wrap=True)


def excerpt(position: Position, width: int = 100, text: str = "") -> tuple[str, str] | None:
    """The line at `position` and the carets under it, cut to `width`; None without a text.

    `text` is what the position points into where that is no file (a query).
    """
    lines = _split(text) if text else _lines(position.file)
    if not 1 <= position.line <= len(lines):
        return None
    line = lines[position.line - 1]
    start = min(position.column - 1, len(line))
    stop = max(start + 1, min(start + position.width, len(line)))
    # A long line is cut around the place, so that the caret stays in sight.
    room = max(20, width - 10)
    cut = max(0, min(start - room // 3, len(line) - room))
    head = "…" if cut else ""
    shown = head + _drawn(line[cut : cut + room]) + ("…" if cut + room < len(line) else "")
    before = len(head) + _cells(line[cut:start])
    carets = max(1, _cells(line[start : min(stop, cut + room)]))
    return shown, " " * before + "^" * carets


def _rich(problem: Problem, width: int) -> RichText:
    from rich.text import Text

    out = Text()
    color = "red" if problem.severity == "error" else "yellow"
    where = problem.position
    if where is not None:
        out.append(f"{_words(str(where))}: ", "bold")
    elif problem.path:
        out.append(f"{_words(problem.path)}: ", "bold")
    out.append(problem.severity, f"bold {color}")
    out.append(f": {_words(problem.message)}")
    out.append(f"  [{problem.code}]\n", "dim")
    drawn = excerpt(where, width, problem.text) if where is not None else None
    if drawn is not None and where is not None:
        gutter = f"{where.line:>5}"
        out.append(f"{gutter} │ ", "blue").append(f"{drawn[0]}\n")
        out.append(f"{' ' * len(gutter)} │ ", "blue").append(f"{drawn[1]}\n", f"bold {color}")
    if problem.found:
        out.append("  found: ", "dim").append(f"{_words(problem.found)}\n")
    if problem.expected:
        out.append("  expected: ", "dim").append(f"{_words(problem.expected)}\n")
    if problem.nearest:
        out.append("  did you mean ", "dim").append(_words(problem.nearest), "bold green").append(
            "?\n"
        )
    return out


def _lines(file: str) -> tuple[str, ...]:
    path = Path(file)
    try:
        told = path.stat()
        if not path.is_file() or told.st_size > _WIDEST:
            return ()
    except (OSError, ValueError):
        return ()
    return _lines_of(path, told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=32)
def _lines_of(path: Path, changed: int, size: int) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            text = stream.read()
    except (OSError, ValueError):
        return ()
    return _split(text)


def _split(text: str) -> tuple[str, ...]:
    import re

    return tuple(re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text))  # the breaks that YAML counts


def _drawn(text: str) -> str:
    """Tabs widened, and what would move the cursor made visible."""
    return "".join(
        _TAB if c == "\t" else "�" if unicodedata.category(c) in {"Cc", "Cf"} else c for c in text
    )


def _words(text: str) -> str:
    """The same for what is said of a file, which may quote it; breaks of lines stay."""
    return "\n".join(_drawn(line) for line in text.split("\n"))


def _cells(text: str) -> int:
    """Columns of a terminal that `text` takes up once drawn."""
    from rich.cells import cell_len

    return cell_len(_drawn(text))
