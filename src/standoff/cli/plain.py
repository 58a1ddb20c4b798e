"""Text that came from a file, as it may be shown on a terminal."""

from __future__ import annotations


def plain(text: str) -> str:
    """On one line, with what would move the cursor or hide made visible."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "�" for c in text)
