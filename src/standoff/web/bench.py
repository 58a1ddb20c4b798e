"""What the server holds: the shelf of crises and the solves that were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from standoff.web.crises import Crises


@dataclass
class Bench:
    """Everything that lasts longer than a request."""

    workspace: Path
    crises: Crises

    @classmethod
    def at(cls, workspace: Path) -> Bench:
        """The bench of a workspace."""
        return cls(workspace, Crises(workspace))

    async def close(self) -> None:
        """Let go of everything."""
