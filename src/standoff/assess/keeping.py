"""Assessments kept in the workspace, so that nothing computed is lost."""

from __future__ import annotations

import re
from pathlib import Path

from standoff.assess.models import Assessment
from standoff.workspace import workspace, write_atomically


def keep(found: Assessment, folder: Path | None = None) -> Path:
    """Write an assessment's JSON to `notes/SCENARIO/` of the workspace; returns the file.

    The name says scenario, moment, variants, seed and marking, so a later run of the same question
    replaces the file and any other, a release among them, stands beside it.
    """
    moment = re.sub(r"[^0-9A-Za-z]+", "-", found.as_of)
    marking = re.sub(r"[^0-9A-Za-z]+", "-", found.heading.marking.lower()).strip("-")[:40]
    name = f"{moment}-{found.standard}-v{found.variants.n}-s{found.variants.seed}"
    name += f"-{marking}.json" if marking else ".json"
    path = workspace(folder) / "notes" / found.scenario / name
    write_atomically(path, found.model_dump_json(indent=2) + "\n")
    return path
