"""Which documents are meant: by volume, day, sender, recipient, person."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from standoff.sources.days import first_day, last_day

__all__ = ["Narrowing", "folded"]


def folded(text: str) -> str:
    """Without case, accents and extra white space, so that `Khrushchëv` finds `KHRUSHCHEV`."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


@dataclass(frozen=True)
class Narrowing:
    """What documents must have; each part is left out where it is None.

    `since` and `until` are a year, month or day; a document without a year is met where it
    may have been written then, in a year that its volume covers.
    `sender`, `recipient` and `person` are parts of a name, `volume` a volume's short name.
    """

    volume: str | None = None
    since: str | None = None
    until: str | None = None
    sender: str | None = None
    recipient: str | None = None
    person: str | None = None

    def condition(self) -> tuple[str, list[str]]:
        """A condition of SQL on the row `document`, and its values; true where nothing is asked."""
        parts: list[tuple[str, list[str]]] = []
        if self.volume is not None:
            parts.append(("document.volume = ?", [self.volume]))
        if self.since is not None or self.until is not None:
            # Days as ISO text: every one lies after "" and before "~".
            since = "" if self.since is None else first_day(self.since, "--since")
            until = "~" if self.until is None else last_day(self.until, "--until")
            within = (
                "EXISTS (SELECT 1 FROM span WHERE span.document = document.id "
                "AND span.latest >= ? AND span.earliest <= ?)"
            )
            parts.append((within, [since, until]))
        if self.sender is not None:
            parts.append(("instr(document.sender_folded, ?)", [folded(self.sender)]))
        if self.recipient is not None:
            parts.append(("instr(document.recipient_folded, ?)", [folded(self.recipient)]))
        if self.person is not None:
            named = (
                "EXISTS (SELECT 1 FROM person WHERE person.document = document.id "
                "AND instr(person.folded, ?))"
            )
            parts.append((named, [folded(self.person)]))
        return " AND ".join(sql for sql, _ in parts) or "1", [
            v for _, values in parts for v in values
        ]
