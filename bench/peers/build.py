"""Environments of the peers: ``python bench/peers/build.py [--where DIR] [liteefg] [noregret]``.

Each peer gets an environment of its own, outside of the repository: LiteEFG compiles for a minute
or two, brings JAX along and writes into the home directory (the bench gives it another one);
NoRegret needs Python 3.12 and brings CuPy and Gurobi along. `--python` names a Python of at least
3.12 for both. OpenSpiel and Gambit run in the environment of the bench itself (`pip install
-e '.[test,oracles]'`).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {"liteefg": "liteefg==1.0.0", "noregret": "noregret==0.0.0.dev17"}
"""NoRegret has only pre-releases; without a version pip takes an old one where it finds no CUDA."""


def peers_directory() -> Path:
    """Where the environments are: ``$STANDOFF_PEERS``, else the user's cache."""
    given = os.environ.get("STANDOFF_PEERS")
    return Path(given) if given else Path.home() / ".cache" / "standoff" / "peers"


def interpreter(peer: str) -> Path | None:
    """The Python of a peer's environment, where it has been built."""
    name = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    found = peers_directory() / peer / name
    return found if found.exists() else None


def build(peer: str, python: str, where: Path) -> None:
    """Make the environment and install the peer."""
    room = where / peer
    subprocess.run([python, "-m", "venv", str(room)], check=True)
    os.environ["STANDOFF_PEERS"] = str(where)
    inside = interpreter(peer)
    assert inside is not None
    subprocess.run([str(inside), "-m", "pip", "install", PACKAGES[peer]], check=True)
    (where / "home").mkdir(exist_ok=True)


def _python() -> str:
    if sys.version_info >= (3, 12):
        return sys.executable
    for name in ("python3.12", "python3.13"):
        found = shutil.which(name)
        # A version manager may leave a stand-in that runs nothing.
        if found and subprocess.run([found, "--version"], capture_output=True).returncode == 0:
            return found
    return "python3.12"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peers", nargs="*", help=f"of {', '.join(PACKAGES)}; all by default")
    parser.add_argument("--where", type=Path, default=peers_directory())
    parser.add_argument("--python", default=_python())
    given = parser.parse_args()
    unknown = set(given.peers) - set(PACKAGES)
    if unknown:
        parser.error(f"not known: {', '.join(sorted(unknown))}")
    given.where.mkdir(parents=True, exist_ok=True)
    for peer in given.peers or PACKAGES:
        build(peer, given.python, given.where)
        print(f"{peer}: {interpreter(peer)}")


if __name__ == "__main__":
    main()
