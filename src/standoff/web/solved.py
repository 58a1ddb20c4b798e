"""The text of a crisis as it was when it was last solved, to be held against what stands now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from standoff.web.editing_models import Solved
from standoff.workspace import write_atomically


def remember(workspace: Path, crisis: str, job: str, files: Mapping[str, str]) -> None:
    """Note that a crisis was solved with these texts."""
    text = json.dumps({"job": job, "files": dict(files)})
    write_atomically(_path(workspace, crisis), text)


def last_solved(workspace: Path, crisis: str) -> Solved:
    """What was asked for last; an empty job where nothing was, or where the note of it is gone."""
    try:
        return Solved.model_validate_json(_path(workspace, crisis).read_text("utf-8"))
    except (OSError, ValueError):
        return Solved(job="", files={})


def _path(workspace: Path, crisis: str) -> Path:
    return workspace / "web" / "solved" / f"{crisis}.json"
