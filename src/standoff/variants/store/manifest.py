"""What decides the bytes of a run, and the name that follows from it."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from standoff.errors import Problem, ScenarioError
from standoff.scenario.models import Scenario

FORMAT = 1
"""Of the folder: another number is another run."""
_ROOMS = (
    "assess", "compile", "game", "infer", "kernels", "scenario", "solve", "variants", "words",
)  # fmt: skip


class Manifest(BaseModel):
    """Everything that the tables of a run depend on. Two runs with equal manifests have equal
    bytes, on one kind of processor.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    format: int = FORMAT
    """Of the folder."""
    command: str = "assess"
    """What was run."""
    scenario: str
    """The scenario's id."""
    scenario_hash: str
    """SHA-256 of the expanded scenario, settings included."""
    as_of: str | None = None
    """The moment asked for; the scenario's own where none was."""
    for_: str | None = None
    """Whose options."""
    standard: str = "icd203"
    """Words of estimative probability."""
    form: bool = True
    """Whether form is checked."""
    variants: int
    """Draws."""
    seed: int = 0
    """Of the draws."""
    method: str = "lhs"
    """Of the draws."""
    options: dict[str, str] = {}
    """Anything else that was chosen, by name."""
    versions: dict[str, str]
    """Of Standoff's code, of what it computes with, and the kind of processor."""

    @property
    def digest(self) -> str:
        """SHA-256 of it all."""
        return hashlib.sha256(self.text().encode()).hexdigest()

    def text(self) -> str:
        """As it is written to `manifest.json`."""
        return json.dumps(self.model_dump(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


class Difference(NamedTuple):
    """A field in which two manifests differ."""

    field: str
    found: str
    expected: str


def manifest(
    scenario: Scenario,
    *,
    variants: int,
    seed: int = 0,
    method: str = "lhs",
    as_of: str | None = None,
    for_: str | None = None,
    standard: str = "icd203",
    form: bool = True,
    command: str = "assess",
    options: Mapping[str, str] | None = None,
) -> Manifest:
    """The manifest of a run over an expanded scenario, with settings applied."""
    return Manifest(
        command=command,
        scenario=scenario.id,
        scenario_hash=scenario_hash(scenario),
        as_of=as_of or scenario.as_of,
        for_=for_,
        standard=standard,
        form=form,
        variants=variants,
        seed=seed,
        method=method,
        options=dict(options or {}),
        versions=versions(),
    )


def run_id(of: Manifest) -> str:
    """The name of a run's folder: `cuba-1962-3f9c21ab`."""
    return f"{re.sub(r'[^0-9A-Za-z_-]+', '-', of.scenario)}-{of.digest[:8]}"


def scenario_hash(scenario: Scenario) -> str:
    """SHA-256 of an expanded scenario. The order of its keys counts: draws follow it."""
    text = json.dumps(scenario.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """What the bytes of a result depend on besides the question."""
    import llvmlite.binding as llvm
    import numba
    import numpy
    import pyarrow
    import scipy

    return {
        "standoff": f"{version('standoff')}+{_code()[:12]}",
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
        "numba": numba.__version__,
        "pyarrow": pyarrow.__version__,
        "processor": f"{platform.system()} {platform.machine()} {llvm.get_host_cpu_name()}",
    }


def _code() -> str:
    """SHA-256 of the code that makes numbers: what a version number says only at a release."""
    root = Path(__file__).parents[2]
    found = hashlib.sha256()
    for room in _ROOMS:
        for file in sorted((root / room).rglob("*.py")):
            found.update(file.relative_to(root).as_posix().encode() + b"\0")
            found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def differences(found: Manifest, expected: Manifest) -> Iterator[Difference]:
    """Where two manifests differ, field by field."""
    one, other = _flat(found), _flat(expected)
    for field in one | other:
        a, b = one.get(field, "nothing"), other.get(field, "nothing")
        if a != b:
            yield Difference(field, a, b)


def refuse_other(folder: Path, found: Manifest, expected: Manifest) -> None:
    """Raise `ScenarioError` where a folder's manifest is another's, saying in what."""
    unlike = list(differences(found, expected))
    if unlike:
        raise ScenarioError(
            Problem(
                "other-run",
                f"{folder} holds another run: its {one.field} is not the one asked for",
                path=f"manifest.{one.field}",
                found=one.found,
                expected=one.expected,
            )
            for one in unlike
        )


def _flat(of: Manifest) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in of.model_dump().items():
        if isinstance(value, dict):
            flat.update({f"{name}.{key}": str(held) for key, held in value.items()})
        else:
            flat[name.rstrip("_")] = "nothing" if value is None else str(value)
    return flat
