"""Names of files as text: they are bytes, and may be no text at all."""

from __future__ import annotations

from pathlib import Path

__all__ = ["as_text", "stem_of"]


def as_text(path: Path) -> str:
    """A path as text that can be stored and printed, even where its bytes are no UTF-8."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def stem_of(path: Path) -> str:
    """The name without its ending, on one line: what a document is called that has no other."""
    text = path.stem.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "�" for c in text)
