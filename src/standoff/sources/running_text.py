"""A document's text, put together piece by piece, with the offsets of what hangs on it."""

from __future__ import annotations

from unicodedata import normalize

from standoff.sources.document import BETWEEN, Passage, PassageKind, Sentence
from standoff.sources.sentences import sentences

_LETTER: dict[PassageKind, str] = {
    "paragraph": "p", "item": "i", "row": "r", "heading": "h", "signature": "s", "dateline": "l",
}  # fmt: skip


class RunningText:
    """Text that grows: white space is folded, passages are numbered by kind.

    `begin` opens a passage inside the one that is open. What is added to the outer one after the
    inner has ended is a passage of its own, named after the outer (`p3`, then `p3b`), so that the
    paragraphs that follow keep their numbers.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._space = False
        self._start = 0  # of the passage being written
        self._found: list[tuple[str, PassageKind, int, int]] = []
        self._open: list[list[str | int]] = []  # [kind, locator, pieces so far]
        self._numbers = dict.fromkeys(_LETTER, 0)

    def add(self, words: str | None) -> None:
        """More words of the passage that is open (a paragraph where none is)."""
        if not words:
            return
        pieces = words.split()
        if not pieces:
            self._space = True
            return
        if words[0].isspace():
            self._space = True
        text = normalize("NFC", " ".join(pieces))
        if self._length == self._start:
            if self._parts:
                self._parts.append(BETWEEN)
                self._length += len(BETWEEN)
                self._start = self._length
        elif self._space:
            text = " " + text
        self._parts.append(text)
        self._length += len(text)
        self._space = words[-1].isspace()

    def space(self) -> None:
        """A break between two words."""
        self._space = True

    def begin(self, kind: PassageKind) -> None:
        """A passage begins."""
        self._close()
        self._open.append([kind, "", 0])

    def end(self) -> None:
        """The passage that was begun last ends."""
        self._close()
        if self._open:
            self._open.pop()

    @property
    def here(self) -> int:
        """The offset at which a mark stands now: after the last character."""
        return self._length

    @property
    def next(self) -> int:
        """The offset of the next character that is added without a break before it."""
        if self._length == self._start:
            return self._length + (len(BETWEEN) if self._parts else 0)
        return self._length + self._space

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added yet."""
        return not self._parts

    def _close(self) -> None:
        self._space = False
        if self._length == self._start:
            return
        kind: PassageKind = "paragraph"
        if self._open:
            top = self._open[-1]
            kind = top[0]  # type: ignore[assignment]
            if not top[1]:
                top[1] = self._number(kind)
            pieces = int(top[2])
            locator = f"{top[1]}{_suffix(pieces)}"
            top[2] = pieces + 1
        else:
            locator = self._number(kind)
        self._found.append((locator, kind, self._start, self._length))
        self._start = self._length

    def _number(self, kind: PassageKind) -> str:
        self._numbers[kind] += 1
        return f"{_LETTER[kind]}{self._numbers[kind]}"

    def finish(self) -> tuple[str, list[Passage]]:
        """The text, and its passages with sentences, their pages not yet known."""
        while self._open:
            self.end()
        self._close()
        text = "".join(self._parts)
        found = [
            Passage(
                locator, kind, start, end,
                sentences=tuple(
                    Sentence(start + a, start + b) for a, b in sentences(text[start:end])
                ),
            )
            for locator, kind, start, end in self._found
        ]  # fmt: skip
        return text, found


def _suffix(pieces: int) -> str:
    """Nothing for the first piece of a passage, then `b`, `c`... `z`, `-27`, `-28`..."""
    if pieces == 0:
        return ""
    return chr(ord("a") + pieces) if pieces < 26 else f"-{pieces + 1}"
