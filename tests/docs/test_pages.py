"""Every code block of every page runs, and prints what the page says.

Python blocks of one page share a namespace and run in order. Console blocks hold commands after
``$``; what follows is their output, in which ``...`` stands for anything.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ELLIPSIS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    text = page.read_text()
    return [
        (text.count("\n", 0, found.start()) + 2, found.group(2))
        for found in FENCE.finditer(text)
        if found.group(1) == language
    ]


def with_blocks(language: str) -> list[Path]:
    return [page for page in PAGES if page.exists() and blocks(page, language)]


@pytest.mark.parametrize("page", with_blocks("python"), ids=lambda p: str(p.relative_to(ROOT)))
def test_python_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "page"}
    for line, code in blocks(page, "python"):
        # Blank lines first, so that a traceback names the page's own line.
        exec(compile("\n" * (line - 1) + code, str(page), "exec"), namespace)


@pytest.mark.parametrize("page", with_blocks("console"), ids=lambda p: str(p.relative_to(ROOT)))
def test_console_blocks_print_what_they_say(page: Path, tmp_path: Path) -> None:
    checker = doctest.OutputChecker()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
    for line, block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            assert shlex.split(command)[0] == "standoff", f"{page}:{line}: {command}"
            done = subprocess.run(
                shlex.split(command), cwd=tmp_path, env=environment, capture_output=True, text=True
            )
            got = done.stdout + done.stderr
            assert checker.check_output(expected, got, ELLIPSIS), (
                f"{page}:{line}: {command}\nexpected:\n{expected}\ngot:\n{got}"
            )
