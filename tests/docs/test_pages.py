"""Every code block of every page runs, and prints what the page says.

A page is played from top to bottom in a folder of its own:

- ``python`` blocks share one namespace; a ``text`` block that says ``output`` holds what the last
  one printed;
- ``console`` blocks hold commands after ``$``, followed by their output, in which ``...`` stands
  for anything;
- a ``yaml`` block that says ``file=NAME`` is written to that file, or added at its end with
  ``append``;
- a ``diff`` block that says ``file=NAME from=OTHER`` writes OTHER with the change made.
"""

from __future__ import annotations

import doctest
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from standoff.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ELLIPSIS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Block(NamedTuple):
    """A code block: its first line on the page, its language, what follows that, its text."""

    line: int
    language: str
    info: dict[str, str]
    text: str


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        words = [word.partition("=") for word in found[2].split()]
        info = {name: value for name, _, value in words}
        yield Block(text.count("\n", 0, found.start()) + 2, found[1], info, found[3])


def is_played(block: Block) -> bool:
    return block.language in {"python", "console"} or not {"file", "output"}.isdisjoint(block.info)


PLAYED = [page for page in PAGES if any(map(is_played, blocks(page)))]


@pytest.mark.parametrize("page", PLAYED, ids=lambda p: str(p.relative_to(ROOT)))
def test_page(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    namespace: dict[str, object] = {"__name__": "page"}
    for block in filter(is_played, blocks(page)):
        where = f"{page.relative_to(ROOT)}:{block.line}"
        if block.language == "python":
            capsys.readouterr()
            # Blank lines first, so that a traceback names the page's own line.
            exec(compile("\n" * (block.line - 1) + block.text, str(page), "exec"), namespace)
        elif "output" in block.info:
            agree(block.text, capsys.readouterr().out, where)
        elif block.language == "console":
            play(block.text, where, monkeypatch, capsys)
        elif block.language == "diff":
            Path(block.info["file"]).write_text(patched(block, where), "utf-8")
        else:
            mode = "a" if "append" in block.info else "w"
            with Path(block.info["file"]).open(mode, encoding="utf-8") as stream:
                stream.write(block.text)


def play(
    text: str, where: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run the commands of a console block through the entry point of the console script."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        arguments = shlex.split(command)
        assert arguments[0] == "standoff", f"{where}: {command}"
        monkeypatch.setattr(sys, "argv", arguments)
        capsys.readouterr()
        with pytest.raises(SystemExit):
            run()
        printed = capsys.readouterr()
        agree(expected, printed.out + printed.err, f"{where}: {command}")


def agree(expected: str, got: str, where: str) -> None:
    """`got` is as expected, where ``...`` stands for anything and white space does not count."""
    assert doctest.OutputChecker().check_output(expected, got, ELLIPSIS), (
        f"{where}\nexpected:\n{expected}\ngot:\n{got}"
    )


def patched(block: Block, where: str) -> str:
    """The text of the file named by `from=`, changed by the hunks of a diff (``@@`` parts them)."""
    text = Path(block.info["from"]).read_text("utf-8")
    for hunk in re.split(r"^@@.*\n", block.text, flags=re.MULTILINE):
        lines = hunk.splitlines(keepends=True)
        before, after = ("".join(x[1:] for x in lines if x[0] in marks) for marks in (" -", " +"))
        assert not lines or text.count(before) == 1, f"{where}: not there once:\n{before}"
        text = text.replace(before, after) if lines else text
    return text
