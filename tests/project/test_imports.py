"""Importing Standoff, and asking for help, costs little: pinned by module, not by time."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "numba", "llvmlite", "scipy", "typst", "altair", "starlette", "vl_convert", "lark", "jinja2",
    "pandas",
}  # fmt: skip


def loaded(code: str) -> set[str]:
    probe = f"import sys\n{code}\nprint(*sorted({{m.partition('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\n")[-2].split())


def test_importing_standoff_loads_nothing_heavy() -> None:
    assert not loaded("import standoff") & (HEAVY | {"numpy", "pydantic", "typer", "rich"})


def test_help_loads_nothing_heavy() -> None:
    code = (
        "from standoff.cli.main import app\n"
        "try: app(['--help'], standalone_mode=False)\n"
        "except BaseException: pass"
    )
    assert not loaded(code) & (HEAVY | {"numpy", "pydantic"})


def test_the_flat_surface_resolves() -> None:
    import standoff

    for name in standoff.__all__:
        assert getattr(standoff, name) is not None
