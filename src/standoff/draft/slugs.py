"""Short names made from somebody's words: letters, digits and `_`, whatever the words were."""

from __future__ import annotations

import re
from collections.abc import Container
from unicodedata import normalize

__all__ = ["slug"]

_LONGEST = 40


def slug(words: str, taken: Container[str] = (), *, otherwise: str = "item") -> str:
    """A name that the scenario language takes, and that is not `taken` yet.

    Accents go, other scripts too: words that leave nothing give `otherwise`. It never is a word of
    the language of expressions (`not`, `ending`).
    """
    from standoff.scenario.syntax import RESERVED

    plain = normalize("NFKD", words[:400]).encode("ascii", "ignore").decode().lower()
    parts = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    name = ""
    for part in parts:
        longer = f"{name}_{part}" if name else part
        if len(longer) > _LONGEST:
            name = name or part[:_LONGEST]
            break
        name = longer
    if not name:
        name = otherwise
    if not name[0].isalpha() or name in RESERVED:
        name = f"{otherwise}_{name}"[:_LONGEST]
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
